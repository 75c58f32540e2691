//! Requests that the deployment accepts: candidates, tried one after the other.

use super::{Context, Resource, fresh::Renewal, lead::undoes, send::SPENT, slots::says_taken};
use crate::{exchange::Exchange, paths, request::Request, wire};
use counterpart_model::{
    Direction,
    api::{Method, Operation, StatusKey},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::{collections::HashSet, fmt, sync::Arc};

/// How many candidates are tried until a valid request is accepted.
const CANDIDATES: usize = 40;

/// Fewer resources than these are not spared.
const FEW: usize = 6;

/// No limit but that.
const ALL: usize = usize::MAX;

/// So many requests tell whether something is allowed.
const FEW_TRIES: usize = 3;

/// How many bodies are made of what refusals name.
const REPAIRS: usize = 3;

/// Below so many known resources something is put.
const PARENTS: usize = 2;

/// How many names are tried for what is made by its name.
const NAMES: usize = 60;

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
pub struct NoRequest(pub String, pub(super) Option<u16>);

impl fmt::Display for NoRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is none, where nothing was asked.
fn none(why: &str) -> NoRequest {
    NoRequest(why.to_owned(), None)
}

impl Context {
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
            return Err(none("writing is not allowed (--allow-writes)"));
        }
        if operation.method == Method::Delete {
            let made = self.make_resource(operation).await;
            if let Some(resource) = made {
                return self.try_candidates(operation, &[resource], ALL).await;
            }
            let last = operation.path.rsplit_once('{').map(|(_, name)| name);
            let last = last
                .and_then(|name| name.split('}').next())
                .unwrap_or_default();
            if !self.settings.known(&operation.id.0, last).is_empty() {
                return Err(none(
                    "nothing could be made to delete, and what [data] names stays",
                ));
            }
        }
        if self.has_lead(operation)
            && let Some(resource) = self.make_resource(operation).await
            && let Ok(draft) = self.try_candidates(operation, &[resource], ALL).await
        {
            return Ok(draft);
        }
        if !operation.method.is_safe() {
            let ready = self.ready_for(operation).await;
            if !ready.is_empty()
                && let Ok(draft) = self.try_candidates(operation, &ready, ALL).await
            {
                return Ok(draft);
            }
        }
        let mut resources = self.spared(operation).await;
        // Who knows what a value that was made up leads to: only reading asks there.
        let risky = !operation.method.is_safe() && !self.is_stateless();
        if risky && resources.iter().any(|resource| resource.invented) {
            resources = Arc::new(Vec::new());
        }
        if resources.is_empty() {
            let made = self.make_resource(operation).await.ok_or_else(|| {
                none(
                    "nothing is known to stand in its path: no list, create or example leads to it ([data] in contract.toml does)",
                )
            })?;
            resources = Arc::new(vec![made]);
        }
        let found = self.try_candidates(operation, &resources, ALL).await;
        // What is there may be in no state that allows it any more: something new may be.
        let acts = operation.method == Method::Post && operation.path.contains('{');
        let conflicts = matches!(operation.method, Method::Put | Method::Patch)
            && operation.path.contains('{')
            && found.as_ref().is_err_and(|why| why.1 == Some(409));
        if found.is_err() && (acts || conflicts) && !self.exhausted() && !self.is_stateless() {
            let made = self.make_resource(operation).await;
            let new = made.filter(|made| resources.iter().all(|it| it.path != made.path));
            if let Some(resource) = new
                && let Ok(draft) = self.try_candidates(operation, &[resource], ALL).await
            {
                return Ok(draft);
            }
        }
        let early = found
            .as_ref()
            .is_err_and(|why| matches!(why.1, Some(404 | 409 | 425)));
        if early
            && operation.method.is_safe()
            && let Some(draft) = self.find_finished(operation).await
        {
            return Ok(draft);
        }
        let conflict = found.as_ref().is_err_and(|why| match why.1 {
            Some(409) => true,
            Some(404 | 410 | 422) => undoes(operation),
            _ => false,
        });
        if conflict
            && acts
            && let Some(draft) = self.find_lead(operation).await
        {
            return Ok(draft);
        }
        found
    }

    pub(super) async fn try_candidates(
        &self,
        operation: &Operation,
        resources: &[Resource],
        most: usize,
    ) -> Result<Draft, NoRequest> {
        let mut bodies = self.bodies(operation);
        let given = bodies.len();
        let raw = if bodies.is_empty() {
            super::raw::body(operation)
        } else {
            None
        };
        let required = operation.body.as_ref().is_some_and(|body| body.required);
        if required && bodies.is_empty() && raw.is_none() {
            return Err(none("no valid body could be made from the document"));
        }
        let media = self.body_schema(operation).map(|(media, _)| media);
        let rounds = if operation.method.is_safe() {
            4
        } else {
            CANDIDATES
        };
        let mut last = None;
        let mut refused = None;
        let mut tried = HashSet::new();
        let mut taken = false;
        for turn in 0..rounds.max(bodies.len()).min(most) {
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
            let renewal = match self.wants_fresh(operation) {
                true => None,
                false if taken && turn % 2 == 1 => Some(Renewal::Slots),
                false => renewal_of(turn, bodies.len()),
            };
            let body = body.map(|body| match renewal {
                Some(renewal) => self.renewed(operation, &body, renewal),
                None => self.fresh_body(operation, &body),
            });
            let body = body.map(|body| self.addressed(operation, resource, &body));
            let Some(mut request) = self.bare_request(operation, resource) else {
                return Err(none("no value could be made for a required parameter"));
            };
            if let Some(body) = &body {
                request.content_type.clone_from(&media);
                request = request.with_json(body);
            } else if let Some((media, bytes)) = &raw {
                request.content_type = Some(media.clone());
                request.body = Some(bytes.clone());
            }
            request = match renewal {
                Some(renewal) => self.renewed_query(operation, request, renewal, None),
                None => self.fresh_query(operation, request, None),
            };
            // What was refused once is not asked again.
            let key = (request.path.clone(), request.raw_query());
            if !tried.insert((key, body.as_ref().map(ToString::to_string))) {
                continue;
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
            taken |= says_taken(&exchange);
            // What a refusal names may be what is missing, or what is too much.
            if turn < given
                && matches!(exchange.status(), Some(400 | 409 | 422))
                && bodies.len() < given + REPAIRS
                && let Some(body) = body
                    .as_ref()
                    .and_then(|body| self.repaired(operation, body, &exchange))
                && !bodies.contains(&body)
            {
                bodies.push(body);
            }
            if self.exhausted() && exchange.status().is_none() {
                return Err(none(SPENT));
            }
            // All of them once, and a few more with other values.
            let alone = resources.len() <= 1
                && given <= 2
                && turn > 0
                && (bodies.is_empty() || turn > bodies.len() + 1);
            let refused_it = exchange.refused();
            last = Some(exchange);
            if alone || !refused_it {
                break;
            }
        }
        let text = last.as_ref().map(|it| it.status_text());
        Err(NoRequest(
            format!(
                "no valid request was accepted; the last one got {}",
                text.unwrap_or_else(|| "no answer".to_owned())
            ),
            last.and_then(|it| it.status()),
        ))
    }

    /// Makes a resource that an operation's path can lead to, through what makes one in its collection.
    pub async fn make_resource(&self, operation: &Operation) -> Option<Resource> {
        let template = paths::resource(&operation.path);
        let made = self.make_at(template, operation).await?;
        // Where a step fails, it is the operation that tells.
        let _led = self.led_up(operation, &made).await;
        Some(made)
    }

    /// Makes a resource by `PUT` below a name that nothing has yet, where 201 is documented.
    pub(crate) async fn put_new(&self, put: &Operation) -> Option<Draft> {
        put.responses.get(&StatusKey::Code(201))?;
        if !self.may_send(put) || self.is_stateless() {
            return None;
        }
        let (collection, _) = paths::item(&put.path)?;
        let Some(end) = collection.rfind('}') else {
            return self.put_new_below(put, &Resource::default()).await;
        };
        for parent in self.parents(collection, put).await.iter().take(PARENTS) {
            if let Some(draft) = self.put_new_below(put, parent).await {
                return Some(draft);
            }
        }
        // What is there may take nothing any more.
        let made = self.make_at(collection.get(..=end)?, put).await?;
        self.put_new_below(put, &made).await
    }

    /// The same below a resource that is known.
    pub(crate) async fn put_new_below(&self, put: &Operation, parent: &Resource) -> Option<Draft> {
        put.responses.get(&StatusKey::Code(201))?;
        if !self.may_send(put) || self.is_stateless() {
            return None;
        }
        let (_, name) = paths::item(&put.path)?;
        let parameter = super::resources::path_parameter(put, name)?;
        let schema = parameter.schema()?;
        let mut rng = self.fresh_rng();
        for _ in 0..NAMES {
            let value = self.generator().random(schema, &mut rng);
            if !self.judge.is_valid(schema, Direction::Request, &value) {
                continue;
            }
            let value = wire::scalar(&value);
            let plain = value
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
            if value.is_empty() || !plain {
                continue;
            }
            let mut resource = parent.clone();
            resource.path.insert(name.to_owned(), value);
            // What is there already is not made.
            if let Some(read) = paths::at(&self.api, Method::Get, &put.path)
                && let Some(request) = self.bare_request(read, &resource)
                && self.send(request).await.succeeded()
            {
                continue;
            }
            return self.try_candidates(put, &[resource], ALL).await.ok();
        }
        None
    }

    /// Makes what stands in a template that an operation's path begins with.
    pub(crate) fn make_at<'a>(
        &'a self,
        template: &'a str,
        operation: &'a Operation,
    ) -> BoxFuture<'a, Option<Resource>> {
        self.find_made(template, operation).boxed()
    }

    async fn find_made(&self, template: &str, operation: &Operation) -> Option<Resource> {
        let (collection, _) = paths::item(template)?;
        let create = paths::create(&self.api, collection)
            .filter(|create| paths::leads(&self.api, create, template));
        let Some(create) = create else {
            let put = paths::at(&self.api, Method::Put, template)?;
            return Some(self.put_new(put).await?.resource);
        };
        let draft = self.accepted(create).await.ok()?;
        let (parent, exchange) = (&draft.resource, &draft.exchange);
        self.resource_at(template, create, operation, parent, exchange)
    }
}

