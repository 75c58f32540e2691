//! `pagination.backward`

use super::{Listed, PageCheck, list::Page, some, walk::Walk};
use crate::{
    finding::Verdict,
    rules::{Pagination, PagingStyle},
    wire,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// So many pages are left backwards by their tokens.
const PAIRS: usize = 6;

/// Going back shows what going forward showed.
pub(super) struct Backward;

impl PageCheck for Backward {
    fn id(&self) -> &'static str {
        "pagination.backward"
    }

    fn about(&self) -> &'static str {
        "A page before a cursor holds the nearest items before it, in the order of the list, with the flag and the \
         cursor for going further back; walking back from the last item meets all the others. A token that leads back leads \
         to the page before."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.parameters.backward.is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if list.rule.style == PagingStyle::PageToken {
                return self.tokens(listed).await;
            }
            let (Some(name), Some(_)) = (&list.rule.parameters.backward, &list.rule.cursor) else {
                return Verdict::not_exercised("its pages go forward only");
            };
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            let mut verdict = Verdict::default();
            let count = reference.ids.len();
            let size = (count / 4).clamp(1, 10);
            let wanted = u64::try_from(size).unwrap_or(1).max(list.sizes.least.unwrap_or(1));
            for at in [count / 2, size, 1, 0] {
                let Some(cursor) = reference.ids.get(at) else {
                    continue;
                };
                let request = list.sized(wanted).set_query(name, cursor.clone());
                let page = match list.ask(listed.context, request).await {
                    Ok(page) => page,
                    Err(why) => {
                        verdict.skip(why);
                        continue;
                    }
                };
                let start = at.saturating_sub(usize::try_from(wanted).unwrap_or(size));
                let expected = reference.ids.get(start..at).unwrap_or_default();
                let found: Vec<String> = page.items.iter().map(|item| list.identity(item)).collect();
                let more = start > 0;
                let next = if more { expected.first().cloned() } else { None };
                let stated = list.rule.response.next_cursor.is_some();
                let (title, want, got) = if found != expected {
                    (
                        "a page before a cursor does not hold the nearest items before it, in order",
                        some(expected),
                        some(&found),
                    )
                } else if page.more.is_some_and(|says| says != more) {
                    (
                        "going back, the flag for more is wrong",
                        more.to_string(),
                        (!more).to_string(),
                    )
                } else if stated && page.next != next {
                    (
                        "going back, the next cursor is not that of the first item",
                        next.unwrap_or_else(|| "null".to_owned()),
                        page.next.clone().unwrap_or_else(|| "null".to_owned()),
                    )
                } else {
                    verdict.pass();
                    continue;
                };
                if !reference.is_unchanged(listed.context).await {
                    verdict.skip("the list changed while it was read");
                    continue;
                }
                let finding = listed
                    .finding(self.id(), title, title)
                    .expected(want, if got.is_empty() { "nothing".to_owned() } else { got });
                verdict.fail(finding.step(&page.exchange));
            }
            self.walk(listed, &mut verdict, name).await;
            verdict
        }
        .boxed()
    }
}

