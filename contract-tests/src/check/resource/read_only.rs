//! `resource.read_only`

use super::{
    FamilyCheck, Subject,
    compare::same,
    family::{Family, Role},
    made::Made,
};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    rules::infer::{
        envelope::{core, core_of},
        is_lock, properties_of_any,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, Method, Operation, SchemaId},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// Numbers that are this near may be counted.
const NEAR: f64 = 100.0;
/// So far away no count is by itself.
const FAR: i64 = 4321;

/// A client cannot set what is `readOnly`.
pub(super) struct ReadOnly;

impl FamilyCheck for ReadOnly {
    fn id(&self) -> &'static str {
        "resource.read_only"
    }

    fn about(&self) -> &'static str {
        "A `readOnly` property that a client sends is ignored or refused, never taken over."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let changes =
            family.role == Role::Update && family.create.is_some() && family.read.is_some();
        let own = family.create.filter(|_| family.role == Role::Create);
        own.or(changes.then_some(family.own)).is_some_and(|create| {
            body_of(create).is_some_and(|schema| !read_only(api, core(api, schema).1).is_empty())
        })
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let base = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let context = of.context;
            let Some(schema) = body_of(of.operation) else {
                return Verdict::not_exercised("the body is no JSON");
            };
            if of.family.role == Role::Update {
                return self.changed(of, &base, schema).await;
            }
            let mut verdict = Verdict::default();
            let (place, inner) = core(&context.api, schema);
            let answer = |made: &Made| {
                let shown = of.shown(of.operation, &made.exchange);
                shown.map_or_else(
                    || made.answer.clone(),
                    |shown| core_of(&context.api, shown, &made.answer).1.clone(),
                )
            };
            let shown_first = answer(&base);
            for (name, id) in read_only(&context.api, inner) {
                let cases = context.generator().positives(id);
                let shown = shown_first.get(&name).cloned().unwrap_or(Value::Null);
                let other = cases
                    .cases
                    .iter()
                    .map(|case| &case.value)
                    .find(|value| !same(value, &shown) && !value.is_null());
                let (Some(other), true) = (other, !shown.is_null()) else {
                    verdict.skip(format!("`{name}` is not shown, or has one value only"));
                    continue;
                };
                let mut body = base.body.clone();
                place.child(&name).put(&mut body, other.clone());
                let Some(made) = of.make_with(&base, &body).await else {
                    verdict.pass();
                    continue;
                };
                if answer(&made).get(&name) == place.child(&name).get(&made.body) {
                    let finding = of
                        .finding(
                            self.id(),
                            format!("`{name}` is readOnly, and a client's value is taken over"),
                            "`readOnly`",
                        )
                        .expected(
                            "a value of the server's own, or a refusal",
                            other.to_string(),
                        );
                    verdict.fail(finding.step(&made.exchange));
                } else {
                    verdict.pass();
                }
            }
            verdict
        }
        .boxed()
    }
}

impl ReadOnly {
    /// The same of a change.
    async fn changed(&self, of: &Subject<'_>, made: &Made, schema: SchemaId) -> Verdict {
        let (context, api) = (of.context, &of.context.api);
        let Ok(resource) = made.resource() else {
            return Verdict::not_exercised("the answer does not tell how to reach what was made");
        };
        let (place, inner) = core(api, schema);
        let mut verdict = Verdict::default();
        for (name, id) in read_only(api, inner) {
            let shown = |exchange: &Exchange, body: &Value| {
                let shown = of.family.read.and_then(|read| of.shown(read, exchange))?;
                core_of(api, shown, body).1.get(&name).cloned()
            };
            let before = of.read(resource).await;
            let was = before.and_then(|(exchange, body)| shown(&exchange, &body));
            let cases = context.generator().positives(id);
            let values = cases.cases.iter().map(|case| &case.value);
            let other = was.as_ref().and_then(|was| {
                // What counts changes may come to any number near by.
                let near = |it: &Value| match (it.as_f64(), was.as_f64()) {
                    (Some(it), Some(was)) => (it - was).abs() < NEAR,
                    _ => false,
                };
                let mut values = values.filter(|it| !it.is_null() && !near(it) && !is_lock(&name));
                let found = values.find(|it| !same(it, was)).cloned();
                // What counts has no value of its own that is far from what it may come to.
                let far = || {
                    let far = Value::from(was.as_i64()?.checked_add(FAR)?);
                    let valid = context.judge.is_valid(id, Direction::Request, &far);
                    (valid && !is_lock(&name)).then_some(far)
                };
                found.or_else(far)
            });
            let (Some(other), Some(request)) =
                (other, context.bare_request(of.operation, resource))
            else {
                verdict.skip(format!("`{name}` is not shown, or has one value only"));
                continue;
            };
            let good = context.bodies(of.operation).into_iter().next();
            let mut body = match (of.operation.method, place.as_str()) {
                (Method::Patch, "") => Value::Null,
                _ => good.unwrap_or_default(),
            };
            body = context.with_known_ids(of.operation, &body, 0);
            body = context.fresh_body(of.operation, &body);
            body = context.addressed(of.operation, resource, &body);
            // Some of them move whenever something is changed.
            let plain = context
                .bodies(of.operation)
                .into_iter()
                .next()
                .unwrap_or_default();
            let plain = context.with_known_ids(of.operation, &plain, 0);
            let plain = context.fresh_body(of.operation, &plain);
            let plain = context.addressed(of.operation, resource, &plain);
            context.send(request.clone().with_json(&plain)).await;
            let now = of.read(resource).await;
            if now.and_then(|(exchange, body)| shown(&exchange, &body)) != was {
                verdict.skip(format!("`{name}` moves by itself"));
                continue;
            }
            place.child(&name).put(&mut body, other.clone());
            let exchange = context.send(request.with_json(&body)).await;
            if !exchange.succeeded() {
                if exchange.refused() {
                    verdict.pass();
                } else {
                    verdict.skip(exchange.status_text());
                }
                continue;
            }
            let Some((reading, after)) = of.read(resource).await else {
                continue;
            };
            if shown(&reading, &after).as_ref() == Some(&other) {
                let finding = of
                    .finding(
                        self.id(),
                        format!("`{name}` is readOnly, and a client's value is taken over"),
                        "`readOnly`",
                    )
                    .expected(was.unwrap_or_default().to_string(), other.to_string());
                verdict.fail(finding.step(&exchange).step(&reading));
            } else {
                verdict.pass();
            }
        }
        verdict
    }
}

fn body_of(operation: &Operation) -> Option<SchemaId> {
    let body = operation.body.as_ref()?;
    let json = body
        .content
        .iter()
        .filter(|(media, _)| crate::media::is_json(media));
    json.filter_map(|(_, content)| content.schema).next()
}

fn read_only(api: &Api, schema: SchemaId) -> Vec<(String, SchemaId)> {
    properties_of_any(api, schema)
        .into_iter()
        .filter(|(_, id)| api.schema(*id).read_only || api.schema(api.resolve(*id)).read_only)
        .collect()
}
