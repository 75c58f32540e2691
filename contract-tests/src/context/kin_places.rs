//! Where bodies name two things of which one belongs to the other, and what tells which belong together.

use super::relations::singular;
use crate::{
    paths,
    rules::infer::{envelope::unwrapped, item_of, properties, snake},
};
use counterpart_model::api::{Api, Method, Operation, SchemaId};
use std::collections::HashMap;

/// Names that say nothing of what they name.
const PLAIN: [&str; 7] = ["id", "uuid", "uid", "name", "key", "code", "slug"];
/// What tells the items of a list apart.
const IDS: [&str; 5] = ["id", "uuid", "uid", "key", "code"];
/// Bodies are looked into to this depth.
const DEPTH: usize = 3;
/// Of a body so many properties are looked at.
const PLACES: usize = 500;

/// Where a property stands in a body: its name after those of what it stands in; lists stand for their items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place(pub(super) Vec<String>);

impl Place {
    fn name(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }
}

/// What tells which belong together.
pub(super) enum Source<'a> {
    /// A path with both: `/sites/{siteId}/meters/{serial}`.
    Below {
        read: &'a Operation,
        parent: &'a str,
        child: &'a str,
    },
    /// A list below the one, whose items tell the other: `/events/{event_id}/ticket-types`.
    Listed {
        list: &'a Operation,
        parent: &'a str,
        identity: String,
    },
    /// Items that name what they belong to: those of `/patients` have an `owner_id`.
    Told {
        read: &'a Operation,
        names: String,
        child: &'a str,
    },
}

impl Source<'_> {
    /// What tells it from others.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Below { read, .. } => format!("below {}", read.id),
            Self::Listed { list, .. } => format!("listed {}", list.id),
            Self::Told { read, names, .. } => format!("told {} {names}", read.id),
        }
    }

    /// The path parameter that names the parent; empty where none does.
    pub(super) fn parent(&self) -> &str {
        match self {
            Self::Below { parent, .. } | Self::Listed { parent, .. } => parent,
            Self::Told { .. } => "",
        }
    }
}

/// What reads or lists things that have something above them or are of something, and what they are called by.
pub(super) struct Read<'a> {
    operation: &'a Operation,
    collection: &'a str,
    child: Option<&'a str>,
    called: Vec<String>,
}

/// Everything that does.
pub(super) fn reads(api: &Api) -> Vec<Read<'_>> {
    let gets = api.operations.iter().filter(|it| it.method == Method::Get);
    gets.filter_map(|operation| {
        let plain = paths::plain(&operation.path);
        let (collection, child) = match paths::item(&operation.path) {
            Some((collection, child)) => (collection, Some(child)),
            None => (plain, None),
        };
        // An item that is read is surer than the list.
        let surer = child.is_none() && paths::on_items(api, Method::Get, collection).is_some();
        (!surer).then(|| Read {
            operation,
            collection,
            child,
            called: called(collection, child.unwrap_or("id")),
        })
    })
    .collect()
}

/// A property that names what belongs to something that the body, or its path, names as well.
pub(super) struct Found<'a> {
    pub(super) above: Option<Place>,
    pub(super) property: Place,
    pub(super) source: Source<'a>,
}

/// The properties of a body that do, and what tells which belong together.
pub(super) fn kin_of<'a>(
    api: &'a Api,
    reads: &[Read<'a>],
    operation: &Operation,
    schema: SchemaId,
) -> Vec<Found<'a>> {
    let mut places = Vec::new();
    walk(api, unwrapped(api, schema).1, &[], &mut places);
    let mut named: HashMap<String, &Place> = HashMap::new();
    for place in &places {
        named.entry(snake(place.name())).or_insert(place);
    }
    let own = paths::plain(&operation.path);
    let mut found: Vec<Found<'a>> = Vec::new();
    for Read {
        operation: read,
        collection,
        child,
        called,
    } in reads
    {
        let (read, collection, child) = (*read, *collection, *child);
        // What the operation makes or changes itself it does not refer to.
        if [collection, paths::plain(&read.path)].contains(&own) {
            continue;
        }
        let property = called
            .iter()
            .find_map(|it| named.get(it).or_else(|| named.get(&format!("{it}s"))));
        let Some(property) = property.copied() else {
            continue;
        };
        let known = |it: &Found<'_>| it.property == *property;
        if found.iter().any(known) {
            continue;
        }
        let template = paths::resource(collection);
        let above = match paths::item(template) {
            Some((home, parent)) if !home.contains('{') => {
                let below = operation.path.starts_with(template);
                let named = || {
                    let mut others = places.iter().filter(|place| *place != property);
                    others
                        .find(|place| names_item(place.name(), home, parent))
                        .cloned()
                };
                let above = named().filter(|_| !below);
                (above.is_some() || below).then_some((above, parent))
            }
            _ => None,
        };
        if let Some((above, parent)) = above {
            let source = match child {
                Some(child) => Some(Source::Below {
                    read,
                    parent,
                    child,
                }),
                None => identity_of(api, read).map(|identity| Source::Listed {
                    list: read,
                    parent,
                    identity,
                }),
            };
            found.extend(source.map(|source| Found {
                above,
                property: property.clone(),
                source,
            }));
            continue;
        }
        // A body without the other name belongs to whatever it belongs to.
        let Some(child) = child.filter(|_| !collection.contains('{')) else {
            continue;
        };
        let list = paths::list(api, collection);
        let told = list.and_then(|list| told_by(api, list, &places, property));
        found.extend(told.map(|(above, names)| Found {
            above: Some(above),
            property: property.clone(),
            source: Source::Told { read, names, child },
        }));
    }
    found
}

