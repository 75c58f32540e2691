//! A schema of the model as a JSON Schema 2020-12 document of its own.

use super::{Api, Schema, SchemaId, TypeSet};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Which way an instance goes: `readOnly` and `writeOnly` mean something in one direction each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the server: what is `readOnly` is not required.
    Request,
    /// From the server: what is `writeOnly` is not required, and not allowed.
    Response,
    /// As written.
    Neutral,
}

impl Api {
    /// The schema as a self-contained JSON Schema 2020-12 document: what it refers to stands under
    /// `$defs`, named by component name where it is a component, else by `s` and its id.
    ///
    /// Only keywords that constrain are written, and `title`. A number that `serde_json` cannot hold
    /// becomes the nearest one it can.
    #[must_use]
    pub fn json_schema(&self, id: SchemaId, direction: Direction) -> Value {
        let mut writer = Writer {
            api: self,
            direction,
            names: HashMap::new(),
            queue: Vec::new(),
            taken: HashSet::new(),
        };
        let mut root = writer.schema(id);
        let mut definitions = Map::new();
        while let Some(id) = writer.queue.pop() {
            let name = writer.names.get(&id).cloned().unwrap_or_default();
            let schema = writer.schema(id);
            definitions.insert(name, schema);
        }
        if let Value::Bool(_) = root {
            return root;
        }
        if let Value::Object(members) = &mut root {
            members.insert(
                "$schema".to_owned(),
                json!("https://json-schema.org/draft/2020-12/schema"),
            );
            if !definitions.is_empty() {
                members.insert("$defs".to_owned(), Value::Object(definitions));
            }
        }
        root
    }

    /// The name of a definition in [`Api::json_schema`], which an error's schema path leads through.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<SchemaId> {
        if let Some(id) = self.components.get(name) {
            return Some(*id);
        }
        let index: usize = name.strip_prefix('s')?.parse().ok()?;
        (index < self.schemas.len()).then(|| SchemaId::from_index(index))
    }
}

struct Writer<'a> {
    api: &'a Api,
    direction: Direction,
    names: HashMap<SchemaId, String>,
    queue: Vec<SchemaId>,
    taken: HashSet<String>,
}

