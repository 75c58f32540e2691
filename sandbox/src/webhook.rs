//! Delivers events: signed, tried again with growing pauses, never in the way of a request.

use crate::clock::Clock;
use crate::credentials::hex;
use crate::delivery_rooms::{Rooms, Turn, UnderWay};
use crate::fault::events::distort;
use crate::fault::{Faults, Switch};
use crate::ids;
use crate::store::deliveries::{self, Delivery};
use crate::store::{Store, StoreError, secrets};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sqlx::Row as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How often a failed delivery is tried again.
const RETRIES: i64 = 3;
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a delivery that was taken up and never settled (the process died) waits for the next try.
const LEASE_MILLIS: i64 = 15_000;

/// Sends what is in the queue.
#[derive(Clone, Debug)]
pub(crate) struct Courier {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) client: reqwest::Client,
    pub(crate) pause: Duration,
    pub(crate) wake: Arc<Notify>,
}

/// The client deliveries are sent with: no proxies, no redirects, no endless waits.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
}

impl Courier {
    /// Delivers until it is dropped.
    pub(crate) async fn run(self) {
        let rooms = Arc::new(Rooms::default());
        let under_way = UnderWay::default();
        let mut tasks = JoinSet::new();
        loop {
            match self.take_due().await {
                Ok(due) => {
                    for delivery in due {
                        // What waits for room longer than its lease is due again, and is not sent twice.
                        let Some(turn) = under_way.begin(&delivery) else {
                            continue;
                        };
                        let courier = self.clone();
                        let rooms = Arc::clone(&rooms);
                        tasks.spawn(async move {
                            if let Err(error) = courier.deliver(delivery, turn, &rooms).await {
                                tracing::error!(%error, "a delivery could not be settled");
                            }
                        });
                    }
                }
                Err(error) => tracing::error!(%error, "the queue of deliveries cannot be read"),
            }
            while tasks.try_join_next().is_some() {}
            let pause = self.until_next().await;
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn until_next(&self) -> Duration {
        let mut next = None;
        if let Ok(mut connection) = self.store.read().await {
            next = deliveries::next_due(&mut connection).await.unwrap_or(None);
        }
        let millis = next.map_or(60_000, |due| (due - self.clock.millis()).clamp(5, 60_000));
        Duration::from_millis(u64::try_from(millis).unwrap_or(5))
    }

    /// Takes what is due, and puts it off for as long as a delivery may take.
    async fn take_due(&self) -> Result<Vec<Delivery>, StoreError> {
        let now = self.clock.millis();
        let mut tx = self.store.write().await?;
        let due = deliveries::due(&mut tx, now, 256).await?;
        for delivery in &due {
            deliveries::settle(&mut tx, delivery, "waiting", now + LEASE_MILLIS).await?;
        }
        tx.commit().await?;
        Ok(due)
    }

    async fn deliver(
        &self,
        mut delivery: Delivery,
        turn: Turn,
        rooms: &Rooms,
    ) -> Result<(), StoreError> {
        delivery.attempts += 1;
        let Some(url) = self.receiver(&delivery).await? else {
            return self.settle(&delivery, "cancelled", 0).await;
        };
        let permit = rooms.of(&url).acquire_owned().await;
        // Only now: what waited for room may be gone, or signed with another secret.
        let taken = match self.prepare(&delivery).await? {
            Some(request) => request
                .send()
                .await
                .is_ok_and(|response| response.status().is_success()),
            None => return self.settle(&delivery, "cancelled", 0).await,
        };
        drop((permit, turn));
        if taken {
            self.settle(&delivery, "delivered", 0).await
        } else if delivery.attempts > RETRIES || self.faults.lie(Switch::NoRetry) {
            self.settle(&delivery, "failed", 0).await
        } else {
            let doubled = 1_i64 << (delivery.attempts - 1).clamp(0, 10);
            let pause = i64::try_from(self.pause.as_millis())
                .unwrap_or(0)
                .saturating_mul(doubled);
            self.settle(&delivery, "waiting", self.clock.millis() + pause)
                .await?;
            self.wake.notify_one();
            Ok(())
        }
    }

    async fn settle(
        &self,
        delivery: &Delivery,
        state: &'static str,
        due_at: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        deliveries::settle(&mut tx, delivery, state, due_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Where a delivery goes, or nothing when the subscription is gone or its URL is one that is never called.
    async fn receiver(&self, delivery: &Delivery) -> Result<Option<url::Url>, StoreError> {
        let mut connection = self.store.read().await?;
        let row = sqlx::query("SELECT body FROM webhook_subscriptions WHERE id = $1")
            .bind(&delivery.subscription_id)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(url_of(row.try_get("body")?))
    }

    /// The request, or nothing when the subscription is gone or its URL is one that is never called.
    async fn prepare(
        &self,
        delivery: &Delivery,
    ) -> Result<Option<reqwest::RequestBuilder>, StoreError> {
        let mut connection = self.store.read().await?;
        let row = sqlx::query(
            "SELECT e.body AS event, s.body AS subscription FROM events e, webhook_subscriptions s \
             WHERE e.id = $1 AND s.id = $2",
        )
        .bind(&delivery.event_id)
        .bind(&delivery.subscription_id)
        .fetch_optional(&mut *connection)
        .await?;
        let (Some(row), Some(secrets)) = (
            row,
            secrets::get(&mut connection, &delivery.subscription_id).await?,
        ) else {
            return Ok(None);
        };
        drop(connection);
        let mut body = distort(self.faults, row.try_get("event")?);
        let Some(url) = url_of(row.try_get("subscription")?) else {
            return Ok(None);
        };
        let mut event_id = delivery.event_id.clone();
        if self.faults.lie(Switch::RetryNewId) && delivery.attempts > 1 {
            let fresh = ids::fresh("evt");
            body = body.replace(&event_id, &fresh);
            event_id = fresh;
        }
        if self.faults.lie(Switch::WrongEventId) {
            event_id = ids::fresh("evt");
        }
        let mut request = self
            .client
            .post(url)
            .header("content-type", "application/json");
        if !self.faults.lie(Switch::Unsigned) {
            request = request.header("x-openfx-signature", self.sign(&secrets, &body));
        }
        if !self.faults.lie(Switch::NoTimestamp) {
            request = request.header("x-openfx-timestamp", self.clock.seconds());
        }
        Ok(Some(
            request.header("x-openfx-event-id", event_id).body(body),
        ))
    }

    fn sign(&self, secrets: &secrets::Secrets, body: &str) -> String {
        let mut secret = secrets.secret.clone();
        if self.faults.lie(Switch::WrongSecret) {
            secret = ids::signing_secret();
        }
        if self.faults.lie(Switch::OldSecretKept)
            && let Some((previous, _)) = &secrets.previous
        {
            secret.clone_from(previous);
        }
        let sorted = serde_json::from_str::<Value>(body)
            .map(|value| format!("{value:#}"))
            .unwrap_or_default();
        let message = if self.faults.lie(Switch::Reserialised) {
            sorted.as_str()
        } else {
            body
        };
        let tag = tag(&secret, message);
        if self.faults.lie(Switch::SignatureBase64) {
            STANDARD.encode(tag)
        } else {
            hex(&tag)
        }
    }
}

/// HMAC-SHA256 with the secret's whole text as key.
fn tag(secret: &str, message: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}

/// The URL of a subscription, where it may be called.
fn url_of(subscription: &str) -> Option<url::Url> {
    let subscription: Value = serde_json::from_str(subscription).unwrap_or_default();
    callable(subscription.get("url")?.as_str()?)
}

/// A URL that is called: https anywhere, http on this machine only.
fn callable(text: &str) -> Option<url::Url> {
    let url = url::Url::parse(text).ok()?;
    let loopback = match url.host()? {
        url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        url::Host::Ipv4(ip) => ip.is_loopback(),
        url::Host::Ipv6(ip) => ip.is_loopback(),
    };
    (url.scheme() == "https" || (url.scheme() == "http" && loopback)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_tag_agrees_with_the_vector_of_rfc_4231() {
        let tag = hex(&tag("Jefe", "what do ya want for nothing?"));
        assert_eq!(
            tag,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn plain_http_is_called_on_this_machine_only() {
        for good in [
            "https://example.com/x",
            "http://127.0.0.1:8080/",
            "http://localhost:1/",
            "http://[::1]:3/",
        ] {
            assert!(callable(good).is_some(), "{good}");
        }
        for bad in [
            "http://example.com/",
            "http://10.0.0.1/",
            "ftp://localhost/",
            "nonsense",
        ] {
            assert!(callable(bad).is_none(), "{bad}");
        }
    }
}
