//! `metadata.accepted`, `metadata.rejected`

use super::{CASES, MapCheck, Written};
use crate::{
    check::request::{Meaning, may_be_about_state, meaning},
    finding::{Finding, Verdict},
};
use counterpart_model::Direction;
use futures::{FutureExt as _, future::BoxFuture};

/// Maps at the limits of what is allowed are taken.
pub(super) struct Accepted;

/// Maps beyond the limits are refused.
pub(super) struct Rejected;

impl MapCheck for Accepted {
    fn id(&self) -> &'static str {
        "metadata.accepted"
    }

    fn about(&self) -> &'static str {
        "A map with as many keys, keys as long and values as long as its schema allows is accepted."
    }

    fn judge<'a>(&'a self, written: &'a Written<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let context = written.context;
            let cases = context.generator().positives(written.field.schema);
            for case in cases.cases.iter().take(CASES) {
                let Some(request) = written.with(&case.value) else {
                    continue;
                };
                let exchange = context.send(request).await;
                match exchange.status().map(meaning) {
                    Some(Meaning::Taken) => verdict.pass(),
                    Some(Meaning::Refused) => {
                        // Somebody else may have changed it meanwhile.
                        if matches!(exchange.status(), Some(409 | 412 | 423))
                            && let Some(again) = written.with(&case.value)
                            && context.send(again).await.succeeded()
                        {
                            verdict.pass();
                            continue;
                        }
                        if exchange.status() == Some(412) {
                            verdict.skip("412: somebody else changed it meanwhile");
                            continue;
                        }
                        let ordinary =
                            context.anew(written.operation, written.draft.request.clone());
                        let twin = context.send(ordinary).await;
                        let status = exchange.status().unwrap_or_default();
                        if !twin.succeeded()
                            || may_be_about_state(status) && twin.status() == Some(status)
                        {
                            verdict.skip(format!(
                                "{status}, and an ordinary request got {} as well",
                                twin.status_text()
                            ));
                            continue;
                        }
                        verdict.fail(
                            Finding::new(
                                self.id(),
                                &written.operation.id,
                                format!(
                                    "{}: refused although valid: {}",
                                    written.field.pointer, case.what
                                ),
                            )
                            .promise(case.keyword.to_string(), &case.schema)
                            .expected("a 2xx status", exchange.status_text())
                            .input(case.value.to_string())
                            .cause(format!(
                                "{} {} {}",
                                self.id(),
                                case.schema.pointer,
                                case.keyword
                            ))
                            .step(&exchange),
                        );
                    }
                    _ => verdict.skip(format!("no judgement from {}", exchange.status_text())),
                }
            }
            verdict
        }
        .boxed()
    }
}

impl MapCheck for Rejected {
    fn id(&self) -> &'static str {
        "metadata.rejected"
    }

    fn about(&self) -> &'static str {
        "A map with a key too many, a key of another form, or a value too long or of another type is refused."
    }

    fn judge<'a>(&'a self, written: &'a Written<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let context = written.context;
            let Some((_, body)) = context.body_schema(written.operation) else {
                return verdict;
            };
            let cases = context.generator().negatives(written.field.schema);
            for case in cases.cases.iter().take(CASES) {
                let Some(request) = written.with(&case.value) else {
                    continue;
                };
                // Another branch of a union may allow what this one forbids.
                let whole = request.json().unwrap_or_default();
                if context.judge.is_valid(body, Direction::Request, &whole) {
                    continue;
                }
                let exchange = context.send(request).await;
                match exchange.status().map(meaning) {
                    Some(Meaning::Refused) => verdict.pass(),
                    Some(Meaning::Taken) => verdict.fail(
                        Finding::new(
                            self.id(),
                            &written.operation.id,
                            format!("{}: accepted although {}", written.field.pointer, case.what),
                        )
                        .promise(case.keyword.to_string(), &case.schema)
                        .expected("a 4xx status", exchange.status_text())
                        .input(case.value.to_string())
                        .cause(format!(
                            "{} {} {}",
                            self.id(),
                            case.schema.pointer,
                            case.keyword
                        ))
                        .step(&exchange),
                    ),
                    _ => verdict.skip(format!("no judgement from {}", exchange.status_text())),
                }
            }
            verdict
        }
        .boxed()
    }
}
