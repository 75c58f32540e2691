//! `response.*` and `server.error`: every answer of the whole run is held to its operation.

mod consistent;
mod content_type;
mod drift;
mod echo;
mod enumeration;
mod error;
mod etag;
mod explore;
mod headers;
mod invariant;
mod links;
mod observed;
mod on_request;
mod range;
mod schema;
mod server_error;
mod status;
mod walk;

use super::{Check, ResponseCheck};
use crate::{
    context::Context,
    exchange::{Answer, Exchange},
};
use counterpart_model::api::{MediaType, Operation, Response, SchemaId, StatusKey};
use serde_json::Value;
use std::sync::Arc;

/// The checks on answers.
pub(super) fn response_checks() -> Vec<Box<dyn ResponseCheck>> {
    vec![
        Box::new(status::Status),
        Box::new(content_type::ContentType),
        Box::new(headers::Headers),
        Box::new(echo::Echo),
        Box::new(schema::Schema),
        Box::new(enumeration::Enumeration),
        Box::new(invariant::Invariants::default()),
        Box::new(consistent::Consistent::default()),
        Box::new(error::ErrorBody),
        Box::new(etag::Strong::default()),
        Box::new(server_error::ServerError),
        Box::new(drift::Drift),
    ]
}

/// The entries of the report for them: each asks once, so that there is an answer to look at, and tells
/// what the whole run's answers gave it.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    let mut checks: Vec<Arc<dyn Check>> = vec![
        Arc::new(explore::Explore),
        Arc::new(links::Links),
        Arc::new(on_request::OnlyOnRequest),
        Arc::new(range::Range),
    ];
    for check in response_checks() {
        checks.push(Arc::new(observed::Observed {
            id: check.id(),
            about: check.about(),
            told: std::sync::OnceLock::new(),
        }));
    }
    checks
}

/// The documented response for an answer; `None` also where the document refers to one that could not be read.
fn documented<'a>(operation: &'a Operation, answer: &Answer) -> Option<(StatusKey, &'a Response)> {
    let found = operation.response(answer.status);
    found.filter(|(_, response)| !response.unread)
}

/// The documented media type for an answer's content type.
fn documented_media<'a>(response: &'a Response, answer: &Answer) -> Option<&'a MediaType> {
    let content_type = answer.header("content-type")?;
    response
        .content
        .iter()
        .find(|(range, _)| crate::media::matches(range, content_type))
        .map(|(_, media)| media)
}

/// The JSON body of an answer, and the schema that is documented for it.
fn shown(operation: &Operation, exchange: &Exchange, answer: &Answer) -> Option<(SchemaId, Value)> {
    let (_, response) = documented(operation, answer)?;
    if !has_body(&exchange.request.method, answer) {
        return None;
    }
    let schema = documented_media(response, answer)?.schema?;
    Some((schema, exchange.json()?))
}

/// Whether an answer has a body to judge: HEAD, 204, 205 and 304 never do (RFC 9110 §6.4.1).
fn has_body(exchange_method: &str, answer: &Answer) -> bool {
    exchange_method != "HEAD"
        && !matches!(answer.status, 204 | 205 | 304)
        && !answer.body.is_empty()
}

/// `listCustomers 200` with the words of the document's own description.
fn describe(context: &Context, response: &Response, key: StatusKey) -> String {
    let _ = context;
    let description = response
        .description
        .trim()
        .lines()
        .next()
        .unwrap_or_default();
    if description.is_empty() {
        format!("response {key}")
    } else {
        format!("response {key}: {description}")
    }
}
