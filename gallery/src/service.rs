//! From bytes to an operation and back: what every request goes through.

use crate::answer::{Asked, Body, Reply};
use crate::crash::crash;
use crate::document::Document;
use crate::faults::{self, Fault};
use crate::state::{State, position};
use crate::{API_KEY, artists, artworks, loans, patrons, rooms, visits};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use counterpart_model::api::Operation;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest body that is read, in bytes.
const LIMIT: usize = 8 << 20;

/// The gallery.
pub(crate) struct Service {
    document: Document,
    fault: Option<&'static Fault>,
    state: Mutex<State>,
    asked: Arc<AtomicU64>,
}

pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new().fallback(answer).with_state(service)
}

async fn answer(Shared(service): Shared<Arc<Service>>, request: Request) -> Response {
    service.asked.fetch_add(1, Ordering::Relaxed);
    let (parts, body) = request.into_parts();
    let read = if service.is("body-first-piece") {
        // As if all of it had to be there at once.
        let first = body.into_data_stream().next().await;
        first.transpose().map(Option::unwrap_or_default)
    } else {
        to_bytes(body, LIMIT).await
    };
    let reply = match read {
        Ok(bytes) => {
            let headers = parts.headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            });
            let asked = Asked {
                query: url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes())
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect(),
                headers: headers.collect(),
                bytes,
                ..Asked::default()
            };
            service.handle(parts.method.as_str(), parts.uri.path(), asked)
        }
        Err(_) => Reply::error(400, "the body is too long, or it broke off", None),
    };
    response(&reply)
}

