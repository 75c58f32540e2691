//! `resource.transition`

use super::{
    FamilyCheck, Subject,
    action::about_itself,
    action_starts::has_other_reasons,
    action_text::{refusal, status_of},
    family::{Family, Role},
    found::is_found,
    made::Made,
    transition_text::{Told, Transitions},
};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    request::Request,
    rules::infer::{answer_schema, envelope::told},
};
use counterpart_model::{Direction, api::Api};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

/// So many things are made to see what becomes of them.
const MADE: usize = 40;
/// A way to a state has so many steps at most.
const STEPS: usize = 5;

/// Actions that a body names are taken and refused in the states that are told.
pub(super) struct Transition;

impl FamilyCheck for Transition {
    fn id(&self) -> &'static str {
        "resource.transition"
    }

    fn about(&self) -> &'static str {
        "Where the body of a POST names an action, and the description says in which states each is possible (*`cancel` while \
         it is `booked`; everything else is answered with 409; `cancelled` is final*), each is tried in each state that can be \
         reached, and is taken, or refused, as is said."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let made = family.create.is_some() && !is_found(api, family);
        family.role == Role::Act && made && told_by(family, api).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some((rule, (state, states), refusal)) = told_by(&of.family, &of.context.api)
            else {
                return Verdict::not_exercised(
                    "the document does not say when actions are possible",
                );
            };
            let mut walk = Walk {
                of,
                is_restricted: has_other_reasons(of.operation, refusal, &states),
                rule,
                state,
                refusal,
                made: 0,
                verdict: Verdict::default(),
            };
            walk.all().await;
            if walk.verdict.cases == 0 && walk.verdict.not_exercised.is_empty() {
                walk.verdict
                    .skip("no action was taken or refused for its state");
            }
            walk.verdict
        }
        .boxed()
    }
}

/// The actions, the member that shows the state with its values, and the status of refusals.
type Read = (Transitions, (String, Vec<String>), u16);

fn told_by(family: &Family<'_>, api: &Api) -> Option<Read> {
    let refusal = refusal(family.own)?;
    let (name, states) = status_of(api, answer_schema(family.read?)?)?;
    let mut bodies = family.own.body.as_ref()?.content.values();
    let schema = bodies.find_map(|media| media.schema)?;
    let told = Transitions::of(api, family.own, schema, &states, refusal)?;
    Some((told, (name, states), refusal))
}

/// A walk through the states.
struct Walk<'a> {
    of: &'a Subject<'a>,
    rule: Transitions,
    state: String,
    refusal: u16,
    is_restricted: bool,
    made: usize,
    verdict: Verdict,
}

/// What was brought to a state.
struct There {
    made: Made,
    state: String,
    last: Arc<Exchange>,
}

