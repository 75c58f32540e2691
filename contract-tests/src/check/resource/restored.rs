//! `resource.restored`

use super::{
    FamilyCheck, Subject,
    action::Action,
    below::Below,
    below_text::{child_back, hides_child},
    compare::first_difference,
    family::{Family, Role},
    listed::{ids, narrows},
    made::Made,
    restored_same::{are_back, lost},
    restored_text::{Restoring, taken_back},
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    rules::infer::{envelope::core_of, snake},
};
use counterpart_model::api::{Api, Operation, SchemaId};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// What comes back may take a moment.
const PATIENCE: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(2),
];

/// What is taken back is as it was.
pub(super) struct Restored;

impl FamilyCheck for Restored {
    fn id(&self) -> &'static str {
        "resource.restored"
    }

    fn about(&self) -> &'static str {
        "Where an operation takes back a deletion (`POST /sites/{id}/restore`), what was deleted can be read again, is listed \
         again, and shows what it showed; so do the lists below it that the description names. Where that is said, nothing \
         below it is found meanwhile, and restoring is refused for what is not deleted, and for what another has the unique \
         value of by now."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let known = family.create.is_some() && family.read.is_some();
        family.role == Role::Act && known && taken_back(api, family.own).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let Some(delete) = taken_back(&of.context.api, of.operation) else {
                return Verdict::not_exercised("it takes back no deletion");
            };
            let base = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let made = of.fullest(&base).await.unwrap_or(base);
            let resource = match made.resource() {
                Ok(resource) => resource.clone(),
                Err(why) => return Verdict::not_exercised(why),
            };
            let case = Case {
                of,
                delete,
                told: Restoring::of(of.operation),
                below: Below::fill(of, &delete.path, &resource).await,
                made,
                resource,
            };
            self.live(&case, &mut verdict).await;
            if verdict.findings.is_empty() {
                self.round(&case, &mut verdict).await;
            }
            if verdict.findings.is_empty() {
                self.taken(&case, &mut verdict).await;
            }
            verdict
        }
        .boxed()
    }
}

/// Something that is deleted and taken back.
struct Case<'a> {
    of: &'a Subject<'a>,
    delete: &'a Operation,
    told: Restoring,
    made: Made,
    resource: Resource,
    below: Vec<Below<'a>>,
}

impl Case<'_> {
    /// Deletes it: `None` where that was not done.
    async fn delete(&self, resource: &Resource) -> Option<Arc<Exchange>> {
        let request = self.of.context.bare_request(self.delete, resource)?;
        let exchange = self.of.context.send(request).await;
        let done = exchange.succeeded() && exchange.status() != Some(202);
        done.then_some(exchange)
    }

    /// Takes that back, or tries to.
    async fn restore(&self) -> Option<Arc<Exchange>> {
        let request = Action.request(self.of, self.of.operation, &self.made)?;
        Some(self.of.context.send(request).await)
    }

    /// Whether it is listed; `None` where its list does not tell.
    async fn is_listed(&self) -> Option<bool> {
        let of = self.of;
        let list = of
            .family
            .list
            .filter(|list| narrows(of.context, list).is_none())?;
        let create = of.family.create?;
        let shown = of.shown(create, &self.made.exchange)?;
        let id = of.identity(shown, &self.made.answer)?;
        let found = ids(of, list, &self.made.parent).await.ok()?;
        Some(found.contains(&id))
    }

    /// What is read, its schema, and what is in it.
    async fn read(&self) -> Option<(Arc<Exchange>, Option<SchemaId>, Value)> {
        let (reading, body) = self.of.read(&self.resource).await?;
        let shown = self
            .of
            .family
            .read
            .and_then(|read| self.of.shown(read, &reading));
        Some((reading, shown, body))
    }
}

