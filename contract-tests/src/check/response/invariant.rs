//! `response.invariant`

use super::{shown, walk::each_object};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::{Invariant, infer::invariants},
};
use counterpart_model::api::{Operation, SchemaId};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

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
        let (schema, body) = shown(operation, exchange, answer)?;
        let (mut looked_at, mut broken) = (0, Vec::new());
        each_object(context, schema, &body, &mut |part| {
            let told = part.whole.then(|| self.told(context, part.schema));
            let told = told.iter().flat_map(|told| told.iter());
            let told = told.filter(|rule| rule.then.field.get(part.instance).is_some());
            let stated = Invariant::of(context.api.schema(part.schema)).into_iter();
            for rule in stated.chain(told.cloned()) {
                looked_at += 1;
                if rule.is_broken_by(part.instance) {
                    broken.push(Broken {
                        schema: part.schema,
                        pointer: part.pointer.to_owned(),
                        rule,
                        instance: part.instance.clone(),
                    });
                }
            }
        });
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
