//! `resource.action`

use super::{
    FamilyCheck, Subject,
    action_text::{
        LEADS, ONLY, allowed, forbids, named_like, refusal, status_of, tells_state, values_named,
    },
    compare,
    family::{Family, Role},
    made::Made,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
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
        family.role == Role::Act && family.create.is_some() && !readable
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
        let underway = made.exchange.status() == Some(202) || state.ends_with("ing");
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
        let sentence = said
            .split(['.', '\n'])
            .find(|sentence| says(sentence, LEADS));
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

    /// Doing it once more, where what is documented leaves no doubt that the new state does not allow it.
    async fn again(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        (made, resource): (&Made, &Resource),
        refusal: u16,
        (exchange, request): (&Arc<Exchange>, Request),
    ) {
        let Some((_, first)) = of.read(resource).await else {
            return;
        };
        let shown = of.family.read.and_then(|read| read.response(200));
        let shown = shown
            .and_then(|(_, response)| response.content.values().find_map(|content| content.schema));
        let Some((name, values)) = shown.and_then(|shown| status_of(&of.context.api, shown)) else {
            return verdict.skip("reading it shows no state");
        };
        let text = |body: &Value| told(body, &name).and_then(Value::as_str).map(str::to_owned);
        let (before, Some(now)) = (text(&made.answer), text(&first)) else {
            return verdict.skip("reading it shows no state");
        };
        if before.as_ref() == Some(&now) || !forbids(of.operation, refusal, &now, &values) {
            return verdict.skip("the document leaves open whether it can be done twice");
        }
        let again = of.context.anew(of.operation, request);
        let again = of.context.send(again).await;
        self.refused(of, verdict, refusal, (exchange, &again), "doing it again");
        let Some((reading, after)) = of.read(resource).await else {
            return;
        };
        if again.refused()
            && reading.succeeded()
            && let Some(it) = compare::first_difference(&first, &after)
        {
            let finding = of
                .finding(
                    self.id(),
                    format!("a refused action changes `{}`", it.name),
                    "what is refused changes nothing",
                )
                .expected(it.expected, it.actual);
            verdict.fail(finding.step(&again).step(&reading));
        }
    }

    /// Whether a request that the status does not allow is refused as documented.
    fn refused(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        wanted: u16,
        (first, again): (&Arc<Exchange>, &Arc<Exchange>),
        what: &str,
    ) {
        match again.status() {
            Some(status) if status == wanted || tells_state(of.operation, status) => verdict.pass(),
            None | Some(429 | 500..) => verdict.skip(again.status_text()),
            Some(_) => {
                let finding = of
                    .finding(
                        self.id(),
                        format!("{what} is not refused as documented"),
                        &format!("response {wanted}"),
                    )
                    .expected(wanted.to_string(), again.status_text());
                verdict.fail(finding.step(first).step(again));
            }
        }
    }

    /// Where the description names the only status that allows it: others refuse it.
    async fn elsewhere(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        refusal: u16,
        status: Option<(String, Vec<String>)>,
    ) {
        let Some((name, values)) = status else {
            return;
        };
        let known: Vec<&str> = values.iter().map(String::as_str).collect();
        let said = of.operation.description.as_deref().unwrap_or_default();
        let only = said
            .split(['.', '\n'])
            .find(|sentence| says(sentence, ONLY));
        let named = only.map(|sentence| values_named(sentence, &known));
        let named: Vec<String> = named
            .filter(|named| !named.is_empty())
            .map(|named| named.into_iter().map(str::to_owned).collect())
            .unwrap_or_else(|| allowed(of.operation, refusal, &values));
        let allowed: Vec<&str> = named.iter().map(String::as_str).collect();
        if allowed.is_empty() {
            return;
        }
        let item = of
            .operation
            .path
            .rsplit_once('/')
            .map_or("", |(item, _)| item);
        let siblings = of.context.api.operations.iter().filter(|other| {
            other.method == Method::Post
                && other.id != of.operation.id
                && other
                    .path
                    .rsplit_once('/')
                    .is_some_and(|(above, _)| above == item)
        });
        for sibling in siblings.take(4) {
            let Ok(made) = of.make().await else {
                continue;
            };
            let Some(request) = self.request(of, sibling, &made) else {
                continue;
            };
            let mut made = made;
            let mut first = of.context.send(request).await;
            if first.refused()
                && let Some(led) = self.led_up(of, sibling).await
                && let Some(request) = self.request(of, sibling, &led)
            {
                first = of.context.send(request).await;
                made = led;
            }
            let now = first
                .json()
                .and_then(|body| told(&body, &name)?.as_str().map(str::to_owned));
            if !first.succeeded() || now.as_deref().is_none_or(|now| allowed.contains(&now)) {
                continue;
            }
            let answer = first.json().unwrap_or(Value::Null);
            if about_itself(of, &made, (&first, &answer)).is_err() {
                continue;
            }
            let Some(request) = self.request(of, of.operation, &made) else {
                continue;
            };
            let again = of.context.send(request).await;
            let now = now.unwrap_or_default();
            let what = format!("with `{name}` {now}");
            self.refused(of, verdict, refusal, (&first, &again), &what);
            let Some(resource) = &made.resource else {
                continue;
            };
            if let Some((reading, body)) = of.read(resource).await
                && again.refused()
                && reading.succeeded()
                && told(&body, &name).and_then(Value::as_str) != Some(&now)
            {
                let found = told(&body, &name).map(ToString::to_string);
                let finding = of
                    .finding(
                        self.id(),
                        format!("a refused action changes `{name}`"),
                        "what is refused changes nothing",
                    )
                    .expected(now, found.unwrap_or_default());
                verdict.fail(finding.step(&again).step(&reading));
            }
        }
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
    let create = of.family.create.unwrap_or(of.operation);
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
