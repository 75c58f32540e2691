//! Puts a sandbox together, starts it and stops it.

use crate::clock::Clock;
use crate::credentials::{Credentials, KeyError};
use crate::fault::layer::Liar;
use crate::fault::{Fault, Faults, Operations, layer};
use crate::http::original::Original;
use crate::http::rate_limit::{self, RateLimiter};
use crate::http::{BASE, control, document, page};
use crate::service::Deployment;
use crate::store::{Database, Store, StoreError};
use crate::webhook::{self, Courier};
use crate::{api, seed, worker};
use axum::Router;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::{Next, from_fn};
use axum::response::Html;
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No credentials could be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The client for webhook deliveries could not be made.
    #[error("cannot make a client for webhook deliveries: {0}")]
    Client(#[source] reqwest::Error),
}

/// A sandbox that is yet to be started.
#[derive(Debug)]
pub struct Builder {
    database: Database,
    seed: u64,
    control: bool,
    kyb_delay: Duration,
    webhook_pause: Duration,
    rate_limit: u32,
    fault: Option<&'static Fault>,
    clock: Clock,
    credentials: Option<Credentials>,
}

/// The OpenFX reference deployment.
#[derive(Clone, Copy, Debug)]
pub struct Sandbox;

impl Sandbox {
    /// A sandbox with a database in memory, seed 1, no control endpoints and no fault.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            database: Database::Memory,
            seed: 1,
            control: false,
            kyb_delay: Duration::from_millis(300),
            webhook_pause: Duration::from_millis(500),
            rate_limit: 1_000_000,
            fault: None,
            clock: Clock::system(),
            credentials: None,
        }
    }
}

impl Builder {
    /// Where the state is kept.
    #[must_use]
    pub fn database(self, database: Database) -> Self {
        Self { database, ..self }
    }

    /// Which seed data a new database gets.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Whether there are control endpoints under `/_sandbox`.
    #[must_use]
    pub fn control(self, control: bool) -> Self {
        Self { control, ..self }
    }

    /// How long each step takes that the system does by itself: reviews and onboardings.
    #[must_use]
    pub fn kyb_delay(self, kyb_delay: Duration) -> Self {
        Self { kyb_delay, ..self }
    }

    /// How long after a failed delivery the next try comes; it doubles each time.
    #[must_use]
    pub fn webhook_pause(self, webhook_pause: Duration) -> Self {
        Self {
            webhook_pause,
            ..self
        }
    }

    /// How many requests a minute each caller may make.
    #[must_use]
    pub fn rate_limit(self, rate_limit: u32) -> Self {
        Self { rate_limit, ..self }
    }

    /// The one way in which the sandbox lies.
    #[must_use]
    pub fn fault(self, fault: Option<&'static Fault>) -> Self {
        Self { fault, ..self }
    }

    /// The clock.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Credentials to take in place of fresh ones.
    #[must_use]
    pub fn credentials(self, credentials: Credentials) -> Self {
        Self {
            credentials: Some(credentials),
            ..self
        }
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    /// When the address, the database or the keys cannot be had.
    pub async fn start(self, address: SocketAddr) -> Result<Running, SandboxError> {
        let listen = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let client = webhook::client().map_err(SandboxError::Client)?;
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Credentials::make()?,
        };
        let store = Store::open(&self.database).await?;
        seed::plant(&store, self.seed).await?;
        let deployment = Arc::new(Deployment {
            store: store.clone(),
            clock: self.clock.clone(),
            faults: Faults::of(self.fault),
            credentials: credentials.clone(),
            step: self.kyb_delay,
            wake_worker: Arc::default(),
            wake_courier: Arc::new(Notify::new()),
            in_flight: std::sync::Mutex::default(),
            remembered: std::sync::Mutex::default(),
        });
        let courier = Courier {
            store: store.clone(),
            clock: self.clock.clone(),
            faults: Faults::of(self.fault),
            client,
            pause: self.webhook_pause,
            wake: Arc::clone(&deployment.wake_courier),
        };
        let limiter = RateLimiter::new(self.rate_limit, self.clock);
        let app = app(Arc::clone(&deployment), limiter, self.fault, self.control);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let signal = async {
                // An error means that the handle is gone, which is a reason to stop as well.
                let _ = stopped.await;
            };
            if let Err(error) = axum::serve(listener, app)
                .with_graceful_shutdown(signal)
                .await
            {
                tracing::error!(%error, "the server stopped");
            }
        });
        let helpers = vec![
            tokio::spawn(worker::run(deployment)),
            tokio::spawn(courier.run()),
        ];
        let base_url = format!("http://{bound}{BASE}");
        Ok(Running {
            base_url,
            credentials,
            address: bound,
            store,
            server,
            helpers,
            stop: Some(stop),
        })
    }
}

/// The whole application.
fn app(
    deployment: Arc<Deployment>,
    limiter: RateLimiter,
    fault: Option<&'static Fault>,
    controlled: bool,
) -> Router {
    let known = document::document();
    let json = known.to_string();
    let shown = page::render(known);
    let limited = Router::new().fallback_service(
        Router::new()
            .nest_service(BASE, api::router(Arc::clone(&deployment)))
            .fallback(api::nowhere),
    );
    let limited = limited.layer(from_fn(note_original)).layer(from_fn(
        move |request: Request, next: Next| rate_limit::run(limiter.clone(), request, next),
    ));
    // The lie stands around everything, a router of its own inside, so that it may change what is routed.
    let lying = match fault {
        Some(fault) => {
            let operations = Arc::new(Operations::of(known));
            let liar = Liar {
                lie: fault.lie,
                operations,
                base: BASE,
                turn: Arc::default(),
            };
            Router::new().fallback_service(limited).layer(from_fn(
                move |request: Request, next: Next| layer::run(liar.clone(), request, next),
            ))
        }
        None => limited,
    };
    let mut app = Router::new()
        .route("/", get(move || std::future::ready(Html(shown.clone()))))
        .route(
            "/openapi.json",
            get(move || {
                std::future::ready(([(header::CONTENT_TYPE, "application/json")], json.clone()))
            }),
        );
    if controlled {
        app = app.nest(control::PREFIX, control::router(deployment));
    }
    app.fallback_service(lying)
}

async fn note_original(mut request: Request, next: Next) -> axum::response::Response {
    if request.extensions().get::<Original>().is_none() {
        let (mut parts, body) = request.into_parts();
        let original = Original::of(&parts, None);
        parts.extensions.insert(original);
        request = Request::from_parts(parts, body);
    }
    next.run(request).await
}

/// A sandbox that runs until it is shut down or dropped.
#[derive(Debug)]
pub struct Running {
    /// Where the API is, base path included.
    pub base_url: String,
    /// The credentials it takes.
    pub credentials: Credentials,
    /// The address it listens on.
    pub address: SocketAddr,
    store: Store,
    server: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Running {
    /// Answers what is under way, and stops.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have stopped by itself; then nobody listens.
            let _ = stop.send(());
        }
        // Connections that stay open do not hold up the end for ever.
        if tokio::time::timeout(Duration::from_secs(5), &mut self.server)
            .await
            .is_err()
        {
            self.server.abort();
        }
        self.helpers.iter().for_each(JoinHandle::abort);
        for helper in self.helpers.drain(..) {
            // Aborted on purpose.
            let _ = helper.await;
        }
        self.store.close().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
        self.helpers.iter().for_each(JoinHandle::abort);
    }
}
