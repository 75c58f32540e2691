//! `pagination.links`

use super::{
    Listed, PageCheck, some,
    walk::{Ended, Walk},
};
use crate::rules::Pagination;
use crate::{finding::Verdict, rules::PagingStyle};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Links lead through the whole list.
pub(super) struct Links;

impl PageCheck for Links {
    fn id(&self) -> &'static str {
        "pagination.links"
    }

    fn about(&self) -> &'static str {
        "Where a `Link` header is documented beside other ways to page, following `rel=\"next\"` (RFC 8288) meets every \
         item of the list, once."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.response.links && rule.style != PagingStyle::Link && !rule.in_body
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if !list.rule.response.links
                || list.rule.style == PagingStyle::Link
                || list.rule.in_body
            {
                return Verdict::not_exercised(
                    "no `Link` header is documented beside other ways to page",
                );
            }
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            if !reference.walk.is_whole() {
                return Verdict::not_exercised("the end of the list was not reached");
            }
            let mut linked = list.clone();
            linked.rule.rule.style = PagingStyle::Link;
            linked.rule.rule.response.next = None;
            linked.rule.rule.response.next_cursor = None;
            let least = list.sizes.least.unwrap_or(1).max(1);
            let size = u64::try_from(reference.ids.len().div_ceil(6)).unwrap_or(1);
            let size = size.clamp(least, list.largest().max(least));
            let walk = Walk::sized(listed.context, &linked, size).await;
            let mut verdict = Verdict::default();
            let ids = walk.ids(&linked);
            let (what, expected, actual) = match &walk.ended {
                Ended::Broken(why) => {
                    verdict.skip(why.clone());
                    return verdict;
                }
                Ended::Repeated(at) => (
                    "the links of pages lead in a circle".to_owned(),
                    "an end".to_owned(),
                    format!("`{at}` for the second time"),
                ),
                _ if ids == reference.ids => {
                    verdict.pass();
                    return verdict;
                }
                Ended::Tired => return Verdict::not_exercised("the list is too long"),
                Ended::AtEnd => {
                    let lost: Vec<String> = reference
                        .ids
                        .iter()
                        .filter(|id| !ids.contains(id))
                        .cloned()
                        .collect();
                    (
                        format!(
                            "following links meets {} items of {}",
                            ids.len(),
                            reference.ids.len()
                        ),
                        format!("the same {} items", reference.ids.len()),
                        if lost.is_empty() {
                            "others, or in another order".to_owned()
                        } else {
                            format!("without {}", some(&lost))
                        },
                    )
                }
            };
            if !reference.is_unchanged(listed.context).await {
                verdict.skip("the list changed while it was walked");
                return verdict;
            }
            let mut finding = listed
                .finding(self.id(), what, "the `Link` header leads from page to page")
                .expected(expected, actual);
            for page in walk.pages.iter().take(3) {
                finding = finding.step(&page.exchange);
            }
            verdict.fail(finding);
            verdict
        }
        .boxed()
    }
}
