//! `response.headers`

use super::{describe, documented};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
};
use counterpart_model::{
    Direction,
    api::{Operation, SchemaId, Shape, TypeSet},
};
use serde_json::Value;
use std::sync::Arc;

/// Documented headers are there when required, and valid when there.
pub(super) struct Headers;

impl ResponseCheck for Headers {
    fn id(&self) -> &'static str {
        "response.headers"
    }

    fn about(&self) -> &'static str {
        "Every documented response header is there when it is required, and valid by its schema when it is there."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        let (key, response) = documented(operation, answer)?;
        let mut findings = Vec::new();
        let mut judged = false;
        let headers = response.headers.iter();
        for (name, header) in headers.filter(|(name, _)| !crate::media::is_framing(name)) {
            let Some(text) = answer.header(name) else {
                if header.required {
                    judged = true;
                    findings.push(
                        Finding::new(
                            self.id(),
                            &operation.id,
                            format!("header {name} is missing"),
                        )
                        .promise(describe(context, response, key), &header.origin)
                        .expected(format!("{name} on each {key} response"), "no such header")
                        .cause(format!("{} {name} missing", self.id()))
                        .step(exchange),
                    );
                }
                continue;
            };
            let Some(schema) = header.schema else {
                continue;
            };
            judged = true;
            let value = parse(context, schema, text);
            let violations = context
                .judge
                .violations(schema, Direction::Response, &value);
            if let Some(violation) = violations.first() {
                findings.push(
                    Finding::new(
                        self.id(),
                        &operation.id,
                        format!("header {name} is not valid"),
                    )
                    .promise(describe(context, response, key), &header.origin)
                    .expected(violation.expected.clone(), format!("{name}: {text}"))
                    .cause(format!("{} {name} {}", self.id(), violation.keyword))
                    .step(exchange),
                );
            }
        }
        judged.then_some(findings)
    }
}

/// The text of a header as the instance its schema is about (style `simple`).
fn parse(context: &Context, schema: SchemaId, text: &str) -> Value {
    let resolved = context.api.schema(context.api.resolve(schema));
    let text = text.trim();
    if let Shape::Array { items } = &resolved.shape {
        return text
            .split(',')
            .map(|part| {
                items.map_or_else(|| part.trim().into(), |items| parse(context, items, part))
            })
            .collect();
    }
    if resolved.types.contains(TypeSet::STRING) {
        return text.into();
    }
    match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
        _ => text.into(),
    }
}
