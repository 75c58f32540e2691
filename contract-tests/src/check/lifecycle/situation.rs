//! Situations: what an operation can be tried on, and which of its conditions hold there.

use crate::{
    context::{Context, Resource},
    request::Request,
    rules::{Condition, Conduct, Expression, Reading, Scope, Test},
    wire,
};
use counterpart_model::{Direction, api::Operation};
use indexmap::IndexMap;
use serde_json::Value;

/// At most this many resources are looked at.
const LOOKED_AT: usize = 250;
/// At most this many are read that no list shows.
const READS: usize = 80;

/// One way to call an operation, and what is true before.
#[derive(Clone, Debug)]
pub(super) struct Situation {
    /// Path parameters.
    pub(super) path: IndexMap<String, String>,
    /// The body.
    pub(super) body: Option<Value>,
    /// The resources that the rules look at.
    pub(super) resources: IndexMap<String, Value>,
    /// The conditions that do not hold, in order.
    pub(super) broken: Vec<usize>,
}

impl Situation {
    /// The request for it, with keys of its own.
    pub(super) fn request(&self, context: &Context, operation: &Operation) -> Option<Request> {
        let resource = Resource {
            path: self.path.clone(),
            ..Resource::default()
        };
        let mut request = context.bare_request(operation, &resource)?;
        if let (Some(body), Some((media, _))) = (&self.body, context.body_schema(operation)) {
            request.content_type = Some(media);
            request = request.with_json(body);
        }
        Some(request)
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            path: Some(&self.path),
            body: self.body.as_ref(),
            resources: Some(&self.resources),
            ..Scope::default()
        }
    }

    /// Which conditions hold; `false` where that cannot be told.
    fn assess(&mut self, conditions: &[Condition]) -> bool {
        let mut broken = Vec::new();
        for (at, condition) in conditions.iter().enumerate() {
            let Some(resource) = self.resources.get(&condition.resource) else {
                return false;
            };
            match condition.broken(resource, &self.scope()) {
                Some(places) if places.is_empty() => {}
                Some(_) => broken.push(at),
                None => return false,
            }
        }
        self.broken = broken;
        true
    }

    /// The same, as things stand now: every resource is read anew.
    pub(super) async fn anew(
        &self,
        context: &Context,
        conduct: &Conduct,
        conditions: &[Condition],
    ) -> Option<Self> {
        let mut now = Self {
            resources: IndexMap::new(),
            ..self.clone()
        };
        for (name, reading) in &conduct.resources {
            let value = read(context, reading, &now, &mut READS.clone(), true).await?;
            now.resources.insert(name.clone(), value);
        }
        now.assess(conditions).then_some(now)
    }

    /// The value at a place of one of its resources.
    pub(super) fn value(&self, resource: &str, field: &crate::rules::Pointer) -> Option<&Value> {
        field.get(self.resources.get(resource)?)
    }
}

/// Everything an operation can be tried on, with what holds there.
pub(super) async fn situations(
    context: &Context,
    operation: &Operation,
    conduct: &Conduct,
    conditions: &[Condition],
) -> Vec<Situation> {
    let mut budget = READS;
    let mut found = Vec::new();
    // What earlier checks did may have changed what is listed.
    for reading in conduct.resources.values() {
        if let Some(read) = context.api.operation(&reading.operation) {
            context.forget_resources(read);
        }
    }
    for (path, body) in calls(context, operation, conduct).await {
        let mut situation = Situation {
            path,
            body,
            resources: IndexMap::new(),
            broken: Vec::new(),
        };
        let mut whole = true;
        for (name, reading) in &conduct.resources {
            match read(context, reading, &situation, &mut budget, false).await {
                Some(value) => {
                    situation.resources.insert(name.clone(), value);
                }
                None => whole = false,
            }
        }
        adapt(context, operation, conditions, &mut situation);
        if whole && situation.assess(conditions) {
            found.push(situation);
        }
    }
    let spoiled: Vec<Situation> = conditions
        .iter()
        .enumerate()
        .filter_map(|(at, _)| spoil(context, operation, conditions, &found, at))
        .collect();
    found.extend(spoiled);
    found
}

type Call = (IndexMap<String, String>, Option<Value>);

