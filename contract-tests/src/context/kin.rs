//! Identifiers that go together: `serials` in a body are those of meters of the site that `siteId` beside them names.
//!
//! What stands below something else is named by two identifiers, `/sites/{siteId}/meters/{serial}`; or its items name
//! what they belong to, as those of `/patients` have an `owner_id`. A body that holds both, or one that is sent below the
//! first, is only taken where the second belongs to the first.

use super::{
    Context, Resource,
    kin_places::{Place, Source, kin_of, reads},
};
use crate::{
    paths,
    rules::infer::{envelope::unwrapped, property},
};
use counterpart_model::{
    Direction,
    api::{Operation, OperationId, SchemaId},
};
use indexmap::IndexMap;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// At most so many are known of one kind.
const MOST: usize = 60;
/// More kinds than these are not looked for.
const KINDS: usize = 20;
/// Lists are asked for of at most so many parents.
const PARENTS: usize = 12;
/// A list gets so many that exist.
const ITEMS: usize = 2;

/// A property that names what belongs to something else, and what is known of it.
#[derive(Clone, Debug)]
struct Kin {
    /// The property that names what it belongs to; none where the path does.
    above: Option<Place>,
    /// The property.
    property: Place,
    /// What belongs to what: the parent's identifier and the child's.
    known: Vec<(String, String)>,
}

/// What goes together, and the path parameter that names what it belongs to.
type Known = Arc<Vec<(Kin, String)>>;

/// What goes together, by operation.
#[derive(Debug, Default)]
pub(super) struct Kinship(Mutex<IndexMap<OperationId, Known>>);

impl Context {
    /// Learns which identifiers belong together, for each body that names both.
    pub(crate) async fn learn_kin(&self) {
        if self.is_stateless() {
            return;
        }
        let mut all: IndexMap<OperationId, Vec<(Kin, String)>> = IndexMap::new();
        let reads = reads(&self.api);
        // Each is asked for once, whoever needs it.
        let mut asked: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for operation in &self.api.operations {
            let Some((_, schema)) = self
                .body_schema(operation)
                .filter(|_| self.is_needed(operation))
            else {
                continue;
            };
            for found in kin_of(&self.api, &reads, operation, schema) {
                let key = found.source.key();
                if asked.len() >= KINDS && !asked.contains_key(&key) {
                    continue;
                }
                if !asked.contains_key(&key) {
                    let known = self.kin_at(&found.source).await;
                    asked.insert(key.clone(), known);
                }
                let known = asked.get(&key).cloned().unwrap_or_default();
                if !known.is_empty() {
                    let kin = Kin {
                        above: found.above,
                        property: found.property,
                        known,
                    };
                    let of = all.entry(operation.id.clone()).or_default();
                    of.push((kin, found.source.parent().to_owned()));
                }
            }
        }
        let all = all.into_iter().map(|(id, kin)| (id, Arc::new(kin)));
        *self.kin.0.lock().unwrap_or_else(PoisonError::into_inner) = all.collect();
    }

    /// Whether an operation is called, or makes what one that is called is about.
    fn is_needed(&self, operation: &Operation) -> bool {
        let wants = |it: &Operation| self.settings.wants_operation(&it.id.0);
        wants(operation)
            || self
                .api
                .operations
                .iter()
                .filter(|it| wants(it))
                .any(|wanted| {
                    let item = paths::item(paths::resource(&wanted.path));
                    let create =
                        item.and_then(|(collection, _)| paths::create(&self.api, collection));
                    create.is_some_and(|create| create.id == operation.id)
                })
    }

