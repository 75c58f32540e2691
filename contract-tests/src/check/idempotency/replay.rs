//! `idempotency.replay`, `idempotency.replay_header`

use super::{Repeated, Write};
use crate::{exchange::Exchange, finding::Verdict};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// A repeated write gets the first answer again.
pub(super) struct Replay;

/// A replay says that it is one.
pub(super) struct ReplayHeader;

impl Repeated for Replay {
    fn id(&self) -> &'static str {
        "idempotency.replay"
    }

    fn about(&self) -> &'static str {
        "A write that is repeated with the same key and body gets status and body of the first answer again."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let first = &write.draft.exchange;
            let again = repeat(write).await;
            let mut verdict = Verdict::default();
            if again.status().is_none() {
                verdict.skip(format!("no answer: {}", again.status_text()));
            } else if again.status() != first.status() {
                verdict.fail(
                    write
                        .finding(self.id(), "a repeated write gets another status")
                        .expected(first.status_text(), write.describe(&again))
                        .step(first)
                        .step(&again),
                );
            } else if again.json() != first.json() {
                let (expected, actual) = difference(first, &again);
                verdict.fail(
                    write
                        .finding(self.id(), "a repeated write gets another body")
                        .expected(expected, actual)
                        .step(first)
                        .step(&again),
                );
            } else {
                verdict.pass();
            }
            verdict
        }
        .boxed()
    }
}

impl Repeated for ReplayHeader {
    fn id(&self) -> &'static str {
        "idempotency.replay_header"
    }

    fn about(&self) -> &'static str {
        "A replay carries the replay header of x-idempotency with the value `true`; a first answer carries none, or one that says no."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(header) = write.rule.replay_header.clone() else {
                return Verdict::not_exercised("the document names no header for replays");
            };
            let first = &write.draft.exchange;
            let again = repeat(write).await;
            let mut verdict = Verdict::default();
            if again.status() != first.status() {
                verdict.skip("the repeated write was no replay, which idempotency.replay reports");
                return verdict;
            }
            // What says `false` says that it is none, unless the document states more.
            let inferred = write.rule.why.is_some();
            let says = |exchange: &Exchange| {
                let value = exchange.header(&header)?.trim().to_lowercase();
                if !inferred {
                    return Some(value);
                }
                let not = ["false", "0", "no", "none", "miss", "first", "new"];
                (!not.contains(&value.as_str())).then_some(value)
            };
            match says(first) {
                Some(found) => verdict.fail(
                    write
                        .finding(self.id(), "a first answer carries the header of replays")
                        .expected(format!("no {header}"), found)
                        .step(first),
                ),
                None => verdict.pass(),
            }
            match says(&again).as_deref() {
                Some("true" | "1" | "yes" | "hit" | "replayed") => verdict.pass(),
                other => verdict.fail(
                    write
                        .finding(self.id(), "a replay does not say that it is one")
                        .expected(
                            format!("{header}: true"),
                            other.unwrap_or("nothing of the kind"),
                        )
                        .step(first)
                        .step(&again),
                ),
            }
            verdict
        }
        .boxed()
    }
}

async fn repeat(write: &Write<'_>) -> Arc<Exchange> {
    write.context.send(write.draft.request.clone()).await
}

/// The first member in which two bodies differ.
fn difference(first: &Exchange, again: &Exchange) -> (String, String) {
    let text = |value: Option<&serde_json::Value>| {
        value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
    };
    let (one, other) = (first.json(), again.json());
    let members = one.as_ref().and_then(|value| value.as_object());
    let differing = members.into_iter().flatten().find_map(|(name, value)| {
        let found = other.as_ref().and_then(|body| body.get(name));
        (found != Some(value)).then(|| {
            (
                format!("{name}: {value}"),
                format!("{name}: {}", text(found)),
            )
        })
    });
    differing.unwrap_or_else(|| (text(one.as_ref()), text(other.as_ref())))
}
