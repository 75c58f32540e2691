//! `media.negotiated`

use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::Exchange,
    finding::{Finding, Verdict},
    media, paths,
    request::Request,
    rules::infer::{clauses, envelope::core, properties, says},
};
use counterpart_model::api::{Api, Operation, ParameterLocation, StatusKey};
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
         that nobody has is answered with it (RFC 9110 §12.5.1, §15.5.7). Where the description says that `Accept` chooses by \
         quality, it gets the type that is more welcome."
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
            let mut offered = offered(operation);
            if is_decided_before(&context.api, operation, &offered) {
                verdict.skip("the media type was chosen when what is asked for was made");
                offered.clear();
            }
            if is_asked_otherwise(&context.api, operation, &offered) {
                verdict.skip("a parameter chooses the media type");
                offered.clear();
            }
            // Bytes that somebody has stored are of one of the media types that may be stored.
            let stored = |essence: &str| !media::is_text(essence);
            let all_stored = offered.iter().all(|it| stored(&media::essence(it)));
            if offered.len() > 1 && all_stored {
                let found = draft.exchange.header("content-type").map(media::essence);
                if found.is_none_or(|it| stored(&it)) {
                    verdict.skip("what is stored has the media type that it was stored with");
                    offered.clear();
                }
            }
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
            // Which of several is preferred is a server's to heed where it says so.
            if let [first, second, ..] = offered.as_slice()
                && chooses_by_quality(operation)
                && media::essence(first) != media::essence(second)
            {
                for (less, more) in [(first, second), (second, first)] {
                    for accept in [
                        format!("{less};q=0.3, {more};q=0.8"),
                        format!("{more}, {less};q=0.5"),
                    ] {
                        let exchange = context.send(ask(&accept)).await;
                        let found = exchange.header("content-type").map(media::essence);
                        let found = found.filter(|_| exchange.succeeded()).unwrap_or_default();
                        if found == media::essence(less) {
                            let title = "Accept gets the media type that is less welcome";
                            verdict.fail(self.finding(operation, title, (more, &found), &exchange));
                        } else if found == media::essence(more) {
                            verdict.pass();
                        } else {
                            verdict.skip(exchange.status_text());
                        }
                    }
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
pub(super) fn offered(operation: &Operation) -> Vec<&str> {
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

/// Whether what makes the resource is told in which format it is to be: a property of its body has a value for each media
/// type.
fn is_decided_before(api: &Api, operation: &Operation, offered: &[&str]) -> bool {
    let create = paths::item(paths::resource(&operation.path))
        .and_then(|(collection, _)| paths::create(api, collection));
    let Some(body) = create.and_then(|create| create.body.as_ref()) else {
        return false;
    };
    let mut schemas = body.content.values().filter_map(|content| content.schema);
    schemas.any(|schema| {
        properties(api, core(api, schema).1).iter().any(|(_, id)| {
            let choices = api.schema(api.resolve(*id)).enumeration.as_ref();
            let choices = choices.into_iter().flatten().filter_map(|it| it.as_str());
            let choices: Vec<String> = choices.map(str::to_lowercase).collect();
            let chosen = |media: &&str| choices.iter().any(|it| media.contains(it.as_str()));
            offered.len() > 1 && offered.iter().all(chosen)
        })
    })
}

/// Whether a parameter of the query chooses the media type: one with values that are called like some of them.
fn is_asked_otherwise(api: &Api, operation: &Operation, offered: &[&str]) -> bool {
    let query = operation
        .parameters
        .iter()
        .filter(|it| it.location == ParameterLocation::Query);
    let schemas = query.filter_map(|it| it.schema());
    let mut choices = schemas.filter_map(|id| api.schema(api.resolve(id)).enumeration.as_ref());
    choices.any(|choices| {
        let choices = choices.iter().filter_map(|it| it.as_str());
        let called = |choice: &str| {
            choice.len() > 2
                && offered
                    .iter()
                    .any(|media| media.contains(&choice.to_lowercase()))
        };
        choices.filter(|it| called(it)).count() > 1
    })
}

/// Whether the description says that `Accept` chooses by quality (RFC 9110 §12.4.2).
fn chooses_by_quality(operation: &Operation) -> bool {
    let said = operation.description.as_deref().unwrap_or_default();
    clauses(said).iter().any(|it| {
        let mut words = it.split(|c: char| !c.is_alphanumeric() && c != '-');
        words.any(|word| word == "Accept")
            && says(it, &["quality", "q-value", "q value", "qvalue"])
            && !says(it, &["ignored", "not heeded", "no matter"])
    })
}

fn refuses(operation: &Operation) -> bool {
    operation.responses.contains_key(&StatusKey::Code(406))
}
