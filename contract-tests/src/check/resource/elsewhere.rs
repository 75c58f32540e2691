//! `resource.elsewhere`

use super::{
    FamilyCheck, Subject,
    action::Action,
    family::{Family, Role},
    made::Made,
};
use crate::{
    check::pagination::walk,
    context::identity::item_schema_of,
    finding::Verdict,
    paths,
    request::Request,
    rules::infer::{answer_schema, says, sentences},
};
use counterpart_model::api::{Api, Method, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// Shorter identifiers may be counted below each parent for itself.
const TELLING: usize = 8;

/// What was made below one thing is not below another.
pub(super) struct Elsewhere;

impl FamilyCheck for Elsewhere {
    fn id(&self) -> &'static str {
        "resource.elsewhere"
    }

    fn about(&self) -> &'static str {
        "What was made below one thing (`/projects/{project}/tasks`) is not found, changed or deleted below another one, where \
         404 is documented and the server chose its identifier."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let own = [Role::Read, Role::Update, Role::Delete].contains(&family.role);
        let posted = family
            .create
            .is_some_and(|create| create.method == Method::Post);
        // What a PUT makes where nothing is, it makes there.
        let makes = family.own.responses.contains_key(&StatusKey::Code(201));
        own && posted
            && !makes
            && family.own.response(404).is_some()
            && parent(api, &family.own.path).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let context = of.context;
            let Some(template) = parent(&context.api, &of.operation.path) else {
                return Verdict::not_exercised("it stands below nothing that is made");
            };
            let (made, resource) = match of.make_reachable().await {
                Ok(both) => both,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some((_, name)) = paths::item(&of.operation.path) else {
                return Verdict::not_exercised("its path ends in no identifier");
            };
            let id = resource.path.get(name).cloned().unwrap_or_default();
            if id.len() < TELLING || id.parse::<u64>().is_ok() || is_sent(&made, &id) {
                return Verdict::not_exercised(
                    "its identifier may be that of something else below another parent",
                );
            }
            let Some(mut other) = context.make_at(template, of.operation).await else {
                return Verdict::not_exercised(
                    "no other thing could be made that it might be below",
                );
            };
            let moved = other
                .path
                .iter()
                .any(|(name, value)| resource.path.get(name).is_some_and(|own| own != value));
            if !moved {
                return Verdict::not_exercised(
                    "no other thing could be made that it might be below",
                );
            }
            // What belongs to several, or to all, is below each of them.
            if of.family.list.is_some() && self.is_below(of, &made, &other).await != Some(false) {
                return Verdict::not_exercised("it may belong to the other thing as well");
            }
            let listed = of.in_list(&made).await.is_some();
            other.path.insert(name.to_owned(), id.clone());
            let Some(address) = context.bare_request(of.operation, &other) else {
                return Verdict::not_exercised("no request can be made");
            };
            let Some(own) = Action.request(of, of.operation, &made) else {
                return Verdict::not_exercised("no request can be made");
            };
            let request = Request {
                path: address.path,
                ..own
            };
            let answered = context.send(request).await;
            let mut verdict = Verdict::default();
            match answered.status() {
                Some(404 | 410) => verdict.pass(),
                // Where nothing tells what was answered it may be about something else.
                Some(status @ 200..=299)
                    if self.is_it(of, (&made, listed), &resource, &answered).await =>
                {
                    let said = told(of);
                    let promise = said.as_deref().unwrap_or("response 404");
                    let title = "what was made below one thing is found below another";
                    let finding = of
                        .finding(self.id(), title, promise)
                        .expected("404", status.to_string());
                    verdict.fail(finding.step(&made.exchange).step(&answered));
                }
                _ => verdict.skip(format!("no judgement from {}", answered.status_text())),
            }
            verdict
        }
        .boxed()
    }
}

impl Elsewhere {
    /// Whether the list below another thing shows what was made; `None` where it cannot be had.
    async fn is_below(
        &self,
        of: &Subject<'_>,
        made: &Made,
        other: &crate::context::Resource,
    ) -> Option<bool> {
        let list = of.family.list?;
        let wanted = of.identity(of.shown(of.family.create?, &made.exchange)?, &made.answer)?;
        let items = item_schema_of(&of.context.api, list)?;
        let pages = walk::below(of.context, list, other).await.ok()?;
        let mut all = pages.walk.items();
        Some(all.any(|item| of.identity(items, item).as_ref() == Some(&wanted)))
    }

    /// Whether an answer is about what was made: it shows its identifier, or it is gone where it was.
    async fn is_it(
        &self,
        of: &Subject<'_>,
        (made, listed): (&Made, bool),
        resource: &crate::context::Resource,
        answered: &crate::exchange::Exchange,
    ) -> bool {
        if of.family.role != Role::Delete {
            let shown = of.shown(of.operation, answered).zip(answered.json());
            let shown = shown.and_then(|(schema, body)| of.identity(schema, &body));
            let schema = of.family.create.and_then(answer_schema);
            let own = schema.and_then(|schema| of.identity(schema, &made.answer));
            return shown.is_some() && shown == own;
        }
        match of.read(resource).await {
            Some((exchange, _)) => exchange.status() == Some(404),
            None => listed && of.in_list(made).await.is_none(),
        }
    }
}

/// The template of what a path's last thing stands below, where that can be made.
fn parent<'a>(api: &Api, path: &'a str) -> Option<&'a str> {
    let (collection, _) = paths::item(path)?;
    let end = collection.rfind('}')?;
    let template = collection.get(..=end)?;
    let (above, _) = paths::item(template)?;
    let create = paths::create(api, above)?;
    (create.method == Method::Post && paths::leads(api, create, template)).then_some(template)
}

/// Whether a value stands in what was sent.
fn is_sent(made: &Made, id: &str) -> bool {
    fn has(value: &Value, id: &str) -> bool {
        match value {
            Value::Array(items) => items.iter().any(|it| has(it, id)),
            Value::Object(members) => members.values().any(|it| has(it, id)),
            _ => crate::wire::scalar(value) == id,
        }
    }
    has(&made.body, id)
}

/// What the operation says of what belongs to another parent.
fn told(of: &Subject<'_>) -> Option<String> {
    let said = of.operation.description.as_deref().unwrap_or_default();
    sentences(said)
        .find(|it| says(it, &["of another", "to another", "below another"]) && it.contains("404"))
}
