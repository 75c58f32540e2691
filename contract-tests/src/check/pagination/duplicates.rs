//! `pagination.duplicates`

use super::{Listed, PageCheck};
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
                let mut pages = HashMap::new();
                let mut twice = None;
                'walk: for page in &walk.pages {
                    for item in &page.items {
                        // Items that nothing tells apart may look alike.
                        let id = reference.list.identity(item);
                        let whole = item.to_string();
                        if id == whole {
                            continue;
                        }
                        if let Some(first) = pages.insert(id.clone(), page) {
                            twice = Some((id, first, page));
                            break 'walk;
                        }
                    }
                }
                match twice {
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
