//! Answers.

use super::ClientError;
use crate::body::{essence, within};
use crate::{Instance, Location, Value, Violation, Violations};
use crate::{body::RawBody, operation::StatusCode};
use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// Reads a response up to a limit.
    pub(super) async fn read(
        mut response: reqwest::Response,
        limit: usize,
    ) -> Result<Self, ClientError> {
        let (status, headers) = (response.status(), response.headers().clone());
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
