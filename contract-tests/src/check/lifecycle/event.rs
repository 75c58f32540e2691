//! `lifecycle.event`

use crate::{
    check::{
        Check, Phase,
        webhook::log::{self, Logged},
    },
    context::Context,
    finding::{Finding, Verdict},
    rules::{Conduct, EventLog, Machine, Pointer, StateField, Subscription},
    wire,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::time::Duration;

/// How long events are waited for that follow what was caused.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Events show single steps.
pub(super) struct Events;

impl Check for Events {
    fn id(&self) -> &'static str {
        "lifecycle.event"
    }

    fn about(&self) -> &'static str {
        "Every logged event that tells a state before and after shows one transition that the lifecycle has."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        log_of(api, None, operation)
            .is_some_and(|log| log.snapshot.is_some() && log.previous.is_some())
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(log) = log_of(&context.api, context.document.as_deref(), operation) else {
                return Verdict::not_exercised("the document states no event log");
            };
            let (Some(snapshot), Some(previous)) = (&log.snapshot, &log.previous) else {
                return Verdict::not_exercised(
                    "the document does not say where events tell what was before",
                );
            };
            if context.may_write() {
                for cause in &context.api.operations {
                    if Conduct::is_stated(cause) {
                        // What is refused causes nothing, which is no matter here.
                        let _ = context.accepted(cause).await;
                    }
                }
                tokio::time::sleep(PATIENCE).await;
            }
            let mut verdict = Verdict::default();
            let events = match log::read(context, &log).await {
                Ok(events) => events,
                Err(why) => return Verdict::not_exercised(why),
            };
            for Logged { event, exchange } in &events {
                let name = log.r#type.get(event).map(wire::scalar).unwrap_or_default();
                for (machine, field) in machines(context, &name, snapshot) {
                    let suffix = field
                        .as_str()
                        .strip_prefix(snapshot.as_str())
                        .unwrap_or_default();
                    let before = previous.get(event).and_then(|at| at.pointer(suffix));
                    let (Some(before), Some(after)) = (
                        before.and_then(Value::as_str),
                        field.get(event).and_then(Value::as_str),
                    ) else {
                        continue;
                    };
                    if machine.steps(before, after) {
                        verdict.pass();
                        continue;
                    }
                    verdict.fail(
                        Finding::new(
                            self.id(),
                            &operation.id,
                            format!(
                                "an event `{name}` tells of a step from `{before}` to `{after}`"
                            ),
                        )
                        .promise("the transitions of x-lifecycle", &machine.origin)
                        .expected(
                            "a transition of the lifecycle",
                            format!("{before} → {after}"),
                        )
                        .input(event.to_string())
                        .step(exchange),
                    );
                }
            }
            if verdict.cases == 0 {
                verdict.skip("no event tells a state before and after");
            }
            verdict
        }
        .boxed()
    }
}

/// The machines of the states within an event's snapshot, by where they stand in the event.
fn machines(
    context: &Context,
    name: &str,
    snapshot: &Pointer,
) -> Vec<(crate::rules::Stated<Machine>, Pointer)> {
    let event = context.api.events.iter().find(|event| event.name == name);
    let schema = event
        .and_then(|event| event.operation.body.as_ref())
        .and_then(|body| body.content.values().find_map(|media| media.schema));
    let Some(schema) = schema else {
        return Vec::new();
    };
    StateField::within(&context.api, schema)
        .into_iter()
        .filter(|field| field.pointer.as_str().starts_with(snapshot.as_str()))
        .filter_map(|field| {
            let machine =
                Machine::of(&context.api, context.document.as_deref(), field.schema).ok()??;
            Some((machine, field.pointer))
        })
        .collect()
}

/// The event log that an operation lists, as some operation that subscribes says.
fn log_of(
    api: &Api,
    document: Option<&counterpart_model::Document>,
    operation: &Operation,
) -> Option<EventLog> {
    api.operations.iter().find_map(|subscribe| {
        let stated = Subscription::of(document, subscribe).ok()??;
        let log = stated.rule.event_log?;
        (log.operation == operation.id.0).then_some(log)
    })
}
