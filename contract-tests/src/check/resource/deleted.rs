//! `resource.deleted`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
    listed::ids,
};
use crate::{
    context::Resource,
    finding::Verdict,
    rules::infer::{says, snake},
};
use counterpart_model::api::Api;
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// What was deleted is gone, and nothing else.
pub(super) struct Deleted;

impl FamilyCheck for Deleted {
    fn id(&self) -> &'static str {
        "resource.deleted"
    }

    fn about(&self) -> &'static str {
        "What was deleted cannot be read any more (404 or 410) and is not listed; others are still there."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Delete && family.create.is_some() && family.read.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let said = [&of.operation.summary, &of.operation.description];
            let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
            if says(
                &said.join(" "),
                &[
                    "archiv",
                    "deactivat",
                    "soft",
                    "disable",
                    "mark",
                    "schedul",
                    "trash",
                    "request",
                ],
            ) {
                return Verdict::not_exercised(
                    "the description tells that it is not removed at once",
                );
            }
            let made = [of.make().await, of.make().await, of.make().await];
            let [Ok(before), Ok(made), Ok(after)] = made else {
                return Verdict::not_exercised("no resources could be made to delete");
            };
            let (Ok(resource), others) = (made.resource(), [before.resource, after.resource])
            else {
                return Verdict::not_exercised(
                    "the answer does not tell how to reach what was made",
                );
            };
            let Some(request) = of.context.bare_request(of.operation, resource) else {
                return Verdict::not_exercised("no request can be made to delete it");
            };
            let exchange = of.context.send(request).await;
            if !exchange.succeeded() || exchange.status() == Some(202) {
                return Verdict::not_exercised(format!("deleting got {}", exchange.status_text()));
            }
            let mut verdict = Verdict::default();
            let mut last = None;
            for patience in [0, 500] {
                tokio::time::sleep(std::time::Duration::from_millis(patience)).await;
                let Some((reading, body)) = of.read(resource).await else {
                    break;
                };
                let there = reading.succeeded() && !is_marked(&body);
                last = Some((reading, there));
                if !there {
                    break;
                }
            }
            match last {
                Some((reading, true)) => {
                    let finding = of
                        .finding(
                            self.id(),
                            "what was deleted can still be read",
                            "DELETE removes",
                        )
                        .expected("404 or 410", reading.status_text());
                    verdict.fail(finding.step(&exchange).step(&reading));
                    return verdict;
                }
                Some(_) => verdict.pass(),
                None => {}
            }
            let place = |resource: &Resource| of.reading(resource).map(|it| it.path);
            let own = place(resource);
            for other in others.iter().flatten().filter(|it| place(it) != own) {
                let Some((reading, _)) = of.read(other).await else {
                    continue;
                };
                if matches!(reading.status(), Some(404 | 410)) {
                    let finding = of
                        .finding(
                            self.id(),
                            "deleting one resource removes another",
                            "DELETE is about one resource",
                        )
                        .expected("a 2xx status", reading.status_text());
                    verdict.fail(finding.step(&exchange).step(&reading));
                    return verdict;
                }
                verdict.pass();
            }
            let list = of.family.list.filter(|list| !list.path.contains('{'));
            let schema = of
                .family
                .create
                .and_then(|create| of.shown(create, &made.exchange));
            let id = schema.and_then(|schema| of.identity(schema, &made.answer));
            if let (Some(list), Some(id)) = (list, id) {
                match ids(of.context, list).await {
                    Ok(found) if found.contains(&id) => {
                        let finding = of
                            .finding(
                                self.id(),
                                "what was deleted is still listed",
                                "DELETE removes",
                            )
                            .expected(format!("{id} not in {}", list.path), "it is there");
                        verdict.fail(finding.step(&exchange));
                    }
                    Ok(_) => verdict.pass(),
                    Err(why) => verdict.skip(why),
                }
            }
            verdict
        }
        .boxed()
    }
}

/// Whether a resource says of itself that it is deleted.
fn is_marked(body: &Value) -> bool {
    let words = [
        "deleted",
        "archived",
        "removed",
        "inactive",
        "disabled",
        "cancelled",
        "canceled",
        "closed",
        "deleting",
    ];
    body.as_object().into_iter().flatten().any(|(name, value)| {
        let name = snake(name);
        let flagged = words.iter().any(|word| name.contains(word))
            && !matches!(value, Value::Null | Value::Bool(false));
        flagged
            || value
                .as_str()
                .is_some_and(|text| words.contains(&snake(text).as_str()))
    })
}
