//! One API in which `readOnly` and `writeOnly` are spelled out: what goes to the server and what comes from it.
//!
//! A property that is `required` and `readOnly` is required in responses only; one that is `required` and
//! `writeOnly` in requests only (OAS 3.0.3 §4.7.24.2, 3.1 §4.8.24 by way of JSON Schema Validation §9.4). A type is
//! made for one direction or for both; where the two would differ, and nowhere else, there have to be two.

use super::{
    Api, Body, MediaType, Operation, Parameter, ParameterContent, Schema, SchemaId, Shape,
};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Names that are required in one direction only, for a schema.
#[derive(Debug, Default)]
struct Relaxed {
    /// Not in requests: `readOnly`.
    requests: BTreeSet<String>,
    /// Not in responses: `writeOnly`.
    responses: BTreeSet<String>,
}

impl Api {
    /// The same API with two schemas where requests and responses mean different things by one: the schema itself
    /// becomes what responses hold, and `<Name>Request` is what requests hold. What is used in one direction only
    /// keeps its place and says what it says there. The API itself where no schema differs.
    #[must_use]
    pub fn split_by_direction(&self) -> Cow<'_, Self> {
        let relaxed = self.relaxed();
        let in_requests = self.leading_to(|id| !relaxed[id.index()].requests.is_empty());
        let in_responses = self.leading_to(|id| !relaxed[id.index()].responses.is_empty());
        let differs = |schema: &&Schema| {
            let at = schema.id.index();
            schema.role.in_request && in_requests[at] || schema.role.in_response && in_responses[at]
        };
        if !self.schemas.iter().any(|schema| differs(&schema)) {
            return Cow::Borrowed(self);
        }
        let mut api = self.clone();
        let mut names = Names::of(self);
        let mut copies: HashMap<SchemaId, SchemaId> = HashMap::new();
        for schema in self.schemas.iter().filter(differs) {
            if schema.role.in_request && schema.role.in_response {
                let id = SchemaId::from_index(api.schemas.len());
                copies.insert(schema.id, id);
                let mut copy = schema.clone();
                copy.id = id;
                copy.role.in_response = false;
                names.rename(&mut copy);
                if copy.is_component
                    && let Some(name) = copy.place.first()
                {
                    api.components.insert(name.clone(), id);
                }
                api.schemas.push(copy);
                api.recursive
                    .push(self.recursive.get(schema.id.index()) == Some(&true));
                api.schemas[schema.id.index()].role.in_request = false;
            }
        }
        let original: HashMap<SchemaId, SchemaId> =
            copies.iter().map(|(from, to)| (*to, *from)).collect();
        for schema in &mut api.schemas {
            let from = original.get(&schema.id).copied().unwrap_or(schema.id);
            let Relaxed {
                requests,
                responses,
            } = &relaxed[from.index()];
            if schema.role.in_request && !schema.role.in_response {
                redirect(schema, &copies);
                relax(schema, requests);
            } else if schema.role.in_response && !schema.role.in_request {
                relax(schema, responses);
            }
        }
        api.untie_tags();
        for operation in &mut api.operations {
            redirect_request(operation, &copies);
        }
        Cow::Owned(api)
    }

    /// For each schema, what is required of it in one direction only.
    fn relaxed(&self) -> Vec<Relaxed> {
        let mut out: Vec<Relaxed> = self.schemas.iter().map(|_| Relaxed::default()).collect();
        let flagged = |id: SchemaId| {
            let (own, target) = (self.schema(id), self.schema(self.resolve(id)));
            (
                own.read_only || target.read_only,
                own.write_only || target.write_only,
            )
        };
        if !self
            .schemas
            .iter()
            .any(|schema| schema.read_only || schema.write_only)
        {
            return out;
        }
        for schema in &self.schemas {
            let parts = self.parts(schema.id);
            let required: HashSet<&str> = parts
                .iter()
                .flat_map(|part| part.object.required.iter().map(String::as_str))
                .collect();
            if required.is_empty() {
                continue;
            }
            let properties = parts.iter().flat_map(|part| &part.object.properties);
            for (name, property) in properties.filter(|(name, _)| required.contains(name.as_str()))
            {
                let (read_only, write_only) = flagged(*property);
                // Members of `allOf` without a name stand nowhere else: they mean what the whole means.
                let whole = std::iter::once(schema.id);
                let members = parts.iter().filter(|part| !part.is_component);
                for id in whole.chain(members.map(|part| part.id)) {
                    let relaxed = &mut out[id.index()];
                    if read_only {
                        relaxed.requests.insert(name.clone());
                    }
                    if write_only {
                        relaxed.responses.insert(name.clone());
                    }
                }
            }
        }
        out
    }

    /// The schema, and what it applies in place: its reference and the members of `allOf`.
    fn parts(&self, id: SchemaId) -> Vec<&Schema> {
        /// As many as shapes are made of at most.
        const MOST: usize = 400;
        let (mut parts, mut seen, mut stack) = (Vec::new(), HashSet::new(), vec![id]);
        while let Some(id) = stack.pop().filter(|_| parts.len() < MOST) {
            if seen.insert(id) {
                let schema = self.schema(id);
                parts.push(schema);
                stack.extend(&schema.all_of);
                stack.extend(schema.reference);
            }
        }
        parts
    }

    /// Which schemas lead to one of a kind, themselves included.
    fn leading_to(&self, kind: impl Fn(SchemaId) -> bool) -> Vec<bool> {
        let mut parents: Vec<Vec<SchemaId>> = vec![Vec::new(); self.schemas.len()];
        for schema in &self.schemas {
            let mapped = schema
                .discriminator
                .iter()
                .flat_map(|of| of.mapping.values());
            for child in schema.children().iter().chain(mapped) {
                parents[child.index()].push(schema.id);
            }
        }
        let mut marked = vec![false; self.schemas.len()];
        let mut queue: Vec<SchemaId> = self.schema_ids().filter(|id| kind(*id)).collect();
        while let Some(id) = queue.pop() {
            if !std::mem::replace(&mut marked[id.index()], true) {
                queue.extend(&parents[id.index()]);
            }
        }
        marked
    }

    /// Variants that do not require the tag any more are not told apart by it.
    fn untie_tags(&mut self) {
        let mut untied = Vec::new();
        for schema in &self.schemas {
            let Shape::Union(union) = &schema.shape else {
                continue;
            };
            let Some(tag) = &union.tag else {
                continue;
            };
            let requires = |id: SchemaId| match &self.schema(self.resolve(id)).shape {
                Shape::Object(object) => object
                    .fields
                    .iter()
                    .all(|field| field.name != *tag || field.required),
                _ => true,
            };
            if !union
                .variants
                .iter()
                .all(|variant| requires(variant.schema))
            {
                untied.push(schema.id);
            }
        }
        for id in untied {
            if let Shape::Union(union) = &mut self.schemas[id.index()].shape {
                union.tag = None;
                for variant in &mut union.variants {
                    variant.tags.clear();
                }
            }
        }
    }
}

