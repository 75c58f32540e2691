//! Requests as handlers see them, and what they answer.

use bytes::Bytes;
use serde_json::{Value, json};

/// A request that names an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The operation's id.
    pub(crate) operation: String,
    /// The values of the path's parameters, in order.
    pub(crate) path: Vec<String>,
    /// The query, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// Headers: lower-case name, value.
    pub(crate) headers: Vec<(String, String)>,
    /// The body as it came.
    pub(crate) bytes: Bytes,
    /// The body as a value, where it is one.
    pub(crate) body: Value,
}

impl Asked {
    /// A query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A query parameter that is a number.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.query(name)?.parse().ok()
    }

    /// A header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first parameter of the path.
    pub(crate) fn id(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// What an answer holds.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Bytes(String, Bytes),
    /// The connection ends before there is one.
    Broken,
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Json(body),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Empty,
        }
    }

    /// An error in the document's shape.
    pub(crate) fn error(status: u16, message: impl Into<String>, field: Option<&str>) -> Self {
        let code = match status {
            401 => "unauthorized",
            406 => "not_acceptable",
            404 => "not_found",
            405 => "method_not_allowed",
            409 => "conflict",
            412 => "precondition_failed",
            415 => "unsupported_media_type",
            _ => "invalid",
        };
        let message: String = message.into();
        Self::json(
            status,
            json!({ "error": { "code": code, "message": message, "field": field } }),
        )
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
