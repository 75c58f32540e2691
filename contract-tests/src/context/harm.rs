//! Whether the run has harmed itself: logged out, locked out, or switched off what it tests; or that is gone.
//!
//! One request that only reads and was answered is kept as a control. When the main identity is suddenly turned away,
//! the control is sent again: if it is turned away too, everything that follows would accuse the deployment of what the
//! run did to it, so nothing follows.

use super::Context;
use crate::{
    exchange::{Exchange, Failure},
    request::{Access, Request},
};
use counterpart_model::api::{Method, Operation};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// After so many refusals that the control explains as something else, only every tenth is looked into.
const PATIENCE: u64 = 20;
/// A deployment that is gone is asked again after these.
const WAITS: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// What is known of it.
#[derive(Debug, Default)]
pub(super) struct Harm {
    control: Mutex<Option<Request>>,
    /// The last write that was taken.
    last_write: Mutex<Option<String>>,
    said: Mutex<Option<String>>,
    looked: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Context {
    /// How the run has harmed itself, if it has.
    #[must_use]
    pub fn harmed(&self) -> Option<String> {
        lock(&self.harm.said).clone()
    }

    /// A request that only reads and was answered.
    pub(super) fn control(&self) -> Option<Request> {
        lock(&self.harm.control).clone()
    }

    /// Looks at an exchange of the main identity. Whether it tells of harm.
    pub(super) async fn watch(&self, exchange: &Exchange) -> bool {
        let request = &exchange.request;
        let Some(operation) = self
            .operation_of(request)
            .filter(|_| request.access == Access::default())
        else {
            return false;
        };
        if exchange.succeeded() {
            let plain = operation.method.is_safe() && !operation.path.contains('{');
            let mut control = lock(&self.harm.control);
            if plain && control.is_none() {
                *control = Some(request.clone());
            }
            if !operation.method.is_safe() {
                *lock(&self.harm.last_write) =
                    Some(format!("{} ({})", operation.id, exchange.request.path));
            }
            return false;
        }
        if matches!(exchange.answer, Err(Failure::Connect(_))) {
            return self.is_gone(exchange).await;
        }
        if !matches!(exchange.status(), Some(401 | 403 | 503)) {
            return false;
        }
        let control = lock(&self.harm.control).clone();
        let Some(control) = control else {
            return false;
        };
        let looked = self.harm.looked.fetch_add(1, Ordering::Relaxed);
        if looked > PATIENCE && !looked.is_multiple_of(10) {
            return false;
        }
        let again = self.send_once(&control).await;
        let Some(status @ (401 | 403 | 503)) = again.status() else {
            return false;
        };
        let what = match status {
            503 => "the deployment answers 503 to what it answered before",
            _ => "the credentials have stopped working",
        };
        let after = lock(&self.harm.last_write).clone();
        let after = after.map_or_else(String::new, |write| {
            format!("; the last write that was taken was {write}")
        });
        *lock(&self.harm.said) = Some(format!(
            "{what}: {} {} was answered with 2xx, and now with {status}, since request {}{after}",
            control.method, control.path, exchange.number
        ));
        true
    }
}

impl Context {
    /// Whether nobody takes connections any more where there was somebody. What starts anew is given some time.
    async fn is_gone(&self, exchange: &Exchange) -> bool {
        let Some(control) = self.control() else {
            return false;
        };
        let mut last = String::new();
        for pause in WAITS {
            tokio::time::sleep(pause).await;
            if self.harmed().is_some() {
                return true;
            }
            match self.send_once(&control).await.answer {
                Err(Failure::Connect(why)) => last = why,
                _ => return false,
            }
        }
        let after = lock(&self.harm.last_write).clone();
        let after = after.map_or_else(String::new, |write| {
            format!("; the last write that was taken was {write}")
        });
        *lock(&self.harm.said) = Some(format!(
            "the deployment is gone: {} {} was answered with 2xx, and now nobody answers ({last}), since request {}{after}",
            control.method, control.path, exchange.number
        ));
        true
    }
}

/// Words for operations that end the session the tests run in, or the deployment itself.
const FAREWELLS: [&str; 17] = [
    "logout",
    "log_out",
    "signout",
    "sign_out",
    "logoff",
    "log_off",
    "shutdown",
    "drain",
    "shut_down",
    "reboot",
    "restart",
    "reset",
    "wipe",
    "purge_all",
    "maintenance",
    "self_destruct",
    "revoke_token",
];

/// Words for operations that delete many things at once.
const CLEARANCES: [&str; 9] = [
    "bulk_delete",
    "batch_delete",
    "delete_all",
    "delete_many",
    "delete",
    "clear",
    "purge",
    "prune",
    "truncate",
];

/// Whether calling an operation takes away what the run did not make: it deletes, and not below one resource.
pub(crate) fn is_clearance(operation: &Operation) -> bool {
    if operation.path.contains('{') || operation.method.is_safe() {
        return false;
    }
    let last = crate::paths::plain(&operation.path).rsplit('/').next();
    let last = crate::rules::infer::snake(last.unwrap_or_default());
    operation.method == Method::Delete || CLEARANCES.contains(&last.as_str())
}

/// Whether calling an operation would take away what everything else needs: the session, the data, the deployment.
pub(crate) fn is_farewell(operation: &Operation) -> bool {
    let last = operation
        .path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let last = crate::rules::infer::snake(last);
    let id = crate::rules::infer::snake(&operation.id.0);
    // What is about one resource is about nothing else.
    !operation.path.contains('{') && FAREWELLS.iter().any(|word| last == *word || id == *word)
}
