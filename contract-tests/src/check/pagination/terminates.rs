//! `pagination.terminates`

use super::{Listed, PageCheck, walk::Ended};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};

/// A walk comes to an end.
pub(super) struct Terminates;

impl PageCheck for Terminates {
    fn id(&self) -> &'static str {
        "pagination.terminates"
    }

    fn about(&self) -> &'static str {
        "Walking a list comes to an end that says so: no page leads back to a place that was visited before."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let mut verdict = Verdict::default();
            let small = reference.small(listed.context).await;
            for walk in small.iter().chain([&reference.walk]) {
                let actual = match &walk.ended {
                    Ended::AtEnd => {
                        verdict.pass();
                        continue;
                    }
                    Ended::Broken(why) => {
                        verdict.skip(format!("pages of {}: {why}", walk.size));
                        continue;
                    }
                    Ended::Repeated(query) => format!("`{query}` for the second time"),
                    Ended::Tired if reference.walk.is_whole() => {
                        format!("{} pages of {} and still more", walk.pages.len(), walk.size)
                    }
                    Ended::Tired => {
                        verdict.skip(format!(
                            "the list goes on after {} pages of {}",
                            walk.pages.len(),
                            walk.size
                        ));
                        continue;
                    }
                };
                let mut finding = listed
                    .finding(
                        self.id(),
                        format!("walking in pages of {} comes to no end", walk.size),
                        "the last page says that it is the last one",
                    )
                    .expected("an end", actual);
                let skipped = walk.pages.len().saturating_sub(2);
                for page in walk.pages.iter().skip(skipped) {
                    finding = finding.step(&page.exchange);
                }
                verdict.fail(finding);
            }
            verdict
        }
        .boxed()
    }
}
