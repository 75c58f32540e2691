//! `etag.none_match`, `etag.match`

use super::{
    FamilyCheck, Subject,
    compare::first_difference,
    family::{Family, Role},
    made::Made,
};
use crate::{
    context::{Resource, json_patch::is_json_patch},
    exchange::Exchange,
    finding::Verdict,
    request::Request,
    rules::infer::{
        envelope::{core, core_of},
        is_lock, properties, says,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, Method, Operation, ParameterLocation, StatusKey},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// So many changes are tried, and so many plainer ones, where they are refused.
const PLAINER: usize = 2;
/// So many members are changed one at a time.
const MEMBERS: usize = 4;

/// Reading what is known already.
pub(super) struct NoneMatch;

/// Changing what somebody else has changed.
pub(super) struct Match;

fn takes(operation: &Operation, header: &str) -> bool {
    operation
        .parameters
        .iter()
        .any(|it| it.location == ParameterLocation::Header && it.name.eq_ignore_ascii_case(header))
}

fn has_etag(operation: &Operation) -> bool {
    operation.response(200).is_some_and(|(_, response)| {
        response
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("etag"))
    })
}

impl FamilyCheck for NoneMatch {
    fn id(&self) -> &'static str {
        "etag.none_match"
    }

    fn about(&self) -> &'static str {
        "Where 304 or `If-None-Match` is documented, reading with the ETag just given, alone, among others or as `*`, \
         answers 304, with another one 200 (RFC 9110 §13.1.2)."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Read
            && family.read.is_some_and(|read| {
                takes(read, "if-none-match")
                    || has_etag(read)
                        && read
                            .response(304)
                            .is_some_and(|(status, _)| status.to_string() == "304")
            })
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let resource = match resource(of).await {
                Ok(resource) => resource,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some((first, _)) = of.read(&resource).await else {
                return Verdict::not_exercised("it cannot be read");
            };
            let (Some(etag), Some(request)) = (etag_of(&first), of.reading(&resource)) else {
                return Verdict::not_exercised("its answer has no ETag");
            };
            let mut verdict = Verdict::default();
            let known = of
                .context
                .send(request.clone().set_header("If-None-Match", &etag))
                .await;
            match known.status() {
                Some(304) => verdict.pass(),
                Some(200..=299) => {
                    let finding = of
                        .finding(
                            self.id(),
                            "reading with the ETag just given is answered in full",
                            "response 304",
                        )
                        .expected("304", known.status_text());
                    verdict.fail(finding.step(&first).step(&known));
                }
                _ => verdict.skip(known.status_text()),
            }
            // One of several, and any (RFC 9110 §13.1.2).
            for among in [format!("\"counterpart-other\", {etag}"), "*".to_owned()] {
                let known = request.clone().set_header("If-None-Match", &among);
                let known = of.context.send(known).await;
                match known.status() {
                    Some(304) => verdict.pass(),
                    Some(200..=299) => {
                        let title =
                            "reading with the ETag among others, or any, is answered in full";
                        let finding = of.finding(self.id(), title, "response 304");
                        let finding = finding.expected("304", known.status_text());
                        verdict.fail(
                            finding
                                .input(format!("If-None-Match: {among}"))
                                .step(&known),
                        );
                        break;
                    }
                    _ => verdict.skip(known.status_text()),
                }
            }
            let other = of
                .context
                .send(request.set_header("If-None-Match", "\"counterpart-other\""))
                .await;
            match other.status() {
                Some(200..=299) => verdict.pass(),
                Some(304) => {
                    let finding = of
                        .finding(
                            self.id(),
                            "reading with another ETag is answered as if it were known",
                            "304 is for the same ETag",
                        )
                        .expected("200", "304");
                    verdict.fail(finding.step(&first).step(&other));
                }
                _ => verdict.skip(other.status_text()),
            }
            verdict
        }
        .boxed()
    }
}

