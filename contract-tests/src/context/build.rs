//! Valid requests: from the document's examples and generated values, with identifiers that exist.

use super::{Context, Resource, fresh::Renewal};
use crate::{
    exchange::Exchange,
    form::{as_read, form_of, is_form},
    generate::Generator,
    request::Request,
    wire,
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, Parameter, ParameterLocation, SchemaId, Shape},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{fmt, sync::Arc};

/// How many candidates are tried until a valid request is accepted.
const CANDIDATES: usize = 40;

/// A request that the deployment accepted, to vary from.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The request.
    pub request: Request,
    /// Its body, where it is JSON.
    pub body: Option<Value>,
    /// Where it went.
    pub resource: Resource,
    /// The answer.
    pub exchange: Arc<Exchange>,
}

/// Why there is no valid request for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRequest(pub String);

impl fmt::Display for NoRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Context {
    /// Values for requests.
    #[must_use]
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// A request with required parameters only and no body: `None` where the path cannot be filled.
    #[must_use]
    pub fn bare_request(&self, operation: &Operation, resource: &Resource) -> Option<Request> {
        let path = wire::path(operation, |parameter| {
            resource
                .path
                .get(&parameter.name)
                .map(|text| Value::String(text.clone()))
        })?;
        let mut request = Request::new(operation.method.as_str(), path);
        request.operation = Some(operation.id.clone());
        for parameter in &operation.parameters {
            if parameter.location == ParameterLocation::Path {
                continue;
            }
            let known = self.settings.known(&operation.id.0, &parameter.name);
            if let Some(known) = known.first() {
                request = wire::place(request, parameter, &Value::String(known.clone()));
            } else if parameter.required {
                let value = self.parameter_value(parameter)?;
                request = wire::place(request, parameter, &value);
            }
        }
        Some(request)
    }

    /// A valid value for a parameter. Free text that must be there is unique, so that keys do not meet.
    #[must_use]
    pub fn parameter_value(&self, parameter: &Parameter) -> Option<Value> {
        let schema = parameter.schema()?;
        if let Some(seen) = self.seen(schema).into_iter().next()
            && self.is_identifier(schema)
        {
            return Some(Value::String(seen));
        }
        let resolved = self.api.schema(self.api.resolve(schema));
        if parameter.location == ParameterLocation::Header
            && matches!(resolved.shape, Shape::String(_))
            && resolved.string.pattern.is_none()
        {
            let unique = Value::String(format!("counterpart-{}", self.unique()));
            if self.judge.is_valid(schema, Direction::Request, &unique) {
                return Some(unique);
            }
        }
        let mut examples = parameter
            .examples
            .iter()
            .map(|example| example.value.to_serde());
        let carried = |value: &Value| wire::is_carried(parameter, value);
        examples
            .find(|value| carried(value) && self.judge.is_valid(schema, Direction::Request, value))
            .or_else(|| self.generator().example(schema).filter(carried))
            .or_else(|| {
                let cases = self.generator().positives(schema);
                let mut values = cases.cases.iter().map(|case| &case.value);
                values.find(|value| carried(value)).cloned()
            })
    }

    /// The media type and schema of an operation's body, if it takes JSON or else a form.
    #[must_use]
    pub fn body_schema(&self, operation: &Operation) -> Option<(String, SchemaId)> {
        let body = operation.body.as_ref()?;
        let json = body.content.iter().find_map(|(media, content)| {
            crate::media::is_json(media).then_some((media.clone(), content.schema?))
        });
        json.or_else(|| form_of(operation))
    }

    /// Whether a body of this media type and schema is valid as the server reads it.
    fn is_sendable(
        &self,
        operation: &Operation,
        media: &str,
        schema: SchemaId,
        value: &Value,
    ) -> bool {
        let valid = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        if !is_form(media) {
            return valid(value);
        }
        as_read(&self.judge, operation, media, value).is_some_and(|read| valid(&read))
    }

    /// Valid bodies for an operation, the document's examples first; an empty list where it takes none.
    #[must_use]
    pub fn bodies(&self, operation: &Operation) -> Vec<Value> {
        let Some(body) = &operation.body else {
            return Vec::new();
        };
        let Some((media, schema)) = self.body_schema(operation) else {
            return Vec::new();
        };
        let examples = body.content.get(&media).into_iter();
        let examples = examples
            .flat_map(|content| &content.examples)
            .map(|example| example.value.to_serde());
        let own = self.settings.overrides.get(&operation.id.0);
        let own = own.and_then(|own| own.body.clone());
        let mut bodies: Vec<Value> = own
            .into_iter()
            .chain(examples)
            .filter(|value| self.is_sendable(operation, &media, schema, value))
            .collect();
        if let Some(generated) = self.generator().example(schema)
            && self.is_sendable(operation, &media, schema, &generated)
            && !bodies.contains(&generated)
        {
            bodies.push(generated);
        }
        // One with much in it, where the others are refused for what they lack.
        let cases = self.generator().positives(schema);
        let members = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
        let richest = cases.cases.iter().map(|case| &case.value);
        let richest = richest.filter(|value| self.is_sendable(operation, &media, schema, value));
        if let Some(richest) = richest.max_by_key(|value| members(value))
            && bodies.iter().all(|body| members(body) < members(richest))
        {
            bodies.push(richest.clone());
        }
        bodies
    }

