//! Where lies about requests and answers happen: around the router, which knows nothing of them.

use super::exchange::decode_query;
use super::{Answer, Asked, Lie, Operations, Switch};
use crate::http::original::Original;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the layer needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Liar {
    pub(crate) lie: Lie,
    pub(crate) operations: Arc<Operations>,
    pub(crate) base: &'static str,
    pub(crate) turn: Arc<AtomicU64>,
}

/// Bodies beyond this pass unread: lies are about small ones.
const LIMIT: usize = 4 << 20;

/// Runs one exchange, with the lie told.
pub(crate) async fn run(liar: Liar, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // Beyond the limit the router still has to see a body that is too large, and answers 413 itself.
    let body = match to_bytes(body, LIMIT).await {
        Ok(body) => body,
        Err(_) => {
            return next
                .run(Request::from_parts(parts, Body::from(vec![b' '; LIMIT])))
                .await;
        }
    };
    let path = parts
        .uri
        .path()
        .strip_prefix(liar.base)
        .unwrap_or_default()
        .to_owned();
    let asked = Asked {
        operation: liar
            .operations
            .find(parts.method.as_str(), &path)
            .to_owned(),
        method: parts.method.as_str().to_owned(),
        query: decode_query(parts.uri.query().unwrap_or_default()),
        headers: parts.headers.clone(),
        body: body.clone(),
        path,
    };
    let turn = liar.turn.fetch_add(1, Ordering::Relaxed);
    match liar.lie {
        Lie::Ask(mend) => {
            // Signatures are checked over what was sent, not over what the lie made of it.
            parts.extensions.insert(Original::of(&parts, Some(body)));
            let mut mended = asked.clone();
            mend(&mut mended);
            let body = if same(&asked, &mended) {
                asked.body
            } else {
                rewrite(&mut parts, liar.base, mended)
            };
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
        Lie::Answer(edit) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            let (mut parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let mut answer = Answer {
                status: parts.status,
                headers: parts.headers,
                body,
            };
            edit(&asked, &mut answer, turn);
            parts.status = answer.status;
            parts.headers = answer.headers;
            Response::from_parts(parts, Body::from(answer.body))
        }
        Lie::Act(switch) => {
            if let Some((name, placeholder)) = placeholder(switch) {
                // The generated router asks for every credential to be there; the authenticator looks at the
                // headers as they came.
                parts.extensions.insert(Original::of(&parts, None));
                parts
                    .headers
                    .entry(name)
                    .or_insert(HeaderValue::from_static(placeholder));
            }
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
    }
}

/// What stands in for a credential that a lie does without.
fn placeholder(switch: Switch) -> Option<(&'static str, &'static str)> {
    match switch {
        Switch::NoBearerNeeded => Some(("authorization", "Bearer nobody")),
        Switch::NoSignatureNeeded => Some(("x-signature", "none")),
        Switch::NoTimestampNeeded => Some(("x-timestamp", "0")),
        _ => None,
    }
}

fn same(asked: &Asked, mended: &Asked) -> bool {
    asked.method == mended.method
        && asked.path == mended.path
        && asked.query == mended.query
        && asked.headers == mended.headers
        && asked.body == mended.body
}

fn rewrite(parts: &mut axum::http::request::Parts, base: &str, mended: Asked) -> Bytes {
    let query = mended.query_text();
    let mark = if query.is_empty() { "" } else { "?" };
    if let Ok(uri) = format!("{base}{}{mark}{query}", mended.path).parse::<Uri>() {
        parts.uri = uri;
    }
    if let Ok(method) = mended.method.parse() {
        parts.method = method;
    }
    parts.headers = mended.headers;
    mended.body
}
