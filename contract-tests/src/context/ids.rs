//! Identifiers that were seen: strings of answers whose schema is a component of its own.
//!
//! A document that gives its identifiers a schema (`CustomerId`) says with it which value may stand
//! where. Walking each successful answer along its schema collects them.

use super::Context;
use crate::exchange::Exchange;
use counterpart_model::{
    Direction,
    api::{Api, Operation, Parameter, SchemaId, Shape, StringFormat},
};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// At most this many values are kept of one kind.
const MOST: usize = 500;
/// Answers are walked to this depth.
const DEPTH: usize = 24;

/// What was seen, by schema.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<IndexMap<SchemaId, IndexSet<String>>>);

impl Context {
    /// Values of this schema that answers have held, in the order they were first seen.
    #[must_use]
    pub fn seen(&self, schema: SchemaId) -> Vec<String> {
        let schema = self.api.resolve(schema);
        let pool = self.ids.0.lock().unwrap_or_else(PoisonError::into_inner);
        pool.get(&schema)
            .map(|seen| seen.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Values of a parameter that name something that exists, the last that was seen first; none where it names nothing.
    pub(crate) fn known_values(&self, parameter: &Parameter) -> Vec<Value> {
        let Some(schema) = parameter.schema() else {
            return Vec::new();
        };
        // By its name: one schema may be that of all identifiers.
        let own = self.related(&parameter.name);
        let typed = own.iter().rev().map(|known| self.typed(schema, known));
        let valid = |it: &Value| self.judge.is_valid(schema, Direction::Request, it);
        typed.filter(valid).collect()
    }

    /// Remembers that this value of this schema exists.
    pub fn saw(&self, schema: SchemaId, value: &str) {
        let schema = self.api.resolve(schema);
        let mut pool = self.ids.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = pool.entry(schema).or_default();
        if seen.len() < MOST {
            seen.insert(value.to_owned());
        }
    }

    /// Whether a schema is an identifier: a named string with a pattern, or a UUID, but no closed list.
    #[must_use]
    pub fn is_identifier(&self, schema: SchemaId) -> bool {
        let schema = self.api.schema(self.api.resolve(schema));
        match &schema.shape {
            Shape::String(StringFormat::Uuid) => schema.is_component,
            Shape::String(StringFormat::Plain) => {
                schema.is_component && schema.string.pattern.is_some()
            }
            _ => false,
        }
    }

    pub(super) fn learn(&self, operation: &Operation, exchange: &Arc<Exchange>) {
        let Some(status) = exchange.status() else {
            return;
        };
        let Some((_, response)) = operation.response(status) else {
            return;
        };
        let Some(schema) = response.content.values().find_map(|media| media.schema) else {
            return;
        };
        let Some(body) = exchange.json() else { return };
        self.walk(schema, &body, 0);
    }

    fn walk(&self, schema: SchemaId, value: &Value, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let id = self.api.resolve(schema);
        if let Value::String(text) = value {
            if self.is_identifier(id) {
                self.saw(id, text);
            }
            return;
        }
        each_child(&self.api, id, value, &mut |child, value| {
            self.walk(child, value, depth + 1)
        });
    }
}

/// Calls `visit` with each schema that applies to a part of `value`, and with that part.
fn each_child(api: &Api, id: SchemaId, value: &Value, visit: &mut dyn FnMut(SchemaId, &Value)) {
    let schema = api.schema(id);
    for inner in schema
        .reference
        .iter()
        .chain(&schema.all_of)
        .chain(&schema.any_of)
        .chain(&schema.one_of)
    {
        visit(*inner, value);
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if let Some(property) = schema.object.properties.get(name) {
                    visit(*property, value);
                } else if let Some(rest) = schema.object.additional_properties {
                    visit(rest, value);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                if let Some(place) = schema
                    .array
                    .prefix_items
                    .get(at)
                    .copied()
                    .or(schema.array.items)
                {
                    visit(place, item);
                }
            }
        }
        _ => {}
    }
}
