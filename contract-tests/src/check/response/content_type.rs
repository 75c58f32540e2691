//! `response.content_type`

use super::{describe, documented};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    media,
};
use counterpart_model::api::Operation;
use std::sync::Arc;

/// Every body has a documented media type and is what it says; a response without content has no body.
pub(super) struct ContentType;

impl ResponseCheck for ContentType {
    fn id(&self) -> &'static str {
        "response.content_type"
    }

    fn about(&self) -> &'static str {
        "Every body has a media type that its response documents and is well-formed in it; a response documented \
         without content has no body."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        let (key, response) = documented(operation, answer)?;
        if exchange.request.method == "HEAD" || matches!(answer.status, 100..200 | 204 | 205 | 304)
        {
            return None;
        }
        let finding = |title: String, expected: String, actual: String| {
            Finding::new(self.id(), &operation.id, title)
                .promise(describe(context, response, key), &response.origin)
                .expected(expected, actual)
                .step(exchange)
        };
        let listed: Vec<&str> = response.content.keys().map(String::as_str).collect();
        // A stream of no items is a stream.
        let streams = |media: &str| {
            let essence = media
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            ["ndjson", "jsonl", "json-seq", "event-stream"]
                .iter()
                .any(|word| essence.ends_with(word))
        };
        if answer.body.is_empty() && listed.iter().any(|media| streams(media)) {
            return Some(Vec::new());
        }
        if listed.is_empty() {
            // Of errors few documents say more than that there are some.
            if answer.body.is_empty() || answer.status >= 400 {
                return Some(Vec::new());
            }
            return Some(vec![
                finding(
                    format!(
                        "response {} has a body, and none is documented",
                        answer.status
                    ),
                    "no body".to_owned(),
                    format!("{} bytes", answer.body.len()),
                )
                .cause(format!("{} body {}", self.id(), answer.status)),
            ]);
        }
        let Some(content_type) = answer.header("content-type") else {
            if answer.body.is_empty() {
                // A schema that nothing is valid by leaves nothing to send.
                let schemas = response
                    .content
                    .values()
                    .filter_map(|content| content.schema);
                if schemas.clone().count() > 0
                    && schemas.clone().all(|schema| !context.is_fillable(schema))
                {
                    return None;
                }
                return Some(vec![
                    finding(
                        format!("response {} has no body", answer.status),
                        listed.join(" or "),
                        "an empty body".to_owned(),
                    )
                    .cause(format!("{} empty {}", self.id(), answer.status)),
                ]);
            }
            return Some(vec![
                finding(
                    "the response has no content type".to_owned(),
                    listed.join(" or "),
                    "no Content-Type header".to_owned(),
                )
                .cause(format!("{} missing", self.id())),
            ]);
        };
        if !listed
            .iter()
            .any(|range| media::matches(range, content_type))
        {
            return Some(vec![
                finding(
                    format!(
                        "content type {} is not documented",
                        media::essence(content_type)
                    ),
                    listed.join(" or "),
                    content_type.to_owned(),
                )
                .cause(format!("{} {}", self.id(), media::essence(content_type))),
            ]);
        }
        if media::is_json(content_type)
            && let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body)
        {
            return Some(vec![
                finding(
                    "the body is not the JSON it says it is".to_owned(),
                    "well-formed JSON".to_owned(),
                    error.to_string(),
                )
                .cause(format!("{} malformed", self.id())),
            ]);
        }
        Some(Vec::new())
    }
}
