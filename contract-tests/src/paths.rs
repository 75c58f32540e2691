//! How the paths of a document relate: a collection, its items, what makes them and what lists them.
//!
//! Paths are compared as people mean them: `/flows/` and `/flows` are one collection, and so are `/flows.json` and
//! `/flows`; `/flows/{id}`, `/flows/{id}.json` and OData's `/flows({id})` are its items.

use crate::{
    context::identity::item_schema_of,
    rules::infer::{answer_schema, envelope::unwrapped},
};
use counterpart_model::api::{Api, Method, Operation, ParameterLocation, SchemaId, Shape};

/// Last parts of paths by which a collection is searched with a body.
const SEARCHES: [&str; 9] = [
    "filter", "search", "query", "list", "find", "paginate", "_search", "lookup", "all",
];

/// A path without what does not tell it from others: a slash at its end, an extension that names a media type.
#[must_use]
pub(crate) fn plain(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.strip_suffix(".json").unwrap_or(path)
}

/// The collection that an item's path stands in, and the parameter that tells the items apart.
#[must_use]
pub(crate) fn item(path: &str) -> Option<(&str, &str)> {
    let path = plain(path);
    let keyed = || {
        let inside = path.strip_suffix(')')?;
        let (collection, key) = inside.rsplit_once('(')?;
        Some((collection, key.trim_matches('\'')))
    };
    let (collection, last) = keyed().or_else(|| path.rsplit_once('/'))?;
    let name = last.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some((collection, name))
}

/// A path up to its last parameter: `/accounts/{id}/close` → `/accounts/{id}`. Empty where it has none.
#[must_use]
pub(crate) fn resource(path: &str) -> &str {
    let Some(end) = path.rfind('}') else {
        return "";
    };
    // `('{id}')` closes after the parameter.
    let rest = path.get(end + 1..).unwrap_or_default();
    let closing = rest.len() - rest.trim_start_matches(['\'', ')']).len();
    path.get(..=end + closing).unwrap_or_default()
}

/// The operation of that method on a path, however its end is written.
#[must_use]
pub(crate) fn at<'a>(api: &'a Api, method: Method, path: &str) -> Option<&'a Operation> {
    let wanted = plain(path);
    let mut all = api.operations.iter();
    all.find(|other| other.method == method && plain(&other.path) == wanted)
}

/// The operation of that method on the items of a collection.
#[must_use]
pub(crate) fn on_items<'a>(
    api: &'a Api,
    method: Method,
    collection: &str,
) -> Option<&'a Operation> {
    let wanted = plain(collection);
    let mut all = api.operations.iter();
    all.find(|other| {
        other.method == method && item(&other.path).is_some_and(|(above, _)| above == wanted)
    })
}

/// Whether a path is that of the items of a collection.
#[must_use]
pub(crate) fn is_item_of(path: &str, collection: &str) -> bool {
    item(path).is_some_and(|(above, _)| above == plain(collection))
}

/// Whether requests for two templates may have one path: they differ in the names of parameters only (OAS 3.1 §4.8.8.2
/// forbids it), or in how they end.
#[must_use]
pub(crate) fn alike(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (plain(one).split('/'), plain(other).split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if left == right => {}
            (Some(left), Some(right))
                if around(left).is_some() && around(left) == around(right) => {}
            _ => return false,
        }
    }
}

