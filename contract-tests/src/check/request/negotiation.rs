//! `media.negotiated`

use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::Exchange,
    finding::{Finding, Verdict},
    media,
    request::Request,
};
use counterpart_model::api::{Api, Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// No media type that anybody has.
const NOBODYS: &str = "application/vnd.counterpart.nobody";

/// `Accept` chooses among what is documented.
pub(super) struct Negotiated;

impl Check for Negotiated {
    fn id(&self) -> &'static str {
        "media.negotiated"
    }

    fn about(&self) -> &'static str {
        "Where a response is documented with several media types, `Accept` gets each of them; where 406 is documented, a type \
         that nobody has is answered with it (RFC 9110 §12.5.1, §15.5.7)."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        operation.method.is_safe() && (offered(operation).len() > 1 || refuses(operation))
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let mut verdict = Verdict::default();
            let ask =
                |accept: &str| -> Request { draft.request.clone().set_header("Accept", accept) };
            let offered = offered(operation);
            for wanted in offered.iter().filter(|_| offered.len() > 1) {
                let exchange = context.send(ask(wanted)).await;
                let found = exchange.header("content-type").map(media::essence);
                match (exchange.status(), found) {
                    (Some(200..=299), Some(found)) if found == media::essence(wanted) => {
                        verdict.pass();
                    }
                    (Some(200..=299), Some(found)) => {
                        let title = "Accept does not get the media type it asks for";
                        verdict.fail(self.finding(operation, title, (wanted, &found), &exchange));
                    }
                    (Some(status @ 406), _) => {
                        let title = "a documented media type cannot be had";
                        let found = status.to_string();
                        verdict.fail(self.finding(operation, title, (wanted, &found), &exchange));
                    }
                    _ => verdict.skip(exchange.status_text()),
                }
            }
            if refuses(operation) {
                let exchange = context.send(ask(NOBODYS)).await;
                match exchange.status() {
                    Some(406) => verdict.pass(),
                    Some(status @ 200..=299) => {
                        let title = "a media type that nobody has is not answered with 406";
                        let found = status.to_string();
                        verdict.fail(self.finding(operation, title, ("406", &found), &exchange));
                    }
                    _ => verdict.skip(exchange.status_text()),
                }
            }
            verdict
        }
        .boxed()
    }
}

impl Negotiated {
    fn finding(
        &self,
        operation: &Operation,
        title: &str,
        (expected, actual): (&str, &str),
        exchange: &Arc<Exchange>,
    ) -> Finding {
        let response = operation.responses.iter();
        let response = response.filter(|(key, _)| key.to_string().starts_with('2'));
        let origin = response
            .map(|(_, response)| &response.origin)
            .next()
            .unwrap_or(&operation.origin);
        Finding::new(self.id(), &operation.id, title)
            .promise("the media types of the response", origin)
            .expected(expected, actual)
            .cause(format!("{} {} {title}", self.id(), operation.id))
            .step(exchange)
    }
}

/// The media types of the first documented success, those of ranges left out.
fn offered(operation: &Operation) -> Vec<&str> {
    let success = operation
        .responses
        .iter()
        .find(|(key, _)| key.to_string().starts_with('2'));
    let content = success.map(|(_, response)| response.content.keys());
    content
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|range| !range.contains('*'))
        .collect()
}

fn refuses(operation: &Operation) -> bool {
    operation.responses.contains_key(&StatusKey::Code(406))
}
