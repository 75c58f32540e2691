//! `request.not_found`

use crate::{
    check::{Check, Phase},
    context::{Context, Resource},
    exchange::Exchange,
    finding::{Finding, Verdict},
    request::Request,
    rules::infer::says,
};
use counterpart_model::api::{Api, Method, Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// Reading what does not exist answers 404.
pub(super) struct NotFound;

/// Writing to what does not exist answers 404.
pub(super) struct NotThere;

impl Check for NotThere {
    fn id(&self) -> &'static str {
        "resource.not_found"
    }

    fn about(&self) -> &'static str {
        "Changing, deleting or acting on a resource by an identifier of the right form that names nothing is answered with \
         404, where 404 is documented: it is neither taken nor made."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        let has = |code: &str| {
            operation
                .responses
                .keys()
                .any(|status| status.to_string() == code)
        };
        // PUT may make what it names.
        let makes = operation.method == Method::Put && has("201");
        !operation.method.is_safe() && operation.path.contains('{') && has("404") && !makes
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let stranger = context.strange_resource(operation, &draft.resource);
            let Some(request) = stranger.and_then(|it| context.bare_request(operation, &it)) else {
                return Verdict::not_exercised("no identifier is known to change into another");
            };
            let other = Request {
                path: request.path,
                ..draft.request
            };
            let mut request = context.freshened(operation, other);
            if let Some(body) = &draft.body {
                request = request.with_json(&context.fresh_body(operation, body));
            }
            let exchange = context.send(request).await;
            let mut verdict = Verdict::default();
            match exchange.status() {
                Some(404 | 410) => verdict.pass(),
                Some(status @ 200..=299) => {
                    verdict.fail(answered(self.id(), operation, status, &exchange));
                }
                _ => verdict.skip(format!("no judgement from {}", exchange.status_text())),
            }
            verdict
        }
        .boxed()
    }
}

impl Check for NotFound {
    fn id(&self) -> &'static str {
        "request.not_found"
    }

    fn about(&self) -> &'static str {
        "Reading a resource by an identifier of the right form that names nothing answers 404, where 404 is documented."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        operation.method == Method::Get && operation.path.contains('{') && promises_404(operation)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let resources = context.resources(operation).await;
            // Where not even one that exists is known, nobody knows what reading one answers.
            let known = resources.iter().find(|known| !known.invented);
            let Some(request) = known
                .and_then(|known| context.strange_resource(operation, known))
                .and_then(|stranger| context.bare_request(operation, &stranger))
            else {
                return Verdict::not_exercised("no identifier is known to change into another");
            };
            let exchange = context.send(request).await;
            let mut verdict = Verdict::default();
            match exchange.status() {
                Some(404 | 410) => verdict.pass(),
                // The form of identifiers may be stricter than the document says.
                Some(400 | 422) => verdict.skip("the identifier was refused for its form"),
                // Where what exists is refused as well, that is not for what it is.
                Some(403) if !reads(context, operation, known).await => {
                    verdict.skip("403, and so it is for what exists");
                }
                Some(status @ (200..=299 | 403)) => {
                    verdict.fail(answered(self.id(), operation, status, &exchange));
                }
                _ => verdict.skip(format!("no judgement from {}", exchange.status_text())),
            }
            verdict
        }
        .boxed()
    }
}

/// Whether what exists can be read.
async fn reads(context: &Context, operation: &Operation, known: Option<&Resource>) -> bool {
    match known.and_then(|known| context.bare_request(operation, known)) {
        Some(request) => context.send(request).await.succeeded(),
        None => false,
    }
}

/// Whether an operation documents 404: by its code, its range, or a `default` that is said to be for what is not found.
fn promises_404(operation: &Operation) -> bool {
    operation.response(404).is_some_and(|(key, response)| {
        key != StatusKey::Default || says(&response.description, &["not found", "does not exist"])
    })
}

/// What does not exist, and an answer as if it did.
fn answered(
    check: &'static str,
    operation: &Operation,
    status: u16,
    exchange: &Arc<Exchange>,
) -> Finding {
    let title = format!("what does not exist is answered with {status}");
    Finding::new(check, &operation.id, title)
        .promise("response 404", &operation.origin)
        .expected("404", status.to_string())
        .cause(format!("{check} {status}"))
        .step(exchange)
}
