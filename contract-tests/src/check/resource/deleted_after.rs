//! What is left after a deletion, where the document tells: values that are free again, nothing that went along.

use super::{
    FamilyCheck as _, Subject,
    below::Below,
    deleted::Deleted,
    deleted_text::{begins_empty, freed, takes_along},
    guarded::below,
    made::Made,
    restored_same::are_back,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    paths,
    rules::infer::{
        envelope::{core, core_of},
        properties,
    },
};
use counterpart_model::api::{Api, Method, Operation};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Some deletions take a moment.
const PATIENCE: Duration = Duration::from_millis(500);
/// Things of so many kinds are put below what is deleted.
const KINDS: usize = 3;
/// Last parts of paths that give what something holds.
const CONTENTS: [&str; 6] = ["content", "contents", "download", "file", "raw", "data"];

impl Deleted {
    /// Deletes something new. `None` where that was not done at once.
    async fn done(&self, of: &Subject<'_>, resource: &Resource) -> Option<Arc<Exchange>> {
        let request = of.context.bare_request(of.operation, resource)?;
        let exchange = of.context.send(request).await;
        let done = exchange.succeeded() && exchange.status() != Some(202);
        done.then_some(exchange)
    }

    /// Whether a value may be had by another one when what had it is deleted, where that is said.
    pub(super) async fn freed(&self, of: &Subject<'_>, verdict: &mut Verdict) {
        let Some(create) = of.family.create.filter(|it| it.method == Method::Post) else {
            return;
        };
        let Some((_, schema)) = of.context.body_schema(create) else {
            return;
        };
        let api = &of.context.api;
        let known: Vec<String> = properties(api, core(api, schema).1)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let Some(name) = freed(of.operation, create, &known) else {
            return;
        };
        let Ok(mut made) = of.make().await else {
            return;
        };
        let has = |made: &Made| core_of(api, schema, &made.body).1.get(name).is_some();
        if !has(&made) {
            let Some(full) = of.fullest(&made).await.filter(has) else {
                return verdict.skip(format!("`{name}` could not be sent"));
            };
            made = full;
        }
        let Ok(resource) = made.resource() else {
            return;
        };
        let Some(deleted) = self.done(of, resource).await else {
            return;
        };
        let mut again = self.again_with(of, create, &made, name).await;
        if again.refused() {
            tokio::time::sleep(PATIENCE).await;
            again = self.again_with(of, create, &made, name).await;
        }
        if again.succeeded() {
            return verdict.pass();
        }
        // What is refused for something else is refused with another value, too.
        let about = matches!(again.status(), Some(400 | 409 | 422));
        if !about || of.make().await.is_err() {
            return verdict.skip(again.status_text());
        }
        let finding = of
            .finding(
                self.id(),
                format!("`{name}` of what was deleted cannot be used again"),
                &format!("`{name}` may be used again after the deletion"),
            )
            .expected("a 2xx status", again.status_text());
        verdict.fail(finding.step(&made.exchange).step(&deleted).step(&again));
    }

    /// Makes one more with the same value of a property; what else may be used once only is new.
    async fn again_with(
        &self,
        of: &Subject<'_>,
        create: &Operation,
        made: &Made,
        name: &str,
    ) -> Arc<Exchange> {
        let request = of.context.freshened(create, made.exchange.request.clone());
        let mut body = of.context.fresh_body(create, &made.body);
        if let Some((_, schema)) = of.context.body_schema(create) {
            let place = core(&of.context.api, schema).0.child(name);
            if let Some(value) = place.get(&made.body) {
                place.put(&mut body, value.clone());
            }
        }
        let mut request = request.with_json(&body);
        request.query.clone_from(&made.exchange.request.query);
        of.context.send(request).await
    }

