//! The evaluator: JSON Schema 2020-12 over a [`Value`], collecting everything that does not hold.

use super::{
    Location, Violation, Violations,
    compile::{Compiled, Id, Limit, Node, types},
    push_token, shorten,
};
use crate::{
    format,
    json::{Decimal, Value},
};
use std::collections::HashSet;

/// How deep schemas may lead into each other for one value; far beyond what parsers let through.
const DEPTH: usize = 1_000;

/// Judges one value by one schema.
pub(super) struct Judge<'a> {
    compiled: &'a Compiled,
    depth: usize,
}

/// Where the judge is in the instance, and whether values may be shown there.
#[derive(Clone)]
struct Place {
    pointer: String,
    secret: bool,
}

impl<'a> Judge<'a> {
    pub(super) const fn new(compiled: &'a Compiled) -> Self {
        Self { compiled, depth: 0 }
    }

    pub(super) fn judge(mut self, id: Id, value: &Value) -> Violations {
        let mut out = Violations::new();
        self.apply(
            id,
            value,
            &Place {
                pointer: String::new(),
                secret: false,
            },
            &mut out,
        );
        out
    }

    fn valid(&mut self, id: Id, value: &Value) -> bool {
        let mut out = Violations::new();
        self.apply(
            id,
            value,
            &Place {
                pointer: String::new(),
                secret: true,
            },
            &mut out,
        );
        out.is_empty()
    }

    fn apply(&mut self, id: Id, value: &Value, place: &Place, out: &mut Violations) {
        if out.is_full() {
            return;
        }
        let compiled = self.compiled;
        let Some(node) = compiled.nodes.get(id).filter(|_| self.depth < DEPTH) else {
            out.push(Violation::new(
                Location::Body,
                "",
                "$ref",
                "leads to a schema that cannot be judged",
            ));
            return;
        };
        self.depth += 1;
        let place = Place {
            pointer: place.pointer.clone(),
            secret: place.secret || node.secret,
        };
        self.keywords(node, value, &place, out);
        self.depth -= 1;
    }

    fn keywords(&mut self, node: &Node, value: &Value, place: &Place, out: &mut Violations) {
        match node.boolean {
            Some(true) => return,
            Some(false) => {
                out.push(told(
                    node,
                    value,
                    place,
                    "false",
                    None,
                    "is not allowed here".to_owned(),
                ));
                return;
            }
            None => {}
        }
        if let Some(target) = node.reference {
            self.apply(target, value, place, out);
        }
        literals(node, value, place, out);
        match value {
            Value::Number(number) => numbers(node, value, &number.decimal(), place, out),
            Value::String(text) => strings(node, value, text, place, out),
            Value::Array(items) => self.arrays(node, value, items, place, out),
            Value::Object(_) => self.objects(node, value, place, out),
            Value::Null | Value::Bool(_) => {}
        }
        self.applicators(node, value, place, out);
        self.unevaluated(node, value, place, out);
    }

    fn arrays(
        &mut self,
        node: &Node,
        value: &Value,
        items: &[Value],
        place: &Place,
        out: &mut Violations,
    ) {
        let count = items.len();
        let mut tell = |keyword, limit: usize, words: String| {
            out.push(told(
                node,
                value,
                place,
                keyword,
                Some(limit.to_string()),
                words,
            ));
        };
        if let Some(min) = node.min_items.filter(|min| count < *min) {
            tell(
                "minItems",
                min,
                format!("has {count} items, at least {min} are needed"),
            );
        }
        if let Some(max) = node.max_items.filter(|max| count > *max) {
            tell(
                "maxItems",
                max,
                format!("has {count} items, at most {max} are allowed"),
            );
        }
        if node.unique_items {
            let mut seen = HashSet::with_capacity(count);
            if let Some(at) = items.iter().position(|item| !seen.insert(item.canonical())) {
                let words = format!("has the same item twice: item {at} repeats an earlier one");
                out.push(told(
                    node,
                    value,
                    place,
                    "uniqueItems",
                    Some("true".to_owned()),
                    words,
                ));
            }
        }
        for (at, item) in items.iter().enumerate() {
            if let Some(schema) = node.prefix_items.get(at).copied().or(node.items) {
                self.apply(schema, item, &place.item(at), out);
            }
        }
        if let Some(contains) = node.contains {
            let matching = items
                .iter()
                .filter(|item| self.valid(contains, item))
                .count();
            let min = node.min_contains.unwrap_or(1);
            if matching < min {
                let words = format!("has {matching} items of the kind that it needs {min} of");
                out.push(told(
                    node,
                    value,
                    place,
                    "contains",
                    Some(min.to_string()),
                    words,
                ));
            }
            if let Some(max) = node.max_contains.filter(|max| matching > *max) {
                let words =
                    format!("has {matching} items of a kind that at most {max} are allowed of");
                out.push(told(
                    node,
                    value,
                    place,
                    "maxContains",
                    Some(max.to_string()),
                    words,
                ));
            }
        }
    }

