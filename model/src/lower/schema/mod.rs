//! Schemas: keywords as written become keywords of JSON Schema 2020-12, and those become shapes.

mod all_of;
mod dialect;
mod discriminator;
mod keywords;
mod limits;
mod literal;
mod object;
mod one_of;
mod residue;
mod scalar;
mod shape;
mod types;

use super::{Added, Context};
use crate::{
    Document, Options, Origin,
    api::{
        AnyReason, ArrayKeywords, NumberKeywords, ObjectKeywords, Schema, SchemaId, SchemaRole,
        Shape, StringKeywords, TypeSet,
    },
    document::sites::Site,
    read::NodeRef,
};
use indexmap::IndexMap;

pub(super) use shape::shapes;

/// What a schema of the model stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A schema of the text.
    Text {
        /// Its index among the sites.
        site: usize,
    },
    /// What a nullable composition says beside `null`: see [`wants_null_beside`].
    Beside {
        /// The site of the composition.
        site: usize,
    },
    /// The `null` beside it.
    Null {
        /// The site of the composition.
        site: usize,
    },
}

/// Numbers the schemas of the text, and those that upgrading them needs.
pub(super) fn number(sites: &[Site], document: &Document) -> Vec<Slot> {
    let mut slots: Vec<Slot> = (0..sites.len()).map(|site| Slot::Text { site }).collect();
    for (site, place) in sites.iter().enumerate() {
        if wants_null_beside(document.tree.at(place.node)) {
            slots.push(Slot::Beside { site });
            slots.push(Slot::Null { site });
        }
    }
    slots
}

/// Whether `nullable: true` stands on a composition without `type`. By the letter of OAS 3.0.3 it then
/// says nothing; everybody who writes it means "this, or null", and so it is read.
fn wants_null_beside(node: NodeRef<'_>) -> bool {
    node.get("nullable").and_then(NodeRef::as_bool) == Some(true)
        && !node.has("type")
        && !node.has("$ref")
        && ["allOf", "anyOf", "oneOf"].iter().any(|key| node.has(key))
}

/// Every schema of the document, in the order of the slots.
pub(super) fn read_all(
    context: &Context<'_>,
    options: &Options,
    sites: &[Site],
    slots: &[Slot],
) -> Vec<Schema> {
    let mut beside: IndexMap<usize, (SchemaId, SchemaId)> = IndexMap::new();
    for (index, slot) in slots.iter().enumerate() {
        if let Slot::Beside { site } = slot {
            let ids = (SchemaId::from_index(index), SchemaId::from_index(index + 1));
            beside.insert(*site, ids);
        }
    }
    let mut schemas: Vec<Schema> = slots
        .iter()
        .enumerate()
        .map(|(index, slot)| {
            let id = SchemaId::from_index(index);
            let (Slot::Text { site } | Slot::Beside { site } | Slot::Null { site }) = slot;
            let Some(place) = sites.get(*site) else {
                return any(id, None);
            };
            let node = context.document.tree.at(place.node);
            let mut schema = Schema {
                place: place.place.clone(),
                ..any(id, Some(node.origin()))
            };
            match slot {
                Slot::Null { .. } => {
                    schema.place.push("null".to_owned());
                    schema.types = TypeSet::NULL;
                }
                Slot::Beside { .. } => {
                    keywords::read(context, options, node, place, &mut schema);
                    schema.place.push("value".to_owned());
                }
                Slot::Text { .. } => {
                    schema.is_component = place.is_component;
                    match beside.get(site) {
                        None => keywords::read(context, options, node, place, &mut schema),
                        Some((value, null)) => {
                            keywords::annotations(context, node, &mut schema);
                            schema.any_of = vec![*value, *null];
                        }
                    }
                }
            }
            schema
        })
        .collect();
    let states_type = |id: SchemaId| match slots.get(id.index()) {
        Some(Slot::Text { site }) => sites
            .get(*site)
            .is_some_and(|place| context.document.tree.at(place.node).has("type")),
        _ => true,
    };
    let nullable: Vec<SchemaId> = schemas
        .iter()
        .filter(|schema| schema.types != TypeSet::ALL && schema.types.contains(TypeSet::NULL))
        .flat_map(|schema| [&schema.all_of, &schema.any_of, &schema.one_of])
        .flatten()
        .copied()
        .filter(|branch| !states_type(*branch))
        .collect();
    // A branch of something nullable whose type was assumed says nothing of `null`: `required` is about objects.
    for branch in nullable {
        if let Some(schema) = schemas.get_mut(branch.index())
            && schema.types != TypeSet::ALL
        {
            schema.types = schema.types.union(TypeSet::NULL);
        }
    }
    schemas
}

/// A schema that no text stands for: anything is valid.
pub(super) fn added(id: SchemaId, added: Added) -> Schema {
    let reason = if added.broken {
        AnyReason::Broken
    } else {
        AnyReason::Unconstrained
    };
    let mut schema = Schema {
        place: added.place,
        shape: Shape::Any(reason),
        ..any(id, Some(added.origin))
    };
    // A parameter without schema is text.
    if !added.broken {
        schema.types = TypeSet::STRING;
    }
    schema
}

/// A schema without keywords.
fn any(id: SchemaId, origin: Option<Origin>) -> Schema {
    Schema {
        id,
        origin: origin.unwrap_or_else(Origin::nowhere),
        place: Vec::new(),
        is_component: false,
        shape: Shape::Any(AnyReason::Unconstrained),
        nullable: false,
        residue: Vec::new(),
        role: SchemaRole::default(),
        boolean: None,
        reference: None,
        title: None,
        description: None,
        default: None,
        examples: Vec::new(),
        deprecated: false,
        read_only: false,
        write_only: false,
        types: TypeSet::ALL,
        enumeration: None,
        constant: None,
        string: StringKeywords::default(),
        number: NumberKeywords::default(),
        array: ArrayKeywords::default(),
        object: ObjectKeywords::default(),
        all_of: Vec::new(),
        any_of: Vec::new(),
        one_of: Vec::new(),
        not: None,
        condition: None,
        then: None,
        otherwise: None,
        discriminator: None,
        extensions: IndexMap::new(),
    }
}
