//! What all checks on an operation's conditions share.

use super::situation::{Situation, situations};
use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::Exchange,
    finding::{Finding, Verdict},
    rules::{Condition, Conduct, ErrorShape, Stated, Test},
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// A check on an operation with `x-lifecycle`.
pub(super) trait ConductCheck: Send + Sync {
    fn id(&self) -> &'static str;
    fn about(&self) -> &'static str;
    /// Whether it has anything to say about an operation with these members of the rule.
    fn concerns(&self, has_transition: bool, has_requirements: bool) -> bool;
    fn judge<'a>(&'a self, case: &'a Case<'a>) -> BoxFuture<'a, Verdict>;
}

/// An operation, its rule, and what there is to try it on.
pub(super) struct Case<'a> {
    pub(super) context: &'a Context,
    pub(super) operation: &'a Operation,
    pub(super) rule: Stated<Conduct>,
    pub(super) errors: Option<Stated<ErrorShape>>,
    pub(super) conditions: Vec<Condition>,
    pub(super) situations: Vec<Situation>,
}

impl Case<'_> {
    /// A finding that quotes the rule.
    pub(super) fn finding(&self, check: &'static str, title: impl Into<String>) -> Finding {
        let title = title.into();
        Finding::new(check, &self.operation.id, title.clone())
            .promise(
                format!("{} of {}", self.rule.name, self.operation.id),
                &self.rule.origin,
            )
            .cause(format!("{check} {} {title}", self.operation.id))
    }

    pub(super) fn errors(&self) -> Option<&ErrorShape> {
        self.errors.as_ref().map(|stated| &stated.rule)
    }

    /// Status and code of an answer, for people.
    pub(super) fn describe(&self, exchange: &Exchange) -> String {
        ErrorShape::describe(self.errors(), exchange)
    }

    /// Does it in this situation.
    pub(super) async fn act(&self, situation: &Situation) -> Option<Arc<Exchange>> {
        let request = situation.request(self.context, self.operation)?;
        Some(self.context.send(request).await)
    }
}

/// A condition in words: `customer /status is one of ["active"]`.
pub(super) fn words(condition: &Condition) -> String {
    let list = |values: &[serde_json::Value]| {
        values
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let test = match &condition.test {
        Test::In(values) => format!("is one of {}", list(values)),
        Test::Contains(value) => format!("holds {value}"),
        Test::Equals(value) => format!("is {value}"),
        Test::Same(expression) => format!("is what {expression} says"),
        Test::Matches(pattern) => format!("matches {pattern}"),
    };
    format!("{} {} {test}", condition.resource, condition.field)
}

/// Runs a check on an operation with `x-lifecycle`.
pub(super) struct Conducted<T>(pub(super) T);

impl<T: ConductCheck> Check for Conducted<T> {
    fn id(&self) -> &'static str {
        self.0.id()
    }

    fn about(&self) -> &'static str {
        self.0.about()
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        let has = |name| {
            operation
                .extensions
                .get("x-lifecycle")
                .is_some_and(|rule| rule.get(name).is_some())
        };
        Conduct::is_stated(operation) && self.0.concerns(has("transition"), has("requires"))
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let document = context.document.as_deref();
            let rule = match Conduct::of(document, operation) {
                Ok(Some(rule)) => rule,
                Ok(None) => return Verdict::not_exercised("the document states no rule"),
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            let errors = match ErrorShape::of(&context.api, document) {
                Ok(errors) => errors,
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            let conditions = rule.conditions();
            let situations = situations(context, operation, &rule, &conditions).await;
            if situations.is_empty() {
                return Verdict::not_exercised("no resource is known to try it on");
            }
            let case = Case {
                context,
                operation,
                rule,
                errors,
                conditions,
                situations,
            };
            self.0.judge(&case).await
        }
        .boxed()
    }
}
