//! What applies at one place of an instance: keywords of several schemas, read as one.

use counterpart_model::{
    Api, Direction,
    api::{Number, SchemaId, TypeSet},
};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// The schemas that an instance is held to at one place, all at once.
pub(super) type Place = Vec<SchemaId>;

/// Ways to satisfy unions that are followed at one place.
const ALTERNATIVES: usize = 96;
/// References, `allOf` members and branches followed at one place.
const HOPS: usize = 16;

/// One way to satisfy a place: a branch of each union is chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative {
    /// The schemas whose own keywords apply.
    pub(super) parts: IndexSet<SchemaId>,
    /// Values that properties must have for discriminators to select these branches.
    pub(super) tags: IndexMap<String, String>,
    /// The unions and the branches chosen of them.
    pub(super) branches: Vec<(SchemaId, &'static str, usize)>,
}

impl Alternative {
    /// The member that was taken of the innermost union.
    pub(super) fn member(&self, api: &Api) -> Option<SchemaId> {
        let (holder, keyword, index) = *self.branches.last()?;
        let schema = api.schema(holder);
        let members = match keyword {
            "oneOf" => &schema.one_of,
            _ => &schema.any_of,
        };
        members.get(index).copied()
    }
}

/// Every way to satisfy a place; one, with all schemas, where there are no unions.
pub(super) fn alternatives(api: &Api, place: &[SchemaId]) -> Vec<Alternative> {
    let mut all = vec![Alternative::default()];
    for id in place {
        all = both(&all, &expand(api, *id, HOPS));
    }
    all
}

fn expand(api: &Api, id: SchemaId, hops: usize) -> Vec<Alternative> {
    let schema = api.schema(id);
    let own = Alternative {
        parts: IndexSet::from([id]),
        ..Alternative::default()
    };
    let mut all = vec![own];
    let Some(hops) = hops.checked_sub(1) else {
        return all;
    };
    for other in schema.reference.iter().chain(&schema.all_of) {
        all = both(&all, &expand(api, *other, hops));
    }
    for (keyword, branches) in [("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
        if branches.is_empty() {
            continue;
        }
        let mut sum = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let mapping = schema.discriminator.as_ref();
            let tag = mapping.and_then(|it| {
                let (tag, _) = it
                    .mapping
                    .iter()
                    .find(|(_, target)| *target == branch || **target == api.resolve(*branch))?;
                Some((it.property.clone(), tag.clone()))
            });
            for mut way in expand(api, *branch, hops) {
                way.branches.insert(0, (id, keyword, index));
                way.tags.extend(tag.clone());
                sum.push(way);
            }
            if sum.len() >= ALTERNATIVES {
                break;
            }
        }
        all = both(&all, &sum);
    }
    if let Some(condition) = schema.condition {
        all = both(
            &all,
            &conditional(api, (condition, schema.then, schema.otherwise), hops),
        );
    }
    all
}

/// The two ways through `if` (JSON Schema Core §10.2.2): what `else` says, where it does not hold, which is left to chance;
/// and `if` itself together with `then`.
fn conditional(
    api: &Api,
    (condition, then, otherwise): (SchemaId, Option<SchemaId>, Option<SchemaId>),
    hops: usize,
) -> Vec<Alternative> {
    let allows = |id: &Option<SchemaId>| id.is_none_or(|id| api.schema(id).boolean != Some(false));
    let of = |id: Option<SchemaId>| match id {
        Some(id) => expand(api, id, hops),
        None => vec![Alternative::default()],
    };
    let mut ways = Vec::new();
    if allows(&otherwise) {
        ways.extend(of(otherwise));
    }
    if then.is_some() && allows(&then) {
        ways.extend(both(&expand(api, condition, hops), &of(then)));
    }
    if ways.is_empty() {
        ways.push(Alternative::default());
    }
    ways
}

/// Each of the left with each of the right; where that would be many, each at least once.
fn both(left: &[Alternative], right: &[Alternative]) -> Vec<Alternative> {
    let join = |one: &Alternative, other: &Alternative| {
        let mut way = one.clone();
        way.parts.extend(&other.parts);
        way.tags.extend(other.tags.clone());
        way.branches.extend(&other.branches);
        way
    };
    if left.len() * right.len() <= 16 {
        return left
            .iter()
            .flat_map(|one| right.iter().map(move |other| join(one, other)))
            .collect();
    }
    let many = left.len().max(right.len()).min(ALTERNATIVES);
    left.iter()
        .cycle()
        .zip(right.iter().cycle())
        .take(many)
        .map(|(one, other)| join(one, other))
        .collect()
}

/// A limit, and the schema that sets it.
pub(super) type Limit<T> = Option<(T, SchemaId)>;

