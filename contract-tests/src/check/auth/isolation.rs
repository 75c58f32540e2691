//! `auth.isolation`

use crate::{
    check::{Check, Phase},
    context::Context,
    finding::{Finding, Verdict},
    request::Access,
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// The name under which an identity is configured that belongs to somebody else.
const OTHER: &str = "other";
/// This many resources are asked for.
const ASKED: usize = 3;

/// What belongs to one identity is neither read nor listed by another.
pub(super) struct Isolation;

impl Check for Isolation {
    fn id(&self) -> &'static str {
        "auth.isolation"
    }

    fn about(&self) -> &'static str {
        "The identity that is configured as `other`, of somebody else, can neither read nor list what the main identity sees."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        operation.method == Method::Get && !operation.security.is_empty()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            if !context.credentials.others.contains_key(OTHER) {
                return Verdict::not_exercised(format!(
                    "no identity `{OTHER}` is configured ([identities.{OTHER}] in contract.toml)"
                ));
            }
            if operation.path.contains('{') {
                self.read(context, operation).await
            } else {
                self.list(context, operation).await
            }
        }
        .boxed()
    }
}

impl Isolation {
    async fn read(&self, context: &Context, operation: &Operation) -> Verdict {
        let mut verdict = Verdict::default();
        let resources = context.resources(operation).await;
        for resource in resources.iter().take(ASKED) {
            let Some(request) = context.bare_request(operation, resource) else {
                continue;
            };
            let own = context.send(request.clone()).await;
            if !own.succeeded() {
                continue;
            }
            let others = context
                .send(request.with_access(Access::identity(OTHER)))
                .await;
            match others.status() {
                Some(status @ 200..=299) => verdict.fail(
                    Finding::new(
                        self.id(),
                        &operation.id,
                        "another identity reads what is not its own",
                    )
                    .promise("security", &operation.origin)
                    .expected("404 or 403", status.to_string())
                    .step(&own)
                    .step(&others),
                ),
                Some(400..=499) => verdict.pass(),
                _ => verdict.skip(format!("no judgement from {}", others.status_text())),
            }
        }
        if verdict.cases == 0 {
            verdict.skip("the main identity could read nothing to ask for");
        }
        verdict
    }

    async fn list(&self, context: &Context, operation: &Operation) -> Verdict {
        let resource = crate::context::Resource::default();
        let Some(request) = context.largest_page(operation, &resource) else {
            return Verdict::not_exercised("no request can be made");
        };
        let own = context.send(request.clone()).await;
        let others = context
            .send(request.with_access(Access::identity(OTHER)))
            .await;
        let (Some(ours), Some(theirs)) = (
            context.items(operation, &own),
            context.items(operation, &others),
        ) else {
            return Verdict::not_exercised("it is no list, or one of the identities gets none");
        };
        let key = |item: &Value| item.get("id").filter(|id| id.is_string()).cloned();
        let known: Vec<Value> = ours.iter().filter_map(key).collect();
        if known.is_empty() {
            return Verdict::not_exercised(
                "the main identity's list has nothing with an `id` in it",
            );
        }
        let mut verdict = Verdict::default();
        let shared = theirs.iter().filter_map(key).find(|id| known.contains(id));
        match shared {
            None => verdict.pass(),
            Some(id) => verdict.fail(
                Finding::new(
                    self.id(),
                    &operation.id,
                    "another identity's list holds what is not its own",
                )
                .promise("security", &operation.origin)
                .expected(
                    "no item of the main identity",
                    format!("{id} in both lists"),
                )
                .step(&own)
                .step(&others),
            ),
        }
        verdict
    }
}
