//! `auth.isolation`

use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
    request::{Access, Request},
    rules::{
        Match,
        infer::{says, snake},
    },
    wire,
};
use counterpart_model::api::{Api, Method, Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// The name under which an identity is configured that belongs to somebody else.
const OTHER: &str = "other";
/// This many resources are asked for.
const ASKED: usize = 3;

/// What belongs to one identity is neither read nor listed by another.
pub(super) struct Isolation;

impl Check for Isolation {
    fn id(&self) -> &'static str {
        "auth.isolation"
    }

    fn about(&self) -> &'static str {
        "The identity that is configured as `other`, of somebody else, can neither read nor list what the main identity sees, \
         nor change it: what it cannot read is not changed, deleted or added to by it."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        let reads = operation.method == Method::Get;
        let reaches = operation.path.contains('{');
        let searches = operation.method == Method::Post && paths::is_search(operation);
        (reads || reaches || searches) && !operation.security.is_empty()
    }

    fn writes(&self, operation: &Operation) -> bool {
        let searches = paths::is_search(operation) && !operation.path.contains('{');
        operation.method != Method::Get && !searches
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            if !context.credentials.others.contains_key(OTHER) {
                return Verdict::not_exercised(format!(
                    "no identity `{OTHER}` is configured ([identities.{OTHER}] in contract.toml)"
                ));
            }
            // What is searched for is listed.
            let searches = operation.method == Method::Post && paths::is_search(operation);
            if searches && !operation.path.contains('{') {
                self.searched(context, operation).await
            } else if operation.method != Method::Get {
                self.write(context, operation).await
            } else if operation.path.contains('{') {
                self.read(context, operation).await
            } else {
                self.list(context, operation).await
            }
        }
        .boxed()
    }
}

/// Whether two answers to the same request are about two things: their texts differ, times and addresses aside.
fn is_another(own: &Exchange, again: &Exchange, others: &Exchange) -> bool {
    let (Some(Value::Object(ours)), Some(Value::Object(theirs))) = (own.json(), others.json())
    else {
        return false;
    };
    let again = again.json().unwrap_or_default();
    let id = |of: &serde_json::Map<String, Value>| {
        of.get("id").and_then(Value::as_str).map(str::to_owned)
    };
    if id(&ours).is_some() && id(&ours) == id(&theirs) {
        return false;
    }
    let still = ours
        .iter()
        .filter(|(name, value)| again.get(name.as_str()) == Some(*value));
    still.into_iter().any(|(name, value)| {
        let (Some(ours), Some(theirs)) = (value.as_str(), theirs.get(name).and_then(Value::as_str))
        else {
            return false;
        };
        let moves = |text: &str| {
            let moment = text.parse::<jiff::Timestamp>().is_ok();
            moment || text.contains("://") || text.parse::<f64>().is_ok()
        };
        let secret = ["***", "•"].iter().any(|it| theirs.contains(it)) || theirs.is_empty();
        ours != theirs && !moves(ours) && !moves(theirs) && !secret
    })
}

/// Whether the last name in a path is one that nothing makes, lists or reads: `/glossaries/{language}/terms`, where each
/// identity has a glossary for each language.
fn is_named_by_all(api: &Api, operation: &Operation) -> bool {
    let path = paths::plain(&operation.path);
    let Some(end) = path.rfind('}').filter(|at| at + 1 < path.len()) else {
        return false;
    };
    let item = path.get(..=end).unwrap_or_default();
    let Some((collection, name)) = paths::item(item) else {
        return false;
    };
    // What is called an identifier is one, whoever hands it out.
    let plain = snake(name);
    let identifies = ["id", "uuid", "uid", "key", "guid"]
        .iter()
        .any(|end| plain == *end || plain.ends_with(&format!("_{end}")));
    if identifies {
        return false;
    }
    let known = |other: &Operation| {
        let other = paths::plain(&other.path);
        other == item || other == collection
    };
    !api.operations.iter().any(known)
}

impl Isolation {
    /// Whether two identities have two things of one name: what stays the same for one is another text for the other.
    async fn is_another(
        &self,
        context: &Context,
        request: &Request,
        own: &Exchange,
        others: &Exchange,
    ) -> bool {
        is_another(own, own, others) && {
            let again = context.send(request.clone()).await;
            is_another(own, &again, others)
        }
    }

