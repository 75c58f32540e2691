//! Maps whose keys are data (metadata, labels, tags), found in the schemas of writable bodies.

use super::Pointer;
use counterpart_model::api::{Api, SchemaId, Shape};
use std::collections::HashSet;

/// Maps are looked for to this depth.
const DEPTH: usize = 6;

/// A map in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapField {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its schema, references resolved.
    pub schema: SchemaId,
}

/// The maps that a body of this schema can hold and whose keys, number or values the document limits.
#[must_use]
pub fn map_fields(api: &Api, body: SchemaId) -> Vec<MapField> {
    let mut found = Vec::new();
    walk(
        api,
        body,
        &Pointer::default(),
        0,
        &mut HashSet::new(),
        &mut found,
    );
    found
}

fn walk(
    api: &Api,
    id: SchemaId,
    pointer: &Pointer,
    depth: usize,
    seen: &mut HashSet<(SchemaId, String)>,
    found: &mut Vec<MapField>,
) {
    let id = api.resolve(id);
    if depth > DEPTH || !seen.insert((id, pointer.to_string())) {
        return;
    }
    let schema = api.schema(id);
    if schema.read_only {
        return;
    }
    match &schema.shape {
        Shape::Map { .. } => {
            let object = &schema.object;
            let limited = object.max_properties.is_some() || object.property_names.is_some();
            let field = MapField {
                pointer: pointer.clone(),
                schema: id,
            };
            if limited && !found.contains(&field) {
                found.push(field);
            }
        }
        Shape::Object(object) => {
            for field in &object.fields {
                if !api.schema(field.schema).read_only {
                    let inner = pointer.child(&field.name);
                    walk(api, field.schema, &inner, depth + 1, seen, found);
                }
            }
        }
        Shape::Union(union) => {
            for variant in &union.variants {
                walk(api, variant.schema, pointer, depth + 1, seen, found);
            }
        }
        Shape::Reference(target) => walk(api, *target, pointer, depth + 1, seen, found),
        _ => {}
    }
}
