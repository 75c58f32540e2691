//! `filter.several`

use super::{FilterCheck, Listed, describe};
use crate::{
    check::pagination::walk::Walk,
    finding::Verdict,
    rules::{
        Filter,
        infer::{says, several_valued, snake},
    },
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// A filter with several values.
pub(super) struct Several;

/// Which items pass a filter with several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Those with one of them.
    Any,
    /// Those with all of them.
    All,
}

impl FilterCheck for Several {
    fn id(&self) -> &'static str {
        "filter.several"
    }

    fn about(&self) -> &'static str {
        "A filter that takes a list lets through what has one of its values, or all of them where the description says so: \
         and nothing else."
    }

    fn concerns(&self, api: &Api, operation: &Operation) -> bool {
        let filters = Filter::of(api, None, operation).ok().flatten();
        let filters = filters.map(|it| it.rule).unwrap_or_default();
        let several = several_valued(api, operation);
        let mut several = several.iter();
        several.any(|it| filters.iter().any(|filter| filter.parameter == it.name))
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let api = &listed.context.api;
            for parameter in several_valued(api, listed.operation) {
                let mut filters = listed.filters.rule.iter();
                let Some(filter) = filters.find(|it| it.parameter == parameter.name) else {
                    continue;
                };
                let holds_list = listed
                    .items()
                    .any(|item| filter.item.get(item).is_some_and(Value::is_array));
                let Some(meaning) = meaning(&parameter.description, holds_list) else {
                    verdict.skip(format!(
                        "{}: the document leaves open whether one value is enough",
                        parameter.name
                    ));
                    continue;
                };
                match pair(listed, filter, meaning) {
                    Some((one, other)) => {
                        self.look(listed, &mut verdict, filter, meaning, [&one, &other])
                            .await;
                    }
                    None => verdict.skip(format!(
                        "{}: no two values that let different items through",
                        parameter.name
                    )),
                }
            }
            if verdict.cases == 0 {
                verdict.skip("no filter takes a list, or none could be tried");
            }
            verdict
        }
        .boxed()
    }
}

impl Several {
    async fn look(
        &self,
        listed: &Listed<'_>,
        verdict: &mut Verdict,
        filter: &Filter,
        meaning: Meaning,
        values: [&String; 2],
    ) {
        let list = listed.list();
        let size = list.largest();
        let asked = describe(&[(filter, values[0]), (filter, values[1])]);
        let texts = values.map(String::as_str);
        let request = list.sized(size);
        let Some(request) = list.with_several(request, listed.operation, &filter.parameter, &texts)
        else {
            return verdict.skip(format!("{asked}: it takes one value"));
        };
        let walk = Walk::from(listed.context, list, request, size).await;
        let (true, Some(first)) = (walk.is_whole(), walk.pages.first()) else {
            return verdict.skip(format!("{asked}: the list could not be walked"));
        };
        let passes = |item: &Value| {
            let held = values.map(|value| filter.passes(item, value) == Some(true));
            match meaning {
                Meaning::Any => held.contains(&true),
                Meaning::All => !held.contains(&false),
            }
        };
        let (title, expected, actual) = if let Some(item) = walk.items().find(|item| !passes(item))
        {
            let found = filter.item.get(item).map(ToString::to_string);
            (
                format!("a list with {asked} holds others too"),
                match meaning {
                    Meaning::Any => "one of the values".to_owned(),
                    Meaning::All => "all of the values".to_owned(),
                },
                found.unwrap_or_else(|| "nothing there".to_owned()),
            )
        } else {
            if let Some(finding) = listed.miscounted(self.id(), &walk, &asked).await {
                return verdict.fail(finding);
            }
            let found = walk.ids(list);
            let mut items = listed.items().filter(|item| passes(item));
            let missing = items.find(|item| !found.contains(&list.identity(item)));
            let Some(item) = missing else {
                return verdict.pass();
            };
            if !listed.reference.is_unchanged(listed.context).await {
                return verdict.skip("the list changed meanwhile");
            }
            (
                format!("a list with {asked} leaves out what passes"),
                format!("{} in it", list.identity(item)),
                format!("{} others", found.len()),
            )
        };
        let finding = listed.finding(self.id(), title).expected(expected, actual);
        verdict.fail(finding.input(asked).step(&first.exchange));
    }
}

/// A property with one value cannot have two; of a list the description tells which of the two is meant.
fn meaning(said: &str, holds_list: bool) -> Option<Meaning> {
    if !holds_list {
        return Some(Meaning::Any);
    }
    let plain = said.replace(['*', '_'], "");
    let all = says(
        &plain,
        &["all of these", "all of the", "all of them", "every one of"],
    );
    let any = says(
        &plain,
        &[
            "any of these",
            "any of the",
            "any of them",
            "one of these",
            "at least one of",
        ],
    );
    match (all, any) {
        (true, false) => Some(Meaning::All),
        (false, true) => Some(Meaning::Any),
        _ => None,
    }
}

/// Two values at which it shows which items pass: with both, others do than with each alone.
fn pair(listed: &Listed<'_>, filter: &Filter, meaning: Meaning) -> Option<(String, String)> {
    let mut known: Vec<String> = Vec::new();
    for text in listed.items().flat_map(|item| filter.values_of(item)) {
        // Two numbers, or two times, may be the ends of a range.
        let ends = text.parse::<f64>().is_ok() || text.parse::<jiff::Timestamp>().is_ok();
        let name = snake(&filter.parameter);
        let ids = ["id", "ids"].contains(&name.rsplit('_').next().unwrap_or_default());
        if ends && !ids || text.parse::<jiff::civil::Date>().is_ok() {
            return None;
        }
        if known.len() < 12 && !known.contains(&text) {
            known.push(text);
        }
    }
    let total = listed.reference.ids.len();
    let mut best = None;
    for (at, one) in known.iter().enumerate() {
        for other in known.iter().skip(at + 1) {
            let with = |value: &String| listed.passing(&[(filter, value)]);
            let (first, second) = (with(one), with(other));
            let both = first.iter().filter(|id| second.contains(id)).count();
            let either = first.len() + second.len() - both;
            let telling = match meaning {
                Meaning::Any => first.len() < either && second.len() < either,
                Meaning::All => both < first.len() && both < second.len(),
            };
            // What leaves something out, and lets something through, tells most.
            let worth = telling
                && match meaning {
                    Meaning::Any => either < total,
                    Meaning::All => both > 0,
                };
            if worth {
                return Some((one.clone(), other.clone()));
            }
            if telling {
                best.get_or_insert((one.clone(), other.clone()));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};

    #[test]
    fn a_list_is_compared_as_the_description_says() {
        let of = |said: &str| meaning(said, true);
        assert_eq!(
            of("Only tickets that have **all** of these"),
            Some(Meaning::All)
        );
        assert_eq!(of("With any of these labels"), Some(Meaning::Any));
        assert_eq!(of("Labels"), None);
    }
}
