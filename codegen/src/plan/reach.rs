//! Which schemas the generated crate has to know.

use crate::config::Config;
use counterpart_model::Api;
use counterpart_model::api::{Additional, MediaType, Operation, SchemaId, Shape};
use std::collections::BTreeSet;

/// Schemas that types are made of.
#[derive(Debug)]
pub(crate) struct Reach {
    /// All of them, in document order.
    pub(super) all: BTreeSet<SchemaId>,
    /// Those that components or events lead to, which cannot stand with an operation.
    pub(super) shared: BTreeSet<SchemaId>,
    /// All that the bundle needs: the same and every subschema.
    pub(super) judged: BTreeSet<SchemaId>,
}

impl Reach {
    pub(super) fn of(api: &Api, config: &Config) -> Self {
        let mut shared = Vec::new();
        if config.selects_all() {
            shared.extend(api.components.values());
            for operation in api.sent() {
                roots(operation, &mut shared);
            }
        }
        let mut all = Vec::new();
        for operation in &api.operations {
            if config.selects(operation) {
                roots(operation, &mut all);
            }
        }
        all.extend(&shared);
        let all = closure(api, all, typed_children);
        shared.extend(all.iter().filter(|id| api.schema(**id).is_component));
        let judged = closure(api, all.iter().copied().collect(), |api, id| {
            api.schema(id).children()
        });
        Self {
            shared: closure(api, shared, typed_children),
            all,
            judged,
        }
    }
}

pub(super) fn roots(operation: &Operation, out: &mut Vec<SchemaId>) {
    out.extend(
        operation
            .parameters
            .iter()
            .filter_map(counterpart_model::api::Parameter::schema),
    );
    if let Some(body) = &operation.body {
        out.extend(body.content.values().flat_map(MediaType::schemas));
    }
    for response in operation.responses.values() {
        out.extend(response.content.values().flat_map(MediaType::schemas));
        out.extend(response.headers.values().filter_map(|header| header.schema));
    }
}

/// The schemas whose types the type of a schema mentions.
pub(super) fn typed_children(api: &Api, id: SchemaId) -> Vec<SchemaId> {
    let schema = api.schema(id);
    match &schema.shape {
        Shape::Array { items } => items.iter().copied().collect(),
        Shape::Map { values } => values
            .iter()
            .copied()
            .chain(schema.object.property_names)
            .collect(),
        Shape::Object(object) => {
            let additional = match object.additional {
                Additional::Kept(values) => values,
                _ => None,
            };
            object
                .fields
                .iter()
                .map(|field| field.schema)
                .chain(additional)
                .collect()
        }
        Shape::Union(union) => union
            .variants
            .iter()
            .map(|variant| variant.schema)
            .collect(),
        Shape::Reference(target) => vec![*target],
        _ => Vec::new(),
    }
}

fn closure(
    api: &Api,
    roots: Vec<SchemaId>,
    children: impl Fn(&Api, SchemaId) -> Vec<SchemaId>,
) -> BTreeSet<SchemaId> {
    let mut seen = BTreeSet::new();
    let mut queue = roots;
    while let Some(id) = queue.pop() {
        if seen.insert(id) {
            queue.extend(children(api, id));
        }
    }
    seen
}