impl FamilyCheck for Match {
    fn id(&self) -> &'static str {
        "etag.match"
    }

    fn about(&self) -> &'static str {
        "A change gives a resource another ETag, the same in the answer as when it is read; where `If-Match` is documented, a \
         change with an old ETag is refused with 412 and changes nothing, one with the current ETag or `*` is taken (RFC 9110 \
         §13.1.1), and so is deleting; where 428 is documented, one without is refused with it (RFC 6585 §3). A PUT with a \
         documented `If-None-Match: *` replaces nothing (RFC 9110 §13.1.2)."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        let made = family.create.is_some() && family.read.is_some();
        let etagged = family.read.is_some_and(has_etag);
        made && match family.role {
            Role::Update => etagged || is_for_new(family.own),
            Role::Delete => etagged && takes(family.own, "if-match"),
            _ => false,
        }
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if of.family.role == Role::Delete {
                return self.unmatched(of).await;
            }
            let mut verdict = match of.family.read.is_some_and(has_etag) {
                true => self.changed(of).await,
                false => Verdict::default(),
            };
            if is_for_new(of.operation) {
                verdict.merge(self.kept_from_replacing(of).await);
            }
            verdict
        }
        .boxed()
    }
}

impl Match {
    /// A change gives another ETag, and is bound to the one that it names.
    fn changed<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let (made, resource) = match of.make_reachable().await {
                Ok(both) => both,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some((first, before)) = of.read(&resource).await else {
                return Verdict::not_exercised("it cannot be read");
            };
            let Some(old) = etag_of(&first) else {
                return Verdict::not_exercised("there is no ETag");
            };
            let conditional = takes(of.operation, "if-match");
            let mut verdict = Verdict::default();
            let mut taken = None;
            for change in changes(of, &resource, &made) {
                let request = match conditional {
                    true => change.clone().set_header("If-Match", &old),
                    false => change.clone(),
                };
                let request = of.context.anew(of.operation, request);
                let changed = of.context.send(request).await;
                // What goes together by rules that no keyword tells may be refused: something plainer is not.
                let unfit = matches!(changed.status(), Some(400 | 409 | 422));
                taken = Some((change, changed));
                if !unfit {
                    break;
                }
            }
            let Some((change, changed)) = taken else {
                return Verdict::not_exercised("there is no change to make");
            };
            if !changed.succeeded() {
                if changed.status() == Some(412) {
                    let finding = of
                        .finding(
                            self.id(),
                            "a change with the current ETag is refused",
                            "If-Match with the current ETag",
                        )
                        .expected("a 2xx status", "412");
                    verdict.fail(finding.step(&first).step(&changed));
                } else {
                    verdict.skip(format!("a change got {}", changed.status_text()));
                }
                return verdict;
            }
            let Some((second, after)) = of.read(&resource).await else {
                return verdict;
            };
            let (now, told) = (etag_of(&second), etag_of(&changed));
            if now.as_ref() == Some(&old) && before != after {
                let finding = of
                    .finding(
                        self.id(),
                        "a change leaves the ETag as it was",
                        "an ETag tells one state from another (RFC 9110 §8.8.3)",
                    )
                    .expected("another ETag", old.clone());
                verdict.fail(finding.step(&first).step(&changed).step(&second));
                return verdict;
            }
            if told.is_some() && told != now {
                let finding = of
                    .finding(
                        self.id(),
                        "the answer to a change has another ETag than reading",
                        "the answer's ETag is that of the new state",
                    )
                    .expected(now.unwrap_or_default(), told.unwrap_or_default());
                verdict.fail(finding.step(&changed).step(&second));
                return verdict;
            }
            verdict.pass();
            if conditional && before != after {
                let change = back(of, change, &before);
                self.stale(of, &mut verdict, &resource, change.clone(), &old)
                    .await;
                if verdict.findings.is_empty() {
                    self.otherwise(of, &mut verdict, change).await;
                }
            }
            if verdict.findings.is_empty() {
                self.by_each(of, &mut verdict, &resource, &changed).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Match {
    /// Changes of one member each: an ETag may be made of some members only.
    async fn by_each(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        resource: &Resource,
        change: &Exchange,
    ) {
        let context = of.context;
        let (Some(Value::Object(sent)), Some((media, schema))) =
            (change.request.json(), context.body_schema(of.operation))
        else {
            return;
        };
        if is_json_patch(&media) {
            return;
        }
        let (place, inner) = core(&context.api, schema);
        let whole = Value::Object(sent);
        let patches = of.operation.method == Method::Patch && place.as_str().is_empty();
        let mut tried = 0;
        for (name, id) in properties(&context.api, inner) {
            let at = place.child(&name);
            let Some(was) = at.get(&whole).filter(|_| !is_lock(&name)) else {
                continue;
            };
            let cases = context.generator().positives(id);
            let plain = |it: &&Value| it.is_string() || it.is_number() || it.is_boolean();
            let own = context.is_identifier(id) || context.is_related(&name);
            let mut values = cases.cases.iter().map(|case| &case.value).filter(plain);
            let other = values.find(|it| *it != was);
            let Some(other) = other.filter(|_| !own && plain(&was)) else {
                continue;
            };
            let mut body = match patches {
                true => serde_json::json!({}),
                false => whole.clone(),
            };
            at.put(&mut body, other.clone());
            if !context.judge.is_valid(schema, Direction::Request, &body) {
                continue;
            }
            let Some((first, _)) = of.read(resource).await else {
                return;
            };
            let Some(request) = context.bare_request(of.operation, resource) else {
                return;
            };
            let mut request = request.with_json(&body);
            request.content_type = Some(media.clone());
            let changed = context.send(request).await;
            let Some((second, _)) = of.read(resource).await else {
                return;
            };
            let (old, now) = (etag_of(&first), etag_of(&second));
            // A weak one may be that of a whole second (RFC 9110 §8.8.1).
            let strong = old.as_ref().is_some_and(|it| !it.starts_with("W/"));
            let differs = member(of, &first, &name) != member(of, &second, &name);
            if changed.succeeded() && differs && strong && old == now {
                let title = format!("a change of `{name}` leaves the ETag as it was");
                let promise = "an ETag tells one state from another (RFC 9110 §8.8.3)";
                let finding = of.finding(self.id(), title, promise);
                let finding = finding.expected("another ETag", old.unwrap_or_default());
                return verdict.fail(finding.step(&first).step(&changed).step(&second));
            }
            tried += 1;
            if tried == MEMBERS {
                return;
            }
        }
    }

    /// Without a condition, where 428 is documented (RFC 6585 §3), and with one that any state meets.
    async fn otherwise(&self, of: &Subject<'_>, verdict: &mut Verdict, change: Request) {
        let refused = of.operation.responses.get(&StatusKey::Code(428));
        let said = of.operation.description.as_deref().unwrap_or_default();
        let needed = [
            "is needed",
            "is required",
            "required",
            "must be sent",
            "is mandatory",
            "is a must",
            "428 without",
            "without it gives 428",
        ];
        let required = refused.is_some() && says(said, &["if-match"]) && says(said, &needed);
        if required {
            let without = of.context.anew(of.operation, change.clone());
            let answer = of.context.send(without.without_header("If-Match")).await;
            match answer.status() {
                Some(428) => verdict.pass(),
                Some(200..=299) => {
                    let title = "a change without `If-Match` is taken";
                    let finding = of.finding(self.id(), title, "response 428");
                    let finding = finding.expected("428", answer.status_text());
                    return verdict.fail(finding.step(&answer));
                }
                _ => verdict.skip(answer.status_text()),
            }
        }
        let body = change.json().unwrap_or(Value::Null);
        let mut members = body.as_object().into_iter().flatten();
        let locks = members.any(|(name, _)| is_lock(name));
        let any = of
            .context
            .anew(of.operation, change)
            .set_header("If-Match", "*");
        let answer = of.context.send(any).await;
        match answer.status() {
            Some(200..=299) => verdict.pass(),
            // What is locked by its body as well may be refused for that.
            Some(412) if !locks => {
                let title = "a change with `If-Match: *` is refused";
                let promise = "any state of a resource meets `*` (RFC 9110 §13.1.1)";
                let finding = of.finding(self.id(), title, promise);
                let finding = finding.expected("a 2xx status", answer.status_text());
                verdict.fail(finding.step(&answer));
            }
            _ => verdict.skip(answer.status_text()),
        }
    }

    async fn stale(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        resource: &Resource,
        change: Request,
        old: &str,
    ) {
        let Some((first, before)) = of.read(resource).await else {
            return;
        };
        let request = of
            .context
            .anew(of.operation, change)
            .set_header("If-Match", old);
        let refused = of.context.send(request).await;
        match refused.status() {
            Some(412) => verdict.pass(),
            Some(200..=299) => {
                let finding = of
                    .finding(
                        self.id(),
                        "a change with an old ETag is taken",
                        "If-Match with an old ETag",
                    )
                    .expected("412", refused.status_text());
                return verdict.fail(finding.step(&first).step(&refused));
            }
            _ => return verdict.skip(refused.status_text()),
        }
        if let Some((second, after)) = of.read(resource).await
            && second.succeeded()
            && let Some(it) = first_difference(&before, &after)
        {
            let finding = of
                .finding(
                    self.id(),
                    format!("a change that was refused with 412 changes `{}`", it.name),
                    "what is refused changes nothing",
                )
                .expected(it.expected, it.actual);
            verdict.fail(finding.step(&refused).step(&second));
        }
    }
}

/// A property of what an answer shows.
fn member(of: &Subject<'_>, exchange: &Exchange, name: &str) -> Option<Value> {
    let shown = of.shown(of.family.read?, exchange)?;
    let body = exchange.json()?;
    core_of(&of.context.api, shown, &body).1.get(name).cloned()
}

/// The change that takes another one back, so that it would show; the same one where the document does not allow it.
fn back(of: &Subject<'_>, change: Request, before: &Value) -> Request {
    let (Some(mut body), Some((_, schema))) = (change.json(), of.context.body_schema(of.operation))
    else {
        return change;
    };
    for (name, value) in body.as_object_mut().into_iter().flatten() {
        if let Some(was) = before.get(name) {
            value.clone_from(was);
        }
    }
    let valid = of.context.judge.is_valid(schema, Direction::Request, &body);
    if valid {
        change.with_json(&body)
    } else {
        change
    }
}

pub(super) fn etag_of(exchange: &Arc<Exchange>) -> Option<String> {
    exchange.header("etag").map(str::to_owned)
}

/// One that was made, or one that is known.
async fn resource(of: &Subject<'_>) -> Result<Resource, String> {
    if let Ok(made) = of.make().await
        && let Some(resource) = made.resource
    {
        return Ok(resource);
    }
    let known = of.context.resources(of.operation).await;
    known
        .first()
        .cloned()
        .ok_or_else(|| "nothing is known to read".to_owned())
}

/// Whether a `PUT` can be bound to there being nothing yet: `If-None-Match: *`.
fn is_for_new(operation: &Operation) -> bool {
    let put = operation.method == Method::Put && takes(operation, "if-none-match");
    let said = operation.description.as_deref().unwrap_or_default();
    put && (operation.responses.contains_key(&StatusKey::Code(412))
        || says(said, &["if-none-match"]))
}

/// Requests that change a resource, those that change most of it first.
fn changes(of: &Subject<'_>, resource: &Resource, made: &Made) -> Vec<Request> {
    let Some((media, schema)) = of.context.body_schema(of.operation) else {
        return Vec::new();
    };
    let mut bodies = of.context.bodies(of.operation);
    bodies.truncate(PLAINER);
    if !is_json_patch(&media) {
        // The more is changed, the more shows what is applied in spite of a refusal.
        let rich = of.rich_bodies(of.operation, schema).into_iter();
        let changes = |body: &Value| {
            let members = body.as_object().into_iter().flatten();
            let other = |it: &(&String, &Value)| made.answer.get(it.0) != Some(it.1);
            members.filter(other).count()
        };
        let mut rich: Vec<Value> = rich.filter(|body| changes(body) > 0).collect();
        rich.sort_by_key(|body| std::cmp::Reverse(changes(body)));
        rich.truncate(PLAINER);
        bodies.retain(|body| changes(body) > 0);
        bodies.splice(0..0, rich);
    }
    let request = |body: &Value| {
        let mut request = of.context.bare_request(of.operation, resource)?;
        request.content_type = Some(media.clone());
        Some(request.with_json(body))
    };
    bodies.iter().filter_map(request).collect()
}
