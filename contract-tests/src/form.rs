//! Forms: a value whose schema is an object, as pairs of names and texts, or as parts (OAS §4.8.14.2, §4.8.15).
//!
//! Everything before a request is sent works with the value; what goes over the wire is made last.

use crate::{judge::Judge, request::Request, wire};
use bytes::Bytes;
use counterpart_model::{
    Direction,
    api::{Api, MediaType, Operation, SchemaId, TypeSet},
};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Between the parts: long enough to stand in none of them.
const BOUNDARY: &str = "counterpart-boundary-5f2b7c91d3e84a60";

/// The two kinds of forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pairs,
    Parts,
}

fn kind(media: &str) -> Option<Kind> {
    let essence = media.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Some(Kind::Pairs)
    } else if essence.eq_ignore_ascii_case("multipart/form-data") {
        Some(Kind::Parts)
    } else {
        None
    }
}

/// Whether a media type is a form.
#[must_use]
pub fn is_form(media: &str) -> bool {
    kind(media).is_some()
}

/// The media type and schema of the form that an operation takes, if it takes one.
pub(crate) fn form_of(operation: &Operation) -> Option<(String, SchemaId)> {
    let body = operation.body.as_ref()?;
    let found = body.content.iter().find(|(media, _)| is_form(media));
    found.and_then(|(media, content)| Some((media.clone(), content.schema?)))
}

fn content_of<'a>(operation: &'a Operation, media: &str) -> Option<&'a MediaType> {
    let kind = kind(media)?;
    let mut content = operation.body.as_ref()?.content.iter();
    content
        .find(|(known, _)| self::kind(known) == Some(kind))
        .map(|(_, content)| content)
}

/// The value a server reads from a form of this value; `None` where no form says it, such as lists of lists.
pub(crate) fn as_read(
    judge: &Judge,
    operation: &Operation,
    media: &str,
    value: &Value,
) -> Option<Value> {
    let content = content_of(operation, media)?;
    let pairs = pairs(judge.api(), kind(media)?, content, value.as_object()?)?;
    // Without a pair there is no body, which is something else.
    (!pairs.is_empty()).then(|| read(judge, content, pairs))
}

/// One pair or part.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The name, brackets included.
    pub name: String,
    /// The text, or the value of a part that is JSON.
    pub value: Value,
}

/// The value that a form's pairs stand for, by its schema: a text is whatever its property takes.
#[must_use]
pub fn read(judge: &Judge, content: &MediaType, pairs: Vec<Pair>) -> Value {
    let mut members: Map<String, Value> = Map::new();
    let mut lists: IndexMap<String, Vec<Value>> = IndexMap::new();
    for pair in pairs {
        let deep = pair
            .name
            .split_once('[')
            .filter(|(name, _)| is_deep(content, name));
        match deep {
            Some((name, rest)) => {
                let keys: Vec<&str> = rest
                    .split('[')
                    .map(|key| key.trim_end_matches(']'))
                    .collect();
                let place = content
                    .schema
                    .and_then(|schema| property(judge.api(), schema, name));
                let at = members
                    .entry(name)
                    .or_insert_with(|| Value::Object(Map::new()));
                put(judge, place, at, &keys, pair.value);
            }
            None => lists.entry(pair.name).or_default().push(pair.value),
        }
    }
    for (name, values) in lists {
        let place = content
            .schema
            .and_then(|schema| property(judge.api(), schema, &name));
        members.insert(name, typed_list(judge, place, &values));
    }
    Value::Object(members)
}

fn put(judge: &Judge, place: Option<SchemaId>, at: &mut Value, keys: &[&str], value: Value) {
    let (Some((key, rest)), Value::Object(members)) = (keys.split_first(), at) else {
        return;
    };
    let place = place.and_then(|place| property(judge.api(), place, key));
    if rest.is_empty() {
        members.insert((*key).to_owned(), typed(judge, place, &value));
    } else {
        let next = members
            .entry(*key)
            .or_insert_with(|| Value::Object(Map::new()));
        put(judge, place, next, rest, value);
    }
}

