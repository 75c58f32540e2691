//! Operations as constant data, for servers and clients alike.

mod servers;

pub use http::StatusCode;
pub use servers::{ServerError, ServerInfo, ServerVariable};

/// What the router has to know of an operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// `operationId`, declared or derived.
    pub id: &'static str,
    /// The method, in upper case.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// Its first tag; empty where it has none.
    pub tag: &'static str,
    /// The alternatives, each of which needs all its schemes. Empty: no security. An alternative without schemes:
    /// anonymous access.
    pub security: &'static [&'static [Requirement]],
    /// The body it takes.
    pub body: Option<BodyInfo>,
    /// The media types it answers with.
    pub produces: &'static [&'static str],
    /// The servers it has to itself, or its path; empty where those of the document hold.
    pub servers: &'static [ServerInfo],
}

/// What an operation's body may be.
#[derive(Clone, Copy, Debug)]
pub struct BodyInfo {
    /// Whether there has to be one.
    pub required: bool,
    /// The media ranges it may have.
    pub media_types: &'static [&'static str],
}

/// A security scheme that an alternative needs.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// The scheme.
    pub scheme: &'static SecurityScheme,
    /// Scopes or roles.
    pub scopes: &'static [&'static str],
}

/// A security scheme (OAS §4.8.27).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityScheme {
    /// Its name in the document.
    pub name: &'static str,
    /// Where its credential is.
    pub kind: SchemeKind,
}

/// Where the credential of a scheme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// In `Authorization`, after this scheme's name, which is compared without regard to case.
    Http(&'static str),
    /// In this header.
    Header(&'static str),
    /// In this query parameter.
    Query(&'static str),
    /// In this cookie.
    Cookie(&'static str),
    /// In the connection, or nowhere a request shows.
    Connection,
}
