//! Counts of what refers to a resource: the `projectCount` of a client, whom `clientId` in the body of `POST /projects` names.

use super::{
    Subject,
    counted::{LATE, waits},
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
    rules::infer::{
        answer_schema,
        envelope::{core, core_of},
        properties, says, snake,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, Method, Operation, SchemaId, Shape},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Some counts take a moment.
const PATIENCE: Duration = Duration::from_millis(400);
/// What is wrong once may be somebody else's doing.
const ROUNDS: usize = 2;

/// What refers to a resource, and what counts that.
pub(super) struct Reference<'a> {
    /// The property of a body that names the resource.
    property: String,
    schema: SchemaId,
    /// What reads the resource.
    read: &'a Operation,
    shown: SchemaId,
    /// The property that counts.
    count: String,
    /// Whether it is said that all are counted, in whatever state.
    all: bool,
}

/// What the resources that an operation makes refer to, where that has a count of them.
pub(super) fn reference<'a>(api: &'a Api, own: &Operation) -> Option<Reference<'a>> {
    if own.method != Method::Post {
        return None;
    }
    let body = own.body.as_ref()?;
    let mut schemas = body
        .content
        .iter()
        .filter(|(media, _)| crate::media::is_json(media));
    let schema = schemas.find_map(|(_, content)| content.schema)?;
    let many = snake(paths::plain(&own.path).rsplit('/').next()?);
    let one = many.strip_suffix('s')?.to_owned();
    let counts = [
        format!("{many}_count"),
        format!("{one}_count"),
        format!("num_{many}"),
        format!("number_of_{many}"),
    ];
    properties(api, core(api, schema).1)
        .into_iter()
        .find_map(|(property, id)| {
            let plain = snake(&property);
            let thing = plain.strip_suffix("_id")?;
            let read = api.operations.iter().find(|other| {
                let item = paths::item(&other.path).filter(|_| other.method == Method::Get);
                item.is_some_and(|(collection, _)| {
                    let last = snake(collection.rsplit('/').next().unwrap_or_default());
                    !collection.contains('{') && last.strip_suffix('s') == Some(thing)
                })
            })?;
            let shown = answer_schema(read)?;
            let all = properties(api, core(api, shown).1);
            let (count, of) = all.into_iter().find(|(name, id)| {
                let whole = matches!(api.schema(api.resolve(*id)).shape, Shape::Integer(_));
                whole && counts.contains(&snake(name))
            })?;
            let of = [api.schema(of), api.schema(api.resolve(of))];
            let said = of
                .iter()
                .find_map(|it| it.description.clone())
                .unwrap_or_default();
            (!says(&said, &LATE)).then(|| Reference {
                property,
                schema: id,
                read,
                shown,
                count,
                all: says(
                    &said,
                    &["whatever state", "any state", "every state", "all states"],
                ),
            })
        })
}

impl Reference<'_> {
    /// Whether what is made and deleted is counted by what it refers to.
    pub(super) async fn judge(&self, check: &'static str, of: &Subject<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        let mut wrong = None;
        for _ in 0..ROUNDS {
            match self.round(check, of).await {
                Ok(None) => {
                    verdict.pass();
                    return verdict;
                }
                Ok(Some(finding)) => wrong = Some(finding),
                Err(why) => {
                    verdict.skip(why);
                    return verdict;
                }
            }
        }
        wrong.into_iter().for_each(|finding| verdict.fail(finding));
        verdict
    }

    async fn round(
        &self,
        check: &'static str,
        of: &Subject<'_>,
    ) -> Result<Option<Finding>, String> {
        let context = of.context;
        let parent = context
            .make_at(paths::plain(&self.read.path), self.read)
            .await;
        let parent = parent.ok_or("what it refers to could not be made")?;
        let (_, name) = paths::item(&self.read.path).ok_or("it is read by no identifier")?;
        let id = parent
            .path
            .get(name)
            .ok_or("what it refers to has no identifier")?;
        let (_, before) = self.count(of, &parent).await?;
        let draft = context.accepted(of.operation).await.map_err(|why| why.0)?;
        let (_, schema) = context
            .body_schema(of.operation)
            .ok_or("its body is no JSON")?;
        let mut body = draft.body.clone().ok_or("it has no body")?;
        let place = core(&context.api, schema).0.child(&self.property);
        let typed = context.typed(self.schema, id);
        body = context.fresh_body(of.operation, &body);
        place.put(&mut body, typed);
        if !context.judge.is_valid(schema, Direction::Request, &body) {
            return Err("what it refers to cannot be named in its body".to_owned());
        }
        let request = context.freshened(of.operation, draft.request.clone());
        let made = context.send(request.with_json(&body)).await;
        if !made.succeeded() || waits(&made) && !self.all {
            return Err(format!(
                "whether it is counted does not show: {}",
                made.status_text()
            ));
        }
        let promise = "the resource counts what refers to it";
        let (reading, count) = self.reaches(of, &parent, |count| count > before).await?;
        if count <= before {
            let title = format!("`{}` does not count what was made", self.count);
            let finding = of
                .finding(check, title, promise)
                .expected((before + 1).to_string(), count.to_string());
            return Ok(Some(finding.step(&made).step(&reading)));
        }
        let collection = paths::plain(&of.operation.path);
        let Some(delete) = paths::on_items(&context.api, Method::Delete, collection) else {
            return Ok(None);
        };
        let said = [&delete.summary, &delete.description];
        let stays = ["archiv", "trash", "soft", "restore", "schedul", "mark"];
        if said.into_iter().flatten().any(|it| says(it, &stays)) {
            return Ok(None);
        }
        let own = context.resource_of(of.operation, delete, &draft.resource, &made);
        let Some(request) = own.and_then(|own| context.bare_request(delete, &own)) else {
            return Ok(None);
        };
        let deleted = context.send(request.clone()).await;
        let again = context.send(request).await;
        if !deleted.succeeded() || !matches!(again.status(), Some(404 | 410)) {
            return Ok(None);
        }
        let (reading, after) = self.reaches(of, &parent, |after| after < count).await?;
        if after < count {
            return Ok(None);
        }
        let title = format!("`{}` still counts what was deleted", self.count);
        let finding = of
            .finding(check, title, promise)
            .expected((count - 1).to_string(), after.to_string());
        Ok(Some(finding.step(&deleted).step(&reading)))
    }

    async fn count(
        &self,
        of: &Subject<'_>,
        parent: &Resource,
    ) -> Result<(Arc<Exchange>, u64), String> {
        let request = of.context.bare_request(self.read, parent);
        let exchange = of.context.send(request.ok_or("it cannot be read")?).await;
        let body = exchange.json().unwrap_or(Value::Null);
        let body = core_of(&of.context.api, self.shown, &body).1;
        let count = body.get(&self.count).and_then(Value::as_u64);
        let count = count.filter(|_| exchange.succeeded());
        Ok((exchange, count.ok_or("what it refers to shows no count")?))
    }

    /// The count as it is in a moment, or at once where it is as it should be.
    async fn reaches(
        &self,
        of: &Subject<'_>,
        parent: &Resource,
        right: impl Fn(u64) -> bool,
    ) -> Result<(Arc<Exchange>, u64), String> {
        for patience in [Duration::ZERO, PATIENCE] {
            tokio::time::sleep(patience).await;
            let found = self.count(of, parent).await?;
            if right(found.1) {
                return Ok(found);
            }
        }
        tokio::time::sleep(3 * PATIENCE).await;
        self.count(of, parent).await
    }
}
