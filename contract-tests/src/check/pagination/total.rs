//! `pagination.total`

use super::{Listed, PageCheck, list::Page};
use crate::{finding::Verdict, rules::Pagination};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// The total is how many items there are.
pub(super) struct Total;

impl PageCheck for Total {
    fn id(&self) -> &'static str {
        "pagination.total"
    }

    fn about(&self) -> &'static str {
        "Where pages say how many items, or pages, there are in all, in the body or a header, every page says how many a \
         walk through all of them meets."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        let places = &rule.response;
        places.total.is_some() || places.total_header.is_some() || places.pages.is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if !self.concerns(&list.rule, &listed.context.api, listed.operation) {
                return Verdict::not_exercised("its pages name no total");
            }
            if !reference.walk.is_whole() {
                return Verdict::not_exercised("the end of the list was not reached");
            }
            let count = u64::try_from(reference.ids.len()).unwrap_or(u64::MAX);
            let small = reference.small(listed.context).await;
            let pages = reference
                .walk
                .pages
                .iter()
                .chain(small.iter().flat_map(|walk| &walk.pages));
            let mut verdict = Verdict::default();
            for page in pages {
                if let Some((told, right)) = self.page_count(listed, page, count) {
                    if told == right {
                        verdict.pass();
                    } else if reference.is_unchanged(listed.context).await {
                        let title = format!(
                            "a page says that there are {told} pages, and there are {right}"
                        );
                        let promise = "the number of pages is that of the pages there are";
                        let finding = listed.finding(self.id(), title, promise);
                        let finding = finding.expected(right.to_string(), told.to_string());
                        verdict.fail(finding.step(&page.exchange));
                        break;
                    }
                }
                let told = totals_of(page, &list.rule);
                let Some(first) = told.first() else {
                    if verdict.cases == 0 {
                        verdict.skip("a page names no total");
                    }
                    continue;
                };
                let total = *told.iter().find(|it| **it != count).unwrap_or(first);
                if total == count {
                    verdict.pass();
                    continue;
                }
                if !reference.is_unchanged(listed.context).await {
                    verdict.skip("the list changed while it was walked");
                    break;
                }
                let finding = listed
                    .finding(
                        self.id(),
                        format!("a page says that there are {total} items, and there are {count}"),
                        "the total counts the items of all pages",
                    )
                    .expected(count.to_string(), total.to_string());
                verdict.fail(finding.step(&page.exchange));
                break;
            }
            verdict
        }
        .boxed()
    }
}

impl Total {
    /// How many pages a full page says that there are, and how many of its size there are.
    fn page_count(&self, listed: &Listed<'_>, page: &Page, items: u64) -> Option<(u64, u64)> {
        let list = &listed.reference.list;
        let place = list.rule.response.pages.as_ref()?;
        let size = list.number(&page.exchange.request, list.rule.parameters.size()?)?;
        let full = u64::try_from(page.items.len()).ok()? == size && size > 0;
        let told = place.get(&page.exchange.json()?)?.as_u64()?;
        (full && list.rule.fills_pages()).then(|| (told, items.div_ceil(size)))
    }
}

/// What a page says of all.
pub(crate) fn total_of(page: &Page, rule: &Pagination) -> Option<u64> {
    totals_of(page, rule).first().copied()
}

/// What a page says of all, in its body and in a header.
pub(crate) fn totals_of(page: &Page, rule: &Pagination) -> Vec<u64> {
    let places = &rule.response;
    let in_body = || places.total.as_ref()?.get(&page.exchange.json()?)?.as_u64();
    let header = || {
        page.exchange
            .header(places.total_header.as_deref()?)?
            .trim()
            .parse()
            .ok()
    };
    in_body().into_iter().chain(header()).collect()
}
