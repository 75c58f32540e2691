//! `filter.pages`

use super::{FilterCheck, Listed, describe};
use crate::{
    check::pagination::{duplicates::repeated, walk::Walk},
    finding::{Finding, Verdict},
    rules::Filter,
};
use futures::{FutureExt as _, future::BoxFuture};

/// Filters hold on every page.
pub(super) struct Pages;

impl FilterCheck for Pages {
    fn id(&self) -> &'static str {
        "filter.pages"
    }

    fn about(&self) -> &'static str {
        "Walking a filtered list in small pages, every item of every page passes the filter, and none is lost or comes twice; where \
         cursors, offsets or page numbers are used, pages that others follow are full."
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
                let found = walk.ids(listed.list());
                // An empty page is no end where more pass.
                let all = found.len() >= passing.len() || !walk.is_whole();
                if walk.pages.len() < 2 && all {
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
                if let Some((id, first, second)) = repeated(listed.list(), &walk)
                    && listed.reference.is_unchanged(listed.context).await
                {
                    let asked = describe(&filters);
                    let title =
                        format!("walking with {asked} in pages of {size}, an item comes twice");
                    let finding = listed.finding(self.id(), title).input(asked);
                    let finding = finding.expected("each item once", format!("{id} twice"));
                    verdict.fail(finding.step(&first.exchange).step(&second.exchange));
                    continue;
                }
                if let Some(finding) = self.short(listed, &walk, &filters).await {
                    verdict.fail(finding);
                    continue;
                }
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

impl Pages {
    /// A page that has fewer items than were asked for although others follow: it was filtered after it had been cut out.
    async fn short(
        &self,
        listed: &Listed<'_>,
        walk: &Walk,
        filters: &[(&Filter, &str)],
    ) -> Option<Finding> {
        let size = usize::try_from(walk.size).ok()?;
        let rule = &listed.list().rule;
        let sized = rule.parameters.size().is_some() && rule.fills_pages();
        let followed = walk.pages.iter().zip(walk.pages.iter().skip(1));
        let mut short =
            followed.filter(|(page, next)| page.items.len() < size && !next.items.is_empty());
        let (page, next) = short.next().filter(|_| sized)?;
        if !listed.reference.is_unchanged(listed.context).await {
            return None;
        }
        let asked = describe(filters);
        let title = format!("a page with {asked} is not full, and others follow");
        let finding = listed.finding(self.id(), title).input(asked);
        let finding = finding.expected(format!("{size} items"), page.items.len().to_string());
        Some(finding.step(&page.exchange).step(&next.exchange))
    }
}
