//! `pagination.links`

use super::{
    Listed, PageCheck,
    list::{List, led_to, link_to},
    some,
    total::total_of,
    walk::{Ended, Walk},
};
use crate::rules::Pagination;
use crate::{finding::Verdict, rules::PagingStyle};
use counterpart_model::api::{Api, Operation, ParameterLocation, Shape};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// Links lead through the whole list.
pub(super) struct Links;

impl PageCheck for Links {
    fn id(&self) -> &'static str {
        "pagination.links"
    }

    fn about(&self) -> &'static str {
        "Where a `Link` header is documented beside other ways to page, following `rel=\"next\"` (RFC 8288) meets every \
         item of the list, once, and ends with the list where a total is told; `rel=\"last\"` leads to the page that the list \
         ends with; a filter holds on the page that a link leads to."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.response.links && rule.style != PagingStyle::Link && !rule.in_body
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if !list.rule.response.links
                || list.rule.style == PagingStyle::Link
                || list.rule.in_body
            {
                return Verdict::not_exercised(
                    "no `Link` header is documented beside other ways to page",
                );
            }
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            if !reference.walk.is_whole() {
                return Verdict::not_exercised("the end of the list was not reached");
            }
            let mut linked = list.clone();
            linked.rule.rule.style = PagingStyle::Link;
            linked.rule.rule.response.next = None;
            linked.rule.rule.response.next_cursor = None;
            let least = list.sizes.least.unwrap_or(1).max(1);
            let size = u64::try_from(reference.ids.len().div_ceil(6)).unwrap_or(1);
            let size = size.clamp(least, list.largest().max(least));
            let walk = Walk::sized(listed.context, &linked, size).await;
            let mut verdict = Verdict::default();
            let ids = walk.ids(&linked);
            let (what, expected, actual) = match &walk.ended {
                Ended::Broken(why) => {
                    verdict.skip(why.clone());
                    return verdict;
                }
                Ended::Repeated(at) => (
                    "the links of pages lead in a circle".to_owned(),
                    "an end".to_owned(),
                    format!("`{at}` for the second time"),
                ),
                _ if ids == reference.ids => {
                    verdict.pass();
                    self.at_the_end(listed, &linked, &walk, &mut verdict).await;
                    self.filtered(listed, &linked, &mut verdict).await;
                    return verdict;
                }
                Ended::Tired => return Verdict::not_exercised("the list is too long"),
                Ended::AtEnd => {
                    let lost: Vec<String> = reference
                        .ids
                        .iter()
                        .filter(|id| !ids.contains(id))
                        .cloned()
                        .collect();
                    (
                        format!(
                            "following links meets {} items of {}",
                            ids.len(),
                            reference.ids.len()
                        ),
                        format!("the same {} items", reference.ids.len()),
                        if lost.is_empty() {
                            "others, or in another order".to_owned()
                        } else {
                            format!("without {}", some(&lost))
                        },
                    )
                }
            };
            if !reference.is_unchanged(listed.context).await {
                verdict.skip("the list changed while it was walked");
                return verdict;
            }
            let mut finding = listed
                .finding(self.id(), what, "the `Link` header leads from page to page")
                .expected(expected, actual);
            for page in walk.pages.iter().take(3) {
                finding = finding.step(&page.exchange);
            }
            verdict.fail(finding);
            verdict
        }
        .boxed()
    }
}

impl Links {
    /// The last page says so, and `rel="last"` leads to it.
    async fn at_the_end(
        &self,
        listed: &Listed<'_>,
        linked: &List,
        walk: &Walk,
        verdict: &mut Verdict,
    ) {
        let promise = "the `Link` header leads from page to page";
        if let [.., before, last] = walk.pages.as_slice()
            && last.items.is_empty()
            && total_of(before, &listed.reference.list.rule).is_some()
        {
            let title = "the last page links to a next one, which is empty";
            let finding = listed.finding(self.id(), title, promise);
            let finding = finding.expected("no rel=\"next\" on the last page", "one");
            return verdict.fail(finding.step(&before.exchange).step(&last.exchange));
        }
        let Some(first) = walk.pages.first() else {
            return;
        };
        let request = first.exchange.request.clone();
        let target = link_to(&first.exchange, "last");
        let Some(request) =
            target.and_then(|target| led_to(listed.context, request, &first.exchange, &target))
        else {
            return;
        };
        let Ok(page) = linked.ask(listed.context, request).await else {
            return verdict.skip("the page that rel=\"last\" leads to cannot be had");
        };
        let last = page.items.last().map(|item| linked.identity(item));
        if last.as_ref() == listed.reference.ids.last() {
            return verdict.pass();
        }
        if !listed.reference.is_unchanged(listed.context).await {
            return verdict.skip("the list changed while it was walked");
        }
        let title = "rel=\"last\" does not lead to the page that the list ends with";
        let finding = listed.finding(self.id(), title, promise).expected(
            listed.reference.ids.last().cloned().unwrap_or_default(),
            last.unwrap_or_else(|| "an empty page".to_owned()),
        );
        verdict.fail(finding.step(&first.exchange).step(&page.exchange));
    }

    /// What a list is filtered by, it is filtered by on the next page, too.
    async fn filtered(&self, listed: &Listed<'_>, linked: &List, verdict: &mut Verdict) {
        let context = listed.context;
        let least = linked.sizes.least.unwrap_or(1).max(1);
        let query = listed
            .operation
            .parameters
            .iter()
            .filter(|it| it.location == ParameterLocation::Query && it.schema().is_some());
        for parameter in query {
            let Some(Shape::Enum(of)) = parameter
                .schema()
                .map(|schema| &context.api.schema(context.api.resolve(schema)).shape)
            else {
                continue;
            };
            for value in of.strings().unwrap_or_default() {
                let holds =
                    |item: &Value| item.get(&parameter.name).and_then(Value::as_str) == Some(value);
                let request = linked.sized(least).set_query(&parameter.name, value);
                let Ok(page) = linked.ask(context, request.clone()).await else {
                    continue;
                };
                let Some(next) = linked.following(context, &request, &page) else {
                    continue;
                };
                if page.items.is_empty() || !page.items.iter().all(holds) {
                    continue;
                }
                let Ok(second) = linked.ask(context, next).await else {
                    continue;
                };
                if second.items.iter().all(holds) {
                    verdict.pass();
                    continue;
                }
                let title = format!(
                    "the page that a link leads to is not filtered by {}",
                    parameter.name
                );
                let promise = "the `Link` header leads through the list that was asked for";
                let finding = listed.finding(self.id(), title, promise);
                let finding =
                    finding.expected(format!("{} = {value}", parameter.name), "others, too");
                return verdict.fail(finding.step(&page.exchange).step(&second.exchange));
            }
        }
    }
}
