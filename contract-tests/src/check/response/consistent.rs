//! `response.consistent`

use super::{documented, documented_media, has_body, walk::each_object};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::{
        Agreement,
        infer::{agreements, answer_schema, envelope::core},
    },
};
use counterpart_model::api::{Operation, SchemaId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What an object shows agrees.
#[derive(Default)]
pub(super) struct Consistent {
    /// What the document says of a schema's instances, read once.
    told: Mutex<HashMap<SchemaId, Arc<Vec<Agreement>>>>,
}

impl ResponseCheck for Consistent {
    fn id(&self) -> &'static str {
        "response.consistent"
    }

    fn about(&self) -> &'static str {
        "The values of one object agree as the document says: a number is the sum of a member of a list beside it, or how many \
         items it has, or has of one status; a moment is never before another one; a list is in alphabetical order, or the \
         oldest item comes first; what tells an item's position tells it."
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
        let (mut looked_at, mut findings) = (0, Vec::new());
        each_object(context, schema, &body, &mut |part| {
            if !part.whole {
                return;
            }
            for rule in self.told(context, part.schema).iter() {
                let Ok(broken) = rule.broken(part.instance) else {
                    continue;
                };
                looked_at += 1;
                let Some((expected, actual)) = broken else {
                    continue;
                };
                let at = match part.pointer {
                    "" => "the body",
                    pointer => pointer,
                };
                let promise = rule.promise();
                let origin = &context.api.schema(part.schema).origin;
                let finding =
                    Finding::new(self.id(), &operation.id, format!("{at}: not so: {promise}"))
                        .promise(&promise, origin)
                        .expected(expected, actual)
                        .cause(format!("{} {} {promise}", self.id(), origin.pointer));
                findings.push(finding.step(exchange));
            }
        });
        (looked_at > 0).then_some(findings)
    }
}

impl Consistent {
    fn told(&self, context: &Context, schema: SchemaId) -> Arc<Vec<Agreement>> {
        let mut known = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = known.entry(schema).or_insert_with(|| {
            let api = &context.api;
            let shows = |operation: &&Operation| {
                let shown = answer_schema(operation);
                shown.is_some_and(|shown| api.resolve(core(api, shown).1) == schema)
            };
            let shown_by: Vec<&Operation> = api.operations.iter().filter(shows).collect();
            Arc::new(agreements(api, schema, &shown_by))
        });
        Arc::clone(told)
    }
}
