//! Pages.

use super::Group;
use crate::fault::{Answer, Asked, Fault, Switch};
use serde_json::{Value, json};

fn page(
    asked: &Asked,
    answer: &mut Answer,
    change: impl FnOnce(&mut serde_json::Map<String, Value>),
) {
    if answer.ok() && asked.is_list() {
        answer.pagination(change);
    }
}

fn limit(asked: &Asked) -> Option<i64> {
    asked
        .param("limit")
        .map_or(Some(50), |text| text.parse().ok())
}

pub(super) fn faults() -> Vec<Fault> {
    let mut all = sizes();
    all.extend(cursors());
    all.extend(walks());
    all
}

fn sizes() -> Vec<Fault> {
    let g = Group("pagination");
    vec![
        g.ask(
            "page-limit-ignored",
            "pagination.limit",
            "every page has 50 items, whatever the limit",
            |q| {
                if q.is_list() && limit(q).is_some_and(|n| (1..=200).contains(&n)) {
                    q.drop_param("limit");
                }
            },
        ),
        g.ask(
            "page-limit-plus-one",
            "pagination.limit",
            "pages have one item more than the limit",
            |q| {
                if let Some(n) = limit(q)
                    && q.is_list()
                    && (1..200).contains(&n)
                {
                    q.set_param("limit", (n + 1).to_string());
                }
            },
        ),
        g.ask(
            "page-limit-minus-one",
            "pagination.limit",
            "full pages have one item less than the limit",
            |q| {
                if let Some(n) = limit(q)
                    && q.is_list()
                    && (2..=200).contains(&n)
                {
                    q.set_param("limit", (n - 1).to_string());
                }
            },
        ),
        g.ask(
            "page-default-20",
            "pagination.default",
            "without a limit pages have 20 items in place of 50",
            |q| {
                if q.is_list() && q.param("limit").is_none() {
                    q.set_param("limit", "20");
                }
            },
        ),
        g.ask(
            "page-most-is-100",
            "pagination.limit",
            "pages never have more than 100 items",
            |q| {
                if q.is_list() && limit(q).is_some_and(|n| (101..=200).contains(&n)) {
                    q.set_param("limit", "100");
                }
            },
        ),
        g.ask(
            "page-limit-zero",
            "request.rejected",
            "limit=0 is taken for the default",
            |q| {
                if q.is_list() && q.param("limit") == Some("0") {
                    q.drop_param("limit");
                }
            },
        ),
        g.ask(
            "page-limit-clamped",
            "request.rejected",
            "limits above 200 are taken for 200",
            |q| {
                if q.is_list() && limit(q).is_some_and(|n| n > 200) {
                    q.set_param("limit", "200");
                }
            },
        ),
        g.ask(
            "page-limit-negative",
            "request.rejected",
            "negative limits are taken without their sign",
            |q| {
                if let Some(n) = limit(q)
                    && q.is_list()
                    && n < 0
                {
                    q.set_param("limit", n.unsigned_abs().clamp(1, 200).to_string());
                }
            },
        ),
        g.ask(
            "page-limit-text",
            "request.rejected",
            "a limit that is not a number is left aside",
            |q| {
                if q.is_list() && limit(q).is_none() {
                    q.drop_param("limit");
                }
            },
        ),
    ]
}

fn cursors() -> Vec<Fault> {
    let g = Group("pagination");
    vec![
        g.act(
            "page-both-cursors",
            "pagination.exclusive",
            "both cursors together are accepted",
            Switch::BothCursors,
        ),
        g.act(
            "page-unknown-cursor-starts",
            "pagination.unknown_cursor",
            "a cursor that names nothing starts from the beginning",
            Switch::UnknownCursorStarts,
        ),
        g.act(
            "page-unknown-cursor-empty",
            "pagination.unknown_cursor",
            "a cursor that names nothing gives an empty page",
            Switch::UnknownCursorEmpty,
        ),
        g.answer(
            "page-next-cursor-first",
            "pagination.cursor",
            "nextCursor is the first item of the page",
            |q, a, _| {
                let first = a
                    .json()
                    .and_then(|body| body.pointer("/items/0/id").cloned());
                page(q, a, |p| {
                    if p.get("hasMore") == Some(&json!(true))
                        && let Some(first) = first
                    {
                        p.insert("nextCursor".into(), first);
                    }
                });
            },
        ),
        g.answer(
            "page-next-cursor-null",
            "response.invariant",
            "nextCursor is null although hasMore is true",
            |q, a, _| {
                page(q, a, |p| drop(p.insert("nextCursor".into(), Value::Null)));
            },
        ),
        g.answer(
            "page-next-cursor-at-end",
            "response.invariant",
            "nextCursor is given although hasMore is false",
            |q, a, _| {
                let last = a
                    .json()
                    .and_then(|body| body.get("items")?.as_array()?.last()?.get("id").cloned());
                page(q, a, |p| {
                    if let Some(last) = last {
                        p.insert("nextCursor".into(), last);
                    }
                });
            },
        ),
        g.answer(
            "page-more-never",
            "pagination.complete",
            "hasMore is false on every page",
            |q, a, _| {
                page(q, a, |p| {
                    p.insert("hasMore".into(), json!(false));
                    p.insert("nextCursor".into(), Value::Null);
                });
            },
        ),
        g.act(
            "page-more-when-full",
            "pagination.has_more",
            "hasMore is true whenever a page is full",
            Switch::MoreWhenFull,
        ),
    ]
}