/// Whether a request for one template may be one for another as well: `/todos/{id}` covers `/todos/count`.
#[must_use]
pub(crate) fn covers(wide: &str, narrow: &str) -> bool {
    let (mut wide, mut narrow) = (plain(wide).split('/'), plain(narrow).split('/'));
    loop {
        match (wide.next(), narrow.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if left == right => {}
            (Some(left), Some(right)) => {
                let Some((before, after)) = around(left) else {
                    return false;
                };
                let whole = before.is_empty() && after.is_empty() && !right.contains(':');
                if !whole && around(right) != Some((before, after)) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// What stands before and after the parameters of a part of a path: `{port}:close` ends with `:close`.
fn around(part: &str) -> Option<(&str, &str)> {
    let (before, _) = part.split_once('{')?;
    let (_, after) = part.rsplit_once('}')?;
    Some((before, after))
}

/// Whether another operation of the same method stands in the same place.
#[must_use]
pub(crate) fn is_ambiguous(api: &Api, operation: &Operation) -> bool {
    let mut all = api.operations.iter();
    all.any(|other| {
        other.id != operation.id
            && other.method == operation.method
            && alike(&other.path, &operation.path)
    })
}

/// Whether what is posted to a path is listed there, and has no path of its own: comments below a ticket.
#[must_use]
pub(crate) fn is_listed_only(api: &Api, path: &str) -> bool {
    let path = plain(path);
    let made = at(api, Method::Post, path).and_then(|it| shown(api, it));
    let listed = || item_schema_of(api, at(api, Method::Get, path)?).map(|id| api.resolve(id));
    let items = || api.operations.iter().any(|it| is_item_of(&it.path, path));
    made.is_some() && home(api, path) == path && !items() && made == listed()
}

/// The collection whose items are what a path makes or lists: the path itself, or `/tickets` for
/// `/projects/{key}/tickets` where a ticket is asked for by `/tickets/{id}`.
#[must_use]
pub(crate) fn home<'a>(api: &'a Api, path: &'a str) -> &'a str {
    let path = plain(path);
    let last = last_part(path);
    let own = || api.operations.iter().any(|it| is_item_of(&it.path, path));
    if last.is_empty() || last.contains(['{', '}', '(']) || own() {
        return path;
    }
    let made = at(api, Method::Post, path).and_then(|it| shown(api, it));
    let listed = || item_schema_of(api, at(api, Method::Get, path)?).map(|id| api.resolve(id));
    let Some(made) = made.or_else(listed) else {
        return path;
    };
    let elsewhere = api.operations.iter().find_map(|read| {
        let (collection, _) = item(&read.path).filter(|_| read.method == Method::Get)?;
        let same = last_part(collection) == last && shown(api, read) == Some(made);
        same.then_some(collection)
    });
    elsewhere.unwrap_or(path)
}

/// The operation of that method elsewhere whose items are those of a collection.
#[must_use]
pub(crate) fn away<'a>(api: &'a Api, method: Method, collection: &str) -> Option<&'a Operation> {
    let collection = plain(collection);
    let last = last_part(collection);
    let mut all = api.operations.iter();
    all.find(|other| {
        other.method == method
            && last_part(plain(&other.path)) == last
            && home(api, &other.path) == collection
    })
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether what stands in one template cannot be found without what stands in another: in what lists or makes it, or in
/// its parents.
#[must_use]
pub(crate) fn depends(api: &Api, template: &str, on: &str) -> bool {
    if template == on {
        return true;
    }
    let mut seen = Vec::new();
    let mut open = vec![template.to_owned()];
    while let Some(next) = open.pop() {
        let Some((collection, _)) = item(&next) else {
            continue;
        };
        let ways = [list(api, collection), create(api, collection)];
        let needed = ways.into_iter().flatten().map(|way| way.path.as_str());
        for path in needed.chain([collection]) {
            let template = resource(path).to_owned();
            if template == on {
                return true;
            }
            if !template.is_empty() && !seen.contains(&template) {
                seen.push(template.clone());
                open.push(template);
            }
        }
    }
    false
}

/// Whether what stands in a template can be found by an operation: not by one that has to be told what stands there.
#[must_use]
pub(crate) fn leads(api: &Api, operation: &Operation, template: &str) -> bool {
    let needed = resource(&operation.path);
    let above = needed.len() < template.len() && template.starts_with(needed);
    above || !depends(api, needed, template)
}

/// What makes the items of a collection: `POST` on it, else an operation that answers with one of them.
#[must_use]
pub(crate) fn create<'a>(api: &'a Api, collection: &str) -> Option<&'a Operation> {
    let own = at(api, Method::Post, collection);
    own.or_else(|| away(api, Method::Post, collection))
        .or_else(|| {
            let wanted = shown(api, on_items(api, Method::Get, collection)?)?;
            let collection = plain(collection);
            let mut all = api.operations.iter();
            all.find(|other| {
                let below = plain(&other.path).strip_prefix(collection);
                let method = match other.method {
                    Method::Put => below == Some(""),
                    Method::Post => below.is_some_and(|rest| rest.starts_with('/')),
                    _ => false,
                };
                // An item's own operations show it too, and make none.
                let elsewhere = below.is_some_and(|rest| !rest.contains('{'));
                method && elsewhere && !is_search(other) && shown(api, other) == Some(wanted)
            })
        })
        .or_else(|| only_maker(api, collection))
}

/// The only operation that makes what is called like a collection, where nothing stands on the collection or on its items
/// themselves: `POST /tickets/{id}/attachments` for `/attachments/{id}/content`.
fn only_maker<'a>(api: &'a Api, collection: &str) -> Option<&'a Operation> {
    let collection = plain(collection);
    let stands = |it: &&Operation| {
        plain(&it.path) == collection
            || is_item_of(&it.path, collection) && it.method != Method::Delete
    };
    let word = last_part(collection);
    if word.is_empty() || word.contains('{') || api.operations.iter().any(|it| stands(&it)) {
        return None;
    }
    let makes = |it: &&Operation| {
        let path = plain(&it.path);
        it.method == Method::Post && last_part(path) == word && at(api, Method::Get, path).is_none()
    };
    let mut found = api.operations.iter().filter(makes);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// What lists the items of a collection: `GET` on it, else an operation that answers with several of what is read from
