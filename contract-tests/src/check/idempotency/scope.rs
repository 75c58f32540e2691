//! `idempotency.scope`

use super::{Repeated, Write};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    request::Access,
    rules::{KeyScope, infer::snake},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// The identity, of somebody else, that uses a key again.
const OTHER: &str = "other";

/// Keys are those of who uses them.
pub(super) struct Scope;

impl Repeated for Scope {
    fn id(&self) -> &'static str {
        "idempotency.scope"
    }

    fn about(&self) -> &'static str {
        "The identity that is configured as `other`, of somebody else, does not get the answer to a write of the main identity \
         with the key of that; and where the scope says that each has keys of its own, it may use that key."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if !write.context.credentials.others.contains_key(OTHER) {
                return Verdict::not_exercised(format!(
                    "no identity `{OTHER}` is configured ([identities.{OTHER}] in contract.toml)"
                ));
            }
            let stated = write.rule.why.is_none();
            if stated && write.rule.scope == KeyScope::Global {
                return Verdict::not_exercised("the document says that all share their keys");
            }
            let Some(key) = write.draft.request.header(&write.rule.header) else {
                return Verdict::not_exercised("the request has no key");
            };
            let mut verdict = Verdict::default();
            let theirs =
                |request: crate::request::Request| request.with_access(Access::identity(OTHER));
            let first = &write.draft.exchange;
            // Whether it can be done at all by the other one.
            let control = theirs(write.anew().await.request);
            let control = write.context.send(control).await;
            if !control.succeeded() {
                verdict.skip(format!("the other identity gets {}", control.status_text()));
                return verdict;
            }
            let same = theirs(write.draft.request.clone());
            let other = theirs(write.keyed(write.anew().await.request, key));
            for request in [same, other] {
                let exchange = write.context.send(request).await;
                let taken = exchange.succeeded();
                if taken && tells_apart(first, &control) && exchange.json() == first.json() {
                    let title = "a key of another identity gets the answer to that one's write";
                    let finding = write
                        .finding(self.id(), title)
                        .expected("something of its own", "what somebody else has made");
                    verdict.fail(finding.step(first).step(&exchange));
                    return verdict;
                }
                if taken {
                    verdict.pass();
                    // Now the key is its own.
                    return verdict;
                }
                let last = exchange.request.body != write.draft.request.body;
                match exchange.status() {
                    Some(400 | 409 | 422) if last && write.rule.scope != KeyScope::Global => {
                        let title = "a key that another identity has used is refused";
                        let finding = write
                            .finding(self.id(), title)
                            .expected(control.status_text(), write.describe(&exchange));
                        verdict.fail(finding.step(first).step(&control).step(&exchange));
                        return verdict;
                    }
                    _ if last => verdict.skip(exchange.status_text()),
                    // What is unique by its body may be there already.
                    _ => {}
                }
            }
            verdict
        }
        .boxed()
    }
}

/// Whether two answers name two things: what identifies them differs.
fn tells_apart(one: &Exchange, other: &Exchange) -> bool {
    let (Some(Value::Object(one)), Some(Value::Object(other))) = (one.json(), other.json()) else {
        return false;
    };
    one.iter().any(|(name, value)| {
        let plain = snake(name);
        let identifies = ["id", "uuid", "key", "code", "number", "reference", "token"]
            .iter()
            .any(|end| plain == *end || plain.ends_with(&format!("_{end}")));
        identifies && other.get(name).is_some_and(|it| it != value)
    })
}
