//! Why a request is not fulfilled, in the document's words.

use crate::ids;
use crate::store::StoreError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// A failure: a status, and what the error body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The status.
    pub(crate) status: StatusCode,
    /// The error's code.
    pub(crate) code: &'static str,
    /// An explanation for people.
    pub(crate) message: String,
    /// The violations: field, code, message.
    pub(crate) fields: Vec<(String, &'static str, String)>,
}

impl Failure {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// 400: violations of the document.
    pub(crate) fn invalid(code: &'static str, fields: Vec<(String, &'static str, String)>) -> Self {
        let message = match fields.len() {
            1 => "The request has 1 violation.".to_owned(),
            many => format!("The request has {many} violations."),
        };
        Self {
            fields,
            ..Self::new(StatusCode::BAD_REQUEST, code, message)
        }
    }

    /// 400: both cursors.
    pub(crate) fn both_cursors() -> Self {
        let field = (
            "ending_before".to_owned(),
            "mutually_exclusive",
            "cannot be combined with starting_after".to_owned(),
        );
        Self {
            message: "Give starting_after or ending_before.".to_owned(),
            ..Self::invalid("mutually_exclusive_parameters", vec![field])
        }
    }

    /// 400: a cursor that names nothing in the list.
    pub(crate) fn unknown_cursor(parameter: &str) -> Self {
        let field = (
            parameter.to_owned(),
            "invalid_cursor",
            "names no item of this list".to_owned(),
        );
        Self {
            message: "The cursor names no item.".to_owned(),
            ..Self::invalid("invalid_cursor", vec![field])
        }
    }

    /// 404.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "resource_not_found",
            format!("No such {what}."),
        )
    }

    /// 409: the key was used for another request.
    pub(crate) fn key_reused() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "duplicate_idempotency_key",
            "This idempotency key was used for another request.",
        )
    }

    /// 409: the first request with the key is still running.
    pub(crate) fn key_in_flight() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "idempotency_key_in_flight",
            "The first request with this idempotency key is still running.",
        )
    }

    /// 422: a state or a gate does not allow it.
    pub(crate) fn unprocessable(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// 429.
    pub(crate) fn rate_limited() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            "Too many requests.",
        )
    }

    /// 500. What went wrong is logged, not told.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong.",
        )
    }

    /// Any status that the router decides on.
    pub(crate) fn of_status(status: StatusCode, message: impl Into<String>) -> Self {
        let code = match status.as_u16() {
            401 => "missing_credentials",
            403 => "insufficient_permissions",
            404 => "resource_not_found",
            405 => "method_not_allowed",
            406 => "not_acceptable",
            413 => "payload_too_large",
            415 => "unsupported_media_type",
            503 => "service_unavailable",
            400..=499 => "validation_failed",
            _ => "internal_error",
        };
        Self::new(status, code, message)
    }

    /// The same failure with another code.
    pub(crate) fn with_code(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// Whether the same request may succeed later.
    pub(crate) fn retryable(&self) -> bool {
        self.code == "idempotency_key_in_flight" || matches!(self.status.as_u16(), 429 | 500..=599)
    }

    /// How many seconds to wait before trying again, where that is known here.
    pub(crate) fn retry_after(&self) -> Option<i32> {
        (self.code == "idempotency_key_in_flight").then_some(1)
    }

    /// The class of the error.
    pub(crate) fn kind(&self) -> &'static str {
        match self.status.as_u16() {
            401 => "authentication_error",
            403 => "authorization_error",
            404 => "not_found_error",
            409 => "conflict_error",
            422 => "unprocessable_error",
            429 => "rate_limit_error",
            500 => "internal_error",
            502..=504 => "service_unavailable_error",
            _ => "invalid_request_error",
        }
    }

    /// The error body.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({
            "type": self.kind(),
            "code": self.code,
            "message": shorten(&self.message),
            "status": self.status.as_u16(),
            "requestId": ids::fresh("req"),
            "retryable": self.retryable(),
        });
        if !self.fields.is_empty()
            && let Some(object) = error.as_object_mut()
        {
            let fields = self.fields.iter().take(1000).map(|(field, code, message)| {
                json!({ "field": shorten(field), "code": code, "message": shorten(message) })
            });
            object.insert("fieldErrors".to_owned(), fields.collect());
        }
        json!({ "error": error })
    }

    /// The whole answer, for failures outside the generated router.
    pub(crate) fn into_response(self) -> Response {
        let content_type = HeaderValue::from_static("application/json");
        let body = self.body().to_string();
        let mut response =
            (self.status, [(header::CONTENT_TYPE, content_type)], body).into_response();
        if let Some(seconds) = self.retry_after() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::internal()
    }
}

/// Texts of error bodies have 1 to 1000 characters.
fn shorten(text: &str) -> String {
    if text.is_empty() {
        "body".to_owned()
    } else {
        text.chars().take(1000).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterpart_runtime::Instance as _;

    /// Generated answers are built from these bodies, so none may break the schema.
    #[test]
    fn every_failure_is_an_error_of_the_document() {
        let field = |text: &str| (text.to_owned(), "invalid", text.to_owned());
        let mut failures = vec![
            Failure::invalid(
                "validation_failed",
                vec![field(""), field(&"ü".repeat(2_000))],
            ),
            Failure::invalid("malformed_body", (0..2_000).map(|_| field("x")).collect()),
            Failure::both_cursors(),
            Failure::unknown_cursor("starting_after"),
            Failure::not_found("customer"),
            Failure::key_reused(),
            Failure::key_in_flight(),
            Failure::rate_limited(),
            Failure::internal(),
        ];
        for code in [
            "invalid_state_transition",
            "customer_not_active",
            "account_balance_not_zero",
        ] {
            failures.push(Failure::unprocessable(code, "It is not allowed."));
        }
        for status in (400..600).filter_map(|code| StatusCode::from_u16(code).ok()) {
            failures.push(Failure::of_status(status, "x".repeat(5_000)));
            failures.push(Failure::of_status(status, ""));
        }
        for failure in failures {
            let body = failure.body().to_string();
            assert!(
                openfx::types::Error::from_json_text(&body).is_ok(),
                "{body}"
            );
        }
    }
}
