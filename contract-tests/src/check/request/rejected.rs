//! `request.rejected`

use super::{
    told_status::{contradicts, told_status},
    tolerance::{Meaning, meaning},
    variation::Variations,
};
use crate::{
    check::{Check, Phase},
    context::{Context, Draft},
    exchange::Failure,
    finding::{Finding, Verdict},
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};

/// What breaks one rule of the document is refused.
pub(super) struct Rejected;

impl Rejected {
    /// Tries everything on one resource, and tells whether that takes nothing any more at the end.
    async fn round(
        &self,
        context: &Context,
        operation: &Operation,
        draft: &Draft,
    ) -> (Verdict, bool) {
        let variations = Variations::of(context, operation, draft);
        let (invalid, few) = variations.invalid();
        if invalid.is_empty() {
            let why = "no rule that could be broken on the wire";
            return (Verdict::not_exercised(why), false);
        }
        let mut verdict = Verdict::default();
        few.into_iter().for_each(|why| verdict.skip(why));
        let mut missing = false;
        let told = ["malformed", "contentType"]
            .map(|keyword| (keyword, told_status(&context.api, operation, keyword)));
        let told = |keyword: &str| {
            let own = told.iter().find(|(known, _)| *known == keyword)?;
            own.1.as_ref()
        };
        let mut running = stream::iter(invalid)
            .map(|variation| async move {
                let exchange = context.send(variation.request.clone()).await;
                (variation, exchange)
            })
            .buffered(4);
        while let Some((variation, exchange)) = running.next().await {
            let (place, keyword) = (&variation.origin.pointer, &variation.keyword);
            context.seen.keyword(operation, place, keyword, false);
            missing |= matches!(exchange.status(), Some(403 | 404 | 409 | 410 | 423));
            match &exchange.answer {
                Ok(answer) => match meaning(answer.status) {
                    Meaning::Refused => match told(keyword) {
                        Some((told, said)) if contradicts(*told, answer.status) => verdict.fail(
                            Finding::new(
                                self.id(),
                                &operation.id,
                                format!(
                                    "refused with another status than is said: {}",
                                    variation.what
                                ),
                            )
                            .promise(said, &operation.origin)
                            .expected(told.to_string(), answer.status.to_string())
                            .input(variation.what.clone())
                            .cause(format!("{} {keyword} {}", self.id(), answer.status))
                            .step(&exchange),
                        ),
                        _ => verdict.pass(),
                    },
                    Meaning::Undecided(why) => verdict.skip(format!("{}: {why}", answer.status)),
                    Meaning::Taken => verdict.fail(
                        Finding::new(
                            self.id(),
                            &operation.id,
                            format!("accepted although {}", variation.what),
                        )
                        .promise(variation.keyword.clone(), &variation.origin)
                        .expected("a 4xx status", answer.status.to_string())
                        .input(variation.what.clone())
                        .cause(format!("{} {place} {keyword}", self.id()))
                        .step(&exchange),
                    ),
                },
                // HTTP servers may cut a connection rather than answer; only silence is worth a word.
                Err(Failure::Unsendable(why)) => verdict.skip(why.clone()),
                Err(failure) => verdict.skip(format!("no answer: {failure}")),
            }
        }
        drop(running);
        let gone = missing && operation.path.contains('{') && {
            let again = context.send(variations.twin()).await;
            again.refused() && draft.exchange.succeeded()
        };
        (verdict, gone)
    }
}

impl Check for Rejected {
    fn id(&self) -> &'static str {
        "request.rejected"
    }

    fn about(&self) -> &'static str {
        "A request that breaks exactly one rule of the document (a keyword of a parameter or the body, a missing part, \
         a wrong content type, malformed JSON) is refused with a 4xx: with the one that a description tells for malformed JSON \
         or another content type."
    }

    fn phase(&self) -> Phase {
        Phase::Request
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        !operation.parameters.is_empty() || operation.body.is_some()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            // What was accepted may have used its resource up: one in the same state takes its place.
            let draft = context.own_of(operation, draft).await;
            let (verdict, gone) = self.round(context, operation, &draft).await;
            if !gone || !verdict.findings.is_empty() {
                return verdict;
            }
            // Somebody has deleted the resource meanwhile, or changed its state: its refusals say nothing of the values.
            let draft = context.ready_again(operation, draft).await;
            let (verdict, gone) = self.round(context, operation, &draft).await;
            if !gone || !verdict.findings.is_empty() {
                return verdict;
            }
            context.forget_resources(operation);
            match context.accepted(operation).await {
                Ok(draft) => self.round(context, operation, &draft).await.0,
                Err(_) => verdict,
            }
        }
        .boxed()
    }
}
