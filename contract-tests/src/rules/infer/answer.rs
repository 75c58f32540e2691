//! What an operation answers with, and where the items of a list stand in that.

use super::{
    paging_names::LISTS,
    shape::{properties, shape_of},
    snake,
};
use counterpart_model::api::{Api, Operation, Response, SchemaId, Shape, StatusKey};

/// The answer to a request that is taken: the first success that has content, else what stands for all answers.
pub(crate) fn success(operation: &Operation) -> Option<&Response> {
    let exact = (200..=206).map(StatusKey::Code);
    let mut told = exact
        .chain([StatusKey::Range(2)])
        .filter_map(|key| operation.responses.get(&key))
        .peekable();
    match told.peek().copied() {
        Some(first) => Some(told.find(|it| !it.content.is_empty()).unwrap_or(first)),
        None => operation.response(200).map(|(_, response)| response),
    }
}

pub(super) fn json_schema(response: &Response) -> Option<SchemaId> {
    let json = response
        .content
        .iter()
        .filter(|(media, _)| crate::media::is_json(media));
    json.filter_map(|(_, content)| content.schema).next()
}

/// The schema of what a request that is taken is answered with.
pub(crate) fn answer_schema(operation: &Operation) -> Option<SchemaId> {
    json_schema(success(operation)?)
}

/// The schema of the items of a list.
pub(crate) fn item_of(api: &Api, operation: &Operation) -> Option<SchemaId> {
    let body = json_schema(success(operation)?)?;
    list_in(api, operation, body).map(|(_, item)| item)
}

/// Where the list is, and what its items are.
pub(super) fn list_in(
    api: &Api,
    operation: &Operation,
    body: SchemaId,
) -> Option<(String, SchemaId)> {
    if let Shape::Array { items: Some(item) } = shape_of(api, body) {
        return Some((String::new(), *item));
    }
    let lists = |id: SchemaId| -> Vec<(String, SchemaId)> {
        properties(api, id)
            .into_iter()
            .filter_map(|(name, id)| match shape_of(api, id) {
                Shape::Array { items: Some(item) } => Some((name, *item)),
                _ => None,
            })
            .collect()
    };
    // What lists things may list names of schemas, warnings or places that were not reached beside them.
    let objects = |lists: &[(String, SchemaId)]| -> Vec<(String, SchemaId)> {
        let all = lists.iter();
        all.filter(|(_, item)| !properties(api, *item).is_empty())
            .cloned()
            .collect()
    };
    let last = operation.path.rsplit('/').find(|part| !part.contains('{'));
    let choose = |lists: Vec<(String, SchemaId)>| match lists.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => LISTS
            .iter()
            .copied()
            .chain(last)
            .find_map(|name| {
                several
                    .iter()
                    .find(|(known, _)| snake(known) == snake(name))
            })
            .cloned()
            .or_else(|| {
                let mut objects = objects(several).into_iter();
                objects.next().filter(|_| objects.next().is_none())
            }),
    };
    if let Some((name, item)) = choose(lists(body)) {
        return Some((format!("/{name}"), item));
    }
    properties(api, body)
        .into_iter()
        .filter(|(name, _)| {
            ["data", "result", "response", "_embedded", "payload"].contains(&name.as_str())
        })
        .find_map(|(outer, id)| {
            let (name, item) = choose(lists(id))?;
            Some((format!("/{outer}/{name}"), item))
        })
}
