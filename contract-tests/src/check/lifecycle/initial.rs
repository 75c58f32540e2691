//! `lifecycle.initial`

use crate::{
    check::{Check, Phase},
    context::Context,
    finding::{Finding, Verdict},
    rules::{Machine, StateField},
};
use counterpart_model::api::{Api, Method, Operation, SchemaId};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// New resources are in a state that a lifecycle begins with.
pub(super) struct Initial;

impl Check for Initial {
    fn id(&self) -> &'static str {
        "lifecycle.initial"
    }

    fn about(&self) -> &'static str {
        "A resource that was just created is in one of the initial states of its lifecycle."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        operation.method == Method::Post
            && created(operation).is_some_and(|schema| !StateField::within(api, schema).is_empty())
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(schema) = created(operation) else {
                return Verdict::not_exercised("it creates nothing");
            };
            let draft = match context.accepted(operation).await {
                Ok(draft) if draft.exchange.status() == Some(201) => draft,
                Ok(draft) => {
                    return Verdict::not_exercised(format!(
                        "it answered {}",
                        draft.exchange.status_text()
                    ));
                }
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let body = draft.exchange.json().unwrap_or_default();
            let mut verdict = Verdict::default();
            for field in StateField::within(&context.api, schema) {
                let Some(shown) = field.pointer.get(&body).and_then(Value::as_str) else {
                    continue;
                };
                let machine = Machine::of(&context.api, context.document.as_deref(), field.schema);
                let Ok(Some(machine)) = machine else {
                    verdict.skip("its lifecycle cannot be read");
                    continue;
                };
                if machine.initial.iter().any(|state| state == shown) {
                    verdict.pass();
                    continue;
                }
                verdict.fail(
                    Finding::new(
                        self.id(),
                        &operation.id,
                        format!("{} of a new resource is `{shown}`", field.pointer),
                    )
                    .promise("the initial states of x-lifecycle", &machine.origin)
                    .expected(machine.initial.join(" or "), shown)
                    .step(&draft.exchange),
                );
            }
            verdict
        }
        .boxed()
    }
}

/// The schema of what an operation answers with 201.
fn created(operation: &Operation) -> Option<SchemaId> {
    let (_, response) = operation.response(201)?;
    response.content.values().find_map(|media| media.schema)
}
