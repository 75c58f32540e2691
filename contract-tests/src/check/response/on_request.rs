//! `response.on_request`

use crate::{
    check::{Check, Phase},
    context::{Context, Resource},
    exchange::Exchange,
    finding::{Finding, Verdict},
    request::Request,
    rules::infer::{OnRequest, on_request},
    wire,
};
use counterpart_model::api::{Api, Operation, ParameterLocation, Shape};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use std::sync::Arc;

/// So many resources are asked for.
const TRIED: usize = 3;

/// What is told only when a parameter asks for it is told then, and only then.
pub(super) struct OnlyOnRequest;

impl Check for OnlyOnRequest {
    fn id(&self) -> &'static str {
        "response.on_request"
    }

    fn about(&self) -> &'static str {
        "Where a description says that something in an answer is present only if a parameter asks for it, it is missing, or \
         null, without; where it says *if, and only if*, it is there with it."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        !on_request(api, operation).is_empty()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let resources = context.resources(operation).await;
            for told in on_request(&context.api, operation) {
                for resource in resources.iter().take(TRIED) {
                    self.look(context, operation, resource, &told, &mut verdict)
                        .await;
                    if !verdict.findings.is_empty() {
                        return verdict;
                    }
                }
            }
            if verdict.cases == 0 {
                verdict.skip("nothing is known that could be asked for");
            }
            verdict
        }
        .boxed()
    }
}

impl OnlyOnRequest {
    async fn look(
        &self,
        context: &Context,
        operation: &Operation,
        resource: &Resource,
        told: &OnRequest,
        verdict: &mut Verdict,
    ) {
        let Some(plain) = context.bare_request(operation, resource) else {
            return;
        };
        if plain.query.iter().any(|(name, _)| *name == told.parameter) {
            return verdict.skip(format!("`{}` is always asked with", told.parameter));
        }
        let asking = asking(context, operation, plain.clone(), told);
        let asked = format!("{}={}", told.parameter, told.value);
        for (request, wanted) in std::iter::once((plain, false)).chain(asking.map(|it| (it, true)))
        {
            let exchange = context.send(request).await;
            let Some(there) = is_there(&exchange, told, wanted) else {
                verdict.skip(exchange.status_text());
                continue;
            };
            if there == wanted {
                verdict.pass();
                continue;
            }
            let (title, expected, actual) = match wanted {
                true => (
                    format!("`{}` is missing with {asked}", told.place),
                    "there",
                    "missing",
                ),
                false => (
                    format!("`{}` is there without {asked}", told.place),
                    "missing",
                    "there",
                ),
            };
            let finding = Finding::new(self.id(), &operation.id, title)
                .promise(&told.said, &operation.origin)
                .expected(expected, actual)
                .cause(format!("{} {} {}", self.id(), operation.id, told.place))
                .input(asked);
            return verdict.fail(finding.step(&exchange));
        }
    }
}

/// The request that asks for it; `None` where nothing is said of what comes then.
fn asking(
    context: &Context,
    operation: &Operation,
    request: Request,
    told: &OnRequest,
) -> Option<Request> {
    let mut parameters = operation.parameters.iter();
    let parameter = parameters
        .find(|it| it.location == ParameterLocation::Query && it.name == told.parameter)?;
    let schema = parameter.schema()?;
    let api = &context.api;
    let text = Value::String(told.value.clone());
    let value = match &api.schema(api.resolve(schema)).shape {
        Shape::Array { .. } => json!([text]),
        _ => text,
    };
    told.always.then(|| wire::place(request, parameter, &value))
}

/// Whether an answer has it: where it is asked for, whatever it is; where it is not, null and what is empty are as good as
/// nothing.
fn is_there(exchange: &Arc<Exchange>, told: &OnRequest, wanted: bool) -> Option<bool> {
    let body = exchange.json().filter(|_| exchange.succeeded())?;
    let members = body.is_object();
    members.then(|| match told.place.get(&body) {
        None => false,
        Some(_) if wanted => true,
        Some(Value::Null) => false,
        Some(Value::Array(all)) => !all.is_empty(),
        Some(Value::Object(all)) => !all.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    })
}
