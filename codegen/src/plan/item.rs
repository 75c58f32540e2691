//! What kind of item a schema becomes.

use super::bounds::{format_range, integer_check, number_check};
use super::{Expr, KeyExpr, Plan};
use crate::config::ResponseEnums;
use crate::names::{Scope, field_name, variant_name};
use counterpart_model::api::{
    Additional, AnyReason, ArrayKeywords, EnumShape, NumberKeywords, ObjectKeywords, ObjectShape, Schema, SchemaId,
    Shape, StringFormat, StringKeywords, UnionKind, UnionShape, Value,
};

/// A Rust item, with everything that is needed to write it.
#[derive(Debug)]
pub(crate) enum Item {
    /// `type Name = …;`
    Alias(Expr),
    /// A string with a check.
    Text { check: String, secret: bool },
    /// A whole number with a check.
    Integer { inner: &'static str, check: String },
    /// A number with a check of its exact value.
    Number { inner: &'static str, check: String },
    /// A list with a length, perhaps of different items.
    List { items: Expr, min: u64, max: Option<u64>, unique: bool },
    /// A map with a length.
    Map { key: KeyExpr, values: Expr, min: u64, max: Option<u64> },
    /// An enum of strings: variant and text.
    Enum { variants: Vec<(String, String)>, open: bool },
    /// A struct.
    Object(Object),
    /// An enum of types.
    Union(Union),
    /// A value that the judge holds to its whole schema.
    Judged(Expr),
}

/// A struct's fields.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) fields: Vec<ObjectField>,
    /// Other properties: refused, kept in a field of this name and type, or skipped.
    pub(crate) rest: Rest,
    /// Whether the judge sees the value first.
    pub(crate) judged: bool,
}

/// A field.
#[derive(Debug)]
pub(crate) struct ObjectField {
    pub(crate) rust: String,
    pub(crate) name: String,
    pub(crate) schema: SchemaId,
    pub(crate) expr: Expr,
    pub(crate) required: bool,
}

/// What becomes of properties that are not listed.
#[derive(Debug)]
pub(crate) enum Rest {
    Skipped,
    Refused,
    Kept { rust: String, values: Expr },
}

/// An enum's variants.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) variants: Vec<UnionVariant>,
    pub(crate) tag: Option<String>,
    /// Whether exactly one variant has to match.
    pub(crate) exact: bool,
    /// Whether the judge sees the value first.
    pub(crate) judged: bool,
}

/// A variant.
#[derive(Debug)]
pub(crate) struct UnionVariant {
    pub(crate) rust: String,
    pub(crate) schema: SchemaId,
    pub(crate) expr: Expr,
    pub(crate) tags: Vec<String>,
}

