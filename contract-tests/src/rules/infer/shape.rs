//! Looking into schemas by what their instances look like.

use super::{asked::escape, snake};
use counterpart_model::api::{Api, EnumShape, SchemaId, Shape};

/// The schema that says what instances look like, past references of every kind.
pub(super) fn shape_of(api: &Api, id: SchemaId) -> &Shape {
    &api.schema(target_of(api, id)).shape
}

/// The schema that a reference of whatever kind leads to.
fn target_of(api: &Api, id: SchemaId) -> SchemaId {
    let mut at = api.resolve(id);
    for _ in 0..16 {
        match &api.schema(at).shape {
            Shape::Reference(target) => at = api.resolve(*target),
            _ => break,
        }
    }
    at
}

/// The properties of objects of a schema; those that every variant has as well, where there are variants.
pub(crate) fn properties(api: &Api, id: SchemaId) -> Vec<(String, SchemaId)> {
    within(api, id, DEEPEST, &mut { LOOKS })
}

/// Variants may be made of what they are variants of, over and over.
const DEEPEST: usize = 4;
/// Variants of variants of variants: more than these are not looked at.
const LOOKS: usize = 2_000;

fn within(api: &Api, id: SchemaId, depth: usize, looks: &mut usize) -> Vec<(String, SchemaId)> {
    let mut found = own(api, id);
    let (Some(depth), Some(left)) = (depth.checked_sub(1), looks.checked_sub(1)) else {
        return found;
    };
    *looks = left;
    let all = variants(api, id).into_iter();
    let mut lists = all.map(|it| within(api, it, depth, looks));
    let first = lists.next().unwrap_or_default();
    let rest: Vec<_> = lists.collect();
    for (name, id) in first {
        let has = |list: &Vec<(String, SchemaId)>| list.iter().any(|(known, _)| *known == name);
        if rest.iter().all(has) && !has(&found) {
            found.push((name, id));
        }
    }
    found
}

/// The properties that a schema lists itself, whatever its variants.
fn own(api: &Api, id: SchemaId) -> Vec<(String, SchemaId)> {
    let Shape::Object(object) = shape_of(api, id) else {
        return Vec::new();
    };
    let fields = object.fields.iter();
    let fields = fields.map(|field| (field.name.clone(), field.schema));
    fields.collect()
}

/// The properties of objects of a schema; where there are variants, those that any of them has.
pub(crate) fn properties_of_any(api: &Api, id: SchemaId) -> Vec<(String, SchemaId)> {
    let mut found = own(api, id);
    for variant in variants(api, id) {
        for (name, id) in properties(api, variant) {
            if found.iter().all(|(known, _)| *known != name) {
                found.push((name, id));
            }
        }
    }
    found
}

/// The schemas of the variants of a union, or of an object that has the properties of one of several schemas beside its
/// own; none elsewhere.
pub(crate) fn variants(api: &Api, id: SchemaId) -> Vec<SchemaId> {
    match shape_of(api, id) {
        Shape::Union(union) => union.variants.iter().map(|it| it.schema).collect(),
        Shape::Object(_) => {
            let schema = api.schema(target_of(api, id));
            let all = [&schema.one_of, &schema.any_of]
                .into_iter()
                .find(|it| !it.is_empty());
            let all = all.into_iter().flatten().copied();
            // *One of these has to be there* is no variant.
            all.filter(
                |it| matches!(shape_of(api, *it), Shape::Object(of) if !of.fields.is_empty()),
            )
            .collect()
        }
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
