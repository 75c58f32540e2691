//! `idempotency.retains`

use super::{Repeated, Write};
use crate::{context::Draft, finding::Verdict, request::Request};
use counterpart_model::{Direction, api::ParameterLocation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// Answers that are not remembered leave their key free.
pub(super) struct Retains;

impl Repeated for Retains {
    fn id(&self) -> &'static str {
        "idempotency.retains"
    }

    fn about(&self) -> &'static str {
        "A key whose request failed with a status that x-idempotency does not retain can be used again."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if write.rule.retains.is_empty() {
                return Verdict::not_exercised(
                    "the document does not say which answers are remembered",
                );
            }
            let mut verdict = Verdict::default();
            for kind in [Failing::Strange, Failing::Less] {
                self.round(write, &kind, &mut verdict).await;
                if !verdict.findings.is_empty() {
                    break;
                }
            }
            verdict
        }
        .boxed()
    }
}

/// What is wrong with the request that fails.
enum Failing {
    /// It is about a resource that does not exist.
    Strange,
    /// It lacks what it has to have.
    Less,
}

impl Retains {
    /// A request that fails, and a good one with its key.
    async fn round(&self, write: &Write<'_>, kind: &Failing, verdict: &mut Verdict) {
        let mut draft = write.anew().await;
        // What may be used once only was used when it was accepted.
        if let Some(body) = &draft.body {
            let body = write.context.fresh_body(write.operation, body);
            draft.request = draft.request.with_json(&body);
            draft.body = Some(body);
        }
        let failing = match kind {
            Failing::Strange => strange(write, &draft),
            Failing::Less => less(write, &draft),
        };
        let Some(failing) = failing else {
            return verdict.skip(match kind {
                Failing::Strange => "nothing in the request names a resource that could be missing",
                Failing::Less => "there is nothing that it has to have",
            });
        };
        let failed = write.context.send(failing).await;
        match failed.status() {
            Some(status @ 400..=499) if !write.rule.retains(status) => {}
            _ => {
                return verdict.skip(format!(
                    "a request that should fail got {}",
                    failed.status_text()
                ));
            }
        }
        let again = write.context.send(draft.request.clone()).await;
        if again.succeeded() {
            return verdict.pass();
        }
        // The request itself may be what is refused: only with a fresh key it tells.
        let fresh = write.context.anew(write.operation, draft.request.clone());
        let fresh = write.keyed(fresh, &write.key());
        let control = write.context.send(fresh).await;
        if control.succeeded() {
            verdict.fail(
                write
                    .finding(self.id(), "a key whose request failed cannot be used again")
                    .expected(control.status_text(), write.describe(&again))
                    .step(&failed)
                    .step(&again),
            );
        } else {
            verdict.skip(format!(
                "the request is refused with any key: {}",
                control.status_text()
            ));
        }
    }
}

/// The same request about a resource that does not exist, with the same key.
fn strange(write: &Write<'_>, draft: &Draft) -> Option<Request> {
    let context = write.context;
    for parameter in &write.operation.parameters {
        if parameter.location == ParameterLocation::Path
            && let Some(known) = draft.resource.path.get(&parameter.name)
            && let Some(schema) = parameter.schema()
            && let Some(unknown) = context.stranger(schema, known)
        {
            let mut resource = draft.resource.clone();
            resource.path.insert(parameter.name.clone(), unknown);
            let mut request = draft.request.clone();
            request.path = context.bare_request(write.operation, &resource)?.path;
            return Some(request);
        }
    }
    let body = draft.body.as_ref()?;
    let changed = context.with_strange_ids(write.operation, body)?;
    Some(draft.request.clone().with_json(&changed))
}

/// The same request with a body that lacks what it has to have, with the same key.
fn less(write: &Write<'_>, draft: &Draft) -> Option<Request> {
    let changed = without_required(write, draft.body.as_ref()?)?;
    Some(draft.request.clone().with_json(&changed))
}

/// The body without a property that it has to have.
fn without_required(write: &Write<'_>, body: &Value) -> Option<Value> {
    let (_, schema) = write.context.body_schema(write.operation)?;
    let valid = |body: &Value| {
        let judge = &write.context.judge;
        judge.is_valid(schema, Direction::Request, body)
    };
    let names = body.as_object()?.keys();
    names
        .map(|name| {
            let mut less = body.clone();
            if let Value::Object(members) = &mut less {
                members.remove(name);
            }
            less
        })
        .find(|less| !valid(less))
}
