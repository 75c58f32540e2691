//! `schemas.json` and `schemas.rs`: the document's schemas for the judge, without the prose.

use super::HEADER;
use crate::plan::Plan;
use counterpart_model::api::{Schema, SchemaId, TypeSet, Value};
use std::fmt::Write as _;

/// The bundle, one schema a line.
pub(super) fn json(plan: &Plan<'_>) -> String {
    let mut writer = Writer {
        plan,
        out: String::from("["),
    };
    for (at, id) in plan.bundle.keys().enumerate() {
        writer.out.push_str(if at == 0 { "\n" } else { ",\n" });
        writer.schema(*id, 0);
    }
    writer.out.push_str("\n]\n");
    writer.out
}

/// The module that embeds it.
pub(super) fn module(plan: &Plan<'_>) -> String {
    let patterns = plan.patterns.iter().next().is_some();
    let (import, patterns) = if patterns {
        ("use crate::patterns::PATTERNS;\n", "PATTERNS")
    } else {
        ("", "&[]")
    };
    format!(
        "// {HEADER}\n//! The document's schemas as data, for the judge.\n\n{import}use counterpart_runtime::Bundle;\n\n\
         /// Every schema, parsed when first needed.\n\
         pub static SCHEMAS: Bundle = Bundle::new(include_str!(\"schemas.json\"), {patterns});\n"
    )
}

struct Writer<'a> {
    plan: &'a Plan<'a>,
    out: String,
}

