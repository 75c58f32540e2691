//! `resource.counted`

use super::{
    FamilyCheck, Subject, children::child_of, counted_by::reference, family::Family,
    guarded::parent_of,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    paths,
    rules::infer::{
        answer_schema,
        envelope::core,
        envelope::{core_of, told},
        properties, says, snake,
    },
    wire,
};
use counterpart_model::api::{Api, Method, Operation, SchemaId, Shape, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::time::Duration;

/// Some counts take a moment.
const PATIENCE: Duration = Duration::from_millis(500);

/// Words of counts that something new may not be among, or not at once.
pub(super) const LATE: [&str; 24] = [
    "approximat",
    "eventual",
    "cached",
    "delay",
    "may lag",
    "unread",
    "open",
    "recent",
    "first",
    "last",
    "at most",
    "approved",
    "public",
    "visible",
    "active",
    "confirmed",
    "accepted",
    "published",
    "completed",
    "paid",
    "archived",
    "test",
    "closed",
    "pending",
];

/// What is made below a resource shows in it.
pub(super) struct Counted;

impl FamilyCheck for Counted {
    fn id(&self) -> &'static str {
        "resource.counted"
    }

    fn about(&self) -> &'static str {
        "What is made below a resource (`POST /tickets/{id}/comments`) is counted by the resource's property that is called \
         so (`comments_count`), and is in the list of it that is called so (`comments`); so is what is put below it, and what \
         names the resource in its body (`ticket_id`). What is deleted is not counted any more."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let shown = || {
            let parent = above(api, family.own)?;
            Family::of(api, parent).create?;
            places(api, parent, family.own)
        };
        shown().is_some() || reference(api, family.own).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            let referred = match reference(api, of.operation) {
                Some(reference) => Some(reference.judge(self.id(), of).await),
                None => None,
            };
            let Some(parent) = above(api, of.operation) else {
                let none = || Verdict::not_exercised("it is made below nothing");
                return referred.unwrap_or_else(none);
            };
            let Some(places) = places(api, parent, of.operation) else {
                let none = || Verdict::not_exercised("nothing counts or lists what is made");
                return referred.unwrap_or_else(none);
            };
            let above = Subject {
                context: of.context,
                operation: of.operation,
                family: Family::of(api, parent),
            };
            let (_, resource) = match above.make_reachable().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let mut verdict = referred.unwrap_or_default();
            if !verdict.findings.is_empty() {
                return verdict;
            }
            let Some((_, mut before)) = above.read(&resource).await else {
                return Verdict::not_exercised("no request can be made to read the resource");
            };
            let mut before_id = None;
            // The second one shows what always says one.
            for _ in 0..2 {
                let Some((own, made)) = child_of(of.context, of.operation, &resource).await else {
                    verdict.skip("for a new resource nothing was made that shows what it is");
                    return verdict;
                };
                // What is put together with what is there, or waits for somebody, is not counted.
                if waits(&made) || before_id.as_ref() == Some(&own) {
                    verdict.skip("whether it is one more does not show");
                    return verdict;
                }
                before_id = Some(own.clone());
                let mut last = None;
                for patience in [Duration::ZERO, PATIENCE, 4 * PATIENCE] {
                    tokio::time::sleep(patience).await;
                    let Some((reading, after)) = above.read(&resource).await else {
                        return verdict;
                    };
                    if !places.are_in(of, &after) {
                        verdict.skip("the resource shows neither count nor list");
                        return verdict;
                    }
                    let wrong = places.wrong(of, parent, (&own, &before), &after);
                    last = Some((reading, after, wrong));
                    if last.as_ref().is_some_and(|(.., wrong)| wrong.is_none()) {
                        break;
                    }
                }
                let Some((reading, after, wrong)) = last.filter(|it| it.0.succeeded()) else {
                    return verdict;
                };
                if let Some((title, expected, actual)) = wrong {
                    let finding = of
                        .finding(self.id(), title, "the resource shows what is made below it")
                        .expected(expected, actual);
                    verdict.fail(finding.step(&made).step(&reading));
                    return verdict;
                }
                verdict.pass();
                before = after;
            }
            if let Some(id) = before_id {
                places
                    .lowered(of, &mut verdict, (&above, &resource), (&id, &before))
                    .await;
            }
            verdict
        }
        .boxed()
    }
}