    /// A body in which identifiers that were seen stand where such identifiers belong. `turn` picks
    /// among them, so that trying again tries others.
    #[must_use]
    pub fn with_known_ids(&self, operation: &Operation, body: &Value, turn: usize) -> Value {
        let Some((_, schema)) = self.body_schema(operation) else {
            return body.clone();
        };
        let mut changed = body.clone();
        self.each_id(schema, &mut changed, 0, &mut |context, id, text| {
            let seen = context.seen(id);
            if let Some(known) = turn.checked_rem(seen.len()).and_then(|at| seen.get(at)) {
                text.clone_from(known);
            }
        });
        if self.judge.is_valid(schema, Direction::Request, &changed) {
            changed
        } else {
            body.clone()
        }
    }

    /// Calls `visit` with each identifier in a body and the schema that it has.
    pub(super) fn each_id(
        &self,
        schema: SchemaId,
        value: &mut Value,
        depth: usize,
        visit: &mut dyn FnMut(&Self, SchemaId, &mut String),
    ) {
        if depth > 12 {
            return;
        }
        let id = self.api.resolve(schema);
        if let Value::String(text) = value {
            if self.is_identifier(id) {
                visit(self, id, text);
            }
            return;
        }
        let schema = self.api.schema(id);
        for inner in schema
            .reference
            .iter()
            .chain(&schema.all_of)
            .chain(&schema.any_of)
            .chain(&schema.one_of)
        {
            self.each_id(*inner, value, depth + 1, visit);
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if let Some(property) = schema.object.properties.get(name) {
                        self.each_id(*property, value, depth + 1, visit);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(place) = schema.array.items {
                    for item in items {
                        self.each_id(place, item, depth + 1, visit);
                    }
                }
            }
            _ => {}
        }
    }

