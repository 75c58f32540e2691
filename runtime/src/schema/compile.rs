//! A bundle's text as an arena of keywords, made once.

use super::bundle::Check;
use crate::json::{Decimal, Value};
use std::collections::HashMap;

/// Index of a schema in [`Compiled`].
pub(super) type Id = usize;

/// Every schema of a bundle; the bundle's own come first, at their index.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    pub(super) nodes: Vec<Node>,
}

/// The types of JSON, as bits.
pub(super) mod types {
    pub(crate) const NULL: u8 = 1;
    pub(crate) const BOOLEAN: u8 = 2;
    pub(crate) const INTEGER: u8 = 4;
    pub(crate) const NUMBER: u8 = 8;
    pub(crate) const STRING: u8 = 16;
    pub(crate) const ARRAY: u8 = 32;
    pub(crate) const OBJECT: u8 = 64;

    pub(crate) fn named(name: &str) -> u8 {
        match name {
            "null" => NULL,
            "boolean" => BOOLEAN,
            "integer" => INTEGER,
            "number" => NUMBER,
            "string" => STRING,
            "array" => ARRAY,
            "object" => OBJECT,
            _ => 0,
        }
    }
}

/// A limit, with the text it is told by.
#[derive(Debug)]
pub(super) struct Limit {
    pub(super) value: Decimal,
    pub(super) text: String,
}

/// A pattern with its matcher, if the table has one.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: String,
    check: Option<Check>,
}

impl Pattern {
    pub(super) fn matches(&self, text: &str) -> bool {
        self.check.is_some_and(|check| check(text))
    }
}

/// One schema.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) boolean: Option<bool>,
    pub(super) place: String,
    pub(super) secret: bool,
    pub(super) reference: Option<Id>,
    pub(super) types: Option<(u8, String)>,
    pub(super) enumeration: Option<Vec<Value>>,
    pub(super) constant: Option<Value>,
    pub(super) multiple_of: Option<Limit>,
    pub(super) minimum: Option<Limit>,
    pub(super) maximum: Option<Limit>,
    pub(super) exclusive_minimum: Option<Limit>,
    pub(super) exclusive_maximum: Option<Limit>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) pattern: Option<Pattern>,
    pub(super) format: Option<String>,
    pub(super) prefix_items: Vec<Id>,
    pub(super) items: Option<Id>,
    pub(super) contains: Option<Id>,
    pub(super) min_contains: Option<usize>,
    pub(super) max_contains: Option<usize>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) unique_items: bool,
    pub(super) unevaluated_items: Option<Id>,
    pub(super) properties: HashMap<String, Id>,
    pub(super) pattern_properties: Vec<(Pattern, Id)>,
    pub(super) additional_properties: Option<Id>,
    pub(super) property_names: Option<Id>,
    pub(super) required: Vec<String>,
    pub(super) min_properties: Option<usize>,
    pub(super) max_properties: Option<usize>,
    pub(super) dependent_required: Vec<(String, Vec<String>)>,
    pub(super) dependent_schemas: Vec<(String, Id)>,
    pub(super) unevaluated_properties: Option<Id>,
    pub(super) all_of: Vec<Id>,
    pub(super) any_of: Vec<Id>,
    pub(super) one_of: Vec<Id>,
    pub(super) not: Option<Id>,
    pub(super) condition: Option<Id>,
    pub(super) then: Option<Id>,
    pub(super) otherwise: Option<Id>,
    pub(super) discriminator: Option<(String, HashMap<String, Id>)>,
}

impl Compiled {
    /// The schemas of a bundle's text. What is malformed in it allows nothing, so that a mistake in
    /// generated data never opens a hole.
    pub(super) fn new(json: &str, patterns: &[(&'static str, Check)]) -> Self {
        let roots = match Value::from_json(json) {
            Ok(Value::Array(roots)) => roots,
            _ => Vec::new(),
        };
        let patterns: HashMap<&str, Check> = patterns.iter().copied().collect();
        let mut compiler = Compiler {
            nodes: Vec::new(),
            patterns,
        };
        compiler.nodes.resize_with(roots.len(), Node::default);
        for (index, root) in roots.iter().enumerate() {
            let node = compiler.node(root);
            if let Some(slot) = compiler.nodes.get_mut(index) {
                *slot = node;
            }
        }
        let mut compiled = Self {
            nodes: compiler.nodes,
        };
        compiled.spread_secrets();
        compiled
    }

    /// What is secret for a schema in place is secret for the schema it is in, whichever keyword fails.
    fn spread_secrets(&mut self) {
        loop {
            let leads_to_secret = |node: &Node| {
                let in_place = node
                    .reference
                    .iter()
                    .chain(&node.all_of)
                    .chain(&node.any_of)
                    .chain(&node.one_of);
                let branches = node.then.iter().chain(&node.otherwise);
                in_place
                    .chain(branches)
                    .any(|id| self.nodes.get(*id).is_some_and(|inner| inner.secret))
            };
            let found: Vec<Id> = self
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| !node.secret && leads_to_secret(node))
                .map(|(id, _)| id)
                .collect();
            if found.is_empty() {
                return;
            }
            for id in found {
                if let Some(node) = self.nodes.get_mut(id) {
                    node.secret = true;
                }
            }
        }
    }
}

struct Compiler<'a> {
    nodes: Vec<Node>,
    patterns: HashMap<&'a str, Check>,
}

