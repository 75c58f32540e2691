//! `pagination.duplicates`

use super::{
    Listed, PageCheck,
    list::{List, Page},
    walk::Walk,
};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};
use std::collections::HashMap;

/// No item comes twice.
pub(super) struct Duplicates;

impl PageCheck for Duplicates {
    fn id(&self) -> &'static str {
        "pagination.duplicates"
    }

    fn about(&self) -> &'static str {
        "Walking a list, no item comes twice, neither on one page nor on two."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            let reference = &listed.reference;
            let mut verdict = Verdict::default();
            let small = reference.small(listed.context).await;
            for walk in small.iter().chain([&reference.walk]) {
                match repeated(&reference.list, walk) {
                    None => verdict.pass(),
                    Some((id, first, second)) => verdict.fail(
                        listed
                            .finding(
                                self.id(),
                                format!("walking in pages of {}, an item comes twice", walk.size),
                                "a page begins after the one before",
                            )
                            .expected("each item once", format!("{id} twice"))
                            .step(&first.exchange)
                            .step(&second.exchange),
                    ),
                }
            }
            verdict
        }
        .boxed()
    }
}

/// The first item of a walk that comes twice, and the two pages that it is on.
pub(in crate::check) fn repeated<'w>(
    list: &List,
    walk: &'w Walk,
) -> Option<(String, &'w Page, &'w Page)> {
    let mut pages = HashMap::new();
    for page in &walk.pages {
        for item in &page.items {
            let id = list.identity(item);
            // Items that nothing tells apart may look alike.
            let whole = item.to_string();
            if id == whole {
                continue;
            }
            if let Some(first) = pages.insert(id.clone(), page) {
                return Some((id, first, page));
            }
        }
    }
    None
}
