//! `filter.projection`

use super::{FilterCheck, Listed};
use crate::{
    check::pagination::list::Page,
    finding::{Finding, Verdict},
    rules::infer::{Projection, projection},
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// So many properties are asked for, one by one.
const TRIED: usize = 4;

/// What tells which item it is comes along wherever items are told.
const ALONG: [&str; 12] = [
    "id", "_id", "uid", "uuid", "key", "type", "object", "kind", "href", "self", "links", "_links",
];

/// Items have the properties that were asked for.
pub(super) struct Projected;

impl FilterCheck for Projected {
    fn id(&self) -> &'static str {
        "filter.projection"
    }

    fn about(&self) -> &'static str {
        "Where a description says that with a parameter such as `fields` items have the properties that are named and no \
         others, those of a list that is asked for with it have them and no others."
    }

    fn concerns(&self, api: &Api, operation: &Operation) -> bool {
        projection(api, operation).is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(rule) = projection(&listed.context.api, listed.operation) else {
                return Verdict::not_exercised("no parameter chooses properties");
            };
            let mut verdict = Verdict::default();
            for names in choices(listed, &rule) {
                self.look(listed, &mut verdict, &rule, &names).await;
                if !verdict.findings.is_empty() {
                    break;
                }
            }
            verdict
        }
        .boxed()
    }
}

/// Properties to ask for: single ones that items have, and two at once.
fn choices(listed: &Listed<'_>, rule: &Projection) -> Vec<Vec<String>> {
    let held = |name: &&String| listed.items().any(|item| item.get(name.as_str()).is_some());
    let single = |name: &&String| !rule.always.contains(*name);
    let known: Vec<String> = rule
        .names
        .iter()
        .filter(held)
        .filter(single)
        .cloned()
        .collect();
    let mut all: Vec<Vec<String>> = known
        .iter()
        .take(TRIED)
        .map(|it| vec![it.clone()])
        .collect();
    if let [first, .., last] = known.as_slice() {
        all.push(vec![first.clone(), last.clone()]);
    }
    all
}

impl Projected {
    async fn look(
        &self,
        listed: &Listed<'_>,
        verdict: &mut Verdict,
        rule: &Projection,
        names: &[String],
    ) {
        let list = listed.list();
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        let asked = format!("{}={}", rule.parameter, names.join(","));
        let request = list.sized(list.largest());
        let request = list.with_several(request, listed.operation, &rule.parameter, &texts);
        let Some(request) = request else {
            return verdict.skip(format!("{asked}: it takes one value"));
        };
        let page = match list.ask(listed.context, request).await {
            Ok(page) => page,
            Err(why) => return verdict.skip(format!("{asked}: {why}")),
        };
        let Some((title, expected, actual)) = wrong(listed, &page, rule, names, &asked) else {
            return verdict.pass();
        };
        let finding = Finding::new(self.id(), &listed.operation.id, title)
            .promise(&rule.said, &listed.operation.origin)
            .expected(expected, actual)
            .cause(format!("{} {}", self.id(), listed.operation.id))
            .input(asked);
        verdict.fail(finding.step(&page.exchange));
    }
}

/// What is wrong with the items of a page that these properties were asked for.
fn wrong(
    listed: &Listed<'_>,
    page: &Page,
    rule: &Projection,
    names: &[String],
    asked: &str,
) -> Option<(String, String, String)> {
    let wanted: Vec<&String> = names.iter().chain(&rule.always).collect();
    let shown = || {
        wanted
            .iter()
            .map(|it| it.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    // What an item never has cannot be asked for.
    let everywhere = |name: &str| listed.items().all(|item| item.get(name).is_some());
    // What OData and HAL put beside the properties is none of them.
    let strange = |name: &&String| {
        !wanted.contains(name)
            && !ALONG.contains(&name.as_str())
            && !name.starts_with(['_', '@', '$'])
    };
    for item in page.items.iter().filter_map(Value::as_object) {
        if let Some(other) = item.keys().find(strange) {
            let title = format!("an item has `{other}` with {asked}");
            return Some((title, format!("{} and no others", shown()), other.clone()));
        }
        let lost = wanted
            .iter()
            .find(|it| everywhere(it) && !item.contains_key(it.as_str()));
        if let Some(lost) = lost {
            let title = format!("an item lacks `{lost}` with {asked}");
            return Some((title, shown(), format!("`{lost}` is missing")));
        }
    }
    None
}
