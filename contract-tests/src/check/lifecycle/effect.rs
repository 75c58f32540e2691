//! `lifecycle.transition`, `lifecycle.effect`: what an accepted operation does to its resource.

use super::{
    conduct::{Case, ConductCheck},
    situation::Situation,
};
use crate::{
    context::Context,
    exchange::Exchange,
    finding::Verdict,
    rules::{Machine, Pointer, StateField, Stated},
};
use counterpart_model::api::Operation;
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// This many resources are tried until one is taken.
const TRIED: usize = 4;

/// The answer to a transition shows the state it leads to.
pub(super) struct Transition;

/// After a transition the resource is in the new state.
pub(super) struct Effect;

impl ConductCheck for Transition {
    fn id(&self) -> &'static str {
        "lifecycle.transition"
    }

    fn about(&self) -> &'static str {
        "The answer to an operation that makes a transition shows the resource in the state it leads to, no other."
    }

    fn concerns(&self, has_transition: bool, _: bool) -> bool {
        has_transition
    }

    fn judge<'a>(&'a self, case: &'a Case<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(step) = &case.rule.transition else {
                return Verdict::not_exercised("it makes no transition");
            };
            let (situation, exchange) = match taken(case).await {
                Ok(taken) => taken,
                Err(verdict) => return verdict,
            };
            let mut verdict = Verdict::default();
            let body = exchange.json().unwrap_or_default();
            // An answer about something else than the resource has no such field.
            let Some(shown) = step.field.get(&body).and_then(Value::as_str) else {
                verdict.skip("the answer does not show the state");
                return verdict;
            };
            if shown == step.to {
                verdict.pass();
            } else {
                let before = situation.value(&step.resource, &step.field);
                let before = before.map_or_else(String::new, ToString::to_string);
                verdict.fail(
                    case.finding(
                        self.id(),
                        format!("it leads to `{shown}`, not to `{}`", step.to),
                    )
                    .expected(
                        format!("{before} → {:?}", step.to),
                        format!("{before} → {shown:?}"),
                    )
                    .step(&exchange),
                );
            }
            verdict
        }
        .boxed()
    }
}

impl ConductCheck for Effect {
    fn id(&self) -> &'static str {
        "lifecycle.effect"
    }

    fn about(&self) -> &'static str {
        "After an operation that makes a transition, reading the resource shows the new state, or one that follows from it."
    }

    fn concerns(&self, has_transition: bool, _: bool) -> bool {
        has_transition
    }

    fn judge<'a>(&'a self, case: &'a Case<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(step) = &case.rule.transition else {
                return Verdict::not_exercised("it makes no transition");
            };
            let (situation, exchange) = match taken(case).await {
                Ok(taken) => taken,
                Err(verdict) => return verdict,
            };
            let mut verdict = Verdict::default();
            let Some(now) = situation.anew(case.context, &case.rule, &[]).await else {
                verdict.skip("the resource could not be read afterwards");
                return verdict;
            };
            let shown = now
                .value(&step.resource, &step.field)
                .and_then(Value::as_str)
                .unwrap_or_default();
            let reader = case
                .rule
                .resources
                .get(&step.resource)
                .and_then(|reading| case.context.api.operation(&reading.operation));
            let machine = reader.and_then(|reader| machine(case.context, reader, &step.field));
            let follows = machine.is_some_and(|machine| machine.reaches(&step.to, shown));
            if shown == step.to || follows {
                verdict.pass();
            } else {
                verdict.fail(
                    case.finding(
                        self.id(),
                        format!(
                            "it answers {} and the resource is `{shown}`",
                            exchange.status_text()
                        ),
                    )
                    .expected(format!("{:?}", step.to), format!("{shown:?}"))
                    .step(&exchange),
                );
            }
            verdict
        }
        .boxed()
    }
}

/// A situation in which all conditions hold, and the answer that took it.
async fn taken(case: &Case<'_>) -> Result<(Situation, Arc<Exchange>), Verdict> {
    let mut last = None;
    let good = case
        .situations
        .iter()
        .filter(|situation| situation.broken.is_empty());
    for situation in good.take(TRIED) {
        let now = situation
            .anew(case.context, &case.rule, &case.conditions)
            .await;
        let Some(now) = now.filter(|now| now.broken.is_empty()) else {
            continue;
        };
        let Some(exchange) = case.act(&now).await else {
            continue;
        };
        if exchange.succeeded() {
            return Ok((now, exchange));
        }
        last = Some(exchange.status_text());
    }
    Err(Verdict::not_exercised(match last {
        Some(status) => format!("where all conditions hold, it was answered with {status}"),
        None => "no resource is known for which all conditions hold".to_owned(),
    }))
}

/// The machine of a field in what an operation reads.
pub(super) fn machine(
    context: &Context,
    reader: &Operation,
    field: &Pointer,
) -> Option<Stated<Machine>> {
    let (_, response) = reader.response(200)?;
    let schema = response.content.values().find_map(|media| media.schema)?;
    let state = StateField::within(&context.api, schema)
        .into_iter()
        .find(|state| state.pointer == *field)?;
    Machine::of(&context.api, context.document.as_deref(), state.schema).ok()?
}
