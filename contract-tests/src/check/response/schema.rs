//! `response.schema`

use super::{documented, documented_media, has_body};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    media,
};
use counterpart_model::{Direction, api::Operation};
use std::sync::Arc;

/// Every JSON body is valid by the schema of its response.
pub(super) struct Schema;

impl ResponseCheck for Schema {
    fn id(&self) -> &'static str {
        "response.schema"
    }

    fn about(&self) -> &'static str {
        "Every JSON body is valid by the schema of its response: types, required properties, patterns, formats, limits, \
         `null` only where allowed, nothing that is `writeOnly`."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        violations(self.id(), context, operation, exchange, answer, |keyword| {
            keyword != "enum"
        })
    }
}

/// The violations of a body whose keyword is wanted, as findings.
pub(super) fn violations(
    check: &'static str,
    context: &Context,
    operation: &Operation,
    exchange: &Arc<Exchange>,
    answer: &Answer,
    wanted: impl Fn(&str) -> bool,
) -> Option<Vec<Finding>> {
    let (_, response) = documented(operation, answer)?;
    if !has_body(&exchange.request.method, answer) {
        return None;
    }
    let schema = documented_media(response, answer)?.schema?;
    let content_type = answer.header("content-type")?;
    if !media::is_json(content_type) {
        return None;
    }
    // What is no JSON is a matter of the content type.
    let body = exchange.json()?;
    let violations = context.judge.violations(schema, Direction::Response, &body);
    let findings = violations
        .into_iter()
        .filter(|violation| wanted(&violation.keyword))
        .map(|violation| {
            let at = if violation.pointer.is_empty() {
                "the body"
            } else {
                violation.pointer.as_str()
            };
            let mut finding =
                Finding::new(check, &operation.id, format!("{at}: {}", violation.message))
                    .expected(violation.expected.clone(), violation.found.clone())
                    .input(format!("{at} = {}", violation.found))
                    .cause(format!(
                        "{check} {} {}",
                        violation.origin.pointer, violation.keyword
                    ))
                    .step(exchange);
            finding.promise = Some(crate::finding::Promise {
                text: format!("{}: {}", violation.keyword, violation.expected),
                origin: violation.origin.clone(),
            });
            finding
        })
        .collect();
    Some(findings)
}