    fn objects(&mut self, node: &Node, value: &Value, place: &Place, out: &mut Violations) {
        let Value::Object(members) = value else {
            return;
        };
        let count = members.len();
        if let Some(min) = node.min_properties.filter(|min| count < *min) {
            let words = format!("has {count} properties, at least {min} are needed");
            out.push(told(
                node,
                value,
                place,
                "minProperties",
                Some(min.to_string()),
                words,
            ));
        }
        if let Some(max) = node.max_properties.filter(|max| count > *max) {
            let words = format!("has {count} properties, at most {max} are allowed");
            out.push(told(
                node,
                value,
                place,
                "maxProperties",
                Some(max.to_string()),
                words,
            ));
        }
        for name in &node.required {
            if members.get(name).is_none() {
                let mut violation = told(
                    node,
                    value,
                    place,
                    "required",
                    Some(format!("{name:?}")),
                    format!("`{name}` is required"),
                );
                violation.found = None;
                out.push(violation);
            }
        }
        for (present, names) in &node.dependent_required {
            if members.get(present).is_some() {
                for name in names
                    .iter()
                    .filter(|name| members.get(name.as_str()).is_none())
                {
                    let words = format!("`{name}` is required beside `{present}`");
                    out.push(told(
                        node,
                        value,
                        place,
                        "dependentRequired",
                        Some(format!("{name:?}")),
                        words,
                    ));
                }
            }
        }
        for (present, schema) in &node.dependent_schemas {
            if members.get(present).is_some() {
                self.apply(*schema, value, place, out);
            }
        }
        for (name, member) in members {
            let inner = place.member(name);
            if let Some(names) = node.property_names
                && !self.valid(names, &Value::String(name.clone()))
            {
                let limit = self.compiled.nodes.get(names).and_then(name_rule);
                let words = format!("the name {:?} is not allowed", shorten(name));
                out.push(told(
                    node,
                    &Value::String(name.clone()),
                    &inner,
                    "propertyNames",
                    limit,
                    words,
                ));
            }
            let mut known = false;
            if let Some(schema) = node.properties.get(name) {
                known = true;
                self.apply(*schema, member, &inner, out);
            }
            for (pattern, schema) in &node.pattern_properties {
                if pattern.matches(name) {
                    known = true;
                    self.apply(*schema, member, &inner, out);
                }
            }
            if !known && let Some(schema) = node.additional_properties {
                if self
                    .compiled
                    .nodes
                    .get(schema)
                    .and_then(|node| node.boolean)
                    == Some(false)
                {
                    let words = format!("the property `{}` is not known here", shorten(name));
                    out.push(told(
                        node,
                        member,
                        &inner,
                        "additionalProperties",
                        Some("false".to_owned()),
                        words,
                    ));
                } else {
                    self.apply(schema, member, &inner, out);
                }
            }
        }
    }

    fn applicators(&mut self, node: &Node, value: &Value, place: &Place, out: &mut Violations) {
        for schema in &node.all_of {
            self.apply(*schema, value, place, out);
        }
        if !node.any_of.is_empty() {
            self.variants(node, &node.any_of, "anyOf", value, place, out);
        }
        if !node.one_of.is_empty() {
            self.variants(node, &node.one_of, "oneOf", value, place, out);
        }
        if let Some(schema) = node.not
            && self.valid(schema, value)
        {
            out.push(told(
                node,
                value,
                place,
                "not",
                None,
                "is what it must not be".to_owned(),
            ));
        }
        if let Some(condition) = node.condition {
            let branch = if self.valid(condition, value) {
                node.then
            } else {
                node.otherwise
            };
            if let Some(schema) = branch {
                self.apply(schema, value, place, out);
            }
        }
    }

