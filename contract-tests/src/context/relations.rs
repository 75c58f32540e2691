//! Identifiers by name: `flow_id` in a body is one of those that `/flows/{id}` is asked by.
//!
//! Most documents give their identifiers no schema of their own. What a property is called says as much: a noun that a
//! collection is named for, and the word that tells its items apart.

use super::{Context, Resource};
use crate::{
    paths,
    rules::infer::{properties, snake},
};
use counterpart_model::api::{Api, Method, Operation, ParameterLocation, SchemaId};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

/// At most this many values are kept of one collection.
const MOST: usize = 20;
/// More collections than these are not looked into.
const COLLECTIONS: usize = 60;
/// What is needed to make what is needed is looked for so many times.
const ROUNDS: usize = 4;
/// Bodies are looked into to this depth.
const DEPTH: usize = 4;
/// Words that end the name of an identifier, whatever the path calls it.
const SUFFIXES: [&str; 4] = ["id", "ids", "uuid", "uid"];

/// A collection that others refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Collection {
    /// Its path.
    path: String,
    /// The parameter that tells its items apart.
    parameter: String,
}

/// Collections by what refers to their items, and what is known to stand in them.
#[derive(Debug, Default)]
pub(super) struct Relations {
    collections: OnceLock<IndexMap<String, Collection>>,
    known: Mutex<IndexMap<String, IndexSet<String>>>,
}

impl Context {
    /// Values that what is called `name` may have: identifiers of items that exist.
    pub(super) fn related(&self, name: &str) -> Vec<String> {
        let Some(collection) = self.relation(name) else {
            return Vec::new();
        };
        let known = lock(&self.relations.known);
        let values = known.get(&collection.path);
        values.map_or_else(Vec::new, |all| all.iter().cloned().collect())
    }

    /// Whether a name refers to items of a collection that are known.
    pub(crate) fn is_related(&self, name: &str) -> bool {
        !self.related(name).is_empty()
    }

    /// Whether a name that an operation takes is that of what it makes itself: `?portId=…` of `POST /ports`.
    pub(super) fn names_own(&self, operation: &Operation, name: &str) -> bool {
        if operation.method != Method::Post {
            return false;
        }
        let collection = paths::plain(&operation.path);
        let read = paths::on_items(&self.api, Method::Get, collection);
        let parameter = read.and_then(|read| paths::item(&read.path));
        let called = parameter.map(|(_, parameter)| snake(parameter));
        let name = snake(name);
        called.is_some_and(|own| name == own || name.strip_suffix("_id") == Some(&own))
    }

    fn relation(&self, name: &str) -> Option<&Collection> {
        let all = self
            .relations
            .collections
            .get_or_init(|| collections(&self.api));
        all.get(&snake(name))
    }

    /// Puts known identifiers where a body refers to items of collections by name. `turn` picks among them.
    pub(super) fn relate(
        &self,
        operation: &Operation,
        schema: SchemaId,
        body: &mut Value,
        turn: usize,
    ) {
        let Value::Object(members) = body else {
            return;
        };
        for (name, schema) in properties(&self.api, schema) {
            let Some(value) = members.get_mut(&name) else {
                continue;
            };
            if self.names_own(operation, &name) {
                continue;
            }
            let related = self.related(&name);
            match turn
                .checked_rem(related.len())
                .and_then(|at| related.get(at))
            {
                Some(known) => self.set(schema, value, known),
                None if value.is_object() => self.relate(operation, schema, value, turn),
                None => {}
            }
        }
    }

    /// Replaces an identifier, or those in a list, by a known one, in the type that it has.
    fn set(&self, schema: SchemaId, value: &mut Value, known: &str) {
        if self.is_identifier(schema) {
            return;
        }
        match value {
            Value::String(text) => known.clone_into(text),
            Value::Number(_) => {
                if let Ok(number) = known.parse::<i64>() {
                    *value = Value::from(number);
                }
            }
            Value::Array(items) => {
                items.truncate(1);
                if let (Some(first), Some(items)) = (
                    items.first_mut(),
                    self.api.schema(self.api.resolve(schema)).array.items,
                ) {
                    self.set(items, first, known);
                }
            }
            _ => {}
        }
    }

