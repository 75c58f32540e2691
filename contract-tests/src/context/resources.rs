//! Which resources there are: what stands in a path's parameters, found by listing.
//!
//! `/customers/{customerId}` is filled from the items of `GET /customers`; a path with several
//! parameters from the lists on the way. Where nothing lists them, identifiers of the parameter's
//! schema seen elsewhere serve, and the document's examples as a last resort.

use super::{Context, identity::written};
use crate::{
    exchange::Exchange,
    paths,
    request::Request,
    rules::{
        Pagination, Pointer,
        infer::{property, snake},
    },
    wire,
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, Parameter, ParameterLocation, Value as ModelValue},
};
use futures::{FutureExt as _, future::BoxFuture};
use indexmap::IndexMap;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Lists are asked for of at most this many parents.
const PARENTS: usize = 24;
/// At most this many resources are kept of one kind.
const MOST: usize = 400;

/// One resource: what fills the path parameters that lead to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// Path parameter → value.
    pub path: IndexMap<String, String>,
    /// The resource as its list shows it; `null` where it was not listed.
    pub item: Value,
    /// Whether nothing tells that it exists: a value that the schema allows. What changes anything is not sent there.
    pub invented: bool,
}

type Slot = Arc<OnceCell<Arc<Vec<Resource>>>>;

/// Resources by path template.
#[derive(Default)]
pub(super) struct Store(Mutex<IndexMap<String, Slot>>);

impl Context {
    /// The resources an operation's path can lead to: a single one without parameters where the path
    /// has none. Listed once and kept; see [`forget_resources`](Self::forget_resources).
    pub fn resources<'a>(&'a self, operation: &'a Operation) -> BoxFuture<'a, Arc<Vec<Resource>>> {
        self.resources_at(paths::resource(&operation.path), operation)
            .boxed()
    }

    /// Lists anew when asked the next time.
    pub fn forget_resources(&self, operation: &Operation) {
        let template = paths::resource(&operation.path);
        let mut store = self
            .resources
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        store.retain(|known, _| !known.starts_with(template));
    }

