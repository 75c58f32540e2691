//! `response.links`

use crate::{
    check::{Check, Phase},
    context::{Context, Draft, Resource},
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
    request::Request,
    rules::{Expression, Scope},
    wire,
};
use counterpart_model::api::{Api, Link, Operation, Parameter, ParameterLocation};
use futures::{FutureExt as _, future::BoxFuture};
use indexmap::IndexMap;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// What was just made may take this long to be there.
const PATIENCE: Duration = Duration::from_millis(500);

/// A documented link leads somewhere.
pub(super) struct Links;

impl Check for Links {
    fn id(&self) -> &'static str {
        "response.links"
    }

    fn about(&self) -> &'static str {
        "Where a response documents `links` (OAS §4.8.20) that read what it is about, the operation that a link leads to, asked \
         with the values it takes from the request and the answer, finds it. What other links lead to may not be there yet."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn writes(&self, operation: &Operation) -> bool {
        !operation.method.is_safe()
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        let mut links = operation
            .responses
            .values()
            .flat_map(|it| it.links.values());
        links.any(|link| target_of(api, link).is_some())
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let response = draft
                .exchange
                .status()
                .and_then(|status| operation.response(status));
            let Some((_, response)) = response else {
                return Verdict::not_exercised("its answer is not documented");
            };
            let mut verdict = Verdict::default();
            for (name, link) in &response.links {
                let Some(target) = target_of(&context.api, link) else {
                    verdict.skip(format!("`{name}` leads to no operation that reads"));
                    continue;
                };
                match led_to(context, target, link, &draft) {
                    Ok(request) => {
                        let exchange = patiently(context, request).await;
                        let own = reads_it(&context.api, operation, target);
                        judge(
                            operation,
                            (name, link, own),
                            &draft,
                            &exchange,
                            &mut verdict,
                        );
                    }
                    Err(why) => verdict.skip(format!("`{name}`: {why}")),
                }
            }
            if verdict.cases == 0 {
                verdict.skip("the answer that came documents no links");
            }
            verdict
        }
        .boxed()
    }
}

/// Whether an operation reads an item of the collection that another one makes or lists.
fn reads_it(api: &Api, operation: &Operation, target: &Operation) -> bool {
    let home = paths::home(api, &operation.path);
    paths::is_item_of(&target.path, home) || paths::is_item_of(&target.path, &operation.path)
}

/// The operation that a link leads to, where it reads, and here.
fn target_of<'a>(api: &'a Api, link: &Link) -> Option<&'a Operation> {
    if link.elsewhere {
        return None;
    }
    let target = api.operation(&link.operation.as_ref()?.0)?;
    target.method.is_safe().then_some(target)
}

/// The request that a link stands for. The error says what cannot be had.
fn led_to(
    context: &Context,
    target: &Operation,
    link: &Link,
    draft: &Draft,
) -> Result<Request, String> {
    let answer = draft.exchange.json();
    let scope = Scope {
        request: Some(&draft.request),
        path: Some(&draft.resource.path),
        body: draft.body.as_ref(),
        response: answer.as_ref(),
        resources: None,
    };
    // What stands within a text (`{$…}`) is not read.
    let embedded = |stated: &Value| stated.as_str().is_some_and(|text| text.contains("{$"));
    let value = |stated: &Value| match stated.as_str().filter(|text| text.starts_with('$')) {
        None if embedded(stated) => None,
        None => Some(stated.clone()),
        Some(text) => match text.strip_prefix("$response.header.") {
            Some(name) => draft.exchange.header(name).map(Value::from),
            None => Expression::try_from(text.to_owned()).ok()?.evaluate(&scope),
        },
    };
    let mut values = IndexMap::new();
    for (name, stated) in &link.parameters {
        let stated = stated.to_serde();
        let found = value(&stated).filter(|found| !found.is_null());
        let found =
            found.ok_or_else(|| format!("the answer has no `{}`", wire::scalar(&stated)))?;
        values.insert(name.clone(), found);
    }
    // `path.id` tells two parameters of one name apart.
    let given = |parameter: &Parameter| {
        let whole = format!("{}.{}", parameter.location.as_str(), parameter.name);
        values.get(&whole).or_else(|| values.get(&parameter.name))
    };
    let path = target
        .parameters
        .iter()
        .filter(|it| it.location == ParameterLocation::Path);
    let mut resource = Resource::default();
    for parameter in path {
        let found = given(parameter)
            .ok_or_else(|| format!("it does not say what `{}` is", parameter.name))?;
        resource
            .path
            .insert(parameter.name.clone(), wire::scalar(found));
    }
    let request = context.bare_request(target, &resource);
    let mut request = request.ok_or("no request can be made")?;
    for parameter in &target.parameters {
        if parameter.location != ParameterLocation::Path
            && let Some(found) = given(parameter)
        {
            request = wire::place(request, parameter, found);
        }
    }
    Ok(request)
}

async fn patiently(context: &Context, request: Request) -> Arc<Exchange> {
    let exchange = context.send(request.clone()).await;
    if exchange.status() != Some(404) {
        return exchange;
    }
    tokio::time::sleep(PATIENCE).await;
    context.send(request).await
}

fn judge(
    operation: &Operation,
    (name, link, own): (&str, &Link, bool),
    draft: &Draft,
    exchange: &Arc<Exchange>,
    verdict: &mut Verdict,
) {
    match exchange.status() {
        Some(200..=299) => verdict.pass(),
        Some(404 | 410) if own => {
            let finding = Finding::new(
                "response.links",
                &operation.id,
                format!("the link `{name}` leads nowhere"),
            )
            .promise(format!("link {name}"), &link.origin)
            .expected("a 2xx status", exchange.status_text())
            .step(&draft.exchange)
            .step(exchange);
            verdict.fail(finding);
        }
        _ => verdict.skip(format!("`{name}` got {}", exchange.status_text())),
    }
}
