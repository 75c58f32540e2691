//! A request on its way to a trait method.

use crate::body::RawBody;
use crate::operation::{OperationInfo, SchemeKind};
use crate::params::Source;
use crate::stream::Lines;
use crate::{Collector, Form, Instance, Violations};
use axum::http::{HeaderMap, Method, Uri, request::Parts};
use bytes::Bytes;
use std::sync::Arc;

/// A request as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// The operation it was routed to, if it was.
    pub operation: Option<&'static OperationInfo>,
    /// Method, URI, headers and extensions.
    pub parts: &'a Parts,
    /// The exact bytes of the body; empty before it is read.
    pub body: &'a Bytes,
}

impl Incoming<'_> {
    /// The method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.parts.method
    }

    /// Path and query, as they came.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }
}

/// What a trait method is told beside its typed request.
#[derive(Clone, Debug)]
pub struct Call<Caller> {
    /// Who asks.
    pub caller: Caller,
    /// The operation.
    pub operation: &'static OperationInfo,
    /// Method, URI, headers and extensions, as they came.
    pub parts: Arc<Parts>,
    /// The exact bytes of the body.
    pub body: Bytes,
}

/// What a typed request is read from.
#[derive(Clone, Debug)]
pub struct Input {
    pub(super) operation: &'static OperationInfo,
    pub(super) path: Vec<(&'static str, String)>,
    pub(super) parts: Arc<Parts>,
    pub(super) body: Bytes,
    pub(super) media_type: Option<&'static str>,
}

impl Input {
    /// Reads a typed request, and collects everything that is wrong with it.
    ///
    /// # Errors
    /// All violations.
    pub fn collect<R>(
        &self,
        read: impl FnOnce(Collector<'_>) -> Result<R, Violations>,
    ) -> Result<R, Violations> {
        let path: Vec<(&str, &str)> = self
            .path
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let headers: Vec<(&str, &[u8])> = self
            .parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let schemes = self.operation.security.iter().copied().flatten();
        let credentials: Vec<&str> = schemes
            .filter_map(|requirement| match requirement.scheme.kind {
                SchemeKind::Query(name) => Some(name),
                _ => None,
            })
            .collect();
        read(Collector::new(Source {
            path: &path,
            query: self.parts.uri.query().unwrap_or_default(),
            headers: &headers,
            body: &self.body,
            credentials: &credentials,
        }))
    }

    /// The exact bytes of the body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The `Content-Type` as it was sent, parameters included; `None` where there is none, or it is no text.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        let value = self.parts.headers.get(axum::http::header::CONTENT_TYPE);
        value.and_then(|value| value.to_str().ok())
    }

    /// The documented media range that the body's content type is in; `None` where there is no body.
    #[must_use]
    pub const fn media_type(&self) -> Option<&'static str> {
        self.media_type
    }
}

impl Input {
    /// The body of a form that has to be there. A form without pairs has no bytes: it is there all the same.
    pub fn form<T: Instance>(&self, collector: &mut Collector<'_>, form: &Form) -> Option<T> {
        if self.body.is_empty() && form.media_type.starts_with("multipart/") {
            return collector.missing_body();
        }
        let content_type = self.content_type().unwrap_or_default();
        collector.take(form.read(content_type, &self.body))
    }

    /// A body of items that has to be there.
    pub fn lines<T: Instance>(&self, collector: &mut Collector<'_>) -> Option<Lines<T>> {
        if self.body.is_empty() {
            return collector.missing_body();
        }
        self.optional_lines(collector)
    }

    /// A body of items, if there is one.
    pub fn optional_lines<T: Instance>(&self, collector: &mut Collector<'_>) -> Option<Lines<T>> {
        if self.body.is_empty() {
            return None;
        }
        collector.take(Lines::read(&self.body))
    }

    /// The body of a form, if there is one.
    pub fn optional_form<T: Instance>(
        &self,
        collector: &mut Collector<'_>,
        form: &Form,
    ) -> Option<T> {
        if self.body.is_empty() {
            return None;
        }
        self.form(collector, form)
    }

    /// The body as its bytes; `None` where there is none.
    #[must_use]
    pub fn raw_body(&self) -> Option<RawBody> {
        Some(RawBody {
            media_type: self.media_type?,
            bytes: self.body.clone(),
        })
    }
}