    /// Lists everything anew when asked the next time: what was there may be gone.
    pub(crate) fn forget_everything(&self) {
        let store = self.resources.0.lock();
        store.unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn resources_at(&self, template: &str, operation: &Operation) -> Arc<Vec<Resource>> {
        if !template.contains('{') {
            return Arc::new(vec![Resource::default()]);
        }
        let slot = {
            let mut store = self
                .resources
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(store.entry(template.to_owned()).or_default())
        };
        let found =
            slot.get_or_init(|| async { Arc::new(self.discover(template, operation).await) });
        Arc::clone(found.await)
    }

    async fn discover(&self, template: &str, operation: &Operation) -> Vec<Resource> {
        let Some((collection, name)) = paths::item(template) else {
            return Vec::new();
        };
        let Some(parameter) = path_parameter(operation, name) else {
            return Vec::new();
        };
        let list = paths::list(&self.api, collection);
        // Two collections that each stand below the items of the other lead nowhere.
        let list = list.filter(|list| paths::leads(&self.api, list, template));
        let mut found = self.known(collection, operation, parameter).await;
        if found.is_empty()
            && let Some(list) = list
        {
            let parents = self.resources(list).await;
            for parent in parents.iter().take(PARENTS) {
                found.extend(self.list(list, parent, parameter).await);
                if found.len() >= MOST {
                    break;
                }
            }
        }
        self.complete(template, collection, operation, &mut found)
            .await;
        if found.is_empty() {
            found = self.by_property(collection, parameter).await;
            self.complete(template, collection, operation, &mut found)
                .await;
        }
        if found.is_empty() && self.may_write() && !self.is_stateless() {
            found.extend(self.make_at(template, operation).await);
        }
        if found.is_empty() {
            found = self.guess(collection, operation, parameter).await;
        }
        found.truncate(MOST);
        found
    }

    /// The items of one list, as resources under their parent.
    async fn list(
        &self,
        list: &Operation,
        parent: &Resource,
        parameter: &Parameter,
    ) -> Vec<Resource> {
        let Some(request) = self.largest_page(list, parent) else {
            return Vec::new();
        };
        if !self.may_send(list) {
            return Vec::new();
        }
        let exchange = self.send(request).await;
        self.listed(list, parent, parameter, &exchange)
    }

    /// The items of an answer to a list operation, as resources under their parent.
    pub(crate) fn listed(
        &self,
        list: &Operation,
        parent: &Resource,
        parameter: &Parameter,
        exchange: &Exchange,
    ) -> Vec<Resource> {
        let items = self.items(list, exchange).unwrap_or_default();
        items
            .into_iter()
            .filter_map(|item| {
                let id = self.identifier(list, &item, parameter)?;
                let mut path = parent.path.clone();
                path.insert(parameter.name.clone(), id);
                Some(Resource {
                    path,
                    item,
                    invented: false,
                })
            })
            .collect()
    }

    /// A request for as many items of a list as one answer may hold.
    #[must_use]
    pub fn largest_page(&self, list: &Operation, parent: &Resource) -> Option<Request> {
        let request = self.bare_request(list, parent)?;
        if list.method == Method::Post {
            return Some(self.broadest_search(list, request));
        }
        let limit = list
            .extensions
            .get("x-pagination")
            .and_then(|rule| rule.get("parameters"))
            .and_then(|parameters| parameters.get("limit").or_else(|| parameters.get("size")))
            .and_then(ModelValue::as_str)
            .map(str::to_owned);
        let inferred = || Pagination::inferred(&self.api, list)?.0.parameters.limit;
        let limit = limit
            .or_else(inferred)
            .unwrap_or_else(|| "limit".to_owned());
        let limit = list
            .parameters
            .iter()
            .find(|known| known.location == ParameterLocation::Query && known.name == limit);
        let most = limit.and_then(|limit| {
            let schema = self.api.schema(self.api.resolve(limit.schema()?));
            schema.number.maximum.as_ref()?.as_i128()
        });
        Some(match (limit, most) {
            (Some(limit), Some(most)) => request.set_query(&limit.name, most.to_string()),
            _ => request,
        })
    }

    /// A search that nothing is said in but how many items there may be.
    fn broadest_search(&self, list: &Operation, request: Request) -> Request {
        let Some((media, schema)) = self.body_schema(list) else {
            return request;
        };
        let valid = |body: &Value| self.judge.is_valid(schema, Direction::Request, body);
        let nothing = Value::Object(serde_json::Map::new());
        let body = match valid(&nothing) {
            true => Some(nothing),
            false => self.bodies(list).into_iter().next(),
        };
        let Some(mut body) = body else {
            return request;
        };
        let size = Pagination::inferred(&self.api, list)
            .filter(|(rule, _)| rule.in_body)
            .and_then(|(rule, _)| rule.parameters.size().map(str::to_owned));
        let most = size.and_then(|name| {
            let (name, id) = property(&self.api, schema, &name)?;
            let schema = self.api.schema(self.api.resolve(id));
            Some((name, schema.number.maximum.as_ref()?.as_i128()?))
        });
        if let Some((name, most)) = most
            && let Ok(most) = i64::try_from(most)
        {
            let mut larger = body.clone();
            Pointer::default()
                .child(&name)
                .put(&mut larger, most.into());
            if valid(&larger) {
                body = larger;
            }
        }
        let mut request = request;
        request.content_type = Some(media);
        request.with_json(&body)
    }

    /// The items in the answer to a list operation.
    #[must_use]
    pub fn items(&self, list: &Operation, exchange: &Exchange) -> Option<Vec<Value>> {
        if !exchange.succeeded() {
            return None;
        }
        let body = exchange.json()?;
        let stated = list.extensions.get("x-pagination").and_then(|rule| {
            rule.get("response")?
                .get("items")?
                .as_str()
                .map(str::to_owned)
        });
        let inferred = || {
            let (rule, _) = Pagination::inferred(&self.api, list)?;
            rule.response.items.get(&body)?.as_array().cloned()
        };
        if let Some(items) = stated.is_none().then(inferred).flatten() {
            return Some(items);
        }
        let items = match stated {
            Some(pointer) => body.pointer(&pointer)?.as_array()?,
            None => match &body {
                Value::Array(items) => items,
                Value::Object(members) => members.values().find_map(|value| {
                    value
                        .as_array()
                        .filter(|items| items.iter().all(Value::is_object))
                })?,
                _ => return None,
            },
        };
        Some(items.clone())
    }

    /// Gives what was listed elsewhere the parents that a template's path names besides; what cannot get them leads nowhere.
    async fn complete(
        &self,
        template: &str,
        collection: &str,
        operation: &Operation,
        found: &mut Vec<Resource>,
    ) {
        let named = |resource: &Resource| {
            let mut parts = template.split('{').skip(1);
            parts.all(|part| {
                let name = part.split('}').next().unwrap_or_default();
                resource.path.contains_key(name)
            })
        };
        if found.iter().all(named) {
            return;
        }
        let parents = self.parents(collection, operation).await;
        let parent = parents.first().cloned().unwrap_or_default();
        for resource in found.iter_mut() {
            for (name, value) in &parent.path {
                let place = resource.path.entry(name.clone());
                place.or_insert_with(|| value.clone());
            }
            resource.invented |= parent.invented;
        }
        found.retain(named);
    }

    /// What a path leads to by another property than the identifier: `/flows/name/{name}`, by what the list of `/flows`
    /// shows as `name`.
    async fn by_property(&self, collection: &str, parameter: &Parameter) -> Vec<Resource> {
        let Some((above, word)) = collection.rsplit_once('/') else {
            return Vec::new();
        };
        let list = paths::list(&self.api, above)
            .filter(|list| !list.path.contains('{') && self.may_send(list));
        let (Some(list), false) = (list, word.contains('{')) else {
            return Vec::new();
        };
        let Some(request) = self.largest_page(list, &Resource::default()) else {
            return Vec::new();
        };
        let exchange = self.send(request).await;
        let wanted = snake(&parameter.name);
        let value_of = |item: &Value| {
            let members = item.as_object()?;
            let (_, value) = members.iter().find(|(name, _)| snake(name) == wanted)?;
            written(value)
        };
        let items = self.items(list, &exchange).unwrap_or_default();
        let found = items.into_iter().filter_map(|item| {
            let path = IndexMap::from([(parameter.name.clone(), value_of(&item)?)]);
            Some(Resource {
                path,
                item,
                invented: false,
            })
        });
        found.take(MOST).collect()
    }

    /// What the user says exists.
    async fn known(
        &self,
        collection: &str,
        operation: &Operation,
        parameter: &Parameter,
    ) -> Vec<Resource> {
        let values = self.settings.known(&operation.id.0, &parameter.name);
        if values.is_empty() {
            return Vec::new();
        }
        let parents = self.parents(collection, operation).await;
        under(&parents, parameter, values)
    }

    /// What leads to a collection.
    pub(super) async fn parents(
        &self,
        collection: &str,
        operation: &Operation,
    ) -> Arc<Vec<Resource>> {
        if collection.contains('{') {
            let template = paths::resource(collection).to_owned();
            Box::pin(self.resources_at(&template, operation)).await
        } else {
            Arc::new(vec![Resource::default()])
        }
    }

    async fn guess(
        &self,
        collection: &str,
        operation: &Operation,
        parameter: &Parameter,
    ) -> Vec<Resource> {
        let parents = self.parents(collection, operation).await;
        let seen = parameter
            .schema()
            .map(|schema| self.seen(schema))
            .unwrap_or_default();
        let examples = parameter
            .examples
            .iter()
            .map(|example| wire::scalar(&example.value.to_serde()));
        let related = self.related(&parameter.name);
        let values = seen.into_iter().chain(related).chain(examples);
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            return under(&parents, parameter, &values);
        }
        let invented = parameter
            .schema()
            .and_then(|schema| self.generator().example(schema))
            .filter(|value| wire::is_carried(parameter, value))
            .map(|value| wire::scalar(&value))
            .filter(|text| !text.is_empty());
        let invented: Vec<String> = invented.into_iter().collect();
        let mut found = under(parents.get(..1).unwrap_or_default(), parameter, &invented);
        for resource in &mut found {
            resource.invented = true;
        }
        found
    }
}

/// Each of these values below each parent.
fn under(parents: &[Resource], parameter: &Parameter, values: &[String]) -> Vec<Resource> {
    let one = |parent: &Resource, value: &String| {
        let mut path = parent.path.clone();
        path.insert(parameter.name.clone(), value.clone());
        Resource {
            path,
            item: Value::Null,
            invented: parent.invented,
        }
    };
    let parents = parents.iter().take(PARENTS);
    parents
        .flat_map(|parent| values.iter().map(move |value| one(parent, value)))
        .collect()
}

pub(super) fn path_parameter<'a>(operation: &'a Operation, name: &str) -> Option<&'a Parameter> {
    operation
        .parameters
        .iter()
        .find(|parameter| parameter.location == ParameterLocation::Path && parameter.name == name)
}
