//! `resource.guarded`

use super::{
    FamilyCheck, Subject,
    action::{Action, about_itself},
    action_text::{allowed, refusal, status_of, tells_state},
    compare::first_difference,
    family::{Family, Role},
    made::Made,
};
use crate::{
    context::{Context, Resource},
    finding::Verdict,
    request::Request,
    rules::infer::envelope::told,
};
use counterpart_model::api::{Api, Method, Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// How many actions are tried to bring a resource into a state that does not allow it.
const ACTIONS: usize = 4;

/// What is not changed for so long stays as it is.
const STILL: std::time::Duration = std::time::Duration::from_millis(150);

/// What a state does not allow is refused, and changes nothing.
pub(super) struct Guarded;

impl FamilyCheck for Guarded {
    fn id(&self) -> &'static str {
        "resource.guarded"
    }

    fn about(&self) -> &'static str {
        "Where the description of a PATCH, PUT or DELETE, or of a POST that makes something below a resource, or of its 409, \
         names the only states that allow it, it is refused in any other that an action leads to, and changes nothing."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let guarded = matches!(family.role, Role::Update | Role::Delete);
        let own = guarded
            && family.create.is_some()
            && states(api, family.own, family.read).is_some()
            && actions(api, &family.own.path).next().is_some();
        let below = || {
            let parent = parent_of(api, family.own)?;
            let of = Family::of(api, parent);
            let acted = actions(api, &parent.path).any(|it| it.id != family.own.id);
            (of.create.is_some() && acted).then_some(())?;
            states(api, family.own, of.read)
        };
        own || below().is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            // What is made below something is guarded by the state of that.
            let parent = parent_of(api, of.operation);
            let parent = parent.map(|parent| Subject {
                context: of.context,
                operation: of.operation,
                family: Family::of(api, parent),
            });
            let of = parent.as_ref().unwrap_or(of);
            let Some((name, allowing, wanted)) = states(api, of.operation, of.family.read) else {
                return Verdict::not_exercised("the document names no states that allow it");
            };
            let mut verdict = Verdict::default();
            let all = actions(api, &of.family.own.path).filter(|it| it.id != of.operation.id);
            let all: Vec<&Operation> = all.collect();
            for action in all.into_iter().take(ACTIONS) {
                self.after(of, &mut verdict, action, (&name, &allowing), wanted)
                    .await;
            }
            if verdict.cases == 0 {
                verdict.skip("no action leads to a state that does not allow it");
            }
            verdict
        }
        .boxed()
    }
}

impl Guarded {
    /// Tries it on something new that an action has brought into another state.
    async fn after(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        action: &Operation,
        (name, allowing): (&str, &[String]),
        wanted: u16,
    ) {
        let Ok(mut made) = of.make().await else {
            return;
        };
        let Some(request) = Action.request(of, action, &made) else {
            return;
        };
        let mut acted = of.context.send(request).await;
        if acted.refused()
            && let Some(led) = Action.led_up(of, action).await
            && let Some(request) = Action.request(of, action, &led)
        {
            acted = of.context.send(request).await;
            made = led;
        }
        let Ok(resource) = made.resource() else {
            return;
        };
        let answer = acted.json().unwrap_or(Value::Null);
        if !acted.succeeded() || about_itself(of, &made, (&acted, &answer)).is_err() {
            return;
        }
        let Some((_, before)) = of.read(resource).await else {
            return;
        };
        let state = told(&before, name)
            .and_then(Value::as_str)
            .unwrap_or_default();
        // What is still on its way may get somewhere else meanwhile.
        let settled = acted.status() != Some(202)
            && told(&answer, name).is_none_or(|said| said.as_str() == Some(state));
        if state.is_empty() || !settled || allowing.iter().any(|it| it == state) {
            return;
        }
        // What goes on by itself is no change of a refusal.
        tokio::time::sleep(STILL).await;
        let again = of.read(resource).await.map(|it| it.1);
        if again.is_none_or(|again| first_difference(&before, &again).is_some()) {
            return verdict.skip("what it is about changes by itself");
        }
        let Some(request) = self.request(of, &made).await else {
            return;
        };
        let tried = of.context.send(request).await;
        match tried.status() {
            Some(status) if status == wanted || tells_state(of.operation, status) => verdict.pass(),
            Some(200..=299) => {
                let finding = of
                    .finding(
                        self.id(),
                        format!("it is not refused where `{name}` does not allow it"),
                        &format!("response {wanted}, and the states that allow it"),
                    )
                    .expected(
                        format!("{wanted} with `{name}` {state}"),
                        tried.status_text(),
                    );
                return verdict.fail(finding.step(&acted).step(&tried));
            }
            // It may be refused for something else.
            _ => return verdict.skip(tried.status_text()),
        }
        let Some((reading, after)) = of.read(resource).await else {
            return;
        };
        let (title, expected, actual) = match first_difference(&before, &after) {
            _ if matches!(reading.status(), Some(404 | 410)) => (
                "what is refused leaves nothing to be read".to_owned(),
                state.to_owned(),
                reading.status_text(),
            ),
            _ if !reading.succeeded() => return,
            Some(it) => (
                format!("what is refused changes `{}`", it.name),
                it.expected,
                it.actual,
            ),
            None => return verdict.pass(),
        };
        let finding = of
            .finding(self.id(), title, "what is refused changes nothing")
            .expected(expected, actual);
        verdict.fail(finding.step(&tried).step(&reading));
    }

