//! Objects: the fields of all parts, and what other properties are.

use super::all_of;
use crate::{
    Diagnostic,
    api::{Additional, Field, ObjectShape, Schema, SchemaId, Shape, TypeSet},
    diagnostic::{Code, Sink},
};
use indexmap::IndexMap;

/// The object that all parts describe together; a map where none has a property.
pub(super) fn object(schemas: &[Schema], schema: &Schema, parts: &[&Schema], sink: &Sink) -> Shape {
    let mut fields: IndexMap<&str, Field> = IndexMap::new();
    for part in parts {
        for (name, property) in &part.object.properties {
            let required = parts.iter().any(|part| part.object.required.contains(name));
            let known = fields.entry(name).or_insert_with(|| Field {
                name: name.clone(),
                schema: *property,
                required,
            });
            if all_of::resolve(schemas, known.schema) != all_of::resolve(schemas, *property) {
                sink.push(
                    Diagnostic::new(
                        Code::ConflictingProperty,
                        format!("`{name}` is described twice by `allOf`"),
                    )
                    .at(schema.origin.span.clone()),
                );
                // The type is made from what says more: a base is often narrowed, seldom the other way round.
                if wealth(schemas, *property, 0) > wealth(schemas, known.schema, 0) {
                    known.schema = *property;
                }
            }
        }
    }
    let additional = additional(schemas, parts);
    if fields.is_empty() {
        let values = match additional {
            Additional::Kept(values) => values,
            _ => None,
        };
        if additional != Additional::Refused {
            return Shape::Map { values };
        }
    }
    Shape::Object(ObjectShape {
        fields: fields.into_values().collect(),
        additional,
    })
}

/// How much a schema says of the structure of its instances.
fn wealth(schemas: &[Schema], id: SchemaId, depth: usize) -> usize {
    let Some(schema) = schemas.get(id.index()).filter(|_| depth < 6) else {
        return 0;
    };
    let inner = schema
        .reference
        .iter()
        .chain(&schema.all_of)
        .chain(&schema.array.items)
        .chain(&schema.object.additional_properties)
        .map(|inner| wealth(schemas, *inner, depth + 1));
    let typed = usize::from(schema.types != TypeSet::ALL);
    let variants = schema.any_of.len() + schema.one_of.len();
    typed + variants + schema.object.properties.len() + inner.sum::<usize>()
}

fn additional(schemas: &[Schema], parts: &[&Schema]) -> Additional {
    let patterns = parts
        .iter()
        .any(|part| !part.object.pattern_properties.is_empty());
    let applied = parts.iter().any(|part| {
        !part.one_of.is_empty()
            || !part.any_of.is_empty()
            || part.condition.is_some()
            || !part.object.dependent_schemas.is_empty()
    });
    let mut out = Additional::Ignored;
    for part in parts {
        // What variants and conditions evaluate is not known here: the whole schema decides.
        let unevaluated = part.object.unevaluated_properties.filter(|_| !applied);
        let Some(rest) = part.object.additional_properties.or(unevaluated) else {
            continue;
        };
        match schemas.get(rest.index()).and_then(|schema| schema.boolean) {
            Some(false) => {
                return if patterns {
                    Additional::Kept(None)
                } else {
                    Additional::Refused
                };
            }
            Some(true) => out = Additional::Kept(None),
            None => out = Additional::Kept(Some(rest)),
        }
    }
    if patterns || (applied && out == Additional::Ignored) {
        // What patterns or variants describe is data, whatever the rest is.
        return Additional::Kept(None);
    }
    out
}