/// The properties of a resource that show what is made below it.
struct Places {
    shown: SchemaId,
    count: Option<String>,
    list: Option<String>,
}

impl Places {
    /// Whether a resource shows one of them.
    fn are_in(&self, of: &Subject<'_>, body: &Value) -> bool {
        let body = core_of(&of.context.api, self.shown, body).1;
        let mut names = self.count.iter().chain(&self.list);
        names.any(|name| body.get(name).is_some_and(|it| !it.is_null()))
    }

    /// What is not as it should be: a title, what was expected, what there was.
    fn wrong(
        &self,
        of: &Subject<'_>,
        parent: &Operation,
        (wanted, before): (&str, &Value),
        after: &Value,
    ) -> Option<(String, String, String)> {
        let api = &of.context.api;
        let (before, after) = (
            core_of(api, self.shown, before).1,
            core_of(api, self.shown, after).1,
        );
        let number = |body: &Value| body.get(self.count.as_ref()?)?.as_u64();
        if let (Some(name), Some(was), Some(is)) = (&self.count, number(before), number(after))
            // It may count pieces: then it goes further.
            && is <= was
        {
            return Some((
                format!("`{name}` does not count what was made"),
                (was + 1).to_string(),
                is.to_string(),
            ));
        }
        let name = self.list.as_ref()?;
        let items = after.get(name)?.as_array()?;
        let there = items
            .iter()
            .any(|item| id(item).unwrap_or_else(|| wire::scalar(item)) == wanted);
        // Items that tell no identifier, and lists that are cut, say nothing.
        let telling = items
            .iter()
            .all(|item| id(item).is_some() || item.is_string());
        // It may show something else of it: then it is one more.
        let was = before.get(name).and_then(Value::as_array);
        let grown = was.is_none_or(|was| items.len() > was.len());
        (!there && !grown && telling && items.len() < 10).then(|| {
            (
                format!("`{name}` of {} does not hold what was made", parent.path),
                format!("{wanted} in it"),
                format!("{} others", items.len()),
            )
        })
    }
}

