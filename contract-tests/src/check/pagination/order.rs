//! `pagination.order`

use super::{Listed, PageCheck};
use crate::{
    finding::Verdict,
    rules::{self, Pagination},
    wire,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::cmp::Ordering;

/// Items come in the documented order, the same each time.
pub(super) struct Order;

impl PageCheck for Order {
    fn id(&self) -> &'static str {
        "pagination.order"
    }

    fn about(&self) -> &'static str {
        "Items come in the documented order, and in the same order when asked again and in pages of another size."
    }

    fn concerns_whole(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        rule.order.is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            let mut verdict = Verdict::default();
            self.sorted(listed, &mut verdict);
            self.again(listed, &mut verdict).await;
            self.sizes(listed, &mut verdict).await;
            verdict
        }
        .boxed()
    }
}

/// Whether two values stand the wrong way round, however letters and signs are sorted.
pub(super) fn is_wrong(before: &str, after: &str, numbers: bool, wrong: Ordering) -> bool {
    let plain = |text: &str| text.to_lowercase();
    let letters = |text: &str| -> String {
        plain(text)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    // Numbers that are written as text may be sorted as what they are.
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit()) && !text.is_empty();
    let counted = !numbers && digits(before) && digits(after);
    rules::compare(before, after, numbers) == Some(wrong)
        && (!counted || rules::compare(before, after, true) == Some(wrong))
        && (numbers || plain(before).cmp(&plain(after)) == wrong)
        && (numbers || letters(before).cmp(&letters(after)) == wrong)
}

/// The first two neighbours that are equal by what a list is sorted by, and stand the wrong way round by what breaks ties.
pub(super) fn untied<'r, 'v>(
    order: &'r rules::Order,
    items: impl Iterator<Item = &'v Value>,
) -> Option<(String, String, &'r rules::Order)> {
    let then = order.then.as_deref()?;
    let wrong = then.direction.wrong();
    let values = items.map(|item| Some((order.by.get(item)?, then.by.get(item)?)));
    let mut before: Option<(&Value, &Value)> = None;
    for value in values {
        if let (Some((was, first)), Some((is, second))) = (before, value)
            && was == is
        {
            let (one, other) = (wire::scalar(first), wire::scalar(second));
            if is_wrong(&one, &other, first.is_number(), wrong) {
                return Some((one, other, then));
            }
        }
        before = value;
    }
    None
}

/// Where items without a value are said to stand.
pub(super) fn side_of(order: &rules::Order) -> &'static str {
    match order.absent {
        Some(rules::Stands::First) => "first",
        _ => "last",
    }
}

/// The first two neighbours of which one lacks what a list is sorted by, and stands on the wrong side: what is missing,
/// as it is told, and the value beside it.
pub(super) fn misplaced<'v>(
    order: &rules::Order,
    items: impl Iterator<Item = &'v Value>,
) -> Option<(&'static str, String)> {
    let stands = order.absent?;
    let mut before: Option<Option<&Value>> = None;
    for item in items {
        let value = order.by.get(item).filter(|it| !it.is_null());
        match (before, value, stands) {
            (Some(None), Some(value), rules::Stands::Last) => {
                return Some(("behind", wire::scalar(value)));
            }
            (Some(Some(value)), None, rules::Stands::First) => {
                return Some(("before", wire::scalar(value)));
            }
            _ => before = Some(value),
        }
    }
    None
}

