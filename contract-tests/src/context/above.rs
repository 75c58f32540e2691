//! Values that something takes from what it stands below: the `targetLanguage` of a task is one of the `targetLanguages` of
//! its project.
//!
//! No keyword says so. A property whose name is one of a list that the parent shows, and whose values are the same few, is
//! given one of them: any would be valid, and no other one may be taken.

use super::{Context, Resource};
use crate::rules::infer::{envelope::unwrapped, properties_of_any, snake};
use counterpart_model::{
    Direction,
    api::{Operation, SchemaId},
};
use serde_json::Value;

/// A property of a body, and what the parent has of it.
#[derive(Clone, Debug)]
pub(crate) struct Above {
    /// The property.
    pub(crate) name: String,
    /// Its schema.
    pub(crate) schema: SchemaId,
    /// The values that the parent lists.
    pub(crate) values: Vec<Value>,
}

impl Context {
    /// The properties of an operation's body whose values are among those that a resource lists.
    pub(crate) fn above(&self, operation: &Operation, resource: &Resource) -> Vec<Above> {
        let Some((_, schema)) = self.body_schema(operation) else {
            return Vec::new();
        };
        let item = match &resource.item {
            Value::Object(members) if members.len() == 1 => members.values().next(),
            Value::Object(_) => Some(&resource.item),
            _ => None,
        };
        let Some(Value::Object(shown)) = item else {
            return Vec::new();
        };
        let inner = unwrapped(&self.api, schema).1;
        let mut found = Vec::new();
        for (name, id) in properties_of_any(&self.api, inner) {
            let of = self.api.schema(self.api.resolve(id));
            if of.enumeration.is_none() {
                continue;
            }
            let many = plural(&snake(&name));
            let mut all = shown.iter();
            let listed = all.find(|(known, _)| snake(known) == many);
            let Some(values) = listed.and_then(|(_, it)| it.as_array()) else {
                continue;
            };
            let valid = |it: &&Value| self.judge.is_valid(id, Direction::Request, it);
            let values: Vec<Value> = values.iter().filter(valid).cloned().collect();
            if !values.is_empty() {
                found.push(Above {
                    name,
                    schema: id,
                    values,
                });
            }
        }
        found
    }

    /// The body with what its parent lists in place of other values; what is not valid stays as it is.
    pub(super) fn with_values_above(
        &self,
        operation: &Operation,
        resource: &Resource,
        body: &Value,
    ) -> Value {
        let mut changed = body.clone();
        let all = self.above(operation, resource);
        let Some((_, schema)) = self.body_schema(operation).filter(|_| !all.is_empty()) else {
            return changed;
        };
        let outer = unwrapped(&self.api, schema).0;
        for above in all {
            let place = outer.child(&above.name);
            let other = place.get(&changed).is_some_and(|there| {
                !above.values.contains(there)
                    && self.judge.is_valid(above.schema, Direction::Request, there)
            });
            if let Some(value) = above.values.first().filter(|_| other) {
                place.put(&mut changed, value.clone());
            }
        }
        let valid = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        match valid(&changed) == valid(body) {
            true => changed,
            false => body.clone(),
        }
    }
}

/// What several of a thing are called.
fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{name}s"),
    }
}
