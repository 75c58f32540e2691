//! `pagination.complete`

use super::{Listed, PageCheck, some, walk::Ended};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};
use std::collections::HashSet;

/// Pages of any size add up to the same items.
pub(super) struct Complete;

impl PageCheck for Complete {
    fn id(&self) -> &'static str {
        "pagination.complete"
    }

    fn about(&self) -> &'static str {
        "Walking a list in small pages gives the same items as walking it in large ones: none is skipped, no page is \
         empty on the way, and the end does not come early."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            let reference = &listed.reference;
            let all: HashSet<&String> = reference.ids.iter().collect();
            let mut verdict = Verdict::default();
            for walk in reference.small(listed.context).await {
                if let Ended::Broken(why) = &walk.ended {
                    verdict.skip(format!("pages of {}: {why}", walk.size));
                    continue;
                }
                let ids = walk.ids(&reference.list);
                let met: HashSet<&String> = ids.iter().collect();
                // A walk that was given up says nothing about what would have come.
                let whole = walk.ended != Ended::Tired && reference.walk.ended != Ended::Tired;
                let lost: Vec<String> = reference
                    .ids
                    .iter()
                    .filter(|id| whole && !met.contains(id))
                    .cloned()
                    .collect();
                let gained: Vec<String> = ids
                    .iter()
                    .filter(|id| whole && !all.contains(id))
                    .cloned()
                    .collect();
                if lost.is_empty() && gained.is_empty() {
                    verdict.pass();
                    continue;
                }
                if !reference.is_unchanged(listed.context).await {
                    verdict.skip("the list changed while it was walked");
                    continue;
                }
                let what = if lost.is_empty() {
                    format!(
                        "pages of {} hold {} items that pages of {} do not",
                        walk.size,
                        gained.len(),
                        reference.walk.size
                    )
                } else {
                    format!(
                        "pages of {} lose {} of {} items",
                        walk.size,
                        lost.len(),
                        reference.ids.len()
                    )
                };
                let mut finding = listed
                    .finding(
                        self.id(),
                        what,
                        "pages follow each other without gaps, whatever their size",
                    )
                    .expected(
                        format!("the same {} items", reference.ids.len()),
                        if lost.is_empty() {
                            format!("also {}", some(&gained))
                        } else {
                            format!("without {}", some(&lost))
                        },
                    );
                for page in walk.pages.iter().take(3) {
                    finding = finding.step(&page.exchange);
                }
                verdict.fail(finding);
            }
            verdict
        }
        .boxed()
    }
}
