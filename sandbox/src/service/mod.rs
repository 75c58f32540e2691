//! The generated traits on the real store: each method asks the domain, in one transaction, and puts the outcome
//! into the document's answers.

pub(crate) mod auth;
pub(crate) mod list;
pub(crate) mod write;

use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::domain::Work;
use crate::failure::Failure;
use crate::fault::{Faults, Switch};
use crate::store::idempotency::Scope;
use crate::store::record::{Record, owner};
use crate::store::{Connection, Store};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// The deployment: everything the answers are made from.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) credentials: Credentials,
    /// How long each step takes that the system does by itself.
    pub(crate) step: Duration,
    /// Tells the worker that there is something to do.
    pub(crate) wake_worker: Arc<Notify>,
    /// Tells the courier that there is something to deliver.
    pub(crate) wake_courier: Arc<Notify>,
    /// The idempotency keys whose first request is still running.
    pub(crate) in_flight: Mutex<HashSet<Scope>>,
    /// Failures that a lie remembers; empty otherwise.
    pub(crate) remembered: Mutex<HashMap<Scope, Failure>>,
}

impl Deployment {
    /// A unit of work on a connection.
    pub(crate) fn work<'a>(&self, connection: &'a mut Connection, org: &str) -> Work<'a> {
        Work {
            connection,
            org: org.to_owned(),
            now: self.clock.millis(),
            step_millis: i64::try_from(self.step.as_millis()).unwrap_or(i64::MAX),
            faults: self.faults,
        }
    }

    /// Wakes whoever has to do with what was just written.
    pub(crate) fn wake(&self) {
        self.wake_worker.notify_one();
        self.wake_courier.notify_one();
    }

    /// Whose resource is read: the caller's, except when the sandbox lies.
    pub(crate) async fn reader_of<R: Record>(
        &self,
        connection: &mut Connection,
        org: &str,
        id: &str,
    ) -> Result<String, Failure> {
        if self.faults.lie(Switch::OtherOrgReads)
            && let Some(owner) = owner::<R>(connection, id).await?
        {
            return Ok(owner);
        }
        Ok(org.to_owned())
    }
}