impl Places {
    /// Whether what is deleted again is not counted any more.
    async fn lowered(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        (above, resource): (&Subject<'_>, &Resource),
        (id, before): (&str, &Value),
    ) {
        let api = &of.context.api;
        let collection = collection_of(of.operation);
        let Some(delete) = paths::on_items(api, Method::Delete, collection) else {
            return;
        };
        let said = [&delete.summary, &delete.description];
        let stays = ["archiv", "trash", "soft", "restore", "schedul", "mark"];
        if said.into_iter().flatten().any(|it| says(it, &stays)) {
            return;
        }
        let Some((_, name)) = paths::item(&delete.path) else {
            return;
        };
        let mut child = resource.clone();
        child.path.insert(name.to_owned(), id.to_owned());
        let Some(request) = of.context.bare_request(delete, &child) else {
            return;
        };
        // What cannot be read by what it is called may be called otherwise.
        let reading = paths::on_items(api, Method::Get, collection);
        let reading = reading.and_then(|read| of.context.bare_request(read, &child));
        if let Some(reading) = &reading
            && !of.context.send(reading.clone()).await.succeeded()
        {
            return;
        }
        let deleted = of.context.send(request.clone()).await;
        // What nothing reads by itself cannot be deleted a second time.
        let gone = of.context.send(reading.unwrap_or(request)).await;
        if !matches!(gone.status(), Some(404 | 410)) {
            return;
        }
        let number = |body: &Value| {
            let body = core_of(api, self.shown, body).1;
            body.get(self.count.as_ref()?)?.as_u64()
        };
        let (Some(was), true) = (number(before), matches!(deleted.status(), Some(200 | 204)))
        else {
            return;
        };
        for patience in [Duration::ZERO, PATIENCE, 4 * PATIENCE] {
            tokio::time::sleep(patience).await;
            let Some((reading, after)) = above.read(resource).await else {
                return;
            };
            let Some(is) = number(&after).filter(|_| reading.succeeded()) else {
                return;
            };
            if is < was {
                return verdict.pass();
            }
            if patience == 4 * PATIENCE {
                let name = self.count.as_deref().unwrap_or_default();
                let title = format!("`{name}` still counts what was deleted");
                let promise = "the resource shows what there is below it";
                let finding = of.finding("resource.counted", title, promise);
                let finding = finding.expected(was.saturating_sub(1).to_string(), is.to_string());
                verdict.fail(finding.step(&deleted).step(&reading));
            }
        }
    }
}

/// What reads the resource that an operation makes something below, by `POST` or by `PUT` below a new name.
fn above<'a>(api: &'a Api, own: &Operation) -> Option<&'a Operation> {
    let put = || {
        let makes = own.responses.contains_key(&StatusKey::Code(201));
        let (item, _) = collection_of(own).rsplit_once('/')?;
        paths::item(item).filter(|_| own.method == Method::Put && makes)?;
        paths::at(api, Method::Get, item)
    };
    parent_of(api, own).or_else(put)
}

/// The path of the collection that something is made in.
fn collection_of(own: &Operation) -> &str {
    let path = paths::plain(&own.path);
    match own.method {
        Method::Put => paths::item(path).map_or(path, |(collection, _)| collection),
        _ => path,
    }
}

fn id(body: &Value) -> Option<String> {
    let mut names = ["id", "uid", "uuid"].into_iter();
    names.find_map(|name| body.get(name)).map(wire::scalar)
}

/// Whether what was made says that it is not there for everybody yet.
pub(super) fn waits(made: &Exchange) -> bool {
    const STATES: [&str; 8] = [
        "pending",
        "draft",
        "hidden",
        "queued",
        "scheduled",
        "in_review",
        "review",
        "processing",
    ];
    let body = made.json().unwrap_or(Value::Null);
    ["status", "state"].iter().any(|name| {
        let state = told(&body, name).and_then(Value::as_str);
        state.is_some_and(|state| STATES.contains(&state.to_lowercase().as_str()))
    })
}

fn places(api: &Api, parent: &Operation, own: &Operation) -> Option<Places> {
    let shown = answer_schema(parent)?;
    let many = snake(collection_of(own).rsplit('/').next().unwrap_or_default());
    let one = many.strip_suffix('s').unwrap_or(&many).to_owned();
    let counts = [
        format!("{many}_count"),
        format!("{one}_count"),
        format!("num_{many}"),
        format!("number_of_{many}"),
    ];
    let all = properties(api, core(api, shown).1);
    let said = |id: SchemaId| {
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        own.description
            .as_deref()
            .or(target.description.as_deref())
            .unwrap_or_default()
    };
    let find = |wanted: &dyn Fn(&str) -> bool, of: &dyn Fn(&Shape) -> bool| {
        let mut found = all.iter().filter(|(name, id)| {
            wanted(&snake(name))
                && of(&api.schema(api.resolve(*id)).shape)
                && !says(said(*id), &LATE)
        });
        found.next().map(|(name, _)| name.clone())
    };
    let count = find(&|name| counts.iter().any(|it| it == name), &|shape| {
        matches!(shape, Shape::Integer(_))
    });
    let list = find(&|name| name == many, &|shape| {
        matches!(shape, Shape::Array { .. })
    });
    (count.is_some() || list.is_some()).then_some(Places { shown, count, list })
}
