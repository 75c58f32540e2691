//! `resource.children`

use super::{
    FamilyCheck, Subject,
    action::Action,
    family::{Family, Role},
    guarded::below,
};
use crate::{
    check::pagination::walk,
    context::{Context, Resource},
    exchange::Exchange,
    finding::Verdict,
    paths,
    rules::infer::{properties, property, says, sentences},
    wire,
};
use counterpart_model::api::{Api, Method, Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// What stands below a resource outlives its changes.
pub(super) struct Children;

impl FamilyCheck for Children {
    fn id(&self) -> &'static str {
        "resource.children"
    }

    fn about(&self) -> &'static str {
        "What was made below a resource (`/sites/{id}/meters`) is still there when the resource itself has been changed or \
         replaced, unless the change is about it."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let changes = family.role == Role::Update && family.create.is_some();
        changes && kinds(api, family.own).next().is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            let mut verdict = Verdict::default();
            for (make, list) in kinds(api, of.operation).take(2) {
                let (made, resource) = match of.make_reachable().await {
                    Ok(both) => both,
                    Err(why) => return Verdict::not_exercised(why),
                };
                let Some((child, exchange)) = child_of(of.context, make, &resource).await else {
                    verdict.skip(format!("nothing could be made by {}", make.id));
                    continue;
                };
                if !is_listed(of, list, &resource, &child)
                    .await
                    .unwrap_or(false)
                {
                    verdict.skip("what was made below it is not listed");
                    continue;
                }
                let Some(request) = Action.request(of, of.operation, &made) else {
                    verdict.skip("no change could be made");
                    continue;
                };
                let body = request.json().unwrap_or(Value::Null);
                let body = of.context.addressed(of.operation, &resource, &body);
                let changed = of.context.send(request.with_json(&body)).await;
                if !changed.succeeded() {
                    verdict.skip(format!("a change got {}", changed.status_text()));
                    continue;
                }
                match is_listed(of, list, &resource, &child).await {
                    Some(true) => verdict.pass(),
                    None => verdict.skip("they could not be listed"),
                    Some(false) => {
                        let title = format!("a change loses what {} has made", make.id);
                        let promise = "a change is about the resource itself";
                        let finding = of.finding(self.id(), title, promise);
                        let finding =
                            finding.expected(format!("{child} in the list"), "others only");
                        verdict.fail(finding.step(&exchange).step(&changed));
                    }
                }
            }
            verdict
        }
        .boxed()
    }
}

/// What makes and what lists things right below an item, where changing the item says nothing of them.
fn kinds<'a>(
    api: &'a Api,
    update: &'a Operation,
) -> impl Iterator<Item = (&'a Operation, &'a Operation)> {
    let item = paths::plain(&update.path);
    let schema = update
        .body
        .as_ref()
        .and_then(|body| body.content.values().find_map(|content| content.schema));
    let says_so = move |last: &str| {
        let mentioned = schema.is_some_and(|schema| property(api, schema, last).is_some());
        let texts = [&update.summary, &update.description];
        // *The readings are kept* is about them, and says the same.
        let kept = [
            "kept",
            "keep",
            "stay",
            "remain",
            "untouched",
            "not affected",
        ];
        let mut about = texts.into_iter().flatten().flat_map(|text| sentences(text));
        mentioned || about.any(|sentence| says(&sentence, &[last]) && !says(&sentence, &kept))
    };
    api.operations.iter().filter_map(move |list| {
        let path = paths::plain(&list.path);
        let last = path.strip_prefix(item)?.strip_prefix('/')?;
        if list.method != Method::Get || last.contains(['/', '{']) || says_so(last) {
            return None;
        }
        crate::context::identity::item_schema_of(api, list)?;
        let post = paths::at(api, Method::Post, path);
        let put = || paths::on_items(api, Method::Put, path);
        let make = post.or_else(put)?;
        let makes = make.responses.contains_key(&StatusKey::Code(201));
        makes.then_some((make, list))
    })
}

/// Makes something below a resource: what it is called or identified by, and the answer.
pub(super) async fn child_of(
    context: &Context,
    make: &Operation,
    resource: &Resource,
) -> Option<(String, Arc<Exchange>)> {
    if make.method == Method::Put {
        let draft = context.put_new(make).await?;
        let (_, name) = paths::item(&make.path)?;
        let key = draft.resource.path.get(name)?.clone();
        let mut place = resource.clone();
        place.path.insert(name.to_owned(), key.clone());
        let mut request = context.anew(make, draft.request.clone());
        request.path = context.bare_request(make, &place)?.path;
        let exchange = context.send(request).await;
        return (exchange.status() == Some(201)).then_some((key, exchange));
    }
    let request = below(context, make, resource).await?;
    let exchange = context.send(request).await;
    if exchange.status() != Some(201) {
        return None;
    }
    let body = exchange.json()?;
    let id = ["id", "uid", "uuid"].iter().find_map(|name| {
        let value = crate::rules::infer::envelope::told(&body, name)?;
        Some(wire::scalar(value))
    });
    Some((id?, exchange))
}

/// Whether the list below a resource shows what is called or identified so; `None` where it cannot be had.
async fn is_listed(
    of: &Subject<'_>,
    list: &Operation,
    resource: &Resource,
    child: &str,
) -> Option<bool> {
    let pages = walk::below(of.context, list, resource).await.ok()?;
    let api = &of.context.api;
    let schema = crate::context::identity::item_schema_of(api, list)?;
    let names: Vec<String> = properties(api, schema)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let shows = |item: &Value| {
        let mut names = names.iter();
        item.as_str() == Some(child)
            || names.any(|name| item.get(name).is_some_and(|it| wire::scalar(it) == child))
    };
    let mut items = pages.walk.pages.iter().flat_map(|page| &page.items);
    Some(items.any(shows))
}