/// one: `POST /flows/filter`, `GET /pet/findByStatus`.
#[must_use]
pub(crate) fn list<'a>(api: &'a Api, collection: &str) -> Option<&'a Operation> {
    let own = at(api, Method::Get, collection);
    own.or_else(|| away(api, Method::Get, collection))
        .or_else(|| {
            let collection = plain(collection);
            let shown = on_items(api, Method::Get, collection).and_then(|read| shown(api, read));
            let lists = |other: &&Operation| {
                let readable = other.method == Method::Get || is_search(other);
                let items = || item_schema_of(api, other).map(|items| api.resolve(items));
                readable
                    && is_led_to(other, collection)
                    && items().is_some_and(|it| Some(it) == shown)
            };
            let below = |other: &&Operation| {
                let rest = plain(&other.path).strip_prefix(collection);
                rest.is_some_and(|rest| rest.starts_with('/'))
            };
            let by_schema = || {
                let found: Vec<&Operation> = api.operations.iter().filter(lists).collect();
                found
                    .iter()
                    .copied()
                    .find(|other| below(other))
                    .or(found.first().copied())
            };
            let by_name = || {
                let named = |other: &&Operation| searched(other) == Some(collection);
                let mut all = api.operations.iter();
                all.find(|other| named(other) && item_schema_of(api, other).is_some())
            };
            by_name().or_else(|| shown.and_then(|_| by_schema()))
        })
}

/// The collection that a list operation lists: its own path, or the one above `/filter`.
#[must_use]
pub(crate) fn listed(list: &Operation) -> &str {
    searched(list).unwrap_or_else(|| plain(&list.path))
}

/// The collection that is searched by posting to `/filter` below it.
fn searched(operation: &Operation) -> Option<&str> {
    let (above, last) = plain(&operation.path).rsplit_once('/')?;
    let reads = matches!(operation.method, Method::Get | Method::Post);
    (reads && SEARCHES.contains(&last.to_ascii_lowercase().as_str())).then_some(above)
}

/// Whether it searches: a `POST` to `/filter`, `/search`, … below a collection.
#[must_use]
pub(crate) fn is_search(operation: &Operation) -> bool {
    operation.method == Method::Post && searched(operation).is_some()
}

/// Whether the parameters of an operation's path are known where a collection's are, and nothing else is asked for.
fn is_led_to(operation: &Operation, collection: &str) -> bool {
    operation.parameters.iter().all(|parameter| {
        parameter.location != ParameterLocation::Path
            || collection.contains(&format!("{{{}}}", parameter.name))
    })
}

/// The schema of what an operation's success shows, wrapped or not.
fn shown(api: &Api, operation: &Operation) -> Option<SchemaId> {
    let body = api.resolve(answer_schema(operation)?);
    let is_object = matches!(api.schema(body).shape, Shape::Object(_));
    is_object.then(|| unwrapped(api, body).1)
}

#[cfg(test)]
mod tests {
    use super::{alike, covers, is_item_of, item, leads, list, plain, resource};

    #[test]
    fn a_collection_is_the_same_however_its_path_ends() {
        for path in ["/flows", "/flows/", "/flows.json"] {
            assert_eq!(plain(path), "/flows");
        }
        for path in [
            "/flows/{id}",
            "/flows/{id}/",
            "/flows/{id}.json",
            "/flows({id})",
            "/flows('{id}')",
        ] {
            assert_eq!(item(path), Some(("/flows", "id")), "{path}");
            assert!(is_item_of(path, "/flows/"), "{path}");
        }
        for path in ["/flows", "/flows/{a}-{b}", "/flows/{id}/runs", "/"] {
            assert_eq!(item(path), None, "{path}");
        }
    }

    #[test]
    fn templates_are_alike_but_for_the_names_in_them() {
        assert!(alike("/a/{one}/b", "/a/{other}/b/"));
        assert!(!alike("/a/{one}", "/a/{one}/b"));
        assert!(!alike("/a/{one}", "/a/all"));
        assert!(covers("/a/{one}", "/a/all") && covers("/a/{one}", "/a/{other}"));
        assert!(!covers("/a/all", "/a/{one}") && !covers("/a/{one}", "/a/all/b"));
    }

    #[test]
    fn what_stands_below_itself_is_not_found_by_itself() {
        let of = |path: &str, method: &str, schema: &str| {
            format!(
                "  {path}:\n    {method}:\n      parameters:\n        - {{name: id, in: path, required: true, schema: {{type: string}}}}\n      responses:\n        '200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}\n"
            )
        };
        let folder = "{$ref: '#/components/schemas/Folder'}";
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}{}components:\n  schemas:\n    Folder: {{type: object, properties: {{id: {{type: string}}}}}}\n",
            of("/folders/{id}", "get", folder),
            of(
                "/folders/{id}/folders",
                "get",
                &format!("{{type: array, items: {folder}}}")
            ),
        );
        let api = counterpart_model::load_str("t.yaml", text)
            .api
            .expect("it can be used");
        let list = list(&api, "/folders").expect("a list");
        assert_eq!(list.path, "/folders/{id}/folders");
        assert!(!leads(&api, list, "/folders/{id}"));
    }

    #[test]
    fn a_resource_ends_with_its_parameter() {
        assert_eq!(
            resource("/flows/{id}/runs/{run}/stop"),
            "/flows/{id}/runs/{run}"
        );
        assert_eq!(resource("/flows('{id}')/runs"), "/flows('{id}')");
        assert_eq!(resource("/flows/{id}.json"), "/flows/{id}");
        assert_eq!(resource("/flows"), "");
    }
}
