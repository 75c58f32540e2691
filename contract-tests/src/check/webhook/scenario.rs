//! The scenario: subscribe, cause, listen, read the log, clean up.

use super::log::{self, Logged};
use crate::{
    auth::Secret,
    context::{Context, Resource},
    exchange::Exchange,
    rules::{Conduct, Stated, Subscription},
    webhook::{Delivered, Listener, Script},
    wire,
};
use counterpart_model::{
    Direction,
    api::{Operation, ParameterLocation},
};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::OnceCell;

/// How long deliveries are waited for.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long a second try is waited for, from the moment the first ones are there, where the document does not
/// say it; and what the first ones took three times over, so that nobody is accused for being busy.
const RETRY_PATIENCE: Duration = Duration::from_secs(12);
/// What is added where the first ones were slow, at most.
const SLOW: Duration = Duration::from_secs(30);
/// A second try that is promised for later than this is not waited for.
pub(super) const LONGEST: Duration = Duration::from_secs(120);
/// How long what must not come is waited for.
const QUIET: Duration = Duration::from_millis(400);

/// A subscription that was made.
pub(super) struct Subscribed {
    /// The signing secret.
    pub(super) secret: Option<Secret>,
    /// The one before it was rotated.
    pub(super) old_secret: Option<Secret>,
    /// The types it is for; empty for all.
    pub(super) types: Vec<String>,
    /// The request that made it.
    pub(super) exchange: Arc<Exchange>,
    /// What was delivered.
    pub(super) deliveries: Vec<Delivered>,
    id: Option<String>,
}

/// What was done and what came of it.
pub(super) struct Record {
    pub(super) rule: Stated<Subscription>,
    /// To every type.
    pub(super) all: Subscribed,
    /// To one type.
    pub(super) one: Option<Subscribed>,
    /// To every type; refuses each delivery once.
    pub(super) flaky: Option<Subscribed>,
    /// How long a second try was waited for.
    pub(super) retry_wait: Duration,
    /// To every type; its secret was rotated before anything happened.
    pub(super) rotated: Option<Subscribed>,
    /// To every type; deleted before anything happened.
    pub(super) deleted: Option<Subscribed>,
    /// Events that were promised, and the answers to what was to cause them.
    pub(super) promised: Vec<(String, Arc<Exchange>)>,
    /// What was logged meanwhile; the error says why that cannot be told.
    pub(super) logged: Result<Vec<Logged>, String>,
}

impl Record {
    /// The type of an event.
    pub(super) fn kind(&self, event: &Value) -> Option<String> {
        let log = self.rule.event_log.as_ref()?;
        log.r#type.get(event).map(wire::scalar)
    }

    /// The id of an event.
    pub(super) fn id(&self, event: &Value) -> Option<String> {
        let log = self.rule.event_log.as_ref()?;
        log.id.get(event).map(wire::scalar)
    }
}

/// The scenario, played once.
#[derive(Default)]
pub(super) struct Scenario(OnceCell<Result<Arc<Record>, String>>);

impl Scenario {
    /// The record. The error says why there is none.
    pub(super) async fn record(
        &self,
        context: &Context,
        operation: &Operation,
    ) -> Result<Arc<Record>, String> {
        self.0
            .get_or_init(|| async { play(context, operation).await.map(Arc::new) })
            .await
            .clone()
    }
}

/// What subscriptions are made with.
struct Stage<'a> {
    context: &'a Context,
    operation: &'a Operation,
    rule: &'a Subscription,
    listener: &'a Listener,
    body: Value,
}

