//! Bodies that lack what they need because of what else they have: `if` and `then`.

use super::variation::{Variation, Variations};
use crate::rules::infer::{envelope::core, properties};
use counterpart_model::{
    Direction,
    api::{Api, SchemaId, Value as ModelValue},
};
use serde_json::Value;

/// So many conditions of one body are tried.
const CONDITIONS: usize = 8;

impl Variations<'_> {
    /// Bodies that fulfil an `if` and lack what its `then` requires (JSON Schema 2020-12 §10.2.2), and nothing else.
    pub(super) fn unmet_conditions(&self) -> Vec<Variation> {
        let context = self.context;
        let api = &context.api;
        let (Some((media, schema)), Some(good)) = (context.body_schema(self.operation), &self.body)
        else {
            return Vec::new();
        };
        let (place, inner) = core(api, schema);
        let mut all = Vec::new();
        for (condition, then) in conditions(api, inner).into_iter().take(CONDITIONS) {
            let required = &api.schema(api.resolve(then)).object.required;
            let mut full = context.fresh_body(self.operation, good);
            for (name, value) in choices(api, condition) {
                place.child(&name).put(&mut full, value);
            }
            let known = properties(api, inner);
            for name in required {
                let at = place.child(name);
                let there = at.get(&full).is_some_and(|it| !it.is_null());
                let example = known.iter().find(|(it, _)| it == name).and_then(|(_, id)| {
                    let cases = context.generator().positives(*id);
                    let mut values = cases.cases.iter().map(|case| &case.value);
                    values.find(|it| !it.is_null()).cloned()
                });
                if let (false, Some(example)) = (there, example) {
                    at.put(&mut full, example);
                }
            }
            let valid = |body: &Value| context.judge.is_valid(schema, Direction::Request, body);
            if !valid(&full) {
                continue;
            }
            for name in required {
                let mut body = full.clone();
                let within = match place.as_str() {
                    "" => Some(&mut body),
                    pointer => body.pointer_mut(pointer),
                };
                let Some(Value::Object(members)) = within else {
                    continue;
                };
                members.remove(name);
                if valid(&body) {
                    continue;
                }
                let body = context.addressed(self.operation, &self.resource, &body);
                let mut request = self.twin();
                request.content_type = Some(media.clone());
                all.push(Variation {
                    what: format!("body: has no {name}, which then requires where its if holds"),
                    keyword: "then".to_owned(),
                    origin: api.schema(then).origin.clone(),
                    request: request.with_json(&body),
                });
            }
        }
        all
    }
}

/// The `if`s of a schema that have a `then`, with it.
fn conditions(api: &Api, schema: SchemaId) -> Vec<(SchemaId, SchemaId)> {
    let schema = api.schema(api.resolve(schema));
    let parts = schema.all_of.iter().map(|id| api.schema(api.resolve(*id)));
    let all = std::iter::once(schema).chain(parts);
    all.filter_map(|it| Some((it.condition?, it.then?)))
        .collect()
}

/// Values that fulfil a condition, where it names them.
fn choices(api: &Api, condition: SchemaId) -> Vec<(String, Value)> {
    let all = api.schema(api.resolve(condition)).object.properties.iter();
    all.filter_map(|(name, id)| {
        let schema = api.schema(api.resolve(*id));
        let first = schema.enumeration.as_ref().and_then(|all| all.first());
        let value = schema
            .constant
            .as_ref()
            .or(first)
            .map(ModelValue::to_serde)?;
        Some((name.clone(), value))
    })
    .collect()
}
