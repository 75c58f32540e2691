//! What a list is sorted by: from its description, and from a parameter that chooses.

use super::{
    absent::{absent, turns},
    asked::asked,
    prose::{of_operation, says, sentences},
    shape::{Member, members, shape_of},
    snake,
    sort_values::{Values, values},
    ties::{Ties, ties},
};
use crate::rules::{Order, Pointer, Sorted};
use counterpart_model::api::{Api, Operation, SchemaId, Shape, StringFormat};

/// Words that tell the direction.
const DESCENDING: [&str; 12] = [
    "descending",
    "desc)",
    "newest",
    "latest",
    "most recent",
    "recent first",
    "reverse chronological",
    "highest",
    "largest",
    "reverse order",
    "last first",
    "youngest",
];
const ASCENDING: [&str; 9] = [
    "ascending",
    "asc)",
    "oldest",
    "earliest",
    "alphabetical",
    "lowest",
    "smallest",
    "chronological",
    "first to last",
];
/// Names of times that can only be when something happened.
const MOMENTS: [&str; 6] = ["at", "time", "timestamp", "date", "when", "ts"];
/// What names of such times begin with.
const HAPPENED: [&str; 12] = [
    "occurr",
    "happen",
    "post",
    "publish",
    "sent",
    "receiv",
    "record",
    "logg",
    "added",
    "insert",
    "submitted",
    "timestamp",
];
/// What parameters are called that choose what a list is sorted by.
const CHOOSING: [&str; 10] = [
    "sort",
    "sort_by",
    "sortby",
    "order_by",
    "orderby",
    "ordering",
    "order",
    "sort_field",
    "sort_key",
    "sort_column",
];
/// What parameters are called that turn the order round.
const TURNING: [&str; 10] = [
    "order",
    "direction",
    "sort_order",
    "sort_direction",
    "sort_dir",
    "order_dir",
    "dir",
    "order_direction",
    "sort_type",
    "sort",
];
/// Words without which a sentence is not about an order.
const ORDER: [&str; 7] = [
    "sort",
    "order",
    "first",
    "alphabetical",
    "chronological",
    "descending",
    "ascending",
];

/// What the description of a list says of its order.
pub(super) fn order(api: &Api, operation: &Operation, item: SchemaId) -> Option<Order> {
    let items = members(api, item);
    let said = of_operation(operation);
    let told = about_order(api, &items, &said).next();
    let keys = sort_keys(api, operation, item);
    let default = || {
        let mut keys = keys.iter();
        keys.find(|key| key.is_default && !key.either && !key.few)
    };
    let mut order = match told {
        // A direction that is not told is that of the parameter which turns it round.
        Some((order, false)) => match default().filter(|key| key.order.by == order.by) {
            Some(key) => key.order.clone(),
            None if keys.iter().any(SortKey::only_turns) => return None,
            None => order,
        },
        Some((order, true)) => order,
        // What the parameter for the order has as its default is what the list has without it.
        None => default()?.order.clone(),
    };
    if order.then.is_none() {
        let ties = ties(api, operation, &items, &[]);
        order.then = ties.and_then(|it| it.after(&order).map(Box::new));
    }
    order.absent = absent(operation, &order, turns(&keys));
    Some(order)
}

