//! `resource.deleted`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
    listed::ids,
    made::Made,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    rules::infer::{answer_schema, says, sentences, snake},
};
use counterpart_model::api::Api;
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// Whether a description says that a deletion leads to a state: *`status` becomes `discarded`*.
fn becomes_another(said: &str) -> bool {
    let said = said.to_lowercase();
    ["status", "state"].iter().any(|name| {
        ["becomes", "is set to", "changes to"].iter().any(|verb| {
            says(
                &said,
                &[&format!("{name}` {verb}"), &format!("{name} {verb}")],
            )
        })
    })
}

/// Words of sentences about deleting what was deleted before.
const TWICE: &[&str] = &[
    "it again",
    "second delete",
    "second time",
    "deleted again",
    "deleting again",
    "deleted twice",
    "already deleted",
    "was deleted before",
];

/// Words that turn them around.
const TURNED: &[&str] = &["never", "no 404", "not 404", "rather than", "instead of"];

/// What was deleted is gone, and nothing else.
pub(super) struct Deleted;

impl FamilyCheck for Deleted {
    fn id(&self) -> &'static str {
        "resource.deleted"
    }

    fn about(&self) -> &'static str {
        "What was deleted cannot be read any more (404 or 410) and is not listed; others are still there. Deleting it again \
         is refused where the description says so. Where that is said, what was made below it is gone as well, what is put \
         once more below the same name begins without it, and a unique value may be used again."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        let shown = family.read.is_some() || family.list.is_some();
        family.role == Role::Delete && family.create.is_some() && shown
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
                    "can still be",
                    "still be read",
                    "still readable",
                    "remains readable",
                    "stays readable",
                    "record stays",
                    "record remains",
                    "record is kept",
                    "it is kept",
                ],
            ) || becomes_another(&said.join(" "))
            {
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
                let there = reading.succeeded() && !is_marked(&body) && shows(of, &made, &body);
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
            self.again(of, &mut verdict, resource, &exchange).await;
            let list = of.family.list.filter(|list| !list.path.contains('{'));
            let schema = of
                .family
                .create
                .and_then(|create| of.shown(create, &made.exchange));
            let id = schema.and_then(|schema| of.identity(schema, &made.answer));
            if let (Some(list), Some(id)) = (list, id) {
                let mut found = ids(of, list, &made.parent).await;
                // Some lists take a moment.
                if found.as_ref().is_ok_and(|found| found.contains(&id)) {
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                    found = ids(of, list, &made.parent).await;
                }
                match found {
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
            if verdict.findings.is_empty() {
                self.along(of, &mut verdict).await;
                self.anew(of, &mut verdict).await;
                self.freed(of, &mut verdict).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Deleted {
    /// Where it is said what deleting once more is answered with.
    async fn again(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        resource: &Resource,
        first: &Arc<Exchange>,
    ) {
        let wanted = [404, 410].into_iter().find(|status| {
            let said = of.operation.description.as_deref().unwrap_or_default();
            let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
            // A sentence with two statuses is about two things.
            let alone = |it: &String| {
                let words = it.split(|c: char| !c.is_ascii_digit());
                words.filter(|it| it.len() == 3).count() == 1
            };
            let told = sentences(&text).any(|it| {
                says(&it, TWICE)
                    && !says(&it, TURNED)
                    && alone(&it)
                    && it.contains(&status.to_string())
            });
            told && of.operation.response(*status).is_some()
        });
        let Some(wanted) = wanted else {
            return;
        };
        let Some(request) = of.context.bare_request(of.operation, resource) else {
            return;
        };
        let again = of.context.send(request).await;
        if again.refused() {
            return verdict.pass();
        }
        if !again.succeeded() {
            return verdict.skip(again.status_text());
        }
        let finding = of
            .finding(
                self.id(),
                "deleting again is not refused as documented",
                &format!("{wanted} when it is deleted again"),
            )
            .expected(wanted.to_string(), again.status_text());
        verdict.fail(finding.step(first).step(&again));
    }
}

/// Whether an answer shows what was made: its identifier, where it has one.
fn shows(of: &Subject<'_>, made: &Made, body: &Value) -> bool {
    let read = of.family.read.and_then(answer_schema);
    let create = of.family.create;
    let was = create
        .and_then(|create| of.shown(create, &made.exchange))
        .and_then(|schema| of.identity(schema, &made.answer));
    was.is_none() || read.and_then(|schema| of.identity(schema, body)) == was
}

/// Whether a resource says of itself that it is deleted.
fn is_marked(body: &Value) -> bool {
    let words = [
        "deleted",
        "discarded",
        "retired",
        "revoked",
        "withdrawn",
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
