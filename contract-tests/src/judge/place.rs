//! From a path in a generated JSON Schema back to the schema in the document.

use counterpart_model::{
    Api, Document, Origin,
    api::{Schema, SchemaId},
};
use std::sync::Arc;

/// The schema that the keyword at the end of a schema path belongs to; the nearest one above it
/// where the path leads somewhere unknown.
pub(super) fn of(api: &Api, root: SchemaId, path: &str) -> SchemaId {
    let mut at = root;
    let mut segments = path.split('/').skip(1).map(unescape);
    while let Some(keyword) = segments.next() {
        let schema = api.schema(at);
        let (array, object) = (&schema.array, &schema.object);
        let next = match keyword.as_str() {
            "$defs" => segments.next().and_then(|name| api.definition(&name)),
            "$ref" => schema.reference,
            "properties" => named(&mut segments, |name| object.properties.get(name)),
            "patternProperties" => named(&mut segments, |name| object.pattern_properties.get(name)),
            "dependentSchemas" => named(&mut segments, |name| object.dependent_schemas.get(name)),
            "prefixItems" => numbered(&mut segments, &array.prefix_items),
            "allOf" => numbered(&mut segments, &schema.all_of),
            "anyOf" => numbered(&mut segments, &schema.any_of),
            "oneOf" => numbered(&mut segments, &schema.one_of),
            // A refusal by `false` is the business of the schema that says it.
            "additionalProperties" => beyond_false(api, object.additional_properties),
            "items" => beyond_false(api, array.items),
            "unevaluatedProperties" => beyond_false(api, object.unevaluated_properties),
            "unevaluatedItems" => beyond_false(api, array.unevaluated_items),
            "contains" => array.contains,
            "propertyNames" => object.property_names,
            "not" => schema.not,
            "if" => schema.condition,
            "then" => schema.then,
            "else" => schema.otherwise,
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn named<'a>(
    segments: &mut impl Iterator<Item = String>,
    get: impl FnOnce(&str) -> Option<&'a SchemaId>,
) -> Option<SchemaId> {
    segments.next().and_then(|name| get(&name).copied())
}

fn numbered(segments: &mut impl Iterator<Item = String>, all: &[SchemaId]) -> Option<SchemaId> {
    all.get(segments.next()?.parse::<usize>().ok()?).copied()
}

fn beyond_false(api: &Api, schema: Option<SchemaId>) -> Option<SchemaId> {
    schema.filter(|id| api.schema(*id).boolean != Some(false))
}

/// A JSON pointer's segment (RFC 6901 §4).
fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Where a keyword stands: its own line where the document's text is known, else its schema's.
pub(super) fn origin(document: Option<&Document>, schema: &Schema, keyword: &str) -> Origin {
    let Some(document) = document else {
        return schema.origin.clone();
    };
    let others: &[&str] = match keyword {
        "type" => &["type", "nullable"],
        "propertyNames" => &["propertyNames", "x-propertyNames"],
        _ => &[keyword],
    };
    let found = others.iter().find_map(|name| {
        let pointer = format!("{}/{name}", schema.origin.pointer);
        let span = document.key_span_at(&pointer)?;
        // Only the root file's pointers lead anywhere here.
        let same = Arc::ptr_eq(&span.source, &schema.origin.span.source);
        same.then(|| Origin {
            pointer: Arc::from(pointer),
            span,
        })
    });
    found.unwrap_or_else(|| schema.origin.clone())
}
