//! A reader of shapes, as code made from them would read: slow, small, and independent of it.

use counterpart_model::{
    Api, Direction,
    api::{Additional, Field, SchemaId, Shape, UnionKind},
};
use serde_json::Value;
use std::collections::HashMap;

/// Reads instances by the shapes of one API.
pub(crate) struct Reader<'a> {
    api: &'a Api,
    judges: HashMap<(SchemaId, bool), jsonschema::Validator>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(api: &'a Api) -> Self {
        Self {
            api,
            judges: HashMap::new(),
        }
    }

    /// Whether the whole schema, as [`Api::json_schema`] gives it, allows the value.
    pub(crate) fn valid(&mut self, id: SchemaId, value: &Value) -> bool {
        self.judge(id, false, value)
    }

    /// `plain`: only the keywords that a reader of the shape checks itself.
    fn judge(&mut self, id: SchemaId, plain: bool, value: &Value) -> bool {
        let api = self.api;
        let judge = self.judges.entry((id, plain)).or_insert_with(|| {
            let mut schema = api.json_schema(id, Direction::Neutral);
            if plain && let Value::Object(members) = &mut schema {
                let keys = plain_keywords(&api.schema(id).shape);
                members.retain(|key, _| {
                    key.starts_with('$') && key != "$ref" || keys.contains(&key.as_str())
                });
            }
            jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(false)
                .build(&schema)
                .unwrap_or_else(|error| panic!("{schema:#}: {error}"))
        });
        judge.is_valid(value)
    }

    /// Whether code made from the shape, the plain keyword groups and the residue takes the value.
    pub(crate) fn takes(&mut self, id: SchemaId, value: &Value) -> bool {
        let schema = self.api.schema(id);
        if !schema.residue.is_empty() && !self.valid(id, value) {
            return false;
        }
        if schema.nullable && value.is_null() {
            return true;
        }
        self.fits(&schema.shape, value) && self.judge(id, true, value)
    }

    fn fits(&mut self, shape: &Shape, value: &Value) -> bool {
        match shape {
            Shape::Any(_) => true,
            Shape::Never => false,
            Shape::Null => value.is_null(),
            Shape::Boolean => value.is_boolean(),
            // Width is the one limit a shape has of its own: see `IntegerWidth`.
            Shape::Integer(_) => {
                value.is_i64()
                    || value.is_u64()
                    || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            Shape::Number { .. } => value.is_number(),
            Shape::String(_) => value.is_string(),
            Shape::Enum(of) => of.values.iter().any(|one| equal(&one.to_serde(), value)),
            Shape::Array { items } => value.as_array().is_some_and(|list| {
                items.is_none_or(|items| list.iter().all(|item| self.takes(items, item)))
            }),
            Shape::Tuple { items, rest } => value.as_array().is_some_and(|list| {
                list.iter().enumerate().all(|(index, item)| {
                    let schema = items.get(index).copied().or(*rest);
                    schema.is_none_or(|schema| self.takes(schema, item))
                })
            }),
            Shape::Map { values } => value.as_object().is_some_and(|members| {
                values.is_none_or(|values| members.values().all(|value| self.takes(values, value)))
            }),
            Shape::Object(object) => value
                .as_object()
                .is_some_and(|members| self.object(&object.fields, object.additional, members)),
            Shape::Union(union) => {
                let tag = union.tag.as_ref().map(|tag| {
                    value
                        .get(tag)
                        .and_then(Value::as_str)
                        .map(ToOwned::to_owned)
                });
                if let Some(tag) = tag {
                    let by_tag = union.by_tag();
                    let variant = tag.and_then(|tag| by_tag.get(tag.as_str()).copied());
                    let variant = variant.and_then(|index| union.variants.get(index));
                    return variant.is_some_and(|variant| self.takes(variant.schema, value));
                }
                let count = union
                    .variants
                    .iter()
                    .filter(|variant| self.takes(variant.schema, value))
                    .count();
                match union.kind {
                    UnionKind::OneOf => count == 1,
                    UnionKind::AnyOf => count > 0,
                }
            }
            Shape::Reference(target) => self.takes(*target, value),
        }
    }

    fn object(
        &mut self,
        fields: &[Field],
        additional: Additional,
        members: &serde_json::Map<String, Value>,
    ) -> bool {
        fields.iter().all(|field| match members.get(&field.name) {
            Some(value) => self.takes(field.schema, value),
            None => !field.required,
        }) && members
            .iter()
            .filter(|(name, _)| fields.iter().all(|field| field.name != **name))
            .all(|(_, value)| match additional {
                Additional::Ignored | Additional::Kept(None) => true,
                Additional::Refused => false,
                Additional::Kept(Some(schema)) => self.takes(schema, value),
            })
    }
}

/// The keywords that whoever reads a shape checks beside it: see `Schema::residue`.
fn plain_keywords(shape: &Shape) -> &'static [&'static str] {
    match shape {
        Shape::Integer(_) | Shape::Number { .. } => &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
        Shape::String(_) => &["minLength", "maxLength", "pattern"],
        Shape::Array { .. } | Shape::Tuple { .. } => &["minItems", "maxItems", "uniqueItems"],
        Shape::Map { .. } => &["minProperties", "maxProperties", "propertyNames"],
        _ => &[],
    }
}

/// JSON equality: `1.0` is `1`.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}