    async fn read(&self, context: &Context, operation: &Operation) -> Verdict {
        if is_named_by_all(&context.api, operation) {
            return Verdict::not_exercised(
                "what its path names is no thing of the document's: each identity may have one of that name",
            );
        }
        let mut verdict = Verdict::default();
        let resources = context.resources(operation).await;
        for resource in resources.iter().take(ASKED) {
            let Some(request) = context.bare_request(operation, resource) else {
                continue;
            };
            let own = context.send(request.clone()).await;
            if !own.succeeded() {
                continue;
            }
            let theirs = request.clone().with_access(Access::identity(OTHER));
            let others = context.send(theirs).await;
            match others.status() {
                Some(200..=299) if self.is_another(context, &request, &own, &others).await => {
                    verdict.skip("the other identity has something else of that name");
                }
                Some(status @ 200..=299) => verdict.fail(
                    Finding::new(
                        self.id(),
                        &operation.id,
                        "another identity reads what is not its own",
                    )
                    .promise("security", &operation.origin)
                    .expected("404 or 403", status.to_string())
                    .step(&own)
                    .step(&others),
                ),
                Some(400..=499) => verdict.pass(),
                _ => verdict.skip(format!("no judgement from {}", others.status_text())),
            }
        }
        if verdict.cases == 0 {
            verdict.skip("the main identity could read nothing to ask for");
        }
        verdict
    }

    /// What another identity cannot read it cannot change.
    async fn write(&self, context: &Context, operation: &Operation) -> Verdict {
        // What is put below a name may be made for whoever puts it, and is theirs from then on.
        let makes = operation.responses.contains_key(&StatusKey::Code(201));
        if operation.method == Method::Put && makes {
            return Verdict::not_exercised("what is put there may be made for whoever puts it");
        }
        // What is posted below a resource may be for others to post: to join, to answer, to apply.
        let own = paths::item(&operation.path).is_some();
        let posts = operation.method == Method::Post;
        if !own && (!posts || is_open(operation)) {
            return Verdict::not_exercised("others may be meant to do that");
        }
        let draft = match context.accepted(operation).await {
            Ok(draft) => draft,
            Err(why) => return Verdict::not_exercised(why.0),
        };
        let draft = context.twin_of(operation, draft).await;
        let read = paths::at(&context.api, Method::Get, paths::resource(&operation.path));
        let Some(reading) = read.and_then(|read| context.bare_request(read, &draft.resource))
        else {
            return Verdict::not_exercised("nothing tells who may see what it is about");
        };
        let own = context.send(reading.clone()).await;
        let theirs = reading.clone().with_access(Access::identity(OTHER));
        let seen = context.send(theirs).await;
        // What is not there for somebody takes nothing of theirs either; what is only refused may take more.
        let hidden = seen.status() == Some(404) || seen.status() == Some(403) && !posts;
        if !own.succeeded() || !hidden {
            return Verdict::not_exercised(format!(
                "reading it gets {}, and {} for the other identity",
                own.status_text(),
                seen.status_text()
            ));
        }
        let request = context.anew(operation, draft.request.clone());
        let others = context
            .send(request.with_access(Access::identity(OTHER)))
            .await;
        let mut verdict = Verdict::default();
        // Who deletes what is not there may be told that it is gone: only what has changed tells.
        if others.succeeded() && !posts {
            let now = context.send(reading).await;
            if now.succeeded() && now.json() == own.json() {
                verdict.skip(format!("{}, and nothing has changed", others.status_text()));
                return verdict;
            }
        }
        match others.status() {
            Some(status @ 200..=299) => verdict.fail(
                Finding::new(
                    self.id(),
                    &operation.id,
                    "another identity changes what is not its own",
                )
                .promise("security", &operation.origin)
                .expected("404 or 403", status.to_string())
                .step(&seen)
                .step(&others),
            ),
            Some(400..=499) => verdict.pass(),
            _ => verdict.skip(format!("no judgement from {}", others.status_text())),
        }
        verdict
    }

    /// What is filtered by what belongs to the main identity shows another one nothing.
    async fn filtered(
        &self,
        context: &Context,
        operation: &Operation,
        (ours, theirs, known): (&[Value], &[Value], &[Value]),
        verdict: &mut Verdict,
    ) {
        let filters = context.filters(operation).ok().flatten();
        let filters = filters.map(|it| it.rule).unwrap_or_default();
        let resource = crate::context::Resource::default();
        for filter in filters {
            let value = ours
                .iter()
                .find_map(|item| filter.values_of(item).into_iter().next());
            let by_id =
                snake(&filter.parameter).ends_with("_id") && filter.r#match == Match::Equals;
            let (Some(value), false) = (value, filter.is_phrase()) else {
                continue;
            };
            let Some(request) = context.largest_page(operation, &resource) else {
                return;
            };
            let request = request.with_query(&filter.parameter, value.clone());
            let own = context.send(request.clone()).await;
            let asked = request.with_access(Access::identity(OTHER));
            let others = context.send(asked).await;
            let count = |exchange| context.items(operation, exchange).map_or(0, |it| it.len());
            if count(&own) == 0 {
                continue;
            }
            let shown = context.items(operation, &others).unwrap_or_default();
            // What is theirs as well, or everybody's, is in their own list, or can be read by them.
            let mut foreign = shown.into_iter().filter(|item| {
                let id = item.get("id");
                id.is_some_and(|id| known.contains(id)) && !theirs.contains(item)
            });
            let same = match foreign.next() {
                Some(item) if self.is_hidden(context, operation, &item, by_id).await => Some(item),
                _ => None,
            };
            let Some(item) = same else {
                verdict.pass();
                continue;
            };
            let title =
                "another identity's list holds what is not its own, when it is filtered by that";
            let finding = Finding::new(self.id(), &operation.id, title)
                .promise("security", &operation.origin)
                .expected(
                    format!("nothing with {}={value}", filter.parameter),
                    item.get("id")
                        .map_or_else(|| "an item".to_owned(), wire::scalar),
                );
            verdict.fail(finding.step(&own).step(&others));
        }
    }

