//! `pagination.sort`

use super::{Listed, PageCheck, order::is_wrong, walk::Walk};
use crate::rules::Pagination;
use crate::{
    context::identity::item_schema_of,
    finding::Verdict,
    rules::{self, infer},
    wire,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::{cmp::Ordering, collections::HashSet};

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
            for key in keys {
                let mut request = list.sized(list.largest());
                for (name, value) in &key.asked {
                    request = list.with(request, name, value);
                }
                let walk = Walk::from(listed.context, list, request, list.largest()).await;
                let asked = key.asked.iter();
                let asked: Vec<String> = asked.map(|(name, it)| format!("{name}={it}")).collect();
                let input = asked.join(" and ");
                let Some(page) = walk.pages.first() else {
                    verdict.skip(format!("{input}: no page"));
                    continue;
                };
                let wrong = match key.order.direction {
                    rules::Sorted::Ascending => Ordering::Greater,
                    rules::Sorted::Descending => Ordering::Less,
                };
                let values: Vec<(String, bool)> = walk
                    .items()
                    .filter_map(|item| key.order.by.get(item))
                    .filter(|value| value.is_string() || value.is_number())
                    .map(|value| (wire::scalar(value), value.is_number()))
                    .collect();
                let turned = |wrong: Ordering| {
                    values.windows(2).find_map(|pair| match pair {
                        [(before, number), (after, _)] => {
                            is_wrong(before, after, *number, wrong).then_some((before, after))
                        }
                        _ => None,
                    })
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
                let ids: HashSet<String> = walk.ids(list).into_iter().collect();
                let lost = reference.ids.iter().find(|id| !ids.contains(*id));
                match lost {
                    Some(id)
                        if walk.is_whole()
                            && reference.walk.is_whole()
                            && reference.is_unchanged(listed.context).await =>
                    {
                        let finding = listed
                            .finding(
                                self.id(),
                                format!("with {input} items are missing"),
                                "an order leaves nothing out",
                            )
                            .expected(
                                format!("{} items", reference.ids.len()),
                                format!("without {id}"),
                            )
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
