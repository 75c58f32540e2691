//! Schemas without a name that say the same: one type serves them, within a component or an operation.
//!
//! Documents that were themselves generated write the same object out wherever it is used, a user in every place of a
//! pull request. Only descriptions and examples may differ. Beyond that nothing is shared, so that a type keeps its
//! name when the document grows elsewhere.

use counterpart_model::Api;
use counterpart_model::api::{Schema, SchemaId};
use std::collections::HashMap;

/// What a schema says, by number: equal numbers, equal meaning.
#[derive(Debug)]
pub(super) struct Meanings<'a> {
    api: &'a Api,
    known: HashMap<SchemaId, usize>,
    numbers: HashMap<String, usize>,
}

impl<'a> Meanings<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self {
            api,
            known: HashMap::new(),
            numbers: HashMap::new(),
        }
    }

    /// The number of what a schema says.
    pub(super) fn of(&mut self, id: SchemaId) -> usize {
        if let Some(number) = self.known.get(&id) {
            return *number;
        }
        let schema = self.api.schema(id);
        // What has a name is itself and nothing else, and so is what leads back to itself.
        let text = if schema.is_component || self.api.is_recursive(id) {
            format!("= {}", id.index())
        } else {
            let children: Vec<usize> = schema
                .children()
                .into_iter()
                .map(|child| self.of(child))
                .collect();
            let targets: Vec<usize> = schema
                .discriminator
                .iter()
                .flat_map(|discriminator| discriminator.mapping.values())
                .map(|target| target.index())
                .collect();
            format!("{} {children:?} {targets:?}", own_words(schema))
        };
        let next = self.numbers.len();
        let number = *self.numbers.entry(text).or_insert(next);
        self.known.insert(id, number);
        number
    }
}

/// Everything a schema says itself, and where its subschemas stand in it.
fn own_words(schema: &Schema) -> String {
    let (array, object) = (&schema.array, &schema.object);
    let plain = format!(
        "{:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {} {:?}",
        schema.boolean,
        schema.types,
        schema.nullable,
        schema.residue,
        schema.role,
        schema.title,
        schema.default,
        schema.enumeration,
        schema.constant,
        schema.string,
        schema.read_only,
        schema.write_only,
        schema.extensions.get("x-secret"),
    );
    let lists = format!(
        "{:?} {} {} {} {} {:?} {:?} {:?} {:?} {}",
        schema.number,
        array.prefix_items.len(),
        array.items.is_some(),
        array.contains.is_some(),
        array.unevaluated_items.is_some(),
        array.min_contains,
        array.max_contains,
        array.min_items,
        array.max_items,
        array.unique_items,
    );
    let members = format!(
        "{:?} {:?} {} {:?} {} {:?} {:?} {:?} {:?} {}",
        object.properties.keys().collect::<Vec<_>>(),
        object.required,
        object.additional_properties.is_some(),
        object.pattern_properties.keys().collect::<Vec<_>>(),
        object.property_names.is_some(),
        object.min_properties,
        object.max_properties,
        object.dependent_required,
        object.dependent_schemas.keys().collect::<Vec<_>>(),
        object.unevaluated_properties.is_some(),
    );
    let applied = format!(
        "{} {} {} {} {} {} {} {} {:?}",
        schema.reference.is_some(),
        schema.all_of.len(),
        schema.any_of.len(),
        schema.one_of.len(),
        schema.not.is_some(),
        schema.condition.is_some(),
        schema.then.is_some(),
        schema.otherwise.is_some(),
        schema
            .discriminator
            .as_ref()
            .map(|of| (&of.property, of.mapping.keys().collect::<Vec<_>>())),
    );
    format!("{plain}|{lists}|{members}|{applied}")
}
