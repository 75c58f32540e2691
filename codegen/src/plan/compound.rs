//! Structs and enums of types: fields, variants, boxes.

use super::item::{Object, ObjectField, Rest, Union, UnionVariant};
use super::reach::Reach;
use super::{Expr, Plan};
use crate::names::{Scope, field_name, variant_name};
use counterpart_model::Api;
use counterpart_model::api::{
    Additional, ObjectShape, SchemaId, Shape, StringFormat, UnionKind, UnionShape,
};
use std::collections::HashSet;

impl Plan<'_> {
    pub(super) fn object(&self, id: SchemaId, object: &ObjectShape, judged: bool) -> Object {
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
            // Keywords beyond the type may count them or ask for them.
            Additional::Ignored if !judged && !self.chosen.contains(&id) => Rest::Skipped,
            Additional::Refused => Rest::Refused,
            Additional::Kept(Some(values)) => Rest::Kept {
                rust: scope.take("additional_properties".to_owned()),
                values: self.expr(values),
            },
            Additional::Ignored | Additional::Kept(None) => Rest::Kept {
                rust: scope.take("additional_properties".to_owned()),
                values: Expr::Value,
            },
        };
        Object {
            fields,
            rest,
            judged,
        }
    }

    pub(super) fn union(&self, id: SchemaId, union: &UnionShape, judged: bool) -> Union {
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
        Union {
            variants,
            tag: union.tag.clone(),
            exact,
            judged,
        }
    }

    /// What to call a variant without a tag.
    fn variant_word(&self, id: SchemaId, index: usize) -> String {
        let schema = self.api.schema(id);
        let target = schema
            .reference
            .map_or(schema, |target| self.api.schema(target));
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
            Shape::String(format) => format_word(format).to_owned(),
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

/// What to call a string of a format.
const fn format_word(format: &StringFormat) -> &'static str {
    match format {
        StringFormat::Plain | StringFormat::Checked(_) => "String",
        StringFormat::DateTime => "DateTime",
        StringFormat::Date => "Date",
        StringFormat::Time => "Time",
        StringFormat::Duration => "Duration",
        StringFormat::Uuid => "Uuid",
        StringFormat::Byte => "Bytes",
        StringFormat::Binary => "Binary",
    }
}

/// The objects that a union without a tag chooses between.
pub(super) fn chosen(api: &Api, reach: &Reach) -> HashSet<SchemaId> {
    let mut found = HashSet::new();
    for id in &reach.all {
        let Shape::Union(union) = &api.schema(*id).shape else {
            continue;
        };
        if union.tag.is_some() {
            continue;
        }
        let mut objects = Vec::new();
        objects_of(api, union, &mut objects, 0);
        // One object among other types is known by its type.
        if objects.len() > 1 {
            found.extend(objects);
        }
    }
    found
}

/// The objects among the variants of a union, and of the unions among them.
fn objects_of(api: &Api, union: &UnionShape, objects: &mut Vec<SchemaId>, depth: usize) {
    if depth > 16 {
        return;
    }
    for variant in &union.variants {
        let target = api.resolve(variant.schema);
        match &api.schema(target).shape {
            Shape::Object(_) => objects.push(target),
            Shape::Union(inner) => objects_of(api, inner, objects, depth + 1),
            _ => {}
        }
    }
}
