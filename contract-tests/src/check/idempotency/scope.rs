//! `idempotency.scope`

use super::{Repeated, Write};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    request::{Access, Request},
    rules::{
        KeyScope,
        infer::{says, sentences, snake},
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

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
            if write.operation.path.contains('{') {
                // Both may be of the same whole that the path names.
                return Verdict::not_exercised("it stands below something that both may have");
            }
            let general = write.context.api.description.as_deref().unwrap_or_default();
            let own = write.operation.description.as_deref().unwrap_or_default();
            let shared = ["global", "shared", "across all"];
            if sentences(&format!("{general}\n\n{own}"))
                .any(|it| says(&it, &["idempoten"]) && says(&it, &shared))
            {
                return Verdict::not_exercised("the document may say that all share their keys");
            }
            let mut verdict = Verdict::default();
            let theirs = |request: Request| request.with_access(Access::identity(OTHER));
            let first = &write.draft.exchange;
            // Whether it can be done at all by the other one.
            let control = theirs(write.anew().await.request);
            let control = write.context.send(control).await;
            if !control.succeeded() {
                verdict.skip(format!("the other identity gets {}", control.status_text()));
                return verdict;
            }
            let same = theirs(write.draft.request.clone());
            let exchange = write.context.send(same).await;
            if exchange.succeeded()
                && tells_apart(first, &control)
                && exchange.json() == first.json()
            {
                // What gives the same to all who ask for it owes nothing to the key.
                let fresh = write.keyed(write.draft.request.clone(), &write.key());
                let fresh = write.context.send(theirs(fresh)).await;
                if fresh.json() == first.json() {
                    verdict.skip("both get the same with other keys, too");
                    return verdict;
                }
                let title = "a key of another identity gets the answer to that one's write";
                let finding = write
                    .finding(self.id(), title)
                    .expected("something of its own", "what somebody else has made");
                verdict.fail(finding.step(first).step(&exchange));
                return verdict;
            }
            if exchange.succeeded() {
                verdict.pass();
            }
            if write.rule.scope == KeyScope::Global {
                if verdict.cases == 0 {
                    verdict.skip(exchange.status_text());
                }
                return verdict;
            }
            self.refused(write, &mut verdict, &control).await;
            verdict
        }
        .boxed()
    }
}

impl Scope {
    /// Whether a key that the main identity has used is refused to the other one, with another body.
    async fn refused(&self, write: &Write<'_>, verdict: &mut Verdict, control: &Arc<Exchange>) {
        let main = write.context.send(write.anew().await.request).await;
        let key = main.request.header(&write.rule.header).map(str::to_owned);
        let (Some(key), true) = (key, main.succeeded()) else {
            return verdict.skip(format!("the main identity gets {}", main.status_text()));
        };
        let theirs = |request: Request| request.with_access(Access::identity(OTHER));
        let asked = write.keyed(write.anew().await.request, &key);
        let exchange = write.context.send(theirs(asked)).await;
        match exchange.status() {
            Some(400 | 409 | 422) => {}
            _ if exchange.succeeded() => return verdict.pass(),
            _ => return verdict.skip(exchange.status_text()),
        }
        // It may be refused for something else by now.
        let again = theirs(write.anew().await.request);
        let again = write.context.send(again).await;
        if !again.succeeded() {
            return verdict.skip(format!(
                "with a key of its own it gets {}",
                again.status_text()
            ));
        }
        let title = "a key that another identity has used is refused";
        let finding = write
            .finding(self.id(), title)
            .expected(control.status_text(), write.describe(&exchange));
        verdict.fail(finding.step(&main).step(&exchange).step(&again));
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
