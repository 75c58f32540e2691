//! `idempotency.concurrent`

use super::{Repeated, Write};
use crate::finding::Verdict;
use futures::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};

/// How many equal requests are sent at once.
const AT_ONCE: usize = 6;

/// Of equal writes at once one takes effect.
pub(super) struct Concurrent;

impl Repeated for Concurrent {
    fn id(&self) -> &'static str {
        "idempotency.concurrent"
    }

    fn about(&self) -> &'static str {
        "Of equal writes sent at once with one key one takes effect: the others get its answer, or what `inFlight` says."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = write.anew().await;
            let sent = (0..AT_ONCE).map(|_| write.context.send(draft.request.clone()));
            let exchanges = join_all(sent).await;
            let taken: Vec<_> = exchanges
                .iter()
                .filter(|exchange| exchange.succeeded())
                .collect();
            let mut verdict = Verdict::default();
            let Some(first) = taken.first() else {
                return Verdict::not_exercised("none of the equal requests was taken");
            };
            match taken.iter().find(|other| other.json() != first.json()) {
                Some(other) => verdict.fail(
                    write
                        .finding(self.id(), "equal writes at once happen several times")
                        .expected(
                            "one effect: the same body in every 2xx answer",
                            "two bodies",
                        )
                        .step(first)
                        .step(other),
                ),
                None => verdict.pass(),
            }
            for exchange in exchanges.iter().filter(|exchange| exchange.refused()) {
                match &write.rule.in_flight {
                    Some(wanted) if !wanted.is(exchange, write.errors()) => verdict.fail(
                        write
                            .finding(
                                self.id(),
                                "an equal write at the same time gets another answer than promised",
                            )
                            .expected(
                                format!("{wanted}, or the first answer"),
                                write.describe(exchange),
                            )
                            .step(first)
                            .step(exchange),
                    ),
                    _ => verdict.pass(),
                }
            }
            verdict
        }
        .boxed()
    }
}
