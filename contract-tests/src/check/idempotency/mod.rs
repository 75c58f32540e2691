//! `idempotency.*`: a write that is repeated with its key happens once (`x-idempotency`).

mod concurrent;
mod mismatch;
mod replay;
mod required;
mod retains;
mod scope;

use super::{Check, Phase};
use crate::{
    context::{Context, Draft},
    exchange::Exchange,
    finding::{Finding, Verdict},
    request::Request,
    rules::{ErrorShape, Idempotency, Stated},
};
use counterpart_model::api::{Api, Operation, ParameterLocation};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// The checks on idempotency.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    fn of<T: Repeated + 'static>(inner: T) -> Arc<dyn Check> {
        Arc::new(Keyed(inner))
    }
    vec![
        of(required::Required),
        of(replay::Replay),
        of(replay::ReplayHeader),
        of(mismatch::Mismatch),
        of(concurrent::Concurrent),
        of(retains::Retains),
        of(scope::Scope),
    ]
}

/// A check on a write with a key.
trait Repeated: Send + Sync {
    fn id(&self) -> &'static str;
    fn about(&self) -> &'static str;
    fn judge<'a>(&'a self, write: &'a Write<'a>) -> BoxFuture<'a, Verdict>;
}

/// A write that was accepted, and the rule that it keeps.
struct Write<'a> {
    context: &'a Context,
    operation: &'a Operation,
    rule: Stated<Idempotency>,
    errors: Option<Stated<ErrorShape>>,
    draft: Draft,
}

impl Write<'_> {
    /// A finding that quotes the rule.
    fn finding(&self, check: &'static str, title: impl Into<String>) -> Finding {
        let title = title.into();
        Finding::new(check, &self.operation.id, title.clone())
            .promise(
                self.rule
                    .promise(&format!("{} of requests", self.rule.name)),
                &self.rule.origin,
            )
            .cause(format!("{check} {title}"))
    }

    fn errors(&self) -> Option<&ErrorShape> {
        self.errors.as_ref().map(|stated| &stated.rule)
    }

    /// Status and code of an answer, for people.
    fn describe(&self, exchange: &Exchange) -> String {
        ErrorShape::describe(self.errors(), exchange)
    }

    /// A key that was not used.
    fn key(&self) -> String {
        key_for(self.context, self.operation, &self.rule.header)
    }

    /// The request with this key.
    fn keyed(&self, request: Request, key: &str) -> Request {
        request.set_header(&self.rule.header, key)
    }

    /// An accepted request with a key of its own that is not used up: the draft for another resource
    /// where its own is.
    async fn anew(&self) -> Draft {
        let draft = self
            .context
            .twin_of(self.operation, self.draft.clone())
            .await;
        let key = self.key();
        let mut request = self.keyed(draft.request.clone(), &key);
        // What may be used once only is used by the first of them.
        let body = draft.body.as_ref();
        let body = body.map(|body| self.context.fresh_body(self.operation, body));
        if let Some(body) = &body {
            request = request.with_json(body);
        }
        Draft {
            request,
            body,
            ..draft
        }
    }
}

/// A key that was not used, of the form that the document gives keys.
fn key_for(context: &Context, operation: &Operation, header: &str) -> String {
    let mut parameters = operation.parameters.iter();
    let schema = parameters
        .find(|it| it.location == ParameterLocation::Header && it.name.eq_ignore_ascii_case(header))
        .and_then(|it| it.schema());
    let text = schema.and_then(|schema| context.unique_text(schema));
    text.unwrap_or_else(|| format!("counterpart-{}", context.unique()))
}

/// A draft with a key: a request may do without one where the header is optional.
async fn with_key(
    context: &Context,
    operation: &Operation,
    rule: &Idempotency,
    draft: Draft,
) -> Result<Draft, String> {
    if draft.request.header(&rule.header).is_some() {
        return Ok(draft);
    }
    let draft = context.twin_of(operation, draft).await;
    let key = key_for(context, operation, &rule.header);
    let mut request = draft.request.clone().set_header(&rule.header, key);
    let body = draft.body.as_ref();
    let body = body.map(|body| context.fresh_body(operation, body));
    if let Some(body) = &body {
        request = request.with_json(body);
    }
    let exchange = context.send(request.clone()).await;
    if !exchange.succeeded() {
        return Err(format!(
            "a request with a key got {}",
            exchange.status_text()
        ));
    }
    Ok(Draft {
        request,
        body,
        exchange,
        ..draft
    })
}

struct Keyed<T>(T);

impl<T: Repeated> Check for Keyed<T> {
    fn id(&self) -> &'static str {
        self.0.id()
    }

    fn about(&self) -> &'static str {
        self.0.about()
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        Idempotency::holds_for(api, operation)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let document = context.document.as_deref();
            let rule = match Idempotency::of(&context.api, document, operation) {
                Ok(Some(rule)) => rule,
                Ok(None) => return Verdict::not_exercised("the document states no rule"),
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            let errors = match ErrorShape::of(&context.api, document) {
                Ok(errors) => errors,
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let draft = match with_key(context, operation, &rule, draft).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why),
            };
            let write = Write {
                context,
                operation,
                rule,
                errors,
                draft,
            };
            self.0.judge(&write).await
        }
        .boxed()
    }
}
