//! `pagination.limit`

use super::{Listed, PageCheck, list::Page};
use crate::finding::Verdict;
use crate::rules::Pagination;
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// A page has as many items as were asked for, never more.
pub(super) struct Limit;

impl PageCheck for Limit {
    fn id(&self) -> &'static str {
        "pagination.limit"
    }

    fn about(&self) -> &'static str {
        "A page never has more items than its limit, and as many where more follow (where cursors, offsets or page \
         numbers are used); the smallest and the largest limit work."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.parameters.size().is_some()
    }

    fn concerns_whole(&self, rule: &Pagination, api: &Api, operation: &Operation) -> bool {
        self.concerns(rule, api, operation)
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if list.rule.parameters.size().is_none() {
                return Verdict::not_exercised("the list has no parameter for the size of a page");
            }
            let mut verdict = Verdict::default();
            let count = u64::try_from(reference.ids.len()).unwrap_or(u64::MAX);
            let least = list.sizes.least.unwrap_or(1).max(1);
            let mut sizes = vec![least, least + 1, (count / 2).max(least)];
            sizes.dedup();
            for size in sizes {
                if size > list.largest() {
                    continue;
                }
                match list.ask(listed.context, list.sized(size)).await {
                    Ok(page) => self.look(listed, &mut verdict, &page, size, false),
                    Err(why) => verdict.skip(format!("limit {size}: {why}")),
                }
            }
            let small = reference.small(listed.context).await;
            for walk in small.iter().chain([&reference.walk]) {
                let last = walk.pages.iter().rposition(|page| !page.items.is_empty());
                for (at, page) in walk.pages.iter().enumerate() {
                    let followed = last.is_some_and(|last| at < last);
                    self.look(listed, &mut verdict, page, walk.size, followed);
                }
            }
            // One cause shows on many pages: one of them is enough.
            verdict.findings.truncate(2);
            verdict
        }
        .boxed()
    }
}

impl Limit {
    fn look(
        &self,
        listed: &Listed<'_>,
        verdict: &mut Verdict,
        page: &Page,
        size: u64,
        followed: bool,
    ) {
        let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
        let more = page.more == Some(true) || followed;
        let list = &listed.reference.list;
        // Where the document names no largest size, a deployment may have one of its own.
        let known = list.sizes.most.is_some() || list.sizes.default.is_some_and(|it| size <= it);
        let fills = list.rule.fills_pages() && known;
        if count > size {
            let finding = listed
                .finding(
                    self.id(),
                    format!("a page has {count} items, more than its limit of {size}"),
                    "a page has at most as many items as its limit says",
                )
                .expected(format!("at most {size} items"), format!("{count} items"));
            verdict.fail(finding.step(&page.exchange));
        } else if count < size && more && fills && count > 0 {
            let finding = listed
                .finding(
                    self.id(),
                    format!("a page has {count} items of {size} although more follow"),
                    "the limit is the size of a page",
                )
                .expected(format!("{size} items"), format!("{count} items"));
            verdict.fail(finding.step(&page.exchange));
        } else {
            verdict.pass();
        }
    }
}
