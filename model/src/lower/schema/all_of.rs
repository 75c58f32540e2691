//! Everything that applies to one instance at once: a schema, what it refers to, its `allOf` members.

use crate::api::{Schema, SchemaId};
use std::collections::HashSet;

/// The schema itself, then everything it applies in place through `$ref` and `allOf`, each once.
pub(super) fn parts(schemas: &[Schema], id: SchemaId) -> Vec<&Schema> {
    let mut parts = Vec::new();
    let mut seen = HashSet::new();
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        if parts.len() > PARTS {
            break;
        }
        let Some(schema) = schemas.get(id.index()).filter(|_| seen.insert(id)) else {
            continue;
        };
        parts.push(schema);
        // Popped in document order: the members of `allOf` come where they stand.
        stack.extend(schema.all_of.iter().rev());
        stack.extend(schema.reference);
    }
    parts
}

/// How many parts are put together at most: a chain of `allOf` as long as the document would take time
/// by its square.
pub(super) const PARTS: usize = 400;

/// How long a chain of bare references is followed, for the same reason.
const CHAIN: usize = 400;

/// The schema a chain of bare references leads to.
pub(super) fn resolve(schemas: &[Schema], id: SchemaId) -> SchemaId {
    let mut at = id;
    for _ in 0..CHAIN {
        match schemas.get(at.index()).and_then(Schema::bare_reference) {
            Some(next) if next != id => at = next,
            _ => break,
        }
    }
    at
}
