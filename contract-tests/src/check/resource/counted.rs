//! `resource.counted`

use super::{
    FamilyCheck, Subject,
    family::Family,
    guarded::{below, parent_of},
};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    rules::infer::{
        answer_schema,
        envelope::core,
        envelope::{core_of, told},
        properties, says, snake,
    },
    wire,
};
use counterpart_model::api::{Api, Operation, SchemaId, Shape};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Some counts take a moment.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is made below a resource shows in it.
pub(super) struct Counted;

impl FamilyCheck for Counted {
    fn id(&self) -> &'static str {
        "resource.counted"
    }

    fn about(&self) -> &'static str {
        "What is made below a resource (`POST /tickets/{id}/comments`) is counted by the resource's property that is called \
         so (`comments_count`), and is in the list of it that is called so (`comments`)."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let shown = || {
            let parent = parent_of(api, family.own)?;
            Family::of(api, parent).create?;
            places(api, parent, family.own)
        };
        shown().is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            let Some(parent) = parent_of(api, of.operation) else {
                return Verdict::not_exercised("it is made below nothing");
            };
            let Some(places) = places(api, parent, of.operation) else {
                return Verdict::not_exercised("nothing counts or lists what is made");
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
            let mut verdict = Verdict::default();
            let Some((_, mut before)) = above.read(&resource).await else {
                return Verdict::not_exercised("no request can be made to read the resource");
            };
            let mut before_id = None;
            // The second one shows what always says one.
            for _ in 0..2 {
                let Some(request) = below(of.context, of.operation, &resource).await else {
                    return Verdict::not_exercised("no request can be made for it");
                };
                let made = of.context.send(request).await;
                if made.status() != Some(201) {
                    verdict.skip(format!("for a new resource it got {}", made.status_text()));
                    return verdict;
                }
                // What is put together with what is there, or waits for somebody, is not counted.
                let own = id_of(of, &made);
                if waits(&made) || own.is_none() || own == before_id {
                    verdict.skip("whether it is one more does not show");
                    return verdict;
                }
                before_id = own;
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
                    let wrong = places.wrong(of, parent, (&made, &before), &after);
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
        (made, before): (&Arc<Exchange>, &Value),
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
        let wanted = id_of(of, made)?;
        let items = after.get(name)?.as_array()?;
        let there = items
            .iter()
            .any(|item| id(item).unwrap_or_else(|| wire::scalar(item)) == wanted);
        // Items that tell no identifier, and lists that are cut, say nothing.
        let telling = items
            .iter()
            .all(|item| id(item).is_some() || item.is_string());
        (!there && telling && items.len() < 10).then(|| {
            (
                format!("`{name}` of {} does not hold what was made", parent.path),
                format!("{wanted} in it"),
                format!("{} others", items.len()),
            )
        })
    }
}

fn id(body: &Value) -> Option<String> {
    let mut names = ["id", "uid", "uuid"].into_iter();
    names.find_map(|name| body.get(name)).map(wire::scalar)
}

/// What identifies what was made.
fn id_of(of: &Subject<'_>, made: &Exchange) -> Option<String> {
    let shown = answer_schema(of.operation)?;
    id(core_of(&of.context.api, shown, &made.json()?).1)
}

/// Whether what was made says that it is not there for everybody yet.
fn waits(made: &Exchange) -> bool {
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
    let many = snake(own.path.rsplit('/').next().unwrap_or_default());
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
    let late = [
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
    ];
    let find = |wanted: &dyn Fn(&str) -> bool, of: &dyn Fn(&Shape) -> bool| {
        let mut found = all.iter().filter(|(name, id)| {
            wanted(&snake(name))
                && of(&api.schema(api.resolve(*id)).shape)
                && !says(said(*id), &late)
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
