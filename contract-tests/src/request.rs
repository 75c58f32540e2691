//! A request before it is signed and sent: every part can still be broken on purpose.

use bytes::Bytes;
use counterpart_model::api::OperationId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a path segment or a query component: the unreserved characters (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Text as it stands in a path segment or a query component.
#[must_use]
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// What stays as it is in the value of a query: a comma too, which separates the items of a list that is not exploded
/// (RFC 6570 §3.2.8) and means nothing in any other value.
const IN_QUERY: &AsciiSet = &UNRESERVED.remove(b',');

fn encode_value(text: &str) -> String {
    utf8_percent_encode(text, IN_QUERY).to_string()
}

/// How the bytes of a body go over the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// All at once.
    #[default]
    Whole,
    /// In a few pieces, each a moment after the one before.
    InPieces,
    /// The first half of what `Content-Length` tells of, then the connection ends.
    CutOff,
}

/// One request, without credentials: those are added when it is sent (see [`Access`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The operation it is for, if it is for one.
    pub operation: Option<OperationId>,
    /// The method, as sent.
    pub method: String,
    /// The path below the base URL, percent-encoded, with its leading `/`.
    pub path: String,
    /// The query, as name and value before encoding, in order.
    pub query: Vec<(String, String)>,
    /// Headers other than credentials and `content-type`.
    pub headers: Vec<(String, String)>,
    /// `content-type`
    pub content_type: Option<String>,
    /// What JSON is sent as, where the operation takes it as something else than `application/json`.
    pub json_media: Option<String>,
    /// The exact bytes of the body; `None`: no body at all.
    pub body: Option<Bytes>,
    /// How the body goes over the wire.
    pub delivery: Delivery,
    /// With which credentials it goes.
    pub access: Access,
}

impl Request {
    /// A request without parameters or body.
    #[must_use]
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            operation: None,
            method: method.into(),
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            content_type: None,
            json_media: None,
            body: None,
            delivery: Delivery::default(),
            access: Access::default(),
        }
    }

    /// The raw query string, without `?`; empty where there is none.
    #[must_use]
    pub fn raw_query(&self) -> String {
        self.query
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), encode_value(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a query parameter: whatever it was before goes.
    #[must_use]
    pub fn set_query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.retain(|(known, _)| known != name);
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Takes a query parameter away.
    #[must_use]
    pub fn without_query(mut self, name: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self
    }

    /// Sets a header: whatever it was before goes.
    #[must_use]
    pub fn set_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes a header away.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A JSON body, with its content type where none is set yet.
    #[must_use]
    pub fn with_json(mut self, value: &serde_json::Value) -> Self {
        self.body = Some(Bytes::from(value.to_string()));
        let media = self.json_media.clone();
        self.content_type
            .get_or_insert_with(|| media.unwrap_or_else(|| "application/json".to_owned()));
        self
    }

    /// The body as JSON, if it is some.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(self.body.as_ref()?).ok()
    }

    /// The same request with other credentials, or with the usual ones misused.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }
}

/// With which credentials a request goes, and what is done to them before it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The identity in the configuration; the main one for `None`.
    pub identity: Option<String>,
    /// What is done to the credentials.
    pub misuse: Option<Misuse>,
}

impl Access {
    /// No credentials at all.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            identity: None,
            misuse: Some(Misuse::Anonymous),
        }
    }

    /// The main identity, misused.
    #[must_use]
    pub fn misused(misuse: Misuse) -> Self {
        Self {
            identity: None,
            misuse: Some(misuse),
        }
    }

    /// Another identity of the configuration.
    #[must_use]
    pub fn identity(name: impl Into<String>) -> Self {
        Self {
            identity: Some(name.into()),
            misuse: None,
        }
    }
}

/// One thing done to otherwise good credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// None are sent.
    Anonymous,
    /// This scheme's are left out.
    Without(String),
    /// This scheme's value is replaced by a wrong one of the same form.
    Wrong(String),
    /// This scheme's value lacks its last character.
    Shorter(String),
    /// This scheme's value has a character more.
    Longer(String),
    /// This scheme's value is empty.
    Empty(String),
    /// Only this scheme's credentials are sent, which the operation does not take.
    Instead(String),
    /// The value is sent by another scheme of HTTP authentication than this one (RFC 9110 §11).
    OtherScheme(String),
    /// This scheme's JSON Web Token has other claims than were signed (RFC 7519 §7.2).
    OtherClaims(String),
    /// This scheme's JSON Web Token says that it is not signed (RFC 7519 §6).
    Unsigned(String),
    /// The signature is made with another key than the one that belongs to the identity.
    OtherKey,
    /// The signature is made with the key of another identity of the configuration.
    KeyOf(String),
    /// The signature's last characters are cut off.
    Truncated,
    /// The request is signed at this many seconds from now.
    Clock(i64),
    /// The timestamp is sent as another than the one signed, this many seconds apart but within tolerance.
    TimestampMismatch(i64),
    /// The request is signed with another method than it is sent with.
    SignedMethod(String),
    /// The request is signed for another path (below the base URL) than it is sent to.
    SignedPath(String),
    /// The request is signed for another raw query than it is sent with.
    SignedQuery(String),
    /// The request is signed for another body than it is sent with.
    SignedBody(Bytes),
}