fn response(reply: &Reply) -> Response {
    let (media_type, bytes) = match &reply.body {
        Body::Empty | Body::Broken => (None, bytes::Bytes::new()),
        Body::Json(value) => (
            Some("application/json".to_owned()),
            value.to_string().into(),
        ),
        Body::Bytes(media_type, bytes) => (Some(media_type.clone()), bytes.clone()),
    };
    let body = match &reply.body {
        Body::Broken => axum::body::Body::from_stream(futures::stream::once(async {
            Err::<bytes::Bytes, _>(std::io::Error::other("the gallery fell over"))
        })),
        _ => bytes.into(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or_default();
    if let Some(value) = media_type.and_then(|it| HeaderValue::try_from(it).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(value),
        ) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl Service {
    pub(crate) fn new(text: &str, fault: Option<&'static Fault>) -> Result<Self, String> {
        Ok(Self {
            document: Document::load(text, fault)?,
            fault,
            state: Mutex::new(State::seeded()),
            asked: Arc::default(),
        })
    }

    /// Without what a gallery has from the beginning.
    pub(crate) fn emptied(mut self) -> Self {
        self.state = Mutex::default();
        self
    }

    /// How many requests there were.
    pub(crate) fn asked(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.asked)
    }

    fn is(&self, name: &str) -> bool {
        self.fault.is_some_and(|fault| fault.name == name)
    }

    fn handle(&self, method: &str, path: &str, mut asked: Asked) -> Reply {
        let Some((operations, values)) = path
            .strip_prefix("/v1")
            .and_then(|path| self.document.at(path))
        else {
            return Reply::error(404, "there is nothing here", None);
        };
        asked.path = values;
        let found = operations
            .iter()
            .find(|operation| operation.method.as_str() == method);
        let Some(operation) = found else {
            return self.other_method(&operations);
        };
        asked.operation.clone_from(&operation.id.0);
        let reply = self.operate(operation, &mut asked);
        match self.fault {
            Some(fault) => faults::distort(fault, &asked, reply),
            None => reply,
        }
    }

    fn other_method(&self, operations: &[&Operation]) -> Reply {
        if self.is("method-answered") {
            return Reply::json(200, json!({}));
        }
        let allowed: Vec<&str> = operations
            .iter()
            .map(|operation| operation.method.as_str())
            .collect();
        let reply = Reply::error(405, "not with this method", None);
        if self.is("method-without-allow") {
            return reply;
        }
        reply.header("allow", allowed.join(", "))
    }

    fn operate(&self, operation: &Operation, asked: &mut Asked) -> Reply {
        if !operation.security.is_empty() && !self.lets_in(asked) {
            return Reply::error(401, "the key is missing or wrong", None);
        }
        if let Some(crash) = crash(asked, &|name| self.is(name)) {
            return crash;
        }
        if let Some(refusal) = self.document.refusal(operation, asked) {
            return refusal;
        }
        if operation.body.is_some()
            && let Err(refusal) = self.read_body(operation, asked)
        {
            return refusal;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is = |name: &str| self.is(name);
        match operation.tags.first().map_or("", String::as_str) {
            "Artists" => artists::operate(&mut state, asked, &is),
            "Artworks" => artworks::operate(&mut state, asked, &is),
            "Loans" => loans::operate(&mut state, asked, &is),
            "Patrons" => patrons::operate(&mut state, asked, &is),
            "Rooms" => rooms::operate(&mut state, asked, &is),
            "Visits" => visits::operate(&mut state, asked, &is),
            _ => Reply::json(200, json!({ "status": "ok" })),
        }
    }

    fn lets_in(&self, asked: &Asked) -> bool {
        let key = asked.header("x-api-key");
        if self.is("auth-none")
            || self.is("auth-delete-open") && asked.operation.starts_with("delete")
        {
            return true;
        }
        if self.is("auth-any-key") {
            return key.is_some();
        }
        if self.is("auth-key-prefix") {
            return key.is_some_and(|key| key.starts_with("gallery") || API_KEY.starts_with(key));
        }
        key == Some(API_KEY)
    }

    fn read_body(&self, operation: &Operation, asked: &mut Asked) -> Result<(), Reply> {
        let known = operation.body.iter().flat_map(|body| body.content.keys());
        let known: Vec<&str> = known.map(String::as_str).collect();
        let content_type = asked
            .header("content-type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let (essence, parameters) = content_type.split_once(';').unwrap_or((&content_type, ""));
        let essence = essence.trim();
        if asked.bytes.is_empty() {
            return Err(Reply::error(400, "there is no body", None));
        }
        let charset = parameters
            .split_once("charset=")
            .map(|(_, value)| value.trim().trim_matches('"'));
        let readable = charset.is_none_or(|it| it == "utf-8" || it == "utf8");
        if (!known.contains(&essence) || !readable) && !self.is("media-any") {
            return Err(Reply::error(415, "the body has another content type", None));
        }
        if essence == "image/png" {
            return Ok(());
        }
        let body: Value = if essence.contains("form") {
            let whole = asked.header("content-type").unwrap_or_default();
            match self.document.form(operation, whole, &asked.bytes) {
                Ok(body) => body,
                Err(why) => return Err(Reply::error(400, why, None)),
            }
        } else {
            match serde_json::from_slice(&asked.bytes) {
                Ok(body) => body,
                Err(_) if self.is("crash-malformed") => {
                    return Err(Reply::error(500, "oops", None));
                }
                Err(_) => return Err(Reply::error(400, "the body is no JSON", None)),
            }
        };
        if !self.document.takes(operation, &body) {
            if self.is("crash-invalid-body") {
                return Err(Reply::error(500, "oops", None));
            }
            if self.is("artist-refused-kept") && operation.id.0 == "updateArtist" {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                let at = position(&state.artists, asked.id());
                let members = body.as_object().cloned().unwrap_or_default();
                if let Some(artist) = at.and_then(|at| state.artists.get_mut(at)) {
                    for (name, value) in members {
                        artist[name] = value;
                    }
                }
            }
            return Err(Reply::error(400, "the body is not valid", Some("body")));
        }
        asked.body = body;
        Ok(())
    }
}
