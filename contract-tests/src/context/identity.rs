//! What identifies a resource: in the items of a list, and in the answer to what made it.

use super::{Context, Resource, resources::path_parameter};
use crate::{
    exchange::Exchange,
    paths,
    rules::infer::{envelope::WRAPPERS, snake},
};
use counterpart_model::api::{Api, Operation, Parameter, SchemaId, Shape};
use serde_json::Value;

impl Context {
    /// What identifies an item of a list for a path parameter.
    pub(super) fn identifier(
        &self,
        list: &Operation,
        item: &Value,
        parameter: &Parameter,
    ) -> Option<String> {
        let same_schema = || {
            let wanted = self.api.resolve(parameter.schema()?);
            self.is_identifier(wanted).then_some(())?;
            let item_schema = item_schema(&self.api, list)?;
            let name = property_of(&self.api, item_schema, wanted, 0)?;
            item.get(name.as_str())
        };
        let own = same_schema()
            .or_else(|| item.get(&parameter.name))
            .or_else(|| item.get("id"))
            .or_else(|| item.get("name"));
        let collection = paths::listed(list);
        let path = || named_in(item.get("name")?.as_str()?, collection);
        if let Some(name) = path() {
            return Some(name);
        }
        match own.and_then(written) {
            Some(text) => Some(named_in(&text, collection).unwrap_or(text)),
            None => linked(item, collection),
        }
    }

    /// What an answer to a create operation tells of the resource that was made: what fills the path of an operation
    /// on it. From the identifier in the answer, else from its `Location`.
    pub(crate) fn resource_of(
        &self,
        create: &Operation,
        item: &Operation,
        parent: &Resource,
        exchange: &Exchange,
    ) -> Option<Resource> {
        self.resource_at(paths::resource(&item.path), create, item, parent, exchange)
    }

    /// The same, of a template that an operation's path begins with.
    pub(super) fn resource_at(
        &self,
        template: &str,
        create: &Operation,
        item: &Operation,
        parent: &Resource,
        exchange: &Exchange,
    ) -> Option<Resource> {
        let (_, name) = paths::item(template)?;
        let parameter = path_parameter(item, name)?;
        let body = exchange.json().unwrap_or(Value::Null);
        let (collection, _) = paths::item(template)?;
        // The part of the answer that is the resource, where it is wrapped.
        let alone = body.as_object().filter(|members| members.len() == 1);
        let alone = alone.and_then(|members| members.values().next());
        let wrapped = WRAPPERS.iter().map(|name| body.get(name)).chain([alone]);
        let candidates = std::iter::once(Some(&body)).chain(wrapped);
        let own = candidates.flatten().find_map(|value| {
            let spelled = |wanted: &str| {
                let members = value.as_object()?;
                let wanted = snake(wanted);
                let found = members.iter().find(|(name, _)| snake(name) == wanted);
                found.map(|(_, value)| value)
            };
            let found = spelled(name)
                .or_else(|| spelled("id"))
                .or_else(|| spelled("uuid"))
                .or_else(|| spelled("uid"))
                .or_else(|| spelled("slug").filter(|_| name.contains("slug")))
                .or_else(|| spelled("key").filter(|_| name.contains("key")))
                .or_else(|| spelled("name").filter(|_| name.contains("name")));
            let found = found.and_then(written);
            let found = found.map(|text| named_in(&text, collection).unwrap_or(text));
            // `ports/rotterdam` is one of `/ports` (AIP-122).
            let resource_name = || named_in(&written(spelled("name")?)?, collection);
            resource_name()
                .or(found)
                .or_else(|| linked(value, collection))
        });
        let located = || {
            let path = exchange.header("location")?.split(['?', '#']).next()?;
            let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
            // Where the bytes of it are, its identifier is further up.
            let word = paths::plain(collection).rsplit('/').next();
            let at = parts.iter().rposition(|part| Some(*part) == word);
            let after = at.and_then(|at| parts.get(at + 1));
            let last = after.or(parts.last())?;
            let text = percent_encoding::percent_decode_str(last)
                .decode_utf8()
                .ok()?;
            (!text.is_empty()).then(|| text.into_owned())
        };
        let id = own.or_else(located)?;
        let mut path = parent.path.clone();
        // What the create operation's own path holds leads to the parent.
        path.retain(|name, _| create.path.contains(&format!("{{{name}}}")));
        path.insert(parameter.name.clone(), id);
        Some(Resource {
            path,
            item: body,
            invented: false,
        })
    }
}

/// A value that may be an identifier, as it is written in a path.
pub(super) fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The last part of a path or URL that leads into a collection: `rotterdam` of `ports/rotterdam`, for `/v1/ports`.
fn named_in(text: &str, collection: &str) -> Option<String> {
    let path = text.split(['?', '#']).next()?.trim_end_matches('/');
    let (above, last) = path.rsplit_once('/')?;
    let word = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let same = word(above) == word(paths::plain(collection)) && !last.is_empty();
    let decoded = percent_encoding::percent_decode_str(last).decode_utf8();
    same.then(|| decoded.ok().map(std::borrow::Cow::into_owned))
        .flatten()
}

/// What identifies a resource that tells nothing but where it is: a link to itself.
fn linked(item: &Value, collection: &str) -> Option<String> {
    let own = ["@id", "self", "url", "href", "uri"];
    let own = own.iter().filter_map(|name| item.get(name));
    let links = [
        "/_links/self/href",
        "/_links/self",
        "/links/self/href",
        "/links/self",
    ];
    let links = links.iter().filter_map(|pointer| item.pointer(pointer));
    let mut all = own.chain(links).filter_map(Value::as_str);
    all.find_map(|text| named_in(text, collection))
}

/// The schema of the items of a list, wherever an answer keeps them.
#[must_use]
pub(crate) fn item_schema_of(api: &Api, list: &Operation) -> Option<SchemaId> {
    crate::rules::infer::item_of(api, list).or_else(|| item_schema(api, list))
}

/// The schema of the items a list operation answers with.
#[must_use]
pub(crate) fn item_schema(api: &Api, list: &Operation) -> Option<SchemaId> {
    let (_, response) = list.response(200)?;
    let body = response.content.values().find_map(|media| media.schema)?;
    let array = |id: SchemaId| match &api.schema(api.resolve(id)).shape {
        Shape::Array { items } => *items,
        _ => None,
    };
    if let Some(items) = array(body) {
        return Some(items);
    }
    match &api.schema(api.resolve(body)).shape {
        Shape::Object(object) => object.fields.iter().find_map(|field| array(field.schema)),
        _ => None,
    }
}

/// The name of the property of `within` that has the schema `wanted`.
fn property_of(api: &Api, within: SchemaId, wanted: SchemaId, depth: usize) -> Option<String> {
    if depth > 4 {
        return None;
    }
    match &api.schema(api.resolve(within)).shape {
        Shape::Object(object) => object
            .fields
            .iter()
            .find(|field| api.resolve(field.schema) == wanted)
            .map(|field| field.name.clone()),
        Shape::Union(union) => union
            .variants
            .iter()
            .find_map(|variant| property_of(api, variant.schema, wanted, depth + 1)),
        Shape::Reference(target) => property_of(api, *target, wanted, depth + 1),
        _ => None,
    }
}
