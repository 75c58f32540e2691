//! `metadata.round_trip`

use super::{CASES, MapCheck, Written};
use crate::{
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, ParameterLocation},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// What stands elsewhere may be made a moment later: it is asked for this often.
const TRIES: u32 = 12;
/// And this much later each time.
const PAUSE: Duration = Duration::from_millis(150);

/// What was written comes back.
pub(super) struct RoundTrip;

impl MapCheck for RoundTrip {
    fn id(&self) -> &'static str {
        "metadata.round_trip"
    }

    fn about(&self) -> &'static str {
        "A map that was accepted comes back in the answer, and when the resource is read, with the same keys and values."
    }

    fn judge<'a>(&'a self, written: &'a Written<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let context = written.context;
            let cases = context.generator().positives(written.field.schema);
            let own = [
                json!({ "Counterpart_Key": "Mixed Case", "UPPER": "UPPER", "lower_1": "lower" }),
                json!({ "text": "Zürich 漢字 ✓", "blank": "a  b", "quote": "\"'\\/" }),
            ];
            let maps = own
                .into_iter()
                .chain(cases.cases.iter().map(|case| case.value.clone()));
            // What was shown nowhere in all that time once is not waited for again.
            let mut tries = TRIES;
            for map in maps.take(CASES) {
                if !context
                    .judge
                    .is_valid(written.field.schema, Direction::Request, &map)
                {
                    continue;
                }
                let Some(request) = written.with(&map) else {
                    continue;
                };
                let exchange = context.send(request).await;
                if !exchange.succeeded() {
                    continue;
                }
                let shown = self.compare(written, &map, &exchange, tries, &mut verdict);
                if !shown.await {
                    tries = 1;
                }
                if verdict.findings.len() >= 3 {
                    break;
                }
            }
            verdict
        }
        .boxed()
    }
}

impl RoundTrip {
    /// Compares what was written with what is shown; whether it is shown at all.
    async fn compare(
        &self,
        written: &Written<'_>,
        map: &Value,
        exchange: &Arc<Exchange>,
        tries: u32,
        verdict: &mut Verdict,
    ) -> bool {
        let mut shown = vec![Arc::clone(exchange)];
        let direct = exchange
            .json()
            .is_some_and(|body| find(written, &body).is_some());
        if let Some(read) = read(written, exchange, direct, tries).await {
            shown.push(read);
        }
        let mut seen = false;
        for answer in &shown {
            let Some(found) = answer.json().and_then(|body| find(written, &body)) else {
                continue;
            };
            seen = true;
            let Some((expected, actual)) = difference(map, &found, may_merge(written.operation))
            else {
                verdict.pass();
                continue;
            };
            let mut finding = Finding::new(
                self.id(),
                &written.operation.id,
                format!("{} comes back changed", written.field.pointer),
            )
            .promise("what was written can be read", written.origin())
            .expected(expected, actual)
            .input(map.to_string())
            .cause(format!("{} {}", self.id(), written.origin().pointer))
            .step(exchange);
            if !Arc::ptr_eq(answer, exchange) {
                finding = finding.step(answer);
            }
            verdict.fail(finding);
            return true;
        }
        if !seen && shown.len() > 1 && tries > 1 {
            verdict.fail(
                Finding::new(
                    self.id(),
                    &written.operation.id,
                    format!("{} is accepted and not kept", written.field.pointer),
                )
                .promise("what was written can be read", written.origin())
                .expected(map.to_string(), "nothing there")
                .input(map.to_string())
                .cause(format!("{} {}", self.id(), written.origin().pointer))
                .step(exchange)
                .step(shown.last().unwrap_or(exchange)),
            );
        } else if !seen {
            verdict.skip("nothing shows the map again");
        }
        seen
    }
}

/// The map in an answer: at the pointer it was written to, or as the member of that name.
fn find(written: &Written<'_>, body: &Value) -> Option<Value> {
    let name = written.field.pointer.last()?;
    written
        .field
        .pointer
        .get(body)
        .or_else(|| body.get(&name))
        .filter(|found| found.is_object())
        .cloned()
}

