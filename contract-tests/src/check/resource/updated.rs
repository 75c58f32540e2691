//! `resource.updated`

use super::{
    FamilyCheck, Subject,
    compare::{changed, difference, same},
    family::{Family, Role},
    found::is_found,
    made::Made,
    replaced::{emptied, kept, replaces, uncleared, unmerged, untouched},
    secret::shows_secret,
    versioned::{counts_the_same, miscounted},
};
use crate::{
    context::{
        Resource,
        json_patch::{is_json_patch, replaced},
    },
    exchange::Exchange,
    finding::Verdict,
    rules::infer::{
        answer_schema,
        envelope::{core, core_of},
        is_lock, properties, properties_of_any, says, snake,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, Method, SchemaId, StatusKey},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// A change comes this much after what was there before.
const TICK: Duration = Duration::from_millis(25);

/// So many changes are tried.
const CHANGES: usize = 12;
/// So many properties are cleared, one at a time.
const CLEARED: usize = 4;

/// What is changed is changed, and nothing else.
pub(super) struct Updated;

impl FamilyCheck for Updated {
    fn id(&self) -> &'static str {
        "resource.updated"
    }

    fn about(&self) -> &'static str {
        "After a PATCH or PUT, the answer and the resource show what was sent; a PATCH leaves the other properties alone, \
         the identifier stays, and no other resource changes."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        family.role == Role::Update && (family.create.is_some() || is_found(api, family))
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            // What belongs to others is not changed.
            if is_found(api, &of.family) && !of.context.target.is_loopback() {
                return Verdict::not_exercised(
                    "nothing makes what is changed, and others may use it",
                );
            }
            let first = match of.make().await {
                Ok(first) => first,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some((_, schema)) = of.context.body_schema(of.operation) else {
                return Verdict::not_exercised("the body is no JSON");
            };
            // With everything there is, so that it shows where something is lost.
            let bodies = of
                .family
                .create
                .and_then(|create| of.context.body_schema(create))
                .map(|(_, id)| {
                    of.family
                        .create
                        .map(|create| of.rich_bodies(create, id))
                        .unwrap_or_default()
                });
            let mut made = first.clone();
            let full = of.fullest(&first).await;
            if let Some(full) = &full {
                made = full.clone();
            }
            let bodies = bodies.filter(|_| full.is_none());
            for body in bodies.unwrap_or_default() {
                if let Some(rich) = of.make_with(&first, &body).await {
                    made = rich;
                    break;
                }
            }
            // Neighbours on both sides.
            let after = of.make().await.ok();
            let others: Vec<Resource> = [Some(first), after]
                .into_iter()
                .flatten()
                .filter_map(|other| other.resource)
                .filter(|other| Some(other) != made.resource.as_ref())
                .collect();
            let changes = if of.operation.method == Method::Patch {
                patches(of, schema, &made)
            } else {
                let least = of.context.bodies(of.operation).into_iter().next();
                let least = least.filter(|_| replaces(of));
                let bodies = of.rich_bodies(of.operation, schema);
                let emptied = least
                    .iter()
                    .chain(&bodies)
                    .find_map(|body| emptied(of, schema, body));
                let emptied = emptied.filter(|_| replaces(of));
                // The same once more, where that counts as well.
                let again = least.clone().filter(|_| counts_the_same(of.operation));
                let plain = least.into_iter().chain(again);
                plain.chain(emptied).chain(bodies).collect()
            };
            let found = is_found(api, &of.family);
            if found && !self.keeps_still(of, &made).await {
                return Verdict::not_exercised("what nothing makes changes by itself");
            }
            let (others, changes) = match found {
                true => (
                    Vec::new(),
                    changes.into_iter().filter(is_harmless).collect(),
                ),
                false => (others, changes),
            };
            let tried = changes.clone();
            let mut verdict = Verdict::default();
            for change in changes.into_iter().take(CHANGES) {
                self.change(of, &mut verdict, schema, &made, &others, &change)
                    .await;
                if !verdict.findings.is_empty() {
                    break;
                }
            }
            if found {
                self.put_back(of, &made, &tried).await;
            }
            if verdict.cases == 0 {
                verdict.skip("no change was accepted");
            }
            verdict
        }
        .boxed()
    }
}

