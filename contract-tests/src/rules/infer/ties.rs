//! What breaks ties: by what items are sorted that are equal by what a list is sorted by.

use super::{
    order::of_sentence,
    prose::{clauses, has_word, names, of_operation, says},
    shape::{Member, shape_of},
    snake,
};
use crate::rules::{Order, Pointer, Sorted};
use counterpart_model::api::{Api, Operation, Shape};

/// Words of sentences about items that are equal by what the list is sorted by.
const TIES: [&str; 15] = [
    "ties",
    "tie-break",
    "tiebreak",
    "tie break",
    "a tie",
    "same value",
    "are equal",
    "with equal",
    "of equal",
    "with identical",
    "in the same second",
    "of the same second",
    "on the same day",
    "of the same day",
    "with the same name",
];
/// Words that tell that ties follow the direction of the order.
const WITH_IT: [&str; 5] = [
    "in the same direction",
    "same direction as",
    "in the same order as",
    "in that direction",
    "in the direction of",
];

/// What breaks ties.
#[derive(Clone, Debug)]
pub(super) struct Ties {
    by: Pointer,
    /// One direction; none where it is that of the order.
    direction: Option<Sorted>,
}

impl Ties {
    /// What items are sorted by that are equal in this order; nothing where the order is that already.
    pub(super) fn after(&self, order: &Order) -> Option<Order> {
        (self.by != order.by).then(|| Order {
            by: self.by.clone(),
            direction: self.direction.unwrap_or(order.direction),
            then: None,
            absent: None,
        })
    }
}

/// Whether a sentence is about ties.
pub(super) fn speaks_of_ties(sentence: &str) -> bool {
    says(sentence, &TIES)
}

/// What an operation, or what chooses its order, says of ties.
pub(super) fn ties(
    api: &Api,
    operation: &Operation,
    items: &[Member],
    choosing: &[&str],
) -> Option<Ties> {
    let texts =
        std::iter::once(of_operation(operation)).chain(choosing.iter().map(|it| (*it).to_owned()));
    let said: Vec<String> = texts.flat_map(|it| clauses(&it)).collect();
    // The ties of an order that is told in the same clause are not those of another order that is chosen.
    let chosen = !choosing.is_empty();
    let own_order = |clause: &str| {
        let clause = clause.to_lowercase();
        let at = TIES.iter().find_map(|word| clause.find(word));
        at.and_then(|at| clause.get(..at)).is_some_and(|before| {
            let orders = [
                "first",
                "sorted by",
                "ordered by",
                "ascending",
                "descending",
            ];
            says(before, &orders)
        })
    };
    let about = said.iter().filter(|it| !chosen || !own_order(it));
    let told = about.into_iter().find_map(|it| of_clause(api, items, it));
    let alone = said.iter().filter(|_| !chosen);
    told.or_else(|| alone.into_iter().find_map(|it| of_then(api, items, it)))
}

/// What an order says that names two properties, one after the other: *`created_at`, then `id`, both descending*.
fn of_then(api: &Api, items: &[Member], clause: &str) -> Option<Ties> {
    let clause = clause.to_lowercase();
    let (before, after) = clause.split_once(" then ")?;
    let ordered = says(&clause, &["sorted", "ordered", "order", "first"]);
    if !ordered || has_word(&clause, &["not", "or"]) || !after.contains("both ") {
        return None;
    }
    let called = |it: &&Member| names(after, &it.name.to_lowercase());
    let mut named = items.iter().filter(called);
    let (Some(only), None) = (named.next(), named.next()) else {
        return None;
    };
    let first = items
        .iter()
        .any(|it| names(before, &it.name.to_lowercase()));
    let order = of_sentence(api, std::slice::from_ref(only), after).filter(|_| first)?;
    let both = says(after, &["both descending", "both ascending"]);
    both.then_some(Ties {
        by: order.by,
        direction: Some(order.direction),
    })
}