fn walks() -> Vec<Fault> {
    let g = Group("pagination");
    vec![
        g.answer(
            "page-endless",
            "pagination.terminates",
            "after the last page comes the first one again",
            |q, a, _| {
                let first = a
                    .json()
                    .and_then(|body| body.pointer("/items/0/id").cloned());
                if q.param("starting_after").is_some() && q.param("ending_before").is_none() {
                    page(q, a, |p| {
                        if p.get("hasMore") == Some(&json!(false))
                            && let Some(first) = first
                        {
                            p.insert("hasMore".into(), json!(true));
                            p.insert("nextCursor".into(), first);
                        }
                    });
                }
            },
        ),
        g.answer(
            "page-stands-still",
            "pagination.terminates",
            "the last page says that more follow after itself",
            |q, a, _| {
                let last = a
                    .json()
                    .and_then(|body| body.get("items")?.as_array()?.last()?.get("id").cloned());
                let last = last.or_else(|| q.param("starting_after").map(|id| json!(id)));
                if q.param("ending_before").is_none() {
                    page(q, a, |p| {
                        if let Some(last) = last {
                            p.insert("hasMore".into(), json!(true));
                            p.insert("nextCursor".into(), last);
                        }
                    });
                }
            },
        ),
        g.answer(
            "page-stops-early",
            "pagination.complete",
            "the second page says that it is the last",
            |q, a, _| {
                if q.param("starting_after").is_some() {
                    page(q, a, |p| {
                        p.insert("hasMore".into(), json!(false));
                        p.insert("nextCursor".into(), Value::Null);
                    });
                }
            },
        ),
        g.answer(
            "page-empty-between",
            "pagination.complete",
            "pages after a cursor come empty although more follow",
            |q, a, _| {
                if q.param("starting_after").is_some() && a.ok() && q.is_list() {
                    let more = a
                        .json()
                        .and_then(|body| body.pointer("/pagination/hasMore").cloned());
                    if more == Some(json!(true)) {
                        a.items(Vec::clear);
                    }
                }
            },
        ),
        g.act(
            "page-repeats",
            "pagination.duplicates",
            "each page begins with the last item of the one before",
            Switch::PageRepeatsCursor,
        ),
        g.act(
            "page-shifted-by-new",
            "pagination.insertion",
            "while items are added, a page begins with the last item of the one before",
            Switch::PageShifted,
        ),
        g.act(
            "page-skips",
            "pagination.complete",
            "each page leaves out its first item",
            Switch::PageSkipsOne,
        ),
        g.act(
            "page-cursor-by-time",
            "pagination.complete",
            "a cursor is a time: items made in the same moment as it are lost",
            Switch::CursorByTime,
        ),
        g.answer(
            "page-order-unstable",
            "pagination.order",
            "items of a page come in another order each time",
            |q, a, turn| {
                if a.ok() && q.is_list() {
                    a.items(|items| {
                        let by = usize::try_from(turn % 7).unwrap_or(0) % items.len().max(1);
                        items.rotate_left(by);
                        if turn % 2 == 1 {
                            items.reverse();
                        }
                    });
                }
            },
        ),
        g.act(
            "page-newest-first",
            "pagination.order",
            "lists begin with the newest item",
            Switch::NewestFirst,
        ),
        g.ask(
            "page-backward-ignored",
            "pagination.backward",
            "ending_before is left aside",
            |q| q.drop_param("ending_before"),
        ),
        g.act(
            "page-backward-from-start",
            "pagination.backward",
            "ending_before gives the oldest items, not the nearest",
            Switch::BackwardFromStart,
        ),
        g.act(
            "page-backward-inclusive",
            "pagination.backward",
            "a page before a cursor ends with the cursor's own item",
            Switch::BackwardIncludesCursor,
        ),
        g.answer(
            "page-backward-reversed",
            "pagination.backward",
            "a page before a cursor comes newest first",
            |q, a, _| {
                if q.param("ending_before").is_some() && a.ok() && q.is_list() {
                    a.items(|items| items.reverse());
                }
            },
        ),
        g.answer(
            "page-backward-cursor",
            "pagination.backward",
            "going back, nextCursor is the last item of the page",
            |q, a, _| {
                let last = a
                    .json()
                    .and_then(|body| body.get("items")?.as_array()?.last()?.get("id").cloned());
                if q.param("ending_before").is_some() {
                    page(q, a, |p| {
                        if p.get("hasMore") == Some(&json!(true))
                            && let Some(last) = last
                        {
                            p.insert("nextCursor".into(), last);
                        }
                    });
                }
            },
        ),
    ]
}
