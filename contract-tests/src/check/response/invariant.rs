//! `response.invariant`

use super::{documented, documented_media, has_body};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::Invariant,
};
use counterpart_model::{
    Direction,
    api::{Operation, SchemaId},
};
use serde_json::Value;
use std::sync::Arc;

/// Answers are walked to this depth.
const DEPTH: usize = 24;

/// What must hold between fields holds.
pub(super) struct Invariants;

/// A broken invariant: of this schema, at this pointer.
struct Broken {
    schema: SchemaId,
    pointer: String,
    rule: Invariant,
    instance: Value,
}

impl ResponseCheck for Invariants {
    fn id(&self) -> &'static str {
        "response.invariant"
    }

    fn about(&self) -> &'static str {
        "Every instance of a schema with x-invariants, in every answer, keeps them."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        let (_, response) = documented(operation, answer)?;
        if !has_body(&exchange.request.method, answer) {
            return None;
        }
        let schema = documented_media(response, answer)?.schema?;
        let body = exchange.json()?;
        let mut looked_at = 0;
        let mut broken = Vec::new();
        walk(
            context,
            schema,
            &body,
            String::new(),
            0,
            &mut looked_at,
            &mut broken,
        );
        if looked_at == 0 {
            return None;
        }
        let findings = broken
            .into_iter()
            .map(|broken| {
                let at = if broken.pointer.is_empty() {
                    "the body"
                } else {
                    &broken.pointer
                };
                let schema = context.api.schema(broken.schema);
                Finding::new(
                    self.id(),
                    &operation.id,
                    format!("{at}: {}, and not: {}", broken.rule.when, broken.rule.then),
                )
                .promise(
                    format!("when {}, then {}", broken.rule.when, broken.rule.then),
                    &schema.origin,
                )
                .expected(
                    broken.rule.then.to_string(),
                    broken
                        .rule
                        .then
                        .field
                        .get(&broken.instance)
                        .map_or_else(|| "absent".to_owned(), ToString::to_string),
                )
                .cause(format!(
                    "{} {} {} {}",
                    self.id(),
                    schema.origin.pointer,
                    broken.rule.when,
                    broken.rule.then
                ))
                .step(exchange)
            })
            .collect();
        Some(findings)
    }
}

fn walk(
    context: &Context,
    id: SchemaId,
    value: &Value,
    pointer: String,
    depth: usize,
    looked_at: &mut usize,
    broken: &mut Vec<Broken>,
) {
    if depth > DEPTH {
        return;
    }
    let id = context.api.resolve(id);
    let schema = context.api.schema(id);
    if value.is_object() {
        for rule in Invariant::of(schema) {
            *looked_at += 1;
            if rule.is_broken_by(value) {
                broken.push(Broken {
                    schema: id,
                    pointer: pointer.clone(),
                    rule,
                    instance: value.clone(),
                });
            }
        }
    }
    for inner in schema.reference.iter().chain(&schema.all_of) {
        walk(
            context,
            *inner,
            value,
            pointer.clone(),
            depth + 1,
            looked_at,
            broken,
        );
    }
    // A branch that the instance does not take says nothing about it.
    for branch in schema.any_of.iter().chain(&schema.one_of) {
        if context.judge.is_valid(*branch, Direction::Response, value) {
            walk(
                context,
                *branch,
                value,
                pointer.clone(),
                depth + 1,
                looked_at,
                broken,
            );
        }
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let place = schema.object.properties.get(name).copied();
                if let Some(place) = place.or(schema.object.additional_properties) {
                    let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                    walk(context, place, value, at, depth + 1, looked_at, broken);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let place = schema.array.prefix_items.get(at).copied();
                if let Some(place) = place.or(schema.array.items) {
                    walk(
                        context,
                        place,
                        item,
                        format!("{pointer}/{at}"),
                        depth + 1,
                        looked_at,
                        broken,
                    );
                }
            }
        }
        _ => {}
    }
}
