//! `resource.defaults`

use super::{
    FamilyCheck, Subject,
    compare::{same, variant},
    family::Family,
    made::Made,
};
use crate::{
    finding::Verdict,
    rules::infer::{
        envelope::{core, core_of},
        properties, properties_of_any, property, variants,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, SchemaId},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// So many variants are looked at.
const VARIANTS: usize = 6;

/// A property that is left out has its default.
pub(super) struct Defaults;

impl FamilyCheck for Defaults {
    fn id(&self) -> &'static str {
        "resource.defaults"
    }

    fn about(&self) -> &'static str {
        "What is made without a property that has a `default` shows the default, also one level down."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let create = family.create.filter(|_| family.creates());
        create
            .and_then(|create| create.body.as_ref())
            .and_then(|body| body.content.values().find_map(|content| content.schema))
            .is_some_and(|schema| !defaults(api, core(api, schema).1).is_empty())
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let base = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let (context, api) = (of.context, &of.context.api);
            let Some((_, schema)) = context.body_schema(of.operation) else {
                return Verdict::not_exercised("the body is no JSON");
            };
            let mut verdict = Verdict::default();
            let place = core(api, schema).0;
            for (inner, full) in bases(of, schema, &base.body) {
                for (path, default) in defaults(api, inner) {
                    let own: Vec<String> = place.segments().chain(path.iter().cloned()).collect();
                    for left_out in left_out(api, inner, &path) {
                        let outer: Vec<String> =
                            own.get(..own.len() - left_out).unwrap_or_default().to_vec();
                        let mut body = full.clone();
                        without(&mut body, &outer);
                        if context.judge.is_valid(schema, Direction::Request, &body) {
                            self.is_default(of, &mut verdict, (&base, &body), (&path, &default))
                                .await;
                        }
                    }
                }
            }
            verdict
        }
        .boxed()
    }
}

impl Defaults {
    /// Whether what is made with a body that leaves a property out shows its default.
    async fn is_default(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        (base, body): (&Made, &Value),
        (path, default): (&[String], &Value),
    ) {
        let api = &of.context.api;
        let Some(made) = of.make_with(base, body).await else {
            return verdict.skip(format!("a body without `{}` was refused", path.join(".")));
        };
        let shown = of.shown(of.operation, &made.exchange);
        let answer = shown.map(|shown| core_of(api, shown, &made.answer));
        let declared = answer.is_some_and(|(shown, answer)| {
            let judge = &of.context.judge;
            declares(
                api,
                variant(judge, shown, Direction::Response, answer),
                path,
            )
        });
        let answer = answer.map_or(&made.answer, |(_, answer)| answer);
        let parent = path
            .len()
            .checked_sub(1)
            .and_then(|end| path.get(..end))
            .unwrap_or_default();
        let there = parent.iter().try_fold(answer, |at, name| at.get(name));
        let (true, Some(there)) = (declared, there.filter(|at| at.is_object())) else {
            return verdict.skip(format!("the answer does not show `{}`", path.join(".")));
        };
        let found = path.last().and_then(|name| there.get(name));
        if found.is_some_and(|found| same(default, found)) || found.is_none() && default.is_null() {
            return verdict.pass();
        }
        let finding = of
            .finding(
                self.id(),
                format!("`{}` was left out, and is not its default", path.join(".")),
                "the property's `default`",
            )
            .expected(
                default.to_string(),
                found.map_or_else(|| "nothing".to_owned(), ToString::to_string),
            );
        verdict.fail(finding.step(&made.exchange));
    }
}

/// Bodies to leave something out of: what was made with, and one for each other variant that there is.
fn bases(of: &Subject<'_>, schema: SchemaId, made: &Value) -> Vec<(SchemaId, Value)> {
    let api = &of.context.api;
    let (place, inner) = core(api, schema);
    let all = variants(api, inner);
    if all.is_empty() {
        return vec![(inner, made.clone())];
    }
    let bodies = of.rich_bodies(of.operation, schema).into_iter();
    let bodies: Vec<Value> = [made.clone()].into_iter().chain(bodies).collect();
    let judge = &of.context.judge;
    let takes = |variant: SchemaId, body: &Value| {
        let inner = place.get(body);
        inner.is_some_and(|it| judge.is_valid(variant, Direction::Request, it))
    };
    let one = |variant: SchemaId| {
        let body = bodies.iter().find(|body| takes(variant, body))?;
        Some((variant, body.clone()))
    };
    all.into_iter().take(VARIANTS).filter_map(one).collect()
}

/// How many names at the end of a path are left out at once: the last one, and with it the object that it stands in, where
/// that has no default of its own.
fn left_out(api: &Api, schema: SchemaId, path: &[String]) -> Vec<usize> {
    let [outer, _] = path else {
        return vec![0];
    };
    let outer = property(api, schema, outer);
    let own = outer.is_some_and(|(_, id)| default_of(api, id).is_some());
    if own { vec![0] } else { vec![0, 1] }
}

/// The optional properties with a default, down to the second level, and the defaults.
fn defaults(api: &Api, schema: SchemaId) -> Vec<(Vec<String>, Value)> {
    let mut found = Vec::new();
    for (name, id) in properties_of_any(api, schema) {
        found.extend(default_of(api, id).map(|value| (vec![name.clone()], value)));
        for (inner, id) in properties(api, id) {
            found.extend(default_of(api, id).map(|value| (vec![name.clone(), inner], value)));
        }
    }
    found
}

/// The default of a property that a client sets.
pub(super) fn default_of(api: &Api, id: SchemaId) -> Option<Value> {
    let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
    if own.write_only || target.write_only || own.read_only || target.read_only {
        return None;
    }
    let default = own.default.as_ref().or(target.default.as_ref());
    default.map(counterpart_model::api::Value::to_serde)
}

fn declares(api: &Api, schema: SchemaId, path: &[String]) -> bool {
    let mut at = schema;
    for name in path {
        match property(api, at, name) {
            Some((_, id)) => at = id,
            None => return false,
        }
    }
    true
}

fn without(body: &mut Value, path: &[String]) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut at = body;
    for name in parents {
        match at.get_mut(name) {
            Some(inner) => at = inner,
            None => return,
        }
    }
    if let Value::Object(members) = at {
        members.remove(last);
    }
}