impl Order {
    fn sorted(&self, listed: &Listed<'_>, verdict: &mut Verdict) {
        let reference = &listed.reference;
        let Some(order) = &reference.list.rule.order else {
            verdict.skip("the document names no order");
            return;
        };
        let wrong = order.direction.wrong();
        let mut before: Option<String> = None;
        if let Some((item, other, then)) = untied(order, reference.walk.items()) {
            let finding = listed
                .finding(
                    self.id(),
                    format!(
                        "items with one `{}` are out of order by `{}`",
                        order.by, then.by
                    ),
                    "the documented order of the list",
                )
                .expected(
                    format!("ties sorted by `{}`, {}", then.by, then.direction.word()),
                    format!("{other} after {item}"),
                );
            let page = reference.walk.pages.first();
            verdict.fail(
                page.iter()
                    .fold(finding, |finding, page| finding.step(&page.exchange)),
            );
            return;
        }
        if let Some((side, value)) = misplaced(order, reference.walk.items()) {
            let finding = listed
                .finding(
                    self.id(),
                    format!("items without `{}` stand on the wrong side", order.by),
                    "the documented order of the list",
                )
                .expected(
                    format!("items without `{}` {}", order.by, side_of(order)),
                    format!("{value} {side} one of them"),
                );
            let page = reference.walk.pages.first();
            verdict.fail(
                page.iter()
                    .fold(finding, |finding, page| finding.step(&page.exchange)),
            );
            return;
        }
        for page in &reference.walk.pages {
            for item in &page.items {
                let Some(value) = order.by.get(item).filter(|it| !it.is_null()) else {
                    continue;
                };
                let (text, number) = (wire::scalar(value), value.is_number());
                if let Some(before) = &before
                    && is_wrong(before, &text, number, wrong)
                {
                    let finding = listed
                        .finding(
                            self.id(),
                            format!("`{}` is out of order: {text} after {before}", order.by),
                            "the documented order of the list",
                        )
                        .expected(
                            format!("sorted by `{}`, {}", order.by, order.direction.word()),
                            format!("{text} after {before}"),
                        );
                    verdict.fail(finding.step(&page.exchange));
                    return;
                }
                before = Some(text);
            }
        }
        verdict.pass();
    }

    async fn again(&self, listed: &Listed<'_>, verdict: &mut Verdict) {
        let reference = &listed.reference;
        let list = &reference.list;
        let Some(first) = reference.walk.pages.first() else {
            return;
        };
        let again = match list
            .ask(listed.context, first.exchange.request.clone())
            .await
        {
            Ok(page) => page,
            Err(why) => return verdict.skip(why),
        };
        let ids = |page: &super::list::Page| -> Vec<String> {
            page.items.iter().map(|item| list.identity(item)).collect()
        };
        let (was, is) = (ids(first), ids(&again));
        let sorted = |ids: &[String]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids
        };
        if was == is {
            verdict.pass();
        } else if sorted(&was) == sorted(&is) {
            let finding = listed
                .finding(
                    self.id(),
                    "the same page comes in another order when asked again",
                    "a list has one fixed order",
                )
                .expected("the same order", "another order")
                .step(&first.exchange);
            verdict.fail(finding.step(&again.exchange));
        } else {
            verdict.skip("the list changed while it was read");
        }
    }

    async fn sizes(&self, listed: &Listed<'_>, verdict: &mut Verdict) {
        let reference = &listed.reference;
        for walk in reference.small(listed.context).await {
            let ids = walk.ids(&reference.list);
            let place = |id: &String| reference.ids.iter().position(|known| known == id);
            // Only what both walks have can be compared; what one lacks is pagination.complete's.
            let common: Vec<usize> = ids.iter().filter_map(place).collect();
            let turned = common.windows(2).any(|pair| match pair {
                [first, second] => first > second,
                _ => false,
            });
            let unique: std::collections::HashSet<&usize> = common.iter().collect();
            if !turned || unique.len() != common.len() {
                verdict.pass();
            } else if reference.is_unchanged(listed.context).await {
                let mut finding = listed
                    .finding(
                        self.id(),
                        format!("pages of {} come in another order", walk.size),
                        "a list has one fixed order",
                    )
                    .expected(
                        format!("the order of pages of {}", reference.walk.size),
                        "another",
                    );
                for page in walk.pages.iter().take(2) {
                    finding = finding.step(&page.exchange);
                }
                verdict.fail(finding);
            } else {
                verdict.skip("the list changed while it was walked");
            }
        }
    }
}
