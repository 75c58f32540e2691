//! `response.invariant`

use super::{documented, documented_media, has_body};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::{Invariant, infer::invariants},
};
use counterpart_model::{
    Direction,
    api::{Operation, SchemaId},
};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Answers are walked to this depth.
const DEPTH: usize = 24;

/// What must hold between fields holds.
#[derive(Default)]
pub(super) struct Invariants {
    /// What descriptions say of a schema's instances, read once.
    told: Mutex<HashMap<SchemaId, Arc<Vec<Invariant>>>>,
}

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
        "Every instance of a schema with x-invariants, in every answer, keeps them; and so does what the description of a \
         property says of it for a state: *null until done*, *null while the ticket is open*, *100 when done*."
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
        let mut at = Walk {
            context,
            check: self,
            looked_at: 0,
            broken: Vec::new(),
        };
        at.walk(schema, &body, String::new(), (0, true));
        let (looked_at, broken) = (at.looked_at, at.broken);
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

impl Invariants {
    fn told(&self, context: &Context, schema: SchemaId) -> Arc<Vec<Invariant>> {
        let mut known = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = known
            .entry(schema)
            .or_insert_with(|| Arc::new(invariants(&context.api, schema)));
        Arc::clone(told)
    }
}

/// A walk through an answer along its schema.
struct Walk<'a> {
    context: &'a Context,
    check: &'a Invariants,
    looked_at: usize,
    broken: Vec<Broken>,
}

impl Walk<'_> {
    /// `whole` where the schema is not one of several parts of what the instance is.
    fn walk(
        &mut self,
        id: SchemaId,
        value: &Value,
        pointer: String,
        (depth, whole): (usize, bool),
    ) {
        if depth > DEPTH {
            return;
        }
        let context = self.context;
        let id = context.api.resolve(id);
        let schema = context.api.schema(id);
        if value.is_object() {
            let told = whole.then(|| self.check.told(context, id));
            // What is not there is as good as null.
            let told = told.iter().flat_map(|told| told.iter());
            let told = told.filter(|rule| rule.then.field.get(value).is_some());
            for rule in Invariant::of(schema).into_iter().chain(told.cloned()) {
                self.looked_at += 1;
                if rule.is_broken_by(value) {
                    self.broken.push(Broken {
                        schema: id,
                        pointer: pointer.clone(),
                        rule,
                        instance: value.clone(),
                    });
                }
            }
        }
        if let Some(inner) = &schema.reference {
            self.walk(*inner, value, pointer.clone(), (depth + 1, whole));
        }
        for inner in &schema.all_of {
            self.walk(*inner, value, pointer.clone(), (depth + 1, false));
        }
        // A branch that the instance does not take says nothing about it.
        for branch in schema.any_of.iter().chain(&schema.one_of) {
            if context.judge.is_valid(*branch, Direction::Response, value) {
                self.walk(*branch, value, pointer.clone(), (depth + 1, whole));
            }
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let place = schema.object.properties.get(name).copied();
                    if let Some(place) = place.or(schema.object.additional_properties) {
                        let at =
                            format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                        self.walk(place, value, at, (depth + 1, true));
                    }
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let place = schema.array.prefix_items.get(at).copied();
                    if let Some(place) = place.or(schema.array.items) {
                        let at = format!("{pointer}/{at}");
                        self.walk(place, item, at, (depth + 1, true));
                    }
                }
            }
            _ => {}
        }
    }
}
