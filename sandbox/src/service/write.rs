//! Writes: each once, however often it is asked for under one key.

use super::Deployment;
use super::auth::Caller;
use crate::credentials::hex;
use crate::domain::accounts::{self, NewAccount};
use crate::domain::instructions::{self, NewAccountNumber, NewBlockchainAddress};
use crate::domain::onboardings::{self, NewOnboarding};
use crate::domain::subscriptions::{self, NewSubscription};
use crate::domain::{Work, customers};
use crate::failure::Failure;
use crate::fault::Switch;
use crate::ids;
use crate::store::Connection;
use crate::store::idempotency::{self, Answered, Scope};
use aws_lc_rs::digest;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a key is remembered.
const RETENTION_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What can be written.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// Submit a customer.
    Submit(String),
    /// Onboard a customer.
    Onboard(NewOnboarding),
    /// Open an account.
    Open(NewAccount),
    /// Close an account.
    Close(String),
    /// Issue an account number.
    Number(String, NewAccountNumber),
    /// Issue a blockchain address.
    Address(String, NewBlockchainAddress),
    /// Make a subscription.
    Subscribe(NewSubscription),
    /// Delete a subscription.
    Unsubscribe(String),
    /// Rotate a secret.
    Rotate(String),
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The body of the answer; empty when there is none.
    pub(crate) body: String,
    /// Whether this repeats the answer first given.
    pub(crate) replayed: bool,
}

/// A request for a write.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// The idempotency key.
    pub(crate) key: &'a str,
    /// What two requests are compared by.
    pub(crate) fingerprint: String,
    /// What is to be written.
    pub(crate) command: Command,
}

/// The digest of a request: its method, its path and query, and its body as a JSON value.
pub(crate) fn fingerprint(method: &str, path_and_query: &str, body: &[u8]) -> String {
    // Members sorted, white space gone: equal values give equal text.
    let body = serde_json::from_slice::<Value>(body)
        .map(|value| value.to_string())
        .unwrap_or_default();
    let text = format!("{method}\n{path_and_query}\n{body}");
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// Holds a key while its first request runs.
struct Hold<'a> {
    keys: &'a Mutex<HashSet<Scope>>,
    scope: Scope,
}

impl<'a> Hold<'a> {
    fn take(keys: &'a Mutex<HashSet<Scope>>, scope: &Scope) -> Option<Self> {
        let mut held = keys.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(scope.clone()).then(|| Self {
            keys,
            scope: scope.clone(),
        })
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.scope);
    }
}

impl Deployment {
    /// Writes, or repeats what was answered to the same request before.
    pub(crate) async fn write(&self, ask: Ask<'_>) -> Result<Written, Failure> {
        let scope = Scope {
            credential: ask.caller.credential.to_owned(),
            key: ask.key.to_owned(),
        };
        if self.faults.lie(Switch::ConcurrentTwice) {
            return self.write_twice(&scope, ask).await;
        }
        let _hold = Hold::take(&self.in_flight, &scope).ok_or_else(Failure::key_in_flight)?;
        if let Some(failure) = self.remembered(&scope) {
            return Err(failure);
        }
        let mut tx = self.store.write().await?;
        if let Some(written) = self.replay(&mut tx, &scope, &ask).await? {
            return Ok(written);
        }
        let outcome = self.perform(&mut tx, &scope, &ask).await;
        let body = match outcome {
            Ok(body) => body,
            Err(failure) => {
                tx.rollback()
                    .await
                    .map_err(crate::store::StoreError::from)?;
                self.remember(scope, &failure);
                return Err(failure);
            }
        };
        tx.commit().await.map_err(crate::store::StoreError::from)?;
        self.wake();
        Ok(Written {
            body,
            replayed: false,
        })
    }

    /// What was answered under the key, if it was for the same request.
    async fn replay(
        &self,
        connection: &mut Connection,
        scope: &Scope,
        ask: &Ask<'_>,
    ) -> Result<Option<Written>, Failure> {
        let since = self.clock.millis() - RETENTION_MILLIS;
        let Some(known) = idempotency::get(connection, scope, since).await? else {
            return Ok(None);
        };
        let same = known.fingerprint == ask.fingerprint;
        let deletion = matches!(ask.command, Command::Unsubscribe(_));
        let forgotten = self.faults.lie(Switch::NoReplay)
            || self.faults.lie(Switch::DeleteNotReplayed) && deletion;
        if same && forgotten || !same && self.faults.lie(Switch::MismatchRepeated) {
            return Ok(None);
        }
        if !same && !self.faults.lie(Switch::MismatchReplayed) {
            return Err(Failure::key_reused());
        }
        let body = if self.faults.lie(Switch::ReplayFresh) {
            renamed(&known.body)
        } else {
            known.body
        };
        Ok(Some(Written {
            body,
            replayed: true,
        }))
    }

    /// Does what is asked and notes the answer, in the same transaction.
    async fn perform(
        &self,
        connection: &mut Connection,
        scope: &Scope,
        ask: &Ask<'_>,
    ) -> Result<String, Failure> {
        let mut work = self.work(connection, ask.caller.org);
        let body = run(&mut work, ask.command.clone()).await?;
        let now = work.now;
        let answered = Answered {
            fingerprint: ask.fingerprint.clone(),
            status: 200,
            body: body.clone(),
        };
        idempotency::put(connection, scope, &answered, now).await?;
        Ok(body)
    }

