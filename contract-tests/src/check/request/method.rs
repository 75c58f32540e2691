//! `method.not_allowed`

use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
    rules::infer::{clauses, says},
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// A method that a path does not have is refused with 405 and `Allow`.
pub(super) struct NotAllowed;

impl Check for NotAllowed {
    fn id(&self) -> &'static str {
        "method.not_allowed"
    }

    fn about(&self) -> &'static str {
        "A method that the document does not give a path is answered with 405 and an `Allow` header that lists the \
         documented ones (RFC 9110 §15.5.6); 404 and 501 pass too, 2xx never does."
    }

    fn phase(&self) -> Phase {
        Phase::Request
    }

    fn writes(&self, _: &Operation) -> bool {
        true
    }

    /// Once a path: with its first operation.
    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        api.operations
            .iter()
            .find(|other| other.path == operation.path)
            .is_some_and(|first| first.id == operation.id)
            && !undocumented(api, operation).is_empty()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let methods = undocumented(&context.api, operation);
            let Some((method, others)) = methods.split_first() else {
                return Verdict::not_exercised("every method is documented");
            };
            let resources = context.resources(operation).await;
            let known = resources.first();
            let strange = known.and_then(|known| context.strange_resource(operation, known));
            let asked = match method {
                Method::Delete => strange.as_ref(),
                _ => known,
            };
            let Some(request) =
                asked.and_then(|resource| context.bare_request(operation, resource))
            else {
                return Verdict::not_exercised("nothing is known to stand in the path");
            };
            let mut request = request;
            request.method = method.as_str().to_owned();
            request.operation = None;
            let plain = request.clone();
            let exchange = context.send(request).await;
            let mut verdict = Verdict::default();
            let Some(status) = exchange.status() else {
                return Verdict::not_exercised(exchange.status_text());
            };
            let documented: Vec<&str> = context
                .api
                .operations
                .iter()
                .filter(|other| other.path == operation.path)
                .map(|other| other.method.as_str())
                .collect();
            let finding = |title: String, expected: String, actual: String| {
                Finding::new(self.id(), &operation.id, title)
                    .promise(
                        format!("{} has {}", operation.path, documented.join(", ")),
                        &operation.origin,
                    )
                    .expected(expected, actual)
                    .cause(format!("{} {status}", self.id()))
                    .step(&exchange)
            };
            match status {
                405 => {
                    let allow = exchange.header_list("allow").unwrap_or_default();
                    let listed: Vec<String> = allow
                        .split(',')
                        .map(|method| method.trim().to_ascii_uppercase())
                        .collect();
                    let missing: Vec<&str> = documented
                        .iter()
                        .copied()
                        .filter(|method| !listed.iter().any(|one| one == method))
                        .collect();
                    let more = listed.iter().find(|one| {
                        let implied = ["HEAD", "OPTIONS", "TRACE", ""].contains(&one.as_str());
                        !implied && !is_documented(&context.api, operation, one)
                    });
                    let more = more.filter(|_| lists_exactly(&context.api, operation));
                    if missing.is_empty()
                        && let Some(more) = more
                    {
                        verdict.fail(finding(
                            format!("Allow lists {more}, which is not documented"),
                            format!("Allow: {}", documented.join(", ")),
                            format!("Allow: {allow}"),
                        ));
                    } else if missing.is_empty() && !listed.iter().any(|one| one == method.as_str())
                    {
                        verdict.pass();
                    } else {
                        verdict.fail(finding(
                            format!("Allow does not list {}", documented.join(", ")),
                            format!("Allow: {}", documented.join(", ")),
                            if allow.is_empty() {
                                "no Allow header".to_owned()
                            } else {
                                format!("Allow: {allow}")
                            },
                        ));
                    }
                }
                404 | 501 => verdict.pass(),
                401 | 403 | 429 => {
                    verdict.skip(format!("{status} came before the method was looked at"))
                }
                200..=299 => verdict.fail(finding(
                    format!(
                        "{} is answered although it is not documented",
                        method.as_str()
                    ),
                    "405".to_owned(),
                    status.to_string(),
                )),
                other => verdict.fail(finding(
                    format!("{} is answered with {other}", method.as_str()),
                    "405 with Allow".to_owned(),
                    other.to_string(),
                )),
            }
            // The others only have to be refused: one `Allow` is as good as another. Nothing is deleted for it.
            for method in others.iter().filter(|it| **it != Method::Delete) {
                let mut request = plain.clone();
                request.method = method.as_str().to_owned();
                let exchange = context.send(request).await;
                if exchange.succeeded() && verdict.findings.is_empty() {
                    verdict.fail(self.answered(operation, *method, &documented, &exchange));
                }
            }
            if methods.contains(&Method::Delete) && verdict.findings.is_empty() {
                self.undeleted(context, operation, &documented, &mut verdict)
                    .await;
            }
            verdict
        }
        .boxed()
    }
}

