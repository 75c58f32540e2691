//! `etag.strong`

use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
};
use counterpart_model::api::{Method, Operation};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// So many answers are remembered.
const MOST: usize = 4_000;

/// One strong ETag is one content.
#[derive(Default)]
pub(super) struct Strong(Mutex<HashMap<Asked, Shown>>);

/// What was asked, and the ETag of the answer.
type Asked = (String, String);

/// What its content comes to, and the first answer that had it.
type Shown = (u32, Arc<Exchange>);

impl ResponseCheck for Strong {
    fn id(&self) -> &'static str {
        "etag.strong"
    }

    fn about(&self) -> &'static str {
        "Two answers to the same GET with one strong ETag have the same JSON: a resource that changes has another ETag \
         (RFC 9110 §8.8.1)."
    }

    fn judge(
        &self,
        _: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        _: &Answer,
    ) -> Option<Vec<Finding>> {
        let etag = exchange.header("etag")?;
        let strong = etag.starts_with('"') && etag.len() > 2;
        if !strong || operation.method != Method::Get || exchange.status() != Some(200) {
            return None;
        }
        // Who asks, and what for, is part of what is asked (`Vary`).
        let mut headers = exchange.request.headers.clone();
        headers.sort();
        let asked = format!("{} {:?} {headers:?}", exchange.url, exchange.request.access);
        let body = exchange.json()?;
        let hash = crate::hash::of(&body.to_string());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (asked, etag.to_owned());
        let Some((was, first)) = known.get(&key) else {
            if known.len() < MOST {
                known.insert(key, (hash, Arc::clone(exchange)));
            }
            return None;
        };
        if *was == hash {
            return Some(Vec::new());
        }
        let title = "two answers with one strong ETag differ";
        let finding = Finding::new(self.id(), &operation.id, title)
            .promise(
                "an ETag tells one state from another (RFC 9110 §8.8.1)",
                &operation.origin,
            )
            .expected("another ETag for another content", etag.to_owned())
            .cause(format!("{} {}", self.id(), operation.id))
            .step(first)
            .step(exchange);
        Some(vec![finding])
    }
}
