//! `pagination.sort`

use super::{
    Listed, PageCheck,
    order::{is_wrong, misplaced, side_of, untied},
    walk::Walk,
};
use crate::rules::Pagination;
use crate::{context::identity::item_schema_of, finding::Verdict, rules::infer, wire};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::{cmp::Ordering, collections::HashSet};

/// A list is sorted anew in about so many pages.
const PAGES: usize = 4;

/// A list comes in the order that was asked for.
pub(super) struct Sort;

impl PageCheck for Sort {
    fn id(&self) -> &'static str {
        "pagination.sort"
    }

    fn about(&self) -> &'static str {
        "Where a parameter chooses the order by the name of a property (`price`, `-price`, `price:desc`), the list comes \
         in that order, and holds the same items."
    }

    fn concerns(&self, _: &Pagination, api: &Api, operation: &Operation) -> bool {
        item_schema_of(api, operation)
            .is_some_and(|item| !infer::sort_keys(api, operation, item).is_empty())
    }

    fn concerns_whole(&self, rule: &Pagination, api: &Api, operation: &Operation) -> bool {
        self.concerns(rule, api, operation)
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            let api = &listed.context.api;
            let keys = item_schema_of(api, listed.operation)
                .map(|item| infer::sort_keys(api, listed.operation, item))
                .unwrap_or_default();
            if keys.is_empty() {
                return Verdict::not_exercised("no parameter chooses the order");
            }
            if let Some(short) = listed.too_short(3) {
                return short;
            }
            let mut verdict = Verdict::default();
            let least = list.sizes.least.unwrap_or(1).max(1);
            let size = u64::try_from(reference.ids.len().div_ceil(PAGES)).unwrap_or(1);
            let size = size.clamp(least, list.largest().max(least));
            for key in keys {
                // In some pages, so that it shows where an order is forgotten after the first one.
                let mut request = list.sized(size);
                for (name, value) in &key.asked {
                    request = list.with(request, name, value);
                }
                let walk = Walk::from(listed.context, list, request, size).await;
                let asked = key.asked.iter();
                let asked: Vec<String> = asked.map(|(name, it)| format!("{name}={it}")).collect();
                let input = asked.join(" and ");
                let Some(page) = walk.pages.first() else {
                    verdict.skip(format!("{input}: no page"));
                    continue;
                };
                let wrong = key.order.direction.wrong();
                let values: Vec<(String, bool)> = walk
                    .items()
                    .filter_map(|item| key.order.by.get(item))
                    .filter(|value| value.is_string() || value.is_number())
                    .map(|value| (wire::scalar(value), value.is_number()))
                    .collect();
                let spelled = |wrong: Ordering| {
                    values.windows(2).find_map(|pair| match pair {
                        [(before, number), (after, _)] => {
                            is_wrong(before, after, *number, wrong).then_some((before, after))
                        }
                        _ => None,
                    })
                };
                // Few values may be sorted by rank, either way, or by spelling: what is equal stands together.
                let torn = || {
                    let mut done: Vec<&String> = Vec::new();
                    values.windows(2).find_map(|pair| match pair {
                        [(before, _), (after, _)] if before != after => {
                            done.push(before);
                            done.contains(&after).then_some((before, after))
                        }
                        _ => None,
                    })
                };
                let turned = |wrong: Ordering| match key.few {
                    true => torn(),
                    false => spelled(wrong),
                };
                // Nobody says which way a bare name sorts: one of the two.
                let turned =
                    turned(wrong).filter(|_| !key.either || turned(wrong.reverse()).is_some());
                if let Some((before, after)) = turned {
                    let finding = listed
                        .finding(
                            self.id(),
                            format!("with {input} `{}` is out of order", key.order.by),
                            "the list comes in the order that is asked for",
                        )
                        .expected(
                            match key.either {
                                true => format!("sorted by `{}`, either way", key.order.by),
                                false => {
                                    let way = key.order.direction.word();
                                    format!("sorted by `{}`, {way}", key.order.by)
                                }
                            },
                            format!("{after} after {before}"),
                        )
                        .input(input);
                    verdict.fail(finding.step(&page.exchange));
                    continue;
                }
                if let Some((one, other, then)) = untied(&key.order, walk.items()) {
                    let finding = listed
                        .finding(
                            self.id(),
                            format!(
                                "with {input} items with one `{}` are out of order by `{}`",
                                key.order.by, then.by
                            ),
                            "the list comes in the order that is asked for",
                        )
                        .expected(
                            format!("ties sorted by `{}`, {}", then.by, then.direction.word()),
                            format!("{other} after {one}"),
                        )
                        .input(input);
                    verdict.fail(finding.step(&page.exchange));
                    continue;
                }
                if let Some((side, value)) = misplaced(&key.order, walk.items()) {
                    let by = &key.order.by;
                    let finding = listed
                        .finding(
                            self.id(),
                            format!("with {input} items without `{by}` stand on the wrong side"),
                            "the list comes in the order that is asked for",
                        )
                        .expected(
                            format!("items without `{by}` {}", side_of(&key.order)),
                            format!("{value} {side} one of them"),
                        )
                        .input(input);
                    verdict.fail(finding.step(&page.exchange));
                    continue;
                }
                let ids: HashSet<String> = walk.ids(list).into_iter().collect();
                let lost = reference.ids.iter().find(|id| !ids.contains(*id));
                let known: HashSet<&String> = reference.ids.iter().collect();
                let gained = ids.iter().find(|id| !known.contains(*id));
                match lost
                    .map(|id| ("items are missing", format!("without {id}")))
                    .or_else(|| {
                        gained.map(|id| {
                            (
                                "there are items that the list lacks otherwise",
                                format!("also {id}"),
                            )
                        })
                    }) {
                    Some((what, actual))
                        if walk.is_whole()
                            && reference.walk.is_whole()
                            && reference.is_unchanged(listed.context).await =>
                    {
                        let finding = listed
                            .finding(
                                self.id(),
                                format!("with {input} {what}"),
                                "an order leaves nothing out",
                            )
                            .expected(format!("{} items", reference.ids.len()), actual)
                            .input(input);
                        verdict.fail(finding.step(&page.exchange));
                    }
                    _ => verdict.pass(),
                }
            }
            verdict
        }
        .boxed()
    }
}