    /// `anyOf` and `oneOf`. Where no variant matches, the violations of one are told: the one that the
    /// discriminator selects, else the one that comes closest.
    fn variants(
        &mut self,
        node: &Node,
        ids: &[Id],
        keyword: &'static str,
        value: &Value,
        place: &Place,
        out: &mut Violations,
    ) {
        let tried: Vec<Violations> = ids
            .iter()
            .map(|id| {
                let mut violations = Violations::new();
                self.apply(*id, value, place, &mut violations);
                violations
            })
            .collect();
        let matching = tried
            .iter()
            .filter(|violations| violations.is_empty())
            .count();
        if matching == 1 || (matching > 1 && keyword == "anyOf") {
            return;
        }
        if matching > 1 {
            let words = format!("matches {matching} variants, and has to match exactly one");
            out.push(told(
                node,
                value,
                place,
                keyword,
                Some(ids.len().to_string()),
                words,
            ));
            return;
        }
        if let Some((property, mapping)) = &node.discriminator
            && let Some(tag) = value.get(property)
        {
            let selected = tag.as_str().and_then(|tag| mapping.get(tag));
            if let Some(at) = selected.and_then(|target| ids.iter().position(|id| id == target)) {
                if let Some(violations) = tried.into_iter().nth(at) {
                    out.append(violations);
                }
                return;
            }
            let mut known: Vec<&str> = mapping.keys().map(String::as_str).collect();
            known.sort_unstable();
            let words = format!("is none of {}", known.join(", "));
            out.push(told(
                node,
                tag,
                &place.member(property),
                "discriminator",
                Some(known.join(", ")),
                words,
            ));
            return;
        }
        let closest = tried.into_iter().min_by_key(|violations| {
            // A wrong type, or a wrong constant, says that another variant was meant.
            let elsewhere = violations.iter().filter(|violation| {
                violation.pointer == place.pointer && violation.keyword == "type"
                    || matches!(violation.keyword, "const" | "enum")
            });
            (elsewhere.count(), violations.len())
        });
        match closest {
            Some(violations)
                if ids.len() > 1
                    && violations
                        .iter()
                        .any(|one| one.pointer == place.pointer && one.keyword == "type") =>
            {
                out.push(told(
                    node,
                    value,
                    place,
                    keyword,
                    Some(ids.len().to_string()),
                    "matches no variant".to_owned(),
                ));
            }
            Some(violations) => out.append(violations),
            None => {}
        }
    }

    fn unevaluated(&mut self, node: &Node, value: &Value, place: &Place, out: &mut Violations) {
        if let (Some(schema), Value::Object(members)) = (node.unevaluated_properties, value) {
            let mut seen = HashSet::new();
            self.evaluated_properties(node, value, &mut seen);
            for (name, member) in members {
                if !seen.contains(name.as_str()) {
                    let inner = place.member(name);
                    if self
                        .compiled
                        .nodes
                        .get(schema)
                        .and_then(|node| node.boolean)
                        == Some(false)
                    {
                        let words = format!("the property `{}` is not known here", shorten(name));
                        out.push(told(
                            node,
                            member,
                            &inner,
                            "unevaluatedProperties",
                            Some("false".to_owned()),
                            words,
                        ));
                    } else {
                        self.apply(schema, member, &inner, out);
                    }
                }
            }
        }
        if let (Some(schema), Value::Array(items)) = (node.unevaluated_items, value) {
            let mut seen = HashSet::new();
            self.evaluated_items(node, items, value, &mut seen);
            for (at, item) in items.iter().enumerate() {
                if !seen.contains(&at) {
                    if self
                        .compiled
                        .nodes
                        .get(schema)
                        .and_then(|node| node.boolean)
                        == Some(false)
                    {
                        let words = format!("item {at} is one too many");
                        out.push(told(
                            node,
                            item,
                            &place.item(at),
                            "unevaluatedItems",
                            Some("false".to_owned()),
                            words,
                        ));
                    } else {
                        self.apply(schema, item, &place.item(at), out);
                    }
                }
            }
        }
    }

