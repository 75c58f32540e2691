//! Values that may be used once only: an email address, a name, a reference of the caller's own.
//!
//! No keyword says that no two resources may have the same one. It shows when a valid request is refused that is
//! accepted with other such values; from then on every body of that operation gets new ones.

use super::{Context, Draft, Resource};
use crate::{
    exchange::{Exchange, words},
    generate::Rng,
    paths,
    request::Request,
    rules::infer::snake,
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, OperationId, ParameterLocation, SchemaId, Shape},
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError, atomic::Ordering};

/// How many texts are made up to find one that is new.
const MADE_UP: usize = 40;

/// Shorter texts are codes of something rather than names.
const SHORTEST: usize = 6;

/// Words in the names of properties that hold what no two resources share.
const NAMES: [&str; 24] = [
    "alias",
    "code",
    "domain",
    "email",
    "external",
    "handle",
    "isbn",
    "key",
    "label",
    "login",
    "mobile",
    "name",
    "nickname",
    "number",
    "path",
    "phone",
    "reference",
    "serial",
    "sku",
    "slug",
    "subject",
    "title",
    "user",
    "identifier",
];

/// Which values are made new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Renewal {
    /// Email addresses.
    Emails,
    /// Those, and whatever is named like a name.
    Names,
    /// Those, however short they are.
    Short,
    /// Whatever is text of some length and refers to nothing.
    Texts,
}

/// The operations that need new values.
#[derive(Debug, Default)]
pub(super) struct Renewals {
    wanted: Mutex<HashMap<OperationId, Renewal>>,
    asked: Mutex<HashSet<OperationId>>,
    /// Operations that answer with what there is already, whatever is sent.
    same: Mutex<HashSet<OperationId>>,
    /// What was said of a body that was sent before: status and words.
    refusals: Mutex<HashMap<OperationId, (u16, Vec<String>)>>,
}

impl Renewals {
    /// Whether nobody has asked about this operation before.
    fn first_time(&self, operation: &Operation) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(operation.id.clone())
    }
}

impl Context {
    /// Whether an operation refuses a body whose values were used before.
    #[must_use]
    pub fn wants_fresh(&self, operation: &Operation) -> bool {
        self.renewal(operation).is_some()
    }

    fn renewal(&self, operation: &Operation) -> Option<Renewal> {
        let known = self
            .fresh
            .wanted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // What is unique when something is made is so when it is replaced.
        let changes = matches!(operation.method, Method::Put | Method::Patch);
        let create = || {
            let (collection, _) = paths::item(&operation.path).filter(|_| changes)?;
            known
                .get(&paths::create(&self.api, collection)?.id)
                .copied()
        };
        known.get(&operation.id).copied().or_else(create)
    }

    /// Remembers that an operation was accepted with new values only, and what it said of others.
    pub(super) fn renew(
        &self,
        operation: &Operation,
        renewal: Renewal,
        refusal: Option<&Exchange>,
    ) {
        let lock = |poisoned: PoisonError<_>| poisoned.into_inner();
        self.fresh
            .wanted
            .lock()
            .unwrap_or_else(lock)
            .insert(operation.id.clone(), renewal);
        if let Some((exchange, status)) = refusal.and_then(|it| Some((it, it.status()?))) {
            let mut known = self
                .fresh
                .refusals
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            known.insert(operation.id.clone(), (status, words(exchange)));
        }
    }

    /// Whether a refusal says what is said of values that were used before.
    #[must_use]
    pub fn is_refused_as_used(&self, operation: &Operation, exchange: &Exchange) -> bool {
        let known = self
            .fresh
            .refusals
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.get(&operation.id).is_some_and(|(status, said)| {
            exchange.status() == Some(*status) && *said == words(exchange)
        })
    }

    /// A draft that can be sent again: where the same body is refused a second time, and one with new values is not,
    /// the one with new values.
    pub(super) async fn repeatable(&self, operation: &Operation, draft: Draft) -> Draft {
        let Some(body) = draft
            .body
            .as_ref()
            .filter(|_| operation.method == Method::Post)
        else {
            return draft;
        };
        if self.wants_fresh(operation) || !self.fresh.first_time(operation) {
            return draft;
        }
        let again = self.freshened(operation, draft.request.clone());
        let repeated = self.send(again.clone()).await;
        if repeated.succeeded() {
            let made = |exchange: &Exchange| self.made_by(operation, &draft.resource, exchange);
            return match (made(&draft.exchange), made(&repeated)) {
                (Some(first), Some(second)) if first == second => {
                    let told = repeated.status() == Some(201);
                    self.something_new(operation, draft, &second, told).await
                }
                _ => draft,
            };
        }
        if !repeated.refused() {
            return draft;
        }
        for renewal in [Renewal::Emails, Renewal::Names, Renewal::Texts] {
            let renewed = self.renewed(operation, body, renewal);
            let request = self.freshened(operation, again.clone()).with_json(&renewed);
            let request = self.renewed_query(operation, request, renewal, None);
            if renewed == *body && request.query == again.query {
                continue;
            }
            let exchange = self.send(request.clone()).await;
            if exchange.succeeded() {
                self.renew(operation, renewal, Some(&repeated));
                return Draft {
                    request,
                    body: Some(renewed),
                    resource: draft.resource.clone(),
                    exchange,
                };
            }
        }
        draft
    }

