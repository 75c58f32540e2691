//! Defaults of parameters, and what their text stands for.

use super::Plan;
use counterpart_model::api::{SchemaId, Shape, Value};

impl Plan<'_> {
    /// A schema's default as JSON, if it fits the schema: one that does not would refuse every request.
    pub(super) fn default(&self, id: SchemaId) -> Option<String> {
        let mut at = id;
        for _ in 0..16 {
            let schema = self.api.schema(at);
            if let Some(default) = &schema.default {
                return self
                    .fits(at, default, 0)
                    .then(|| crate::emit::bundle::value_text(default));
            }
            at = schema.bare_reference()?;
        }
        None
    }

    fn fits(&self, id: SchemaId, value: &Value, depth: usize) -> bool {
        let schema = self.api.schema(id);
        if depth > 32 || !schema.residue.is_empty() {
            return false;
        }
        if *value == Value::Null {
            return schema.nullable;
        }
        match &schema.shape {
            Shape::Boolean => value.as_bool().is_some(),
            Shape::Integer(_) => value.as_i64().is_some_and(|integer| {
                let bound = |bound: &Option<counterpart_model::api::Number>,
                             holds: fn(f64, f64) -> bool| {
                    bound
                        .as_ref()
                        .is_none_or(|bound| holds(integer as f64, bound.as_f64()))
                };
                bound(&schema.number.minimum, |value, bound| value >= bound)
                    && bound(&schema.number.maximum, |value, bound| value <= bound)
                    && schema.number.exclusive_minimum.is_none()
                    && schema.number.exclusive_maximum.is_none()
                    && schema.number.multiple_of.is_none()
            }),
            Shape::Number { .. } => {
                matches!(value, Value::Number(_))
                    && schema.number == counterpart_model::api::NumberKeywords::default()
            }
            Shape::Enum(of) => of.values.contains(value),
            Shape::String(_) => {
                let string = &schema.string;
                let free = string.min_length.is_none() && string.max_length.is_none();
                value.as_str().is_some()
                    && free
                    && string.pattern.is_none()
                    && string.format.is_none()
            }
            Shape::Array { items } => value.as_array().is_some_and(|values| {
                let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
                schema.array.min_items.is_none_or(|min| count >= min)
                    && schema.array.max_items.is_none_or(|max| count <= max)
                    && !schema.array.unique_items
                    && items.is_none_or(|items| {
                        values
                            .iter()
                            .all(|value| self.fits(items, value, depth + 1))
                    })
            }),
            Shape::Reference(target) => self.fits(*target, value, depth + 1),
            _ => false,
        }
    }

    /// `Kind::…`: how the text of a parameter becomes JSON.
    pub(crate) fn kind(&self, id: SchemaId) -> String {
        self.kind_within(id, 0)
    }

    fn kind_within(&self, id: SchemaId, depth: usize) -> String {
        if depth > 8 {
            return "Kind::Any".to_owned();
        }
        let next = |id: SchemaId| self.kind_within(id, depth + 1);
        match &self.api.schema(id).shape {
            Shape::Boolean => "Kind::Boolean".to_owned(),
            Shape::Integer(_) => "Kind::Integer".to_owned(),
            Shape::Number { .. } => "Kind::Number".to_owned(),
            Shape::String(_) => "Kind::String".to_owned(),
            Shape::Enum(of) if of.strings().is_some() => "Kind::String".to_owned(),
            Shape::Enum(of) if of.values.iter().all(|value| value.as_i64().is_some()) => {
                "Kind::Integer".to_owned()
            }
            Shape::Array { items } => {
                let items = items.map_or_else(|| "Kind::Any".to_owned(), next);
                format!("Kind::Array(&{items})")
            }
            Shape::Map { values } => {
                let values = values.map_or_else(|| "Kind::Any".to_owned(), next);
                format!("Kind::Map(&{values})")
            }
            Shape::Object(object) => {
                let fields = object
                    .fields
                    .iter()
                    .map(|field| format!("({:?}, {})", field.name, next(field.schema)));
                format!("Kind::Object(&[{}])", fields.collect::<Vec<_>>().join(", "))
            }
            Shape::Union(union) => {
                let variants = union.variants.iter().map(|variant| next(variant.schema));
                format!(
                    "Kind::OneOf(&[{}])",
                    variants.collect::<Vec<_>>().join(", ")
                )
            }
            Shape::Reference(target) => next(*target),
            Shape::Enum(_) | Shape::Any(_) | Shape::Never | Shape::Null | Shape::Tuple { .. } => {
                "Kind::Any".to_owned()
            }
        }
    }
}