/// The values under one name: a list where the property takes one.
fn typed_list(judge: &Judge, place: Option<SchemaId>, values: &[Value]) -> Value {
    let api = judge.api();
    let array = place.and_then(|place| api.schema(api.resolve(place)).array.items);
    let list: Value = values
        .iter()
        .map(|value| typed(judge, array, value))
        .collect();
    match values {
        [only] => {
            let one = typed(judge, place, only);
            let valid = |value: &Value| {
                place.is_none_or(|place| judge.is_valid(place, Direction::Request, value))
            };
            // One value of a list is a list of one.
            let takes =
                place.is_some_and(|place| api.schema(api.resolve(place)).types == TypeSet::ARRAY);
            if takes || !valid(&one) && valid(&list) {
                list
            } else {
                one
            }
        }
        _ => list,
    }
}

/// A text as what its schema makes of it; what is no text is what it is.
fn typed(judge: &Judge, place: Option<SchemaId>, value: &Value) -> Value {
    let (Value::String(text), Some(place)) = (value, place) else {
        return value.clone();
    };
    let valid = |value: &Value| judge.is_valid(place, Direction::Request, value);
    if valid(value) {
        return value.clone();
    }
    match serde_json::from_str(text) {
        Ok(read @ (Value::Number(_) | Value::Bool(_))) => {
            let schema = judge.api().schema(judge.api().resolve(place));
            let other = !schema.types.contains(TypeSet::STRING) || schema.types == TypeSet::ALL;
            if valid(&read) || other {
                read
            } else {
                value.clone()
            }
        }
        _ => value.clone(),
    }
}

fn is_deep(content: &MediaType, name: &str) -> bool {
    let encoding = content.encoding.get(name);
    let style = encoding.and_then(|encoding| encoding.get("style")?.as_str());
    style == Some("deepObject")
}

/// The pairs a value is written as (OAS §4.8.15.1); `None` where that is not said.
fn pairs(
    api: &Api,
    kind: Kind,
    content: &MediaType,
    members: &Map<String, Value>,
) -> Option<Vec<Pair>> {
    let mut all = Vec::new();
    let text = |name: &str, value: &Value| Pair {
        name: name.to_owned(),
        value: wire::scalar(value).into(),
    };
    for (name, member) in members {
        let items = match member {
            Value::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        for item in items {
            match item {
                Value::Object(_) if is_deep(content, name) && !member.is_array() => {
                    deep(name, item, &mut all)?;
                }
                // Where text is meant, JSON is text.
                Value::Object(_) if kind == Kind::Parts && takes_objects(api, content, name) => all
                    .push(Pair {
                        name: name.clone(),
                        value: item.clone(),
                    }),
                Value::Object(_) | Value::Array(_) => return None,
                scalar => all.push(text(name, scalar)),
            }
        }
    }
    Some(all)
}

/// Whether a property, or the items of its list, are objects.
fn takes_objects(api: &Api, content: &MediaType, name: &str) -> bool {
    let place = content
        .schema
        .and_then(|schema| property(api, schema, name));
    let types = |id: SchemaId| api.schema(api.resolve(id)).types.without(TypeSet::NULL);
    place.is_some_and(|place| {
        let items = api.schema(api.resolve(place)).array.items;
        types(place) == TypeSet::OBJECT
            || items.is_some_and(|items| types(items) == TypeSet::OBJECT)
    })
}

/// `a[b][c]=1`
fn deep(name: &str, value: &Value, all: &mut Vec<Pair>) -> Option<()> {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                deep(&format!("{name}[{key}]"), member, all)?;
            }
        }
        // What a list inside of brackets looks like the style does not say, nor what is empty.
        Value::Object(_) | Value::Array(_) => return None,
        scalar => all.push(Pair {
            name: name.to_owned(),
            value: wire::scalar(scalar).into(),
        }),
    }
    Some(())
}

fn property(api: &Api, schema: SchemaId, name: &str) -> Option<SchemaId> {
    let schema = api.schema(api.resolve(schema));
    let own = schema.object.properties.get(name).copied();
    own.or_else(|| {
        let parts = schema
            .all_of
            .iter()
            .chain(&schema.any_of)
            .chain(&schema.one_of);
        let mut parts = parts.chain(&schema.reference).copied();
        parts.find_map(|part| property(api, part, name))
    })
}