    /// Schemas applied in place that hold for the value, whose annotations count (Core §11).
    fn holding(&mut self, node: &Node, value: &Value) -> Vec<Id> {
        let mut ids: Vec<Id> = node
            .reference
            .into_iter()
            .chain(node.all_of.iter().copied())
            .collect();
        ids.extend(node.any_of.iter().chain(&node.one_of).copied());
        if let Value::Object(members) = value {
            let present = node
                .dependent_schemas
                .iter()
                .filter(|(name, _)| members.get(name).is_some());
            ids.extend(present.map(|(_, schema)| *schema));
        }
        if let Some(condition) = node.condition {
            if self.valid(condition, value) {
                ids.push(condition);
                ids.extend(node.then);
            } else {
                ids.extend(node.otherwise);
            }
        }
        ids.retain(|id| self.valid(*id, value));
        ids
    }

    fn evaluated_properties<'v>(
        &mut self,
        node: &Node,
        value: &'v Value,
        seen: &mut HashSet<&'v str>,
    ) {
        let Value::Object(members) = value else {
            return;
        };
        for (name, _) in members {
            let own = node.properties.contains_key(name)
                || node.additional_properties.is_some()
                || node
                    .pattern_properties
                    .iter()
                    .any(|(pattern, _)| pattern.matches(name));
            if own {
                seen.insert(name);
            }
        }
        let compiled = self.compiled;
        for id in self.holding(node, value) {
            if let Some(inner) = compiled.nodes.get(id).filter(|_| self.depth < DEPTH) {
                self.depth += 1;
                self.evaluated_properties(inner, value, seen);
                if inner.unevaluated_properties.is_some() {
                    seen.extend(members.iter().map(|(name, _)| name.as_str()));
                }
                self.depth -= 1;
            }
        }
    }

    fn evaluated_items(
        &mut self,
        node: &Node,
        items: &[Value],
        value: &Value,
        seen: &mut HashSet<usize>,
    ) {
        if node.items.is_some() {
            seen.extend(0..items.len());
            return;
        }
        seen.extend(0..node.prefix_items.len().min(items.len()));
        if let Some(contains) = node.contains {
            for (at, item) in items.iter().enumerate() {
                if self.valid(contains, item) {
                    seen.insert(at);
                }
            }
        }
        let compiled = self.compiled;
        for id in self.holding(node, value) {
            if let Some(inner) = compiled.nodes.get(id).filter(|_| self.depth < DEPTH) {
                self.depth += 1;
                self.evaluated_items(inner, items, value, seen);
                if inner.unevaluated_items.is_some() {
                    seen.extend(0..items.len());
                }
                self.depth -= 1;
            }
        }
    }
}

impl Place {
    fn member(&self, name: &str) -> Self {
        let mut pointer = self.pointer.clone();
        push_token(&mut pointer, name);
        Self {
            pointer,
            secret: self.secret,
        }
    }

    fn item(&self, at: usize) -> Self {
        Self {
            pointer: format!("{}/{at}", self.pointer),
            secret: self.secret,
        }
    }
}

/// The rule for names, to tell: their pattern, or their length.
fn name_rule(node: &Node) -> Option<String> {
    let pattern = node.pattern.as_ref().map(|pattern| pattern.text.clone());
    pattern.or_else(|| {
        node.max_length
            .map(|max| format!("at most {max} characters"))
    })
}

fn told(
    node: &Node,
    value: &Value,
    place: &Place,
    keyword: &'static str,
    limit: Option<String>,
    words: String,
) -> Violation {
    let mut violation = Violation::new(Location::Body, "", keyword, words);
    violation.pointer.clone_from(&place.pointer);
    violation.limit = limit.map(|limit| shorten(&limit));
    violation.found = Some(if place.secret {
        "***".to_owned()
    } else {
        shorten(&value.to_json())
    });
    violation.schema.clone_from(&node.place);
    violation
}

