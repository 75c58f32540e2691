//! `lifecycle.otherwise`, `lifecycle.gate`: an operation whose conditions do not hold is refused as stated.

use super::{
    conduct::{Case, ConductCheck, words},
    situation::Situation,
};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};
use std::collections::HashSet;

/// This many situations are tried of one condition.
const TRIED: usize = 2;

/// A transition from a state that it does not start from is refused.
pub(super) struct Otherwise;

/// A condition that does not hold is told.
pub(super) struct Gate;

impl ConductCheck for Otherwise {
    fn id(&self) -> &'static str {
        "lifecycle.otherwise"
    }

    fn about(&self) -> &'static str {
        "An operation that makes a transition is refused as `otherwise` says for a resource in each other state that can be \
         found, and changes nothing."
    }

    fn concerns(&self, has_transition: bool, _: bool) -> bool {
        has_transition
    }

    fn judge<'a>(&'a self, case: &'a Case<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let Some(step) = &case.rule.transition else {
                return Verdict::not_exercised("it makes no transition");
            };
            let mut states = HashSet::new();
            let outside = case
                .situations
                .iter()
                .filter(|situation| situation.broken.first() == Some(&0));
            for situation in outside {
                let state = situation.value(&step.resource, &step.field).cloned();
                if states.insert(state.map(|state| state.to_string())) {
                    refuse(self.id(), case, situation, 0, &mut verdict).await;
                }
            }
            if verdict.cases == 0 {
                verdict.skip(
                    "no resource is known in a state that the transition does not start from",
                );
            }
            verdict
        }
        .boxed()
    }
}

impl ConductCheck for Gate {
    fn id(&self) -> &'static str {
        "lifecycle.gate"
    }

    fn about(&self) -> &'static str {
        "Where one condition of `requires` does not hold, the operation is refused as its `otherwise` says; where several \
         do not, as that of the first."
    }

    fn concerns(&self, _: bool, has_requirements: bool) -> bool {
        has_requirements
    }

    fn judge<'a>(&'a self, case: &'a Case<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let first = usize::from(case.rule.transition.is_some());
            for at in first..case.conditions.len() {
                let Some(condition) = case.conditions.get(at) else {
                    continue;
                };
                let of_this = || {
                    case.situations
                        .iter()
                        .filter(move |situation| situation.broken.first() == Some(&at))
                };
                let alone = of_this().filter(|situation| situation.broken.len() == 1).take(TRIED);
                // Another answer to a later condition shows in which order they are looked at.
                let differs = |later: &usize| {
                    case.conditions
                        .get(*later)
                        .is_some_and(|later| later.otherwise != condition.otherwise)
                };
                let among = of_this()
                    .filter(|situation| situation.broken.iter().skip(1).any(differs))
                    .take(TRIED);
                let chosen: Vec<&Situation> = alone.chain(among).collect();
                if chosen.is_empty() {
                    verdict.skip(format!(
                        "no resource is known for which `{}` does not hold and what stands before it does",
                        words(condition)
                    ));
                }
                for situation in chosen {
                    refuse(self.id(), case, situation, at, &mut verdict).await;
                }
            }
            verdict
        }
        .boxed()
    }
}

/// Expects the answer of a condition that does not hold.
async fn refuse(
    check: &'static str,
    case: &Case<'_>,
    situation: &Situation,
    at: usize,
    verdict: &mut Verdict,
) {
    let Some(condition) = case.conditions.get(at) else {
        return;
    };
    let Some(exchange) = case.act(situation).await else {
        verdict.skip("no request can be made");
        return;
    };
    if condition.otherwise.is(&exchange, case.errors()) {
        verdict.pass();
        return;
    }
    if exchange.status().is_none() || exchange.status() == Some(404) {
        verdict.skip(format!("no judgement from {}", exchange.status_text()));
        return;
    }
    // Things may have moved on since they were listed.
    if !exchange.succeeded() {
        let now = situation
            .anew(case.context, &case.rule, &case.conditions)
            .await;
        if now.is_none_or(|now| now.broken != situation.broken) {
            verdict.skip("the resource changed meanwhile");
            return;
        }
    }
    let found = situation
        .value(&condition.resource, &condition.field)
        .map_or_else(|| "nothing there".to_owned(), ToString::to_string);
    let title = if exchange.succeeded() {
        format!("taken although this does not hold: {}", words(condition))
    } else {
        format!(
            "another answer than promised where this does not hold: {}",
            words(condition)
        )
    };
    verdict.fail(
        case.finding(check, title)
            .expected(condition.otherwise.to_string(), case.describe(&exchange))
            .input(format!(
                "{} {} = {found}",
                condition.resource, condition.field
            ))
            .step(&exchange),
    );
}
