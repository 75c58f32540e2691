//! Identifiers that go together: `serials` in a body are those of meters of the site that `siteId` beside them names.
//!
//! What stands below something else is named by two identifiers, `/sites/{siteId}/meters/{serial}`. A body that holds
//! both, or one that is sent below the first, is only taken where the second belongs to the first.

use super::{Context, Resource, relations::singular};
use crate::{
    paths,
    rules::infer::{envelope::unwrapped, properties, property, snake},
};
use counterpart_model::{
    Direction,
    api::{Api, Method, Operation, OperationId, SchemaId},
};
use indexmap::IndexMap;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// At most so many are known of one kind.
const MOST: usize = 60;
/// More kinds than these are not looked for.
const KINDS: usize = 20;
/// A list gets so many that exist.
const ITEMS: usize = 2;
/// Names that say nothing of what they name.
const PLAIN: [&str; 7] = ["id", "uuid", "uid", "name", "key", "code", "slug"];

/// A property that names what stands below something else.
#[derive(Clone, Debug)]
struct Kin {
    /// The property that names what it stands below; none where the path does.
    above: Option<String>,
    /// The path parameter that does.
    parent: String,
    /// The property.
    property: String,
    /// The path parameter that it is a value of.
    child: String,
    /// What exists.
    known: Vec<Resource>,
}

/// What goes together, by operation.
#[derive(Debug, Default)]
pub(super) struct Kinship(Mutex<IndexMap<OperationId, Arc<Vec<Kin>>>>);

impl Context {
    /// Learns which identifiers belong together, for each body that names both.
    pub(crate) async fn learn_kin(&self) {
        if self.is_stateless() {
            return;
        }
        let mut all: IndexMap<OperationId, Vec<Kin>> = IndexMap::new();
        let mut kinds = 0;
        for operation in &self.api.operations {
            if kinds >= KINDS || !self.settings.wants_operation(&operation.id.0) {
                continue;
            }
            let Some((_, schema)) = self.body_schema(operation) else {
                continue;
            };
            for (mut kin, read) in kin_of(&self.api, operation, schema) {
                let known = self.resources(read).await;
                let known = known.iter().filter(|it| !it.invented);
                kin.known = known.take(MOST).cloned().collect();
                if !kin.known.is_empty() {
                    kinds += 1;
                    all.entry(operation.id.clone()).or_default().push(kin);
                }
            }
        }
        let all = all.into_iter().map(|(id, kin)| (id, Arc::new(kin)));
        *self.kin.0.lock().unwrap_or_else(PoisonError::into_inner) = all.collect();
    }

    /// Puts identifiers that belong together where a body names both. `turn` picks among them.
    pub(super) fn put_kin(
        &self,
        operation: &Operation,
        schema: SchemaId,
        body: &mut Value,
        turn: usize,
    ) {
        for kin in self.kin_known(operation).iter() {
            let Some(above) = &kin.above else {
                continue;
            };
            let Some(known) = turn
                .checked_rem(kin.known.len())
                .and_then(|at| kin.known.get(at))
            else {
                continue;
            };
            let siblings = same_parent(kin, known.path.get(&kin.parent));
            if let Some(parent) = known.path.get(&kin.parent) {
                self.put_identifier(schema, above, body, &[parent]);
            }
            // The one whose turn it is comes first, as otherwise only the first of each parent would ever be named.
            let own = known.path.get(&kin.child);
            let others = siblings.into_iter().filter(|it| Some(*it) != own);
            let values: Vec<&String> = own.into_iter().chain(others).collect();
            self.put_identifier(schema, &kin.property, body, &values);
        }
    }

    /// A body that names what stands below the resource which it is sent to.
    pub(super) fn with_kin_below(
        &self,
        operation: &Operation,
        resource: &Resource,
        body: &Value,
    ) -> Value {
        let mut changed = body.clone();
        let Some((_, schema)) = self.body_schema(operation) else {
            return changed;
        };
        for kin in self.kin_known(operation).iter() {
            if kin.above.is_none() {
                let values = same_parent(kin, resource.path.get(&kin.parent));
                self.put_identifier(schema, &kin.property, &mut changed, &values);
            }
        }
        let valid = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        if valid(&changed) == valid(body) {
            changed
        } else {
            body.clone()
        }
    }

    fn kin_known(&self, operation: &Operation) -> Arc<Vec<Kin>> {
        let all = self.kin.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&operation.id).cloned().unwrap_or_default()
    }

    /// Puts identifiers in a property that is there, in the type that it has; what breaks its schema stays broken.
    fn put_identifier(&self, schema: SchemaId, name: &str, body: &mut Value, values: &[&String]) {
        let (place, inner) = unwrapped(&self.api, schema);
        let Some((name, id)) = property(&self.api, inner, name) else {
            return;
        };
        let (place, Some(first)) = (place.child(&name), values.first()) else {
            return;
        };
        let valid = |value: &Value| self.judge.is_valid(id, Direction::Request, value);
        let Some(there) = place.get(body).filter(|there| valid(there)) else {
            return;
        };
        let value = match there {
            Value::Array(items) if !items.is_empty() => {
                let Some(item) = self.api.schema(self.api.resolve(id)).array.items else {
                    return;
                };
                let many = items.len().min(ITEMS);
                let values = values.iter().take(many);
                Value::Array(values.map(|text| self.typed(item, text)).collect())
            }
            Value::String(_) | Value::Number(_) => self.typed(id, first),
            _ => return,
        };
        if valid(&value) {
            place.put(body, value);
        }
    }
}

