//! `oneOf` and `anyOf`: the variants, `null` among them, and what tells them apart.

use super::all_of;
use crate::api::{Schema, SchemaId, TypeSet, UnionKind, UnionShape, Value, Variant};
use indexmap::IndexSet;

/// How deep unions within unions are looked into for a tag.
const DEPTH: usize = 8;

/// How many schemas are looked at for one tag: unions of unions may share their variants, and ways
/// through them grow by multiplication.
const LOOKS: usize = 20_000;

/// The union a schema is, without its `null`, and whether `null` was in it.
pub(super) fn union(schemas: &[Schema], schema: &Schema) -> Option<(UnionShape, bool)> {
    let (kind, members) = match (schema.one_of.as_slice(), schema.any_of.as_slice()) {
        (members @ [_, ..], []) => (UnionKind::OneOf, members),
        ([], members @ [_, ..]) => (UnionKind::AnyOf, members),
        _ => return None,
    };
    let mut nullable = false;
    let mut variants = Vec::new();
    for member in members {
        if is_null(schemas, *member) {
            nullable = true;
        } else {
            variants.push(Variant {
                schema: *member,
                tags: Vec::new(),
            });
        }
    }
    let mut shape = UnionShape {
        kind,
        variants,
        tag: None,
    };
    if let Some((tag, values)) = tag(schemas, schema, &shape.variants) {
        for (variant, values) in shape.variants.iter_mut().zip(values) {
            variant.tags = values.into_iter().collect();
        }
        shape.tag = Some(tag);
    }
    Some((shape, nullable))
}

/// Whether only `null` is valid.
fn is_null(schemas: &[Schema], id: SchemaId) -> bool {
    let Some(schema) = schemas.get(all_of::resolve(schemas, id).index()) else {
        return false;
    };
    schema.types == TypeSet::NULL
        || schema.constant == Some(Value::Null)
        || schema
            .enumeration
            .as_deref()
            .is_some_and(|values| values == [Value::Null])
}

type Tag = (String, Vec<IndexSet<String>>);

/// The property that tells the variants apart: one that each requires, with values no other has. The
/// discriminator's is looked at first. Without such values the discriminator is a hint only, and what
/// an instance is has to be tried.
fn tag(schemas: &[Schema], schema: &Schema, variants: &[Variant]) -> Option<Tag> {
    if variants.len() < 2 {
        return None;
    }
    let first = variants.first()?;
    let named = schema
        .discriminator
        .as_ref()
        .map(|discriminator| discriminator.property.clone());
    let others = all_of::parts(schemas, first.schema)
        .into_iter()
        .flat_map(|part| part.object.properties.keys().cloned())
        .collect::<IndexSet<String>>();
    let mut looks = LOOKS;
    named.into_iter().chain(others).find_map(|property| {
        let mut all: IndexSet<String> = IndexSet::new();
        let mut by_variant = Vec::with_capacity(variants.len());
        for variant in variants {
            let values = values(schemas, variant.schema, &property, 0, &mut looks)?;
            for value in &values {
                if !all.insert(value.clone()) {
                    return None;
                }
            }
            by_variant.push(values);
        }
        Some((property, by_variant))
    })
}

/// The only values a required property can have, in every instance of a schema.
fn values(
    schemas: &[Schema],
    id: SchemaId,
    property: &str,
    depth: usize,
    looks: &mut usize,
) -> Option<IndexSet<String>> {
    *looks = looks.checked_sub(1)?;
    if depth > DEPTH {
        return None;
    }
    let parts = all_of::parts(schemas, id);
    let object = parts.iter().any(|part| part.types == TypeSet::OBJECT);
    let required = parts
        .iter()
        .any(|part| part.object.required.contains(property));
    if object && required {
        let own = parts
            .iter()
            .find_map(|part| fixed(schemas, *part.object.properties.get(property)?));
        if own.is_some() {
            return own;
        }
    }
    // A union of variants that are told apart themselves.
    let members = parts.iter().find_map(|part| {
        [&part.one_of, &part.any_of]
            .into_iter()
            .find(|members| !members.is_empty())
    })?;
    let mut all = IndexSet::new();
    for member in members {
        all.extend(values(schemas, *member, property, depth + 1, looks)?);
    }
    Some(all)
}

/// The values of a property that can only have some: all of them text.
fn fixed(schemas: &[Schema], id: SchemaId) -> Option<IndexSet<String>> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let mut found: Option<IndexSet<String>> = None;
    for part in all_of::parts(schemas, id) {
        let values: Option<IndexSet<String>> = match (&part.constant, &part.enumeration) {
            (Some(value), _) => text(value).map(|value| IndexSet::from([value])),
            (None, Some(values)) => values.iter().map(text).collect(),
            (None, None) => continue,
        };
        let values = values?;
        found = Some(match found {
            None => values,
            Some(known) => known.intersection(&values).cloned().collect(),
        });
    }
    found
}