/// The request as it goes over the wire: a value that a form stands for is written as that form.
pub(crate) fn written<'a>(
    api: &Api,
    operation: Option<&Operation>,
    request: &'a Request,
) -> Cow<'a, Request> {
    let form = || {
        let media = request.content_type.as_deref()?;
        let kind = kind(media)?;
        let value: Value = serde_json::from_slice(request.body.as_ref()?).ok()?;
        let content = content_of(operation?, media)?;
        let pairs = pairs(api, kind, content, value.as_object()?)?;
        let mut written = request.clone();
        match kind {
            Kind::Pairs => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for pair in &pairs {
                    form.append_pair(&pair.name, &wire::scalar(&pair.value));
                }
                written.body = Some(form.finish().into());
            }
            Kind::Parts => {
                written.body = Some(parts(api, content, &pairs, None));
                written.content_type = Some(format!("multipart/form-data; boundary={BOUNDARY}"));
            }
        }
        Some(written)
    };
    form().map_or(Cow::Borrowed(request), Cow::Owned)
}

/// A form whose file has these bytes, which no value can hold; `None` where it has no file of its own.
pub(crate) fn with_file(
    api: &Api,
    operation: &Operation,
    request: &Request,
    bytes: &Bytes,
) -> Option<Request> {
    let media = request.content_type.as_deref()?;
    let content = content_of(operation, media)?;
    let file = file_of(api, content.schema?)?;
    let value: Value = serde_json::from_slice(request.body.as_ref()?).ok()?;
    let pairs = pairs(api, kind(media)?, content, value.as_object()?)?;
    let has = kind(media)? == Kind::Parts && pairs.iter().any(|pair| pair.name == file);
    let mut request = request.clone();
    request.body = Some(parts(api, content, &pairs, Some((&file, bytes))));
    request.content_type = Some(format!("multipart/form-data; boundary={BOUNDARY}"));
    has.then_some(request)
}

