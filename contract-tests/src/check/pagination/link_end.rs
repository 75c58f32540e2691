//! Links on the page that ends exactly with the list.

use super::{
    Listed,
    list::{List, Page},
};
use crate::{finding::Verdict, rules::PagingStyle};

const PROMISE: &str = "the last page links to no next one";

/// Where links are said to lead on only while more items follow: none does from a page that is full, and the last one.
pub(super) async fn judge(
    check: &'static str,
    listed: &Listed<'_>,
    linked: &List,
    verdict: &mut Verdict,
) {
    let list = &listed.reference.list;
    if !list.rule.response.link_ends {
        return;
    }
    let Some(page) = full_last(listed, list).await else {
        return;
    };
    // The same answer, read as a page of a list that is linked.
    let Ok(page) = linked
        .ask(listed.context, page.exchange.request.clone())
        .await
    else {
        return;
    };
    let Some(next) = page.next.clone() else {
        return verdict.pass();
    };
    if !listed.reference.is_unchanged(listed.context).await {
        return verdict.skip("the list changed while it was walked");
    }
    let title = "the page that ends exactly with the list links to a next one";
    let finding = listed
        .finding(check, title, PROMISE)
        .expected("no `next`", next);
    verdict.fail(finding.step(&page.exchange));
}

/// A page that is full, and ends with the list.
async fn full_last(listed: &Listed<'_>, list: &List) -> Option<Page> {
    let count = u64::try_from(listed.reference.ids.len()).ok()?;
    let least = list.sizes.least.unwrap_or(1).max(1);
    let largest = list.largest().min(count);
    let request = match list.rule.style {
        PagingStyle::Offset => {
            let size = (count / 2).clamp(least, largest.max(least));
            let at = count.checked_sub(size)? + list.rule.first_offset;
            let name = list.rule.parameters.offset.as_ref()?;
            list.with(list.sized(size), name, &at.to_string())
        }
        PagingStyle::Page => {
            let size = (least..=largest).rev().find(|size| count % size == 0)?;
            let at = count / size + list.rule.first_page - 1;
            let name = list.rule.parameters.page.as_ref()?;
            list.with(list.sized(size), name, &at.to_string())
        }
        _ if largest == count && count >= least => list.sized(count),
        _ => return None,
    };
    let page = list.ask(listed.context, request).await.ok()?;
    let last = page.items.last().map(|item| list.identity(item));
    (last.as_ref() == listed.reference.ids.last()).then_some(page)
}
