//! What an action is refused for: being done again, and other states than those that allow it.

use super::{
    FamilyCheck as _, Subject,
    action::{Action, about_itself},
    action_starts::{has_other_reasons, starts},
    action_text::{ONLY, allowed, clauses, forbids, status_of, tells_state, values_named},
    compare,
    found::is_found,
    made::Made,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    request::Request,
    rules::infer::{answer_schema, envelope::told, is_under_way, says},
};
use counterpart_model::api::Method;
use serde_json::Value;
use std::sync::Arc;

impl Action {
    /// Whether an action is refused for a resource in a state that the document names as one that it is for, where
    /// nothing else is said to stand against it, and the action is taken elsewhere.
    pub(super) async fn denied(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        made: &Made,
        (exchange, refusal): (&Arc<Exchange>, u16),
    ) {
        if exchange.status() != Some(refusal) || refusal != 409 {
            return;
        }
        let shown = of.family.read.and_then(answer_schema);
        let Some((name, values)) = shown.and_then(|shown| status_of(&of.context.api, shown)) else {
            return;
        };
        let Some(state) = told(&made.answer, &name).and_then(Value::as_str) else {
            return;
        };
        let named = starts(of.operation, &values);
        if !named.iter().any(|it| it == state) || has_other_reasons(of.operation, refusal, &values)
        {
            return;
        }
        // A body that is never taken says nothing of states.
        if of.context.accepted(of.operation).await.is_err() {
            return;
        }
        let finding = of
            .finding(
                self.id(),
                format!("it is refused with `{name}` {state}, which it is for"),
                &format!("it is for `{}`", named.join("`, `")),
            )
            .expected("a 2xx status", exchange.status_text());
        verdict.fail(finding.step(&made.exchange).step(exchange));
    }

    /// Whether it is taken in each state that the document names as one that it is for: of what nothing makes, there may
    /// be something in each.
    pub(super) async fn in_each(&self, of: &Subject<'_>, verdict: &mut Verdict, refusal: u16) {
        let shown = of.family.read.and_then(answer_schema);
        let Some((name, values)) = shown.and_then(|shown| status_of(&of.context.api, shown)) else {
            return;
        };
        for state in starts(of.operation, &values) {
            let Ok(found) = of.find_in(Some((name.clone(), vec![state]))).await else {
                continue;
            };
            let Some(request) = self.request(of, of.operation, &found) else {
                return;
            };
            let exchange = of.context.send(request).await;
            if exchange.succeeded() {
                verdict.pass();
            } else {
                self.denied(of, verdict, &found, (&exchange, refusal)).await;
            }
        }
    }

    /// Doing it once more, where what is documented leaves no doubt that the new state does not allow it.
    pub(super) async fn again(
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
        // With another body, where there is one: what is taken over in spite of the refusal shows.
        let said = request.json();
        let bodies = of.context.bodies(of.operation).into_iter();
        let mut others = bodies.filter(|body| said.as_ref().is_some_and(|said| said != body));
        let request = match others.next() {
            Some(other) => request.with_json(&of.context.with_known_ids(of.operation, &other, 0)),
            None => request,
        };
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
    pub(super) async fn elsewhere(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        refusal: u16,
        status: Option<(String, Vec<String>)>,
    ) {
        // What the run has not made is not voided or refunded to see what comes of it.
        if is_found(&of.context.api, &of.family) {
            return;
        }
        let Some((name, values)) = status else {
            return;
        };
        let known: Vec<&str> = values.iter().map(String::as_str).collect();
        let said = of.operation.description.as_deref().unwrap_or_default();
        let only = clauses(said).find(|sentence| says(sentence, ONLY));
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
                // What is under way gets somewhere by itself.
                && !is_under_way(&now)
                && !now.ends_with("ing")
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