    /// A request for the operation that is good but for the state of what it is about.
    async fn request(&self, of: &Subject<'_>, made: &Made) -> Option<Request> {
        let resource = made.resource.as_ref()?;
        if of.operation.method == Method::Post {
            return below(of.context, of.operation, resource).await;
        }
        let request = of.context.bare_request(of.operation, resource)?;
        if of.operation.body.is_none() {
            return Some(request);
        }
        let body = of.context.bodies(of.operation).into_iter().next()?;
        let body = of.context.with_known_ids(of.operation, &body, 0);
        let body = of.context.fresh_body(of.operation, &body);
        Some(request.with_json(&of.context.addressed(of.operation, resource, &body)))
    }
}

/// A request that was accepted below another resource, for this one.
pub(super) async fn below(
    context: &Context,
    operation: &Operation,
    resource: &Resource,
) -> Option<Request> {
    let draft = context.accepted(operation).await.ok()?;
    let mut request = context.anew(operation, draft.request);
    request.path = context.bare_request(operation, resource)?.path;
    Some(request)
}

/// What reads the resource that an operation makes something below: `GET /tickets/{id}` for `POST /tickets/{id}/comments`.
pub(super) fn parent_of<'a>(api: &'a Api, own: &Operation) -> Option<&'a Operation> {
    let makes = own.responses.contains_key(&StatusKey::Code(201));
    let path = crate::paths::plain(&own.path);
    let (item, last) = path.rsplit_once('/')?;
    if own.method != Method::Post || !makes || last.contains('{') {
        return None;
    }
    crate::paths::item(item)?;
    crate::paths::at(api, Method::Get, item)
}

/// The property that tells the state, the states that allow an operation, and how it is refused in others.
fn states(
    api: &Api,
    own: &Operation,
    read: Option<&Operation>,
) -> Option<(String, Vec<String>, u16)> {
    let wanted = refusal(own)?;
    let (_, response) = read?.response(200)?;
    let shown = response
        .content
        .values()
        .find_map(|content| content.schema)?;
    let (name, values) = status_of(api, shown)?;
    let allowing = allowed(own, wanted, &values);
    (!allowing.is_empty()).then_some((name, allowing, wanted))
}

/// The actions on the item that an operation is about.
fn actions<'a>(api: &'a Api, path: &str) -> impl Iterator<Item = &'a Operation> {
    let item = crate::paths::plain(path).to_owned();
    api.operations.iter().filter(move |other| {
        let path = crate::paths::plain(&other.path);
        let above = path.rsplit_once('/').map(|(above, _)| above);
        let colon = path.strip_prefix(item.as_str());
        let acts = above == Some(item.as_str()) || colon.is_some_and(|it| it.starts_with(':'));
        other.method == Method::Post && acts
    })
}
