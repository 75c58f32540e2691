//! `webhook.headers`, `webhook.schema`, `webhook.snapshot`, `webhook.transition`: what deliveries say.

use super::{Scene, signature::event_of};
use crate::{
    finding::{Finding, Promise, Verdict},
    rules::{Machine, StateField},
    webhook::Delivered,
};
use counterpart_model::{
    Direction,
    api::{ParameterLocation, SchemaId},
};
use serde_json::Value;

pub(super) const HEADERS: &str = "Every delivery has the headers its event requires, valid by their schemas; a header for the event's id holds it.";
pub(super) const SCHEMA: &str = "The body of every delivery is valid by the schema of its event.";
pub(super) const SNAPSHOT: &str = "An event shows its resource as it is after what happened.";
pub(super) const TRANSITION: &str = "What an event tells of before differs from what it tells of after, and one follows from the other.";

pub(super) fn headers(scene: &Scene<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    for delivery in &scene.record.all.deliveries {
        let Some(event) = event_of(scene, delivery) else {
            verdict.skip("an event of a type that the document does not have");
            continue;
        };
        let id = delivery.json().and_then(|body| scene.record.id(&body));
        let parameters = event
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Header);
        for parameter in parameters {
            let fail = |title: String, expected: String, actual: String| {
                Finding::new(scene.id, &scene.operation.id, title.clone())
                    .promise(format!("header {}", parameter.name), &parameter.origin)
                    .expected(expected, actual)
                    .cause(format!("{} {} {title}", scene.id, parameter.name))
                    .step(&scene.record.all.exchange)
            };
            let Some(found) = delivery.header(&parameter.name) else {
                if parameter.required {
                    verdict.fail(fail(
                        format!("a delivery comes without {}", parameter.name),
                        parameter.name.clone(),
                        "no such header".to_owned(),
                    ));
                }
                continue;
            };
            let Some(schema) = parameter.schema() else {
                continue;
            };
            let value = read(scene, schema, found);
            if !scene
                .context
                .judge
                .is_valid(schema, Direction::Response, &value)
            {
                verdict.fail(fail(
                    format!("{} is not valid by its schema", parameter.name),
                    "a valid value".to_owned(),
                    found.to_owned(),
                ));
            } else if is_id(scene, event, schema) && id.as_deref().is_some_and(|id| id != found) {
                verdict.fail(fail(
                    format!("{} names another event than the body", parameter.name),
                    id.clone().unwrap_or_default(),
                    found.to_owned(),
                ));
            } else {
                verdict.pass();
            }
        }
    }
    if verdict.cases == 0 {
        verdict.skip("nothing was delivered, or its headers are not documented");
    }
    verdict
}

/// A header's text as an instance of its schema.
fn read(scene: &Scene<'_>, schema: SchemaId, text: &str) -> Value {
    let whole = Value::String(text.to_owned());
    if scene
        .context
        .judge
        .is_valid(schema, Direction::Response, &whole)
    {
        return whole;
    }
    match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
        _ => whole,
    }
}

/// Whether a schema is that of the id in the body of an event.
fn is_id(scene: &Scene<'_>, event: &counterpart_model::api::Operation, schema: SchemaId) -> bool {
    let api = &scene.context.api;
    let name = scene
        .record
        .rule
        .event_log
        .as_ref()
        .and_then(|log| log.id.as_str().strip_prefix('/'));
    let body = event
        .body
        .as_ref()
        .and_then(|body| body.content.values().find_map(|media| media.schema));
    let (Some(name), Some(body)) = (name, body) else {
        return false;
    };
    match &api.schema(api.resolve(body)).shape {
        counterpart_model::api::Shape::Object(object) => object
            .fields
            .iter()
            .any(|field| field.name == name && api.resolve(field.schema) == api.resolve(schema)),
        _ => false,
    }
}

pub(super) fn schema(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let mut verdict = Verdict::default();
    for delivery in &record.all.deliveries {
        let Some(body) = delivery.json() else {
            verdict.fail(
                scene
                    .finding("a delivery is no JSON")
                    .step(&record.all.exchange),
            );
            continue;
        };
        let Some(event) = event_of(scene, delivery) else {
            verdict.fail(
                scene
                    .finding("a delivery is of a type that the document does not have")
                    .expected(
                        "one of the document's events",
                        record.kind(&body).unwrap_or_default(),
                    )
                    .step(&record.all.exchange),
            );
            continue;
        };
        let schema = event
            .body
            .as_ref()
            .and_then(|body| body.content.values().find_map(|media| media.schema));
        let Some(schema) = schema else {
            verdict.skip("the document gives no schema for the event");
            continue;
        };
        let violations = scene
            .context
            .judge
            .violations(schema, Direction::Response, &body);
        if violations.is_empty() {
            verdict.pass();
        }
        for violation in violations {
            let mut finding = scene
                .finding(format!("{}: {}", violation.pointer, violation.message))
                .expected(violation.expected.clone(), violation.found.clone())
                .cause(format!(
                    "{} {} {}",
                    scene.id, violation.origin.pointer, violation.keyword
                ))
                .step(&record.all.exchange);
            finding.promise = Some(Promise {
                text: format!("{}: {}", violation.keyword, violation.expected),
                origin: violation.origin.clone(),
            });
            verdict.fail(finding);
        }
    }
    if verdict.cases == 0 {
        verdict.skip("nothing was delivered");
    }
    verdict
}

