//! `resource.patched`

use super::{
    FamilyCheck, Subject,
    compare::same,
    defaults::default_of,
    family::{Family, Role},
    made::Made,
};
use crate::{
    context::{Resource, json_patch::is_json_patch},
    exchange::Exchange,
    finding::Verdict,
    report::is_secret_name,
    rules::infer::{
        envelope::{core, core_of},
        is_lock, properties,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, SchemaId, Shape},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use std::sync::Arc;

/// A JSON Patch does what RFC 6902 says.
pub(super) struct Patched;

/// A resource that is patched, and the schema of patches.
struct Patching<'a> {
    of: &'a Subject<'a>,
    resource: &'a Resource,
    schema: SchemaId,
}

impl FamilyCheck for Patched {
    fn id(&self) -> &'static str {
        "resource.patched"
    }

    fn about(&self) -> &'static str {
        "A JSON Patch (RFC 6902) does what its operations say: `add` inserts before an index and `-` appends, `remove` takes \
         away, a `test` that does not hold refuses the whole patch, and a patch that is refused changes nothing."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        let body = family.own.body.as_ref();
        let patches =
            body.is_some_and(|body| body.content.keys().any(|media| is_json_patch(media)));
        family.role == Role::Update && patches && family.create.is_some() && family.read.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some((_, schema)) = of.context.body_schema(of.operation) else {
                return Verdict::not_exercised("the body is no JSON");
            };
            let (made, resource) = match of.make_reachable().await {
                Ok(both) => both,
                Err(why) => return Verdict::not_exercised(why),
            };
            let patching = Patching {
                of,
                resource: &resource,
                schema,
            };
            let mut verdict = Verdict::default();
            self.tested(&patching, &mut verdict).await;
            if verdict.findings.is_empty() {
                self.listed(&patching, &mut verdict).await;
            }
            if verdict.findings.is_empty() {
                self.removed(&patching, &made, &mut verdict).await;
            }
            if verdict.cases == 0 && verdict.findings.is_empty() {
                verdict.skip("no patch was taken that says anything");
            }
            verdict
        }
        .boxed()
    }
}

impl Patching<'_> {
    /// What reading shows, without what wraps it.
    async fn shown(&self) -> Option<(Arc<Exchange>, Value)> {
        let (exchange, body) = self.of.read(self.resource).await?;
        let shown = self.of.shown(self.of.family.read?, &exchange)?;
        let inner = core_of(&self.of.context.api, shown, &body).1.clone();
        exchange.succeeded().then_some((exchange, inner))
    }

    /// Sends a patch, where it is valid by the document.
    async fn send(&self, patch: &Value) -> Option<Arc<Exchange>> {
        let context = self.of.context;
        if !context
            .judge
            .is_valid(self.schema, Direction::Request, patch)
        {
            return None;
        }
        let mut request = context.bare_request(self.of.operation, self.resource)?;
        request.content_type = context
            .body_schema(self.of.operation)
            .map(|(media, _)| media);
        Some(context.send(request.with_json(patch)).await)
    }

    /// The properties that patches can replace, with another value that each of them can be given.
    fn replaceable(&self, before: &Value) -> Vec<(String, Value)> {
        let context = self.of.context;
        let api = &context.api;
        let create = self.of.family.create.and_then(|it| context.body_schema(it));
        let Some((_, schema)) = create else {
            return Vec::new();
        };
        let all = properties(api, core(api, schema).1).into_iter();
        let changes = all.filter_map(|(name, id)| {
            let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let there = before
                .pointer(&path)
                .filter(|_| !is_lock(&name) && !is_secret_name(&name))?;
            let cases = context.generator().positives(id);
            let mut values = cases.cases.iter().map(|case| &case.value);
            let other = values.find(|it| !it.is_null() && !same(it, there))?;
            Some((path, other.clone()))
        });
        changes.collect()
    }
}

impl Patched {
    /// A test that does not hold refuses everything (RFC 6902 §5).
    async fn tested(&self, on: &Patching<'_>, verdict: &mut Verdict) {
        let Some((_, before)) = on.shown().await else {
            return;
        };
        for (path, value) in on.replaceable(&before).into_iter().take(3) {
            let set = json!({ "op": "replace", "path": path, "value": value });
            let fails = json!({ "op": "test", "path": path, "value": before.pointer(&path) });
            // Alone, and behind a change that nobody objects to.
            let alone = json!([{ "op": "test", "path": path, "value": value }]);
            for patch in [alone, json!([set, fails])] {
                let Some(answer) = on.send(&patch).await else {
                    continue;
                };
                if answer.succeeded() {
                    let title = "a patch with a `test` that does not hold is taken";
                    let finding = on.of.finding(self.id(), title, "RFC 6902 §4.6, §5");
                    let finding = finding.expected("a 4xx status", answer.status_text());
                    return verdict.fail(finding.step(&answer));
                }
                if !answer.refused() {
                    verdict.skip(answer.status_text());
                    continue;
                }
                let Some((reading, after)) = on.shown().await else {
                    return;
                };
                if after.pointer(&path) != before.pointer(&path) {
                    let title = "a patch that was refused is applied in part";
                    let finding = on
                        .of
                        .finding(self.id(), title, "RFC 5789 §2: all or nothing");
                    let finding =
                        finding.expected(text(before.pointer(&path)), text(after.pointer(&path)));
                    return verdict.fail(finding.step(&answer).step(&reading));
                }
                verdict.pass();
            }
        }
    }

