//! `resource.guarded`

use super::{
    FamilyCheck, Subject,
    action::{Action, about_itself},
    action_text::{allowed, refusal, status_of, tells_state},
    family::{Family, Role},
    made::Made,
};
use crate::{finding::Verdict, request::Request, rules::infer::envelope::told};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// How many actions are tried to bring a resource into a state that does not allow it.
const ACTIONS: usize = 4;

/// What a state does not allow is refused, and changes nothing.
pub(super) struct Guarded;

impl FamilyCheck for Guarded {
    fn id(&self) -> &'static str {
        "resource.guarded"
    }

    fn about(&self) -> &'static str {
        "Where the description of a PATCH, PUT or DELETE, or of its 409, names the only states that allow it, it is refused in \
         any other that an action leads to, and changes nothing."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let guarded = matches!(family.role, Role::Update | Role::Delete);
        guarded
            && family.create.is_some()
            && family.read.is_some()
            && states(api, family).is_some()
            && actions(api, family.own).next().is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some((name, allowing, wanted)) = states(&of.context.api, &of.family) else {
                return Verdict::not_exercised("the document names no states that allow it");
            };
            let mut verdict = Verdict::default();
            let all: Vec<&Operation> = actions(&of.context.api, of.operation).collect();
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
        let Some(request) = self.request(of, &made) else {
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
        if reading.succeeded() && told(&after, name) == told(&before, name) {
            return verdict.pass();
        }
        let finding = of
            .finding(
                self.id(),
                format!("what is refused changes `{name}`"),
                "what is refused changes nothing",
            )
            .expected(state.to_owned(), reading.status_text());
        verdict.fail(finding.step(&tried).step(&reading));
    }

    /// A request for the operation that is good but for the state of what it is about.
    fn request(&self, of: &Subject<'_>, made: &Made) -> Option<Request> {
        let resource = made.resource.as_ref()?;
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

/// The property that tells the state, the states that allow an operation, and how it is refused in others.
fn states(api: &Api, family: &Family<'_>) -> Option<(String, Vec<String>, u16)> {
    let wanted = refusal(family.own)?;
    let (_, response) = family.read?.response(200)?;
    let shown = response
        .content
        .values()
        .find_map(|content| content.schema)?;
    let (name, values) = status_of(api, shown)?;
    let allowing = allowed(family.own, wanted, &values);
    (!allowing.is_empty()).then_some((name, allowing, wanted))
}

/// The actions on the item that an operation is about.
fn actions<'a>(api: &'a Api, own: &Operation) -> impl Iterator<Item = &'a Operation> {
    let item = crate::paths::plain(&own.path).to_owned();
    api.operations.iter().filter(move |other| {
        let path = crate::paths::plain(&other.path);
        let above = path.rsplit_once('/').map(|(above, _)| above);
        let colon = path.strip_prefix(item.as_str());
        let acts = above == Some(item.as_str()) || colon.is_some_and(|it| it.starts_with(':'));
        other.method == Method::Post && acts
    })
}
