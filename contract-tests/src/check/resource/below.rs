//! What hangs below a resource: lists of its own, filled by whatever makes something there.

use super::{Subject, guarded::below};
use crate::{
    context::{Resource, identity::item_schema_of},
    exchange::Exchange,
    paths,
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// So many lists below one resource are filled.
const LISTS: usize = 3;
/// So far below.
const DEPTH: usize = 2;
/// Last parts of paths by which several things are made at once.
const BULK: [&str; 5] = ["batch", "bulk", "import", "many", "append"];

/// A list below a resource that something new was put into.
pub(super) struct Below<'a> {
    /// What lists it.
    pub(super) list: &'a Operation,
    /// Where.
    pub(super) parent: Resource,
    /// What was put into it, where that can be read by itself.
    pub(super) item: Option<(&'a Operation, Resource)>,
}

impl<'a> Below<'a> {
    /// What the list shows now: its first page, of something that has little in it.
    pub(super) async fn look(&self, of: &Subject<'_>) -> Option<(Arc<Exchange>, Vec<Value>)> {
        look(of, self.list, &self.parent).await
    }

    /// Puts something new into the lists below a resource, and into those below that: what shows there in the end.
    pub(super) async fn fill(of: &'a Subject<'a>, item: &'a str, at: &Resource) -> Vec<Self> {
        let mut found = Vec::new();
        fill_at(of, item, at.clone(), 0, &mut found).await;
        found
    }
}

/// What is there to list below the items of a path: `GET /sites/{id}/meters` for `/sites/{id}`.
pub(super) fn lists_below<'a>(api: &'a Api, item: &str) -> Vec<&'a Operation> {
    let item = paths::plain(item).to_owned();
    let below = |other: &&Operation| {
        let path = paths::plain(&other.path);
        let rest = path.strip_prefix(item.as_str());
        let rest = rest.and_then(|rest| rest.strip_prefix('/'));
        let word = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['{', '/']));
        other.method == Method::Get && word && item_schema_of(api, other).is_some()
    };
    api.operations.iter().filter(below).collect()
}

fn fill_at<'a, 'f>(
    of: &'a Subject<'a>,
    item: &'a str,
    at: Resource,
    depth: usize,
    found: &'f mut Vec<Below<'a>>,
) -> BoxFuture<'f, ()>
where
    'a: 'f,
{
    async move {
        for list in lists_below(&of.context.api, item).into_iter().take(LISTS) {
            let Some(put) = fill_list(of, list, &at).await else {
                continue;
            };
            let within = put.item.clone();
            found.push(put);
            if let Some((read, resource)) = within
                && depth + 1 < DEPTH
            {
                fill_at(of, &read.path, resource, depth + 1, found).await;
            }
        }
    }
    .boxed()
}

/// Puts something into one list; `None` where nothing more shows in it.
async fn fill_list<'a>(
    of: &'a Subject<'a>,
    list: &'a Operation,
    at: &Resource,
) -> Option<Below<'a>> {
    let api = &of.context.api;
    let before = look(of, list, at).await?.1.len();
    let read = paths::on_items(api, Method::Get, &list.path);
    for maker in makers(api, list) {
        let item = make(of, maker, read, at).await;
        let Some(item) = item else {
            continue;
        };
        // Some lists take a moment; what shows nothing more was not filled.
        let after = look(of, list, at).await?.1.len();
        if after > before {
            return Some(Below {
                list,
                parent: at.clone(),
                item,
            });
        }
    }
    None
}

/// Makes something by an operation: where it can be read, if it can. `None` where it was not taken.
async fn make<'a>(
    of: &Subject<'_>,
    maker: &Operation,
    read: Option<&'a Operation>,
    at: &Resource,
) -> Option<Option<(&'a Operation, Resource)>> {
    if maker.method == Method::Put {
        let draft = of.context.put_new_below(maker, at).await?;
        return Some(read.map(|read| (read, draft.resource)));
    }
    let request = below(of.context, maker, at).await?;
    let exchange = of.context.send(request).await;
    if !exchange.succeeded() {
        return None;
    }
    let own = read.and_then(|read| {
        let own = of.context.resource_of(maker, read, at, &exchange)?;
        Some((read, own))
    });
    Some(own)
}

/// What may put something into a list: `POST` on it, `PUT` below a new name, `POST` of several at once.
fn makers<'a>(api: &'a Api, list: &Operation) -> Vec<&'a Operation> {
    let path = paths::plain(&list.path);
    let bulk = |other: &&Operation| {
        let rest = paths::plain(&other.path).strip_prefix(path);
        let word = rest.and_then(|rest| rest.strip_prefix(['/', ':']));
        other.method == Method::Post && word.is_some_and(|word| BULK.contains(&word))
    };
    let post = paths::at(api, Method::Post, path);
    let put = paths::on_items(api, Method::Put, path);
    let bulk = api.operations.iter().filter(bulk);
    post.into_iter().chain(put).chain(bulk).collect()
}

async fn look(
    of: &Subject<'_>,
    list: &Operation,
    at: &Resource,
) -> Option<(Arc<Exchange>, Vec<Value>)> {
    let request = of.context.bare_request(list, at)?;
    let exchange = of.context.send(request).await;
    let items = of.context.items(list, &exchange).unwrap_or_default();
    Some((exchange, items))
}

#[cfg(test)]
mod tests {
    use super::{lists_below, makers};

    #[test]
    fn lists_stand_right_below_an_item_and_are_filled_in_several_ways() {
        let list = "{get: {operationId: ID, responses: {'200': {description: d, content: {application/json: {schema: \
                    {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}, POST}";
        let of = |path: &str, id: &str, post: &str| {
            let own = list.replace("ID", id).replace(", POST", post);
            format!("  '{path}': {own}\n")
        };
        let post = |id: &str| {
            format!(", post: {{operationId: {id}, responses: {{'201': {{description: d}}}}}}")
        };
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}{}{}{}{}",
            of("/sites/{id}", "one", ""),
            of("/sites/{id}/meters", "meters", &post("add")),
            of("/sites/{id}/meters/{serial}", "meter", ""),
            of("/sites/{id}/meters/{serial}/readings", "readings", ""),
            "  '/sites/{id}/meters/batch': {post: {operationId: several, responses: {'200': {description: d}}}}\n",
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let found = lists_below(&api, "/sites/{id}");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].id.0, "meters");
        let makers: Vec<&str> = makers(&api, found[0])
            .iter()
            .map(|it| it.id.0.as_str())
            .collect();
        assert_eq!(makers, ["add", "several"]);
    }
}
