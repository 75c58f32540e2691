//! Looking into schemas by what their instances look like.

use super::{asked::escape, snake};
use counterpart_model::api::{Api, EnumShape, SchemaId, Shape};

/// The schema that says what instances look like, past references of every kind.
pub(super) fn shape_of(api: &Api, id: SchemaId) -> &Shape {
    let mut at = id;
    for _ in 0..16 {
        match &api.schema(api.resolve(at)).shape {
            Shape::Reference(target) => at = *target,
            other => return other,
        }
    }
    &api.schema(api.resolve(at)).shape
}

/// The properties of objects of a schema; those that every variant has, where there are variants.
pub(crate) fn properties(api: &Api, id: SchemaId) -> Vec<(String, SchemaId)> {
    match shape_of(api, id) {
        Shape::Object(object) => {
            let fields = object.fields.iter();
            fields
                .map(|field| (field.name.clone(), field.schema))
                .collect()
        }
        Shape::Union(union) => {
            let mut lists = union.variants.iter().map(|it| properties(api, it.schema));
            let first = lists.next().unwrap_or_default();
            let rest: Vec<_> = lists.collect();
            let everywhere = |name: &String| {
                rest.iter()
                    .all(|list| list.iter().any(|(known, _)| known == name))
            };
            first
                .into_iter()
                .filter(|(name, _)| everywhere(name))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The properties of objects of a schema; where there are variants, those that any of them has.
pub(crate) fn properties_of_any(api: &Api, id: SchemaId) -> Vec<(String, SchemaId)> {
    let Shape::Union(union) = shape_of(api, id) else {
        return properties(api, id);
    };
    let mut found: Vec<(String, SchemaId)> = Vec::new();
    for variant in &union.variants {
        for (name, id) in properties(api, variant.schema) {
            if found.iter().all(|(known, _)| *known != name) {
                found.push((name, id));
            }
        }
    }
    found
}

/// The schemas of the variants of a union; none where it is no union.
pub(crate) fn variants(api: &Api, id: SchemaId) -> Vec<SchemaId> {
    match shape_of(api, id) {
        Shape::Union(union) => union.variants.iter().map(|it| it.schema).collect(),
        _ => Vec::new(),
    }
}

/// Properties in which some formats keep what an item is about: JSON:API, GeoJSON, Airtable's records.
const HOLDING: [&str; 3] = ["attributes", "properties", "fields"];

/// What an item of a list tells: its properties, and those of what it keeps them in.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The name of the property.
    pub(crate) name: String,
    /// Where it stands in the item.
    pub(crate) pointer: String,
    pub(crate) schema: SchemaId,
}

/// The members of an item: its own properties first.
pub(crate) fn members(api: &Api, item: SchemaId) -> Vec<Member> {
    let own = properties(api, item);
    let of = |within: &str, (name, schema): (String, SchemaId)| Member {
        pointer: format!("{within}/{}", escape(&name)),
        name,
        schema,
    };
    let holders = own
        .iter()
        .filter(|(name, _)| HOLDING.contains(&name.as_str()));
    let inner: Vec<Member> = holders
        .flat_map(|(holder, id)| {
            let inner = properties(api, *id).into_iter();
            inner.map(move |member| of(&format!("/{holder}"), member))
        })
        .collect();
    let own = own.into_iter().map(|member| of("", member));
    own.chain(inner).collect()
}

/// The property of that name, in whatever spelling.
pub(crate) fn property(api: &Api, id: SchemaId, name: &str) -> Option<(String, SchemaId)> {
    let name = snake(name);
    properties(api, id)
        .into_iter()
        .find(|(known, _)| snake(known) == name)
}

/// States of what is on its way, by the names that they have.
const UNDER_WAY: [&str; 9] = [
    "queued",
    "pending",
    "running",
    "processing",
    "accepted",
    "in_progress",
    "started",
    "scheduled",
    "waiting",
];

/// Whether a state is called as one of something that is on its way.
pub(crate) fn is_under_way(state: &str) -> bool {
    UNDER_WAY.contains(&state.to_lowercase().as_str())
}

/// The enum of strings a schema is, if it is one that tells in what state something is.
pub(crate) fn is_status<'a>(api: &'a Api, name: &str, id: SchemaId) -> Option<&'a EnumShape> {
    let name = snake(name);
    let named = ["status", "state", "stage", "phase"]
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")));
    match shape_of(api, id) {
        Shape::Enum(of) if named && of.strings().is_some() => Some(of),
        _ => None,
    }
}