/// What a clause about ties says.
fn of_clause(api: &Api, items: &[Member], clause: &str) -> Option<Ties> {
    let clause = clause.to_lowercase();
    // What stands before is the order itself; without a direction it may be that of the order.
    let at = TIES.iter().find_map(|word| clause.find(word))?;
    let rest = clause.get(at..)?;
    if has_word(rest, &["not", "undefined", "arbitrary"]) {
        return None;
    }
    // What stands after *by* breaks ties; what stands before it chooses the order.
    let by = rest.split_once(" by ").map_or(rest, |(_, by)| by);
    if says(by, &WITH_IT) {
        let comparable = |it: &&Member| {
            let shape = shape_of(api, it.schema);
            matches!(
                shape,
                Shape::String(_) | Shape::Integer(_) | Shape::Number { .. }
            )
        };
        let called =
            |it: &&Member| names(by, &it.name.to_lowercase()) || names(by, &snake(&it.name));
        let mut named = items.iter().filter(comparable).filter(called);
        let (Some(only), None) = (named.next(), named.next()) else {
            return None;
        };
        let by = Pointer::try_from(only.pointer.clone()).ok()?;
        return Some(Ties {
            by,
            direction: None,
        });
    }
    // *highest first, in either direction*: the same way whichever way the list is sorted.
    let by = [
        "in either direction",
        "in both directions",
        "whatever the direction",
        "regardless of the direction",
        "whichever direction",
    ]
    .iter()
    .fold(by.to_owned(), |by, words| by.replace(words, ""));
    const WAYS: [&str; 16] = [
        "ascending",
        "descending",
        "asc)",
        "desc)",
        "highest first",
        "lowest first",
        "newest first",
        "oldest first",
        "largest first",
        "smallest first",
        "latest first",
        "earliest first",
        "alphabetical",
        "chronological",
        "reverse order",
        "last first",
    ];
    let order = of_sentence(api, items, &by).filter(|_| says(&by, &WAYS))?;
    Some(Ties {
        by: order.by,
        direction: Some(order.direction),
    })
}

#[cfg(test)]
mod tests {
    use super::{of_clause, of_then};
    use crate::rules::{
        Sorted,
        infer::{item_of, shape::members},
    };

    #[test]
    fn ties_are_broken_as_a_clause_says() {
        let text = "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {/a: {get: {operationId: a, responses: {'200': \
                    {description: ok, content: {application/json: {schema: {type: array, items: {type: object, properties: \
                    {id: {type: integer}, name: {type: string}, at: {type: string, format: date-time}}}}}}}}}}}}";
        let (api, _) = crate::rules::tests::api(text);
        let item = item_of(&api, &api.operations[0]).expect("items");
        let all = members(&api, item);
        let of = |said: &str| {
            of_clause(&api, &all, said).map(|it| (it.by.as_str().to_owned(), it.direction))
        };
        let id = |way: Option<Sorted>| Some(("/id".to_owned(), way));
        for (said, found) in [
            (
                "Ties in `sort` are broken by `id`, ascending",
                id(Some(Sorted::Ascending)),
            ),
            (
                "Ties are broken by `id`, highest first, in either direction",
                id(Some(Sorted::Descending)),
            ),
            (
                "Ties in `orderBy` are broken by `id` in the same direction",
                id(None),
            ),
            (
                "Newest first, ties by `id` descending",
                id(Some(Sorted::Descending)),
            ),
            (
                "Items with the same value are sorted by `id`, in ascending order",
                id(Some(Sorted::Ascending)),
            ),
            (
                "In case of a tie, the lowest `id` comes first, by ascending `id`",
                id(Some(Sorted::Ascending)),
            ),
            ("Ties are broken by `id`", None),
            ("Ties are broken arbitrarily", None),
            ("Ties are not broken by `id` ascending", None),
            (
                "Ties are broken by `id` or `name`, in the same direction",
                None,
            ),
        ] {
            assert_eq!(of(said), found, "{said}");
        }
        let then = |said: &str| of_then(&api, &all, said).and_then(|it| it.direction);
        assert_eq!(
            then("Newest first (`at`, then `id`, both descending)"),
            Some(Sorted::Descending)
        );
        assert_eq!(
            then("Sorted by `name`, then `id`, both ascending"),
            Some(Sorted::Ascending)
        );
        assert_eq!(then("Sorted by `name`, then `id`"), None);
        assert_eq!(then("Give the `name`, then `id`, both ascending"), None);
    }
}