impl Writer<'_> {
    fn name(&mut self, id: SchemaId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let schema = self.api.schema(id);
        let component = schema
            .is_component
            .then(|| schema.place.first().cloned())
            .flatten();
        let name = component
            .filter(|name| {
                let plain = name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
                plain && self.api.components.get(name) == Some(&id) && !self.taken.contains(name)
            })
            .unwrap_or_else(|| format!("s{}", id.index()));
        self.taken.insert(name.clone());
        self.names.insert(id, name.clone());
        self.queue.push(id);
        name
    }

    /// A place where a schema stands: components and what recurs by reference, everything else inline.
    fn at(&mut self, id: SchemaId) -> Value {
        let schema = self.api.schema(id);
        if schema.is_component || self.api.is_recursive(id) {
            let name = self.name(id);
            return json!({ "$ref": format!("#/$defs/{name}") });
        }
        self.schema(id)
    }

    fn all(&mut self, ids: &[SchemaId]) -> Value {
        ids.iter().map(|id| self.at(*id)).collect()
    }

    fn schema(&mut self, id: SchemaId) -> Value {
        let schema = self.api.schema(id);
        if let Some(boolean) = schema.boolean {
            return boolean.into();
        }
        let mut out = Map::new();
        if let Some(title) = &schema.title {
            out.insert("title".to_owned(), title.clone().into());
        }
        if let Some(target) = schema.reference {
            let name = self.name(target);
            out.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
        }
        plain(schema, &mut out);
        self.containers(schema, &mut out);
        self.applicators(schema, &mut out);
        Value::Object(out)
    }

    fn containers(&mut self, schema: &Schema, out: &mut Map<String, Value>) {
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_owned(), value);
        };
        if !schema.array.prefix_items.is_empty() {
            put("prefixItems", self.all(&schema.array.prefix_items));
        }
        let object = &schema.object;
        if !object.properties.is_empty() {
            let properties: Map<String, Value> = object
                .properties
                .iter()
                .map(|(name, id)| {
                    let hidden =
                        self.direction == Direction::Response && self.api.schema(*id).write_only;
                    (
                        name.clone(),
                        if hidden { false.into() } else { self.at(*id) },
                    )
                })
                .collect();
            put("properties", Value::Object(properties));
        }
        if !object.pattern_properties.is_empty() {
            let patterns: Map<String, Value> = object
                .pattern_properties
                .iter()
                .map(|(pattern, id)| (pattern.clone(), self.at(*id)))
                .collect();
            put("patternProperties", Value::Object(patterns));
        }
        if !object.dependent_schemas.is_empty() {
            let dependent: Map<String, Value> = object
                .dependent_schemas
                .iter()
                .map(|(name, id)| (name.clone(), self.at(*id)))
                .collect();
            put("dependentSchemas", Value::Object(dependent));
        }
        let required: Vec<&str> = object
            .required
            .iter()
            .filter(|name| self.is_required(schema, name))
            .map(String::as_str)
            .collect();
        if !required.is_empty() {
            put("required", required.into());
        }
        if !object.dependent_required.is_empty() {
            put("dependentRequired", json!(object.dependent_required));
        }
        for (key, id) in [
            ("items", schema.array.items),
            ("contains", schema.array.contains),
            ("unevaluatedItems", schema.array.unevaluated_items),
            ("additionalProperties", object.additional_properties),
            ("propertyNames", object.property_names),
            ("unevaluatedProperties", object.unevaluated_properties),
        ] {
            if let Some(id) = id {
                let value = self.at(id);
                out.insert(key.to_owned(), value);
            }
        }
    }

    fn is_required(&self, schema: &Schema, name: &str) -> bool {
        let Some(property) = schema.object.properties.get(name) else {
            return true;
        };
        let property = self.api.schema(*property);
        let target = self.api.schema(self.api.resolve(property.id));
        match self.direction {
            Direction::Neutral => true,
            Direction::Request => !property.read_only && !target.read_only,
            Direction::Response => !property.write_only && !target.write_only,
        }
    }

    fn applicators(&mut self, schema: &Schema, out: &mut Map<String, Value>) {
        for (key, ids) in [
            ("allOf", &schema.all_of),
            ("anyOf", &schema.any_of),
            ("oneOf", &schema.one_of),
        ] {
            if !ids.is_empty() {
                let value = self.all(ids);
                out.insert(key.to_owned(), value);
            }
        }
        for (key, id) in [
            ("not", schema.not),
            ("if", schema.condition),
            ("then", schema.then),
            ("else", schema.otherwise),
        ] {
            if let Some(id) = id {
                let value = self.at(id);
                out.insert(key.to_owned(), value);
            }
        }
    }
}

/// The keywords that hold no schema.
fn plain(schema: &Schema, out: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    };
    if schema.types != TypeSet::ALL {
        let names = schema.types.names();
        put(
            "type",
            Some(match names.as_slice() {
                [only] => (*only).into(),
                names => names.into(),
            }),
        );
    }
    let values =
        |values: &Vec<super::Value>| values.iter().map(super::Value::to_serde).collect::<Value>();
    put("enum", schema.enumeration.as_ref().map(values));
    put(
        "const",
        schema.constant.as_ref().map(super::Value::to_serde),
    );
    let number = |number: &super::Number| super::Value::Number(number.clone()).to_serde();
    put("minLength", schema.string.min_length.map(Into::into));
    put("maxLength", schema.string.max_length.map(Into::into));
    put("pattern", schema.string.pattern.clone().map(Into::into));
    put("format", schema.string.format.clone().map(Into::into));
    put("minimum", schema.number.minimum.as_ref().map(number));
    put("maximum", schema.number.maximum.as_ref().map(number));
    put(
        "exclusiveMinimum",
        schema.number.exclusive_minimum.as_ref().map(number),
    );
    put(
        "exclusiveMaximum",
        schema.number.exclusive_maximum.as_ref().map(number),
    );
    put("multipleOf", schema.number.multiple_of.as_ref().map(number));
    put("minContains", schema.array.min_contains.map(Into::into));
    put("maxContains", schema.array.max_contains.map(Into::into));
    put("minItems", schema.array.min_items.map(Into::into));
    put("maxItems", schema.array.max_items.map(Into::into));
    put(
        "uniqueItems",
        schema.array.unique_items.then_some(true.into()),
    );
    put(
        "minProperties",
        schema.object.min_properties.map(Into::into),
    );
    put(
        "maxProperties",
        schema.object.max_properties.map(Into::into),
    );
}