pub(super) fn snapshot(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let log = record.rule.event_log.as_ref();
    let Some((at, previous)) =
        log.and_then(|log| Some((log.snapshot.as_ref()?, log.previous.as_ref()?)))
    else {
        return Verdict::not_exercised(
            "the document does not say where events show their resource",
        );
    };
    let mut verdict = Verdict::default();
    let bodies: Vec<Value> = record
        .all
        .deliveries
        .iter()
        .filter_map(Delivered::json)
        .collect();
    for (kind, cause) in &record.promised {
        let answer = cause.json().unwrap_or_default();
        let Some(id) = answer.get("id") else {
            continue;
        };
        // The first event of this type about the resource is the one that the request caused.
        let caused = bodies.iter().find(|body| {
            record.kind(body).as_ref() == Some(kind)
                && at.get(body).and_then(|shown| shown.get("id")) == Some(id)
        });
        let Some(event) = caused else { continue };
        let shown = at.get(event).cloned().unwrap_or_default();
        let changed: Vec<String> = match previous.get(event).and_then(Value::as_object) {
            Some(members) => members.keys().cloned().collect(),
            // Nothing was before: all of it is new.
            None => answer
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect(),
        };
        let stale = changed
            .iter()
            .find(|name| answer.get(*name).is_some() && shown.get(*name) != answer.get(*name));
        match stale {
            None => verdict.pass(),
            Some(name) => verdict.fail(
                scene
                    .finding(format!(
                        "`{kind}` does not show the resource as the answer did"
                    ))
                    .expected(
                        format!("{name}: {}", answer.get(name).unwrap_or(&Value::Null)),
                        format!("{name}: {}", shown.get(name).unwrap_or(&Value::Null)),
                    )
                    .input(event.to_string())
                    .step(cause),
            ),
        }
    }
    if verdict.cases == 0 {
        verdict.skip("no event shows the resource of an answer");
    }
    verdict
}

pub(super) fn transition(scene: &Scene<'_>) -> Verdict {
    let record = scene.record;
    let log = record.rule.event_log.as_ref();
    let Some((at, previous)) =
        log.and_then(|log| Some((log.snapshot.as_ref()?, log.previous.as_ref()?)))
    else {
        return Verdict::not_exercised(
            "the document does not say where events tell what was before",
        );
    };
    let mut verdict = Verdict::default();
    for delivery in &record.all.deliveries {
        let Some(event) = delivery.json() else {
            continue;
        };
        let (Some(shown), Some(before)) = (
            at.get(&event),
            previous.get(&event).and_then(Value::as_object),
        ) else {
            continue;
        };
        for (name, old) in before {
            let Some(new) = shown.get(name) else { continue };
            let step = machine(scene, delivery, name, at)
                .and_then(|machine| Some(machine.steps(old.as_str()?, new.as_str()?)));
            if old != new && step != Some(false) {
                verdict.pass();
                continue;
            }
            verdict.fail(
                scene
                    .finding(format!("an event tells of a change of {name} that is none"))
                    .expected(
                        "another value before than after, one step apart",
                        format!("{old} → {new}"),
                    )
                    .input(event.to_string())
                    .step(&record.all.exchange),
            );
        }
    }
    if verdict.cases == 0 {
        verdict.skip("no event tells what was before");
    }
    verdict
}

/// The lifecycle of a member of the snapshot.
fn machine(
    scene: &Scene<'_>,
    delivery: &Delivered,
    name: &str,
    snapshot: &crate::rules::Pointer,
) -> Option<Machine> {
    let event = event_of(scene, delivery)?;
    let schema = event
        .body
        .as_ref()?
        .content
        .values()
        .find_map(|media| media.schema)?;
    let wanted = snapshot.child(name);
    let field = StateField::within(&scene.context.api, schema)
        .into_iter()
        .find(|field| field.pointer == wanted)?;
    let stated = Machine::of(
        &scene.context.api,
        scene.context.document.as_deref(),
        field.schema,
    );
    Some(stated.ok()??.rule)
}
