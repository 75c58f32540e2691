//! `idempotency.mismatch`

use super::{Repeated, Write};
use crate::{finding::Verdict, request::Request, rules::Compared};
use counterpart_model::Direction;
use futures::{FutureExt as _, future::BoxFuture};

/// A key that was used for another request is refused.
pub(super) struct Mismatch;

impl Repeated for Mismatch {
    fn id(&self) -> &'static str {
        "idempotency.mismatch"
    }

    fn about(&self) -> &'static str {
        "A key that was used for another body or another path is refused as `mismatch` says."
    }

    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(wanted) = write.rule.mismatch.clone() else {
                return Verdict::not_exercised(
                    "the document says of no answer to a key that was used for another request",
                );
            };
            let Some((what, request)) = other_request(write).await else {
                return Verdict::not_exercised(
                    "no other valid request could be made to use the key for",
                );
            };
            let first = &write.draft.exchange;
            let exchange = write.context.send(request).await;
            let mut verdict = Verdict::default();
            if wanted.is(&exchange, write.errors()) {
                verdict.pass();
                return verdict;
            }
            if exchange.status().is_none() {
                verdict.skip(format!("no answer: {}", exchange.status_text()));
                return verdict;
            }
            let title = if exchange.succeeded() && exchange.json() == first.json() {
                format!("a used key with {what} gets the first answer again")
            } else if exchange.succeeded() {
                format!("a used key with {what} is taken")
            } else {
                format!("a used key with {what} gets another answer than promised")
            };
            verdict.fail(
                write
                    .finding(self.id(), title)
                    .expected(wanted.to_string(), write.describe(&exchange))
                    .step(first)
                    .step(&exchange),
            );
            verdict
        }
        .boxed()
    }
}

/// Another valid request with the key of the draft: another body, or another path where there is none.
async fn other_request(write: &Write<'_>) -> Option<(&'static str, Request)> {
    let key = write.draft.request.header(&write.rule.header)?.to_owned();
    let compares = |part| write.rule.compares.is_empty() || write.rule.compares.contains(&part);
    if compares(Compared::Body)
        && let Some((_, schema)) = write.context.body_schema(write.operation)
        && let Some(body) = &write.draft.body
    {
        let generated = write.context.generator().positives(schema);
        let other = write
            .context
            .bodies(write.operation)
            .into_iter()
            .chain(generated.cases.iter().map(|case| case.value.clone()))
            .map(|other| write.context.with_known_ids(write.operation, &other, 0))
            .find(|other| {
                other != body
                    && write
                        .context
                        .judge
                        .is_valid(schema, Direction::Request, other)
            })?;
        return Some((
            "another body",
            write.draft.request.clone().with_json(&other),
        ));
    }
    if compares(Compared::Path) {
        let draft = write
            .context
            .twin_of(write.operation, write.draft.clone())
            .await;
        if draft.request.path != write.draft.request.path {
            return Some(("another path", write.keyed(draft.request, &key)));
        }
    }
    None
}
