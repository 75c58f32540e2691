//! `filter.pages`

use super::{FilterCheck, Listed, describe};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};

/// Filters hold on every page.
pub(super) struct Pages;

impl FilterCheck for Pages {
    fn id(&self) -> &'static str {
        "filter.pages"
    }

    fn about(&self) -> &'static str {
        "Walking a filtered list in small pages, every item of every page passes the filter, and none is lost."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            for filter in &listed.filters.rule {
                // The value with most matches that still leaves something out has most pages.
                let total = listed.reference.ids.len();
                let best = listed
                    .values(filter)
                    .into_iter()
                    .map(|value| (listed.passing(&[(filter, &value)]), value))
                    .filter(|(passing, _)| passing.len() > 1 && passing.len() < total)
                    .max_by_key(|(passing, _)| passing.len());
                let Some((passing, value)) = best else {
                    verdict.skip(format!(
                        "{}: no value at which more than one item passes and something is left out",
                        filter.parameter
                    ));
                    continue;
                };
                let least = listed.list().sizes.least.unwrap_or(1).max(1);
                let size = u64::try_from(passing.len().div_ceil(4))
                    .unwrap_or(1)
                    .clamp(least, listed.list().largest().max(least));
                let filters = [(filter, value.as_str())];
                let walk = listed.walk(&filters, size).await;
                if walk.pages.len() < 2 {
                    verdict.skip(format!("{}: it has one page only", describe(&filters)));
                    continue;
                }
                if let Some((page, item)) = listed.intruder(&walk, &filters) {
                    verdict.fail(
                        listed
                            .finding(
                                self.id(),
                                format!(
                                    "a later page with {} holds others too",
                                    describe(&filters)
                                ),
                            )
                            .expected("only items that pass", listed.list().identity(item))
                            .input(describe(&filters))
                            .step(&page.exchange),
                    );
                    continue;
                }
                let found = walk.ids(listed.list());
                let lost = passing.iter().find(|id| !found.contains(id));
                match lost {
                    Some(id)
                        if walk.is_whole()
                            && listed.reference.walk.is_whole()
                            && listed.reference.is_unchanged(listed.context).await =>
                    {
                        let title = format!("pages with {} lose what passes", describe(&filters));
                        let finding = listed.finding(self.id(), title).expected(
                            format!("{id} on one of them"),
                            format!("{} others", found.len()),
                        );
                        let mut finding = finding.input(describe(&filters));
                        for page in walk.pages.iter().take(3) {
                            finding = finding.step(&page.exchange);
                        }
                        verdict.fail(finding);
                    }
                    _ => verdict.pass(),
                }
            }
            verdict
        }
        .boxed()
    }
}