impl Backward {
    /// The token that leads back from a page leads to the page before it.
    async fn tokens(&self, listed: &Listed<'_>) -> Verdict {
        const PROMISE: &str = "what leads back leads to the page before";
        let (context, reference) = (listed.context, &listed.reference);
        let list = &reference.list;
        let (Some(name), Some(place)) = (
            &list.rule.parameters.backward,
            &list.rule.response.previous_cursor,
        ) else {
            return Verdict::not_exercised("its pages go forward only");
        };
        if let Some(short) = listed.too_short(2) {
            return short;
        }
        let mut verdict = Verdict::default();
        let Some(walk) = reference.small(context).await.first() else {
            return verdict;
        };
        let back = |page: &Page| {
            let token = place.get(&page.exchange.json()?).map(wire::scalar)?;
            (!token.is_empty() && token != "null").then_some(token)
        };
        let ids = |page: &Page| -> Vec<String> {
            page.items.iter().map(|item| list.identity(item)).collect()
        };
        let leads = |page: &Page| back(page).is_some();
        let later = walk.pages.iter().skip(1).filter(|it| !it.items.is_empty());
        // Where nobody says that only the first page has none, others may have none as well.
        let said = list.rule.first_has_none;
        if let Some(first) = walk.pages.first().filter(|first| said && leads(first)) {
            let finding = listed
                .finding(
                    self.id(),
                    "the first page has something that leads back",
                    PROMISE,
                )
                .expected(
                    format!("nothing at `{place}`"),
                    back(first).unwrap_or_default(),
                );
            verdict.fail(finding.step(&first.exchange));
            return verdict;
        }
        let pairs = walk.pages.iter().zip(later);
        for (before, page) in pairs.take(PAIRS) {
            let Some(token) = back(page) else {
                if said {
                    let finding = listed
                        .finding(
                            self.id(),
                            "a page after the first has nothing that leads back",
                            PROMISE,
                        )
                        .expected(format!("a token at `{place}`"), "none");
                    verdict.fail(finding.step(&page.exchange));
                    return verdict;
                }
                continue;
            };
            let request = list.with(list.sized(walk.size), name, &token);
            let found = match list.ask(context, request).await {
                Ok(found) => found,
                Err(why) => {
                    verdict.skip(why);
                    continue;
                }
            };
            let (expected, is) = (ids(before), ids(&found));
            // Where pages need not be full, any number of the items right before will do.
            let fine = is == expected
                || !list.rule.fills_pages() && !is.is_empty() && expected.ends_with(&is);
            // The page is the one that was there before: where only the last one is said to have nothing that leads on,
            // this one has something. Elsewhere a flag may be about the direction that was asked for.
            let only_last = list.rule.response.goes;
            let onward = !only_last || found.next.is_some() || found.more == Some(true);
            if fine && is.len() == expected.len() && !onward {
                let title = "a page that was gone back to does not lead on";
                let finding = listed
                    .finding(self.id(), title, PROMISE)
                    .expected("what it had when it was come to: a next one", "none");
                verdict.fail(finding.step(&before.exchange).step(&found.exchange));
                return verdict;
            }
            if fine {
                verdict.pass();
            } else if reference.is_unchanged(context).await {
                let finding = listed
                    .finding(
                        self.id(),
                        "the token that leads back leads to other items",
                        PROMISE,
                    )
                    .expected(
                        some(&expected),
                        if is.is_empty() {
                            "nothing".to_owned()
                        } else {
                            some(&is)
                        },
                    );
                verdict.fail(
                    finding
                        .step(&before.exchange)
                        .step(&page.exchange)
                        .step(&found.exchange),
                );
                return verdict;
            } else {
                verdict.skip("the list changed while it was read");
            }
        }
        verdict
    }

    async fn walk(&self, listed: &Listed<'_>, verdict: &mut Verdict, name: &str) {
        let reference = &listed.reference;
        let list = &reference.list;
        let Some((last, others)) = reference.ids.split_last() else {
            return;
        };
        let size = u64::try_from(others.len().div_ceil(6).max(1))
            .unwrap_or(1)
            .min(list.largest());
        let request = list.sized(size).set_query(name, last.clone());
        let walk = Walk::from(listed.context, list, request, size).await;
        if !walk.is_whole() || !reference.walk.is_whole() {
            verdict.skip("walking back did not come to the beginning");
            return;
        }
        // Pages come from the end, each in the order of the list.
        let met: Vec<String> = walk
            .pages
            .iter()
            .rev()
            .flat_map(|page| &page.items)
            .map(|item| list.identity(item))
            .collect();
        if met == others {
            verdict.pass();
        } else if reference.is_unchanged(listed.context).await {
            let mut finding = listed
                .finding(
                    self.id(),
                    "walking back from the last item does not meet the others in order",
                    "going back is the mirror of going forward",
                )
                .expected(
                    format!("{} items", others.len()),
                    format!("{} items, or another order", met.len()),
                );
            for page in walk.pages.iter().take(2) {
                finding = finding.step(&page.exchange);
            }
            verdict.fail(finding);
        } else {
            verdict.skip("the list changed while it was walked");
        }
    }
}