/// What is known below one parent.
fn same_parent<'a>(kin: &'a Kin, parent: Option<&String>) -> Vec<&'a String> {
    let below = |it: &&Resource| parent.is_some() && it.path.get(&kin.parent) == parent;
    let below = kin.known.iter().filter(below);
    below.filter_map(|it| it.path.get(&kin.child)).collect()
}

/// The properties of a body that name what stands below something that the body, or its path, names as well; and what
/// reads it.
fn kin_of<'a>(api: &'a Api, operation: &Operation, schema: SchemaId) -> Vec<(Kin, &'a Operation)> {
    let names: Vec<String> = properties(api, unwrapped(api, schema).1)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let mut found: Vec<(Kin, &Operation)> = Vec::new();
    for read in api.operations.iter().filter(|it| it.method == Method::Get) {
        let Some((collection, child)) = paths::item(&read.path) else {
            continue;
        };
        let template = paths::resource(collection);
        let Some((home, parent)) = paths::item(template) else {
            continue;
        };
        // What the operation makes or changes itself it does not refer to.
        let own = [collection, paths::plain(&read.path)];
        if own.contains(&paths::plain(&operation.path)) || home.contains('{') {
            continue;
        }
        let property = names
            .iter()
            .find(|name| names_item(name, collection, child));
        let Some(property) = property else {
            continue;
        };
        let above = names
            .iter()
            .find(|name| *name != property && names_item(name, home, parent));
        let below = operation.path.starts_with(template);
        if above.is_none() && !below || found.iter().any(|(it, _)| it.property == *property) {
            continue;
        }
        found.push((
            Kin {
                above: above.filter(|_| !below).cloned(),
                parent: parent.to_owned(),
                property: property.clone(),
                child: child.to_owned(),
                known: Vec::new(),
            },
            read,
        ));
    }
    found
}

/// Whether a property is called as what tells the items of a collection apart: `serial`, `serials`, `meter_serial`,
/// `meterId` for `/meters/{serial}`, and `site_id` for `/sites/{id}`.
fn names_item(name: &str, collection: &str, parameter: &str) -> bool {
    let last = collection.rsplit('/').next().unwrap_or_default();
    let (noun, word, name) = (singular(&snake(last)), snake(parameter), snake(name));
    let ids = ["id", "uuid", "uid"];
    let tail = word.rsplit('_').next().unwrap_or_default();
    let mut called = vec![format!("{noun}_{tail}"), noun.clone()];
    if ids.contains(&tail) {
        called.extend(ids.iter().map(|id| format!("{noun}_{id}")));
    }
    if !PLAIN.contains(&word.as_str()) {
        called.push(word);
    }
    called
        .iter()
        .any(|it| name == *it || name == format!("{it}s"))
}

#[cfg(test)]
mod tests {
    use super::{kin_of, names_item};

    #[test]
    fn what_tells_items_apart_is_called_so() {
        for (name, collection, parameter) in [
            ("serial", "/sites/{siteId}/meters", "serial"),
            ("serials", "/sites/{siteId}/meters", "serial"),
            ("meterSerial", "/sites/{siteId}/meters", "serial"),
            ("meter_ids", "/sites/{siteId}/meters", "id"),
            ("siteId", "/sites", "id"),
            ("site", "/sites", "siteId"),
        ] {
            assert!(names_item(name, collection, parameter), "{name}");
        }
        for (name, collection, parameter) in [
            ("name", "/sites/{siteId}/meters", "name"),
            ("id", "/sites", "id"),
            ("meter_name", "/sites", "name"),
            ("firmware", "/sites", "id"),
        ] {
            assert!(!names_item(name, collection, parameter), "{name}");
        }
    }

    #[test]
    fn what_is_named_with_what_it_stands_below_goes_together() {
        let text = "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {'/sites/{id}/meters/{serial}': {get: \
                    {parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: serial, in: path, \
                    required: true, schema: {type: string}}], responses: {'200': {description: ok}}}}, '/jobs': {post: \
                    {operationId: job, requestBody: {content: {application/json: {schema: {type: object, properties: \
                    {siteId: {type: string}, serials: {type: array, items: {type: string}}, serial_number: {type: \
                    string}}}}}}, responses: {'201': {description: ok}}}}, '/sites/{id}/checks': {post: {operationId: \
                    check, requestBody: {content: {application/json: {schema: {type: object, properties: {serial: {type: \
                    string}}}}}}, responses: {'201': {description: ok}}}}}}";
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let of = |id: &str| {
            let operation = api.operation(id).expect("an operation");
            let body = operation.body.as_ref().expect("a body");
            let schema = body.content.values().find_map(|it| it.schema);
            let schema = schema.expect("a schema");
            let found = kin_of(&api, operation, schema).into_iter();
            found
                .map(|(kin, _)| (kin.above, kin.property))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("job"),
            [(Some("siteId".to_owned()), "serials".to_owned())]
        );
        assert_eq!(of("check"), [(None, "serial".to_owned())]);
    }
}