/// Paths and bodies to try: each resource of the path, or each one that the body can name.
async fn calls(context: &Context, operation: &Operation, conduct: &Conduct) -> Vec<Call> {
    let body = context.bodies(operation).into_iter().next();
    let body = body.map(|body| context.with_known_ids(operation, &body, 0));
    if operation.path.contains('{') {
        context.forget_resources(operation);
        let resources = context.resources(operation).await;
        return resources
            .iter()
            .take(LOOKED_AT)
            .map(|resource| (resource.path.clone(), body.clone()))
            .collect();
    }
    let named = conduct.resources.values().find_map(|reading| {
        let (name, pointer) = reading
            .parameters
            .iter()
            .find_map(|(name, from)| match from {
                Expression::RequestBody(pointer) => Some((name, pointer)),
                _ => None,
            })?;
        Some((context.api.operation(&reading.operation)?, name, pointer))
    });
    let (Some((reader, name, pointer)), Some(body)) = (named, body) else {
        return Vec::new();
    };
    let resources = context.resources(reader).await;
    resources
        .iter()
        .take(LOOKED_AT)
        .filter_map(|resource| {
            let mut body = body.clone();
            let id = resource.path.get(name)?;
            pointer
                .set(&mut body, Value::String(id.clone()))
                .then(|| (IndexMap::new(), Some(body)))
        })
        .collect()
}

/// Reads a resource: from its list where that shows it and nothing newer is asked for.
async fn read(
    context: &Context,
    reading: &Reading,
    situation: &Situation,
    budget: &mut usize,
    fresh: bool,
) -> Option<Value> {
    let operation = context.api.operation(&reading.operation)?;
    let mut path = IndexMap::new();
    for (name, expression) in &reading.parameters {
        path.insert(
            name.clone(),
            wire::scalar(&expression.evaluate(&situation.scope())?),
        );
    }
    if !fresh && operation.path.ends_with('}') {
        let listed = context.resources(operation).await;
        let known = listed
            .iter()
            .find(|resource| resource.path == path && resource.item.is_object());
        if let Some(known) = known {
            return Some(known.item.clone());
        }
    }
    *budget = budget.checked_sub(1)?;
    let resource = Resource {
        path,
        ..Resource::default()
    };
    let exchange = context
        .send(context.bare_request(operation, &resource)?)
        .await;
    exchange.succeeded().then(|| exchange.json())?
}

/// Gives the body the values that conditions compare with, so that those hold.
fn adapt(
    context: &Context,
    operation: &Operation,
    conditions: &[Condition],
    situation: &mut Situation,
) {
    let (Some(mut body), Some((_, schema))) =
        (situation.body.clone(), context.body_schema(operation))
    else {
        return;
    };
    for condition in conditions {
        if let Test::Same(Expression::RequestBody(pointer)) = &condition.test
            && let Some(value) = situation.value(&condition.resource, &condition.field)
        {
            pointer.set(&mut body, value.clone());
        }
    }
    if context.judge.is_valid(schema, Direction::Request, &body) {
        situation.body = Some(body);
    }
}

/// A situation in which all holds but a comparison with the body, made by another valid value there.
fn spoil(
    context: &Context,
    operation: &Operation,
    conditions: &[Condition],
    found: &[Situation],
    at: usize,
) -> Option<Situation> {
    let condition = conditions.get(at)?;
    let Test::Same(Expression::RequestBody(pointer)) = &condition.test else {
        return None;
    };
    let (_, schema) = context.body_schema(operation)?;
    let cases = context.generator().positives(schema);
    let good = found.iter().filter(|situation| situation.broken.is_empty());
    for situation in good.take(20) {
        for case in &cases.cases {
            let Some(value) = pointer.get(&case.value) else {
                continue;
            };
            let mut body = situation.body.clone()?;
            pointer.set(&mut body, value.clone());
            let mut spoiled = Situation {
                body: Some(body),
                ..situation.clone()
            };
            let valid = spoiled
                .body
                .as_ref()
                .is_some_and(|body| context.judge.is_valid(schema, Direction::Request, body));
            if valid && spoiled.assess(conditions) && spoiled.broken == [at] {
                return Some(spoiled);
            }
        }
    }
    None
}