    /// Where making the same again gives the same, a draft with new names that makes something new; the draft itself
    /// where there is none. `told` is whether the second answer tells of something new.
    async fn something_new(
        &self,
        operation: &Operation,
        draft: Draft,
        first: &Resource,
        told: bool,
    ) -> Draft {
        let body = draft.body.clone().unwrap_or_default();
        let renewed = self.renewed(operation, &body, Renewal::Short);
        let asked = self.freshened(operation, draft.request.clone());
        let asked = self.renewed_query(operation, asked, Renewal::Short, None);
        let same = || {
            let same = self.fresh.same.lock();
            let mut same = same.unwrap_or_else(PoisonError::into_inner);
            same.insert(operation.id.clone());
        };
        if renewed == body && asked.query == draft.request.query {
            // 201 tells of something new (RFC 9110 §15.3.2), which is for a check to look into.
            if !told {
                same();
            }
            return draft;
        }
        let request = asked.with_json(&renewed);
        let exchange = self.send(request.clone()).await;
        if !exchange.succeeded() {
            return draft;
        }
        let made = self.made_by(operation, &draft.resource, &exchange);
        if made.as_ref() != Some(first) {
            self.renew(operation, Renewal::Short, None);
            return Draft {
                request,
                body: Some(renewed),
                resource: draft.resource,
                exchange,
            };
        }
        // What shows the new names by the old identifier is two things with one.
        let before = draft.exchange.json().unwrap_or_default();
        let after = exchange.json().unwrap_or_default();
        let shows = |(name, value): (&String, &Value)| {
            before.get(name) != Some(value) && after.get(name) == Some(value)
        };
        if !renewed.as_object().is_some_and(|it| it.iter().any(shows)) {
            same();
        }
        draft
    }

    /// Whether an operation answers with what there is already, whatever is sent.
    #[must_use]
    pub fn gives_the_same(&self, operation: &Operation) -> bool {
        let same = self.fresh.same.lock();
        let same = same.unwrap_or_else(PoisonError::into_inner);
        same.contains(&operation.id)
    }

    /// What an answer says was made.
    fn made_by(
        &self,
        create: &Operation,
        parent: &Resource,
        exchange: &Exchange,
    ) -> Option<Resource> {
        let collection = paths::home(&self.api, &create.path);
        let item = [Method::Get, Method::Patch, Method::Put, Method::Delete]
            .into_iter()
            .find_map(|method| paths::on_items(&self.api, method, collection))?;
        let mut made = self.resource_of(create, item, parent, exchange)?;
        made.item = Value::Null;
        Some(made)
    }

    /// Gives what may be used once only new values.
    pub(crate) fn anew(&self, operation: &Operation, request: Request) -> Request {
        let request = self.freshened(operation, request);
        match request.json() {
            Some(body) => {
                let body = self.fresh_body(operation, &body);
                request.with_json(&body)
            }
            None => request,
        }
    }

    /// A body as it is to be sent: with new values where the operation wants them.
    #[must_use]
    pub fn fresh_body(&self, operation: &Operation, body: &Value) -> Value {
        match self.renewal(operation) {
            Some(renewal) => self.renewed(operation, body, renewal),
            None => body.clone(),
        }
    }

    /// A request with new values in the parts of its query that name what is made: `?portId=…`.
    pub(super) fn renewed_query(
        &self,
        operation: &Operation,
        mut request: Request,
        renewal: Renewal,
        except: Option<&str>,
    ) -> Request {
        let names = operation.parameters.iter().filter(|it| {
            let name = snake(&it.name);
            let identifies = name == "id" || name.ends_with("_id") || is_name(&name);
            it.location == ParameterLocation::Query
                && it.required
                && identifies
                && except != Some(it.name.as_str())
                && (self.names_own(operation, &it.name) || !self.is_related(&it.name))
        });
        for parameter in
            names.filter(|_| operation.method == Method::Post && renewal >= Renewal::Names)
        {
            let known = request
                .query
                .iter()
                .find(|(name, _)| *name == parameter.name);
            if let (Some((_, text)), Some(schema)) = (known, parameter.schema())
                && let schema = self.api.resolve(schema)
                && let Some(new) = self.renewed_text(schema, text, Renewal::Texts)
            {
                request = request.set_query(&parameter.name, new);
            }
        }
        request
    }

    /// The same where the operation is known to want new values.
    #[must_use]
    pub fn fresh_query(
        &self,
        operation: &Operation,
        request: Request,
        except: Option<&str>,
    ) -> Request {
        match self.renewal(operation) {
            Some(renewal) => self.renewed_query(operation, request, renewal, except),
            None => request,
        }
    }