    /// Learns what stands in the collections that requests refer to by name; what is empty gets an item, where that may
    /// be written. What nothing else is needed for comes first.
    pub(crate) async fn learn_relations(&self) {
        if self.is_stateless() {
            return;
        }
        lock(&self.relations.known).clear();
        let mut open: IndexMap<String, Collection> = IndexMap::new();
        for operation in &self.api.operations {
            if self.settings.wants_operation(&operation.id.0) {
                self.referred(operation, &mut open);
            }
        }
        open.truncate(COLLECTIONS);
        for collection in open.values() {
            if let Some(list) = paths::list(&self.api, &collection.path) {
                self.list_relation(collection, list).await;
            }
        }
        if !self.may_write() {
            return;
        }
        open.retain(|path, _| !self.is_known(path));
        // What is needed to make one may itself have to be made first.
        let mut asked = HashSet::new();
        for round in 0..ROUNDS {
            for collection in open.values() {
                if self.is_known(&collection.path) {
                    continue;
                }
                let create = paths::create(&self.api, &collection.path);
                let Some(create) = create.filter(|it| !it.path.contains('{')) else {
                    continue;
                };
                // What it needs itself comes first, unless that cannot be had.
                if round + 1 < ROUNDS && self.needs_unknown(create, &open) {
                    continue;
                }
                // Tried again only where something has become known since.
                if asked.insert((create.id.clone(), self.known_relations())) {
                    self.make_relation(collection, create).await;
                }
            }
        }
    }

    /// Whether a body has to refer to a collection that nothing is known of yet.
    fn needs_unknown(&self, create: &Operation, open: &IndexMap<String, Collection>) -> bool {
        let Some((_, schema)) = self.body_schema(create) else {
            return false;
        };
        let schema = self.api.schema(self.api.resolve(schema));
        schema.object.required.iter().any(|name| {
            self.relation(name).is_some_and(|collection| {
                open.contains_key(&collection.path)
                    && collection.path != paths::plain(&create.path)
                    && !self.is_known(&collection.path)
            })
        })
    }

    /// The collections that an operation's body and parameters refer to by name.
    fn referred(&self, operation: &Operation, found: &mut IndexMap<String, Collection>) {
        let mut names: Vec<(String, SchemaId)> = operation
            .parameters
            .iter()
            .filter(|it| it.location != ParameterLocation::Path)
            .filter_map(|it| Some((it.name.clone(), it.schema()?)))
            .collect();
        if let Some((_, schema)) = self.body_schema(operation) {
            self.names_in(schema, 0, &mut names);
        }
        for (name, schema) in names {
            if let Some(collection) = self.relation(&name)
                && !self.is_identifier(schema)
            {
                let place = found.entry(collection.path.clone());
                place.or_insert_with(|| collection.clone());
            }
        }
    }

    fn names_in(&self, schema: SchemaId, depth: usize, names: &mut Vec<(String, SchemaId)>) {
        if depth > DEPTH || names.len() > 1_000 {
            return;
        }
        for (name, schema) in properties(&self.api, schema) {
            self.names_in(schema, depth + 1, names);
            names.push((name, schema));
        }
    }

    async fn list_relation(&self, collection: &Collection, list: &Operation) {
        if list.path.contains('{') || !self.may_send(list) {
            return;
        }
        let Some(request) = self.largest_page(list, &Resource::default()) else {
            return;
        };
        let exchange = self.send(request).await;
        for item in self.items(list, &exchange).unwrap_or_default() {
            let wanted = snake(&collection.parameter);
            let member = |name: &str| {
                let mut members = item.as_object()?.iter();
                members.find(|(known, _)| snake(known) == name)
            };
            let found = member(&wanted).or_else(|| member("id"));
            if let Some((_, value)) = found {
                self.note_relation(&collection.path, value);
            }
        }
    }

    async fn make_relation(&self, collection: &Collection, create: &Operation) {
        let item = paths::on_items(&self.api, Method::Get, &collection.path)
            .or_else(|| paths::on_items(&self.api, Method::Patch, &collection.path))
            .or_else(|| paths::on_items(&self.api, Method::Delete, &collection.path));
        let (Some(item), Ok(draft)) = (item, self.accepted(create).await) else {
            return;
        };
        let made = self.resource_of(create, item, &draft.resource, &draft.exchange);
        if let Some(value) = made.and_then(|made| made.path.get(&collection.parameter).cloned()) {
            self.note_relation(&collection.path, &Value::String(value));
        }
    }