/// Whether a description says that `Allow` lists the documented methods and no others.
fn lists_exactly(api: &Api, operation: &Operation) -> bool {
    let texts = [&operation.description, &api.description];
    texts.into_iter().flatten().any(|text| {
        let mut said = clauses(text).into_iter();
        let exact = [
            "exactly",
            "precisely",
            "no others",
            "and only",
            "only the methods",
        ];
        let header = |it: &str| it.contains("`Allow`") || says(it, &["allow header"]);
        said.any(|it| header(&it) && says(&it, &exact) && says(&it, &["method"]))
    })
}

impl NotAllowed {
    /// `DELETE` is tried on what does not exist, and then on what was made for it.
    async fn undeleted(
        &self,
        context: &Context,
        operation: &Operation,
        documented: &[&str],
        verdict: &mut Verdict,
    ) {
        if paths::item(&operation.path).is_none() || !context.target.is_loopback() {
            return;
        }
        let resources = context.resources(operation).await;
        let known = resources.first().filter(|it| !it.invented);
        let strange = known.and_then(|known| context.strange_resource(operation, known));
        // What was made comes only where nothing was said to be deleted that does not exist.
        for strange in [strange, None] {
            let resource = match strange {
                Some(strange) => Some(strange),
                None => context.make_resource(operation).await,
            };
            let request = resource.and_then(|it| context.bare_request(operation, &it));
            let Some(mut request) = request else {
                continue;
            };
            request.method = Method::Delete.as_str().to_owned();
            request.operation = None;
            request.body = None;
            request.content_type = None;
            let exchange = context.send(request).await;
            if exchange.succeeded() {
                let found = self.answered(operation, Method::Delete, documented, &exchange);
                return verdict.fail(found);
            }
            verdict.pass();
        }
    }

    /// A method that is answered with success although no document has it.
    fn answered(
        &self,
        operation: &Operation,
        method: Method,
        documented: &[&str],
        exchange: &Arc<Exchange>,
    ) -> Finding {
        let title = format!(
            "{} is answered although it is not documented",
            method.as_str()
        );
        let promise = format!("{} has {}", operation.path, documented.join(", "));
        Finding::new(self.id(), &operation.id, title)
            .promise(promise, &operation.origin)
            .expected("405", exchange.status_text())
            .cause(format!("{} {}", self.id(), exchange.status_text()))
            .step(exchange)
    }
}

/// The methods that the path does not have; not those that a server may answer for everything.
/// Whether some path that covers this one has a method.
fn is_documented(api: &Api, operation: &Operation, method: &str) -> bool {
    let mut all = api.operations.iter();
    all.any(|other| paths::covers(&other.path, &operation.path) && other.method.as_str() == method)
}

fn undocumented(api: &Api, operation: &Operation) -> Vec<Method> {
    let has = |method: &Method| {
        let mut all = api.operations.iter();
        all.any(|other| paths::covers(&other.path, &operation.path) && other.method == *method)
    };
    // What deletes comes last: it is tried on nothing that is there.
    [Method::Put, Method::Patch, Method::Post, Method::Delete]
        .into_iter()
        .filter(|method| !has(method))
        .collect()
}
