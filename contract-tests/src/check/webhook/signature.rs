//! `webhook.signature`, `webhook.rotated`: deliveries are signed with the subscription's secret.

use super::Scene;
use crate::{
    auth::Secret,
    finding::Verdict,
    rules::{Delivery, Stated},
    webhook::Delivered,
};
use counterpart_model::api::Operation;

pub(super) const SIGNATURE: &str = "Every delivery is signed over its exact bytes with the subscription's secret, as x-signature of the event says.";
pub(super) const ROTATED: &str = "After a rotation deliveries are signed with the new secret.";

/// The event that a delivery tells of.
pub(super) fn event_of<'a>(scene: &'a Scene<'_>, delivery: &Delivered) -> Option<&'a Operation> {
    let kind = scene.record.kind(&delivery.json()?)?;
    let event = scene
        .context
        .api
        .events
        .iter()
        .find(|event| event.name == kind)?;
    Some(&event.operation)
}

fn rule_of(scene: &Scene<'_>, delivery: &Delivered) -> Result<Stated<Delivery>, String> {
    let event =
        event_of(scene, delivery).ok_or("an event of a type that the document does not have")?;
    Delivery::of(scene.context.document.as_deref(), event)
        .map_err(|error| error.to_string())?
        .filter(|rule| rule.is_hmac() && rule.header.is_some())
        .ok_or_else(|| {
            "the document does not say how the event is signed with a shared secret".to_owned()
        })
}

/// Whether a delivery is signed with this secret.
fn verifies(rule: &Delivery, secret: &Secret, delivery: &Delivered) -> bool {
    let header = |name: &str| delivery.header(name).map(str::to_owned);
    let expected = rule.expected(secret.expose(), &delivery.body, header);
    let found = rule
        .header
        .as_deref()
        .and_then(|name| delivery.header(name));
    found == Some(expected.as_str())
}

pub(super) fn signature(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let mut verdict = Verdict::default();
    for subscribed in [
        Some(&record.all),
        record.one.as_ref(),
        record.flaky.as_ref(),
    ]
    .into_iter()
    .flatten()
    {
        let Some(secret) = &subscribed.secret else {
            verdict.skip("the answer to the subscription holds no secret");
            continue;
        };
        for delivery in &subscribed.deliveries {
            let rule = match rule_of(scene, delivery) {
                Ok(rule) => rule,
                Err(why) => {
                    verdict.skip(why);
                    continue;
                }
            };
            if verifies(&rule, secret, delivery) {
                verdict.pass();
                continue;
            }
            let name = rule.header.clone().unwrap_or_default();
            let (title, actual) = match delivery.header(&name) {
                None => ("a delivery comes without a signature", format!("no {name}")),
                // The signature itself is no secret, and still nobody needs it in a report.
                Some(found) => (
                    "a delivery has another signature than its bytes and the secret give",
                    format!("{} characters that do not verify", found.chars().count()),
                ),
            };
            verdict.fail(
                scene
                    .finding(title)
                    .promise("x-signature of the event", &rule.origin)
                    .expected(
                        format!("{name} over {}", rule.payload.replace('\n', "\\n")),
                        actual,
                    )
                    .input(String::from_utf8_lossy(&delivery.body).into_owned())
                    .step(&subscribed.exchange),
            );
        }
    }
    if verdict.cases == 0 {
        verdict.skip("nothing was delivered");
    }
    verdict
}

pub(super) fn rotated(scene: &Scene<'_>) -> Verdict {
    let Some(rotated) = &scene.record.rotated else {
        return Verdict::not_exercised("no secret could be rotated");
    };
    let (Some(new), Some(old)) = (&rotated.secret, &rotated.old_secret) else {
        return Verdict::not_exercised("the answers hold no secrets");
    };
    let mut verdict = Verdict::default();
    for delivery in &rotated.deliveries {
        let Ok(rule) = rule_of(scene, delivery) else {
            continue;
        };
        if verifies(&rule, new, delivery) {
            verdict.pass();
        } else {
            let actual = if verifies(&rule, old, delivery) {
                "signed with the old secret"
            } else {
                "signed with neither secret"
            };
            verdict.fail(
                scene
                    .finding("after a rotation deliveries are not signed with the new secret")
                    .expected("signed with the new secret", actual)
                    .step(&rotated.exchange),
            );
        }
    }
    if verdict.cases == 0 {
        verdict.skip("nothing was delivered");
    }
    verdict
}
