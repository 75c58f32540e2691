//! `filter.range`

use super::{FilterCheck, Listed, describe};
use crate::{
    finding::Verdict,
    rules::{Grain, Match},
};
use futures::{FutureExt as _, future::BoxFuture};

/// The ends of a range are inside or outside, as the document says.
pub(super) struct Range;

impl FilterCheck for Range {
    fn id(&self) -> &'static str {
        "filter.range"
    }

    fn about(&self) -> &'static str {
        "An item whose value is exactly the end of a range is inside for gte and lte, outside for gt and lt."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            for filter in listed.filters.rule.iter().filter(|filter| {
                // A day that is one somewhere is not judged at its ends.
                filter.edge && filter.grain != Grain::SomeDay
            }) {
                let inside = match filter.r#match {
                    Match::Gte | Match::Lte => true,
                    Match::Gt | Match::Lt => false,
                    Match::Equals
                    | Match::Differs
                    | Match::Contains
                    | Match::Prefix
                    | Match::Like
                    | Match::Begins => continue,
                };
                for value in listed.values(filter) {
                    let filters = [(filter, value.as_str())];
                    let at_end: Vec<String> = listed
                        .items()
                        .filter(|item| filter.values_of(item).contains(&value))
                        .map(|item| listed.list().identity(item))
                        .collect();
                    let walk = listed.walk(&filters, listed.list().largest()).await;
                    let (true, Some(page)) = (walk.is_whole(), walk.pages.first()) else {
                        verdict.skip(format!(
                            "{}: the list could not be walked",
                            describe(&filters)
                        ));
                        continue;
                    };
                    let found = walk.ids(listed.list());
                    let wrong = at_end.iter().find(|id| found.contains(id) != inside);
                    match wrong {
                        None => verdict.pass(),
                        Some(_) if !listed.reference.is_unchanged(listed.context).await => {
                            verdict.skip("the list changed meanwhile");
                        }
                        Some(id) => {
                            let (wanted, got) = if inside {
                                ("inside", "left out")
                            } else {
                                ("outside", "let in")
                            };
                            verdict.fail(
                                listed
                                    .finding(
                                        self.id(),
                                        format!(
                                            "the end of the range {} is {got}",
                                            describe(&filters)
                                        ),
                                    )
                                    .expected(format!("{id} {wanted}"), got)
                                    .input(describe(&filters))
                                    .step(&page.exchange),
                            );
                        }
                    }
                }
            }
            if verdict.cases == 0 {
                verdict.skip("no filter is a range, or none could be tried");
            }
            verdict
        }
        .boxed()
    }
}
