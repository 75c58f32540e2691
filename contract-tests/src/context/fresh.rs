//! Values that may be used once only: an email address, a name, a reference of the caller's own.
//!
//! No keyword says that no two resources may have the same one. It shows when a valid request is refused that is
//! accepted with other such values; from then on every body of that operation gets new ones.

use super::{Context, Draft, Resource, slots::says_taken};
use crate::{
    exchange::{Exchange, words},
    paths,
    request::Request,
};
use counterpart_model::api::{Method, Operation, OperationId};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, OnceLock, PoisonError, atomic::AtomicU64};

/// Which values are made new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Renewal {
    /// Moments, which no two things may take up, and email addresses.
    Slots,
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
    /// By how many weeks the first moment of this run is later than it was made.
    pub(super) first_slot: OnceLock<i64>,
    /// How many bodies got moments of their own.
    pub(super) slots: AtomicU64,
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
        let all = match says_taken(&repeated) {
            true => vec![
                Renewal::Slots,
                Renewal::Emails,
                Renewal::Names,
                Renewal::Texts,
            ],
            false => vec![Renewal::Emails, Renewal::Names, Renewal::Texts],
        };
        for renewal in all {
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
}
