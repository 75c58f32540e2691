//! The server, and what was delivered to it.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use http::StatusCode;
use indexmap::IndexMap;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

/// Deliveries longer than this are cut off.
const LONGEST: usize = 4 << 20;
/// At most this many deliveries are kept of one mailbox.
const MOST: usize = 10_000;

/// One delivery, as it came in.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The method.
    pub method: String,
    /// The headers, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the body.
    pub body: Bytes,
    /// When it came.
    pub at: Instant,
    /// When it came, in Unix seconds.
    pub unix: i64,
    /// The status it was answered with.
    pub answered: u16,
}

impl Delivered {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON, if it is some.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// How a mailbox answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Every delivery is taken.
    Take,
    /// Each body is refused with 500 this many times before it is taken.
    FailFirst(u32),
}

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
#[error("no port to listen on: {0}")]
pub struct ListenerError(#[from] std::io::Error);

#[derive(Default)]
struct Mailbox {
    script: Option<Script>,
    delivered: Vec<Delivered>,
}

#[derive(Default)]
struct Shared {
    mailboxes: Mutex<IndexMap<String, Mailbox>>,
    arrived: Notify,
}

/// A listener. It stops when it is dropped.
pub struct Listener {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Listener {
    /// Starts listening on a free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self, ListenerError> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // An accept error ends the server; what is missing then shows as not delivered.
            let _ = axum::serve(socket, router).await;
        });
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// Opens a mailbox and tells its URL.
    #[must_use]
    pub fn open(&self, name: &str, script: Script) -> String {
        let path = format!("/{name}");
        self.shared.lock().entry(path.clone()).or_default().script = Some(script);
        format!("http://{}{path}", self.address)
    }

    /// What was delivered to a mailbox so far.
    #[must_use]
    pub fn delivered(&self, name: &str) -> Vec<Delivered> {
        self.shared
            .lock()
            .get(&format!("/{name}"))
            .map(|mailbox| mailbox.delivered.clone())
            .unwrap_or_default()
    }

    /// Waits until `enough` holds, looking again whenever something arrives; `false` when it does not
    /// in this time.
    pub async fn wait(&self, time: Duration, enough: impl Fn(&Self) -> bool) -> bool {
        let until = tokio::time::Instant::now() + time;
        loop {
            let arrived = self.shared.arrived.notified();
            if enough(self) {
                return true;
            }
            if tokio::time::timeout_at(until, arrived).await.is_err() {
                return enough(self);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, IndexMap<String, Mailbox>> {
        self.mailboxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn take(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST).await.unwrap_or_default();
    let status = {
        let mut mailboxes = shared.lock();
        match mailboxes.get_mut(parts.uri.path()) {
            None => StatusCode::NOT_FOUND,
            Some(mailbox) => {
                let before = mailbox
                    .delivered
                    .iter()
                    .filter(|known| known.body == body)
                    .count();
                let status = match mailbox.script {
                    Some(Script::FailFirst(times))
                        if u32::try_from(before).unwrap_or(u32::MAX) < times =>
                    {
                        StatusCode::INTERNAL_SERVER_ERROR
                    }
                    _ => StatusCode::NO_CONTENT,
                };
                if mailbox.delivered.len() < MOST {
                    mailbox.delivered.push(Delivered {
                        method: parts.method.to_string(),
                        headers: parts
                            .headers
                            .iter()
                            .map(|(name, value)| {
                                (
                                    name.as_str().to_owned(),
                                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                                )
                            })
                            .collect(),
                        body,
                        at: Instant::now(),
                        unix: jiff::Timestamp::now().as_second(),
                        answered: status.as_u16(),
                    });
                }
                status
            }
        }
    };
    shared.arrived.notify_waiters();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn post(url: &str, body: &'static str) -> u16 {
        let answer = reqwest::Client::new()
            .post(url)
            .header("x-one", "1")
            .body(body)
            .send()
            .await;
        answer.expect("an answer").status().as_u16()
    }

    #[tokio::test]
    async fn deliveries_are_kept_and_answers_follow_the_script() {
        let listener = Listener::start().await.expect("a port");
        let good = listener.open("good", Script::Take);
        let flaky = listener.open("flaky", Script::FailFirst(1));
        assert_eq!(post(&good, "{}").await, 204);
        assert_eq!(post(&flaky, "a").await, 500);
        assert_eq!(post(&flaky, "b").await, 500, "each body on its own");
        assert_eq!(post(&flaky, "a").await, 204);
        assert_eq!(post(&format!("{good}/else"), "{}").await, 404);
        assert!(
            listener
                .wait(Duration::ZERO, |listener| listener.delivered("flaky").len()
                    == 3)
                .await
        );
        let kept = listener.delivered("good");
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].header("X-One"), Some("1"));
        assert_eq!(&kept[0].body[..], b"{}");
    }

    #[tokio::test]
    async fn waiting_ends_when_nothing_comes() {
        let listener = Listener::start().await.expect("a port");
        let started = Instant::now();
        assert!(!listener.wait(Duration::from_millis(30), |_| false).await);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}
