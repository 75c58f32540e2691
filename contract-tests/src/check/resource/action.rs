//! `resource.action`

use super::{
    FamilyCheck, Subject,
    action_text::{LEADS, allowed, clauses, named_like, refusal, status_of},
    family::{Family, Role},
    found::is_found,
    made::Made,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    paths,
    request::Request,
    rules::infer::{envelope::told, says, value_named},
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// An action changes the state it says, once.
pub(super) struct Action;

impl FamilyCheck for Action {
    fn id(&self) -> &'static str {
        "resource.action"
    }

    fn about(&self) -> &'static str {
        "An action on a resource (`POST /loans/{id}/approve`) leads to the status its description names, or whose name is the \
         action's, and reading shows it; where 409 is documented for what the status does not allow, doing it again is \
         refused so, and changes nothing."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        // What can be read where it is posted to is a thing of its own.
        let readable = api
            .operations
            .iter()
            .any(|other| other.method == Method::Get && other.path == family.own.path);
        family.role == Role::Act && (family.create.is_some() || is_found(api, family)) && !readable
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let mut made = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some(mut request) = self.request(of, of.operation, &made) else {
                return Verdict::not_exercised("no request can be made for it");
            };
            let mut exchange = of.context.send(request.clone()).await;
            let mut was_led = false;
            if let Some(refusal) = refusal(of.operation) {
                self.denied(of, &mut verdict, &made, (&exchange, refusal))
                    .await;
                if !verdict.findings.is_empty() {
                    return verdict;
                }
            }
            // Something may have to happen before.
            if exchange.refused()
                && let Some(led) = self.led_up(of, of.operation).await
                && let Some(next) = self.request(of, of.operation, &led)
            {
                exchange = of.context.send(next.clone()).await;
                (made, request, was_led) = (led, next, true);
            }
            if !exchange.succeeded() {
                return Verdict::not_exercised(format!(
                    "for a new resource it got {}",
                    exchange.status_text()
                ));
            }
            let answer = exchange.json().unwrap_or(Value::Null);
            if let Err(why) = about_itself(of, &made, (&exchange, &answer)) {
                return Verdict::not_exercised(why);
            }
            let shown = of.shown(of.operation, &exchange);
            let status = shown.and_then(|shown| status_of(&of.context.api, shown));
            if !was_led && let Some((name, values)) = &status {
                self.allowed_at_first(of, &mut verdict, (name, values), &made, &exchange);
            }
            if let Some((name, values)) = &status {
                self.target(of, &mut verdict, name, values, (&exchange, &answer));
            }
            if let Some(shown) = shown {
                self.settled(of, &mut verdict, shown, (&exchange, &answer));
            }
            let Ok(resource) = made.resource() else {
                return verdict;
            };
            self.persisted(of, &mut verdict, &made, (&exchange, &answer))
                .await;
            self.kept(
                of,
                &mut verdict,
                resource,
                status.as_ref().map(|(name, _)| name),
                (&exchange, &answer),
            )
            .await;
            if !verdict.findings.is_empty() {
                return verdict;
            }
            self.told(of, &mut verdict).await;
            if let Some(refusal) =
                refusal(of.operation).filter(|_| is_found(&of.context.api, &of.family))
            {
                self.in_each(of, &mut verdict, refusal).await;
            }
            if let Some(refusal) = refusal(of.operation) {
                self.again(
                    of,
                    &mut verdict,
                    (&made, resource),
                    refusal,
                    (&exchange, request),
                )
                .await;
                self.elsewhere(of, &mut verdict, refusal, status).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Action {
    /// Something new that is brought to where an action is allowed, where a way is known.
    pub(super) async fn led_up(&self, of: &Subject<'_>, action: &Operation) -> Option<Made> {
        of.context.accepted(action).await.ok()?;
        // What is there may allow it where nothing new does.
        if !of.context.has_lead(action) {
            of.context.find_lead(action).await?;
        }
        let made = of.make().await.ok()?;
        let resource = made.resource.clone()?;
        of.context.led_up(action, &resource).await.then_some(made)
    }

    /// The request for an action on a resource.
    pub(super) fn request(
        &self,
        of: &Subject<'_>,
        action: &Operation,
        made: &Made,
    ) -> Option<Request> {
        let resource = made.resource.as_ref()?;
        let mut request = of.context.bare_request(action, resource)?;
        if action.body.as_ref().is_some_and(|body| body.required) {
            let (media, _) = of.context.body_schema(action)?;
            let body = of.context.bodies(action).into_iter().next()?;
            let body = of.context.with_known_ids(action, &body, 0);
            request.content_type = Some(media);
            request = request.with_json(&of.context.fresh_body(action, &body));
        }
        Some(request)
    }

    /// Whether what is new is in one of the states that allow the action, where the document names them.
    fn allowed_at_first(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        (name, values): (&str, &[String]),
        made: &Made,
        exchange: &Arc<Exchange>,
    ) {
        let Some(refusal) = refusal(of.operation) else {
            return;
        };
        let allowing = allowed(of.operation, refusal, values);
        let Some(state) = told(&made.answer, name).and_then(Value::as_str) else {
            return;
        };
        // What is on its way may have got there.
        let waits = |other: &Operation| {
            let refusal = self::refusal(other).unwrap_or(refusal);
            allowed(other, refusal, values).iter().any(|it| it == state)
        };
        let item = paths::resource(&of.operation.path);
        let mut others = of.context.api.operations.iter();
        // Unless it waits for another action.
        let waiting = others.any(|other| {
            other.id != of.operation.id && paths::resource(&other.path) == item && waits(other)
        });
        let underway = made.exchange.status() == Some(202)
            || state.ends_with("ing") && !(waiting && state == "pending");
        if underway || allowing.is_empty() || !values.iter().any(|value| value == state) {
            return;
        }
        if allowing.iter().any(|value| value == state) {
            return verdict.pass();
        }
        let finding = of
            .finding(
                self.id(),
                format!("it is taken where `{name}` does not allow it"),
                &format!("response {refusal}, and the states that allow it"),
            )
            .expected(
                format!("{refusal} with `{name}` {state}"),
                exchange.status_text(),
            );
        verdict.fail(finding.step(&made.exchange).step(exchange));
    }

    /// Whether the answer shows the status that the description or the name promises.
    fn target(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        name: &str,
        values: &[String],
        (exchange, answer): (&Arc<Exchange>, &Value),
    ) {
        let Some(found) = told(answer, name).and_then(Value::as_str) else {
            return;
        };
        let known: Vec<&str> = values.iter().map(String::as_str).collect();
        let said = of.operation.description.as_deref().unwrap_or_default();
        let sentence = clauses(said).find(|sentence| says(sentence, LEADS));
        let stated = sentence.and_then(|sentence| value_named(sentence, &known));
        // By its name alone, it may be on its way there.
        let underway = ["pending", "ing", "requested", "queued"];
        let wanted = stated.or_else(|| {
            named_like(&of.operation.path, &known)
                .filter(|wanted| *wanted == found || !underway.iter().any(|it| found.ends_with(it)))
        });
        match wanted {
            None => verdict.skip("neither description nor name tells where it leads"),
            Some(wanted) if wanted == found => verdict.pass(),
            Some(wanted) => {
                let finding = of
                    .finding(
                        self.id(),
                        format!("the answer shows another `{name}` than the action leads to"),
                        &format!("it becomes `{wanted}`"),
                    )
                    .expected(wanted.to_owned(), found.to_owned());
                verdict.fail(finding.step(exchange));
            }
        }
    }

    /// Whether reading shows what the answer showed.
    async fn kept(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        resource: &Resource,
        name: Option<&String>,
        (exchange, answer): (&Arc<Exchange>, &Value),
    ) {
        let (Some(name), Some((reading, body))) = (name, of.read(resource).await) else {
            return;
        };
        let (Some(said), Some(found)) = (told(answer, name), told(&body, name)) else {
            return;
        };
        if said == found || exchange.status() == Some(202) {
            verdict.pass();
            return;
        }
        let finding = of
            .finding(
                self.id(),
                format!("after the action reading shows another `{name}` than its answer"),
                "the action takes effect",
            )
            .expected(said.to_string(), found.to_string());
        verdict.fail(finding.step(exchange).step(&reading));
    }
}

/// Whether an answer is about the resource that was acted on. What is posted below a resource may also make something of
/// its own (`POST /orders/{id}/refunds`), which says nothing of the order's state.
pub(super) fn about_itself(
    of: &Subject<'_>,
    made: &Made,
    (exchange, answer): (&Arc<Exchange>, &Value),
) -> Result<(), String> {
    let own = |operation: &Operation, exchange: &Exchange, body: &Value| {
        of.identity(of.shown(operation, exchange)?, body)
    };
    let create = of.family.create.or(of.family.read).unwrap_or(of.operation);
    let (it, shown) = (
        own(create, &made.exchange, &made.answer),
        own(of.operation, exchange, answer),
    );
    match (it, shown) {
        (Some(it), Some(shown)) if it == shown => Ok(()),
        (_, Some(_)) => Err("its answer is about something else than the resource".to_owned()),
        (_, None) if exchange.status() == Some(201) => {
            Err("it makes something of its own".to_owned())
        }
        (_, None) if of.operation.body.as_ref().is_some_and(|body| body.required) => {
            Err("whether it is about the resource does not show".to_owned())
        }
        (_, None) => Ok(()),
    }
}
