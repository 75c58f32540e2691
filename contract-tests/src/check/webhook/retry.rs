//! `webhook.retry`: a delivery that failed is tried again.

use super::{Scene, scenario::LONGEST};
use crate::finding::Verdict;

pub(super) const RETRY: &str = "A delivery that was answered with 500 is tried again, with the same body and the same event id.";

pub(super) fn retry(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    if record.rule.retries == Some(0) {
        return Verdict::not_exercised("the document promises no second try");
    }
    let within = record.rule.retry_within.unwrap_or_default();
    if u64::from(within) > LONGEST.as_secs() {
        return Verdict::not_exercised(format!(
            "a second try is promised within {within} s, and not waited for so long"
        ));
    }
    let Some(flaky) = &record.flaky else {
        return Verdict::not_exercised("no subscription could be made");
    };
    let refused: Vec<_> = flaky
        .deliveries
        .iter()
        .filter(|one| one.answered >= 500)
        .collect();
    let mut verdict = Verdict::default();
    let again = |body: &bytes::Bytes| {
        flaky
            .deliveries
            .iter()
            .filter(move |other| other.body == *body)
            .nth(1)
    };
    for first in &refused {
        let Some(second) = again(&first.body) else {
            continue;
        };
        // Whatever names the event names the same one: the id in the body stands in a header as well.
        let id = first
            .json()
            .and_then(|body| record.id(&body))
            .unwrap_or_default();
        let named = |delivery: &crate::webhook::Delivered| -> Vec<String> {
            delivery
                .headers
                .iter()
                .filter(|(_, value)| *value == id)
                .map(|(name, _)| name.clone())
                .collect()
        };
        if named(first) == named(second) {
            verdict.pass();
        } else {
            verdict.fail(
                scene
                    .finding("a second try names another event than the first")
                    .expected(
                        format!("{id} in {}", named(first).join(", ")),
                        format!("in {:?}", named(second)),
                    )
                    .step(&flaky.exchange),
            );
        }
    }
    if verdict.cases == 0 && !refused.is_empty() {
        verdict.fail(
            scene
                .finding("a delivery that failed is not tried again")
                .expected(
                    format!(
                        "a second try with the same body within {} s",
                        record.retry_wait.as_secs()
                    ),
                    format!("{} first tries only", refused.len()),
                )
                .step(&flaky.exchange),
        );
    }
    if refused.is_empty() {
        verdict.skip("nothing was delivered to fail");
    }
    verdict
}