impl Plan<'_> {
    /// Whether the schema needs an item of its own: a plain type does not say all it says.
    pub(super) fn needs_item(&self, id: SchemaId) -> bool {
        let schema = self.api.schema(id);
        if schema.bare_reference().is_some() {
            return false;
        }
        if !schema.residue.is_empty() || self.api.is_recursive(id) {
            return true;
        }
        match &schema.shape {
            Shape::Any(reason) => *reason != AnyReason::Unconstrained && *reason != AnyReason::Broken,
            Shape::Never | Shape::Enum(_) | Shape::Object(_) | Shape::Union(_) | Shape::Tuple { .. } => true,
            Shape::Null | Shape::Boolean => false,
            Shape::Integer(_) | Shape::Number { .. } => {
                schema.number != NumberKeywords::default() || is_narrow(schema)
            }
            Shape::String(format) => {
                self.is_secret(id) || matches!(format, StringFormat::Checked(_)) || self.text_is_limited(schema)
            }
            Shape::Array { .. } => {
                schema.array.min_items.is_some() || schema.array.max_items.is_some() || schema.array.unique_items
            }
            Shape::Map { .. } => {
                let object = &schema.object;
                object.min_properties.is_some() || object.max_properties.is_some() || object.property_names.is_some()
            }
            Shape::Reference(_) => self.narrows(schema),
        }
    }

    fn text_is_limited(&self, schema: &Schema) -> bool {
        let string = &schema.string;
        string.min_length.is_some_and(|min| min > 0)
            || string.max_length.is_some()
            || string.pattern.as_deref().is_some_and(|pattern| self.patterns.function(pattern).is_some())
    }

    /// Whether a reference has constraints beside it.
    fn narrows(&self, schema: &Schema) -> bool {
        let formats = StringKeywords { content_encoding: None, content_media_type: None, ..schema.string.clone() };
        formats != StringKeywords::default()
            || schema.number != NumberKeywords::default()
            || schema.array != ArrayKeywords::default()
            || schema.object != ObjectKeywords::default()
    }

    /// The item of a schema that has one.
    pub(super) fn item(&self, id: SchemaId) -> Item {
        let schema = self.api.schema(id);
        if !self.needs_item(id) {
            return Item::Alias(match self.content(id) {
                // Only a damaged document gets here: a type that is nothing but itself.
                Expr::Named(itself) if itself == id => Expr::Value,
                other => other,
            });
        }
        let judged = !schema.residue.is_empty();
        match &schema.shape {
            Shape::Object(object) => Item::Object(self.object(id, object, judged)),
            Shape::Union(union) => Item::Union(self.union(id, union, judged || self.narrows(schema))),
            _ if judged => Item::Judged(self.own_content(id)),
            Shape::Enum(of) => self.enumeration(id, of),
            Shape::String(StringFormat::Plain | StringFormat::Binary | StringFormat::Checked(_)) => {
                Item::Text { check: self.text_check(schema), secret: self.is_secret(id) }
            }
            Shape::Integer(_) => match self.content(id) {
                Expr::Plain(inner) => {
                    match integer_check(inner, &schema.number, schema.string.format.as_deref()) {
                        Some(check) => Item::Integer { inner, check },
                        None => Item::Judged(Expr::Plain(inner)),
                    }
                }
                inner => Item::Judged(inner),
            },
            Shape::Number { .. } => match self.content(id) {
                Expr::Plain(inner) => Item::Number { inner, check: number_check(&schema.number) },
                inner => Item::Judged(inner),
            },
            Shape::Array { .. } => match self.content(id) {
                Expr::List(items) if !schema.array.unique_items || self.is_whole(&items, 0) => Item::List {
                    items: *items,
                    min: schema.array.min_items.unwrap_or(0),
                    max: schema.array.max_items,
                    unique: schema.array.unique_items,
                },
                other => Item::Judged(other),
            },
            Shape::Map { .. } => match self.content(id) {
                Expr::Map(key, values) if key != KeyExpr::String || schema.object.property_names.is_none() => Item::Map {
                    key,
                    values: *values,
                    min: schema.object.min_properties.unwrap_or(0),
                    max: schema.object.max_properties,
                },
                other => Item::Judged(other),
            },
            _ => Item::Judged(self.own_content(id)),
        }
    }

    /// The type inside a newtype; any value where that would lead back to the newtype itself.
    fn own_content(&self, id: SchemaId) -> Expr {
        match self.content(id) {
            Expr::Named(inner) if self.api.is_recursive(id) && self.api.is_recursive(inner) => Expr::Value,
            other => other,
        }
    }

    /// Whether a type keeps everything of a value, so that two values differ as JSON where they differ in the type.
    fn is_whole(&self, expr: &Expr, depth: usize) -> bool {
        match expr {
            Expr::Plain(_) | Expr::Runtime(_) | Expr::Value => true,
            Expr::List(inner) | Expr::Nullable(inner) | Expr::Boxed(inner) | Expr::Map(_, inner) => {
                self.is_whole(inner, depth)
            }
            Expr::Named(id) => match self.api.schema(*id).shape {
                Shape::String(_) | Shape::Enum(_) | Shape::Integer(_) | Shape::Boolean | Shape::Null => true,
                Shape::Reference(target) if depth < 16 => self.is_whole(&Expr::Named(target), depth + 1),
                _ => false,
            },
        }
    }

    fn text_check(&self, schema: &Schema) -> String {
        let mut checks = Vec::new();
        let string = &schema.string;
        if string.min_length.is_some_and(|min| min > 0) || string.max_length.is_some() {
            let max = string.max_length.map_or_else(|| "usize::MAX".to_owned(), |max| max.to_string());
            checks.push(format!("length(text, {}, {max})", string.min_length.unwrap_or(0)));
        }
        if let Some(function) = string.pattern.as_deref().and_then(|pattern| self.patterns.function(pattern)) {
            checks.push(format!("patterns::{function}(text)"));
        }
        if let Shape::String(StringFormat::Checked(format)) = &schema.shape {
            checks.push(format!("format::is_valid({format:?}, text)"));
        }
        checks.join(" && ")
    }

    fn enumeration(&self, id: SchemaId, of: &EnumShape) -> Item {
        let schema = self.api.schema(id);
        if let Some(texts) = of.strings().filter(|texts| !texts.is_empty()) {
            let mut scope = Scope::default();
            let variants = texts.iter().map(|text| (scope.take(variant_name(text)), (*text).to_owned())).collect();
            let open = self.config.response_enums == ResponseEnums::Open
                && schema.role.in_response
                && !schema.role.in_request;
            return Item::Enum { variants, open };
        }
        let integers: Option<Vec<i64>> = of.values.iter().map(Value::as_i64).collect();
        match integers.filter(|integers| !integers.is_empty()) {
            Some(mut integers) => {
                integers.sort_unstable();
                integers.dedup();
                let list: Vec<String> = integers.iter().map(i64::to_string).collect();
                Item::Integer { inner: "i64", check: format!("matches!(value, {})", list.join(" | ")) }
            }
            None => Item::Judged(Expr::Value),
        }
    }

    fn object(&self, id: SchemaId, object: &ObjectShape, judged: bool) -> Object {
        let mut scope = Scope::default();
        let fields = object.fields.iter().map(|field| ObjectField {
            rust: scope.take(field_name(&field.name)),
            name: field.name.clone(),
            schema: field.schema,
            expr: self.boxed(id, self.expr(field.schema)),
            required: field.required,
        });
        let fields = fields.collect();
        let rest = match object.additional {
            Additional::Ignored => Rest::Skipped,
            Additional::Refused => Rest::Refused,
            Additional::Kept(values) => Rest::Kept {
                rust: scope.take("additional_properties".to_owned()),
                values: values.map_or(Expr::Value, |values| self.expr(values)),
            },
        };
        Object { fields, rest, judged }
    }

    fn union(&self, id: SchemaId, union: &UnionShape, judged: bool) -> Union {
        let mut scope = Scope::default();
        let variants = union.variants.iter().enumerate().map(|(index, variant)| {
            let name = match variant.tags.as_slice() {
                [tag] => variant_name(tag),
                _ => self.variant_word(variant.schema, index),
            };
            UnionVariant {
                rust: scope.take(name),
                schema: variant.schema,
                expr: self.boxed(id, self.expr(variant.schema)),
                tags: variant.tags.clone(),
            }
        });
        let variants = variants.collect();
        let exact = union.kind == UnionKind::OneOf && union.tag.is_none();
        Union { variants, tag: union.tag.clone(), exact, judged }
    }

    /// What to call a variant without a tag.
    fn variant_word(&self, id: SchemaId, index: usize) -> String {
        let schema = self.api.schema(id);
        let target = schema.reference.map_or(schema, |target| self.api.schema(target));
        if target.is_component
            && let Some(name) = target.place.last()
        {
            return variant_name(name);
        }
        if let Some(title) = &schema.title {
            return variant_name(title);
        }
        match &schema.shape {
            Shape::Null => "Null".to_owned(),
            Shape::Boolean => "Boolean".to_owned(),
            Shape::Integer(_) => "Integer".to_owned(),
            Shape::Number { .. } => "Number".to_owned(),
            Shape::String(_) => "String".to_owned(),
            Shape::Array { .. } | Shape::Tuple { .. } => "List".to_owned(),
            Shape::Map { .. } => "Map".to_owned(),
            Shape::Object(_) => "Object".to_owned(),
            Shape::Enum(_) => "Enum".to_owned(),
            _ => format!("Variant{}", index + 1),
        }
    }

    /// Boxed where the type may contain its owner without indirection.
    fn boxed(&self, owner: SchemaId, expr: Expr) -> Expr {
        if !self.api.is_recursive(owner) {
            return expr;
        }
        match expr {
            Expr::Named(id) if self.leads_back(id) => Expr::Boxed(Box::new(Expr::Named(id))),
            Expr::Nullable(inner) => Expr::Nullable(Box::new(self.boxed(owner, *inner))),
            other => other,
        }
    }

    /// Whether a named type can contain itself, alias or not.
    fn leads_back(&self, id: SchemaId) -> bool {
        let mut at = id;
        for _ in 0..64 {
            if self.api.is_recursive(at) {
                return true;
            }
            match self.api.schema(at).shape {
                Shape::Reference(target) => at = target,
                _ => return false,
            }
        }
        true
    }
}

/// Whether the format is narrower than the type that holds its values.
fn is_narrow(schema: &Schema) -> bool {
    schema.string.format.as_deref().is_some_and(|format| format_range(format).is_some())
}
