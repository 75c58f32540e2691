//! `metadata.*`: maps whose keys are data (metadata, labels, tags).
//!
//! Their rules are those of the map's schema: how many keys, which keys, which values. Each is tried on
//! both sides in an otherwise good request, and what was written has to come back as it was.

mod limits;
mod round_trip;

use super::{Check, Phase, resource::variant};
use crate::{
    context::{Context, Draft},
    finding::Verdict,
    request::Request,
    rules::{MapField, map_fields},
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, SchemaId},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// This many cases are tried of one map.
const CASES: usize = 40;
/// This many bodies are tried for one that can hold a map.
const BODIES: usize = 8;

/// The checks on maps.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(Mapped(limits::Accepted)),
        Arc::new(Mapped(limits::Rejected)),
        Arc::new(Mapped(round_trip::RoundTrip)),
    ]
}

/// A check on a map in the body of a write.
trait MapCheck: Send + Sync {
    fn id(&self) -> &'static str;
    fn about(&self) -> &'static str;
    fn judge<'a>(&'a self, written: &'a Written<'a>) -> BoxFuture<'a, Verdict>;
}

/// A write that was accepted, and a map that its body can hold.
struct Written<'a> {
    context: &'a Context,
    operation: &'a Operation,
    draft: &'a Draft,
    body: &'a Value,
    field: MapField,
}

impl Written<'_> {
    /// The request with this map, keys and values that may not meet renewed.
    fn with(&self, map: &Value) -> Option<Request> {
        let mut body = self.context.fresh_body(self.operation, self.body);
        self.field.pointer.set(&mut body, map.clone()).then(|| {
            self.context
                .freshened(self.operation, self.draft.request.clone())
                .with_json(&body)
        })
    }

    /// Where the rule stands.
    fn origin(&self) -> &counterpart_model::Origin {
        &self.context.api.schema(self.field.schema).origin
    }
}

struct Mapped<T>(T);

impl<T: MapCheck> Check for Mapped<T> {
    fn id(&self) -> &'static str {
        self.0.id()
    }

    fn about(&self) -> &'static str {
        self.0.about()
    }

    fn phase(&self) -> Phase {
        Phase::Request
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        let schema = operation.body.as_ref().and_then(|body| {
            body.content.iter().find_map(|(media, content)| {
                content.schema.filter(|_| crate::media::is_json(media))
            })
        });
        schema.is_some_and(|schema| !map_fields(api, schema).is_empty())
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let Some((_, schema)) = context.body_schema(operation) else {
                return Verdict::not_exercised("the body is no JSON");
            };
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let Some(body) = draft.body.as_ref() else {
                return Verdict::not_exercised("the accepted request has no body");
            };
            let mut verdict = Verdict::default();
            for field in map_fields(&context.api, schema) {
                let wanted = context.api.schema(field.schema);
                if !matches!(wanted.shape, counterpart_model::api::Shape::Map { .. }) {
                    continue;
                }
                let holding = draft_with(context, operation, schema, &draft, &field).await;
                let Some(holding) = holding else {
                    verdict.skip(format!("no body that can hold {} was taken", field.pointer));
                    continue;
                };
                let written = Written {
                    context,
                    operation,
                    draft: &holding,
                    body: holding.body.as_ref().unwrap_or(body),
                    field,
                };
                verdict.merge(self.0.judge(&written).await);
            }
            verdict
        }
        .boxed()
    }
}

/// The draft, where its body can hold the map: of a union, only some variants can. Else one with another body, which
/// was taken as well.
async fn draft_with(
    context: &Context,
    operation: &Operation,
    schema: SchemaId,
    draft: &Draft,
    field: &MapField,
) -> Option<Draft> {
    let holds = |body: &Value| {
        let own = variant(&context.judge, schema, Direction::Request, body);
        map_fields(&context.api, own).contains(field)
    };
    if draft.body.as_ref().is_some_and(holds) {
        return Some(draft.clone());
    }
    let positives = context.generator().positives(schema);
    let positives = positives.cases.iter().map(|case| case.value.clone());
    let others = context.bodies(operation).into_iter().chain(positives);
    for body in others.filter(holds).take(BODIES) {
        let request = draft.request.clone().with_json(&body);
        let request = context.anew(operation, request);
        let body = request.json();
        let exchange = context.send(request.clone()).await;
        if exchange.succeeded() {
            return Some(Draft {
                request,
                body,
                exchange,
                ..draft.clone()
            });
        }
    }
    None
}
