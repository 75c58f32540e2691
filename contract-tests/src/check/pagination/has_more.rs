//! `pagination.has_more`

use super::{Listed, PageCheck, list::Page, walk::Walk};
use crate::finding::Verdict;
use crate::rules::{Pagination, PagingStyle};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use indexmap::IndexMap;

/// The flag says whether there is more.
pub(super) struct HasMore;

impl PageCheck for HasMore {
    fn id(&self) -> &'static str {
        "pagination.has_more"
    }

    fn about(&self) -> &'static str {
        "A page says that there is more exactly when there is: also on the page that ends exactly with the list, one \
         item before it, and beyond it."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.response.has_more.is_some() || rule.response.is_last.is_some() || rule.response.ends
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            let mut verdict = Verdict::default();
            if list.rule.response.ends {
                verdict = self.ends(listed).await;
            }
            if list.rule.response.has_more.is_none() && list.rule.response.is_last.is_none() {
                if !list.rule.response.ends {
                    verdict.skip("the document names no flag for more");
                }
                return verdict;
            }
            if let Some(short) = listed.too_short(2) {
                verdict.merge(short);
                return verdict;
            }
            if !reference.walk.is_whole() {
                verdict.skip("the end of the list was not reached");
                return verdict;
            }
            // Beside a token, the flag and the token tell the same.
            if list.rule.style == PagingStyle::PageToken {
                self.beside_tokens(listed, &mut verdict).await;
            }
            let count = reference.ids.len();
            // (items left out at the beginning, size of the page)
            let tail = 3.min(count - 1);
            let mut cases = vec![(0, count), (0, count - 1)];
            if list.rule.parameters.forward.is_some() && list.rule.cursor.is_some() {
                cases.extend(
                    [tail, tail.saturating_sub(1), tail + 1].map(|size| (count - tail, size)),
                );
            }
            for (skipped, size) in cases {
                let wanted = u64::try_from(size).unwrap_or(0);
                let least = list.sizes.least.unwrap_or(1).max(1);
                if wanted < least || wanted > list.largest() {
                    continue;
                }
                let mut request = list.sized(wanted);
                if let (Some(last), Some(name)) = (
                    skipped.checked_sub(1).and_then(|at| reference.ids.get(at)),
                    &list.rule.parameters.forward,
                ) {
                    request = request.set_query(name, last.clone());
                }
                match list.ask(listed.context, request).await {
                    Ok(page) => {
                        self.look(listed, &mut verdict, &page, skipped + size < count)
                            .await;
                    }
                    Err(why) => verdict.skip(why),
                }
            }
            verdict
        }
        .boxed()
    }
}

impl HasMore {
    async fn beside_tokens(&self, listed: &Listed<'_>, verdict: &mut Verdict) {
        let reference = &listed.reference;
        let small = reference.small(listed.context).await;
        let exact = self.exact(listed).await;
        let whole = small.iter().chain([&reference.walk]).chain(&exact);
        for walk in whole.filter(|walk| walk.is_whole()) {
            // An empty page at the end is one that nothing should have led to.
            let full = |page: &Page| !page.items.is_empty();
            let Some(end) = walk.pages.iter().rposition(full) else {
                continue;
            };
            let Some((last, others)) = walk.pages.get(..=end).and_then(<[_]>::split_last) else {
                continue;
            };
            for page in others {
                self.look(listed, verdict, page, true).await;
            }
            // Elsewhere a server may find out that nothing follows only when it is asked.
            let rule = &reference.list.rule;
            if rule.response.ends || rule.full {
                self.look(listed, verdict, last, false).await;
            }
        }
        verdict.findings.truncate(1);
    }

    /// A walk whose last page is full: the first page takes what is over. Where the number of items cannot be divided,
    /// pages of two sizes are all that ends so.
    async fn exact(&self, listed: &Listed<'_>) -> Option<Walk> {
        let (context, reference) = (listed.context, &listed.reference);
        let list = &reference.list;
        let count = u64::try_from(reference.ids.len()).ok()?;
        let least = list.sizes.least.unwrap_or(1).max(1);
        let size = (count / 2).clamp(least, list.largest().max(least));
        let rest = count % size;
        if rest < least || list.rule.style != PagingStyle::PageToken {
            return None;
        }
        let first = list.ask(context, list.sized(rest)).await.ok()?;
        let token = list.rule.parameters.token.as_ref()?;
        let request = list.with(list.sized(size), token, first.next.as_ref()?);
        let mut walk = Walk::from(context, list, request, size).await;
        walk.pages.insert(0, first);
        // A token may hold the size it was handed out with.
        let full =
            |page: &Page| page.items.is_empty() || u64::try_from(page.items.len()) == Ok(size);
        (walk.is_whole() && walk.pages.iter().skip(1).all(full)).then_some(walk)
    }