pub(super) fn of_sentence(api: &Api, items: &[Member], sentence: &str) -> Option<Order> {
    let down = says(sentence, &DESCENDING);
    let up = !says(sentence, &["reverse chronological"]) && says(sentence, &ASCENDING);
    let direction = match (down, up) {
        (true, false) => Sorted::Descending,
        (false, true) => Sorted::Ascending,
        // Both ways are a choice, and neither tells nothing but a property.
        (true, true) => return None,
        (false, false) => {
            says(sentence, &["sorted by", "ordered by"]).then_some(Sorted::Ascending)?
        }
    };
    let mentioned = |name: &str| {
        let written = name.to_lowercase();
        let name = snake(name);
        let spoken = name.replace('_', " ");
        let stem = name
            .strip_suffix("_at")
            .or_else(|| name.strip_suffix("_on"));
        let words: Vec<&str> = sentence
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        words.contains(&name.as_str())
            || words.contains(&written.as_str())
            || spoken.contains(' ') && sentence.contains(&spoken)
            || stem.is_some_and(|stem| {
                words.iter().any(|word| {
                    *word == stem
                        || word
                            .strip_suffix("ion")
                            .is_some_and(|it| stem.starts_with(it) && it.len() > 3)
                })
            })
    };
    let about_time = says(
        sentence,
        &[
            "newest",
            "latest",
            "most recent",
            "recent first",
            "oldest",
            "earliest",
            "chronological",
            "youngest",
        ],
    );
    let is_time = |id: SchemaId| {
        matches!(
            shape_of(api, id),
            Shape::String(StringFormat::DateTime | StringFormat::Date)
        )
    };
    let comparable = |id: SchemaId| {
        matches!(
            shape_of(api, id),
            Shape::String(_) | Shape::Integer(_) | Shape::Number { .. }
        )
    };
    let named: Vec<&Member> = items
        .iter()
        .filter(|it| {
            mentioned(&it.name) && comparable(it.schema) && (!about_time || is_time(it.schema))
        })
        .collect();
    let by = match named.as_slice() {
        [only] => &only.pointer,
        [] if about_time => {
            let created =
                |name: &str| snake(name).starts_with("creat") || snake(name) == "inserted_at";
            let times = || items.iter().filter(|it| is_time(it.schema));
            // Where there is one time only, and it tells when something happened.
            let only = times().next().filter(|it| {
                let name = snake(&it.name);
                times().count() == 1
                    && (MOMENTS.contains(&name.as_str())
                        || HAPPENED.iter().any(|word| name.starts_with(word)))
            });
            &times().find(|it| created(&it.name)).or(only)?.pointer
        }
        [] if says(sentence, &["alphabetical"]) => {
            let usual = ["name", "title"];
            &items
                .iter()
                .find(|it| usual.contains(&snake(&it.name).as_str()))?
                .pointer
        }
        _ => return None,
    };
    Some(Order {
        by: Pointer::try_from(by.clone()).ok()?,
        direction,
        then: None,
        absent: None,
    })
}

/// Values of parameters that choose the order, and the order.
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    /// The parameters and their values: one, or the property and the direction.
    pub(crate) asked: Vec<(String, String)>,
    /// What the list is sorted by then.
    pub(crate) order: Order,
    /// Whether it may be the other direction.
    pub(crate) either: bool,
    /// Whether that is the order where none is asked for.
    pub(crate) is_default: bool,
    /// Whether there are few values, which may be sorted by rank or by spelling.
    pub(crate) few: bool,
}

impl SortKey {
    /// Whether it tells a direction only.
    fn only_turns(&self) -> bool {
        let mut asked = self.asked.iter();
        asked.all(|(_, value)| direction_word(&value.to_lowercase()).is_some())
    }
}

