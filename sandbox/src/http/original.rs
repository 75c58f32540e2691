//! A request as it came, whatever happens to it on the way to the router.

use axum::http::HeaderMap;
use axum::http::request::Parts;
use bytes::Bytes;

/// What a signature is checked against.
#[derive(Clone, Debug)]
pub(crate) struct Original {
    /// The method.
    pub(crate) method: String,
    /// The path and query as sent, base path included.
    pub(crate) path_and_query: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, where something changed it.
    pub(crate) body: Option<Bytes>,
}

impl Original {
    /// Notes how a request came.
    pub(crate) fn of(parts: &Parts, body: Option<Bytes>) -> Self {
        Self {
            method: parts.method.as_str().to_owned(),
            path_and_query: parts
                .uri
                .path_and_query()
                .map_or_else(String::new, |both| both.as_str().to_owned()),
            headers: parts.headers.clone(),
            body,
        }
    }
}
