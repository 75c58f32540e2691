//! `webhook.*`: what happens is told to those who subscribed, once, signed, and as the document describes it.
//!
//! One scenario is played for all checks ([`scenario`]): subscriptions of several kinds are made, events are
//! caused, and what arrives at a listener of our own is kept. The checks only look at the record.

mod arrival;
mod content;
pub(super) mod log;
mod retry;
mod scenario;
mod signature;

use super::{Check, Phase};
use crate::{
    context::Context,
    finding::{Finding, Verdict},
    rules::Subscription,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use scenario::{Record, Scenario};
use std::sync::Arc;

/// The checks on webhooks.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    let scenario = Arc::new(Scenario::default());
    let of = |id, about, judge| -> Arc<dyn Check> {
        Arc::new(Played {
            id,
            about,
            judge,
            scenario: Arc::clone(&scenario),
        })
    };
    vec![
        of("webhook.delivered", arrival::DELIVERED, arrival::delivered),
        of("webhook.logged", arrival::LOGGED, arrival::logged),
        of("webhook.types", arrival::TYPES, arrival::types),
        of("webhook.deleted", arrival::DELETED, arrival::deleted),
        of(
            "webhook.signature",
            signature::SIGNATURE,
            signature::signature,
        ),
        of("webhook.rotated", signature::ROTATED, signature::rotated),
        of("webhook.headers", content::HEADERS, content::headers),
        of("webhook.schema", content::SCHEMA, content::schema),
        of("webhook.snapshot", content::SNAPSHOT, content::snapshot),
        of(
            "webhook.transition",
            content::TRANSITION,
            content::transition,
        ),
        of("webhook.retry", retry::RETRY, retry::retry),
    ]
}

/// Looks at the record of the scenario.
type Judge = fn(&Scene<'_>) -> Verdict;

/// The record, and who asks.
struct Scene<'a> {
    id: &'static str,
    context: &'a Context,
    operation: &'a Operation,
    record: &'a Record,
}

impl Scene<'_> {
    /// A finding that quotes the rule.
    fn finding(&self, title: impl Into<String>) -> Finding {
        let title = title.into();
        let rule = &self.record.rule;
        Finding::new(self.id, &self.operation.id, title.clone())
            .promise(rule.name, &rule.origin)
            .cause(format!("{} {title}", self.id))
    }
}

struct Played {
    id: &'static str,
    about: &'static str,
    judge: Judge,
    scenario: Arc<Scenario>,
}

impl Check for Played {
    fn id(&self) -> &'static str {
        self.id
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn phase(&self) -> Phase {
        Phase::Events
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        Subscription::is_stated(operation)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            match self.scenario.record(context, operation).await {
                Ok(record) => (self.judge)(&Scene {
                    id: self.id,
                    context,
                    operation,
                    record: &record,
                }),
                Err(why) => Verdict::not_exercised(why),
            }
        }
        .boxed()
    }
}