impl Compiler<'_> {
    fn add(&mut self, schema: &Value) -> Id {
        // A bare reference needs no schema of its own; discriminators name its target.
        if let Value::Object(members) = schema
            && members
                .iter()
                .all(|(key, _)| key == "$ref" || key == "$pointer")
            && let Some(target) = index(schema.get("$ref"))
        {
            return target;
        }
        let node = self.node(schema);
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn list(&mut self, schema: &Value, key: &str) -> Vec<Id> {
        let items = schema
            .get(key)
            .and_then(Value::as_array)
            .unwrap_or_default();
        items.iter().map(|item| self.add(item)).collect()
    }

    fn child(&mut self, schema: &Value, key: &str) -> Option<Id> {
        schema.get(key).map(|child| self.add(child))
    }

    fn pattern(&self, text: &str) -> Pattern {
        Pattern {
            text: text.to_owned(),
            check: self.patterns.get(text).copied(),
        }
    }

    fn node(&mut self, schema: &Value) -> Node {
        let Value::Object(members) = schema else {
            return Node {
                boolean: Some(schema.as_bool().unwrap_or(false)),
                ..Node::default()
            };
        };
        let count = |key: &str| index(schema.get(key));
        let limit = |key: &str| {
            schema
                .get(key)
                .and_then(Value::as_number)
                .map(|number| Limit {
                    value: number.decimal(),
                    text: number.as_str().to_owned(),
                })
        };
        let flag = |key: &str| schema.get(key).and_then(Value::as_bool) == Some(true);
        let format = schema
            .get("format")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned);
        let mut node = Node {
            place: schema
                .get("$pointer")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            secret: flag("x-secret") || flag("writeOnly") || format.as_deref() == Some("password"),
            reference: index(schema.get("$ref")),
            types: schema.get("type").map(type_mask),
            enumeration: schema
                .get("enum")
                .and_then(Value::as_array)
                .map(<[Value]>::to_vec),
            constant: members.get("const").cloned(),
            multiple_of: limit("multipleOf"),
            minimum: limit("minimum"),
            maximum: limit("maximum"),
            exclusive_minimum: limit("exclusiveMinimum"),
            exclusive_maximum: limit("exclusiveMaximum"),
            min_length: count("minLength"),
            max_length: count("maxLength"),
            pattern: schema
                .get("pattern")
                .and_then(Value::as_str)
                .map(|text| self.pattern(text)),
            format,
            min_contains: count("minContains"),
            max_contains: count("maxContains"),
            min_items: count("minItems"),
            max_items: count("maxItems"),
            unique_items: flag("uniqueItems"),
            required: texts(schema.get("required")),
            min_properties: count("minProperties"),
            max_properties: count("maxProperties"),
            ..Node::default()
        };
        node.prefix_items = self.list(schema, "prefixItems");
        node.items = self.child(schema, "items");
        node.contains = self.child(schema, "contains");
        node.unevaluated_items = self.child(schema, "unevaluatedItems");
        node.additional_properties = self.child(schema, "additionalProperties");
        node.property_names = self.child(schema, "propertyNames");
        node.unevaluated_properties = self.child(schema, "unevaluatedProperties");
        node.all_of = self.list(schema, "allOf");
        node.any_of = self.list(schema, "anyOf");
        node.one_of = self.list(schema, "oneOf");
        node.not = self.child(schema, "not");
        node.condition = self.child(schema, "if");
        node.then = self.child(schema, "then");
        node.otherwise = self.child(schema, "else");
        if let Some(Value::Object(properties)) = schema.get("properties") {
            node.properties = properties
                .iter()
                .map(|(name, child)| (name.clone(), self.add(child)))
                .collect();
        }
        if let Some(Value::Object(properties)) = schema.get("patternProperties") {
            for (text, child) in properties {
                let pattern = self.pattern(text);
                let id = self.add(child);
                node.pattern_properties.push((pattern, id));
            }
        }
        if let Some(Value::Object(dependent)) = schema.get("dependentSchemas") {
            node.dependent_schemas = dependent
                .iter()
                .map(|(name, child)| (name.clone(), self.add(child)))
                .collect();
        }
        if let Some(Value::Object(dependent)) = schema.get("dependentRequired") {
            node.dependent_required = dependent
                .iter()
                .map(|(name, names)| (name.clone(), texts(Some(names))))
                .collect();
        }
        if let Some(discriminator) = schema.get("discriminator")
            && let Some(property) = discriminator.get("propertyName").and_then(Value::as_str)
        {
            let mapping = match discriminator.get("mapping") {
                Some(Value::Object(mapping)) => mapping
                    .iter()
                    .filter_map(|(value, target)| Some((value.clone(), index(Some(target))?)))
                    .collect(),
                _ => HashMap::new(),
            };
            node.discriminator = Some((property.to_owned(), mapping));
        }
        node
    }
}

fn index(value: Option<&Value>) -> Option<usize> {
    usize::try_from(value?.as_number()?.as_i64()?).ok()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.as_str().map(ToOwned::to_owned))
        .collect()
}

fn type_mask(value: &Value) -> (u8, String) {
    match value {
        Value::String(name) => (types::named(name), name.clone()),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            (
                names.iter().fold(0, |mask, name| mask | types::named(name)),
                names.join(" or "),
            )
        }
        _ => (0, String::new()),
    }
}
