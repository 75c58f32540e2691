//! `request.accepted`

use super::{
    dependent::{asks_for_another, goes_with_others},
    tolerance::{Meaning, may_be_about_state, meaning, says_of_form, says_of_limit, says_of_state},
    variation::{Trial, Variation, Variations},
};
use crate::{
    check::{Check, Phase},
    context::{Context, Resource},
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// What was put may be read a moment later.
const PATIENCE: Duration = Duration::from_millis(800);

/// What is valid at the very limit is accepted.
pub(super) struct Accepted;

impl Check for Accepted {
    fn id(&self) -> &'static str {
        "request.accepted"
    }

    fn about(&self) -> &'static str {
        "Values at each limit of each keyword of a parameter or the body are accepted: a refusal counts only when the \
         same request with ordinary values is accepted right after it."
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
            let mut draft = context.own_of(operation, draft).await;
            let (trials, few) = Variations::of(context, operation, &draft).trials();
            if trials.is_empty() {
                return Verdict::not_exercised("no value at a limit that could be sent on its own");
            }
            let mut verdict = Verdict::default();
            few.into_iter().for_each(|why| verdict.skip(why));
            for trial in &trials {
                let variations = Variations::of(context, operation, &draft);
                let Some(variation) = variations.tried(trial) else {
                    continue;
                };
                let exchange = context.send(variation.request.clone()).await;
                context.seen.keyword(
                    operation,
                    &variation.origin.pointer,
                    &variation.keyword,
                    true,
                );
                let Some(status) = exchange.status() else {
                    verdict.skip(format!("no answer: {}", exchange.status_text()));
                    continue;
                };
                match meaning(status) {
                    Meaning::Taken => {
                        verdict.pass();
                        let put = (&draft.resource, &exchange);
                        if let Some(finding) = self.unread(context, operation, trial, put).await {
                            verdict.fail(finding);
                        }
                        // What was used up is replaced; what is only changed stays its own.
                        let uses_up = !matches!(operation.method, Method::Put | Method::Patch);
                        if operation.path.contains('{') && !operation.method.is_safe() && uses_up {
                            draft = context.twin_of(operation, draft).await;
                        }
                        continue;
                    }
                    Meaning::Undecided(why) => {
                        verdict.skip(format!("{status}: {why}"));
                        continue;
                    }
                    Meaning::Refused => {}
                }
                let twin = context.send(variations.twin()).await;
                if !twin.succeeded() {
                    verdict.skip(format!(
                        "{status}, and an ordinary request got {} as well",
                        twin.status_text()
                    ));
                    let stateful = matches!(twin.status(), Some(404 | 409 | 410 | 422 | 423));
                    draft = match stateful {
                        true => context.ready_again(operation, draft).await,
                        false => context.own_of(operation, draft).await,
                    };
                    continue;
                }
                // The value may have been used before, in this run or an earlier one.
                if context.wants_fresh(operation)
                    && let Some(again) = variations.tried(trial)
                    && context.send(again.request).await.succeeded()
                {
                    verdict.pass();
                    continue;
                }
                if context.is_refused_as_used(operation, &exchange) {
                    verdict.skip(format!(
                        "{status}: it says of the value what it says of one that is taken"
                    ));
                    continue;
                }
                // What stands in the path may be the name of something that is elsewhere.
                if trial.is_of_path() && context.put_new(operation).await.is_none() {
                    verdict.skip(format!("{status}, and no other name was taken either"));
                    continue;
                }
                let body = context.body_schema(operation).map(|(_, schema)| schema);
                if goes_with_others(&context.api, trial)
                    || asks_for_another(
                        &context.api,
                        operation,
                        &variation.request,
                        body,
                        &exchange,
                    )
                {
                    verdict.skip(format!("{status} may be about what it goes together with"));
                    continue;
                }
                // The combination a value stands in may be what is refused: codes of state leave it open.
                let member = variation.member();
                let of_form = variation.is_of_form() && says_of_form(&exchange, member)
                    || says_of_limit(&exchange, member, &variation.keyword)
                    || status != 409
                        && !says_of_state(&exchange)
                        && self
                            .is_taken_inside(context, &variations, (trial, &variation))
                            .await;
                if !of_form && (may_be_about_state(status) || says_of_state(&exchange)) {
                    verdict.skip(format!(
                        "{status} may be about the state of things, not about the value"
                    ));
                    continue;
                }
                verdict.fail(
                    Finding::new(
                        self.id(),
                        &operation.id,
                        format!("refused although valid: {}", variation.what),
                    )
                    .promise(variation.keyword.clone(), &variation.origin)
                    .expected("a 2xx status", status.to_string())
                    .input(variation.what.clone())
                    .cause(format!(
                        "{} {} {}",
                        self.id(),
                        variation.origin.pointer,
                        variation.keyword
                    ))
                    .step(&exchange),
                );
            }
            verdict
        }
        .boxed()
    }
}

impl Accepted {
    /// Whether a number a step within its limits is taken: then it is the limit itself that is refused.
    async fn is_taken_inside(
        &self,
        context: &Context,
        variations: &Variations<'_>,
        (trial, refused): (&Trial<'_>, &Variation),
    ) -> bool {
        let Trial::Body(_, _, case) = trial else {
            return false;
        };
        // Alike in all else: what goes together with others may be what is refused.
        let without = |variation: &Variation| -> Option<Value> {
            let mut body = variation.request.json()?;
            *body.pointer_mut(&case.pointer)? = Value::Null;
            Some(body)
        };
        let inside = trial.inside();
        let mut inner = inside.iter().filter_map(|it| variations.tried(it));
        let inner = inner.find(|it| without(it).is_some() && without(it) == without(refused));
        match inner {
            Some(inner) => context.send(inner.request).await.succeeded(),
            None => false,
        }
    }

    /// What was put below a name and is not found by it.
    async fn unread(
        &self,
        context: &Context,
        operation: &Operation,
        trial: &Trial<'_>,
        (resource, put): (&Resource, &Arc<Exchange>),
    ) -> Option<Finding> {
        let read = paths::at(&context.api, Method::Get, &operation.path);
        let read = read.filter(|_| trial.is_of_path() && put.status() == Some(201))?;
        let (_, name) = paths::item(&operation.path)?;
        let mut resource = resource.clone();
        resource.path.insert(name.to_owned(), trial.value());
        let request = context.bare_request(read, &resource)?;
        let mut reading = context.send(request.clone()).await;
        if !reading.succeeded() {
            // Some stores take a moment.
            tokio::time::sleep(PATIENCE).await;
            reading = context.send(request).await;
        }
        let lost = matches!(reading.status(), Some(404 | 410));
        lost.then(|| {
            let title = format!(
                "what was put below a name cannot be read by it: {}",
                trial.what()
            );
            Finding::new(self.id(), &operation.id, title)
                .promise(format!("the name `{name}`"), &read.origin)
                .expected("200", reading.status_text())
                .input(trial.what())
                .cause(format!("{} {} name", self.id(), read.path))
                .step(put)
                .step(&reading)
        })
    }
}
