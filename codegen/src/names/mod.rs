//! Any string → a good Rust identifier.
//!
//! Deterministic and without collisions: words become an identifier in the right case, what Rust or the generated
//! code itself already means by that name is stepped around, and a [`Scope`] numbers what is left.

pub(crate) mod reserved;
mod words;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use std::collections::{HashMap, HashSet};

/// The names taken in one Rust namespace.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    taken: HashSet<String>,
    /// Name → the last number tried, so that a thousand equal names take a thousand steps.
    numbers: HashMap<String, usize>,
}

impl Scope {
    /// A scope in which these names are taken.
    pub(crate) fn with<'a>(taken: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            taken: taken.into_iter().map(str::to_owned).collect(),
            numbers: HashMap::new(),
        }
    }

    /// The first of two names if it is free, else what [`Scope::take`] makes of the second.
    pub(crate) fn take_either(&mut self, short: String, long: String) -> String {
        if self.taken.contains(&short) {
            self.take(long)
        } else {
            self.take(short)
        }
    }

    /// The name itself, or the first of `name2`, `name3`, … that is free; taken from now on.
    pub(crate) fn take(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        // `r#type` would become `r#type2`, which needs no escape.
        let stem = name.strip_prefix("r#").unwrap_or(&name).to_owned();
        let separator = if stem.ends_with(|last: char| last.is_ascii_digit()) {
            "_"
        } else {
            ""
        };
        let number = self.numbers.entry(stem.clone()).or_insert(1);
        loop {
            *number += 1;
            let candidate = format!("{stem}{separator}{number}");
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// `CustomerMetadata`: the name of a type or trait. Never one of the prelude's or the generated code's own.
pub(crate) fn type_name<S: AsRef<str>>(place: &[S]) -> String {
    let name = camel(place);
    if reserved::TYPES.binary_search(&name.as_str()).is_ok() {
        format!("{name}Model")
    } else {
        name
    }
}

/// Where a schema stands without the members of `allOf` on the way: `Account.part2.type` is `Account.type` to people.
pub(crate) fn short_place(place: &[String]) -> Vec<&str> {
    let is_part = |word: &str| {
        word.strip_prefix("part").is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let mut words: Vec<&str> = place.iter().map(String::as_str).collect();
    if let [first, rest @ ..] = words.as_slice() {
        let rest: Vec<&str> = rest.iter().copied().filter(|word| !is_part(word)).collect();
        words = std::iter::once(*first).chain(rest).collect();
    }
    words
}

/// `DemandDeposit`: the name of an enum's variant.
pub(crate) fn variant_name(text: &str) -> String {
    let name = camel(&[text]);
    if name == "Self" {
        "SelfValue".to_owned()
    } else {
        name
    }
}

/// `starting_after`: the name of a field, raw where it is a keyword.
pub(crate) fn field_name(text: &str) -> String {
    let name = snake(&[text]);
    match name.as_str() {
        "self" | "super" | "crate" => format!("{name}_"),
        keyword if reserved::KEYWORDS.binary_search(&keyword).is_ok() => format!("r#{name}"),
        _ => name,
    }
}

/// `list_customers`: the name of a function or module, with a trailing `_` where it is a keyword.
pub(crate) fn item_name<S: AsRef<str>>(place: &[S]) -> String {
    let name = snake(place);
    if reserved::KEYWORDS.binary_search(&name.as_str()).is_ok() {
        format!("{name}_")
    } else {
        name
    }
}

/// `LIST_CUSTOMERS`: the name of a constant.
pub(crate) fn constant_name(text: &str) -> String {
    let name = words::words(&[text]).join(" ").to_shouty_snake_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("N{name}")
    } else {
        name
    }
}

fn camel<S: AsRef<str>>(place: &[S]) -> String {
    let name: String = words::words(place)
        .iter()
        .map(|word| word.to_upper_camel_case())
        .collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("N{name}")
    } else {
        name
    }
}

fn snake<S: AsRef<str>>(place: &[S]) -> String {
    let name = words::words(place).join(" ").to_snake_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("n{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        for (place, name) in [
            (&["Customer"][..], "Customer"),
            (&["Customer", "metadata"], "CustomerMetadata"),
            (
                &["listCustomers", "starting_after"],
                "ListCustomersStartingAfter",
            ),
            (&["@odata.type"], "OdataType"),
            (&["$filter"], "Filter"),
            (&["+1"], "Plus1"),
            (&["-1"], "Minus1"),
            (&[""], "Empty"),
            (&["404"], "N404"),
            (&["Option"], "OptionModel"),
            (&["self"], "SelfModel"),
            (&["größe"], "Grosse"),
            (&["🦀"], "U1f980"),
            (&["<="], "LessEqual"),
            (&["customer.status_changed"], "CustomerStatusChanged"),
        ] {
            assert_eq!(type_name(place), name, "{place:?}");
        }
    }

    #[test]
    fn fields() {
        for (text, name) in [
            ("startingAfter", "starting_after"),
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("self", "self_"),
            ("crate", "crate_"),
            ("_", "underscore"),
            ("", "empty"),
            ("123", "n123"),
            ("x-y", "x_y"),
            ("+1", "plus_1"),
            ("-1", "minus_1"),
            ("日本", "u65e5_u672c"),
        ] {
            assert_eq!(field_name(text), name, "{text:?}");
        }
    }

    #[test]
    fn collisions_are_numbered() {
        let mut scope = Scope::default();
        let names =
            ["a", "a", "a2", "a", "r#type", "r#type"].map(|name| scope.take(name.to_owned()));
        assert_eq!(names, ["a", "a2", "a2_2", "a3", "r#type", "type2"]);
    }

    #[test]
    fn every_name_is_an_identifier() {
        let hostile = [
            "", " ", "a b", "\"", "\\", "//", "*/", "é", "ß", "ﬁ", "\u{200d}", "٣", "async",
            "Self", "#", "9",
        ];
        for text in hostile {
            for name in [
                type_name(&[text]),
                variant_name(text),
                field_name(text),
                item_name(&[text]),
                constant_name(text),
            ] {
                assert!(
                    syn::parse_str::<syn::Ident>(&name).is_ok(),
                    "{text:?} became {name:?}"
                );
            }
        }
    }
}