    /// `add` to a list (RFC 6902 §4.1).
    async fn listed(&self, on: &Patching<'_>, verdict: &mut Verdict) {
        let api = &on.of.context.api;
        let Some(create) = on.of.family.create else {
            return;
        };
        let Some((_, made_of)) = on.of.context.body_schema(create) else {
            return;
        };
        for (name, id) in properties(api, core(api, made_of).1) {
            let list = &api.schema(api.resolve(id)).array;
            // In which order a set is nobody says.
            let Some(items) = list.items.filter(|_| !list.unique_items) else {
                continue;
            };
            let Some((_, before)) = on.shown().await else {
                return;
            };
            let Some(Value::Array(there)) = before.get(&name) else {
                continue;
            };
            let cases = on.of.context.generator().positives(items);
            let mut new: Vec<Value> = Vec::new();
            for case in &cases.cases {
                let short = case.value.to_string().len() < 200 && !case.value.is_null();
                if short && !there.contains(&case.value) && !new.contains(&case.value) {
                    new.push(case.value.clone());
                }
            }
            let [one, two, three, ..] = new.as_slice() else {
                continue;
            };
            let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let add = |at: &str, value: &Value| json!({ "op": "add", "path": format!("{path}/{at}"), "value": value });
            let mut wanted = there.clone();
            wanted.extend([one.clone(), two.clone()]);
            let appended = json!([add("-", one), add("-", two)]);
            let mut inserted = wanted.clone();
            inserted.insert(wanted.len() - 1, three.clone());
            let before_last = json!([add(&(wanted.len() - 1).to_string(), three)]);
            for (patch, wanted, what) in [
                (
                    appended,
                    wanted,
                    "`-` is behind the last item (RFC 6901 §4)",
                ),
                (
                    before_last,
                    inserted,
                    "`add` inserts before the index (RFC 6902 §4.1)",
                ),
            ] {
                let Some(answer) = on.send(&patch).await.filter(|it| it.succeeded()) else {
                    break;
                };
                let Some((reading, after)) = on.shown().await else {
                    return;
                };
                let found = after.get(&name);
                // Items may get identifiers and defaults from the server.
                let fine = found.and_then(Value::as_array).is_some_and(|found| {
                    let mut pairs = wanted.iter().zip(found);
                    found.len() == wanted.len() && pairs.all(|(one, other)| same(one, other))
                });
                if !fine {
                    let title = format!("a patch adds to `{name}` otherwise than it says");
                    let finding = on.of.finding(self.id(), title, what);
                    let finding = finding.expected(Value::Array(wanted).to_string(), text(found));
                    return verdict.fail(finding.step(&answer).step(&reading));
                }
                verdict.pass();
            }
        }
    }

    /// `remove` takes away (RFC 6902 §4.2), which leaves what is there by default.
    async fn removed(&self, on: &Patching<'_>, made: &Made, verdict: &mut Verdict) {
        let api = &on.of.context.api;
        let Some((_, made_of)) = on
            .of
            .family
            .create
            .and_then(|it| on.of.context.body_schema(it))
        else {
            return;
        };
        let optional = properties(api, core(api, made_of).1).into_iter();
        let required = &api
            .schema(api.resolve(core(api, made_of).1))
            .object
            .required;
        let optional = optional.filter(|(name, _)| !required.contains(name) && !is_lock(name));
        for (name, id) in optional {
            let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let cases = on.of.context.generator().positives(id);
            let default = default_of(api, id);
            // What is one of few values may be so by a default that nobody tells.
            let few = matches!(
                api.schema(api.resolve(id)).shape,
                Shape::Boolean | Shape::Enum(_)
            );
            if default.is_none() && few || is_secret_name(&name) {
                continue;
            }
            let other = cases.cases.iter().map(|case| &case.value).find(|value| {
                let nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                !nothing && default.as_ref().is_none_or(|default| !same(default, value))
            });
            let Some(other) = other else {
                continue;
            };
            let set = json!([{ "op": "replace", "path": path, "value": other }]);
            let removes = json!([{ "op": "remove", "path": path }]);
            if !on.send(&set).await.is_some_and(|it| it.succeeded()) {
                continue;
            }
            let Some(answer) = on.send(&removes).await.filter(|it| it.succeeded()) else {
                continue;
            };
            let Some((reading, after)) = on.shown().await else {
                return;
            };
            if after.get(&name).is_some_and(|found| same(other, found)) {
                let title = format!("`{name}` was removed, and stays");
                let finding = on.of.finding(self.id(), title, "RFC 6902 §4.2");
                let finding = finding.expected("nothing, or a default", other.to_string());
                return verdict.fail(finding.step(&made.exchange).step(&answer).step(&reading));
            }
            verdict.pass();
        }
    }
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}
