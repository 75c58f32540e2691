//! `filter.combined`

use super::{FilterCheck, Listed, describe};
use crate::{
    finding::Verdict,
    rules::{Filter, Match},
};
use futures::{FutureExt as _, future::BoxFuture};

/// So many pairs of filters are tried.
const PAIRS: usize = 40;

/// Several filters hold at once.
pub(super) struct Combined;

impl FilterCheck for Combined {
    fn id(&self) -> &'static str {
        "filter.combined"
    }

    fn about(&self) -> &'static str {
        "With two filters at once every item passes both, and every item that passes both is there, and no others are counted."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let filters = &listed.filters.rule;
            if filters.len() < 2 {
                return Verdict::not_exercised("the list has one filter only");
            }
            let mut verdict = Verdict::default();
            let mut tried = 0;
            for (at, one) in filters.iter().enumerate() {
                for other in filters.iter().skip(at + 1) {
                    if tried >= PAIRS || !joins(one, other) {
                        continue;
                    }
                    tried += 1;
                    match telling(listed, one, other) {
                        Some((first, second)) => {
                            let pair = [(one, first.as_str()), (other, second.as_str())];
                            self.look(listed, &pair, &mut verdict).await;
                        }
                        None => verdict.skip(format!(
                            "{} and {}: no values at which both leave something out",
                            one.parameter, other.parameter
                        )),
                    }
                }
            }
            verdict
        }
        .boxed()
    }
}

impl Combined {
    async fn look(&self, listed: &Listed<'_>, pair: &[(&Filter, &str)], verdict: &mut Verdict) {
        let walk = listed.walk(pair, listed.list().largest()).await;
        let Some(first) = walk.pages.first() else {
            verdict.skip(format!("{}: the list could not be had", describe(pair)));
            return;
        };
        if let Some((page, item)) = listed.intruder(&walk, pair) {
            let title = format!("a list with {} holds others too", describe(pair));
            verdict.fail(
                listed
                    .finding(self.id(), title)
                    .expected("only items that pass both", listed.list().identity(item))
                    .input(describe(pair))
                    .step(&page.exchange),
            );
            return;
        }
        if let Some(finding) = listed.miscounted(self.id(), &walk, &describe(pair)).await {
            return verdict.fail(finding);
        }
        let found = walk.ids(listed.list());
        let missing = listed
            .passing(pair)
            .into_iter()
            .find(|id| !found.contains(id));
        match missing {
            Some(id) if walk.is_whole() && listed.reference.is_unchanged(listed.context).await => {
                let title = format!("a list with {} leaves out what passes", describe(pair));
                verdict.fail(
                    listed
                        .finding(self.id(), title)
                        .expected(format!("{id} in it"), format!("{} others", found.len()))
                        .input(describe(pair))
                        .step(&first.exchange),
                );
            }
            _ => verdict.pass(),
        }
    }
}

/// Values of one item at which each filter alone lets something through that both together do not.
fn telling(listed: &Listed<'_>, one: &Filter, other: &Filter) -> Option<(String, String)> {
    const TRIED: usize = 200;
    let mut fallback = None;
    if one.item == other.item && one.is_low() && other.is_high() {
        return listed.spread(one, other);
    }
    if one.item == other.item && one.is_high() && other.is_low() {
        return listed.spread(other, one).map(|(low, high)| (high, low));
    }
    for item in listed.items().take(TRIED) {
        for first in one.values_of(item) {
            for second in other.values_of(item) {
                let both = listed.passing(&[(one, &first), (other, &second)]).len();
                let alone = listed.passing(&[(one, &first)]).len();
                let other_alone = listed.passing(&[(other, &second)]).len();
                if !listed.fits(&[(one, &first), (other, &second)]) {
                    continue;
                }
                if alone > both && other_alone > both {
                    return Some((first, second));
                }
                if alone > both || other_alone > both {
                    fallback.get_or_insert((first.clone(), second));
                }
            }
        }
    }
    fallback
}

/// Whether two filters can be asked for at once. Of comparisons of one property only those of its two ends tell anything.
pub(super) fn joins(one: &Filter, other: &Filter) -> bool {
    let ends = |filter: &Filter| matches!(filter.r#match, Match::Gte | Match::Lte);
    let joined = one.phrase.as_ref().is_some_and(|it| it.joins);
    one.parameter != other.parameter
        || joined && (one.item != other.item || ends(one) && ends(other))
}
