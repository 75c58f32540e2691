//! A gallery's API: what the contract tests are tried on where a document says nothing but OpenAPI.
//!
//! `spec/gallery.yaml` (3.1) and `spec/gallery-3.0.yaml` describe it. It keeps everything in memory, and can be started
//! with a [`Fault`]: one lie, and nothing else wrong.

mod answer;
mod artists;
mod artworks;
mod crash;
mod document;
mod faults;
mod loans;
mod patrons;
mod rooms;
mod service;
mod state;
mod visits;

pub use faults::{Effect, Fault, faults};

use service::Service;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The key that opens everything.
pub const API_KEY: &str = "gallery-key";

/// Why a gallery does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The document cannot be used.
    #[error("the gallery's document: {0}")]
    Document(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// A gallery that runs until it is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it is.
    pub base_url: String,
    asked: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Running {
    /// How many requests it has got.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A gallery without a socket, as `spec/gallery.yaml` describes it: its paths stand below `/v1`.
///
/// # Errors
/// When the document cannot be used.
pub fn router(fault: Option<&'static Fault>) -> Result<axum::Router, StartError> {
    let service = Service::new(include_str!("../../spec/gallery.yaml"), fault);
    Ok(service::router(Arc::new(
        service.map_err(StartError::Document)?,
    )))
}

/// The same before anything has happened: its lists are empty.
///
/// # Errors
/// When the document cannot be used.
pub fn empty_router(fault: Option<&'static Fault>) -> Result<axum::Router, StartError> {
    let service = Service::new(include_str!("../../spec/gallery.yaml"), fault);
    let service = service.map_err(StartError::Document)?.emptied();
    Ok(service::router(Arc::new(service)))
}

/// Starts a gallery on a free port of this machine, as `spec/gallery.yaml` describes it.
///
/// # Errors
/// When there is none, or the document cannot be used.
pub async fn start(fault: Option<&'static Fault>) -> Result<Running, StartError> {
    start_as(include_str!("../../spec/gallery.yaml"), fault).await
}

/// Starts a gallery that holds requests to this document: the same API, in another version of OpenAPI.
///
/// # Errors
/// When there is no free port, or the document cannot be used.
pub async fn start_as(
    document: &str,
    fault: Option<&'static Fault>,
) -> Result<Running, StartError> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    listen_on(document, fault, anywhere).await
}

/// Starts a gallery at this address; port 0 takes a free one.
///
/// # Errors
/// When it cannot be listened on, or the document cannot be used.
pub async fn listen_on(
    document: &str,
    fault: Option<&'static Fault>,
    address: SocketAddr,
) -> Result<Running, StartError> {
    let listen = |source| StartError::Listen { address, source };
    let service = Service::new(document, fault).map_err(StartError::Document)?;
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    let asked = service.asked();
    let router = service::router(Arc::new(service));
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the gallery stopped");
        }
    });
    Ok(Running {
        base_url: format!("http://{bound}/v1"),
        asked,
        task,
    })
}