/// Which values a candidate has that were not used before: none at first, then ever more.
fn renewal_of(turn: usize, bodies: usize) -> Option<Renewal> {
    match turn.checked_div(bodies)? {
        0 => None,
        round if round % 4 == 1 => Some(Renewal::Emails),
        round if round % 4 == 2 => Some(Renewal::Names),
        round if round % 4 == 3 => Some(Renewal::Texts),
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
        let resources = self.spared(operation).await;
        let state = self.state(&draft.resource.item);
        let same = |resource: &&Resource| {
            **resource != draft.resource
                && self.state(&resource.item) == state
                && !self.was_used(operation, resource)
        };
        let twin = match resources.iter().find(same).cloned() {
            // What is listed may have changed since.
            Some(twin) if operation.method != Method::Post => Some(twin),
            Some(twin) => Some(self.made_like(operation, &draft).await.unwrap_or(twin)),
            None => self.made_like(operation, &draft).await,
        };
        match twin {
            Some(resource) => {
                self.use_up(operation, &draft.resource);
                self.redirect(operation, draft, resource)
            }
            None => draft,
        }
    }

    /// A draft for something new that nobody else changes meanwhile, where what is new is in the same state; else for
    /// another resource in it.
    pub async fn own_of(&self, operation: &Operation, draft: Draft) -> Draft {
        let changes = matches!(operation.method, Method::Put | Method::Patch);
        let makes = operation.responses.contains_key(&StatusKey::Code(201));
        let own = changes && !makes && operation.path.contains('{');
        if !own || self.is_stateless() || self.exhausted() {
            return self.twin_of(operation, draft).await;
        }
        let state = self.state(&draft.resource.item);
        let made = self.make_resource(operation).await;
        let same = |made: &Resource| self.state(&made.item) == state || state.is_empty();
        if let Some(resource) = made.filter(|made| same(made) || self.has_lead(operation)) {
            let mut own = self.redirect(operation, draft.clone(), resource);
            let request = self.anew(operation, own.request.clone());
            own.exchange = self.send(request).await;
            if own.exchange.succeeded() {
                return own;
            }
        }
        self.twin_of(operation, draft).await
    }

    /// Something new to act on, where what is new is in a state that allows it.
    async fn made_like(&self, operation: &Operation, draft: &Draft) -> Option<Resource> {
        let state = self.state(&draft.resource.item);
        let acts = operation.method == Method::Post && !state.is_empty();
        if !(acts || self.has_lead(operation)) || self.is_stateless() || self.exhausted() {
            return None;
        }
        let made = self.make_resource(operation).await?;
        // What was led up to it is in the state that allows it.
        let plain = |state: Vec<(String, String)>| -> Vec<(String, String)> {
            state
                .into_iter()
                .filter(|(name, _)| name != "type")
                .collect()
        };
        let same = plain(self.state(&made.item)) == plain(state);
        if self.has_lead(operation) || same {
            return Some(made);
        }
        // It may be allowed in the other state as well; only what is refused for it has to be led up to.
        match self.try_candidates(operation, &[made], FEW_TRIES).await {
            Ok(_) => {}
            Err(why) if matches!(why.1, Some(404 | 409 | 410 | 422)) => {
                self.find_lead(operation).await?;
            }
            Err(_) => return None,
        }
        self.make_resource(operation).await
    }

    /// The resources that an operation may be tried on: of what nothing makes, an action leaves some for those who look
    /// closer at what it does.
    async fn spared(&self, operation: &Operation) -> Arc<Vec<Resource>> {
        let all = self.resources(operation).await;
        let template = paths::resource(&operation.path);
        let acts = operation.method == Method::Post && !template.is_empty() && all.len() >= FEW;
        let made = paths::item(template)
            .is_none_or(|(collection, _)| paths::create(&self.api, collection).is_some());
        if !acts || made || paths::at(&self.api, Method::Get, template).is_none() {
            return all;
        }
        let most = all.len() - all.len() / 3;
        Arc::new(all.iter().take(most).cloned().collect())
    }

    pub(super) fn redirect(
        &self,
        operation: &Operation,
        mut draft: Draft,
        resource: Resource,
    ) -> Draft {
        if let Some(path) = wire::path(operation, |parameter| {
            resource
                .path
                .get(&parameter.name)
                .map(|text| Value::String(text.clone()))
        }) {
            draft.request.path = path;
            if let Some(body) = &draft.body {
                let body = self.addressed(operation, &resource, body);
                draft.request = draft.request.with_json(&body);
                draft.body = Some(body);
            }
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
