//! `response.error`

use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::ErrorShape,
};
use counterpart_model::api::Operation;
use serde_json::Value;
use std::sync::Arc;

/// What an error body says about itself is true.
pub(super) struct ErrorBody;

impl ResponseCheck for ErrorBody {
    fn id(&self) -> &'static str {
        "response.error"
    }

    fn about(&self) -> &'static str {
        "The status in an error's body is the HTTP status, and its type goes with that status, as x-errors says; in \
         `application/problem+json` `status` is the HTTP status (RFC 9457 §3.1.2)."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        if answer.status < 400 {
            return None;
        }
        let body = exchange.json()?;
        let shape = ErrorShape::of(&context.api, context.document.as_deref());
        let Some(shape) = shape.ok().flatten() else {
            return self.problem(operation, exchange, answer, &body);
        };
        let mut findings = Vec::new();
        let mut looked_at = false;
        let mut fail = |title: String, expected: String, actual: String, part: &str| {
            findings.push(
                Finding::new(self.id(), &operation.id, title)
                    .promise("x-errors of the document", &shape.origin)
                    .expected(expected, actual)
                    .cause(format!("{} {part}", self.id()))
                    .step(exchange),
            );
        };
        if let Some(told) = shape.status.as_ref().and_then(|at| at.get(&body)) {
            looked_at = true;
            if told.as_u64() != Some(u64::from(answer.status)) {
                fail(
                    format!("the body tells status {told}"),
                    answer.status.to_string(),
                    told.to_string(),
                    "status",
                );
            }
        }
        let told = shape
            .r#type
            .as_ref()
            .and_then(|at| at.get(&body))
            .and_then(Value::as_str);
        if let Some((told, statuses)) = told.and_then(|told| Some((told, shape.types.get(told)?))) {
            looked_at = true;
            if !statuses.contains(&answer.status) {
                fail(
                    format!("type `{told}` comes with status {}", answer.status),
                    format!("{told} with one of {statuses:?}"),
                    answer.status.to_string(),
                    "type",
                );
            }
        }
        looked_at.then_some(findings)
    }
}

impl ErrorBody {
    /// RFC 9457 §3.1.2: the `status` of a problem is that of the answer.
    fn problem(
        &self,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
        body: &Value,
    ) -> Option<Vec<Finding>> {
        let media = exchange.header("content-type")?;
        let essence = media.split(';').next()?.trim();
        let told = body.get("status").filter(|it| it.is_number())?;
        if !essence.eq_ignore_ascii_case("application/problem+json") {
            return None;
        }
        if told.as_u64() == Some(u64::from(answer.status)) {
            return Some(Vec::new());
        }
        let finding = Finding::new(
            self.id(),
            &operation.id,
            format!("the problem tells status {told}"),
        )
        .promise(
            "the status of a problem is that of the answer (RFC 9457 §3.1.2)",
            &operation.origin,
        )
        .expected(answer.status.to_string(), told.to_string())
        .cause(format!("{} problem {}", self.id(), operation.id))
        .step(exchange);
        Some(vec![finding])
    }
}
