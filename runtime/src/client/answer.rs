//! Answers.

use super::ClientError;
use crate::body::{essence, within};
use crate::stream::{ItemError, Streamed, is_stream};
use crate::{Instance, Location, Value, Violation, Violations};
use crate::{body::RawBody, operation::StatusCode};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body_util::BodyExt as _;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// What has not been read yet, where the body is items one after another.
    rest: Option<Rest>,
    limit: usize,
}

/// The body of a stream; clones share it, and the first to ask gets it.
#[derive(Clone)]
struct Rest(Arc<Mutex<Option<reqwest::Body>>>);

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The pieces of a body that is being received.
struct Received(http_body_util::BodyDataStream<reqwest::Body>);

impl Stream for Received {
    type Item = Result<Bytes, ItemError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = Pin::new(&mut self.0).poll_next(cx);
        chunk.map_err(|error| ItemError::Broken(Box::new(error.without_url())))
    }
}

impl Answer {
    /// Reads a response up to a limit.
    pub(super) async fn read(
        mut response: reqwest::Response,
        limit: usize,
        streams: bool,
    ) -> Result<Self, ClientError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if streams && is_stream(&essence(kind.unwrap_or_default())) {
            return Ok(Self {
                status,
                headers,
                body: Bytes::new(),
                rest: Some(Rest(Arc::new(Mutex::new(Some(response.into()))))),
                limit,
            });
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(ClientError::transport)? {
            if body.len() + chunk.len() > limit {
                return Err(ClientError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self {
            status,
            headers,
            body: body.freeze(),
            rest: None,
            limit,
        })
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    fn content_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Whether its content type is in one of these ranges.
    #[must_use]
    pub fn is_in(&self, ranges: &[&str]) -> bool {
        let essence = essence(self.content_type());
        ranges
            .iter()
            .any(|range| within(&self::essence(range), &essence))
    }

    /// The body, as an instance.
    ///
    /// # Errors
    /// Every violation there is.
    pub fn json<T: Instance>(&self) -> Result<T, ClientError> {
        T::from_json(&self.body).map_err(|violations| self.invalid(violations))
    }

    /// The body, as items that are read as they come. It can be had once.
    #[must_use]
    pub fn stream<S: Streamed>(&self) -> S {
        let rest = self.rest.as_ref().and_then(|rest| {
            let mut rest = rest.0.lock().unwrap_or_else(PoisonError::into_inner);
            rest.take()
        });
        let body = rest.unwrap_or_else(|| self.body.clone().into());
        let chunks = body.into_data_stream();
        S::from_chunks(Box::pin(Received(chunks)), self.limit)
    }

    /// The body, as items that are all there.
    ///
    /// # Errors
    /// Every violation there is.
    pub fn lines<T: Instance>(&self) -> Result<crate::stream::Lines<T>, ClientError> {
        crate::stream::Lines::read(&self.body).map_err(|violations| self.invalid(violations))
    }

    /// The body, as an instance that is written as a form.
    ///
    /// # Errors
    /// Every violation there is.
    pub fn form<T: Instance>(&self, form: &crate::Form) -> Result<T, ClientError> {
        form.read(self.content_type(), &self.body)
            .map_err(|violations| self.invalid(violations))
    }

    /// The body, as bytes of the range its content type is in; of the first where it is in none.
    #[must_use]
    pub fn raw(&self, ranges: &'static [&'static str]) -> RawBody {
        let essence = essence(self.content_type());
        let range = ranges
            .iter()
            .find(|range| within(&self::essence(range), &essence))
            .or_else(|| ranges.first());
        RawBody {
            media_type: range.copied().unwrap_or_default(),
            bytes: self.body.clone(),
        }
    }

    /// A header that has to be there.
    ///
    /// # Errors
    /// Where it is missing, or no instance.
    pub fn required_header<T: Instance>(&self, name: &'static str) -> Result<T, ClientError> {
        let missing = || {
            self.invalid(
                Violation::new(Location::Header, name, "required", "the header is missing").into(),
            )
        };
        self.optional_header(name)?.ok_or_else(missing)
    }

    /// A header that may be absent.
    ///
    /// # Errors
    /// Where it is no instance.
    pub fn optional_header<T: Instance>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, ClientError> {
        let Some(text) = self.headers.get(name).and_then(|value| value.to_str().ok()) else {
            return Ok(None);
        };
        // A header does not say whether it is text or JSON: text first, then whatever else it can be.
        let as_text = T::from_value(&Value::from(text));
        let parsed =
            as_text.or_else(|violations| T::from_json(text.as_bytes()).map_err(|_| violations));
        parsed
            .map(Some)
            .map_err(|violations| self.invalid(violations.located(Location::Header, name)))
    }

    fn invalid(&self, violations: Violations) -> ClientError {
        ClientError::Invalid {
            status: self.status.as_u16(),
            violations,
        }
    }

    /// What is said of an answer that the document does not name.
    #[must_use]
    pub fn undocumented(&self) -> ClientError {
        ClientError::Undocumented {
            status: self.status.as_u16(),
            content_type: self.content_type().to_owned(),
            body: self.body.clone(),
        }
    }
}