async fn play(context: &Context, operation: &Operation) -> Result<Record, String> {
    if !context.target.is_loopback() {
        return Err(
            "deliveries from another host do not reach a listener on this machine".to_owned(),
        );
    }
    let rule = Subscription::of(context.document.as_deref(), operation)
        .map_err(|error| error.to_string())?
        .ok_or("the document does not say how to subscribe")?;
    let listener = Listener::start().await.map_err(|error| error.to_string())?;
    let body = context
        .bodies(operation)
        .into_iter()
        .next()
        .ok_or("no valid body could be made")?;
    let stage = Stage {
        context,
        operation,
        rule: &rule.rule,
        listener: &listener,
        body,
    };
    let before = match &rule.event_log {
        Some(log) => log::read(context, log).await,
        None => Err("the document states no event log".to_owned()),
    };
    let mut all = stage.subscribe("all", Script::Take, None).await?;
    let causes = causes(context);
    let kind = causes.iter().flat_map(|(_, emits)| emits).next().cloned();
    let mut one = match kind.filter(|_| rule.events.is_some()) {
        Some(kind) => stage.subscribe("one", Script::Take, Some(kind)).await.ok(),
        None => None,
    };
    let mut flaky = stage
        .subscribe("flaky", Script::FailFirst(1), None)
        .await
        .ok();
    let mut rotated = stage.subscribe("rotated", Script::Take, None).await.ok();
    let mut deleted = stage.subscribe("deleted", Script::Take, None).await.ok();
    rotated = match rotated {
        Some(subscribed) => stage.rotate(subscribed).await,
        None => None,
    };
    deleted = match deleted {
        Some(subscribed) => stage.delete(&subscribed).await.then_some(subscribed),
        None => None,
    };
    let begun = Instant::now();
    let mut promised = Vec::new();
    for (cause, emits) in causes {
        if let Ok(draft) = context.accepted(cause).await {
            promised.extend(
                emits
                    .into_iter()
                    .map(|kind| (kind, Arc::clone(&draft.exchange))),
            );
        }
    }
    if promised.is_empty() {
        stage
            .clean_up([Some(&all), one.as_ref(), flaky.as_ref(), rotated.as_ref()])
            .await;
        return Err("no operation that emits an event was accepted".to_owned());
    }
    let count = promised.len();
    listener
        .wait(PATIENCE, |listener| {
            listener.delivered("all").len() >= count
        })
        .await;
    let logged = newly_logged(context, &rule, &before).await;
    if let Ok(logged) = &logged {
        // What is logged by now is to arrive; what is logged later is not looked at.
        let arrived = |listener: &Listener| {
            let bodies: Vec<Option<Value>> = listener
                .delivered("all")
                .iter()
                .map(Delivered::json)
                .collect();
            logged
                .iter()
                .all(|one| bodies.contains(&Some(one.event.clone())))
        };
        listener.wait(PATIENCE, arrived).await;
    }
    let mut retry_wait = Duration::ZERO;
    if flaky.is_some() {
        let twice = |listener: &Listener| {
            let deliveries = listener.delivered("flaky");
            let refused = deliveries.iter().filter(|one| one.answered >= 500);
            refused
                .map(|one| &one.body)
                .all(|body| deliveries.iter().filter(|two| two.body == *body).count() > 1)
                && !deliveries.is_empty()
        };
        let stated = rule.rule.retry_within;
        let stated = stated.map(|seconds| Duration::from_secs(seconds.into()));
        let slow = (begun.elapsed() * 3).min(SLOW);
        retry_wait = stated.unwrap_or(RETRY_PATIENCE).min(LONGEST) + slow;
        if listener.delivered("flaky").is_empty() {
            retry_wait = QUIET * 5;
        }
        listener.wait(retry_wait, twice).await;
    }
    tokio::time::sleep(QUIET).await;
    stage
        .clean_up([Some(&all), one.as_ref(), flaky.as_ref(), rotated.as_ref()])
        .await;
    for (name, subscribed) in [
        ("all", Some(&mut all)),
        ("one", one.as_mut()),
        ("flaky", flaky.as_mut()),
        ("rotated", rotated.as_mut()),
        ("deleted", deleted.as_mut()),
    ] {
        if let Some(subscribed) = subscribed {
            subscribed.deliveries = listener.delivered(name);
        }
    }
    // What was delivered is to be logged: the log is read again for what came after the first look.
    let logged = match logged {
        Ok(_) => newly_logged(context, &rule, &before).await,
        Err(why) => Err(why),
    };
    Ok(Record {
        rule,
        all,
        one,
        flaky,
        retry_wait,
        rotated,
        deleted,
        promised,
        logged,
    })
}

/// The operations that promise events, with these.
fn causes(context: &Context) -> Vec<(&Operation, Vec<String>)> {
    context
        .api
        .operations
        .iter()
        .filter_map(|operation| {
            let conduct = Conduct::of(context.document.as_deref(), operation).ok()??;
            (!conduct.emits.is_empty()).then_some((operation, conduct.rule.emits))
        })
        .collect()
}

