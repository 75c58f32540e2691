//! Checks: small things to hold a deployment to, each with a stable dotted id.
//!
//! Two kinds. A [`Check`] sends requests of its own for one operation and says how it went. A
//! [`ResponseCheck`] sends nothing: it looks at every answer of the whole run, whoever asked.

mod auth;
mod filter;
mod idempotency;
mod lifecycle;
mod metadata;
mod pagination;
pub mod registry;
pub(crate) mod request;
mod resource;
mod response;
mod unknown;
mod webhook;

use crate::{
    context::Context,
    exchange::{Answer, Exchange},
    finding::{Finding, Verdict},
};
use counterpart_model::api::{Api, Operation};
use futures::future::BoxFuture;
use std::sync::Arc;

/// When a check runs. Later phases start when earlier ones have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// One valid request for each operation that only reads: what comes back feeds the others.
    Explore,
    /// Reading behaviour: pages, filters, refused credentials. Nothing is written meanwhile.
    Read,
    /// What is told to subscribers, while there are few of them.
    Events,
    /// Requests on both sides of each limit.
    Request,
    /// What writing causes: transitions, idempotency, events.
    Write,
    /// Looks back at everything.
    Last,
}

/// Something to hold an operation to.
pub trait Check: Send + Sync {
    /// Its id, for example `pagination.limit`. Never reused, never renamed.
    fn id(&self) -> &'static str;

    /// What it holds a deployment to, in one sentence.
    fn about(&self) -> &'static str;

    /// When it runs.
    fn phase(&self) -> Phase;

    /// Whether it writes: such checks run only where writing is allowed.
    fn writes(&self, operation: &Operation) -> bool {
        !operation.method.is_safe()
    }

    /// Whether it has anything to say about this operation, from the document alone.
    fn applies(&self, api: &Api, operation: &Operation) -> bool;

    /// Does it.
    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict>;
}

/// Something to hold every answer to.
pub trait ResponseCheck: Send + Sync {
    /// Its id, for example `response.schema`.
    fn id(&self) -> &'static str;

    /// What it holds a deployment to, in one sentence.
    fn about(&self) -> &'static str;

    /// Whether what it finds breaks no promise: it is told, and accuses nobody unless the settings are strict.
    fn is_note(&self) -> bool {
        false
    }

    /// Judges one answer: `None` where there is nothing in it to judge, else what is wrong.
    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>>;
}