fn parts(api: &Api, content: &MediaType, pairs: &[Pair], other: Option<(&str, &Bytes)>) -> Bytes {
    let mut body = Vec::new();
    for pair in pairs {
        let place = content
            .schema
            .and_then(|schema| property(api, schema, &pair.name));
        let encoding = content.encoding.get(&pair.name);
        let stated = encoding
            .and_then(|encoding| encoding.get("contentType")?.as_str())
            .map(|media| media.split(',').next().unwrap_or(media).trim())
            .filter(|media| !media.contains('*'));
        let file = place.is_some_and(|place| is_binary(api, place));
        let json = pair.value.is_object();
        let media = match (stated, json, file) {
            (Some(stated), ..) => Some(stated),
            (None, true, _) => Some("application/json"),
            (None, false, true) => Some("application/octet-stream"),
            (None, false, false) => None,
        };
        // RFC 7578 §4.2, and what browsers make of quotes and line feeds in names.
        let name = pair
            .name
            .replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A");
        let file = if file {
            "; filename=\"counterpart.bin\""
        } else {
            ""
        };
        let mut head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n");
        if let Some(media) = media {
            head.push_str(&format!("Content-Type: {media}\r\n"));
        }
        body.extend(head.bytes());
        let text = if json {
            pair.value.to_string()
        } else {
            wire::scalar(&pair.value)
        };
        body.extend(b"\r\n");
        match other.filter(|(name, _)| *name == pair.name) {
            Some((_, bytes)) => body.extend_from_slice(bytes),
            None => body.extend(text.bytes()),
        }
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body.into()
}

/// The property of a form that is a file, where it has one.
pub(crate) fn file_of(api: &Api, schema: SchemaId) -> Option<String> {
    let all = crate::rules::infer::properties(api, schema).into_iter();
    let mut files = all.filter(|(_, id)| is_binary(api, *id));
    let (name, _) = files.next()?;
    files.next().is_none().then_some(name)
}

/// Whether a property, or each of its items, is a file.
fn is_binary(api: &Api, schema: SchemaId) -> bool {
    let schema = api.schema(api.resolve(schema));
    let own = schema.string.format.as_deref() == Some("binary")
        || schema.string.content_media_type.is_some() && schema.string.content_encoding.is_none();
    let items = schema.array.items;
    own || items.is_some_and(|items| {
        let items = api.schema(api.resolve(items));
        items.string.format.as_deref() == Some("binary")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::api;
    use serde_json::json;

    const DOCUMENT: &str = "
openapi: 3.1.0
info: { title: Test, version: '1' }
paths:
  /pairs:
    post:
      operationId: pairs
      requestBody:
        content:
          application/x-www-form-urlencoded:
            encoding: { deep: { style: deepObject, explode: true } }
            schema: &schema
              type: object
              properties:
                text: { type: string }
                count: { type: integer }
                tags: { type: array, items: { type: integer } }
                deep: { type: object, properties: { on: { type: boolean } } }
                inner: { type: object, properties: { a: { type: string } } }
                file: { type: string, format: binary }
      responses: { '200': { description: ok } }
  /parts:
    post:
      operationId: parts
      requestBody: { content: { multipart/form-data: { schema: *schema } } }
      responses: { '200': { description: ok } }
";
    const PAIRS: &str = "application/x-www-form-urlencoded";
    const PARTS: &str = "multipart/form-data";

    #[test]
    fn what_is_read_is_what_was_meant_or_what_a_server_sees() {
        let (api, _) = api(DOCUMENT);
        let judge = Judge::new(std::sync::Arc::clone(&api));
        let read = |id: &str, media: &str, value: Value| {
            as_read(&judge, api.operation(id).expect("operation"), media, &value)
        };
        let same = json!({ "text": "7", "count": 7, "tags": [1, 2], "deep": { "on": true } });
        assert_eq!(read("pairs", PAIRS, same.clone()), Some(same));
        // A number is text where text is meant, and text that is no number stays what it is.
        let wrong = json!({ "text": 7, "count": "seven", "tags": [1] });
        let seen = json!({ "text": "7", "count": "seven", "tags": [1] });
        assert_eq!(read("pairs", PAIRS, wrong), Some(seen));
        // What no form says.
        for value in [
            json!([]),
            json!({}),
            json!({ "tags": [] }),
            json!({ "inner": { "a": "b" } }),
        ] {
            assert_eq!(read("pairs", PAIRS, value.clone()), None, "{value}");
        }
        let part = json!({ "inner": { "a": "b" }, "file": "bytes" });
        assert_eq!(read("parts", PARTS, part.clone()), Some(part));
        assert_eq!(read("parts", PARTS, json!({ "text": {} })), None);
    }

    #[test]
    fn a_form_is_written_last() {
        let (api, _) = api(DOCUMENT);
        let operation = |id: &str| api.operation(id);
        let mut request = Request::new("POST", "/pairs");
        request.content_type = Some(PAIRS.to_owned());
        let value = json!({ "count": 1, "deep": { "on": true }, "tags": [1, 2], "text": "a&b" });
        let request = request.with_json(&value);
        let sent = written(&api, operation("pairs"), &request).into_owned();
        let text = String::from_utf8(sent.body.expect("a body").to_vec()).expect("text");
        assert_eq!(text, "count=1&deep%5Bon%5D=true&tags=1&tags=2&text=a%26b");
        let mut request = Request::new("POST", "/parts");
        request.content_type = Some(PARTS.to_owned());
        let request = request.with_json(&json!({ "file": "x", "inner": { "a": "b" } }));
        let sent = written(&api, operation("parts"), &request).into_owned();
        let text = String::from_utf8(sent.body.expect("a body").to_vec()).expect("text");
        assert!(text.contains("name=\"file\"; filename="), "{text}");
        assert!(
            text.contains("Content-Type: application/json\r\n\r\n{\"a\":\"b\"}"),
            "{text}"
        );
        assert!(sent.content_type.expect("a type").contains(BOUNDARY));
    }
}