    /// Whether what is put once more below the same name has nothing of what was deleted below it, where that is said.
    pub(super) async fn anew<'a>(&self, of: &'a Subject<'a>, verdict: &mut Verdict) {
        let Some(put) = of.family.create.filter(|it| it.method == Method::Put) else {
            return;
        };
        let api = &of.context.api;
        let item = &of.operation.path;
        let lists = super::below::lists_below(api, item);
        let said = |list: &Operation| begins_empty(of.operation, put, &list.path);
        if !lists.into_iter().any(said) {
            return;
        }
        let Ok((made, resource)) = of.make_reachable().await else {
            return;
        };
        let mut filled = Below::fill(of, item, &resource).await;
        filled.retain(|it| said(it.list));
        let mut before = Vec::new();
        for it in &filled {
            let shown = it.look(of).await.map(|(_, items)| items);
            before.push(shown.unwrap_or_default());
        }
        if filled.is_empty() {
            return verdict.skip("nothing could be put below it");
        }
        let Some(deleted) = self.done(of, &resource).await else {
            return;
        };
        let Some(again) = of.make_with(&made, &made.body).await else {
            return verdict.skip("it could not be made again");
        };
        for (it, before) in filled.iter().zip(before) {
            let Some((listing, after)) = it.look(of).await else {
                continue;
            };
            let is_there = |one: &Value| are_back(std::slice::from_ref(one), &after, true);
            if !listing.succeeded() || !before.iter().any(is_there) {
                verdict.pass();
                continue;
            }
            let title = format!("what was deleted is back in {}", it.list.path);
            let promise = "what is made again has nothing of what was deleted";
            let finding = of
                .finding(self.id(), title, promise)
                .expected("none of them", format!("{} of before", after.len()));
            let finding = finding.step(&deleted).step(&again.exchange);
            return verdict.fail(finding.step(&listing));
        }
    }

    /// Whether what was made below it and is read elsewhere is gone as well, where that is said.
    pub(super) async fn along(&self, of: &Subject<'_>, verdict: &mut Verdict) {
        let api = &of.context.api;
        let kinds: Vec<(&Operation, &Operation)> = made_below(api, &of.operation.path)
            .filter(|create| takes_along(of.operation, &create.path))
            .filter_map(|create| Some((create, read_elsewhere(api, create)?)))
            .take(KINDS)
            .collect();
        if kinds.is_empty() {
            return;
        }
        let Ok((_, resource)) = of.make_reachable().await else {
            return;
        };
        let mut there = Vec::new();
        for (create, read) in kinds {
            let Some(request) = below(of.context, create, &resource).await else {
                continue;
            };
            let made = of.context.send(request).await;
            let own = of.context.resource_of(create, read, &resource, &made);
            let reading = own.and_then(|own| of.context.bare_request(read, &own));
            let Some(reading) = reading.filter(|_| made.succeeded()) else {
                continue;
            };
            if of.context.send(reading.clone()).await.succeeded() {
                there.push((made, reading));
            }
        }
        if there.is_empty() {
            return verdict.skip("nothing could be made below it that is read elsewhere");
        }
        let Some(deleted) = self.done(of, &resource).await else {
            return;
        };
        for (made, reading) in there {
            let mut found = of.context.send(reading.clone()).await;
            if found.succeeded() {
                tokio::time::sleep(4 * PATIENCE).await;
                found = of.context.send(reading).await;
            }
            if !found.succeeded() {
                verdict.pass();
                continue;
            }
            let title = "what was deleted with something else can still be read";
            let promise = "DELETE removes what is below it as well";
            let finding = of
                .finding(self.id(), title, promise)
                .expected("404 or 410", found.status_text());
            return verdict.fail(finding.step(&made).step(&deleted).step(&found));
        }
    }
}

/// What makes something right below the items of a path.
fn made_below<'a>(api: &'a Api, item: &str) -> impl Iterator<Item = &'a Operation> {
    let item = paths::plain(item).to_owned();
    api.operations.iter().filter(move |other| {
        let rest = paths::plain(&other.path).strip_prefix(item.as_str());
        let rest = rest.and_then(|rest| rest.strip_prefix('/'));
        let word = rest.is_some_and(|rest| !rest.contains(['{', '/', ':']));
        other.method == Method::Post && word
    })
}

/// What reads a thing by a path that does not go through what it was made below: `/attachments/{id}`, or what it holds.
fn read_elsewhere<'a>(api: &'a Api, create: &Operation) -> Option<&'a Operation> {
    let word = |path: &str| {
        let last = paths::plain(path).rsplit('/').next();
        last.unwrap_or_default().to_owned()
    };
    api.operations.iter().find(|other| {
        let path = paths::plain(&other.path);
        let template = paths::resource(path);
        let rest = path.strip_prefix(template).unwrap_or_default();
        let own = rest.is_empty() || CONTENTS.contains(&rest.trim_start_matches('/'));
        let elsewhere = paths::item(template).is_some_and(|(collection, _)| {
            !collection.contains('{') && word(collection) == word(&create.path)
        });
        other.method == Method::Get && own && elsewhere
    })
}

#[cfg(test)]
mod tests {
    use super::{made_below, read_elsewhere};

    #[test]
    fn what_is_made_below_may_be_read_elsewhere() {
        let operation = |path: &str, method: &str, id: &str| {
            format!(
                "  '{path}': {{{method}: {{operationId: {id}, responses: {{'200': {{description: d}}}}}}}}\n"
            )
        };
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}{}{}{}",
            operation("/tickets/{id}/files", "post", "upload"),
            operation("/tickets/{id}/notes", "post", "note"),
            operation("/tickets/{id}/notes/{note}", "get", "read"),
            operation("/files/{id}/content", "get", "download"),
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let found: Vec<_> = made_below(&api, "/tickets/{id}")
            .map(|it| read_elsewhere(&api, it).map(|it| it.id.0.as_str()))
            .collect();
        assert_eq!(found, [Some("download"), None]);
    }
}