/// What a list can be asked to be sorted by where a parameter only turns its order round: by what its description, or that
/// of the parameter, says that it is sorted by.
fn turned(
    api: &Api,
    operation: &Operation,
    all: &[Member],
    (parameter, values, default): (&str, Vec<String>, Option<String>),
) -> Vec<SortKey> {
    let own = operation.parameters.iter().find(|it| it.name == parameter);
    let own = own.and_then(|it| it.description.as_deref());
    // What only holds beside something else tells nothing alone.
    let hedges = [
        "ignored",
        "unless",
        "only with",
        "only when",
        "only if",
        "when `sort",
        "if `sort",
    ];
    let chooser = operation
        .parameters
        .iter()
        .any(|it| it.name != parameter && CHOOSING.contains(&snake(&it.name).as_str()));
    if chooser || own.is_some_and(|said| says(said, &hedges)) {
        return Vec::new();
    }
    let said = of_operation(operation);
    let told = about_order(api, all, &said).next().map(|it| it.0);
    let Some(told) = told.or_else(|| own.and_then(|said| turned_by(api, all, said))) else {
        return Vec::new();
    };
    let ties = ties(api, operation, all, &own.into_iter().collect::<Vec<_>>());
    let ways = values.into_iter().filter_map(|value| {
        let direction = direction_word(&value.to_lowercase())?;
        let order = Order {
            direction,
            ..told.clone()
        };
        let then = ties.as_ref().and_then(|it| it.after(&order));
        Some(SortKey {
            is_default: default.as_ref() == Some(&value),
            asked: vec![(parameter.to_owned(), value)],
            order: Order {
                then: then.map(Box::new),
                ..order
            },
            either: false,
            few: false,
        })
    });
    ways.collect()
}

/// The one member that a description says something is ordered *by*: ``Sort order by the `created_at` timestamp``.
fn turned_by(api: &Api, all: &[Member], said: &str) -> Option<Order> {
    let after = sentences(said).find_map(|sentence| {
        let (_, after) = sentence.split_once(" by ")?;
        Some(after.to_owned())
    })?;
    of_sentence(api, all, &format!("sorted by {after}"))
}

/// The orders that a description tells, and whether it tells the direction of each.
fn about_order<'a>(
    api: &'a Api,
    items: &'a [Member],
    said: &'a str,
) -> impl Iterator<Item = (Order, bool)> + 'a {
    sentences(said)
        .filter(|sentence| says(sentence, &ORDER) && !super::ties::speaks_of_ties(sentence))
        .filter_map(move |sentence| {
            // *By `key`, ascending or descending as `order` says*.
            let either = [
                "ascending or descending",
                "descending or ascending",
                "either direction",
            ];
            if let Some(either) = either.iter().find(|it| sentence.contains(**it)) {
                let told = turned_by(api, items, &sentence.replace(either, ""))?;
                return Some((told, false));
            }
            let directed = says(&sentence, &DESCENDING) || says(&sentence, &ASCENDING);
            Some((of_sentence(api, items, &sentence)?, directed))
        })
}

/// What a list can be asked to be sorted by: values of a parameter that are a property's name, with or without a
/// direction, which may have a parameter of its own. A bare name means ascending where a value for descending stands
/// beside it, either way elsewhere.
pub(crate) fn sort_keys(api: &Api, operation: &Operation, item: SchemaId) -> Vec<SortKey> {
    let mut keys = chosen(api, operation, item);
    let turns = turns(&keys);
    for key in &mut keys {
        key.order.absent = absent(operation, &key.order, turns);
    }
    keys
}

