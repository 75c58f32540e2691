//! A reference deployment of the second vendor's API: the generated traits, implemented in memory.
//!
//! It shows that nothing in the tools knows OpenFX: another document (3.1, with `if`/`then` and `webhooks`), another
//! error shape, another way of paging, other credentials. `docs/platnova.md` tells what it does.

// Its macros are used by the modules below it.
#[macro_use]
mod answer;

mod api;
mod customer;
mod review;
mod state;

use state::State;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a deployment is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The keys that are let in, in `X-API-KEY` or `api-key`.
    pub api_keys: Vec<String>,
    /// How long a review takes.
    pub review: Duration,
    /// How many requests a minute are allowed.
    pub rate_limit: u32,
    /// How many customers there are from the start.
    pub customers: usize,
    /// Where webhooks go, and the secret they carry.
    pub webhook: Option<Webhook>,
}

/// Where webhooks go.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The subscriber's URL.
    pub url: String,
    /// What `X-WEBHOOK-SECRET` carries.
    pub secret: String,
}

impl std::fmt::Debug for Webhook {
    // The secret stays out of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Default for Options {
    /// One key, `sandbox-key`; reviews of 200 ms; 45 customers; no webhooks.
    fn default() -> Self {
        Self {
            api_keys: vec!["sandbox-key".to_owned()],
            review: Duration::from_millis(200),
            rate_limit: 1_000_000,
            customers: 45,
            webhook: None,
        }
    }
}

/// Why a deployment does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Webhooks cannot be sent there.
    #[error("cannot send webhooks: {0}")]
    Webhook(#[source] platnova::client::ClientError),
}

/// A deployment that runs until it is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it is, `/v1` included.
    pub base_url: String,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts a deployment.
///
/// # Errors
/// When the address cannot be had, or the webhook's URL is none.
pub async fn start(address: SocketAddr, options: Options) -> Result<Running, StartError> {
    let listen = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    let sender = match &options.webhook {
        Some(webhook) => {
            Some(platnova::client::Sender::new(&webhook.url).map_err(StartError::Webhook)?)
        }
        None => None,
    };
    let state = Arc::new(State::new(options));
    let limits = platnova_limits();
    let router = platnova::server::router(Arc::clone(&state), Arc::clone(&state), limits);
    let app = axum::Router::new().nest("/v1", router);
    let server = async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "the server stopped");
        }
    };
    Ok(Running {
        base_url: format!("http://{bound}/v1"),
        tasks: vec![
            tokio::spawn(server),
            tokio::spawn(review::run(state, sender)),
        ],
    })
}

/// Documents are images in base64: a request may be long.
fn platnova_limits() -> counterpart_runtime::server::Options {
    counterpart_runtime::server::Options {
        body_limit: 24 << 20,
    }
}
