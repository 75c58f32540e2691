//! `request.valid`

use crate::{
    check::{Check, Phase, request::says_of_state},
    context::{Context, Draft},
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
    rules::infer::{has_word, item_of, properties, sentences, snake},
    wire,
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, ParameterLocation, SchemaId, Shape, StatusKey, StringFormat},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{collections::HashSet, sync::Arc};

/// So many things are read, those that are not like the others first.
const READ: usize = 16;
/// And lists of what belongs to so many things.
const OWNERS: usize = 8;
/// And so many texts are searched for that nothing has.
const TEXTS: usize = 3;
/// Words of names of what is searched for.
const SEARCHES: [&str; 5] = ["query", "search", "text", "term", "keyword"];
/// Which is this one.
const NOTHING: &str = "zqxjkvbnothing";

/// A valid request is answered.
pub(super) struct Explore;

impl Check for Explore {
    fn id(&self) -> &'static str {
        "request.valid"
    }

    fn about(&self) -> &'static str {
        "A request that is valid by the document, sent to a resource that exists, gets a 2xx."
    }

    fn phase(&self) -> Phase {
        Phase::Explore
    }

    fn applies(&self, _: &Api, _: &Operation) -> bool {
        true
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let succeeds = operation.responses.keys().any(|key| match key {
                StatusKey::Code(code) => (200..400).contains(code),
                StatusKey::Range(digit) => (2..4).contains(digit),
                StatusKey::Default => true,
            });
            if !succeeds {
                return Verdict::not_exercised("the document names no success");
            }
            match context.accepted(operation).await {
                Ok(draft) => {
                    verdict.pass();
                    if operation.method.is_safe() || paths::is_search(operation) {
                        others(context, operation, &draft, &mut verdict).await;
                    }
                }
                // A list without parameters has nothing that could be in the wrong state.
                Err(why) if operation.method.is_safe() && !operation.path.contains('{') => {
                    let resource = crate::context::Resource::default();
                    let Some(request) = context.bare_request(operation, &resource) else {
                        return Verdict::not_exercised(why.0);
                    };
                    let exchange = context.send(request).await;
                    // Who may see something is not the document's to say, nor is what required values have to name.
                    let open = |status| {
                        matches!(status, 401 | 403 | 429)
                            || matches!(status, 404 | 409 | 410)
                                && operation.parameters.iter().any(|it| it.required)
                    };
                    // What fails is server.error's; what is said to be refused sometimes may be so now.
                    let fails = |status| status >= 500;
                    let told = |status| is_conditional(operation, status);
                    let left = |status| open(status) || fails(status) || told(status);
                    let plain = operation.parameters.is_empty() && operation.body.is_none();
                    let about_state = !plain && says_of_state(&exchange);
                    if exchange.status().is_none_or(left) || about_state {
                        return Verdict::not_exercised(exchange.status_text());
                    }
                    // Another protocol takes over, or the caller is sent elsewhere: neither is a refusal.
                    if exchange.status().is_some_and(|status| status < 400) {
                        return Verdict::not_exercised(format!(
                            "it answers {}",
                            exchange.status_text()
                        ));
                    }
                    verdict.fail(
                        Finding::new(self.id(), &operation.id, "a valid request is refused")
                            .promise(
                                "what is valid by the document is answered",
                                &operation.origin,
                            )
                            .expected("a 2xx status", exchange.status_text())
                            .step(&exchange),
                    );
                }
                Err(why) => verdict.skip(why.0),
            }
            verdict
        }
        .boxed()
    }
}