    fn note_relation(&self, path: &str, value: &Value) {
        let text = match value {
            Value::String(text) if !text.is_empty() => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        let mut known = lock(&self.relations.known);
        let values = known.entry(path.to_owned()).or_default();
        if values.len() < MOST {
            values.insert(text);
        }
    }

    fn is_known(&self, path: &str) -> bool {
        let known = lock(&self.relations.known);
        known.get(path).is_some_and(|values| !values.is_empty())
    }

    fn known_relations(&self) -> usize {
        lock(&self.relations.known).len()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The collections of an API, by the names that refer to their items: `flow_id`, `flow_ids`, `flow_name` where a flow is
/// asked for by its name. A name that could mean several means none.
fn collections(api: &Api) -> IndexMap<String, Collection> {
    let mut all: IndexMap<String, Option<Collection>> = IndexMap::new();
    for operation in &api.operations {
        let Some((collection, parameter)) = paths::item(paths::resource(&operation.path)) else {
            continue;
        };
        if collection.contains('{') || !takes_scalar(operation, parameter) {
            continue;
        }
        let last = collection.rsplit('/').next().unwrap_or_default();
        let (noun, word) = (singular(&snake(last)), snake(parameter));
        let found = Collection {
            path: paths::plain(collection).to_owned(),
            parameter: parameter.to_owned(),
        };
        let last_word = word.rsplit('_').next().unwrap_or_default();
        let identifies = SUFFIXES.contains(&last_word);
        let mut names: IndexSet<String> = IndexSet::new();
        if identifies {
            names.extend(SUFFIXES.iter().map(|suffix| format!("{noun}_{suffix}")));
        } else {
            names.insert(format!("{noun}_{last_word}"));
        }
        if word.contains('_') {
            names.insert(word.clone());
        }
        for name in names {
            let slot = all.entry(name).or_insert_with(|| Some(found.clone()));
            // The same noun below two paths, or by two parameters, is two things.
            if slot.as_ref().is_some_and(|known| known.path != found.path) {
                *slot = None;
            }
        }
    }
    let only = all.into_iter();
    only.filter_map(|(name, found)| Some((name, found?)))
        .collect()
}

fn takes_scalar(operation: &Operation, name: &str) -> bool {
    operation
        .parameters
        .iter()
        .any(|it| it.location == ParameterLocation::Path && it.name == name)
}

/// One of what a noun names several of, as far as spelling tells.
pub(super) fn singular(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if noun.ends_with(ending) {
            return noun.get(..noun.len() - 2).unwrap_or(noun).to_owned();
        }
    }
    match noun.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => noun.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{collections, singular};

    #[test]
    fn nouns_become_one() {
        for (many, one) in [
            ("flows", "flow"),
            ("companies", "company"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("status", "status"),
            ("pet", "pet"),
            ("cases", "case"),
            ("flow_runs", "flow_run"),
        ] {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn names_refer_to_the_collections_they_are_of() {
        let read = |path: &str, parameter: &str| {
            format!(
                "  {path}:\n    get:\n      parameters:\n        - {{name: {parameter}, in: path, required: true, schema: {{type: string}}}}\n      responses: {{'200': {{description: one}}}}\n"
            )
        };
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}{}{}{}",
            read("/flows/{id}", "id"),
            read("/work_pools/{name}", "name"),
            read("/a/users/{user_id}", "user_id"),
            read("/b/users/{user_id}", "user_id"),
        );
        let api = counterpart_model::load_str("t.yaml", text)
            .api
            .expect("it can be used");
        let found = collections(&api);
        let path = |name: &str| found.get(name).map(|it| it.path.as_str());
        assert_eq!(path("flow_id"), Some("/flows"));
        assert_eq!(path("flow_ids"), Some("/flows"));
        assert_eq!(path("work_pool_name"), Some("/work_pools"));
        assert_eq!(path("work_pool_id"), None);
        assert_eq!(path("user_id"), None, "two collections");
    }
}
