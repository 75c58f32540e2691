//! `response.consistent`

use super::{shown, walk::each_object};
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
use counterpart_model::api::{Api, Operation, SchemaId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// What an object shows agrees.
#[derive(Default)]
pub(super) struct Consistent {
    /// What the document says of a schema's instances, read once.
    told: Mutex<HashMap<SchemaId, Arc<Vec<Agreement>>>>,
    shown: OnceLock<ShownBy>,
}

impl ResponseCheck for Consistent {
    fn id(&self) -> &'static str {
        "response.consistent"
    }

    fn about(&self) -> &'static str {
        "The values of one object agree as the document says: a number is the sum of a member of a list beside it, or how many \
         items it has, or has of one status; a moment is never before another one; a list is in alphabetical order, or the \
         oldest item comes first; what tells an item's position tells it; what is said to be that of the first or the last item is."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        let (schema, body) = shown(operation, exchange, answer)?;
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
            let shown = self.shown.get_or_init(|| shown_by(api));
            Arc::new(agreements_of(api, schema, shown))
        });
        Arc::clone(told)
    }
}

/// The operations that show a resource, by its schema.
pub(super) type ShownBy = HashMap<SchemaId, Vec<usize>>;

/// Which operations show what.
pub(super) fn shown_by(api: &Api) -> ShownBy {
    let mut all = ShownBy::new();
    for (at, operation) in api.operations.iter().enumerate() {
        if let Some(shown) = answer_schema(operation) {
            let schema = api.resolve(core(api, shown).1);
            all.entry(schema).or_default().push(at);
        }
    }
    all
}

/// What a schema's descriptions, and those of the operations that show it, say of its instances.
pub(super) fn agreements_of(api: &Api, schema: SchemaId, shown: &ShownBy) -> Vec<Agreement> {
    let own = shown.get(&schema).into_iter().flatten();
    let own: Vec<&Operation> = own.filter_map(|at| api.operations.get(*at)).collect();
    agreements(api, schema, &own)
}
