//! Where requests go.

mod http;
mod service;

pub use http::TargetError;

use crate::{
    exchange::{Answer, Failure},
    request::Delivery,
};
use bytes::Bytes;
use http::HttpTarget;
use service::ServiceTarget;
use std::time::Duration;
use tower::{BoxError, Service};

/// A deployment: behind a base URL, or in this process.
#[derive(Clone, Debug)]
pub struct Target(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Http(HttpTarget),
    Service(ServiceTarget),
}

impl Target {
    /// A deployment behind a base URL.
    ///
    /// # Errors
    /// When the URL is not `http` or `https` with a host.
    pub fn http(base_url: &str) -> Result<Self, TargetError> {
        Ok(Self(Kind::Http(HttpTarget::new(base_url)?)))
    }

    /// A service in this process, such as an `axum::Router`, asked without a socket. `base_path` is what the paths of
    /// the document stand below: `/v1`, or nothing.
    pub fn service<S, B>(base_path: &str, service: S) -> Self
    where
        S: Service<::http::Request<axum::body::Body>, Response = ::http::Response<B>>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Kind::Service(ServiceTarget::new(base_path, service)))
    }

    /// With caps on what one response may take: time, and bytes of its body.
    #[must_use]
    pub fn within(mut self, time: Duration, bytes: usize) -> Self {
        match &mut self.0 {
            Kind::Http(target) => target.limit(time, bytes),
            Kind::Service(target) => target.limit(time, bytes),
        }
        self
    }

    /// The base URL, without a `/` at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match &self.0 {
            Kind::Http(target) => target.base_url(),
            Kind::Service(target) => target.base_url(),
        }
    }

    /// The path of the base URL, without a `/` at its end.
    #[must_use]
    pub fn base_path(&self) -> &str {
        match &self.0 {
            Kind::Http(target) => target.base_path(),
            Kind::Service(target) => target.base_path(),
        }
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.0 {
            Kind::Http(target) => target.is_loopback(),
            Kind::Service(_) => true,
        }
    }

    /// Sends one request and reads its answer, within the caps; over a connection of its own where that is wanted.
    ///
    /// # Errors
    /// When no complete response comes, or HTTP cannot carry the request.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Option<(Bytes, Delivery)>,
        fresh: bool,
    ) -> Result<Answer, Failure> {
        match &self.0 {
            Kind::Http(target) => target.send(method, url, headers, body, fresh).await,
            // In one process there is no wire.
            Kind::Service(target) => {
                let body = body.map(|(body, _)| body);
                target.send(method, url, headers, body).await
            }
        }
    }
}

/// How much of a response is waited for and read.
#[derive(Clone, Copy, Debug)]
struct Caps {
    time: Duration,
    bytes: usize,
}

impl Default for Caps {
    fn default() -> Self {
        let settings = crate::config::Settings::default();
        Self {
            time: settings.timeout,
            bytes: settings.max_response_bytes,
        }
    }
}