/// Whether a change of what nothing makes starts, stops or locks nothing.
fn is_harmless(change: &Value) -> bool {
    const WORDS: [&str; 12] = [
        "active",
        "enabled",
        "disabled",
        "password",
        "role",
        "roles",
        "paused",
        "admin",
        "locked",
        "suspended",
        "scopes",
        "permissions",
    ];
    let names = change.as_object().map(|it| it.keys());
    let mut words = names.into_iter().flatten().map(|it| snake(it));
    !words.any(|name| name.split('_').any(|word| WORDS.contains(&word)))
}

impl Updated {
    /// Whether what nothing makes stays as it is for a moment.
    async fn keeps_still(&self, of: &Subject<'_>, made: &Made) -> bool {
        let Ok(resource) = made.resource() else {
            return true;
        };
        let first = of.read(resource).await;
        tokio::time::sleep(8 * TICK).await;
        let again = of.read(resource).await;
        first.map(|it| it.1) == again.map(|it| it.1)
    }

    /// Gives what nothing makes its old values again.
    async fn put_back(&self, of: &Subject<'_>, made: &Made, changes: &[Value]) {
        let (Ok(resource), Method::Patch) = (made.resource(), of.operation.method) else {
            return;
        };
        let names = changes
            .iter()
            .filter_map(Value::as_object)
            .flat_map(|it| it.keys());
        let old: serde_json::Map<String, Value> = names
            .filter_map(|name| Some((name.clone(), made.answer.get(name)?.clone())))
            .collect();
        let Some((_, schema)) = of.context.body_schema(of.operation) else {
            return;
        };
        let old = Value::Object(old);
        let valid = of.context.judge.is_valid(schema, Direction::Request, &old);
        if let Some(request) = of
            .context
            .bare_request(of.operation, resource)
            .filter(|_| valid)
        {
            of.context.send(request.with_json(&old)).await;
        }
    }
}

/// A body that says which state it changes, where it says so or has to: the one that there is.
fn locked(of: &Subject<'_>, schema: SchemaId, before: &Value, mut body: Value) -> Value {
    let api = &of.context.api;
    let shown = of.family.read.and_then(answer_schema);
    let before = shown.map_or(before, |shown| core_of(api, shown, before).1);
    let (place, inner) = core(api, schema);
    for (name, id) in properties(api, inner)
        .into_iter()
        .filter(|(name, _)| is_lock(name))
    {
        let Some(now) = before.get(&name) else {
            continue;
        };
        let mut with = body.clone();
        place.child(&name).put(&mut with, now.clone());
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        let settable = !own.read_only && !target.read_only;
        if settable && of.context.judge.is_valid(schema, Direction::Request, &with) {
            body = with;
        }
    }
    body
}

/// Bodies that change one property each, to another value than it has.
fn patches(of: &Subject<'_>, schema: SchemaId, made: &Made) -> Vec<Value> {
    let (context, api) = (of.context, &of.context.api);
    let judge = &context.judge;
    let mut bodies = Vec::new();
    let mut cleared = Vec::new();
    let media = context.body_schema(of.operation).map(|(media, _)| media);
    if media.as_deref().is_some_and(is_json_patch) {
        return context.bodies(of.operation);
    }
    let said = of.operation.description.as_deref().unwrap_or_default();
    let clears = media.is_some_and(|it| it.starts_with("application/merge-patch+json"))
        || says(
            said,
            &[
                "null clears",
                "null removes",
                "null unsets",
                "null to clear",
                "null to remove",
            ],
        );
    let (place, inner) = core(api, schema);
    // What wraps the properties is as it was accepted.
    let wrapped = context.bodies(of.operation).into_iter().next();
    let create = of.family.create.and_then(|it| context.body_schema(it));
    let sent = create.map_or(&made.body, |(_, id)| core_of(api, id, &made.body).1);
    let shown = of.family.create.and_then(|it| of.shown(it, &made.exchange));
    let answer = shown.map_or(&made.answer, |id| core_of(api, id, &made.answer).1);
    for (name, id) in properties_of_any(api, inner) {
        if api.schema(id).read_only || context.is_identifier(id) {
            continue;
        }
        // What refers to something else has to refer to something that is there.
        let words = snake(&name);
        let refers = ["id", "ids", "uuid"].contains(&words.rsplit('_').next().unwrap_or_default());
        if refers && !context.is_related(&name) {
            continue;
        }
        let cases = context.generator().positives(id);
        let current = answer.get(&name).or_else(|| sent.get(&name));
        let other =
            cases.cases.iter().map(|case| &case.value).find(|value| {
                !value.is_null() && current.is_none_or(|current| !same(value, current))
            });
        if let Some(value) = other {
            let mut body = match place.as_str() {
                "" => Value::Null,
                _ => wrapped.clone().unwrap_or_default(),
            };
            place.put(&mut body, json!({ &name: value }));
            let body = context.with_known_ids(of.operation, &body, 0);
            if context.judge.is_valid(schema, Direction::Request, &body) {
                bodies.push(body);
            }
        }
        // Null clears what there is (RFC 7396 §2); elsewhere it may be as good as nothing.
        let there = clears && current.is_some_and(|current| !current.is_null());
        let nothing = |id| judge.is_valid(id, Direction::Request, &Value::Null);
        if there && cleared.len() < CLEARED && nothing(id) {
            let mut body = match place.as_str() {
                "" => Value::Null,
                _ => wrapped.clone().unwrap_or_default(),
            };
            place.put(&mut body, json!({ name: null }));
            let valid = judge.is_valid(schema, Direction::Request, &body);
            cleared.extend(valid.then_some(body));
        }
    }
    bodies.truncate(CHANGES - cleared.len());
    bodies.extend(cleared);
    bodies
}

