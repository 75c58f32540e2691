//! `request.violations`

use super::{
    tolerance::{Meaning, meaning},
    variation::Variations,
};
use crate::{
    check::{Check, Phase},
    context::{Context, Draft},
    finding::{Finding, Verdict},
    request::Request,
    rules::{ErrorShape, FieldErrors},
    wire,
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, ParameterLocation, SchemaId, Shape},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// A refusal names every violation.
pub(super) struct Violations;

impl Check for Violations {
    fn id(&self) -> &'static str {
        "request.violations"
    }

    fn about(&self) -> &'static str {
        "A request that breaks two rules at two places is refused with both places named, where x-errors says that \
         refusals name them."
    }

    fn phase(&self) -> Phase {
        Phase::Request
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        let stated = api
            .extensions
            .get("x-errors")
            .is_some_and(|rule| rule.get("fieldErrors").is_some());
        stated && (operation.body.is_some() || operation.parameters.len() > 1)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let shape = match ErrorShape::of(&context.api, context.document.as_deref()) {
                Ok(Some(shape)) => shape,
                Ok(None) => {
                    return Verdict::not_exercised(
                        "the document does not say where violations are named",
                    );
                }
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            let Some(places) = &shape.field_errors else {
                return Verdict::not_exercised(
                    "the document does not say where violations are named",
                );
            };
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let broken = in_body(context, operation, &draft)
                .or_else(|| in_query(context, operation, &draft));
            let Some((request, names)) = broken else {
                return Verdict::not_exercised("no two places could be broken at once");
            };
            let exchange = context.send(request).await;
            let mut verdict = Verdict::default();
            match exchange.status().map(meaning) {
                Some(Meaning::Refused) => {}
                Some(Meaning::Taken) => {
                    verdict.skip("it was taken, which request.rejected reports");
                    return verdict;
                }
                _ => {
                    verdict.skip(format!("no judgement from {}", exchange.status_text()));
                    return verdict;
                }
            }
            let named = named(places, &exchange.json().unwrap_or_default());
            let missing: Vec<&String> = names
                .iter()
                .filter(|name| !named.iter().any(|field| field.contains(name.as_str())))
                .collect();
            if missing.is_empty() {
                verdict.pass();
                return verdict;
            }
            let title = if named.is_empty() {
                "a refusal names no violation"
            } else {
                "a refusal does not name every violation"
            };
            verdict.fail(
                Finding::new(self.id(), &operation.id, title)
                    .promise("fieldErrors of x-errors", &shape.origin)
                    .expected(
                        format!("violations at {}", names.join(" and ")),
                        if named.is_empty() {
                            "none".to_owned()
                        } else {
                            named.join(", ")
                        },
                    )
                    .cause(format!("{} {title}", self.id()))
                    .step(&exchange),
            );
            verdict
        }
        .boxed()
    }
}

/// The fields that an error body names.
fn named(places: &FieldErrors, body: &Value) -> Vec<String> {
    let items = places.items.get(body).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(|item| places.field.get(item))
        .map(wire::scalar)
        .collect()
}

/// The good body with two of its properties broken.
fn in_body(
    context: &Context,
    operation: &Operation,
    draft: &Draft,
) -> Option<(Request, Vec<String>)> {
    let (_, schema) = context.body_schema(operation)?;
    let mut body = context.fresh_body(operation, draft.body.as_ref()?);
    let mut names = Vec::new();
    for (name, place) in properties(context, schema, &body) {
        let Some(case) = context
            .generator()
            .negatives(place)
            .cases
            .iter()
            .find(|case| {
                case.pointer.is_empty()
                    && matches!(
                        case.value,
                        Value::String(_) | Value::Number(_) | Value::Bool(_)
                    )
            })
            .map(|case| case.value.clone())
        else {
            continue;
        };
        let mut tried = body.clone();
        tried.as_object_mut()?.insert(name.clone(), case);
        let at = format!("/{name}");
        let violations = context.judge.violations(schema, Direction::Request, &tried);
        let clear = violations.iter().all(|found| {
            found.pointer == at
                || names
                    .iter()
                    .any(|known: &String| found.pointer == format!("/{known}"))
        });
        if clear && !violations.is_empty() {
            body = tried;
            names.push(name);
        }
        if names.len() == 2 {
            let request = context
                .freshened(operation, draft.request.clone())
                .with_json(&body);
            return Some((request, names));
        }
    }
    None
}

/// The properties that a body can have, with their schemas. What tells the branches of a union apart is
/// left out: where it is wrong, nobody can know which other rules hold.
fn properties(context: &Context, schema: SchemaId, body: &Value) -> Vec<(String, SchemaId)> {
    let api = &context.api;
    match &api.schema(api.resolve(schema)).shape {
        Shape::Object(object) => object
            .fields
            .iter()
            .map(|field| (field.name.clone(), field.schema))
            .collect(),
        Shape::Union(union) => {
            let taken = union.variants.iter().find(|variant| {
                context
                    .judge
                    .is_valid(variant.schema, Direction::Request, body)
            });
            let telling = |name: &String, schema: SchemaId| {
                let values = &api.schema(api.resolve(schema)).enumeration;
                union.tag.as_ref() == Some(name)
                    || values.as_ref().is_some_and(|values| values.len() == 1)
            };
            taken
                .map(|variant| properties(context, variant.schema, body))
                .unwrap_or_default()
                .into_iter()
                .filter(|(name, schema)| !telling(name, *schema))
                .collect()
        }
        Shape::Reference(target) => properties(context, *target, body),
        _ => Vec::new(),
    }
}

/// The good request with two of its query parameters broken.
fn in_query(
    context: &Context,
    operation: &Operation,
    draft: &Draft,
) -> Option<(Request, Vec<String>)> {
    let variations = Variations::of(context, operation, draft);
    let mut request = draft.request.clone();
    let mut names = Vec::new();
    for parameter in &operation.parameters {
        if parameter.location != ParameterLocation::Query {
            continue;
        }
        let Some(schema) = parameter.schema() else {
            continue;
        };
        let cases = context.generator().negatives(schema);
        let Some(case) = cases.cases.iter().find(|case| {
            variations.invalid_on_the_wire(parameter, schema, &case.value)
                && !wire::scalar(&case.value).is_empty()
        }) else {
            continue;
        };
        request = wire::place(
            request.without_query(&parameter.name),
            parameter,
            &case.value,
        );
        names.push(parameter.name.clone());
        if names.len() == 2 {
            return Some((request, names));
        }
    }
    None
}
