//! The router: one service for all operations, in the order that [`super`] tells.

use super::authenticate::{AuthError, Authenticate, Credentials};
use super::input::{Call, Incoming, Input};
use super::media;
use super::rejection::Rejection;
use super::reply::Reply;
use super::route::Routes;
use crate::Violations;
use crate::operation::OperationInfo;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What a deployment decides.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The longest body that is read, in bytes.
    pub body_limit: usize,
}

impl Default for Options {
    /// Bodies up to 1 MiB.
    fn default() -> Self {
        Self {
            body_limit: 1 << 20,
        }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, Violations>> + Send>>;
type Handler<S, C> = Box<dyn Fn(Arc<S>, Call<C>, Input) -> Answer + Send + Sync>;
type Reject<S> = fn(&S, &Rejection, &Incoming<'_>) -> Reply;

/// Operations and who serves them, on their way to a router.
pub struct Server<S, A: Authenticate> {
    service: Arc<S>,
    authenticator: Arc<A>,
    options: Options,
    reject: Reject<S>,
    routes: Routes,
    operations: HashMap<&'static str, Vec<Entry<S, A::Caller>>>,
}

impl<S: Send + Sync + 'static, A: Authenticate> Server<S, A> {
    /// A server without operations. `reject` turns rejections into answers.
    #[must_use]
    pub fn new(
        service: Arc<S>,
        authenticator: Arc<A>,
        options: Options,
        reject: Reject<S>,
    ) -> Self {
        Self {
            service,
            authenticator,
            options,
            reject,
            routes: Routes::default(),
            operations: HashMap::new(),
        }
    }

    /// Adds an operation at a path. Several may have the same path and method: the first takes a request that it
    /// can read.
    #[must_use]
    pub fn operation<F, Fut>(
        mut self,
        path: &'static str,
        info: &'static OperationInfo,
        handler: F,
    ) -> Self
    where
        F: Fn(Arc<S>, Call<A::Caller>, Input) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, Violations>> + Send + 'static,
    {
        self.routes.add(path);
        let handler: Handler<S, A::Caller> =
            Box::new(move |service, call, input| Box::pin(handler(service, call, input)));
        self.operations
            .entry(path)
            .or_default()
            .push((info, handler));
        self
    }

    /// The router.
    pub fn into_router(self) -> Router {
        let server = Arc::new(self);
        Router::new().fallback(move |request: Request| {
            let server = Arc::clone(&server);
            async move { server.answer(request).await }
        })
    }

    async fn answer(&self, request: Request) -> Response<Body> {
        let head = request.method() == Method::HEAD;
        let (parts, body) = request.into_parts();
        let none = Bytes::new();
        let mut incoming = Incoming {
            operation: None,
            parts: &parts,
            body: &none,
        };
        let mut response = match self.routed(&mut incoming, body).await {
            Ok(response) => response,
            Err(rejection) => self.refuse(&rejection, &incoming),
        };
        if head {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn routed(
        &self,
        incoming: &mut Incoming<'_>,
        body: Body,
    ) -> Result<Response<Body>, Rejection> {
        let parts = incoming.parts;
        let (template, path) = self
            .routes
            .find(parts.uri.path())
            .ok_or(Rejection::NotFound)?;
        let operations = self
            .operations
            .get(template)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let candidates = choose(operations, &parts.method);
        let Some((first, others)) = candidates.split_first() else {
            return Err(Rejection::MethodNotAllowed {
                allow: allow(operations),
            });
        };
        incoming.operation = Some(first.0);
        let body = self.read(body).await?;
        let mut answer = self.ask(first, parts, &path, &body).await;
        for other in others {
            if !matches!(
                answer,
                Err(Rejection::Invalid { .. } | Rejection::UnsupportedMediaType { .. })
            ) {
                break;
            }
            let next = self.ask(other, parts, &path, &body).await;
            // What nobody can read is told by whoever came closest.
            if next.is_ok() || told(&next) < told(&answer) {
                incoming.operation = Some(other.0);
                answer = next;
            }
        }
        answer
    }

    /// Hands a request to an operation.
    async fn ask(
        &self,
        (info, handler): &Entry<S, A::Caller>,
        parts: &Parts,
        path: &[(&'static str, String)],
        body: &Bytes,
    ) -> Result<Response<Body>, Rejection> {
        let request = Incoming {
            operation: Some(info),
            parts,
            body,
        };

        let query = parts.uri.query().unwrap_or_default();
        let credentials =
            Credentials::present(info.security, &parts.headers, query).map_err(|reason| {
                Rejection::Unauthenticated {
                    reason,
                    missing: true,
                }
            })?;
        let caller = self
            .authenticator
            .authenticate(&request, &credentials)
            .await
            .map_err(|error| match error {
                AuthError::Unauthenticated(reason) => Rejection::Unauthenticated {
                    reason,
                    missing: false,
                },
                AuthError::Forbidden(reason) => Rejection::Forbidden { reason },
            })?;

        let text = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let media_type = match info.body {
            Some(info) if !body.is_empty() => {
                let supported = info.media_types;
                let found =
                    text(header::CONTENT_TYPE).and_then(|text| media::documented(supported, text));
                Some(found.ok_or(Rejection::UnsupportedMediaType { supported })?)
            }
            _ => None,
        };
        if !media::acceptable(info.produces, text(header::ACCEPT)) {
            return Err(Rejection::NotAcceptable {
                available: info.produces,
            });
        }
        // Extensions are not cloned with the parts; a handler gets those of the request.
        let mut owned = axum::http::Request::new(()).into_parts().0;
        owned.method = parts.method.clone();
        owned.uri = parts.uri.clone();
        owned.version = parts.version;
        owned.headers = parts.headers.clone();
        owned.extensions = parts.extensions.clone();
        let parts = Arc::new(owned);
        let call = Call {
            caller,
            operation: info,
            parts: Arc::clone(&parts),
            body: body.clone(),
        };
        let input = Input {
            operation: info,
            path: path.to_vec(),
            parts,
            body: body.clone(),
            media_type,
        };
        match handler(Arc::clone(&self.service), call, input).await {
            Ok(reply) => Ok(reply.into_response()),
            Err(violations) => Err(Rejection::Invalid { violations }),
        }
    }

    async fn read(&self, body: Body) -> Result<Bytes, Rejection> {
        let limit = self.options.body_limit;
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
                Err(Rejection::PayloadTooLarge { limit })
            }
            Err(_) => Err(Rejection::Incomplete),
        }
    }

    fn refuse(&self, rejection: &Rejection, incoming: &Incoming<'_>) -> Response<Body> {
        let mut response = (self.reject)(&self.service, rejection, incoming).into_response();
        let extra = match rejection {
            Rejection::MethodNotAllowed { allow } => Some((header::ALLOW, allow.clone())),
            Rejection::Unauthenticated { .. } => incoming.operation.and_then(challenge),
            _ => None,
        };
        if let Some((name, text)) = extra
            && let Ok(value) = HeaderValue::from_str(&text)
        {
            response.headers_mut().entry(name).or_insert(value);
        }
        response
    }
}

type Entry<S, C> = (&'static OperationInfo, Handler<S, C>);

/// The operations of a method; `GET` serves `HEAD` where there is none of its own (RFC 9110 §9.3.2).
fn choose<'a, S, C>(operations: &'a [Entry<S, C>], method: &Method) -> Vec<&'a Entry<S, C>> {
    let of = |name: &str| -> Vec<_> {
        operations
            .iter()
            .filter(|(info, _)| info.method == name)
            .collect()
    };
    let found = of(method.as_str());
    if found.is_empty() && *method == Method::HEAD {
        return of("GET");
    }
    found
}

/// How many violations a rejection tells of; another rejection is further off than any number.
fn told(answer: &Result<Response<Body>, Rejection>) -> usize {
    match answer {
        Err(Rejection::Invalid { violations }) => violations.len(),
        _ => usize::MAX,
    }
}

fn allow<S, C>(operations: &[Entry<S, C>]) -> String {
    let mut methods: Vec<&str> = operations.iter().map(|(info, _)| info.method).collect();
    if methods.contains(&"GET") && !methods.contains(&"HEAD") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// `WWW-Authenticate` (RFC 9110 §11.6.1), where a scheme of `Authorization` would do.
fn challenge(info: &'static OperationInfo) -> Option<(header::HeaderName, String)> {
    info.security
        .iter()
        .flat_map(|alternative| alternative.iter())
        .find_map(|requirement| match requirement.scheme.kind {
            super::SchemeKind::Http(name) => {
                let mut name = name.to_owned();
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                Some((header::WWW_AUTHENTICATE, name))
            }
            _ => None,
        })
}