/// Takes names out of what is required.
fn relax(schema: &mut Schema, names: &BTreeSet<String>) {
    if names.is_empty() {
        return;
    }
    schema.object.required.retain(|name| !names.contains(name));
    if let Shape::Object(object) = &mut schema.shape {
        for field in &mut object.fields {
            field.required &= !names.contains(&field.name);
        }
    }
}

/// What the schemas of requests are called.
struct Names {
    /// The first word of a place → what it is in requests.
    known: HashMap<String, String>,
    taken: HashSet<String>,
}

impl Names {
    fn of(api: &Api) -> Self {
        Self {
            known: HashMap::new(),
            taken: api.components.keys().cloned().collect(),
        }
    }

    fn rename(&mut self, copy: &mut Schema) {
        let Some(first) = copy.place.first_mut() else {
            return;
        };
        if let Some(known) = self.known.get(first) {
            first.clone_from(known);
            return;
        }
        let plain = format!("{first}Request");
        let mut name = plain.clone();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{plain}{number}");
        }
        self.known
            .insert(std::mem::replace(first, name.clone()), name);
    }
}

type Copies = HashMap<SchemaId, SchemaId>;

fn to(id: &mut SchemaId, copies: &Copies) {
    if let Some(copy) = copies.get(id) {
        *id = *copy;
    }
}

/// Lets a schema of requests lead to schemas of requests.
fn redirect(schema: &mut Schema, copies: &Copies) {
    let (array, object) = (&mut schema.array, &mut schema.object);
    let lists = [
        &mut schema.all_of,
        &mut schema.any_of,
        &mut schema.one_of,
        &mut array.prefix_items,
    ];
    let maps = [
        &mut object.properties,
        &mut object.pattern_properties,
        &mut object.dependent_schemas,
    ];
    let single = [
        &mut schema.reference,
        &mut schema.not,
        &mut schema.condition,
        &mut schema.then,
        &mut schema.otherwise,
        &mut array.items,
        &mut array.contains,
        &mut array.unevaluated_items,
        &mut object.additional_properties,
        &mut object.property_names,
        &mut object.unevaluated_properties,
    ];
    lists.into_iter().flatten().for_each(|id| to(id, copies));
    maps.into_iter()
        .flat_map(|map| map.values_mut())
        .for_each(|id| to(id, copies));
    single.into_iter().flatten().for_each(|id| to(id, copies));
    if let Some(discriminator) = &mut schema.discriminator {
        discriminator
            .mapping
            .values_mut()
            .for_each(|id| to(id, copies));
    }
    redirect_shape(&mut schema.shape, copies);
}

fn redirect_shape(shape: &mut Shape, copies: &Copies) {
    match shape {
        Shape::Array { items } => items.iter_mut().for_each(|id| to(id, copies)),
        Shape::Tuple { items, rest } => {
            items.iter_mut().chain(rest).for_each(|id| to(id, copies));
        }
        Shape::Map { values } => values.iter_mut().for_each(|id| to(id, copies)),
        Shape::Object(object) => {
            for field in &mut object.fields {
                to(&mut field.schema, copies);
            }
            if let super::Additional::Kept(Some(values)) = &mut object.additional {
                to(values, copies);
            }
        }
        Shape::Union(union) => {
            for variant in &mut union.variants {
                to(&mut variant.schema, copies);
            }
        }
        Shape::Reference(target) => to(target, copies),
        Shape::Any(_)
        | Shape::Never
        | Shape::Null
        | Shape::Boolean
        | Shape::Integer(_)
        | Shape::Number { .. }
        | Shape::String(_)
        | Shape::Enum(_) => {}
    }
}

fn redirect_request(operation: &mut Operation, copies: &Copies) {
    for Parameter { content, .. } in &mut operation.parameters {
        match content {
            ParameterContent::Styled { schema, .. } => to(schema, copies),
            ParameterContent::Media { schema, .. } => {
                schema.iter_mut().for_each(|id| to(id, copies));
            }
        }
    }
    if let Some(Body { content, .. }) = &mut operation.body {
        for MediaType {
            schema,
            item_schema,
            ..
        } in content.values_mut()
        {
            schema
                .iter_mut()
                .chain(item_schema)
                .for_each(|id| to(id, copies));
        }
    }
}
