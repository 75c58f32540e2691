//! `filter.text`

use super::{FilterCheck, Listed};
use crate::{
    check::pagination::walk::Walk,
    finding::{Finding, Verdict},
    rules::infer::{Search, search},
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::collections::BTreeMap;

/// Shorter words are everywhere.
const SHORT: usize = 4;
/// Longer ones are no words.
const LONG: usize = 24;

/// Text that is searched for is found where the description says.
pub(super) struct Text;

impl FilterCheck for Text {
    fn id(&self) -> &'static str {
        "filter.text"
    }

    fn about(&self) -> &'static str {
        "Where the description of a parameter such as `q` says in which properties text occurs or is contained, a list that is \
         searched for a word of an item holds the item, and nothing without the word; in another case as well where case does \
         not matter, and a word that no text begins with."
    }

    fn concerns(&self, api: &Api, operation: &Operation) -> bool {
        search(api, operation).is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(search) = search(&listed.context.api, listed.operation) else {
                return Verdict::not_exercised("the description does not say where text is found");
            };
            if !listed.reference.walk.is_whole() {
                return Verdict::not_exercised("the whole list could not be walked");
            }
            let mut verdict = Verdict::default();
            // What nothing has finds nothing, which is no error.
            let nothing = format!("counterpart{}", listed.context.unique());
            self.look(listed, &mut verdict, &search, &nothing).await;
            for place in 0..search.places.len() {
                match word(listed, &search, place, false) {
                    Some(word) => {
                        self.look(listed, &mut verdict, &search, &word).await;
                        if search.caseless {
                            let other = swapped(&word);
                            self.look(listed, &mut verdict, &search, &other).await;
                        }
                        // What text begins with may be found where nothing else is.
                        let later =
                            self::word(listed, &search, place, true).filter(|it| *it != word);
                        if let Some(later) = later.filter(|_| verdict.findings.is_empty()) {
                            self.look(listed, &mut verdict, &search, &later).await;
                        }
                    }
                    None => verdict.skip(format!(
                        "{}: no word that some items have and others do not",
                        search.places.get(place).map_or("", |it| it.as_str())
                    )),
                }
                if !verdict.findings.is_empty() {
                    break;
                }
            }
            verdict
        }
        .boxed()
    }
}

impl Text {
    async fn look(&self, listed: &Listed<'_>, verdict: &mut Verdict, search: &Search, word: &str) {
        let list = listed.list();
        let size = list.largest();
        let request = list.with(list.sized(size), &search.parameter, word);
        let walk = Walk::from(listed.context, list, request, size).await;
        let asked = format!("{}={word}", search.parameter);
        let (true, Some(first)) = (walk.is_whole(), walk.pages.first()) else {
            return verdict.skip(format!("{asked}: the list could not be walked"));
        };
        let stranger = walk.items().find(|item| !search.holds(item, word, true));
        let found = walk.ids(list);
        let finding = |title: String, expected: String, actual: String| {
            Finding::new(self.id(), &listed.operation.id, title)
                .promise(&search.said, &search.origin)
                .expected(expected, actual)
                .cause(format!("{} {}", self.id(), listed.operation.id))
                .input(asked.clone())
                .step(&first.exchange)
        };
        if let Some(item) = stranger {
            return verdict.fail(finding(
                format!("a list with {asked} holds items without it"),
                format!("only items with {word:?}"),
                list.identity(item),
            ));
        }
        if let Some(wrong) = listed.miscounted(self.id(), &walk, &asked).await {
            return verdict.fail(wrong);
        }
        let mut wanted = listed
            .items()
            .filter(|item| search.holds(item, word, search.caseless));
        let missing = wanted.find(|item| !found.contains(&list.identity(item)));
        let Some(item) = missing else {
            return verdict.pass();
        };
        if !listed.reference.is_unchanged(listed.context).await {
            return verdict.skip("the list changed meanwhile");
        }
        verdict.fail(finding(
            format!("a list with {asked} leaves out what has it"),
            format!("{} in it", list.identity(item)),
            format!("{} others", found.len()),
        ));
    }
}

/// A word that stands in this place of some item, in no other place of it, and that few items have; one that the text does
/// not begin with where it stands `later`.
fn word(listed: &Listed<'_>, search: &Search, place: usize, later: bool) -> Option<String> {
    let own = search.places.get(place)?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in listed.items() {
        let Some(text) = own.get(item).and_then(Value::as_str) else {
            continue;
        };
        let words = text.split(|c: char| !c.is_ascii_alphabetic());
        for word in words.filter(|it| (SHORT..=LONG).contains(&it.len())) {
            let others = search.places.iter().enumerate().filter(|it| it.0 != place);
            let elsewhere = others.map(|(_, at)| at).any(|at| {
                let text = at.get(item).and_then(Value::as_str).unwrap_or_default();
                text.to_lowercase().contains(&word.to_lowercase())
            });
            let begins = later && text.trim_start().starts_with(word);
            if !elsewhere && !begins && !text.contains('\u{fffd}') {
                *counts.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    let total = listed.reference.ids.len();
    let few = counts
        .into_iter()
        .filter(|(word, count)| *count < total && word.chars().any(|c| c.is_ascii_lowercase()));
    // What several items have tells more than what one has.
    few.max_by_key(|(word, count)| ((*count).min(3), word.len()))
        .map(|(word, _)| word)
}

/// The same word in the other case.
fn swapped(word: &str) -> String {
    let upper = word.to_ascii_uppercase();
    match upper == word {
        true => word.to_ascii_lowercase(),
        false => upper,
    }
}