    /// A request that is valid by the document and that the deployment accepts.
    ///
    /// Candidates differ in the resource they go to and in the identifiers in the body; the first
    /// that gets a 2xx is taken. What is deleted was made for it.
    ///
    /// # Errors
    /// When the document gives no way to make one, or none was accepted.
    pub fn accepted<'a>(
        &'a self,
        operation: &'a Operation,
    ) -> BoxFuture<'a, Result<Draft, NoRequest>> {
        self.find_accepted(operation).boxed()
    }

    async fn find_accepted(&self, operation: &Operation) -> Result<Draft, NoRequest> {
        if !self.may_send(operation) {
            return Err(NoRequest(
                "writing is not allowed (--allow-writes)".to_owned(),
            ));
        }
        if operation.method == Method::Delete {
            let made = self.make_resource(operation).await;
            if let Some(resource) = made {
                return self.try_candidates(operation, &[resource]).await;
            }
            let last = operation.path.rsplit_once('{').map(|(_, name)| name);
            let last = last
                .and_then(|name| name.split('}').next())
                .unwrap_or_default();
            if !self.settings.known(&operation.id.0, last).is_empty() {
                return Err(NoRequest(
                    "nothing could be made to delete, and what [data] names stays".to_owned(),
                ));
            }
        }
        if !operation.method.is_safe() {
            let ready = self.ready_for(operation).await;
            if !ready.is_empty()
                && let Ok(draft) = self.try_candidates(operation, &ready).await
            {
                return Ok(draft);
            }
        }
        let mut resources = self.resources(operation).await;
        // Who knows what a value that was made up leads to: only reading asks there.
        let risky = !operation.method.is_safe() && !self.is_stateless();
        if risky && resources.iter().any(|resource| resource.invented) {
            resources = Arc::new(Vec::new());
        }
        if resources.is_empty() {
            let made = self.make_resource(operation).await.ok_or_else(|| {
                NoRequest(format!(
                    "nothing is known to stand in {}: no list, create or example leads to it",
                    operation.path
                ))
            })?;
            resources = Arc::new(vec![made]);
        }
        self.try_candidates(operation, &resources).await
    }

    async fn try_candidates(
        &self,
        operation: &Operation,
        resources: &[Resource],
    ) -> Result<Draft, NoRequest> {
        let bodies = self.bodies(operation);
        let raw = if bodies.is_empty() {
            super::raw::body(operation)
        } else {
            None
        };
        let required = operation.body.as_ref().is_some_and(|body| body.required);
        if required && bodies.is_empty() && raw.is_none() {
            return Err(NoRequest(
                "no valid body could be made from the document".to_owned(),
            ));
        }
        let media = self.body_schema(operation).map(|(media, _)| media);
        let rounds = if operation.method.is_safe() {
            4
        } else {
            CANDIDATES
        };
        let mut last = None;
        let mut refused = None;
        for turn in 0..rounds.max(bodies.len()) {
            let Some(resource) = turn
                .checked_rem(resources.len())
                .and_then(|at| resources.get(at))
            else {
                break;
            };
            let body = turn
                .checked_rem(bodies.len())
                .and_then(|at| bodies.get(at))
                .map(|body| self.with_known_ids(operation, body, turn / bodies.len().max(1)));
            let renewal = if self.wants_fresh(operation) {
                None
            } else {
                renewal_of(turn, bodies.len())
            };
            let body = body.map(|body| match renewal {
                Some(renewal) => self.renewed(operation, &body, renewal),
                None => self.fresh_body(operation, &body),
            });
            let Some(mut request) = self.bare_request(operation, resource) else {
                return Err(NoRequest(
                    "no value could be made for a required parameter".to_owned(),
                ));
            };
            if let Some(body) = &body {
                request.content_type.clone_from(&media);
                request = request.with_json(body);
            } else if let Some((media, bytes)) = &raw {
                request.content_type = Some(media.clone());
                request.body = Some(bytes.clone());
            }
            let exchange = self.send(request.clone()).await;
            if exchange.succeeded() {
                let draft = Draft {
                    request,
                    body,
                    resource: resource.clone(),
                    exchange,
                };
                return Ok(match renewal {
                    Some(renewal) => {
                        self.renew(operation, renewal, refused.as_deref());
                        draft
                    }
                    None => self.repeatable(operation, draft).await,
                });
            }
            if turn < bodies.len() && exchange.refused() {
                refused = Some(Arc::clone(&exchange));
            }
            let text = exchange.status_text();
            let alone = resources.len() <= 1
                && bodies.len() <= 1
                && turn > 0
                && (bodies.is_empty() || turn > 2);
            last = Some(text);
            if alone || !exchange.refused() {
                break;
            }
        }
        Err(NoRequest(format!(
            "no valid request was accepted; the last one got {}",
            last.unwrap_or_else(|| "no answer".to_owned())
        )))
    }

    /// Makes a resource that an operation's path can lead to, through the `POST` on its collection.
    pub async fn make_resource(&self, operation: &Operation) -> Option<Resource> {
        let end = operation.path.rfind('}')?;
        let template = operation.path.get(..=end)?;
        let (collection, last) = template.rsplit_once('/')?;
        last.strip_prefix('{')?.strip_suffix('}')?;
        let create = self
            .api
            .operations
            .iter()
            .find(|other| other.method == Method::Post && other.path == collection)?;
        let draft = self.accepted(create).await.ok()?;
        self.resource_of(create, operation, &draft.resource, &draft.exchange)
    }
}

/// Which values a candidate has that were not used before: none at first, then ever more.
fn renewal_of(turn: usize, bodies: usize) -> Option<Renewal> {
    match turn.checked_div(bodies)? {
        0 => None,
        round if round % 3 == 1 => Some(Renewal::Emails),
        round if round % 3 == 2 => Some(Renewal::Names),
        _ => None,
    }
}

impl Context {
    /// A draft for another resource in the same state, where an accepted request may have used its own
    /// up: one that is listed with the same values of every enum. The draft itself where there is none.
    pub async fn twin_of(&self, operation: &Operation, draft: Draft) -> Draft {
        if operation.method.is_safe() || !operation.path.contains('{') {
            return draft;
        }
        if operation.method == Method::Delete {
            let Some(resource) = self.make_resource(operation).await else {
                return draft;
            };
            return self.redirect(operation, draft, resource);
        }
        let resources = self.resources(operation).await;
        let state = self.state(&draft.resource.item);
        let same = |resource: &&Resource| {
            **resource != draft.resource
                && self.state(&resource.item) == state
                && !self.was_used(operation, resource)
        };
        match resources.iter().find(same).cloned() {
            Some(resource) => {
                self.use_up(operation, &draft.resource);
                self.redirect(operation, draft, resource)
            }
            None => draft,
        }
    }

    fn redirect(&self, operation: &Operation, mut draft: Draft, resource: Resource) -> Draft {
        if let Some(path) = wire::path(operation, |parameter| {
            resource
                .path
                .get(&parameter.name)
                .map(|text| Value::String(text.clone()))
        }) {
            draft.request.path = path;
            draft.resource = resource;
        }
        draft
    }

    /// The short texts of a resource that say in which state it is: no identifiers, no times, no names.
    fn state(&self, item: &Value) -> Vec<(String, String)> {
        let Value::Object(members) = item else {
            return Vec::new();
        };
        members
            .iter()
            .filter(|(name, _)| {
                let name = name.to_ascii_lowercase();
                name.ends_with("status") || name.ends_with("state") || name == "type"
            })
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect()
    }
}