    /// A body with new values. It stays as valid, or as invalid, as it was.
    pub(super) fn renewed(&self, operation: &Operation, body: &Value, renewal: Renewal) -> Value {
        let Some((_, schema)) = self.body_schema(operation) else {
            return body.clone();
        };
        let mut changed = body.clone();
        self.walk_fresh(schema, "", &mut changed, renewal, 0);
        let judged = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        if judged(&changed) == judged(body) {
            changed
        } else {
            body.clone()
        }
    }

    fn walk_fresh(
        &self,
        schema: SchemaId,
        name: &str,
        value: &mut Value,
        renewal: Renewal,
        depth: usize,
    ) {
        if depth > 12 {
            return;
        }
        let id = self.api.resolve(schema);
        let schema = self.api.schema(id);
        match value {
            Value::String(text) => {
                let wanted = is_email(schema.string.format.as_deref(), name)
                    || (renewal >= Renewal::Names && is_name(name))
                    || (renewal == Renewal::Texts
                        && !self.is_identifier(id)
                        && !self.is_related(name)
                        && schema.enumeration.is_none());
                if wanted
                    && matches!(schema.shape, Shape::String(_))
                    && let Some(new) = self.renewed_text(id, text, renewal)
                {
                    *text = new;
                }
            }
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if let Some(property) = self.property_of(id, name, 0) {
                        self.walk_fresh(property, name, value, renewal, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// The schema of a property, wherever in place it stands.
    fn property_of(&self, schema: SchemaId, name: &str, depth: usize) -> Option<SchemaId> {
        if depth > 12 {
            return None;
        }
        let schema = self.api.schema(self.api.resolve(schema));
        if let Some(property) = schema.object.properties.get(name) {
            return Some(*property);
        }
        let inner = schema.reference.iter().chain(&schema.all_of);
        let inner = inner.chain(&schema.any_of).chain(&schema.one_of);
        inner
            .copied()
            .find_map(|inner| self.property_of(inner, name, depth + 1))
    }

    /// A text of the same length and kind with other letters and digits; `None` where none is valid.
    fn renewed_text(&self, schema: SchemaId, text: &str, renewal: Renewal) -> Option<String> {
        let end = text.find('@').unwrap_or(text.len());
        let valid = |text: &str| {
            let value = Value::String(text.to_owned());
            self.judge.is_valid(schema, Direction::Request, &value)
        };
        if !valid(text) {
            return None;
        }
        if text.chars().count() < SHORTEST {
            let new = (renewal >= Renewal::Short).then(|| self.unique());
            let made_up = || self.made_up(schema, renewal);
            return new.filter(|new| valid(new)).or_else(made_up);
        }
        // The domain of an address that was made for its length is nobody's.
        let local = text.get(..end).unwrap_or_default();
        let end = if local.len() < SHORTEST && text.len() > 64 {
            text.rfind('.').unwrap_or(end)
        } else {
            end
        };
        // The local part of an address may be too short to hold anything new.
        if text.contains('@') {
            let longer = format!("{}.{text}", self.unique());
            if valid(&longer) {
                return Some(longer);
            }
        }
        // What stands at the end is least likely to mean something; all of it where that is not enough to be new.
        let mut rng = self.chance();
        let mut any = |first: u8, of: usize| -> char {
            let step = u8::try_from(rng.below(of)).unwrap_or(0);
            char::from(first + step)
        };
        let mut left = 12_usize;
        let mut out: Vec<char> = Vec::new();
        for (at, character) in text.char_indices().rev() {
            let new = match character {
                _ if at >= end || left == 0 => None,
                '0'..='9' => Some(any(b'0', 10)),
                'a'..='z' => Some(any(b'a', 26)),
                'A'..='Z' => Some(any(b'A', 26)),
                _ => None,
            };
            left -= usize::from(new.is_some());
            out.push(new.unwrap_or(character));
        }
        let new: String = out.into_iter().rev().collect();
        let new = (new != text && valid(&new)).then_some(new);
        new.or_else(|| self.made_up(schema, renewal))
    }

    /// Other numbers in every run, so that what one has made does not stand in the way of the next.
    fn chance(&self) -> Rng {
        let (high, low) = uuid::Uuid::now_v7().as_u64_pair();
        Rng::new(high ^ low ^ self.salt.fetch_add(1, Ordering::Relaxed))
    }

    /// A text that the schema allows and hardly anybody has used: where it has a form of its own.
    fn made_up(&self, schema: SchemaId, renewal: Renewal) -> Option<String> {
        let of = self.api.schema(schema);
        if renewal < Renewal::Short || of.string.pattern.is_none() {
            return None;
        }
        let mut rng = self.chance();
        let mut texts = (0..MADE_UP).filter_map(|_| {
            let value = self.generator().random(schema, &mut rng);
            let plain = |text: &&str| text.bytes().all(|byte| byte.is_ascii_graphic());
            let text = value.as_str().filter(plain)?.to_owned();
            self.judge
                .is_valid(schema, Direction::Request, &value)
                .then_some(text)
        });
        texts.find(|text| text.len() >= SHORTEST)
    }
}

fn is_email(format: Option<&str>, name: &str) -> bool {
    matches!(format, Some("email" | "idn-email")) || name.to_ascii_lowercase().contains("email")
}

fn is_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}