    /// The lie of a deployment that looks first and writes later: equal requests at once all find nothing.
    async fn write_twice(&self, scope: &Scope, ask: Ask<'_>) -> Result<Written, Failure> {
        let mut connection = self.store.read().await?;
        let known = self.replay(&mut connection, scope, &ask).await?;
        drop(connection);
        if let Some(written) = known {
            return Ok(written);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut tx = self.store.write().await?;
        let body = self.perform(&mut tx, scope, &ask).await?;
        tx.commit().await.map_err(crate::store::StoreError::from)?;
        self.wake();
        Ok(Written {
            body,
            replayed: false,
        })
    }

    fn remembered(&self, scope: &Scope) -> Option<Failure> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(scope)
            .cloned()
    }

    fn remember(&self, scope: Scope, failure: &Failure) {
        if self.faults.lie(Switch::FailureRetained) {
            self.remembered
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(scope, failure.clone());
        }
    }
}

/// Does what a command says; gives the body of the answer.
async fn run(work: &mut Work<'_>, command: Command) -> Result<String, Failure> {
    match command {
        Command::Submit(id) => json(&customers::submit(work, &id).await?),
        Command::Onboard(new) => json(&onboardings::create(work, new).await?),
        Command::Open(new) => json(&accounts::open(work, new).await?),
        Command::Close(id) => json(&accounts::close(work, &id).await?),
        Command::Number(account, new) => {
            json(&instructions::create_number(work, &account, new).await?)
        }
        Command::Address(account, new) => {
            json(&instructions::create_address(work, &account, new).await?)
        }
        Command::Subscribe(new) => json(&subscriptions::create(work, new).await?),
        Command::Unsubscribe(id) => subscriptions::remove(work, &id)
            .await
            .map(|()| String::new()),
        Command::Rotate(id) => json(&subscriptions::rotate(work, &id).await?),
    }
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|_| Failure::internal())
}

/// A body whose `id` is another one.
fn renamed(body: &str) -> String {
    let Ok(Value::Object(mut object)) = serde_json::from_str(body) else {
        return body.to_owned();
    };
    if let Some(Value::String(id)) = object.get_mut("id")
        && let Some((prefix, _)) = id.split_once('_')
    {
        *id = ids::fresh(prefix);
    }
    Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::credentials::{Credentials, HOME};
    use crate::domain::onboardings::Onboarding;
    use crate::fault::Faults;
    use crate::store::record::count;
    use crate::store::{Database, Store};
    use serde_json::json;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    const CALLER: Caller = Caller {
        credential: "write",
        org: HOME,
    };

    async fn deployment(now: &Arc<AtomicI64>) -> Deployment {
        let now = Arc::clone(now);
        Deployment {
            store: Store::open(&Database::Memory).await.unwrap(),
            clock: Clock::from_fn(move || {
                jiff::Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap()
            }),
            faults: Faults::default(),
            credentials: Credentials::make().unwrap(),
            step: Duration::ZERO,
            wake_worker: Arc::default(),
            wake_courier: Arc::default(),
            in_flight: Mutex::default(),
            remembered: Mutex::default(),
        }
    }

    fn onboard(name: &str) -> Ask<'static> {
        let new = json!({ "entityType": "individual", "fullName": name });
        let body = new.to_string();
        let fingerprint = fingerprint("POST", "/v1/onboardings", body.as_bytes());
        let command = Command::Onboard(serde_json::from_value(new).unwrap());
        Ask {
            caller: &CALLER,
            key: "key",
            fingerprint,
            command,
        }
    }

    #[test]
    fn fingerprints_compare_bodies_as_values() {
        let one = fingerprint("POST", "/a?b=1", br#"{"x":1,"y":[2]}"#);
        assert_eq!(
            one,
            fingerprint("POST", "/a?b=1", b"{ \"y\": [2], \"x\": 1 }")
        );
        for other in [
            fingerprint("PUT", "/a?b=1", br#"{"x":1,"y":[2]}"#),
            fingerprint("POST", "/a?b=2", br#"{"x":1,"y":[2]}"#),
            fingerprint("POST", "/a?b=1", br#"{"x":1,"y":[3]}"#),
        ] {
            assert_ne!(one, other);
        }
    }

    #[tokio::test]
    async fn a_key_is_remembered_for_a_day() {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let deployment = deployment(&now).await;
        let first = deployment.write(onboard("Ada")).await.unwrap();
        assert!(!first.replayed);
        let again = deployment.write(onboard("Ada")).await.unwrap();
        assert_eq!((again.replayed, &again.body), (true, &first.body));
        assert_eq!(
            deployment.write(onboard("Eve")).await.unwrap_err().code,
            "duplicate_idempotency_key"
        );
        now.fetch_add(24 * 60 * 60, Ordering::Relaxed);
        assert!(deployment.write(onboard("Ada")).await.unwrap().replayed);
        now.fetch_add(1, Ordering::Relaxed);
        let later = deployment.write(onboard("Eve")).await.unwrap();
        assert!(!later.replayed && later.body != first.body);
        let mut connection = deployment.store.read().await.unwrap();
        assert_eq!(count::<Onboarding>(&mut connection).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn of_equal_requests_at_once_one_takes_effect() {
        let deployment = deployment(&Arc::new(AtomicI64::new(1_000_000))).await;
        let answers =
            futures::future::join_all((0..20).map(|_| deployment.write(onboard("Ada")))).await;
        let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert!(!done.is_empty());
        assert!(
            refused
                .into_iter()
                .all(|answer| answer.unwrap_err().code == "idempotency_key_in_flight")
        );
        let mut connection = deployment.store.read().await.unwrap();
        assert_eq!(count::<Onboarding>(&mut connection).await.unwrap(), 1);
        assert!(
            deployment.in_flight.lock().unwrap().is_empty(),
            "nobody holds the key any more"
        );
    }
}