    /// What belongs to what, as reading and listing show it.
    async fn kin_at(&self, source: &Source<'_>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        match source {
            Source::Below {
                read,
                parent,
                child,
            } => {
                let known = self.resources(read).await;
                let known = known.iter().filter(|it| !it.invented).take(MOST);
                found.extend(known.filter_map(|it| {
                    Some((it.path.get(*parent)?.clone(), it.path.get(*child)?.clone()))
                }));
            }
            Source::Listed {
                list,
                parent,
                identity,
            } => {
                let parents = self.resources(list).await;
                for above in parents.iter().filter(|it| !it.invented).take(PARENTS) {
                    let (Some(name), Some(request)) =
                        (above.path.get(*parent), self.largest_page(list, above))
                    else {
                        continue;
                    };
                    let exchange = self.send(request).await;
                    let items = self.items(list, &exchange).unwrap_or_default();
                    let ids = items.iter().filter_map(|it| it.get(identity));
                    let ids = ids.filter(|it| it.is_string() || it.is_number());
                    found.extend(ids.map(|id| (name.clone(), crate::wire::scalar(id))));
                    if found.len() >= MOST {
                        break;
                    }
                }
            }
            Source::Told { read, names, child } => {
                let known = self.resources(read).await;
                let known = known.iter().filter(|it| !it.invented).take(MOST);
                found.extend(known.filter_map(|it| {
                    let named = it
                        .item
                        .get(names)
                        .filter(|it| it.is_string() || it.is_number())?;
                    Some((crate::wire::scalar(named), it.path.get(*child)?.clone()))
                }));
            }
        }
        found
    }

    /// Puts identifiers that belong together where a body names both. `turn` picks among them.
    pub(super) fn put_kin(
        &self,
        operation: &Operation,
        schema: SchemaId,
        body: &mut Value,
        turn: usize,
    ) {
        let all = self.kin_known(operation);
        // What is named for one property stays so for others that belong to the same.
        let mut named: Vec<(&Place, &String)> = Vec::new();
        for (kin, _) in all.iter() {
            let Some(above) = &kin.above else {
                continue;
            };
            let fixed = named
                .iter()
                .find(|(place, _)| *place == above)
                .map(|it| it.1);
            let fits = |it: &&(String, String)| fixed.is_none_or(|fixed| it.0 == *fixed);
            let count = kin.known.iter().filter(fits).count();
            let known = turn
                .checked_rem(count)
                .and_then(|at| kin.known.iter().filter(fits).nth(at));
            let Some((parent, own)) = known else {
                continue;
            };
            named.push((above, parent));
            self.put_identifier(schema, above, body, &[parent]);
            // The one whose turn it is comes first, as otherwise only the first of each parent would ever be named.
            let others = children(kin, parent).into_iter().filter(|it| *it != own);
            let values: Vec<&String> = std::iter::once(own).chain(others).collect();
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
        for (kin, parent) in self.kin_known(operation).iter() {
            if let (None, Some(parent)) = (&kin.above, resource.path.get(parent)) {
                let values = children(kin, parent);
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

    fn kin_known(&self, operation: &Operation) -> Known {
        let all = self.kin.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&operation.id).cloned().unwrap_or_default()
    }

    /// Puts identifiers in a property that is there, in the type that it has; what breaks its schema stays broken.
    fn put_identifier(
        &self,
        schema: SchemaId,
        place: &Place,
        body: &mut Value,
        values: &[&String],
    ) {
        let (outer, inner) = unwrapped(&self.api, schema);
        let Some(mut within) = outer.get(body).cloned() else {
            return;
        };
        self.put_within(inner, &place.0, &mut within, values);
        outer.put(body, within);
    }

    fn put_within(&self, schema: SchemaId, path: &[String], value: &mut Value, values: &[&String]) {
        match value {
            // Each item of a list names another one, as far as there are others.
            Value::Array(items) => {
                let Some(of) = self.api.schema(self.api.resolve(schema)).array.items else {
                    return;
                };
                let count = values.len().max(1);
                for (at, item) in items.iter_mut().enumerate() {
                    let mut own = values.to_vec();
                    own.rotate_left(at % count);
                    self.put_within(of, path, item, &own);
                }
            }
            Value::Object(members) => {
                let Some((first, rest)) = path.split_first() else {
                    return;
                };
                let Some((name, id)) = property(&self.api, schema, first) else {
                    return;
                };
                let Some(member) = members.get_mut(&name) else {
                    return;
                };
                if !rest.is_empty() {
                    return self.put_within(id, rest, member, values);
                }
                if let Some(new) = self.identifier_for(id, member, values) {
                    *member = new;
                }
            }
            _ => {}
        }
    }

    fn identifier_for(&self, id: SchemaId, there: &Value, values: &[&String]) -> Option<Value> {
        let valid = |value: &Value| self.judge.is_valid(id, Direction::Request, value);
        let first = values.first().filter(|_| valid(there))?;
        let value = match there {
            Value::Array(items) if !items.is_empty() => {
                let item = self.api.schema(self.api.resolve(id)).array.items?;
                let many = items.len().min(ITEMS);
                let values = values.iter().take(many);
                Value::Array(values.map(|text| self.typed(item, text)).collect())
            }
            Value::String(_) | Value::Number(_) => self.typed(id, first),
            _ => return None,
        };
        valid(&value).then_some(value)
    }
}

/// What is known below one parent.
fn children<'a>(kin: &'a Kin, parent: &str) -> Vec<&'a String> {
    let below = kin.known.iter().filter(|(above, _)| above == parent);
    below.map(|(_, child)| child).collect()
}
