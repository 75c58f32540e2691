//! What a body wraps a resource in: `{"data": {…}}`, `{"user": {…}}`, JSON:API's `{"data": {"type": …, "attributes": {…}}}`.

use super::shape::{properties, shape_of};
use crate::rules::Pointer;
use counterpart_model::api::{Api, SchemaId, Shape};
use serde_json::Value;

/// Members in which a body wraps what it shows.
pub(crate) const WRAPPERS: [&str; 5] = ["data", "result", "item", "response", "payload"];

/// Members that stand beside a wrapped resource without being part of it.
const BESIDE: [&str; 11] = [
    "links", "meta", "included", "jsonapi", "success", "message", "status", "ok", "error",
    "errors", "warnings",
];

/// Where in a body the resource stands, and its schema: the body itself where nothing wraps it.
#[must_use]
pub(crate) fn unwrapped(api: &Api, schema: SchemaId) -> (Pointer, SchemaId) {
    let all = properties(api, schema);
    let is_object = |id: SchemaId| {
        matches!(shape_of(api, id), Shape::Object(_) | Shape::Union(_))
            && !properties(api, id).is_empty()
    };
    let beside = |name: &str| BESIDE.contains(&name) || name.starts_with('_');
    let named =
        |(name, id): &&(String, SchemaId)| WRAPPERS.contains(&name.as_str()) && is_object(*id);
    // Beside what identifies the resource, `data` is one of its properties.
    let wraps = all
        .iter()
        .all(|(name, _)| WRAPPERS.contains(&name.as_str()) || beside(name));
    let found = match all.as_slice() {
        // What may be left out is a property and no wrapper.
        [(name, id)]
            if is_object(*id)
                && properties(api, *id).len() > 1
                && api
                    .schema(api.resolve(schema))
                    .object
                    .required
                    .contains(name) =>
        {
            Some((name, *id))
        }
        _ => all
            .iter()
            .find(named)
            .filter(|_| wraps)
            .map(|(name, id)| (name, *id)),
    };
    match found {
        Some((name, id)) => (Pointer::default().child(name), api.resolve(id)),
        None => (Pointer::default(), api.resolve(schema)),
    }
}

/// Where in a body the properties of a resource stand that a client sets: in the `attributes` of JSON:API, else where the
/// resource stands.
#[must_use]
pub(crate) fn core(api: &Api, schema: SchemaId) -> (Pointer, SchemaId) {
    let (place, inner) = unwrapped(api, schema);
    let all = properties(api, inner);
    let find = |wanted: &str| all.iter().find(|(name, _)| name == wanted);
    match (find("type"), find("attributes")) {
        (Some(_), Some((name, id))) if !properties(api, *id).is_empty() => {
            (place.child(name), api.resolve(*id))
        }
        _ => (place, inner),
    }
}

/// The part of a body that is the resource's properties, and their schema; the whole body where it is not there.
#[must_use]
pub(crate) fn core_of<'a>(api: &Api, schema: SchemaId, body: &'a Value) -> (SchemaId, &'a Value) {
    let (place, inner) = core(api, schema);
    match place.get(body) {
        Some(found) => (inner, found),
        None => (api.resolve(schema), body),
    }
}

/// What a body tells of a resource under a name: at its root, or in what wraps the resource.
#[must_use]
pub(crate) fn told<'v>(body: &'v Value, name: &str) -> Option<&'v Value> {
    let inner = || {
        let members = body.as_object()?;
        let named = WRAPPERS.iter().find_map(|name| members.get(*name));
        let only = members.values().next().filter(|_| members.len() == 1);
        let inner = named.or(only)?;
        let attributes = || inner.get("attributes")?.get(name);
        inner.get(name).or_else(attributes)
    };
    body.get(name).or_else(inner)
}

#[cfg(test)]
mod tests {
    use super::{core, unwrapped};

    #[test]
    fn what_wraps_is_no_part_of_it() {
        let object = |inner: &str| format!("{{type: object, properties: {{{inner}}}}}");
        let user = object("name: {type: string}, age: {type: integer}");
        for (schema, outer, inner) in [
            (user.clone(), "", ""),
            (
                object(&format!("data: {user}, meta: {{}}")),
                "/data",
                "/data",
            ),
            (
                format!("{{required: [user], type: object, properties: {{user: {user}}}}}"),
                "/user",
                "/user",
            ),
            (object(&format!("user: {user}")), "", ""),
            // A resource with a property that is called so.
            (
                object(&format!("name: {{type: string}}, data: {user}")),
                "",
                "",
            ),
            (
                object(&format!(
                    "data: {}",
                    object(&format!(
                        "type: {{type: string}}, id: {{type: string}}, attributes: {user}"
                    ))
                )),
                "/data",
                "/data/attributes",
            ),
        ] {
            let text = format!(
                "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    It: {schema}\n"
            );
            let api = counterpart_model::load_str("t.yaml", text)
                .api
                .expect("it can be used");
            let id = api.components.get("It").copied().expect("the schema");
            assert_eq!(unwrapped(&api, id).0.as_str(), outer, "{schema}");
            assert_eq!(core(&api, id).0.as_str(), inner, "{schema}");
        }
    }
}
