//! `request.valid`

use crate::{
    check::{Check, Phase, request::says_of_state},
    context::Context,
    finding::{Finding, Verdict},
    rules::infer::{has_word, sentences},
};
use counterpart_model::api::{Api, Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};

/// A valid request is answered.
pub(super) struct Explore;

impl Check for Explore {
    fn id(&self) -> &'static str {
        "request.valid"
    }

    fn about(&self) -> &'static str {
        "A request that is valid by the document, sent to a resource that exists, gets a 2xx."
    }

    fn phase(&self) -> Phase {
        Phase::Explore
    }

    fn applies(&self, _: &Api, _: &Operation) -> bool {
        true
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let succeeds = operation.responses.keys().any(|key| match key {
                StatusKey::Code(code) => (200..400).contains(code),
                StatusKey::Range(digit) => (2..4).contains(digit),
                StatusKey::Default => true,
            });
            if !succeeds {
                return Verdict::not_exercised("the document names no success");
            }
            match context.accepted(operation).await {
                Ok(_) => verdict.pass(),
                // A list without parameters has nothing that could be in the wrong state.
                Err(why) if operation.method.is_safe() && !operation.path.contains('{') => {
                    let resource = crate::context::Resource::default();
                    let Some(request) = context.bare_request(operation, &resource) else {
                        return Verdict::not_exercised(why.0);
                    };
                    let exchange = context.send(request).await;
                    // Who may see something is not the document's to say, nor is what required values have to name.
                    let open = |status| {
                        matches!(status, 401 | 403 | 429)
                            || matches!(status, 404 | 409 | 410)
                                && operation.parameters.iter().any(|it| it.required)
                    };
                    // What fails is server.error's; what is said to be refused sometimes may be so now.
                    let fails = |status| status >= 500;
                    let told = |status| is_conditional(operation, status);
                    let left = |status| open(status) || fails(status) || told(status);
                    let plain = operation.parameters.is_empty() && operation.body.is_none();
                    let about_state = !plain && says_of_state(&exchange);
                    if exchange.status().is_none_or(left) || about_state {
                        return Verdict::not_exercised(exchange.status_text());
                    }
                    // Another protocol takes over, or the caller is sent elsewhere: neither is a refusal.
                    if exchange.status().is_some_and(|status| status < 400) {
                        return Verdict::not_exercised(format!(
                            "it answers {}",
                            exchange.status_text()
                        ));
                    }
                    verdict.fail(
                        Finding::new(self.id(), &operation.id, "a valid request is refused")
                            .promise(
                                "what is valid by the document is answered",
                                &operation.origin,
                            )
                            .expected("a 2xx status", exchange.status_text())
                            .step(&exchange),
                    );
                }
                Err(why) => verdict.skip(why.0),
            }
            verdict
        }
        .boxed()
    }
}

/// Whether the description says when an operation answers with a status: *returns 404 unless it is enabled*.
fn is_conditional(operation: &Operation, status: u16) -> bool {
    let said = operation.description.as_deref().unwrap_or_default();
    let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).any(|sentence| {
        sentence.contains(&status.to_string())
            && has_word(&sentence, &["if", "unless", "when", "until"])
    })
}