/// A bound of a number.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) number: Number,
    pub(super) keyword: &'static str,
    pub(super) schema: SchemaId,
}

/// The keywords of all parts, merged.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) never: bool,
    pub(super) types: TypeSet,
    /// The schemas that name types.
    pub(super) typed: Vec<SchemaId>,
    /// What every list of values has.
    pub(super) values: Option<Vec<Value>>,
    /// The lists: each `enum` and `const`.
    pub(super) lists: Vec<(Vec<Value>, &'static str, SchemaId)>,
    pub(super) examples: Vec<Value>,
    pub(super) min_length: Limit<u64>,
    pub(super) max_length: Limit<u64>,
    pub(super) patterns: Vec<(String, SchemaId)>,
    pub(super) format: Limit<String>,
    pub(super) bounds: Vec<Bound>,
    pub(super) multiples: Vec<(Number, SchemaId)>,
    pub(super) prefix: Vec<Place>,
    pub(super) items: Place,
    /// How many items there may be where the schema for all that follow is `false`, and the keyword that says so.
    pub(super) closed: Option<(usize, SchemaId, &'static str)>,
    pub(super) contains: Limit<u64>,
    pub(super) min_items: Limit<u64>,
    pub(super) max_items: Limit<u64>,
    pub(super) unique: Option<SchemaId>,
    pub(super) properties: IndexMap<String, Place>,
    /// Properties that do not go this way: `readOnly` in a request, `writeOnly` in a response.
    pub(super) hidden: IndexMap<String, SchemaId>,
    pub(super) required: IndexMap<String, SchemaId>,
    pub(super) additional: Place,
    /// Whether a schema allows other properties in so many words.
    pub(super) open: Option<SchemaId>,
    pub(super) refused: Option<(SchemaId, &'static str)>,
    pub(super) by_pattern: Vec<(String, SchemaId, SchemaId)>,
    pub(super) names: Place,
    pub(super) named: Option<SchemaId>,
    pub(super) min_properties: Limit<u64>,
    pub(super) max_properties: Limit<u64>,
    pub(super) dependent: Vec<(String, Vec<String>, SchemaId)>,
    pub(super) tags: IndexMap<String, String>,
}

impl View {
    /// How many items there may be at most.
    pub(super) fn most_items(&self) -> usize {
        let most = super::text::bound(self.max_items.map(|it| it.0)).unwrap_or(usize::MAX);
        self.closed.map_or(most, |(length, ..)| most.min(length))
    }

    pub(super) fn of(api: &Api, way: &Alternative, direction: Direction) -> Self {
        let mut view = Self::any(way.tags.clone());
        for id in &way.parts {
            view.add_plain(api, *id);
            view.add_containers(api, *id, direction);
        }
        // Items that another part of an `allOf` speaks of are evaluated.
        if let Some((length, _, "unevaluatedItems")) = &mut view.closed {
            *length = (*length).max(view.prefix.len());
            if !view.items.is_empty() {
                view.closed = None;
            }
        }
        let hidden = std::mem::take(&mut view.hidden);
        for name in hidden.keys() {
            view.properties.shift_remove(name);
            view.required.shift_remove(name);
        }
        view.hidden = hidden;
        view
    }

    fn any(tags: IndexMap<String, String>) -> Self {
        Self {
            never: false,
            types: TypeSet::ALL,
            typed: Vec::new(),
            values: None,
            lists: Vec::new(),
            examples: Vec::new(),
            min_length: None,
            max_length: None,
            patterns: Vec::new(),
            format: None,
            bounds: Vec::new(),
            multiples: Vec::new(),
            prefix: Vec::new(),
            items: Place::new(),
            closed: None,
            contains: None,
            min_items: None,
            max_items: None,
            unique: None,
            properties: IndexMap::new(),
            hidden: IndexMap::new(),
            required: IndexMap::new(),
            additional: Place::new(),
            open: None,
            refused: None,
            by_pattern: Vec::new(),
            names: Place::new(),
            named: None,
            min_properties: None,
            max_properties: None,
            dependent: Vec::new(),
            tags,
        }
    }

    fn add_plain(&mut self, api: &Api, id: SchemaId) {
        let schema = api.schema(id);
        self.never |= schema.boolean == Some(false);
        if schema.types != TypeSet::ALL {
            self.types = self.types.intersection(schema.types);
            self.typed.push(id);
        }
        self.examples.extend(
            schema
                .examples
                .iter()
                .map(counterpart_model::api::Value::to_serde),
        );
        let listed = schema.enumeration.as_ref().map(|all| {
            (
                all.iter()
                    .map(counterpart_model::api::Value::to_serde)
                    .collect(),
                "enum",
            )
        });
        let constant = schema
            .constant
            .as_ref()
            .map(|value| (vec![value.to_serde()], "const"));
        for (values, keyword) in [listed, constant].into_iter().flatten() {
            let values: Vec<Value> = values;
            let common = self.values.take().unwrap_or_else(|| values.clone());
            self.values = Some(
                common
                    .into_iter()
                    .filter(|it| values.contains(it))
                    .collect(),
            );
            self.lists.push((values, keyword, id));
        }
        let string = &schema.string;
        at_least(&mut self.min_length, string.min_length, id);
        at_most(&mut self.max_length, string.max_length, id);
        self.patterns
            .extend(string.pattern.clone().map(|pattern| (pattern, id)));
        if let Some(format) = &string.format {
            self.format = Some((format.clone(), id));
        }
        let number = &schema.number;
        for (keyword, bound) in [
            ("minimum", &number.minimum),
            ("maximum", &number.maximum),
            ("exclusiveMinimum", &number.exclusive_minimum),
            ("exclusiveMaximum", &number.exclusive_maximum),
        ] {
            self.bounds.extend(bound.clone().map(|number| Bound {
                number,
                keyword,
                schema: id,
            }));
        }
        self.multiples
            .extend(number.multiple_of.clone().map(|number| (number, id)));
    }

    fn add_containers(&mut self, api: &Api, id: SchemaId, direction: Direction) {
        let schema = api.schema(id);
        let array = &schema.array;
        for (index, item) in array.prefix_items.iter().enumerate() {
            match self.prefix.get_mut(index) {
                Some(place) => place.push(*item),
                None => self.prefix.push(vec![*item]),
            }
        }
        let refused =
            |it: Option<SchemaId>| it.is_some_and(|it| api.schema(it).boolean == Some(false));
        let length = array.prefix_items.len();
        if refused(array.items) {
            if self.closed.is_none_or(|(known, ..)| length < known) {
                self.closed = Some((length, id, "items"));
            }
        } else {
            self.items.extend(array.items);
            // What nothing else speaks of.
            if refused(array.unevaluated_items) && array.items.is_none() && self.closed.is_none() {
                self.closed = Some((length, id, "unevaluatedItems"));
            }
        }
        if let Some(contains) = array.contains {
            self.contains = Some((array.min_contains.unwrap_or(1), contains));
        }
        at_least(&mut self.min_items, array.min_items, id);
        at_most(&mut self.max_items, array.max_items, id);
        if array.unique_items {
            self.unique = Some(id);
        }
        let object = &schema.object;
        for (name, property) in &object.properties {
            let (place, target) = (api.schema(*property), api.schema(api.resolve(*property)));
            let hidden = match direction {
                Direction::Request => place.read_only || target.read_only,
                Direction::Response => place.write_only || target.write_only,
                Direction::Neutral => false,
            };
            if hidden {
                self.hidden.insert(name.clone(), *property);
            }
            self.properties
                .entry(name.clone())
                .or_default()
                .push(*property);
        }
        for name in &object.required {
            self.required.entry(name.clone()).or_insert(id);
        }
        for (keyword, other) in [
            ("additionalProperties", object.additional_properties),
            ("unevaluatedProperties", object.unevaluated_properties),
        ] {
            let Some(other) = other else { continue };
            if api.schema(other).boolean == Some(false) {
                self.refused = Some((id, keyword));
            } else {
                self.additional.push(other);
                self.open = Some(id);
            }
        }
        self.by_pattern.extend(
            object
                .pattern_properties
                .iter()
                .map(|(pattern, it)| (pattern.clone(), *it, id)),
        );
        if let Some(names) = object.property_names {
            self.names.push(names);
            self.named = Some(id);
        }
        at_least(&mut self.min_properties, object.min_properties, id);
        at_most(&mut self.max_properties, object.max_properties, id);
        self.dependent.extend(
            object
                .dependent_required
                .iter()
                .map(|(name, needs)| (name.clone(), needs.clone(), id)),
        );
    }

    /// What a property is held to; by its name's pattern where it is not listed.
    pub(super) fn property(&self, name: &str) -> Place {
        match self.properties.get(name) {
            Some(place) => place.clone(),
            None => self.additional.clone(),
        }
    }
}

fn at_least(limit: &mut Limit<u64>, value: Option<u64>, id: SchemaId) {
    if let Some(value) = value.filter(|value| limit.is_none_or(|(known, _)| *value > known)) {
        *limit = Some((value, id));
    }
}

fn at_most(limit: &mut Limit<u64>, value: Option<u64>, id: SchemaId) {
    if let Some(value) = value.filter(|value| limit.is_none_or(|(known, _)| *value < known)) {
        *limit = Some((value, id));
    }
}