    /// Walks whose only page is full: of lists that a filter makes as long as a page may be.
    async fn filtered(&self, listed: &Listed<'_>) -> Vec<Walk> {
        const TRIED: usize = 2;
        let (context, reference) = (listed.context, &listed.reference);
        let list = &reference.list;
        let filters = context.filters(listed.operation).ok().flatten();
        let mut found = Vec::new();
        for filter in filters.map(|it| it.rule).unwrap_or_default() {
            let mut counts: IndexMap<String, u64> = IndexMap::new();
            let items = reference.walk.items();
            for value in items.flat_map(|item| filter.values_of(item)) {
                *counts.entry(value).or_default() += 1;
            }
            let least = list.sizes.least.unwrap_or(1).max(2);
            let fits = |count: &u64| (least..=list.largest()).contains(count);
            let full = counts.iter().find(|(_, count)| fits(count));
            if let Some((value, count)) = full {
                let request = list.filtered(list.sized(*count), &[(&filter, value.as_str())]);
                found.push(Walk::from(context, list, request, *count).await);
            }
            if found.len() >= TRIED {
                break;
            }
        }
        found
    }

    /// What continues is there exactly while something follows.
    async fn ends(&self, listed: &Listed<'_>) -> Verdict {
        let reference = &listed.reference;
        let mut verdict = Verdict::default();
        let small = reference.small(listed.context).await;
        // Pages that end exactly with the list.
        let count = u64::try_from(reference.ids.len()).unwrap_or(0);
        let least = reference.list.sizes.least.unwrap_or(1).max(1);
        let halves = (count % 2 == 0).then_some(count / 2);
        let mut exact = Vec::new();
        for size in std::iter::once(count).chain(halves) {
            if (least..=reference.list.largest()).contains(&size) {
                exact.push(Walk::sized(listed.context, &reference.list, size).await);
            }
        }
        let odd = self.exact(listed).await;
        if exact.is_empty() && odd.is_none() {
            exact = self.filtered(listed).await;
        }
        for walk in small
            .iter()
            .chain([&reference.walk])
            .chain(&exact)
            .chain(&odd)
            .filter(|walk| walk.is_whole())
        {
            // Beside a flag that says no, what continues has to be gone as well.
            let continues = |page: &&Page| {
                let next = page.next.as_deref().unwrap_or_default();
                reference.list.rule.response.goes && page.more == Some(false) && !next.is_empty()
            };
            if let Some(last) = walk.pages.last().filter(continues) {
                let title = "the last page has something that continues";
                let promise = "the last page says that it is the last one";
                let finding = listed.finding(self.id(), title, promise);
                let next = last.next.clone().unwrap_or_default();
                let finding = finding.expected("nothing that continues", next);
                verdict.fail(finding.step(&last.exchange));
                continue;
            }
            let [.., before, last] = walk.pages.as_slice() else {
                verdict.pass();
                continue;
            };
            if !last.items.is_empty() {
                verdict.pass();
                continue;
            }
            if !reference.is_unchanged(listed.context).await {
                verdict.skip("the list changed while it was walked");
                continue;
            }
            let finding = listed
                .finding(
                    self.id(),
                    "the last page has something that continues, and nothing follows",
                    "the last page says that it is the last one",
                )
                .expected(
                    "nothing that continues",
                    "an empty page after the last item",
                );
            verdict.fail(finding.step(&before.exchange).step(&last.exchange));
        }
        verdict
    }

    async fn look(&self, listed: &Listed<'_>, verdict: &mut Verdict, page: &Page, more: bool) {
        let Some(says) = page.more else {
            verdict.skip("a page has no flag for more");
            return;
        };
        if says == more {
            verdict.pass();
            return;
        }
        if !listed.reference.is_unchanged(listed.context).await {
            verdict.skip("the list changed while it was read");
            return;
        }
        let title = if more {
            "a page says that it is the last one although more follow"
        } else {
            "the page that ends with the list says that more follow"
        };
        let finding = listed
            .finding(
                self.id(),
                title,
                "the flag asks whether there are more items",
            )
            .expected(more.to_string(), says.to_string());
        verdict.fail(finding.step(&page.exchange));
    }
}
