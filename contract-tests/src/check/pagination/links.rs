//! `pagination.links`

use super::{
    Listed, PageCheck, link_end,
    link_query::target,
    list::{List, Page, led_to},
    some,
    total::total_of,
    walk::{Ended, Walk},
};
use crate::{
    context::identity::item_schema_of,
    finding::Verdict,
    request::Request,
    rules::{Pagination, PagingStyle, Pointer, infer},
    wire,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use indexmap::IndexMap;

/// So many pages after the second are compared.
const FURTHER: usize = 2;

/// From so many pages, and from the last one, the links that lead back are followed.
const BACK: usize = 4;
/// Links are followed under so many filters.
const FILTERS: usize = 8;
/// And under so many values of each.
const VALUES: usize = 2;

const PROMISE: &str = "links lead from page to page";

/// Links lead through the whole list.
pub(super) struct Links;

impl PageCheck for Links {
    fn id(&self) -> &'static str {
        "pagination.links"
    }

    fn about(&self) -> &'static str {
        "Where a `Link` header (RFC 8288) or links in the body are documented beside other ways to page, following `next` \
         meets every item of the list, once, and ends with the list where a total is told; `last` leads to the page that \
         the list ends with, `prev` and `first` lead back; what else was asked for, a filter or an order, holds on the page \
         that a link leads to."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        let own = matches!(rule.style, PagingStyle::Link | PagingStyle::Whole);
        let body = rule.response.relations.contains_key("next");
        (rule.response.links || body) && !own && !rule.in_body
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if !self.concerns(&list.rule, &listed.context.api, listed.operation) {
                return Verdict::not_exercised("no links are documented beside other ways to page");
            }
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            if !reference.walk.is_whole() {
                return Verdict::not_exercised("the end of the list was not reached");
            }
            let mut linked = list.clone();
            linked.rule.rule.style = PagingStyle::Link;
            let body = list.rule.response.relations.get("next").cloned();
            linked.rule.rule.response.next = body.filter(|_| !list.rule.response.links);
            linked.rule.rule.response.next_cursor = None;
            let least = list.sizes.least.unwrap_or(1).max(1);
            let size = u64::try_from(reference.ids.len().div_ceil(6)).unwrap_or(1);
            let size = size.clamp(least, list.largest().max(least));
            let walk = Walk::sized(listed.context, &linked, size).await;
            if walk.pages.len() == 1 && !list.rule.response.links && size < list.largest() {
                return Verdict::not_exercised("no page has the link that is documented");
            }
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
                    link_end::judge(self.id(), listed, &linked, &mut verdict).await;
                    self.back(listed, &linked, &walk, &mut verdict).await;
                    self.kept(listed, &linked, &mut verdict).await;
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
                .finding(self.id(), what, PROMISE)
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
    /// The page that a relation of another page leads to; `None` where there is no such relation.
    async fn related(
        &self,
        listed: &Listed<'_>,
        linked: &List,
        page: &Page,
        relation: &str,
    ) -> Option<Result<Page, String>> {
        let target = target(page, &listed.reference.list.rule, relation)?;
        let request = page.exchange.request.clone();
        let request = led_to(listed.context, request, &page.exchange, &target)?;
        Some(
            linked
                .ask(listed.context, request)
                .await
                .map_err(Into::into),
        )
    }

    /// The last page says so, and `last` leads to it.
    async fn at_the_end(
        &self,
        listed: &Listed<'_>,
        linked: &List,
        walk: &Walk,
        verdict: &mut Verdict,
    ) {
        if let [.., before, last] = walk.pages.as_slice()
            && last.items.is_empty()
            && (listed.reference.list.rule.response.link_ends
                || total_of(before, &listed.reference.list.rule).is_some())
        {
            let title = "the last page links to a next one, which is empty";
            let finding = listed.finding(self.id(), title, PROMISE);
            let finding = finding.expected("no `next` on the last page", "one");
            return verdict.fail(finding.step(&before.exchange).step(&last.exchange));
        }
        let Some(first) = walk.pages.first() else {
            return;
        };
        let Some(page) = self.related(listed, linked, first, "last").await else {
            return;
        };
        let Ok(page) = page else {
            return verdict.skip("the page that `last` leads to cannot be had");
        };
        let last = page.items.last().map(|item| linked.identity(item));
        if last.as_ref() == listed.reference.ids.last() {
            return verdict.pass();
        }
        if !listed.reference.is_unchanged(listed.context).await {
            return verdict.skip("the list changed while it was walked");
        }
        let title = "the link `last` does not lead to the page that the list ends with";
        let finding = listed.finding(self.id(), title, PROMISE).expected(
            listed.reference.ids.last().cloned().unwrap_or_default(),
            last.unwrap_or_else(|| "an empty page".to_owned()),
        );
        verdict.fail(finding.step(&first.exchange).step(&page.exchange));
    }

    /// A page that has no link back, where it is said that all but the first have one.
    fn unlinked<'w>(
        &self,
        listed: &Listed<'_>,
        walk: &'w Walk,
    ) -> Option<(&'w Page, &'static str)> {
        let rule = &listed.reference.list.rule;
        let header = listed.operation.response(200).and_then(|(_, response)| {
            let mut headers = response.headers.iter();
            let (_, header) = headers.find(|(name, _)| name.eq_ignore_ascii_case("link"))?;
            header.description.as_deref()
        });
        let own = [listed.operation.description.as_deref(), header];
        let speaks = |text: &&str| text.to_lowercase().contains("prev");
        let general = listed.context.api.description.as_deref();
        let general = general.filter(|_| !own.into_iter().flatten().any(|it| speaks(&it)));
        let general = general.filter(|text| text.contains("Link"));
        let texts = own.into_iter().chain([general]);
        let told = texts.flatten().any(infer::links_back);
        let counted = matches!(rule.style, PagingStyle::Page | PagingStyle::Offset);
        let place = rule.response.relations.get("prev");
        let place = place.filter(|_| counted && !rule.response.links);
        let told = told
            || place.is_some_and(|place| {
                infer::back_but_at_first(&listed.context.api, listed.operation, place)
            });
        let mut others = walk.pages.iter().skip(1);
        let page =
            others.find(|page| !page.items.is_empty() && target(page, rule, "prev").is_none());
        let title = "a page that is not the first has no link `prev`";
        page.filter(|_| told).map(|page| (page, title))
    }

    /// From each page `prev` leads to the one before, and `first` from the second one to the first.
    async fn back(&self, listed: &Listed<'_>, linked: &List, walk: &Walk, verdict: &mut Verdict) {
        let [first, second, ..] = walk.pages.as_slice() else {
            return;
        };
        if let Some((page, title)) = self.unlinked(listed, walk)
            && listed.reference.is_unchanged(listed.context).await
        {
            let finding = listed.finding(self.id(), title, PROMISE);
            let finding = finding.expected("a link `prev`", "none");
            return verdict.fail(finding.step(&first.exchange).step(&page.exchange));
        }
        // By a cursor, what leads back may lead to the newest.
        let style = listed.reference.list.rule.style;
        let counted = matches!(style, PagingStyle::Page | PagingStyle::Offset);
        let back = if counted { BACK } else { 1 };
        let mut pairs: Vec<(&str, &Page, &Page)> = vec![("first", second, first)];
        let neighbours = walk.pages.iter().zip(walk.pages.iter().skip(1));
        let neighbours: Vec<_> = neighbours
            .map(|(before, page)| ("prev", page, before))
            .collect();
        // What the last page leads back to is a case of its own.
        let last = neighbours
            .last()
            .filter(|_| counted && neighbours.len() > BACK)
            .copied();
        pairs.extend(neighbours.into_iter().take(back).chain(last));
        for (relation, page, wanted) in pairs {
            let found = match self.related(listed, linked, page, relation).await {
                None => continue,
                Some(Ok(found)) => found,
                Some(Err(why)) => {
                    verdict.skip(format!("{relation}: {why}"));
                    continue;
                }
            };
            let ids = |page: &Page| -> Vec<String> {
                let items = page.items.iter();
                items.map(|item| linked.identity(item)).collect()
            };
            // Its size may be another one.
            if !found.items.is_empty() && ids(&found).first() == ids(wanted).first() {
                verdict.pass();
                continue;
            }
            if !listed.reference.is_unchanged(listed.context).await {
                return verdict.skip("the list changed while it was walked");
            }
            let title = match relation {
                "first" => "the link `first` does not lead to the first page",
                _ => "the link `prev` does not lead to the page before",
            };
            let finding = listed.finding(self.id(), title, PROMISE).expected(
                format!("a page with {}", some(&ids(wanted))),
                match ids(&found).as_slice() {
                    [] => "an empty page".to_owned(),
                    others => format!("one with {}", some(others)),
                },
            );
            let finding = finding.step(&wanted.exchange).step(&page.exchange);
            return verdict.fail(finding.step(&found.exchange));
        }
    }

    /// What else was asked for holds on the page that a link leads to.
    async fn kept(&self, listed: &Listed<'_>, linked: &List, verdict: &mut Verdict) {
        let list = &listed.reference.list;
        let size = linked.sizes.least.unwrap_or(1).max(1);
        let ids = |page: &Page| -> Vec<String> {
            let items = page.items.iter();
            items.map(|item| linked.identity(item)).collect()
        };
        for (input, request, by) in self.variants(listed, list.sized(size)) {
            // Items that are alike in what they are sorted by may come in any order.
            let ids = |page: &Page| -> Vec<String> {
                match &by {
                    None => ids(page),
                    Some(by) => {
                        let values = page.items.iter().map(|item| by.get(item));
                        values
                            .map(|it| it.map(wire::scalar).unwrap_or_default())
                            .collect()
                    }
                }
            };
            let Ok(page) = linked.ask(listed.context, request.clone()).await else {
                continue;
            };
            // What the page itself tells is what continues, by a parameter and by a link.
            let counted = Page {
                next: None,
                ..page.clone()
            };
            let (Some(by_link), Some(by_parameter)) = (
                linked.following(listed.context, &request, &page),
                list.following(listed.context, &request, &counted),
            ) else {
                continue;
            };
            let linked_to = linked.ask(listed.context, by_link.clone()).await;
            let asked_for = list.ask(listed.context, by_parameter.clone()).await;
            let (Ok(mut linked_to), Ok(mut asked_for)) = (linked_to, asked_for) else {
                continue;
            };
            // The next ones as well: two pages may be alike by chance.
            let (mut by_link, mut by_parameter) = (by_link, by_parameter);
            for _ in 0..FURTHER {
                if ids(&linked_to) != ids(&asked_for) {
                    break;
                }
                let (Some(link), Some(parameter)) = (
                    linked.following(listed.context, &by_link, &linked_to),
                    list.following(listed.context, &by_parameter, &asked_for),
                ) else {
                    break;
                };
                (by_link, by_parameter) = (link, parameter);
                let linked_page = linked.ask(listed.context, by_link.clone()).await;
                let asked_page = list.ask(listed.context, by_parameter.clone()).await;
                let (Ok(linked_page), Ok(asked_page)) = (linked_page, asked_page) else {
                    break;
                };
                (linked_to, asked_for) = (linked_page, asked_page);
            }
            if ids(&linked_to) == ids(&asked_for) {
                verdict.pass();
                continue;
            }
            if !listed.reference.is_unchanged(listed.context).await {
                return verdict.skip("the list changed while it was walked");
            }
            let title = format!("the page that a link leads to does not keep {input}");
            let promise = "links lead through the list that was asked for";
            let finding = listed.finding(self.id(), title, promise).expected(
                format!("the page with {input}: {}", some(&ids(&asked_for))),
                some(&ids(&linked_to)),
            );
            let finding = finding.input(input).step(&page.exchange);
            return verdict.fail(finding.step(&linked_to.exchange).step(&asked_for.exchange));
        }
    }

    /// Requests for a list that is asked for something else beside its pages: a filter, an order.
    /// With an order, where in an item that stands.
    fn variants(
        &self,
        listed: &Listed<'_>,
        request: Request,
    ) -> Vec<(String, Request, Option<Pointer>)> {
        let context = listed.context;
        let list = &listed.reference.list;
        let filters = context.filters(listed.operation);
        let filters = filters.ok().flatten().map(|it| it.rule);
        let mut found = Vec::new();
        // The size of a page, where three of them can be had.
        let size = list.sizes.least.unwrap_or(1).max(1) + 1;
        let count = u64::try_from(listed.reference.ids.len()).unwrap_or(0);
        if let Some(name) = list.rule.parameters.size()
            && list.rule.fills_pages()
            && size <= list.largest()
            && count > size * 2
        {
            found.push((format!("{name}={size}"), list.sized(size), None));
        }
        for filter in filters.unwrap_or_default().into_iter().take(FILTERS) {
            let values = listed
                .reference
                .walk
                .items()
                .flat_map(|item| filter.values_of(item));
            let mut counts: IndexMap<String, usize> = IndexMap::new();
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
            // Values that several items have, so that there is a second page; with a third page first, since a single one may
            // be what stands in that place without the filter, too.
            let mut several: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
            several.sort_by_key(|(_, count)| (**count < 3, **count));
            for (value, _) in several.into_iter().take(VALUES) {
                let input = format!("{}={}", filter.parameter, filter.written(value));
                let request = list.filtered(request.clone(), &[(&filter, value.as_str())]);
                found.push((input, request, None));
            }
        }
        let keys = item_schema_of(&context.api, listed.operation)
            .map(|item| infer::sort_keys(&context.api, listed.operation, item));
        for key in keys.unwrap_or_default().into_iter().rev().take(2) {
            let input = key.asked.iter().map(|(name, it)| format!("{name}={it}"));
            let input = input.collect::<Vec<_>>().join(" and ");
            let sorted = key
                .asked
                .iter()
                .fold(request.clone(), |request, (name, value)| {
                    list.with(request, name, value)
                });
            found.push((input, sorted, Some(key.order.by)));
        }
        found
    }
}