/// What is logged now and was not before.
async fn newly_logged(
    context: &Context,
    rule: &Subscription,
    before: &Result<Vec<Logged>, String>,
) -> Result<Vec<Logged>, String> {
    let (before, Some(log)) = (before.as_ref().map_err(Clone::clone)?, &rule.event_log) else {
        return Err("the document states no event log".to_owned());
    };
    let id = |event: &Value| log.id.get(event).map(wire::scalar);
    let known: HashSet<Option<String>> = before.iter().map(|one| id(&one.event)).collect();
    let mut now = log::read(context, log).await?;
    now.retain(|one| !known.contains(&id(&one.event)));
    Ok(now)
}

impl Stage<'_> {
    async fn subscribe(
        &self,
        name: &str,
        script: Script,
        kind: Option<String>,
    ) -> Result<Subscribed, String> {
        let url = self.listener.open(name, script);
        let mut body = self.body.clone();
        self.rule.url.set(&mut body, Value::String(url));
        if let Some(events) = &self.rule.events {
            let types = match (&kind, &self.rule.all) {
                (Some(kind), _) => vec![Value::String(kind.clone())],
                (None, Some(all)) => vec![all.clone()],
                (None, None) => self
                    .context
                    .api
                    .events
                    .iter()
                    .map(|event| Value::String(event.name.clone()))
                    .collect(),
            };
            events.set(&mut body, Value::Array(types));
        }
        let (media, schema) = self
            .context
            .body_schema(self.operation)
            .ok_or("the request that subscribes has no JSON body")?;
        if !self
            .context
            .judge
            .is_valid(schema, Direction::Request, &body)
        {
            return Err("the document does not allow a URL of this machine".to_owned());
        }
        let resources = self.context.resources(self.operation).await;
        let mut request = resources
            .first()
            .and_then(|resource| self.context.bare_request(self.operation, resource))
            .ok_or("the request that subscribes cannot be made")?;
        request.content_type = Some(media);
        let exchange = self.context.send(request.with_json(&body)).await;
        if !exchange.succeeded() {
            return Err(format!("subscribing got {}", exchange.status_text()));
        }
        let answer = exchange.json().unwrap_or_default();
        let at = |pointer: &Option<crate::rules::Pointer>| {
            pointer
                .as_ref()
                .and_then(|at| at.get(&answer))
                .map(wire::scalar)
        };
        Ok(Subscribed {
            secret: at(&self.rule.secret).map(Secret::new),
            old_secret: None,
            types: kind.into_iter().collect(),
            id: at(&self.rule.id),
            exchange,
            deliveries: Vec::new(),
        })
    }

    /// The same subscription with a new secret.
    async fn rotate(&self, subscribed: Subscribed) -> Option<Subscribed> {
        let answer = self.call(self.rule.rotate.as_ref()?, &subscribed).await?;
        let secret = self
            .rule
            .secret
            .as_ref()?
            .get(&answer.json()?)
            .map(wire::scalar)?;
        Some(Subscribed {
            old_secret: subscribed.secret.clone(),
            secret: Some(Secret::new(secret)),
            ..subscribed
        })
    }

    async fn delete(&self, subscribed: &Subscribed) -> bool {
        match &self.rule.delete {
            Some(delete) => self.call(delete, subscribed).await.is_some(),
            None => false,
        }
    }

    /// Calls an operation on a subscription; `None` where it was not taken.
    async fn call(&self, operation: &str, subscribed: &Subscribed) -> Option<Arc<Exchange>> {
        let operation = self.context.api.operation(operation)?;
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == ParameterLocation::Path)?;
        let mut resource = Resource::default();
        resource
            .path
            .insert(parameter.name.clone(), subscribed.id.clone()?);
        let exchange = self
            .context
            .send(self.context.bare_request(operation, &resource)?)
            .await;
        exchange.succeeded().then_some(exchange)
    }

    async fn clean_up<const N: usize>(&self, made: [Option<&Subscribed>; N]) {
        for subscribed in made.into_iter().flatten() {
            // Left behind it would only fail: the listener is gone.
            let _ = self.delete(subscribed).await;
        }
    }
}
