//! `pagination.beyond`

use super::{Listed, PageCheck};
use crate::rules::Pagination;
use crate::{finding::Verdict, rules::PagingStyle};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Beyond the end there is an empty page.
pub(super) struct Beyond;

impl PageCheck for Beyond {
    fn id(&self) -> &'static str {
        "pagination.beyond"
    }

    fn about(&self) -> &'static str {
        "A page beyond the last one, by number or offset, is empty and no error; 404 passes where it is documented."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        matches!(rule.style, PagingStyle::Page | PagingStyle::Offset)
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            let rule = &list.rule;
            let count = u64::try_from(reference.ids.len()).unwrap_or(u64::MAX);
            let size = list.largest();
            let places: Vec<(&String, u64)> =
                match (rule.style, &rule.parameters.page, &rule.parameters.offset) {
                    (PagingStyle::Page, Some(name), _) => {
                        let last = rule.first_page + count.div_ceil(size.max(1)).max(1) - 1;
                        vec![(name, last + 1), (name, last + 1000)]
                    }
                    (PagingStyle::Offset, _, Some(name)) => {
                        let end = rule.first_offset + count;
                        vec![(name, end), (name, end + 1), (name, end + 1000)]
                    }
                    _ => {
                        return Verdict::not_exercised(
                            "its pages have neither numbers nor offsets",
                        );
                    }
                };
            if !reference.walk.is_whole() {
                return Verdict::not_exercised("the end of the list was not reached");
            }
            if count == 0 {
                return Verdict::not_exercised("the list is empty");
            }
            let documented = listed.operation.response(404).is_some();
            // What is more than the parameter allows is refused for that.
            let allowed = |name: &str, at: u64| {
                let mut all = listed.operation.parameters.iter();
                let schema = all.find(|it| it.name == name).and_then(|it| it.schema());
                let direction = counterpart_model::Direction::Request;
                schema.is_none_or(|id| listed.context.judge.is_valid(id, direction, &at.into()))
            };
            let mut verdict = Verdict::default();
            for (name, at) in places {
                if !allowed(name, at) {
                    continue;
                }
                let request = list.with(list.sized(size), name, &at.to_string());
                let page = list.ask(listed.context, request.clone()).await;
                let (exchange, found) = match page {
                    Ok(page) if page.items.is_empty() => {
                        verdict.pass();
                        continue;
                    }
                    Ok(page) => (page.exchange.clone(), format!("{} items", page.items.len())),
                    Err(_) => {
                        let exchange = listed.context.send(request).await;
                        let status = exchange.status();
                        if status == Some(404) && documented {
                            verdict.pass();
                            continue;
                        }
                        // A largest number may be a rule of its own.
                        if !matches!(status, Some(400..=499))
                            || at >= count + 1000
                            || status == Some(429)
                        {
                            verdict.skip(exchange.status_text());
                            continue;
                        }
                        let text = exchange.status_text();
                        (exchange, text)
                    }
                };
                if !reference.is_unchanged(listed.context).await {
                    verdict.skip("the list changed while it was read");
                    continue;
                }
                let finding = listed
                    .finding(
                        self.id(),
                        format!("what is beyond the end ({name}={at}) is no empty page"),
                        "beyond the last page there is nothing, which is no error",
                    )
                    .expected("an empty page", found)
                    .input(format!("{name}={at}"));
                verdict.fail(finding.step(&exchange));
            }
            verdict
        }
        .boxed()
    }
}
