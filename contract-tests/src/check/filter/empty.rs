//! `filter.empty`

use super::{FilterCheck, Listed, combined::joins, describe};
use crate::{finding::Verdict, rules::Filter};
use counterpart_model::api::{Operation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};

/// So many lists in which nothing is are asked for.
const TRIED: usize = 3;
/// And so many pairs of filters are looked at for them.
const PAIRS: usize = 12;

/// A list that filters leave nothing of is empty, and not missing.
pub(super) struct Empty;

impl FilterCheck for Empty {
    fn id(&self) -> &'static str {
        "filter.empty"
    }

    fn about(&self) -> &'static str {
        "Where no item has a value that a filter lists, or no item has the values of two filters at once, the list is empty: \
         it is not answered with a 404 or 410 that the document does not have among its client errors."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if !lists_others(listed.operation) {
                let why =
                    "the document has no client errors for this list, or one for what is missing";
                return Verdict::not_exercised(why);
            }
            let mut verdict = Verdict::default();
            for filters in nothing_in(listed).into_iter().take(TRIED) {
                let pairs: Vec<(&Filter, &str)> = filters
                    .iter()
                    .map(|(it, value)| (*it, value.as_str()))
                    .collect();
                let request = listed.request(&pairs, listed.list().largest());
                let exchange = listed.context.send(request).await;
                match exchange.status() {
                    Some(200..=299) => verdict.pass(),
                    Some(status @ (404 | 410)) => {
                        let title = format!("a list that nothing is in is answered with {status}");
                        let finding = listed
                            .finding(self.id(), title)
                            .expected("a list without items", status.to_string())
                            .input(describe(&pairs))
                            .step(&exchange);
                        verdict.fail(finding);
                        return verdict;
                    }
                    _ => verdict.skip(format!("{}: {}", describe(&pairs), exchange.status_text())),
                }
            }
            if verdict.cases == 0 && verdict.not_exercised.is_empty() {
                verdict.skip("each value, and each pair of values, has items");
            }
            verdict
        }
        .boxed()
    }
}

/// Whether a document lists client errors, and none for what is missing.
fn lists_others(operation: &Operation) -> bool {
    let codes = operation.responses.keys();
    let codes: Vec<u16> = codes
        .filter_map(|key| match key {
            StatusKey::Code(code) => Some(*code),
            StatusKey::Range(4) | StatusKey::Default => Some(404),
            StatusKey::Range(_) => None,
        })
        .collect();
    let client = codes.iter().any(|code| (400..500).contains(code));
    client && !codes.iter().any(|code| matches!(code, 404 | 410))
}

/// Filters with values that no item passes, each of which the document allows.
fn nothing_in<'a>(listed: &'a Listed<'_>) -> Vec<Vec<(&'a Filter, String)>> {
    let filters = &listed.filters.rule;
    let mut found = Vec::new();
    for filter in filters {
        if let Some(value) = listed.unused(filter) {
            found.push(vec![(filter, value)]);
        }
    }
    // What items have is looked up once for each.
    let values: Vec<Vec<String>> = filters.iter().map(|it| listed.values(it)).collect();
    let mut tried = 0;
    for (at, (one, firsts)) in filters.iter().zip(&values).enumerate() {
        for (other, seconds) in filters.iter().zip(&values).skip(at + 1) {
            if found.len() >= TRIED || tried >= PAIRS || !joins(one, other) {
                continue;
            }
            tried += 1;
            let pairs = firsts
                .iter()
                .flat_map(|first| seconds.iter().map(move |it| (first, it)));
            let apart = pairs.into_iter().find(|(first, second)| {
                let both = [(one, first.as_str()), (other, second.as_str())];
                listed.passing(&both).is_empty() && listed.fits(&both)
            });
            if let Some((first, second)) = apart {
                found.push(vec![(one, first.clone()), (other, second.clone())]);
            }
        }
    }
    found
}
