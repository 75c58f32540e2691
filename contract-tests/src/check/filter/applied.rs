//! `filter.applied`

use super::{FilterCheck, Listed, describe};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};

/// Every item of a filtered list passes the filter.
pub(super) struct Applied;

impl FilterCheck for Applied {
    fn id(&self) -> &'static str {
        "filter.applied"
    }

    fn about(&self) -> &'static str {
        "Every item of a list with one filter passes it, by the pointer and comparison of x-filters."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            for filter in &listed.filters.rule {
                let values = listed.values(filter);
                if values.is_empty() {
                    verdict.skip(format!(
                        "{}: no item has a value to ask for",
                        filter.parameter
                    ));
                }
                let unused = listed.unused(filter);
                let inner = listed.inner(filter);
                for value in values.into_iter().chain(unused).chain(inner) {
                    let filters = [(filter, value.as_str())];
                    let request = listed.request(&filters, listed.list().largest());
                    let page = match listed.list().ask(listed.context, request).await {
                        Ok(page) => page,
                        Err(why) => {
                            verdict.skip(format!("{}: {why}", describe(&filters)));
                            continue;
                        }
                    };
                    let intruder = page
                        .items
                        .iter()
                        .find(|item| filter.passes(item, &value) == Some(false));
                    match intruder {
                        None => verdict.pass(),
                        Some(item) => verdict.fail(
                            listed
                                .finding(
                                    self.id(),
                                    format!("a list with {} holds others too", describe(&filters)),
                                )
                                .expected(
                                    format!("{} {:?} {value}", filter.item, filter.r#match),
                                    filter.item.get(item).map_or_else(
                                        || "nothing there".to_owned(),
                                        ToString::to_string,
                                    ),
                                )
                                .input(describe(&filters))
                                .step(&page.exchange),
                        ),
                    }
                }
            }
            verdict
        }
        .boxed()
    }
}
