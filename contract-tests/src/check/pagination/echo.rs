//! `pagination.echo`

use super::{Listed, PageCheck};
use crate::finding::Verdict;
use crate::rules::Pagination;
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// A page says which one it is.
pub(super) struct Echo;

impl PageCheck for Echo {
    fn id(&self) -> &'static str {
        "pagination.echo"
    }

    fn about(&self) -> &'static str {
        "Where a page tells its own number, offset or size, it is what was asked for; a size may count what came."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        !rule.response.echoes.is_empty()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let list = &listed.reference.list;
            if list.rule.response.echoes.is_empty() {
                return Verdict::not_exercised("its pages do not say what was asked for");
            }
            let mut verdict = Verdict::default();
            let small = listed.reference.small(listed.context).await;
            let pages = small.iter().flat_map(|walk| walk.pages.iter().take(3));
            for page in pages {
                let Some(body) = page.exchange.json() else {
                    continue;
                };
                for (name, place) in &list.rule.response.echoes {
                    let asked = list.number(&page.exchange.request, name);
                    let found = place.get(&body).and_then(serde_json::Value::as_u64);
                    let (Some(asked), Some(found)) = (asked, found) else {
                        continue;
                    };
                    // A size may count what came.
                    let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
                    if asked == found
                        || Some(name) == list.rule.parameters.limit.as_ref() && found == count
                    {
                        verdict.pass();
                        continue;
                    }
                    let finding = listed
                        .finding(
                            self.id(),
                            format!("`{place}` is {found} where `{name}` was {asked}"),
                            "a page tells what was asked for",
                        )
                        .expected(asked.to_string(), found.to_string());
                    verdict.fail(finding.step(&page.exchange));
                    return verdict;
                }
            }
            if verdict.cases == 0 {
                verdict.skip("no page told anything that had been asked for");
            }
            verdict
        }
        .boxed()
    }
}