impl Writer<'_> {
    /// Where a schema stands in another one: a reference to its index, or itself.
    fn at(&mut self, id: SchemaId, depth: usize) {
        match self.plan.bundle.get(&id) {
            Some(index) => _ = write!(self.out, "{{\"$ref\":{index}}}"),
            None if depth > 200 => self.out.push_str("true"),
            None => self.schema(id, depth + 1),
        }
    }

    fn schema(&mut self, id: SchemaId, depth: usize) {
        let schema = self.plan.api.schema(id);
        if let Some(boolean) = schema.boolean {
            self.out.push_str(if boolean { "true" } else { "false" });
            return;
        }
        self.out.push('{');
        self.raw("$pointer", &text(&schema.origin.pointer));
        if let Some(target) = schema.reference {
            let index = self.plan.bundle.get(&target).copied();
            self.raw(
                "$ref",
                &index.map_or_else(|| "0".to_owned(), |index| index.to_string()),
            );
        }
        self.plain(schema);
        self.arrays(schema, depth);
        self.objects(schema, depth);
        self.combinations(schema, depth);
        if self.plan.is_secret(id) {
            self.raw("x-secret", "true");
        }
        self.out.push('}');
    }

    fn key(&mut self, key: &str) {
        if !self.out.ends_with('{') {
            self.out.push(',');
        }
        self.out.push_str(&text(key));
        self.out.push(':');
    }

    fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    fn number(&mut self, key: &str, number: Option<impl ToString>) {
        if let Some(number) = number {
            self.raw(key, &number.to_string());
        }
    }

    fn one(&mut self, key: &str, id: Option<SchemaId>, depth: usize) {
        if let Some(id) = id {
            self.key(key);
            self.at(id, depth);
        }
    }

    fn list(&mut self, key: &str, ids: &[SchemaId], depth: usize) {
        if ids.is_empty() {
            return;
        }
        self.key(key);
        self.out.push('[');
        for (index, id) in ids.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.at(*id, depth);
        }
        self.out.push(']');
    }

    fn named<'s>(
        &mut self,
        key: &str,
        ids: impl Iterator<Item = (&'s String, &'s SchemaId)>,
        depth: usize,
    ) {
        let mut ids = ids.peekable();
        if ids.peek().is_none() {
            return;
        }
        self.key(key);
        self.out.push('{');
        for (name, id) in ids {
            self.key(name);
            self.at(*id, depth);
        }
        self.out.push('}');
    }

    fn plain(&mut self, schema: &Schema) {
        if schema.types != TypeSet::ALL {
            let names = schema.types.names();
            let names: Vec<String> = names.into_iter().map(text).collect();
            let json = match names.as_slice() {
                [only] => only.clone(),
                several => format!("[{}]", several.join(",")),
            };
            self.raw("type", &json);
        }
        if let Some(values) = &schema.enumeration {
            self.raw("enum", &value_text(&Value::Array(values.clone())));
        }
        if let Some(value) = &schema.constant {
            self.raw("const", &value_text(value));
        }
        self.number("minLength", schema.string.min_length);
        self.number("maxLength", schema.string.max_length);
        if let Some(pattern) = &schema.string.pattern
            && self.plan.patterns.function(pattern).is_some()
        {
            self.raw("pattern", &text(pattern));
        }
        if let Some(format) = &schema.string.format {
            self.raw("format", &text(format));
        }
        let number = &schema.number;
        self.number("minimum", number.minimum.as_ref());
        self.number("maximum", number.maximum.as_ref());
        self.number("exclusiveMinimum", number.exclusive_minimum.as_ref());
        self.number("exclusiveMaximum", number.exclusive_maximum.as_ref());
        self.number("multipleOf", number.multiple_of.as_ref());
    }

    fn arrays(&mut self, schema: &Schema, depth: usize) {
        let array = &schema.array;
        self.list("prefixItems", &array.prefix_items, depth);
        self.one("items", array.items, depth);
        self.one("contains", array.contains, depth);
        self.number("minContains", array.min_contains);
        self.number("maxContains", array.max_contains);
        self.number("minItems", array.min_items);
        self.number("maxItems", array.max_items);
        if array.unique_items {
            self.raw("uniqueItems", "true");
        }
        self.one("unevaluatedItems", array.unevaluated_items, depth);
    }

    fn objects(&mut self, schema: &Schema, depth: usize) {
        let object = &schema.object;
        self.named("properties", object.properties.iter(), depth);
        if !object.required.is_empty() {
            let names: Vec<String> = object.required.iter().map(|name| text(name)).collect();
            self.raw("required", &format!("[{}]", names.join(",")));
        }
        self.one("additionalProperties", object.additional_properties, depth);
        let plan = self.plan;
        let known = object
            .pattern_properties
            .iter()
            .filter(|(pattern, _)| plan.patterns.function(pattern).is_some());
        self.named("patternProperties", known, depth);
        self.one("propertyNames", object.property_names, depth);
        self.number("minProperties", object.min_properties);
        self.number("maxProperties", object.max_properties);
        if !object.dependent_required.is_empty() {
            self.key("dependentRequired");
            self.out.push('{');
            for (name, names) in &object.dependent_required {
                let names: Vec<String> = names.iter().map(|name| text(name)).collect();
                self.raw(name, &format!("[{}]", names.join(",")));
            }
            self.out.push('}');
        }
        self.named("dependentSchemas", object.dependent_schemas.iter(), depth);
        self.one(
            "unevaluatedProperties",
            object.unevaluated_properties,
            depth,
        );
    }

    fn combinations(&mut self, schema: &Schema, depth: usize) {
        self.list("allOf", &schema.all_of, depth);
        self.list("anyOf", &schema.any_of, depth);
        self.list("oneOf", &schema.one_of, depth);
        self.one("not", schema.not, depth);
        self.one("if", schema.condition, depth);
        self.one("then", schema.then, depth);
        self.one("else", schema.otherwise, depth);
        if let Some(discriminator) = &schema.discriminator {
            self.key("discriminator");
            self.out.push('{');
            self.raw("propertyName", &text(&discriminator.property));
            self.key("mapping");
            self.out.push('{');
            for (value, target) in &discriminator.mapping {
                if let Some(index) = self.plan.bundle.get(target) {
                    self.raw(value, &index.to_string());
                }
            }
            self.out.push_str("}}");
        }
    }
}

/// A string as JSON.
fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value as JSON, numbers as written.
pub(crate) fn value_text(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(number.as_str()),
        Value::String(string) => out.push_str(&text(string)),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&text(name));
                out.push(':');
                write_value(value, out);
            }
            out.push('}');
        }
    }
}
