//! `filter.complete`

use super::{FilterCheck, Listed, describe};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};

/// Every item that passes the filter is in the filtered list.
pub(super) struct Complete;

impl FilterCheck for Complete {
    fn id(&self) -> &'static str {
        "filter.complete"
    }

    fn about(&self) -> &'static str {
        "Every item of the whole list that passes a filter is in the filtered list, and the total that is told on each of its pages counts no others, \
         also where the filter is one end of a range, or a comparison in an expression."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            if !listed.reference.walk.is_whole() {
                return Verdict::not_exercised("the whole list could not be walked");
            }
            for filter in &listed.filters.rule {
                for value in listed.values(filter) {
                    let filters = [(filter, value.as_str())];
                    let walk = listed.walk(&filters, listed.list().largest()).await;
                    let (true, Some(first)) = (walk.is_whole(), walk.pages.first()) else {
                        verdict.skip(format!(
                            "{}: the list could not be walked",
                            describe(&filters)
                        ));
                        continue;
                    };
                    let found = walk.ids(listed.list());
                    let asked = describe(&filters);
                    if let Some(finding) = listed.miscounted(self.id(), &walk, &asked).await {
                        verdict.fail(finding);
                        return verdict;
                    }
                    let missing = listed
                        .passing(&filters)
                        .into_iter()
                        .find(|id| !found.contains(id));
                    match missing {
                        None => verdict.pass(),
                        Some(_) if !listed.reference.is_unchanged(listed.context).await => {
                            verdict.skip("the list changed meanwhile");
                        }
                        Some(id) => verdict.fail(
                            listed
                                .finding(
                                    self.id(),
                                    format!(
                                        "a list with {} leaves out what passes",
                                        describe(&filters)
                                    ),
                                )
                                .expected(format!("{id} in it"), format!("{} others", found.len()))
                                .input(describe(&filters))
                                .step(&first.exchange),
                        ),
                    }
                }
            }
            verdict
        }
        .boxed()
    }
}
