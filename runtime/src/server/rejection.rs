//! Requests that never reach a trait method.

use crate::{Value, Violations};
use axum::http::StatusCode;

/// Why a request is turned away.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// No operation has this path (404).
    NotFound,
    /// The path has no operation with this method (405).
    MethodNotAllowed {
        /// The methods it has, for `Allow`.
        allow: String,
    },
    /// The body is longer than the server takes (413).
    PayloadTooLarge {
        /// What it takes, in bytes.
        limit: usize,
    },
    /// The body's content type is not one the operation takes (415).
    UnsupportedMediaType {
        /// Those it takes.
        supported: &'static [&'static str],
    },
    /// The operation answers with nothing that is acceptable (406).
    NotAcceptable {
        /// What it answers with.
        available: &'static [&'static str],
    },
    /// The credentials are missing or not good (401).
    Unauthenticated {
        /// Why, for the caller.
        reason: String,
        /// Whether they are missing rather than wrong.
        missing: bool,
    },
    /// The credentials do not suffice (403).
    Forbidden {
        /// Why, for the caller.
        reason: String,
    },
    /// Parameters or body are not valid (400).
    Invalid {
        /// Everything that is wrong.
        violations: Violations,
    },
    /// The connection broke before the body was complete (400).
    Incomplete,
}

impl Rejection {
    /// The status it is answered with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Invalid { .. } | Self::Incomplete => StatusCode::BAD_REQUEST,
        }
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::NotFound => "no such path".to_owned(),
            Self::MethodNotAllowed { allow } => format!("the path only has {allow}"),
            Self::PayloadTooLarge { limit } => format!("the body is longer than {limit} bytes"),
            Self::UnsupportedMediaType { supported } => {
                format!("the content type has to be {}", supported.join(" or "))
            }
            Self::NotAcceptable { available } => {
                format!("only {} is to be had", available.join(" or "))
            }
            Self::Unauthenticated { reason, .. } | Self::Forbidden { reason } => reason.clone(),
            Self::Invalid { violations } => violations.to_string(),
            Self::Incomplete => "the body is not complete".to_owned(),
        }
    }
}

/// A problem in the form of RFC 9457, for documents without an error schema of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status code.
    pub status: u16,
    /// The kind of problem, in words.
    pub title: String,
    /// This problem, in words.
    pub detail: String,
    /// What is wrong with the request.
    pub violations: Violations,
}

impl Problem {
    /// The media type (RFC 9457 §3).
    pub const MEDIA_TYPE: &'static str = "application/problem+json";

    /// The problem of a rejection.
    #[must_use]
    pub fn of(rejection: &Rejection) -> Self {
        Self {
            status: rejection.status().as_u16(),
            title: rejection
                .status()
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            detail: rejection.message(),
            violations: match rejection {
                Rejection::Invalid { violations } => violations.clone(),
                _ => Violations::new(),
            },
        }
    }

    /// As JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let text = |text: &str| Value::from(text);
        let list: Vec<Value> = self
            .violations
            .iter()
            .map(|violation| {
                object([
                    ("in", text(violation.in_.as_str())),
                    ("name", text(&violation.name)),
                    ("pointer", text(&violation.pointer)),
                    ("keyword", text(violation.keyword)),
                    ("detail", text(&violation.message)),
                ])
            })
            .collect();
        let mut members = vec![
            ("title", text(&self.title)),
            ("status", Value::from(u32::from(self.status))),
            ("detail", text(&self.detail)),
        ];
        if !list.is_empty() {
            members.push(("violations", Value::Array(list)));
        }
        object(members).to_json()
    }
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}
