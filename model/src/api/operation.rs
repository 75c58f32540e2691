//! Operations: what a client may ask, and what it may get.

use super::{SchemaId, SecurityRequirement, Value};
use crate::Origin;
use indexmap::IndexMap;
use std::fmt;

/// An `operationId`, unique within an [`Api`](super::Api): declared, or derived from method and path
/// (`GET /customers/{id}` → `get_customers_id`) where the document has none or uses one twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OperationId(pub String);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request method with a field in the Path Item Object (OAS §4.8.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `HEAD`
    Head,
    /// `PATCH`
    Patch,
    /// `TRACE`
    Trace,
}

impl Method {
    /// Every method, in the order of the Path Item Object.
    pub const ALL: [Self; 8] = [
        Self::Get,
        Self::Put,
        Self::Post,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
    ];

    /// The method as HTTP spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }

    /// Whether the method is safe (RFC 9110 §9.2.1): reading only.
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One operation (OAS §4.8.10), with what its path item says merged in.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// The method.
    pub method: Method,
    /// The path template, as written: `/customers/{customerId}`.
    pub path: String,
    /// The first tag decides where code goes; empty where there is none.
    pub tags: Vec<String>,
    /// `summary`
    pub summary: Option<String>,
    /// `description`, CommonMark.
    pub description: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// Parameters: the path item's, overridden by the operation's (OAS §4.8.9), in document order.
    pub parameters: Vec<Parameter>,
    /// `requestBody`
    pub body: Option<Body>,
    /// `responses`, in document order.
    pub responses: IndexMap<StatusKey, Response>,
    /// The alternatives, any of which is enough; what the root says where the operation says nothing.
    /// Empty: no security. A requirement without schemes: anonymous access is one of the alternatives.
    pub security: Vec<SecurityRequirement>,
    /// `servers` of the operation or its path item; empty where the root's hold.
    pub servers: Vec<Server>,
    /// `x-…` members, the path item's below the operation's.
    pub extensions: IndexMap<String, Value>,
    /// Where it stands.
    pub origin: Origin,
}

/// Where a parameter goes (OAS §4.8.12.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterLocation {
    /// In the path template.
    Path,
    /// In the query string.
    Query,
    /// A request header; names are case-insensitive.
    Header,
    /// A cookie.
    Cookie,
}

impl ParameterLocation {
    /// The word for it in a document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// How a value becomes text (OAS §4.8.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// `;a=1`
    Matrix,
    /// `.1`
    Label,
    /// `1,2`
    Simple,
    /// `a=1&a=2`
    Form,
    /// `a=1%202`
    SpaceDelimited,
    /// `a=1|2`
    PipeDelimited,
    /// `a[b]=1`
    DeepObject,
}

/// One parameter (OAS §4.8.12).
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, as written.
    pub name: String,
    /// Where it goes.
    pub location: ParameterLocation,
    /// `description`
    pub description: Option<String>,
    /// Whether it has to be there; always for path parameters.
    pub required: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// `allowEmptyValue`
    pub allow_empty_value: bool,
    /// `allowReserved`
    pub allow_reserved: bool,
    /// How its value is written.
    pub content: ParameterContent,
    /// `example` and `examples`.
    pub examples: Vec<Example>,
    /// `x-…` members.
    pub extensions: IndexMap<String, Value>,
    /// Where it stands.
    pub origin: Origin,
}

/// `schema` with a style, or `content` with a media type (OAS §4.8.12.2).
#[derive(Clone, Debug)]
pub enum ParameterContent {
    /// Written by `style` and `explode`.
    Styled {
        /// The value's schema.
        schema: SchemaId,
        /// `style`, or the location's default.
        style: Style,
        /// `explode`, or the style's default.
        explode: bool,
    },
    /// Written as a media type, usually JSON.
    Media {
        /// The media type.
        media_type: String,
        /// The value's schema.
        schema: Option<SchemaId>,
    },
}

impl Parameter {
    /// The schema of its value.
    #[must_use]
    pub fn schema(&self) -> Option<SchemaId> {
        match &self.content {
            ParameterContent::Styled { schema, .. } => Some(*schema),
            ParameterContent::Media { schema, .. } => *schema,
        }
    }
}

/// A request body (OAS §4.8.13).
#[derive(Clone, Debug)]
pub struct Body {
    /// `description`
    pub description: Option<String>,
    /// `required`
    pub required: bool,
    /// `content`: media range → media type, in document order.
    pub content: IndexMap<String, MediaType>,
    /// Where it stands.
    pub origin: Origin,
}

