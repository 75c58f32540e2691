//! `idempotency.required`

use super::{Repeated, Write};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};

/// A write without a key is refused where the document says so.
pub(super) struct Required;

impl Repeated for Required {
    fn id(&self) -> &'static str {
        "idempotency.required"
    }

    fn about(&self) -> &'static str {
        "A write without the header of x-idempotency is refused as `missing` says."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(wanted) = write.rule.missing.clone() else {
                return Verdict::not_exercised(
                    "the document says of no answer to a request without a key",
                );
            };
            let draft = write.anew().await;
            let request = draft.request.without_header(&write.rule.header);
            let exchange = write.context.send(request).await;
            let mut verdict = Verdict::default();
            if wanted.is(&exchange, write.errors()) {
                verdict.pass();
            } else if exchange.status().is_none() {
                verdict.skip(format!("no answer: {}", exchange.status_text()));
            } else {
                let title = if exchange.succeeded() {
                    "a write without a key is taken"
                } else {
                    "a write without a key gets another answer than promised"
                };
                verdict.fail(
                    write
                        .finding(self.id(), title)
                        .expected(wanted.to_string(), write.describe(&exchange))
                        .step(&exchange),
                );
            }
            verdict
        }
        .boxed()
    }
}
