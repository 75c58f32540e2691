//! Who may ask.

use super::Value;
use crate::Origin;
use indexmap::IndexMap;

/// One alternative: every scheme in it is needed together (OAS §4.8.30).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// Scheme name → scopes. Empty: anonymous.
    pub schemes: IndexMap<String, Vec<String>>,
}

/// An entry of `components.securitySchemes` (OAS §4.8.27).
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// Its name in `components`.
    pub name: String,
    /// What it is.
    pub kind: SecurityKind,
    /// `description`
    pub description: Option<String>,
    /// `x-…` members, `x-signature` among them.
    pub extensions: IndexMap<String, Value>,
    /// Where it stands.
    pub origin: Origin,
}

/// The kinds of security schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityKind {
    /// `type: http`: the `Authorization` header with this scheme, in lower case (`bearer`, `basic`, …).
    Http {
        /// The authentication scheme (RFC 9110 §16.4).
        scheme: String,
    },
    /// `type: apiKey`
    ApiKey {
        /// Where the key goes.
        location: ApiKeyLocation,
        /// The name of the header, query parameter or cookie.
        name: String,
    },
    /// `type: oauth2`: a bearer token once the flow is done.
    OAuth2,
    /// `type: openIdConnect`: a bearer token once the flow is done.
    OpenIdConnect,
    /// `type: mutualTLS`
    MutualTls,
    /// A `type` that OpenAPI does not know.
    Unknown,
}

/// Where an API key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiKeyLocation {
    /// A header.
    Header,
    /// The query string.
    Query,
    /// A cookie.
    Cookie,
}
