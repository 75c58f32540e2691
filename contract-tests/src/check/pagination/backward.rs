//! `pagination.backward`

use super::{Listed, PageCheck, some, walk::Walk};
use crate::finding::Verdict;
use crate::rules::Pagination;
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Going back shows what going forward showed.
pub(super) struct Backward;

impl PageCheck for Backward {
    fn id(&self) -> &'static str {
        "pagination.backward"
    }

    fn about(&self) -> &'static str {
        "A page before a cursor holds the nearest items before it, in the order of the list, with the flag and the \
         cursor for going further back; walking back from the last item meets all the others."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.parameters.backward.is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
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
