//! Walking through an instance with the schemas that apply at each place.

use counterpart_model::api::{Api, SchemaId};
use serde_json::Value;

/// More schemas than these at one place are not looked at.
const MANY: usize = 200;

/// A place in an instance.
pub(crate) struct Visit<'a> {
    /// As a JSON Pointer (RFC 6901), with `*` for every item of an array.
    pub(crate) pointer: &'a str,
    /// What stands there.
    pub(crate) value: &'a Value,
    /// The schemas that apply there, by whatever keyword leads to them; of alternatives all, taken or not.
    pub(crate) schemas: &'a [SchemaId],
    /// Whether no schema says anything of this member of an object whose members are said.
    pub(crate) unsaid: bool,
}

/// Visits every place of an instance, from the outside in.
pub(crate) fn walk(api: &Api, root: SchemaId, value: &Value, visit: &mut dyn FnMut(&Visit<'_>)) {
    let schemas = applicable(api, &[root]);
    at(api, &schemas, value, "", visit);
}

fn at(
    api: &Api,
    schemas: &[SchemaId],
    value: &Value,
    pointer: &str,
    visit: &mut dyn FnMut(&Visit<'_>),
) {
    visit(&Visit {
        pointer,
        value,
        schemas,
        unsaid: false,
    });
    let known = || schemas.iter().map(|id| api.schema(*id));
    match value {
        Value::Array(items) => {
            let pointer = format!("{pointer}/*");
            for (index, item) in items.iter().enumerate() {
                let here: Vec<SchemaId> = known()
                    .filter_map(|schema| {
                        let own = schema.array.prefix_items.get(index).copied();
                        own.or(schema.array.items)
                    })
                    .collect();
                if !here.is_empty() {
                    at(api, &applicable(api, &here), item, &pointer, visit);
                }
            }
        }
        Value::Object(members) => {
            let says = known().any(|schema| !schema.object.properties.is_empty());
            let open = known().any(|schema| {
                let of = &schema.object;
                of.additional_properties.is_some()
                    || of.unevaluated_properties.is_some()
                    || !of.pattern_properties.is_empty()
            });
            for (name, member) in members {
                let own: Vec<SchemaId> = known()
                    .filter_map(|schema| schema.object.properties.get(name).copied())
                    .collect();
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                if !own.is_empty() {
                    at(api, &applicable(api, &own), member, &pointer, visit);
                } else if says && !open {
                    visit(&Visit {
                        pointer: &pointer,
                        value: member,
                        schemas: &[],
                        unsaid: true,
                    });
                }
            }
        }
        _ => {}
    }
}

/// The schemas that apply to the same instance, directly or by way of others.
fn applicable(api: &Api, roots: &[SchemaId]) -> Vec<SchemaId> {
    let mut all: Vec<SchemaId> = Vec::new();
    let mut open: Vec<SchemaId> = roots.to_vec();
    while let Some(id) = open.pop() {
        if all.contains(&id) || all.len() > MANY {
            continue;
        }
        all.push(id);
        let schema = api.schema(id);
        open.extend(schema.reference);
        open.extend(&schema.all_of);
        open.extend(&schema.any_of);
        open.extend(&schema.one_of);
        open.extend(schema.then);
        open.extend(schema.otherwise);
        open.extend(schema.object.dependent_schemas.values());
        open.extend(
            schema
                .discriminator
                .iter()
                .flat_map(|of| of.mapping.values()),
        );
    }
    all
}
