//! Enums whose other keywords refuse some of the values: which ones are left.

use super::Plan;
use counterpart_model::api::{EnumShape, Number, NumberKeywords, Schema, SchemaId, Value};

impl Plan<'_> {
    /// The values that every keyword allows; `None` where that cannot be told from here.
    pub(super) fn decided(&self, id: SchemaId, of: &EnumShape) -> Option<EnumShape> {
        let mut parts = Vec::new();
        self.parts(id, &mut parts, 0)?;
        let mut values = Vec::new();
        for value in &of.values {
            let mut allowed = true;
            for part in &parts {
                allowed &= self.allows(part, value)?;
            }
            if allowed {
                values.push(value.clone());
            }
        }
        Some(EnumShape { values })
    }

    /// The schemas that all hold; `None` where there are choices among them.
    fn parts<'s>(&'s self, id: SchemaId, parts: &mut Vec<&'s Schema>, depth: usize) -> Option<()> {
        let schema = self.api.schema(id);
        let choices = !schema.any_of.is_empty()
            || !schema.one_of.is_empty()
            || schema.not.is_some()
            || schema.condition.is_some();
        if choices || depth > 16 {
            return None;
        }
        parts.push(schema);
        schema
            .reference
            .iter()
            .chain(&schema.all_of)
            .try_for_each(|inner| self.parts(*inner, parts, depth + 1))
    }

    /// Whether a schema's own keywords allow a value.
    fn allows(&self, schema: &Schema, value: &Value) -> Option<bool> {
        let listed = schema
            .enumeration
            .as_ref()
            .is_none_or(|values| values.contains(value))
            && schema.constant.as_ref().is_none_or(|only| only == value);
        let fits = match value {
            Value::String(text) => self.allows_text(schema, text)?,
            Value::Number(number) => allows_number(&schema.number, number)?,
            Value::Bool(_) | Value::Null => true,
            Value::Array(_) | Value::Object(_) => return None,
        };
        Some(listed && fits)
    }

    fn allows_text(&self, schema: &Schema, text: &str) -> Option<bool> {
        let string = &schema.string;
        // Whether a value is in a format is the runtime's to say.
        if string.format.as_deref().is_some_and(is_checked) {
            return None;
        }
        let count = u64::try_from(text.chars().count()).ok()?;
        let long = string.min_length.is_none_or(|min| count >= min)
            && string.max_length.is_none_or(|max| count <= max);
        let matches = match string.pattern.as_deref() {
            None => true,
            // One that no engine takes is not checked anywhere.
            Some(pattern) if self.patterns.function(pattern).is_none() => true,
            Some(pattern) => regress::Regex::with_flags(pattern, "u")
                .or_else(|_| regress::Regex::new(pattern))
                .ok()?
                .find(text)
                .is_some(),
        };
        Some(long && matches)
    }
}

/// Whether a format says more than what a text is about.
fn is_checked(format: &str) -> bool {
    [
        "date-time",
        "date",
        "time",
        "duration",
        "uuid",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "byte",
    ]
    .contains(&format)
}

/// Limits are compared as `f64`, which whole numbers of an enum are far from exceeding.
fn allows_number(limits: &NumberKeywords, number: &Number) -> Option<bool> {
    if limits.multiple_of.is_some() {
        return None;
    }
    let value = number.as_f64();
    let holds = |limit: &Option<Number>, holds: fn(f64, f64) -> bool| {
        limit
            .as_ref()
            .is_none_or(|limit| holds(value, limit.as_f64()))
    };
    Some(
        holds(&limits.minimum, |value, limit| value >= limit)
            && holds(&limits.maximum, |value, limit| value <= limit)
            && holds(&limits.exclusive_minimum, |value, limit| value > limit)
            && holds(&limits.exclusive_maximum, |value, limit| value < limit),
    )
}