/// The other property of a body that items of a list have as well, as what they belong to.
fn told_by(
    api: &Api,
    list: &Operation,
    places: &[Place],
    property: &Place,
) -> Option<(Place, String)> {
    let members = properties(api, item_of(api, list)?);
    let is_reference = |name: &str| {
        let name = snake(name);
        let tail = name.rsplit('_').next().unwrap_or_default();
        name.contains('_') && IDS.contains(&tail)
    };
    places.iter().find_map(|place| {
        let wanted = snake(place.name());
        let other = place != property && is_reference(&wanted) && wanted != snake(property.name());
        let (name, _) = members
            .iter()
            .find(|(name, _)| other && snake(name) == wanted)?;
        Some((place.clone(), name.clone()))
    })
}

/// The property that tells the items of a list apart.
fn identity_of(api: &Api, list: &Operation) -> Option<String> {
    let members = properties(api, item_of(api, list)?);
    IDS.iter().find_map(|id| {
        let own = members.iter().find(|(name, _)| snake(name) == *id);
        own.map(|(name, _)| name.clone())
    })
}

/// The properties of a body, those in objects and lists as well.
fn walk(api: &Api, schema: SchemaId, within: &[String], found: &mut Vec<Place>) {
    if within.len() >= DEPTH || found.len() >= PLACES {
        return;
    }
    let items = |id: SchemaId| api.schema(api.resolve(id)).array.items;
    for (name, id) in properties(api, schema) {
        let path: Vec<String> = within.iter().cloned().chain([name]).collect();
        let inner = items(id).unwrap_or(id);
        found.push(Place(path.clone()));
        walk(api, inner, &path, found);
    }
}

/// What a property is called that tells the items of a collection apart: `serial`, `serials`, `meter_serial`, `meterId` for
/// `/meters/{serial}`, and `site_id` for `/sites/{id}`.
fn called(collection: &str, parameter: &str) -> Vec<String> {
    let last = collection.rsplit('/').next().unwrap_or_default();
    let (noun, word) = (singular(&snake(last)), snake(parameter));
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
}

/// Whether a property is called so.
fn names_item(name: &str, collection: &str, parameter: &str) -> bool {
    let name = snake(name);
    let mut all = called(collection, parameter).into_iter();
    all.any(|it| name == it || name == format!("{it}s"))
}

#[cfg(test)]
mod tests {
    use super::{kin_of, names_item, reads};

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

    /// What is found for an operation: where what it belongs to is named, and where it is.
    fn found_in(api: &counterpart_model::Api, id: &str) -> Vec<(Option<String>, String)> {
        let operation = api.operation(id).expect("an operation");
        let body = operation.body.as_ref().expect("a body");
        let schema = body.content.values().find_map(|it| it.schema);
        let schema = schema.expect("a schema");
        let found = kin_of(api, &reads(api), operation, schema).into_iter();
        found
            .map(|it| (it.above.map(|it| it.0.join(".")), it.property.0.join(".")))
            .collect()
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
        let of = |id: &str| found_in(&api, id);
        assert_eq!(
            of("job"),
            [(Some("siteId".to_owned()), "serials".to_owned())]
        );
        assert_eq!(of("check"), [(None, "serial".to_owned())]);
    }

    #[test]
    fn what_is_listed_below_and_what_tells_its_owner_goes_together() {
        let text = "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {'/events': {get: {operationId: events, responses: \
                    {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: \
                    '#/components/schemas/Event'}}}}}}}}, '/events/{event_id}/ticket-types': {get: {operationId: types, \
                    parameters: [{name: event_id, in: path, required: true, schema: {type: string}}], responses: {'200': \
                    {description: ok, content: {application/json: {schema: {type: array, items: {$ref: \
                    '#/components/schemas/Type'}}}}}}}}, '/pets': {get: {operationId: pets, responses: {'200': {description: \
                    ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}}}, \
                    '/pets/{id}': {get: {operationId: pet, parameters: [{name: id, in: path, required: true, schema: {type: \
                    string}}], responses: {'200': {description: ok, content: {application/json: {schema: {$ref: \
                    '#/components/schemas/Pet'}}}}}}}, '/orders': {post: {operationId: order, requestBody: {content: \
                    {application/json: {schema: {type: object, properties: {event_id: {type: string}, items: {type: array, \
                    items: {type: object, properties: {ticket_type_id: {type: string}}}}}}}}}, responses: {'201': {description: \
                    ok}}}}, '/visits': {post: {operationId: visit, requestBody: {content: {application/json: {schema: {type: \
                    object, properties: {petId: {type: string}, ownerId: {type: string}}}}}}, responses: {'201': {description: \
                    ok}}}}}, components: {schemas: {Event: {type: object, properties: {id: {type: string}}}, Type: {type: \
                    object, properties: {id: {type: string}}}, Pet: {type: object, properties: {id: {type: string}, ownerId: \
                    {type: string}}}}}}";
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let of = |id: &str| found_in(&api, id);
        assert_eq!(
            of("order"),
            [(
                Some("event_id".to_owned()),
                "items.ticket_type_id".to_owned()
            )]
        );
        assert_eq!(
            of("visit"),
            [(Some("ownerId".to_owned()), "petId".to_owned())]
        );
    }
}
