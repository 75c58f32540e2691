//! What kind of item a schema becomes: the decision.

use super::bounds::{format_range, integer_check, number_check};
use super::expr::boolean;
use super::{Expr, Item, KeyExpr, Plan};
use crate::config::Enums;
use crate::names::{Scope, variant_name};
use counterpart_model::api::{
    AnyReason, ArrayKeywords, EnumShape, NumberKeywords, ObjectKeywords, Schema, SchemaId, Shape,
    StringFormat, StringKeywords, Value,
};

impl Plan<'_> {
    /// Whether the schema needs an item of its own: a plain type does not say all it says.
    pub(super) fn needs_item(&self, id: SchemaId) -> bool {
        let schema = self.api.schema(id);
        if schema.bare_reference().is_some() || self.replacement(id).is_some() {
            return false;
        }
        if !schema.residue.is_empty() {
            return true;
        }
        // What only leads on is where it leads to, recursive or not.
        if self.api.is_recursive(id) && !matches!(schema.shape, Shape::Reference(_)) {
            return true;
        }
        match &schema.shape {
            Shape::Any(reason) => {
                *reason != AnyReason::Unconstrained && *reason != AnyReason::Broken
            }
            Shape::Enum(of) if boolean(of).is_some() => false,
            Shape::Never
            | Shape::Enum(_)
            | Shape::Object(_)
            | Shape::Union(_)
            | Shape::Tuple { .. } => true,
            Shape::Null | Shape::Boolean => false,
            Shape::Integer(_) | Shape::Number { .. } => {
                schema.number != NumberKeywords::default()
                    || is_narrow(schema)
                    || matches!(schema.shape, Shape::Number { .. })
                        && schema.string.format.as_deref() == Some("int32")
            }
            Shape::String(format) => {
                self.shared_text(id).is_none()
                    && (self.is_secret(id)
                        || matches!(format, StringFormat::Checked(_))
                        || self.text_is_limited(schema))
            }
            Shape::Array { .. } => {
                schema.array.min_items.is_some()
                    || schema.array.max_items.is_some()
                    || schema.array.unique_items
            }
            Shape::Map { .. } => {
                let object = &schema.object;
                object.min_properties.is_some()
                    || object.max_properties.is_some()
                    || object.property_names.is_some()
            }
            Shape::Reference(_) => self.narrows(schema),
        }
    }

    fn text_is_limited(&self, schema: &Schema) -> bool {
        let string = &schema.string;
        string.min_length.is_some_and(|min| min > 0)
            || string.max_length.is_some()
            || string
                .pattern
                .as_deref()
                .is_some_and(|pattern| self.patterns.function(pattern).is_some())
    }

    /// Whether a reference has constraints beside it.
    fn narrows(&self, schema: &Schema) -> bool {
        let formats = StringKeywords {
            content_encoding: None,
            content_media_type: None,
            ..schema.string.clone()
        };
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
            Shape::Union(union) => {
                Item::Union(self.union(id, union, judged || self.narrows(schema)))
            }
            Shape::Enum(of) if judged => match self.decided(id, of) {
                Some(of) if !of.values.is_empty() => self.enumeration(id, &of),
                _ => Item::Judged(plain_enum(of)),
            },
            _ if judged => Item::Judged(self.own_content(id)),
            Shape::Enum(of) => self.enumeration(id, of),
            Shape::String(
                StringFormat::Plain | StringFormat::Binary | StringFormat::Checked(_),
            ) => Item::Text {
                check: self.text_check(schema),
                secret: self.is_secret(id),
            },
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
                Expr::Plain(inner) => Item::Number {
                    inner,
                    check: number_check(&schema.number, schema.string.format.as_deref()),
                },
                inner => Item::Judged(inner),
            },
            Shape::Array { .. } => match self.content(id) {
                Expr::List(items) if !schema.array.unique_items || self.is_whole(&items, 0) => {
                    Item::List {
                        items: *items,
                        min: schema.array.min_items.unwrap_or(0),
                        max: schema.array.max_items,
                        unique: schema.array.unique_items,
                    }
                }
                other => Item::Judged(other),
            },
            Shape::Map { .. } => match self.content(id) {
                Expr::Map(key, values)
                    if key != KeyExpr::String || schema.object.property_names.is_none() =>
                {
                    Item::Map {
                        key,
                        values: *values,
                        min: schema.object.min_properties.unwrap_or(0),
                        max: schema.object.max_properties,
                    }
                }
                other => Item::Judged(other),
            },
            _ => Item::Judged(self.own_content(id)),
        }
    }

    /// The type inside a newtype; boxed where it may lead back to the newtype itself.
    fn own_content(&self, id: SchemaId) -> Expr {
        match self.content(id) {
            Expr::Named(inner) if self.api.is_recursive(id) && self.api.is_recursive(inner) => {
                Expr::Boxed(Box::new(Expr::Named(inner)))
            }
            other => other,
        }
    }

    /// Whether a type keeps everything of a value, so that two values differ as JSON where they differ in the type.
    fn is_whole(&self, expr: &Expr, depth: usize) -> bool {
        match expr {
            // Two UUIDs may be equal and written differently.
            Expr::Path(_) | Expr::Runtime("Uuid") => false,
            Expr::Plain(_) | Expr::Runtime(_) | Expr::Length(..) | Expr::Value => true,
            Expr::List(inner)
            | Expr::Nullable(inner)
            | Expr::Boxed(inner)
            | Expr::Map(_, inner) => self.is_whole(inner, depth),
            Expr::Named(id) => match self.api.schema(*id).shape {
                Shape::String(_)
                | Shape::Enum(_)
                | Shape::Integer(_)
                | Shape::Boolean
                | Shape::Null => true,
                Shape::Reference(target) if depth < 16 => {
                    self.is_whole(&Expr::Named(target), depth + 1)
                }
                _ => false,
            },
        }
    }

    fn text_check(&self, schema: &Schema) -> String {
        let mut checks = Vec::new();
        let string = &schema.string;
        if string.min_length.is_some_and(|min| min > 0) || string.max_length.is_some() {
            let max = string
                .max_length
                .map_or_else(|| "usize::MAX".to_owned(), |max| max.to_string());
            checks.push(format!(
                "length(text, {}, {max})",
                string.min_length.unwrap_or(0)
            ));
        }
        if let Some(function) = string
            .pattern
            .as_deref()
            .and_then(|pattern| self.patterns.function(pattern))
        {
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
            let variants = texts
                .iter()
                .map(|text| (scope.take(variant_name(text)), (*text).to_owned()))
                .collect();
            let choice = if schema.role.in_response && !schema.role.in_request {
                self.config.response_enums
            } else {
                self.config.request_enums
            };
            let open = choice == Enums::Open;
            return Item::Enum { variants, open };
        }
        let integers: Option<Vec<i64>> = of.values.iter().map(Value::as_i64).collect();
        match integers.filter(|integers| !integers.is_empty()) {
            Some(mut integers) => {
                integers.sort_unstable();
                integers.dedup();
                let list: Vec<String> = integers.iter().map(i64::to_string).collect();
                Item::Integer {
                    inner: "i64",
                    check: format!("matches!(value, {})", list.join(" | ")),
                }
            }
            None => Item::Judged(Expr::Value),
        }
    }
}

/// Whether the format is narrower than the type that holds its values.
fn is_narrow(schema: &Schema) -> bool {
    schema
        .string
        .format
        .as_deref()
        .is_some_and(|format| format_range(format).is_some())
}

/// The type that holds every value of an enum, and others.
fn plain_enum(of: &EnumShape) -> Expr {
    if of.strings().is_some() {
        Expr::Plain("String")
    } else if of.values.iter().all(|value| value.as_i64().is_some()) {
        Expr::Plain("i64")
    } else if of
        .values
        .iter()
        .all(|value| matches!(value, Value::Number(_)))
    {
        Expr::Plain("f64")
    } else {
        Expr::Value
    }
}
