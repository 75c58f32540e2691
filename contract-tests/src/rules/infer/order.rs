//! What a list is sorted by: from its description, and from a parameter that chooses.

use super::{
    prose::{of_operation, says, sentences},
    shape::{properties, shape_of},
    snake,
};
use crate::rules::{Order, Pointer, Sorted};
use counterpart_model::api::{Api, Operation, ParameterLocation, SchemaId, Shape, StringFormat};

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
    let items = properties(api, item);
    sentences(&of_operation(operation))
        .filter(|sentence| says(sentence, &ORDER))
        .find_map(|sentence| of_sentence(api, &items, &sentence))
}

fn of_sentence(api: &Api, items: &[(String, SchemaId)], sentence: &str) -> Option<Order> {
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
        let name = snake(name);
        let spoken = name.replace('_', " ");
        let stem = name
            .strip_suffix("_at")
            .or_else(|| name.strip_suffix("_on"));
        let words: Vec<&str> = sentence
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        words.contains(&name.as_str())
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
    let named: Vec<&(String, SchemaId)> = items
        .iter()
        .filter(|(name, id)| mentioned(name) && comparable(*id) && (!about_time || is_time(*id)))
        .collect();
    let by = match named.as_slice() {
        [only] => &only.0,
        [] if about_time => {
            let created =
                |name: &str| snake(name).starts_with("creat") || snake(name) == "inserted_at";
            &items
                .iter()
                .find(|(name, id)| created(name) && is_time(*id))?
                .0
        }
        [] if says(sentence, &["alphabetical"]) => {
            let usual = ["name", "title"];
            &items
                .iter()
                .find(|(name, _)| usual.contains(&snake(name).as_str()))?
                .0
        }
        _ => return None,
    };
    Some(Order {
        by: Pointer::try_from(format!("/{}", escape(by))).ok()?,
        direction,
    })
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A value of a parameter that chooses the order, and the order.
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    /// The parameter.
    pub(crate) parameter: String,
    /// Its value.
    pub(crate) value: String,
    /// What the list is sorted by then.
    pub(crate) order: Order,
}

/// What a list can be asked to be sorted by: values of a parameter that are a property's name, with or without a
/// direction. A bare name means ascending only where a value for descending stands beside it.
pub(crate) fn sort_keys(api: &Api, operation: &Operation, item: SchemaId) -> Vec<SortKey> {
    let names = [
        "sort", "sort_by", "order_by", "orderby", "ordering", "order",
    ];
    let query = operation
        .parameters
        .iter()
        .filter(|it| it.location == ParameterLocation::Query)
        .filter(|it| names.contains(&snake(&it.name).as_str()));
    let mut keys = Vec::new();
    for parameter in query {
        let Some(Shape::Enum(of)) = parameter.schema().map(|id| shape_of(api, id)) else {
            continue;
        };
        let values = of.strings().unwrap_or_default();
        let read: Vec<(&str, String, Option<Sorted>)> = values
            .iter()
            .map(|value| {
                let (name, direction) = direction_of(value);
                (*value, name, direction)
            })
            .collect();
        for (value, name, direction) in &read {
            let Some((property, id)) = super::property(api, item, name) else {
                continue;
            };
            let comparable = matches!(
                shape_of(api, id),
                Shape::String(_) | Shape::Integer(_) | Shape::Number { .. }
            );
            let paired = read
                .iter()
                .any(|(_, other, way)| other == name && *way == Some(Sorted::Descending));
            let direction = direction.or_else(|| paired.then_some(Sorted::Ascending));
            let pointer = Pointer::try_from(format!("/{}", escape(&property)));
            if let (true, Some(direction), Ok(by)) = (comparable, direction, pointer) {
                keys.push(SortKey {
                    parameter: parameter.name.clone(),
                    value: (*value).to_owned(),
                    order: Order { by, direction },
                });
            }
        }
    }
    keys
}

/// `-price`, `price:desc`, `price_desc`, `price desc`: the name and the direction.
fn direction_of(value: &str) -> (String, Option<Sorted>) {
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
mod tests {
    use super::*;

    #[test]
    fn directions_are_read_in_every_spelling() {
        for (value, name, direction) in [
            ("-price", "price", Some(Sorted::Descending)),
            ("price:desc", "price", Some(Sorted::Descending)),
            ("created_at_asc", "created_at", Some(Sorted::Ascending)),
            ("createdAt DESC", "createdAt", Some(Sorted::Descending)),
            ("price", "price", None),
            ("desc", "desc", None),
        ] {
            assert_eq!(direction_of(value), (name.to_owned(), direction), "{value}");
        }
    }
}