/// One entry of a `content` map (OAS §4.8.14).
#[derive(Clone, Debug)]
pub struct MediaType {
    /// The schema, if there is one.
    pub schema: Option<SchemaId>,
    /// The schema of each item, where the body is items one after another (OAS 3.2 `itemSchema`).
    pub item_schema: Option<SchemaId>,
    /// `example` and `examples`.
    pub examples: Vec<Example>,
    /// `encoding`: property → content type, as written.
    pub encoding: IndexMap<String, Value>,
    /// Where it stands.
    pub origin: Origin,
}

impl MediaType {
    /// Its schemas: that of the whole, and that of an item.
    pub fn schemas(&self) -> impl Iterator<Item = SchemaId> {
        self.schema.into_iter().chain(self.item_schema)
    }
}

/// An example with the name it has in the document; the name is empty for a lone `example`.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its key under `examples`.
    pub name: String,
    /// `summary`
    pub summary: Option<String>,
    /// The value.
    pub value: Value,
    /// Where the value stands.
    pub origin: Origin,
}

/// A key of `responses` (OAS §4.8.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusKey {
    /// One status code, `100..=599`.
    Code(u16),
    /// `1XX` to `5XX`: the first digit.
    Range(u8),
    /// `default`: every status not named otherwise.
    Default,
}

impl fmt::Display for StatusKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(digit) => write!(f, "{digit}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One documented response (OAS §4.8.17).
#[derive(Clone, Debug)]
pub struct Response {
    /// `description`
    pub description: String,
    /// `headers`, by name as written; `Content-Type` is left out (OAS §4.8.17.1).
    pub headers: IndexMap<String, Header>,
    /// `content`; empty: no body.
    pub content: IndexMap<String, MediaType>,
    /// `links`
    pub links: IndexMap<String, Link>,
    /// Whether it is a reference to nowhere, or to a document that was not read: what it says besides its status is unknown.
    pub unread: bool,
    /// The name under `components.responses`, where it is a reference to one.
    pub component: Option<String>,
    /// `x-…` members.
    pub extensions: IndexMap<String, Value>,
    /// Where it stands.
    pub origin: Origin,
}

/// A response header (OAS §4.8.21).
#[derive(Clone, Debug)]
pub struct Header {
    /// `description`
    pub description: Option<String>,
    /// `required`
    pub required: bool,
    /// Its value's schema, written in `simple` style.
    pub schema: Option<SchemaId>,
    /// Where it stands.
    pub origin: Origin,
}

/// A link from a response to an operation (OAS §4.8.20).
#[derive(Clone, Debug)]
pub struct Link {
    /// The operation it leads to, where `operationId` or a local `operationRef` names one.
    pub operation: Option<OperationId>,
    /// Parameter name (perhaps with its location before a dot) → constant or runtime expression.
    pub parameters: IndexMap<String, Value>,
    /// `requestBody`: constant or runtime expression.
    pub request_body: Option<Value>,
    /// Whether it has a `server` of its own: the operation is another deployment's.
    pub elsewhere: bool,
    /// Where it stands.
    pub origin: Origin,
}

impl Operation {
    /// The response a status is documented by: its code, else its range, else `default` (OAS §4.8.16.1).
    #[must_use]
    pub fn response(&self, status: u16) -> Option<(StatusKey, &Response)> {
        let range = u8::try_from(status / 100).unwrap_or(u8::MAX);
        [
            StatusKey::Code(status),
            StatusKey::Range(range),
            StatusKey::Default,
        ]
        .into_iter()
        .find_map(|key| self.responses.get(&key).map(|response| (key, response)))
    }
}

/// A server (OAS §4.8.5).
#[derive(Clone, Debug)]
pub struct Server {
    /// The URL template, perhaps relative, as written.
    pub url: String,
    /// `description`
    pub description: Option<String>,
    /// `variables`
    pub variables: IndexMap<String, ServerVariable>,
}

/// A variable of a server's URL (OAS §4.8.6).
#[derive(Clone, Debug)]
pub struct ServerVariable {
    /// `default`
    pub default: String,
    /// `enum`; empty: anything.
    pub allowed: Vec<String>,
}

impl Server {
    /// The URL with each variable's default filled in.
    #[must_use]
    pub fn default_url(&self) -> String {
        self.variables
            .iter()
            .fold(self.url.clone(), |url, (name, variable)| {
                url.replace(&format!("{{{name}}}"), &variable.default)
            })
    }
}
