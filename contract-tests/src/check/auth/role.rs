//! `auth.role`

use super::attempt::Subject;
use crate::{
    check::{Check, Phase},
    context::Context,
    finding::{Finding, Verdict},
    request::Access,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// The name under which an identity is configured that may only read.
const READ_ONLY: &str = "read-only";

/// An identity that may only read cannot write.
pub(super) struct Role;

impl Check for Role {
    fn id(&self) -> &'static str {
        "auth.role"
    }

    fn about(&self) -> &'static str {
        "The identity that is configured as `read-only` cannot write: it is refused with 403."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        !operation.method.is_safe() && !operation.security.is_empty()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            if !context.credentials.others.contains_key(READ_ONLY) {
                return Verdict::not_exercised(format!(
                    "no identity `{READ_ONLY}` is configured ([identities.{READ_ONLY}] in contract.toml)"
                ));
            }
            let subject = match Subject::of(context, operation).await {
                Ok(subject) => subject,
                Err(why) => return Verdict::not_exercised(why),
            };
            let request = subject.request.with_access(Access::identity(READ_ONLY));
            let exchange = context.send(request).await;
            let mut verdict = Verdict::default();
            match exchange.status() {
                Some(403) => verdict.pass(),
                Some(401) if operation.response(403).is_none() => verdict.pass(),
                Some(status @ (200..=299 | 401)) => verdict.fail(
                    Finding::new(
                        self.id(),
                        &operation.id,
                        if status == 401 {
                            "401 in place of 403 for an identity that may only read"
                        } else {
                            "an identity that may only read can write"
                        },
                    )
                    .promise("security", &operation.origin)
                    .expected("403", status.to_string())
                    .step(&exchange),
                ),
                _ => verdict.skip(format!(
                    "{} is about something else than the role",
                    exchange.status_text()
                )),
            }
            verdict
        }
        .boxed()
    }
}
