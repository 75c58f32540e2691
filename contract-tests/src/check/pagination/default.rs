//! `pagination.default`

use super::{Listed, PageCheck};
use crate::finding::Verdict;
use futures::{FutureExt as _, future::BoxFuture};

/// Without a limit, pages have the documented size.
pub(super) struct Default;

impl PageCheck for Default {
    fn id(&self) -> &'static str {
        "pagination.default"
    }

    fn about(&self) -> &'static str {
        "Without a limit, a page has as many items as the parameter's default says."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let list = &listed.reference.list;
            let Some(default) = list.sizes.default else {
                return Verdict::not_exercised("the document names no default limit");
            };
            let page = match list.ask(listed.context, list.base.clone()).await {
                Ok(page) => page,
                Err(why) => return Verdict::not_exercised(why),
            };
            let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            let there = u64::try_from(listed.reference.ids.len()).unwrap_or(u64::MAX);
            let mut verdict = Verdict::default();
            let fills = list.rule.fills_pages();
            if count > default || (fills && count < default.min(there) && page.more != Some(false))
            {
                let finding = listed
                    .finding(
                        self.id(),
                        format!("without a limit a page has {count} items, not {default}"),
                        "the default of the limit",
                    )
                    .expected(
                        format!("{} items", default.min(there)),
                        format!("{count} items"),
                    );
                verdict.fail(finding.step(&page.exchange));
            } else if there <= default {
                verdict.skip(format!(
                    "the list has {there} items, no more than the default limit of {default}"
                ));
            } else {
                verdict.pass();
            }
            verdict
        }
        .boxed()
    }
}
