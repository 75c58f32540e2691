//! `webhook.delivered`, `webhook.logged`, `webhook.types`, `webhook.deleted`: what arrives where.

use super::Scene;
use crate::{finding::Verdict, webhook::Delivered};
use serde_json::Value;

pub(super) const DELIVERED: &str =
    "Every event that is promised by `emits` or logged arrives at a subscription to all types.";
pub(super) const LOGGED: &str =
    "Every event that was delivered is in the event log, with the same content.";
pub(super) const TYPES: &str = "A subscription to one type receives this type and no other.";
pub(super) const DELETED: &str = "A subscription that was deleted receives nothing any more.";

pub(super) fn delivered(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let mut verdict = Verdict::default();
    let bodies: Vec<Value> = record
        .all
        .deliveries
        .iter()
        .filter_map(Delivered::json)
        .collect();
    for (kind, cause) in &record.promised {
        if bodies
            .iter()
            .any(|body| record.kind(body).as_ref() == Some(kind))
        {
            verdict.pass();
        } else {
            verdict.fail(
                scene
                    .finding(format!("no `{kind}` was delivered"))
                    .expected(
                        format!(
                            "`{kind}`, which {} emits",
                            cause.request.operation.as_ref().map_or("it", |id| &id.0)
                        ),
                        "nothing",
                    )
                    .step(&record.all.exchange)
                    .step(cause),
            );
        }
    }
    let last = record
        .all
        .deliveries
        .iter()
        .map(|one| one.unix)
        .max()
        .unwrap_or_default();
    for logged in record.logged.iter().flatten() {
        let id = record.id(&logged.event);
        if bodies.iter().any(|body| record.id(body) == id) {
            verdict.pass();
            continue;
        }
        // What came last may still be on its way.
        let young = logged
            .event
            .pointer("/createdAt")
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<jiff::Timestamp>().ok())
            .is_none_or(|at| at.as_second() >= last);
        if young && !bodies.is_empty() {
            verdict.skip("an event was logged too late to wait for its delivery");
            continue;
        }
        verdict.fail(
            scene
                .finding("an event is logged and not delivered")
                .expected(format!("{} delivered", id.unwrap_or_default()), "nothing")
                .step(&record.all.exchange)
                .step(&logged.exchange),
        );
    }
    verdict
}

pub(super) fn logged(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let logged = match &record.logged {
        Ok(logged) => logged,
        Err(why) => return Verdict::not_exercised(why),
    };
    let mut verdict = Verdict::default();
    for body in record.all.deliveries.iter().filter_map(Delivered::json) {
        let known = logged
            .iter()
            .find(|one| record.id(&one.event) == record.id(&body));
        let problem = match known {
            Some(known) if known.event == body => None,
            Some(known) => Some((
                "an event is delivered with other content than logged",
                known.event.to_string(),
            )),
            None => Some(("an event is delivered and not logged", "nothing".to_owned())),
        };
        match problem {
            None => verdict.pass(),
            Some((title, actual)) => verdict.fail(
                scene
                    .finding(title)
                    .expected(body.to_string(), actual)
                    .step(&record.all.exchange),
            ),
        }
    }
    if verdict.cases == 0 {
        verdict.skip("nothing was delivered");
    }
    verdict
}

pub(super) fn types(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let Some(one) = &record.one else {
        return Verdict::not_exercised("no subscription to one type could be made");
    };
    let mut verdict = Verdict::default();
    for body in one.deliveries.iter().filter_map(Delivered::json) {
        let kind = record.kind(&body).unwrap_or_default();
        if one.types.contains(&kind) {
            verdict.pass();
        } else {
            verdict.fail(
                scene
                    .finding("a type that was not subscribed to is delivered")
                    .expected(one.types.join(", "), kind)
                    .step(&one.exchange),
            );
        }
    }
    if verdict.cases == 0 {
        verdict.skip("nothing was delivered to it");
    }
    verdict
}

pub(super) fn deleted(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let Some(deleted) = &record.deleted else {
        return Verdict::not_exercised("no subscription could be made and deleted");
    };
    if record.all.deliveries.is_empty() {
        return Verdict::not_exercised("nothing was delivered to anybody");
    }
    let mut verdict = Verdict::default();
    match deleted.deliveries.first() {
        None => verdict.pass(),
        Some(delivery) => verdict.fail(
            scene
                .finding("a deleted subscription still receives events")
                .expected(
                    "nothing",
                    String::from_utf8_lossy(&delivery.body).into_owned(),
                )
                .step(&deleted.exchange),
        ),
    }
    verdict
}
