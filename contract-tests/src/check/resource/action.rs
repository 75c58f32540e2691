//! `resource.action`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
    made::Made,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    request::Request,
    rules::infer::{is_status, properties, says, snake, value_named},
};
use counterpart_model::api::{Api, Method, Operation, SchemaId};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// Words of descriptions that tell where an action leads.
const LEADS: &[&str] = &[
    "become",
    "moves to",
    "changes to",
    "set to",
    "transition",
    "is then",
    "marks",
    "marked",
    "puts it",
];
/// Words that tell that an action is not always possible.
const LIMITS: &[&str] = &[
    "already",
    "only",
    "cannot",
    "can't",
    "can not",
    "again",
    "must be",
    "invalid state",
    "not allow",
    "conflict",
    "unless",
    "no longer",
    "state",
    "status",
];

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

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Act && family.create.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let made = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some(request) = self.request(of, of.operation, &made) else {
                return Verdict::not_exercised("no request can be made for it");
            };
            let exchange = of.context.send(request.clone()).await;
            if !exchange.succeeded() {
                return Verdict::not_exercised(format!(
                    "for a new resource it got {}",
                    exchange.status_text()
                ));
            }
            let answer = exchange.json().unwrap_or(Value::Null);
            let shown = of.shown(of.operation, &exchange);
            let status = shown.and_then(|shown| status_of(&of.context.api, shown));
            if let Some((name, values)) = &status {
                self.target(of, &mut verdict, name, values, (&exchange, &answer));
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
            if let Some(refusal) = refusal(of.operation) {
                let first = of.read(resource).await.map(|(_, body)| body);
                let again = of.context.anew(of.operation, request);
                let again = of.context.send(again).await;
                self.refused(
                    of,
                    &mut verdict,
                    refusal,
                    (&exchange, &again),
                    "doing it again",
                );
                if let (Some(first), Some((reading, now))) = (first, of.read(resource).await)
                    && again.refused()
                    && reading.succeeded()
                    && first != now
                {
                    let finding = of
                        .finding(
                            self.id(),
                            "a refused action changes the resource",
                            "what is refused changes nothing",
                        )
                        .expected(first.to_string(), now.to_string());
                    verdict.fail(finding.step(&again).step(&reading));
                }
                self.elsewhere(of, &mut verdict, refusal, status).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Action {
    /// The request for an action on a resource.
    fn request(&self, of: &Subject<'_>, action: &Operation, made: &Made) -> Option<Request> {
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

    /// Whether the answer shows the status that the description or the name promises.
    fn target(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        name: &str,
        values: &[String],
        (exchange, answer): (&Arc<Exchange>, &Value),
    ) {
        let Some(found) = answer.get(name).and_then(Value::as_str) else {
            return;
        };
        let known: Vec<&str> = values.iter().map(String::as_str).collect();
        let said = of.operation.description.as_deref().unwrap_or_default();
        let sentence = said
            .split(['.', '\n'])
            .find(|sentence| says(sentence, LEADS));
        let wanted = sentence
            .and_then(|sentence| value_named(sentence, &known))
            .or_else(|| named_like(&of.operation.path, &known));
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
        let (Some(said), Some(found)) = (answer.get(name), body.get(name)) else {
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
            .find(|sentence| says(sentence, &["only", "must be"]));
        let Some(allowed) = only.and_then(|sentence| value_named(sentence, &known)) else {
            return;
        };
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
            let first = of.context.send(request).await;
            let now = first
                .json()
                .and_then(|body| body.get(&name)?.as_str().map(str::to_owned));
            if !first.succeeded() || now.as_deref().is_none_or(|now| now == allowed) {
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
                && body.get(&name).and_then(Value::as_str) != Some(&now)
            {
                let found = body.get(&name).map(ToString::to_string);
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

/// The status that is documented for what the state does not allow.
fn refusal(operation: &Operation) -> Option<u16> {
    let said = operation.description.as_deref().unwrap_or_default();
    [409, 412, 422].into_iter().find(|code| {
        operation
            .responses
            .iter()
            .find(|(status, _)| status.to_string() == code.to_string())
            .is_some_and(|(_, response)| {
                // What 409 is for is in its name; others have to say it.
                let limits: &[&str] = if *code == 409 {
                    LIMITS
                } else {
                    &["already", "state", "status"]
                };
                says(&response.description, limits) || *code == 409 && says(said, LIMITS)
            })
    })
}

/// Whether a documented status may be the answer to what a state does not allow: 409, 412 and 422 by what they are,
/// others by what their description says.
fn tells_state(operation: &Operation, status: u16) -> bool {
    let found = operation
        .responses
        .iter()
        .find(|(known, _)| known.to_string() == status.to_string());
    found.is_some_and(|(_, response)| {
        matches!(status, 409 | 412 | 422)
            || says(
                &response.description,
                &["already", "state", "status", "transition"],
            )
    })
}

/// The property that tells the state of a resource, and its values.
fn status_of(api: &Api, schema: SchemaId) -> Option<(String, Vec<String>)> {
    properties(api, schema).into_iter().find_map(|(name, id)| {
        let of = is_status(api, &name, id)?;
        let values = of.strings()?.into_iter().map(str::to_owned).collect();
        Some((name, values))
    })
}

/// The value that is called like the last word of a path: `approved` for `/approve`.
fn named_like<'v>(path: &str, values: &[&'v str]) -> Option<&'v str> {
    let word = snake(path.rsplit('/').next().unwrap_or_default());
    let stem = word.trim_end_matches('e').trim_end_matches('y');
    if stem.len() < 4 {
        return None;
    }
    let mut found = values
        .iter()
        .filter(|value| snake(value).starts_with(stem) && snake(value).ends_with("ed"));
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}