fn chosen(api: &Api, operation: &Operation, item: SchemaId) -> Vec<SortKey> {
    let asked = asked(api, operation);
    let all = members(api, item);
    // A parameter that only turns the order round does not choose it.
    let turns = |of: &Values| {
        let mut all = of.all.iter();
        all.all(|it| direction_word(&it.to_lowercase()).is_some())
    };
    let choices =
        |names: &[&str], turning: bool| -> Option<(String, Vec<String>, Option<String>)> {
            let called = asked
                .iter()
                .filter(|it| names.iter().any(|name| it.is_called(name)));
            called
                .filter_map(|it| {
                    let of = values(api, it, &all).filter(|of| turns(of) == turning)?;
                    Some((it.name.clone(), of.all, of.default))
                })
                .next()
        };
    let ways = choices(&TURNING, true);
    let Some((parameter, values, default)) = choices(&CHOOSING, false) else {
        let (parameter, values, default) = ways.unwrap_or_default();
        return turned(api, operation, &all, (&parameter, values, default));
    };
    let usual_way = ways.as_ref().and_then(|(_, _, default)| default.clone());
    let ways: Vec<(String, String, Sorted)> = ways
        .into_iter()
        .flat_map(|(name, values, _)| values.into_iter().map(move |value| (name.clone(), value)))
        .filter_map(|(name, value)| {
            let way = direction_word(&value.to_lowercase())?;
            Some((name, value, way))
        })
        .collect();
    let read: Vec<(&String, String, Option<Sorted>)> = values
        .iter()
        .map(|value| {
            let (name, direction) = direction_of(value);
            (value, name, direction)
        })
        .collect();
    let choosing: Vec<&str> = asked
        .iter()
        .filter(|it| it.name == parameter)
        .map(|it| it.description.as_str())
        .collect();
    let ties: Option<Ties> = ties(api, operation, &all, &choosing);
    let mut keys = Vec::new();
    for (value, name, direction) in &read {
        let wanted = snake(name);
        let Some(member) = all.iter().find(|it| snake(&it.name) == wanted) else {
            continue;
        };
        let few = matches!(shape_of(api, member.schema), Shape::Enum(_));
        let comparable = few
            || matches!(
                shape_of(api, member.schema),
                Shape::String(_) | Shape::Integer(_) | Shape::Number { .. }
            );
        let Some(by) = Pointer::try_from(member.pointer.clone())
            .ok()
            .filter(|_| comparable)
        else {
            continue;
        };
        let mut key = |also: Option<(String, String)>, direction: Sorted, either: bool| {
            let own = (parameter.clone(), (*value).clone());
            let way = also.as_ref().map(|(_, value)| value);
            keys.push(SortKey {
                is_default: default.as_ref() == Some(value)
                    && (way.is_none() || way == usual_way.as_ref()),
                asked: std::iter::once(own).chain(also).collect(),
                order: Order {
                    then: ties
                        .as_ref()
                        .filter(|_| !either)
                        .and_then(|it| {
                            it.after(&Order {
                                by: by.clone(),
                                direction,
                                then: None,
                                absent: None,
                            })
                        })
                        .map(Box::new),
                    by: by.clone(),
                    direction,
                    absent: None,
                },
                either,
                few,
            });
        };
        if direction.is_none() && !ways.is_empty() {
            for (name, value, way) in &ways {
                key(Some((name.clone(), value.clone())), *way, false);
            }
            continue;
        }
        let paired = read
            .iter()
            .any(|(_, other, way)| other == name && *way == Some(Sorted::Descending));
        let known = direction.or_else(|| paired.then_some(Sorted::Ascending));
        key(None, known.unwrap_or_default(), known.is_none());
    }
    keys
}

/// Words for a direction.
pub(super) fn direction_word(word: &str) -> Option<Sorted> {
    match word {
        "asc" | "ascending" | "ascend" => Some(Sorted::Ascending),
        "desc" | "descending" | "descend" => Some(Sorted::Descending),
        _ => None,
    }
}

/// `-price`, `price:desc`, `price_desc`, `price desc`: the name and the direction.
pub(super) fn direction_of(value: &str) -> (String, Option<Sorted>) {
    if let Some(name) = value.strip_prefix('-') {
        return (name.to_owned(), Some(Sorted::Descending));
    }
    if let Some(name) = value.strip_prefix('+') {
        return (name.to_owned(), Some(Sorted::Ascending));
    }
    let ends = [
        ("desc", Sorted::Descending),
        ("descending", Sorted::Descending),
        ("asc", Sorted::Ascending),
        ("ascending", Sorted::Ascending),
    ];
    let lower = value.to_lowercase();
    for (end, direction) in ends {
        let name = lower
            .strip_suffix(end)
            .and_then(|name| name.strip_suffix([':', '_', ' ', '-', '.', ',']));
        if let Some(name) = name.and_then(|name| value.get(..name.len())) {
            return (name.to_owned(), Some(direction));
        }
    }
    (value.to_owned(), None)
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
