//! Answers.

use super::rejection::Problem;
use crate::{Instance, SchemaRef, Value};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;

/// An answer on its way out.
#[derive(Debug)]
pub struct Reply(Response<Body>);

impl Reply {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        Self(response)
    }

    /// A rejection as a problem (RFC 9457).
    #[must_use]
    pub fn problem(rejection: &super::Rejection) -> Self {
        let body = Bytes::from(Problem::of(rejection).to_json());
        Self::bytes(rejection.status(), Problem::MEDIA_TYPE, body)
    }

    /// An answer of these bytes.
    #[must_use]
    pub fn bytes(status: StatusCode, content_type: &str, body: Bytes) -> Self {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        if let Ok(value) = HeaderValue::from_str(content_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, value);
        }
        Self(response)
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        *self.0.status_mut() = status;
        self
    }

    /// The same with a body of JSON, which [`Reply::json`] says more of.
    #[must_use]
    pub fn with_json<T: Instance>(self, content_type: &str, body: &T) -> Self {
        // A range names no type; JSON is what is written.
        let content_type = if content_type.contains('*') {
            "application/json"
        } else {
            content_type
        };
        Self::json(self.0.status(), content_type, T::SCHEMA, body)
    }

    /// The same with a body of items that are sent as they come.
    #[must_use]
    pub fn with_stream<S: crate::stream::Streamed>(self, content_type: &str, body: S) -> Self {
        let status = self.0.status();
        let mut reply = Self::bytes(status, content_type, Bytes::new());
        *reply.0.body_mut() = Body::from_stream(body.into_chunks());
        reply
    }

    /// The same with a form.
    #[must_use]
    pub fn with_form<T: Instance>(self, form: &crate::Form, body: &T) -> Self {
        let (content_type, bytes) = form.write(body);
        Self::bytes(self.0.status(), &content_type, Bytes::from(bytes))
    }

    /// The same with a body of bytes.
    #[must_use]
    pub fn with_raw(self, body: crate::body::RawBody) -> Self {
        Self::bytes(self.0.status(), body.media_type, body.bytes)
    }

    /// An answer of JSON.
    ///
    /// In debug builds the answer is held to its schema, and one that breaks it becomes a 500 that says how: a
    /// service is to find out before its clients do.
    #[must_use]
    pub fn json<T: Instance>(
        status: StatusCode,
        content_type: &str,
        schema: SchemaRef,
        body: &T,
    ) -> Self {
        let json = body.to_json();
        if cfg!(debug_assertions)
            && let Some(problem) = own_mistake(&json, schema)
        {
            let body = Bytes::from(problem.to_json());
            return Self::bytes(StatusCode::INTERNAL_SERVER_ERROR, Problem::MEDIA_TYPE, body);
        }
        Self::bytes(status, content_type, Bytes::from(json))
    }

    /// The same with a header. A value that no header can hold is left out.
    #[must_use]
    pub fn required_header<T: Instance>(mut self, name: &str, value: &T) -> Self {
        let text = simple(&value.to_value());
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&text),
        ) {
            self.0.headers_mut().insert(name, value);
        }
        self
    }

    /// The same with a header, if there is a value.
    #[must_use]
    pub fn optional_header<T: Instance>(self, name: &str, value: &Option<T>) -> Self {
        match value {
            Some(value) => self.required_header(name, value),
            None => self,
        }
    }

    /// The response.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        self.0
    }
}

fn own_mistake(json: &[u8], schema: SchemaRef) -> Option<Problem> {
    let value = Value::from_json(std::str::from_utf8(json).ok()?).ok()?;
    let violations = schema.judge(&value);
    (!violations.is_empty()).then(|| Problem {
        status: 500,
        title: "The service's own answer breaks its document".to_owned(),
        detail: violations.to_string(),
        violations,
    })
}

/// A value in `simple` style (OAS §4.8.12.3).
fn simple(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(simple).collect::<Vec<_>>().join(","),
        other => other.to_json(),
    }
}