fn literals(node: &Node, value: &Value, place: &Place, out: &mut Violations) {
    if let Some((mask, names)) = &node.types {
        let is = match value {
            Value::Null => types::NULL,
            Value::Bool(_) => types::BOOLEAN,
            Value::Number(number) if number.decimal().is_integer() => {
                types::INTEGER | types::NUMBER
            }
            Value::Number(_) => types::NUMBER,
            Value::String(_) => types::STRING,
            Value::Array(_) => types::ARRAY,
            Value::Object(_) => types::OBJECT,
        };
        if mask & is == 0 {
            let words = format!("is {}, but has to be {names}", value.type_name());
            out.push(told(node, value, place, "type", Some(names.clone()), words));
        }
    }
    if let Some(values) = &node.enumeration
        && !values.contains(value)
    {
        let list = values
            .iter()
            .map(Value::to_json)
            .collect::<Vec<_>>()
            .join(", ");
        let words = format!("is none of {}", shorten(&list));
        out.push(told(node, value, place, "enum", Some(list), words));
    }
    if let Some(constant) = &node.constant
        && constant != value
    {
        let only = constant.to_json();
        let words = format!("has to be {}", shorten(&only));
        out.push(told(node, value, place, "const", Some(only), words));
    }
}

fn numbers(node: &Node, value: &Value, number: &Decimal, place: &Place, out: &mut Violations) {
    let mut tell = |keyword, limit: &Limit, words: &str| {
        let words = format!("{words} {}", limit.text);
        out.push(told(
            node,
            value,
            place,
            keyword,
            Some(limit.text.clone()),
            words,
        ));
    };
    if let Some(limit) = node.minimum.as_ref().filter(|limit| *number < limit.value) {
        tell("minimum", limit, "is less than");
    }
    if let Some(limit) = node.maximum.as_ref().filter(|limit| *number > limit.value) {
        tell("maximum", limit, "is more than");
    }
    if let Some(limit) = node
        .exclusive_minimum
        .as_ref()
        .filter(|limit| *number <= limit.value)
    {
        tell("exclusiveMinimum", limit, "is not more than");
    }
    if let Some(limit) = node
        .exclusive_maximum
        .as_ref()
        .filter(|limit| *number >= limit.value)
    {
        tell("exclusiveMaximum", limit, "is not less than");
    }
    if let Some(limit) = node
        .multiple_of
        .as_ref()
        .filter(|limit| !number.is_multiple_of(&limit.value))
    {
        tell("multipleOf", limit, "is no multiple of");
    }
    let range = match node.format.as_deref() {
        Some("int32") => Some((i128::from(i32::MIN), i128::from(i32::MAX))),
        Some("int64") => Some((i128::from(i64::MIN), i128::from(i64::MAX))),
        _ => None,
    };
    if let Some((low, high)) = range
        && number.is_integer()
        && !number
            .to_i128()
            .is_some_and(|whole| (low..=high).contains(&whole))
    {
        let name = node.format.clone();
        out.push(told(
            node,
            value,
            place,
            "format",
            name,
            "is out of the format's range".to_owned(),
        ));
    }
}

fn strings(node: &Node, value: &Value, text: &str, place: &Place, out: &mut Violations) {
    if node.min_length.is_some() || node.max_length.is_some() {
        let count = text.chars().count();
        if let Some(min) = node.min_length.filter(|min| count < *min) {
            let words = format!("has {count} characters, at least {min} are needed");
            out.push(told(
                node,
                value,
                place,
                "minLength",
                Some(min.to_string()),
                words,
            ));
        }
        if let Some(max) = node.max_length.filter(|max| count > *max) {
            let words = format!("has {count} characters, at most {max} are allowed");
            out.push(told(
                node,
                value,
                place,
                "maxLength",
                Some(max.to_string()),
                words,
            ));
        }
    }
    if let Some(pattern) = node
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.matches(text))
    {
        let words = format!("does not match {}", shorten(&pattern.text));
        out.push(told(
            node,
            value,
            place,
            "pattern",
            Some(pattern.text.clone()),
            words,
        ));
    }
    if let Some(name) = node
        .format
        .as_deref()
        .filter(|name| !format::is_valid(name, text))
    {
        out.push(told(
            node,
            value,
            place,
            "format",
            Some(name.to_owned()),
            format!("is no {name}"),
        ));
    }
}