/// Reads things that are not like the one that was read, and asks for what nothing has: their answers are looked at by
/// others.
async fn others(context: &Context, operation: &Operation, draft: &Draft, verdict: &mut Verdict) {
    let resources = context.resources(operation).await;
    let mut seen = HashSet::from([kind(&draft.resource.item)]);
    let there = resources
        .iter()
        .filter(|it| !it.invented && !it.item.is_null() && it.path != draft.resource.path);
    let (unlike, alike): (Vec<_>, Vec<_>) = there.partition(|it| seen.insert(kind(&it.item)));
    for resource in unlike.into_iter().chain(alike).take(READ) {
        if let Some(request) = context.bare_request(operation, resource) {
            context.send(request).await;
        }
    }
    // What belongs to something may be nothing.
    let owned = operation.parameters.iter().filter(|parameter| {
        let optional = parameter.location == ParameterLocation::Query && !parameter.required;
        optional && operation.method.is_safe()
    });
    let owned = owned.map(|it| (it, context.known_values(it)));
    let owned = owned.filter(|(_, values)| !values.is_empty());
    for (parameter, values) in owned.take(TEXTS) {
        for value in values.into_iter().take(OWNERS) {
            let request = draft.request.clone().without_query(&parameter.name);
            // What was deleted meanwhile may be answered with 404: the answers are looked at by others.
            context.send(wire::place(request, parameter, &value)).await;
        }
    }
    let nothing = Value::String(NOTHING.to_owned());
    let searches = |name: &str, id: SchemaId| {
        let schema = context.api.schema(context.api.resolve(id));
        let free = matches!(schema.shape, Shape::String(StringFormat::Plain));
        let name = snake(name);
        let tail = name.rsplit('_').next().unwrap_or_default();
        let named = ["q", "name"].contains(&name.as_str()) || SEARCHES.contains(&tail);
        let named = named && !context.is_related(&name);
        let valid = context.judge.is_valid(id, Direction::Request, &nothing);
        free && named && valid && schema.string.pattern.is_none()
    };
    let texts = operation.parameters.iter().filter(|parameter| {
        let free = parameter
            .schema()
            .is_some_and(|id| searches(&parameter.name, id));
        parameter.location == ParameterLocation::Query && free && !parameter.required
    });
    for parameter in texts.take(TEXTS) {
        let request = draft.request.clone().without_query(&parameter.name);
        let exchange = context
            .send(wire::place(request, parameter, &nothing))
            .await;
        unfound(&context.api, operation, &exchange, verdict);
    }
    let (Some((_, schema)), Some(body)) = (context.body_schema(operation), &draft.body) else {
        return;
    };
    for (name, _) in properties(&context.api, schema)
        .into_iter()
        .filter(|(name, id)| searches(name, *id))
        .take(TEXTS)
    {
        let mut body = body.clone();
        if let Value::Object(members) = &mut body {
            members.insert(name, nothing.clone());
        }
        if context.judge.is_valid(schema, Direction::Request, &body) {
            let exchange = context.send(draft.request.clone().with_json(&body)).await;
            unfound(&context.api, operation, &exchange, verdict);
        }
    }
}

/// A search that finds nothing is no search for nothing: where no 404 is documented, and nothing in the path could be
/// missing, its list is empty.
fn unfound(api: &Api, operation: &Operation, exchange: &Arc<Exchange>, verdict: &mut Verdict) {
    let documented = operation.response(404).is_some() || item_of(api, operation).is_none();
    if exchange.status() != Some(404) || documented || operation.path.contains('{') {
        return;
    }
    let finding = Finding::new(
        "request.valid",
        &operation.id,
        "a search that finds nothing is refused",
    )
    .promise(
        "what is valid by the document is answered",
        &operation.origin,
    )
    .expected("a 2xx status", exchange.status_text());
    verdict.fail(finding.step(exchange));
}

/// What tells of which kind a thing is: its short words and flags, and what it lacks.
fn kind(item: &Value) -> String {
    let Value::Object(members) = item else {
        return String::new();
    };
    let told = members.iter().map(|(name, value)| match value {
        Value::String(text) if is_word(name) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => "null".to_owned(),
        Value::Array(items) => items.is_empty().to_string(),
        _ => String::new(),
    });
    told.collect::<Vec<_>>().join(" ")
}

/// Whether a property is called as one that has few values.
fn is_word(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "status", "state", "type", "kind", "category", "level", "role", "severity", "priority",
        "stage", "phase", "mode",
    ];
    let name = snake(name);
    WORDS.iter().any(|word| name.ends_with(word))
}

/// Whether the description says when an operation answers with a status: *returns 404 unless it is enabled*.
fn is_conditional(operation: &Operation, status: u16) -> bool {
    let said = operation.description.as_deref().unwrap_or_default();
    let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).any(|sentence| {
        sentence.contains(&status.to_string())
            && has_word(&sentence, &["if", "unless", "when", "until"])
    })
}
