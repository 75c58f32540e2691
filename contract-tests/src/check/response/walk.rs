//! Walking an answer along its schema, object by object.

use crate::context::Context;
use counterpart_model::{Direction, api::SchemaId};
use serde_json::Value;

/// Answers are walked to this depth.
const DEPTH: usize = 24;

/// An object in an answer, and a schema that it is an instance of.
pub(super) struct Part<'a> {
    /// The schema.
    pub(super) schema: SchemaId,
    /// The object.
    pub(super) instance: &'a Value,
    /// Where it stands.
    pub(super) pointer: &'a str,
    /// Whether the schema is not one of several parts of what the object is.
    pub(super) whole: bool,
}

/// Calls `visit` with each object in an answer, once for each schema that says something about it.
pub(super) fn each_object(
    context: &Context,
    schema: SchemaId,
    body: &Value,
    visit: &mut dyn FnMut(&Part<'_>),
) {
    Walk { context, visit }.walk(schema, body, String::new(), (0, true));
}

struct Walk<'a> {
    context: &'a Context,
    visit: &'a mut dyn FnMut(&Part<'_>),
}

impl Walk<'_> {
    fn walk(
        &mut self,
        id: SchemaId,
        value: &Value,
        pointer: String,
        (depth, whole): (usize, bool),
    ) {
        if depth > DEPTH {
            return;
        }
        let context = self.context;
        let id = context.api.resolve(id);
        let schema = context.api.schema(id);
        if value.is_object() {
            (self.visit)(&Part {
                schema: id,
                instance: value,
                pointer: &pointer,
                whole,
            });
        }
        if let Some(inner) = &schema.reference {
            self.walk(*inner, value, pointer.clone(), (depth + 1, whole));
        }
        for inner in &schema.all_of {
            self.walk(*inner, value, pointer.clone(), (depth + 1, false));
        }
        // A branch that the instance does not take says nothing about it.
        for branch in schema.any_of.iter().chain(&schema.one_of) {
            if context.judge.is_valid(*branch, Direction::Response, value) {
                self.walk(*branch, value, pointer.clone(), (depth + 1, whole));
            }
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let place = schema.object.properties.get(name).copied();
                    if let Some(place) = place.or(schema.object.additional_properties) {
                        let at =
                            format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                        self.walk(place, value, at, (depth + 1, true));
                    }
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let place = schema.array.prefix_items.get(at).copied();
                    if let Some(place) = place.or(schema.array.items) {
                        let at = format!("{pointer}/{at}");
                        self.walk(place, item, at, (depth + 1, true));
                    }
                }
            }
            _ => {}
        }
    }
}
