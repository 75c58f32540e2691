//! A deployment in this process: any [`tower::Service`] that takes and gives HTTP messages.

use super::Caps;
use crate::exchange::{Answer, Failure};
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures::{FutureExt as _, future::BoxFuture};
use http::{Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::{fmt, panic::AssertUnwindSafe, sync::Arc};
use tower::{BoxError, Service, ServiceExt as _};

type Answers =
    dyn Fn(Request<Body>, usize) -> BoxFuture<'static, Result<Answer, Failure>> + Send + Sync;

/// A service, and the path its operations stand below.
#[derive(Clone)]
pub(super) struct ServiceTarget {
    answer: Arc<Answers>,
    base: String,
    limits: Caps,
}

/// Stands for a host where there is none (RFC 2606 §2).
const HOST: &str = "http://in-process.invalid";

impl ServiceTarget {
    pub(super) fn new<S, B>(base_path: &str, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let answer = move |request: Request<Body>, bytes: usize| {
            let service = service.clone();
            async move {
                let broken = |error: BoxError| Failure::Broken(error.to_string());
                let response = service
                    .oneshot(request)
                    .await
                    .map_err(|error| broken(error.into()))?;
                read(response, bytes).await
            }
            .boxed()
        };
        let path = base_path.trim_matches('/');
        let mark = if path.is_empty() { "" } else { "/" };
        Self {
            answer: Arc::new(answer),
            base: format!("{HOST}{mark}{path}"),
            limits: Caps::default(),
        }
    }

    pub(super) fn limit(&mut self, time: std::time::Duration, bytes: usize) {
        self.limits = Caps { time, bytes };
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base
    }

    pub(super) fn base_path(&self) -> &str {
        self.base.get(HOST.len()..).unwrap_or_default()
    }

    pub(super) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Option<Bytes>,
    ) -> Result<Answer, Failure> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name, value.as_bytes());
        }
        let length = body.as_ref().map(Bytes::len);
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        let body = body.map_or_else(Body::empty, Body::from);
        let request = request
            .body(body)
            .map_err(|error| Failure::Unsendable(error.to_string()))?;
        // A panic of the service is its own: behind a socket it would be a connection that breaks.
        let answer = AssertUnwindSafe((self.answer)(request, self.limits.bytes)).catch_unwind();
        match tokio::time::timeout(self.limits.time, answer).await {
            Err(_) => Err(Failure::TimedOut(self.limits.time)),
            Ok(Err(_)) => Err(Failure::Broken("the service panicked".to_owned())),
            Ok(Ok(answer)) => answer,
        }
    }
}

async fn read<B>(response: Response<B>, most: usize) -> Result<Answer, Failure>
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, most).collect().await;
    let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => Failure::TooLong(most),
        None => Failure::Broken(error.to_string()),
    })?;
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: body.to_bytes(),
    })
}

impl fmt::Debug for ServiceTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTarget")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