/// Reads the resource that was made. Where the answer itself does not hold the map, it is looked for by the
/// identifiers in the answer, through operations whose answers can hold it; what does may come a moment later.
async fn read(
    written: &Written<'_>,
    exchange: &Exchange,
    direct: bool,
    tries: u32,
) -> Option<Arc<Exchange>> {
    let context = written.context;
    let name = written.field.pointer.last()?;
    let mut answer = exchange.json()?;
    if direct {
        return own_read(written, &answer).await;
    }
    let mut last = None;
    for turn in 0..tries {
        if turn > 0 {
            tokio::time::sleep(PAUSE).await;
            // The answer may tell more by now.
            if let Some(now) = own_read(written, &answer)
                .await
                .and_then(|read| read.json())
            {
                answer = now;
            }
        }
        let mut ids = Vec::new();
        strings(&answer, 0, &mut ids);
        for operation in &context.api.operations {
            let mut parameters = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.location == ParameterLocation::Path);
            let (Some(parameter), None) = (parameters.next(), parameters.next()) else {
                continue;
            };
            let Some(schema) = parameter
                .schema()
                .filter(|schema| context.is_identifier(*schema))
            else {
                continue;
            };
            if operation.method != Method::Get || !can_show(written, operation, &name) {
                continue;
            }
            for id in &ids {
                if !context
                    .judge
                    .is_valid(schema, Direction::Request, &Value::String(id.clone()))
                {
                    continue;
                }
                let mut resource = crate::context::Resource::default();
                resource.path.insert(parameter.name.clone(), id.clone());
                let request = context.bare_request(operation, &resource)?;
                let read = context.send(request).await;
                if read.succeeded() {
                    let shows = read
                        .json()
                        .is_some_and(|body| find(written, &body).is_some());
                    if shows {
                        return Some(read);
                    }
                    last = Some(read);
                }
            }
        }
    }
    last
}

/// What reading the resource that the write made says now.
async fn own_read(written: &Written<'_>, answer: &Value) -> Option<Arc<Exchange>> {
    let context = written.context;
    let id = answer.get("id")?.as_str()?.to_owned();
    let operation = paths::on_items(
        &context.api,
        Method::Get,
        paths::home(&context.api, &written.operation.path),
    )?;
    let name = paths::item(&operation.path)?.1.to_owned();
    let mut resource = written.draft.resource.clone();
    resource.path.insert(name, id);
    let request = context.bare_request(operation, &resource)?;
    Some(context.send(request).await)
}

/// Whether the schema of an operation's success has a member of that name.
fn can_show(written: &Written<'_>, operation: &Operation, name: &str) -> bool {
    let api = &written.context.api;
    let Some((_, response)) = operation.response(200) else {
        return false;
    };
    let schema = response.content.values().find_map(|media| media.schema);
    schema.is_some_and(|schema| has_member(api, schema, name, 0))
}

fn has_member(
    api: &counterpart_model::Api,
    schema: counterpart_model::api::SchemaId,
    name: &str,
    depth: usize,
) -> bool {
    let schema = api.schema(api.resolve(schema));
    if depth > 8 {
        return false;
    }
    schema.object.properties.contains_key(name)
        || schema
            .reference
            .iter()
            .chain(&schema.all_of)
            .chain(&schema.any_of)
            .chain(&schema.one_of)
            .any(|inner| has_member(api, *inner, name, depth + 1))
}

fn strings(value: &Value, depth: usize, out: &mut Vec<String>) {
    const MOST: usize = 32;
    if depth > 6 || out.len() >= MOST {
        return;
    }
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, depth + 1, out)),
        Value::Object(members) => members
            .values()
            .for_each(|value| strings(value, depth + 1, out)),
        _ => {}
    }
}

/// Whether a map that is written may be laid over the one that was there: what patches merges by RFC 7396 §2, and `POST`
/// to something that exists does in many an API.
fn may_merge(operation: &Operation) -> bool {
    match operation.method {
        Method::Patch => true,
        Method::Post => paths::item(&operation.path).is_some(),
        _ => false,
    }
}

/// The first key in which the map that is found differs from the one that was written, where one does. What is merged
/// may have more, and has nothing at a key that was written as null.
fn difference(written: &Value, found: &Value, merged: bool) -> Option<(String, String)> {
    let (written, found) = (written.as_object()?, found.as_object()?);
    for (key, value) in written {
        match found.get(key) {
            Some(now) if now == value => {}
            None if merged && value.is_null() => {}
            Some(now) => return Some((format!("{key}: {value}"), format!("{key}: {now}"))),
            None => return Some((format!("{key}: {value}"), format!("no {key}"))),
        }
    }
    let mut more = found.keys().filter(|key| !written.contains_key(*key));
    let key = more.next().filter(|_| !merged)?;
    Some(("nothing else".to_owned(), format!("{key} as well")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_that_is_merged_may_have_more_and_loses_what_was_null() {
        let written = json!({ "a": "1", "b": null });
        let merged = json!({ "a": "1", "old": "2" });
        assert_eq!(difference(&written, &merged, true), None);
        let told = difference(&written, &merged, false).expect("a difference");
        assert_eq!(told.1, "no b");
        let lost = difference(&written, &json!({ "a": "2" }), true).expect("a difference");
        assert_eq!(lost.1, "a: \"2\"");
        let more = difference(&json!({}), &merged, false).expect("a difference");
        assert_eq!(more.1, "a as well");
    }
}