impl Walk<'_> {
    /// From what is new, each action in each state that is met.
    async fn all(&mut self) {
        let mut seen = HashSet::new();
        let mut ways: VecDeque<Vec<String>> = VecDeque::from([Vec::new()]);
        while let Some(way) = ways.pop_front() {
            let mut there = self.lead(&way).await;
            let Some(state) = there.as_ref().map(|it| it.state.clone()) else {
                continue;
            };
            if !seen.insert(state.clone()) {
                continue;
            }
            for action in self.rule.actions.clone() {
                let own = match there.take() {
                    Some(there) => there,
                    None => match self.lead(&way).await {
                        Some(led) if led.state == state => led,
                        _ => break,
                    },
                };
                let Some(exchange) = self.act(&own.made, &action).await else {
                    there = Some(own);
                    continue;
                };
                let after = self.after(&own, &exchange).await;
                let still =
                    exchange.succeeded() || self.now(&own.made).await.as_ref() == Some(&own.state);
                if self.judge(&own, &action, &exchange, (after.as_deref(), still)) {
                    return;
                }
                // What was refused is as it was.
                if !exchange.succeeded() {
                    there = Some(own).filter(|_| still);
                } else if let Some(after) = after
                    && !seen.contains(&after)
                    && way.len() < STEPS
                {
                    let mut further = way.clone();
                    further.push(action);
                    ways.push_back(further);
                }
            }
        }
    }

    /// Something new that is led along a way.
    async fn lead(&mut self, way: &[String]) -> Option<There> {
        if self.made >= MADE {
            return None;
        }
        self.made += 1;
        let made = match self.of.make().await {
            Ok(made) => made,
            Err(why) => {
                self.verdict.skip(why);
                return None;
            }
        };
        let mut last = Arc::clone(&made.exchange);
        for action in way {
            last = self.act(&made, action).await?;
            if !last.succeeded() {
                return None;
            }
        }
        let state = self.now(&made).await?;
        Some(There { made, state, last })
    }

    /// Sends an action for it; `None` where no body can be made.
    async fn act(&self, made: &Made, action: &str) -> Option<Arc<Exchange>> {
        let request = self.request(made, action)?;
        Some(self.of.context.send(request).await)
    }

    fn request(&self, made: &Made, action: &str) -> Option<Request> {
        let context = self.of.context;
        let operation = self.of.operation;
        let request = context.bare_request(operation, made.resource.as_ref()?)?;
        let (media, schema) = context.body_schema(operation)?;
        let is_named = |body: &Value| {
            let named = told(body, &self.rule.member);
            named.and_then(Value::as_str) == Some(action)
        };
        let mut bodies = context.bodies(operation);
        bodies.extend(self.of.rich_bodies(operation, schema));
        let body = bodies.iter().find(|body| is_named(body)).cloned();
        // Another action's body will do where it is valid with this name.
        let body = body.or_else(|| {
            let named = bodies.into_iter().filter_map(|mut body| {
                *body.get_mut(&self.rule.member)? = action.into();
                Some(body)
            });
            let mut named = named.filter(|body| {
                let judge = &context.judge;
                judge.is_valid(schema, Direction::Request, body)
            });
            named.next()
        })?;
        let body = context.with_known_ids(operation, &body, 0);
        let mut request = context.anew(operation, request);
        request.content_type = Some(media);
        Some(request.with_json(&context.fresh_body(operation, &body)))
    }

    /// The state that reading shows.
    async fn now(&self, made: &Made) -> Option<String> {
        let (_, body) = self.of.read(made.resource.as_ref()?).await?;
        Some(told(&body, &self.state)?.as_str()?.to_owned())
    }

    /// The state after an action that was taken.
    async fn after(&self, own: &There, exchange: &Arc<Exchange>) -> Option<String> {
        let answer = exchange.json().unwrap_or(Value::Null);
        let taken = exchange.succeeded() && exchange.status() != Some(202);
        if !taken || about_itself(self.of, &own.made, (exchange, &answer)).is_err() {
            return None;
        }
        self.now(&own.made).await
    }

    /// Whether an action that the document tells of went otherwise.
    fn judge(
        &mut self,
        own: &There,
        action: &str,
        exchange: &Arc<Exchange>,
        (after, still): (Option<&str>, bool),
    ) -> bool {
        let there = format!("with `{}` {}", self.state, own.state);
        let refused = exchange.status() == Some(self.refusal);
        let (title, expected) = match self.rule.told(action, &own.state) {
            // Something else may stand against it.
            Told::Taken if refused && (self.is_restricted || self.rule.is_restricted) => {
                return false;
            }
            // It may have gone on by itself.
            Told::Taken if refused && (self.refusal != 409 || !still) => return false,
            // What is done again may be answered as the first time.
            Told::Refused if self.rule.is_restricted && after == Some(own.state.as_str()) => {
                return false;
            }
            Told::Taken if refused => ("is refused", "a 2xx status".to_owned()),
            Told::Refused if exchange.succeeded() => ("is taken", self.refusal.to_string()),
            Told::Stays if after.is_some_and(|it| it != own.state) => {
                ("leads out of it", self.refusal.to_string())
            }
            Told::Nothing => return false,
            _ if exchange.succeeded() || refused => {
                self.verdict.pass();
                return false;
            }
            _ => {
                let why = format!("`{action}` {there}: {}", exchange.status_text());
                self.verdict.skip(why);
                return false;
            }
        };
        let finding = self
            .of
            .finding(
                "resource.transition",
                format!("`{action}` {there} {title}"),
                "actions are possible in the states that are named",
            )
            .expected(expected, exchange.status_text());
        self.verdict.fail(finding.step(&own.last).step(exchange));
        true
    }
}