    /// Whether another identity cannot read an item by itself.
    async fn is_hidden(
        &self,
        context: &Context,
        list: &Operation,
        item: &Value,
        forbidden: bool,
    ) -> bool {
        let read = paths::on_items(&context.api, Method::Get, paths::plain(&list.path));
        let Some((read, (_, name))) = read.and_then(|read| Some((read, paths::item(&read.path)?)))
        else {
            return false;
        };
        let mut resource = crate::context::Resource::default();
        let id = item.get("id").map(wire::scalar).unwrap_or_default();
        resource.path.insert(name.to_owned(), id);
        let Some(request) = context.bare_request(read, &resource) else {
            return false;
        };
        let asked = request.with_access(Access::identity(OTHER));
        // What may be listed and not read by everybody is there for them.
        match context.send(asked).await.status() {
            Some(403) => forbidden,
            status => status == Some(404),
        }
    }

    /// What another identity finds is none of what the main one finds.
    async fn searched(&self, context: &Context, operation: &Operation) -> Verdict {
        let draft = match context.accepted(operation).await {
            Ok(draft) => draft,
            Err(why) => return Verdict::not_exercised(why.0),
        };
        // As much as can be: without criteria, where that is allowed.
        let empty = Value::Object(serde_json::Map::new());
        let all = context.body_schema(operation).filter(|(_, schema)| {
            let direction = counterpart_model::Direction::Request;
            context.judge.is_valid(*schema, direction, &empty)
        });
        let request = match all {
            Some(_) => draft.request.clone().with_json(&empty),
            None => draft.request.clone(),
        };
        self.compared(context, operation, request).await
    }

    async fn list(&self, context: &Context, operation: &Operation) -> Verdict {
        let resource = crate::context::Resource::default();
        let Some(request) = context.largest_page(operation, &resource) else {
            return Verdict::not_exercised("no request can be made");
        };
        self.compared(context, operation, request).await
    }

    async fn compared(
        &self,
        context: &Context,
        operation: &Operation,
        request: Request,
    ) -> Verdict {
        let own = context.send(request.clone()).await;
        let others = context
            .send(request.with_access(Access::identity(OTHER)))
            .await;
        let (Some(ours), Some(theirs)) = (
            context.items(operation, &own),
            context.items(operation, &others),
        ) else {
            return Verdict::not_exercised("it is no list, or one of the identities gets none");
        };
        // Numbers may be counted by each identity for itself: then all else differs.
        let key = |item: &Value| match item.get("id")? {
            id @ Value::String(_) => Some(id.clone()),
            // What this run has made is nobody else's.
            Value::Number(_) if item.to_string().contains("counterpart") => Some(item.clone()),
            _ => None,
        };
        let known: Vec<Value> = ours.iter().filter_map(key).collect();
        if known.is_empty() {
            return Verdict::not_exercised(
                "the main identity's list has nothing with an `id` that tells it from others",
            );
        }
        let mut verdict = Verdict::default();
        let shared = theirs.iter().filter_map(key).find(|id| known.contains(id));
        if shared.is_none() && operation.method == Method::Get {
            self.filtered(context, operation, (&ours, &theirs, &known), &mut verdict)
                .await;
        }
        match shared {
            None => verdict.pass(),
            Some(id) => verdict.fail(
                Finding::new(
                    self.id(),
                    &operation.id,
                    "another identity's list holds what is not its own",
                )
                .promise("security", &operation.origin)
                .expected(
                    "no item of the main identity",
                    format!("{id} in both lists"),
                )
                .step(&own)
                .step(&others),
            ),
        }
        verdict
    }
}

/// Whether an operation is called as what others are invited to do.
fn is_open(operation: &Operation) -> bool {
    const WORDS: [&str; 12] = [
        "join",
        "submission",
        "submit",
        "message",
        "invite",
        "accept",
        "apply",
        "public",
        "vote",
        "subscribe",
        "report",
        "respons",
    ];
    let last = operation.path.rsplit(['/', ':']).next().unwrap_or_default();
    says(&last.replace('_', " "), &WORDS)
}