impl Updated {
    async fn change(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        schema: SchemaId,
        made: &Made,
        others: &[Resource],
        change: &Value,
    ) {
        let (api, judge) = (&of.context.api, &of.context.judge);
        let (Ok(resource), Some(read)) = (made.resource(), of.family.read) else {
            return verdict.skip("the answer does not tell how to reach what was made");
        };
        let Some((_, before)) = of.read(resource).await else {
            return;
        };
        let mut known: Vec<(Resource, Value)> = Vec::new();
        let listed = of.context.resources(read).await;
        let place = |resource: &Resource| of.reading(resource).map(|it| it.path);
        let own = place(resource);
        let neighbours = if others.is_empty() { 0 } else { 3 };
        let others = others.iter().chain(listed.iter().take(neighbours));
        for other in others.filter(|other| place(other) != own) {
            if let Some((_, body)) = of
                .read(other)
                .await
                .filter(|(exchange, _)| exchange.succeeded())
            {
                known.push((other.clone(), body));
            }
        }
        let Some(request) = of.context.bare_request(of.operation, resource) else {
            return;
        };
        let body = of.context.fresh_body(of.operation, change);
        let body = of.context.addressed(of.operation, resource, &body);
        let body = locked(of, schema, &before, body);
        // Two changes within a millisecond have one time.
        tokio::time::sleep(TICK).await;
        let exchange = of.context.send(request.with_json(&body)).await;
        if !exchange.succeeded() || exchange.status() == Some(202) {
            return verdict.skip(format!("a change got {}", exchange.status_text()));
        }
        let code = |status: u16| {
            of.operation
                .responses
                .contains_key(&StatusKey::Code(status))
        };
        let tells_apart =
            of.operation.method == Method::Put && (code(200) || code(204)) && code(201);
        if tells_apart && exchange.status() == Some(201) {
            let finding = of
                .finding(
                    self.id(),
                    "what was there is replaced, and the answer says that it was made",
                    "201 tells that a PUT has made something (RFC 9110 §9.3.4)",
                )
                .expected("200", "201");
            return verdict.fail(finding.step(&exchange));
        }
        let body = replaced(&body);
        if let (Some(shown), Some(answer)) = (of.shown(of.operation, &exchange), exchange.json()) {
            if let Some(it) = difference(judge, Some(schema), shown, &body, &answer) {
                let finding = of
                    .finding(
                        self.id(),
                        format!(
                            "`{}` was changed, and the answer shows another value",
                            it.name
                        ),
                        "the answer shows the change",
                    )
                    .expected(it.expected, it.actual);
                return verdict.fail(finding.step(&exchange));
            }
            let (was, is) = (of.identity(shown, &before), of.identity(shown, &answer));
            if was.is_some() && is.is_some() && was != is {
                let finding = of
                    .finding(
                        self.id(),
                        "a change gives the resource another identifier",
                        "a resource keeps its identifier",
                    )
                    .expected(was.unwrap_or_default(), is.unwrap_or_default());
                return verdict.fail(finding.step(&exchange));
            }
            verdict.pass();
        }
        let Some((reading, after)) = of.read(resource).await else {
            return;
        };
        if !reading.succeeded() {
            return verdict.skip(format!("reading it got {}", reading.status_text()));
        }
        for shows in [&exchange, &reading] {
            let shown = of.shown(of.operation, shows);
            let shown = shown.or_else(|| of.shown(read, shows));
            if let Some(finding) = shows_secret(of, self.id(), &body, shown, shows) {
                return verdict.fail(finding.step(&exchange).step(shows));
            }
        }
        let shown = of.shown(read, &reading);
        if let Some(it) =
            shown.and_then(|shown| difference(judge, Some(schema), shown, &body, &after))
        {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{}` was changed, and reading shows another value", it.name),
                    "a change that was taken is kept",
                )
                .expected(it.expected, it.actual);
            return verdict.fail(finding.step(&exchange).step(&reading));
        }
        verdict.pass();
        let counted = shown
            .filter(|_| before != after || counts_the_same(of.operation))
            .and_then(|shown| miscounted(api, (of.operation, shown), &before, &after));
        if let Some(it) = counted {
            let finding = of
                .finding(
                    self.id(),
                    format!("one change does not raise `{}` by one", it.name),
                    "every change raises it by one",
                )
                .expected(it.expected, it.actual);
            return verdict.fail(finding.step(&exchange).step(&reading));
        }
        if let Some(it) = shown.and_then(|shown| untouched(api, shown, &before, &after)) {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{}` stays as it was after a change", it.name),
                    "the time of the last change is that of the last change",
                )
                .expected(it.expected, it.actual);
            return verdict.fail(finding.step(&exchange).step(&reading));
        }
        if replaces(of)
            && let Some(it) = kept(
                api,
                (schema, shown.unwrap_or(schema)),
                &body,
                &before,
                &after,
            )
        {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{}` was left out, and stays", it.name),
                    "the resource is replaced",
                )
                .expected(it.expected, it.actual);
            return verdict.fail(finding.step(&exchange).step(&reading));
        }
        let media = of.context.body_schema(of.operation).map(|(media, _)| media);
        let merges = media.is_some_and(|it| it.starts_with("application/merge-patch+json"));
        if merges
            && let Some(it) =
                shown.and_then(|shown| unmerged(api, (schema, shown), &body, &before, &after))
        {
            let finding = of
                .finding(
                    self.id(),
                    format!("a patch of `{}` loses what it leaves out", it.name),
                    "objects are merged (RFC 7396 §2)",
                )
                .expected(it.expected, it.actual);
            return verdict.fail(finding.step(&exchange).step(&reading));
        }
        let create = of.family.create.and_then(|it| of.context.body_schema(it));
        let sent = create.map_or(&made.body, |(_, id)| core_of(api, id, &made.body).1);
        if merges
            && let Some(it) = shown
                .and_then(|shown| uncleared(api, (schema, shown), (&body, sent), &before, &after))
        {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{}` is removed by a patch, and stays", it.name),
                    "null removes a member (RFC 7396 §2)",
                )
                .expected(it.expected, it.actual);
            return verdict.fail(finding.step(&exchange).step(&reading));
        }
        if of.operation.method == Method::Patch {
            let sent: Vec<&str> = core_of(api, schema, &body)
                .1
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.as_str())
                .collect();
            let create = of.family.create.and_then(|it| of.context.body_schema(it));
            let settable = [Some(schema), create.map(|(_, schema)| schema)];
            let mut settable = settable.into_iter().flatten();
            if let Some(it) = settable
                .find_map(|own| changed(api, (own, shown.unwrap_or(own)), &before, &after, &sent))
            {
                let finding = of
                    .finding(
                        self.id(),
                        format!("changing something else changes `{}`", it.name),
                        "what a PATCH leaves out stays as it is",
                    )
                    .expected(it.expected, it.actual);
                return verdict.fail(finding.step(&exchange).step(&reading));
            }
        }
        self.others(of, verdict, schema, &exchange, known).await;
    }

    async fn others(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        schema: SchemaId,
        exchange: &Arc<Exchange>,
        others: Vec<(Resource, Value)>,
    ) {
        for (resource, was) in others {
            let Some((reading, is)) = of.read(&resource).await else {
                continue;
            };
            if !reading.succeeded() {
                continue;
            }
            let shown = of.family.read.and_then(|read| of.shown(read, &reading));
            let schemas = (schema, shown.unwrap_or(schema));
            if let Some(it) = changed(&of.context.api, schemas, &was, &is, &[]) {
                let finding = of
                    .finding(
                        self.id(),
                        format!("changing one resource changes `{}` of another", it.name),
                        "a change is about one resource",
                    )
                    .expected(it.expected, it.actual);
                return verdict.fail(finding.step(exchange).step(&reading));
            }
        }
        verdict.pass();
    }
}
