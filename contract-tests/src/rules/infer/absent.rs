//! Where items stand that have no value of what a list is sorted by: *items without a rating come last, in both directions*.

use super::{
    order::SortKey,
    prose::{clauses, has_word, names, of_operation, says},
    snake,
};
use crate::rules::{Order, Stands};
use counterpart_model::api::Operation;

/// Words of clauses about items that have no value.
const WITHOUT: [&str; 9] = [
    "without", "with no", "have no", "has no", "lacking", "lack", "null", "nulls", "missing",
];
/// Words that tell that the direction changes nothing.
const EITHER_WAY: [&str; 13] = [
    "both directions",
    "either direction",
    "both orders",
    "either order",
    "both ways",
    "either way",
    "whatever the direction",
    "whichever direction",
    "whatever direction",
    "regardless of the direction",
    "regardless of direction",
    "in any direction",
    "always",
];

/// What an operation, or the parameters that choose its order, say of where items without a value of `order.by` stand.
///
/// Nothing where only one of two directions may be meant.
pub(super) fn absent(operation: &Operation, order: &Order, turns: bool) -> Option<Stands> {
    let own = of_operation(operation);
    let others = operation.parameters.iter();
    let others = others.filter_map(|it| it.description.clone());
    let mut told = std::iter::once(own)
        .chain(others)
        .flat_map(|text| clauses(&text))
        .filter_map(|clause| of_clause(&clause, order, turns));
    let first = told.next()?;
    told.all(|it| it == first).then_some(first)
}

/// Whether a list can be sorted in more than one direction.
pub(super) fn turns(keys: &[SortKey]) -> bool {
    let mut directions = keys.iter().map(|it| it.order.direction);
    let first = directions.next();
    directions.any(|it| Some(it) != first)
}

fn of_clause(clause: &str, order: &Order, turns: bool) -> Option<Stands> {
    let clause = clause.to_lowercase();
    let by = order.by.last()?;
    let spoken = snake(&by).replace('_', " ");
    let stem = spoken
        .strip_suffix(" at")
        .or_else(|| spoken.strip_suffix(" on"));
    let called = names(&clause, &by.to_lowercase())
        || says(&clause, &[spoken.as_str()])
        || stem.is_some_and(|it| has_word(&clause, &[it]));
    if !called
        || !has_word(
            &clause,
            &[
                "without", "no", "lacking", "lack", "null", "nulls", "missing",
            ],
        )
    {
        return None;
    }
    // What they lack stands behind the word.
    let lacked = WITHOUT
        .iter()
        .filter_map(|word| clause.split_once(word))
        .any(|(_, rest)| {
            names(rest, &by.to_lowercase())
                || says(rest, &[spoken.as_str()])
                || stem.is_some_and(|it| has_word(rest, &[it]))
        });
    if !lacked || !says(&clause, &WITHOUT) || has_word(&clause, &["not", "unless", "except", "or"])
    {
        return None;
    }
    let last = says(
        &clause,
        &[
            "come last",
            "comes last",
            "are last",
            "stand last",
            "listed last",
            "sort last",
            "sorted last",
            "go last",
            "at the end",
            "nulls last",
            "are put last",
            "placed last",
        ],
    );
    let first = says(
        &clause,
        &[
            "come first",
            "comes first",
            "are first",
            "stand first",
            "listed first",
            "sort first",
            "sorted first",
            "go first",
            "at the beginning",
            "at the start",
            "nulls first",
            "are put first",
            "placed first",
        ],
    );
    // What holds for one direction only tells nothing of the other one.
    let one_way = has_word(&clause, &["ascending", "descending", "asc", "desc"]);
    let every_way = says(&clause, &EITHER_WAY) || !turns && !one_way;
    match (last, first, every_way) {
        (true, false, true) => Some(Stands::Last),
        (false, true, true) => Some(Stands::First),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Pointer, Sorted};

    #[test]
    fn items_without_a_value_stand_where_a_clause_says() {
        let order = Order {
            by: Pointer::try_from("/closedAt".to_owned()).expect("a pointer"),
            direction: Sorted::Ascending,
            then: None,
            absent: None,
        };
        let of = |said: &str, turns: bool| of_clause(said, &order, turns);
        let both = "Tickets without a `closedAt` come last when sorting by it, in both directions";
        assert_eq!(of(both, true), Some(Stands::Last));
        let always = "Items with no closed at are always listed first";
        assert_eq!(of(always, true), Some(Stands::First));
        let plain = "Those that have no `closedAt` come last";
        assert_eq!(of(plain, false), Some(Stands::Last));
        assert_eq!(of(plain, true), None, "one direction may be meant");
        for none in [
            "Tickets without a `closedAt` are left out in both directions",
            "Tickets without a `closedAt` do not come last in both directions",
            "Tickets without an owner come last, in both directions",
            "When sorting by `closedAt`, tickets without an owner always come last",
            "With `closedAt`, ascending, those with no date come last",
        ] {
            assert_eq!(of(none, true), None, "{none}");
        }
    }
}