impl Restored {
    /// Restoring what is not deleted, where that is said to be refused.
    async fn live(&self, case: &Case<'_>, verdict: &mut Verdict) {
        if !case.told.live_refused {
            return;
        }
        let (of, before) = (case.of, case.read().await);
        let (Some(tried), Some((.., before))) = (case.restore().await, before) else {
            return;
        };
        if tried.succeeded() {
            let title = "what is not deleted can be restored";
            let finding = of
                .finding(self.id(), title, "only what is deleted can be restored")
                .expected("a refusal", tried.status_text());
            return verdict.fail(finding.step(&case.made.exchange).step(&tried));
        }
        let Some((reading, _, after)) = case.read().await else {
            return;
        };
        if !tried.refused() || !reading.succeeded() {
            return verdict.skip(tried.status_text());
        }
        match first_difference(&before, &after) {
            None => verdict.pass(),
            Some(it) => {
                let title = format!("a refused action changes `{}`", it.name);
                let finding = of
                    .finding(self.id(), title, "what is refused changes nothing")
                    .expected(it.expected, it.actual);
                verdict.fail(finding.step(&tried).step(&reading));
            }
        }
    }

    /// Deletes it and takes that back.
    async fn round(&self, case: &Case<'_>, verdict: &mut Verdict) {
        let of = case.of;
        let Some((reading, shown, before)) = case
            .read()
            .await
            .filter(|(reading, ..)| reading.succeeded())
        else {
            return verdict.skip("it cannot be read before it is deleted");
        };
        let listed = case.is_listed().await == Some(true);
        let mut kept = Vec::new();
        for below in &case.below {
            kept.push(below.look(of).await);
        }
        let Some(deleted) = case.delete(&case.resource).await else {
            return verdict.skip("it could not be deleted");
        };
        self.hidden(case, verdict, &deleted).await;
        let Some(restored) = case.restore().await else {
            return verdict.skip("no request can be made to restore it");
        };
        // Who may restore what, and how long, is not always told.
        if !restored.succeeded() {
            return verdict.skip(format!("restoring it got {}", restored.status_text()));
        }
        let Some((again, after)) = self.back(case, verdict, (&deleted, &restored)).await else {
            return;
        };
        match lost((of, &case.told), shown, &before, &after) {
            None => verdict.pass(),
            Some(it) => {
                let title = format!("what was restored shows another `{}` than before", it.name);
                let finding = of
                    .finding(self.id(), title, "what is restored is as it was")
                    .expected(it.expected, it.actual);
                return verdict.fail(finding.step(&reading).step(&restored).step(&again));
            }
        }
        if listed && case.is_listed().await == Some(false) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if case.is_listed().await == Some(false) {
                let title = "what was restored is not in the list";
                let finding = of
                    .finding(self.id(), title, "what is restored is there again")
                    .expected("listed as before", "not there");
                return verdict.fail(finding.step(&deleted).step(&restored));
            }
        }
        for (below, before) in case.below.iter().zip(kept) {
            if let Some((_, before)) = before {
                self.child(case, verdict, (below, &before), &restored).await;
            }
        }
    }

    /// Whether nothing below it is found while it is deleted, where that is said.
    async fn hidden(&self, case: &Case<'_>, verdict: &mut Verdict, deleted: &Arc<Exchange>) {
        let of = case.of;
        // What can be read itself is for the check on deletions.
        let own = case.read().await.and_then(|(reading, ..)| reading.status());
        if !matches!(own, Some(404 | 410)) {
            return;
        }
        for below in &case.below {
            if !hides_child(of.operation, case.delete, &below.list.path) {
                continue;
            }
            let item = below.item.iter();
            let item = item.filter_map(|(read, at)| of.context.bare_request(read, at));
            let list = of.context.bare_request(below.list, &below.parent);
            for request in list.into_iter().chain(item) {
                let found = of.context.send(request).await;
                if !found.succeeded() {
                    verdict.pass();
                    continue;
                }
                let title = "what is below something that was deleted can be read";
                let promise = "nothing below it is found until it is restored";
                let finding = of
                    .finding(self.id(), title, promise)
                    .expected("404", found.status_text());
                return verdict.fail(finding.step(deleted).step(&found));
            }
        }
    }

    /// Whether it can be read again: how it is.
    async fn back(
        &self,
        case: &Case<'_>,
        verdict: &mut Verdict,
        (deleted, restored): (&Arc<Exchange>, &Arc<Exchange>),
    ) -> Option<(Arc<Exchange>, Value)> {
        let mut last = None;
        for patience in PATIENCE {
            tokio::time::sleep(patience).await;
            let (reading, _, body) = case.read().await?;
            if reading.succeeded() {
                verdict.pass();
                return Some((reading, body));
            }
            last = Some(reading);
        }
        let last = last?;
        // What is done later is not done yet.
        if restored.status() == Some(202) || !matches!(last.status(), Some(404 | 410)) {
            verdict.skip(format!("reading it got {}", last.status_text()));
            return None;
        }
        let finding = case
            .of
            .finding(
                self.id(),
                "what was restored cannot be read",
                "what is restored is there again",
            )
            .expected("a 2xx status", last.status_text());
        verdict.fail(finding.step(deleted).step(restored).step(&last));
        None
    }

    /// Whether what stood in a list below it is there again, where that is said.
    async fn child(
        &self,
        case: &Case<'_>,
        verdict: &mut Verdict,
        (below, before): (&Below<'_>, &[Value]),
        restored: &Arc<Exchange>,
    ) {
        let of = case.of;
        let Some(exactly) = child_back(of.operation, &below.list.path) else {
            return;
        };
        let mut found = below.look(of).await;
        let is_back = |found: &Option<(Arc<Exchange>, Vec<Value>)>| {
            let items = found.as_ref().map(|(_, items)| items.as_slice());
            items.is_some_and(|items| are_back(before, items, exactly))
        };
        if !is_back(&found) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            found = below.look(of).await;
        }
        let back = is_back(&found);
        let Some((listing, items)) = found else {
            return;
        };
        if back {
            return verdict.pass();
        }
        let title = format!("what was below it is not back: {}", below.list.path);
        let finding = of
            .finding(self.id(), title, "what is below it is restored with it")
            .expected(
                format!("{} items as before", before.len()),
                format!(
                    "{} of them, or others: {}",
                    items.len(),
                    listing.status_text()
                ),
            );
        verdict.fail(finding.step(restored).step(&listing));
    }

    /// Whether it is refused where another one has what has to be unique by now.
    async fn taken(&self, case: &Case<'_>, verdict: &mut Verdict) {
        let (Some(sentence), Some(create)) = (&case.told.taken_refused, case.of.family.create)
        else {
            return;
        };
        let (of, context) = (case.of, case.of.context);
        // What is told to be unique is something that it was made with.
        let words: Vec<String> = sentence
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .map(snake)
            .collect();
        let body = context
            .body_schema(create)
            .map(|(_, schema)| core_of(&of.context.api, schema, &case.made.body).1);
        let members = body.and_then(Value::as_object).into_iter().flatten();
        let mut named = members.filter(|(name, _)| words.contains(&snake(name)));
        if named.next().is_none() {
            return verdict.skip("which value has to be unique is not told");
        }
        let Some(deleted) = case.delete(&case.resource).await else {
            return;
        };
        let request = context.freshened(create, case.made.exchange.request.clone());
        let mut request = request.with_json(&case.made.body);
        request.query.clone_from(&case.made.exchange.request.query);
        let other = context.send(request).await;
        if other.status() != Some(201) {
            return verdict.skip(format!("the same again got {}", other.status_text()));
        }
        let Some(tried) = case.restore().await else {
            return;
        };
        if tried.refused() {
            return verdict.pass();
        }
        if !tried.succeeded() || tried.status() == Some(202) {
            return verdict.skip(tried.status_text());
        }
        let title = "what another one has the name of by now can be restored";
        let finding = of
            .finding(self.id(), title, "restoring is refused then")
            .expected("409", tried.status_text());
        verdict.fail(finding.step(&deleted).step(&other).step(&tried));
    }
}
