//! `x-filters`: what each filter of a list is about.

use super::{Pointer, RuleError, Stated, infer, of_operation, told::is_denied};
use counterpart_model::{
    Document,
    api::{Api, Operation},
};
use serde::Deserialize;
use serde_json::Value;
use std::cmp::Ordering;

/// The extension.
pub(crate) const NAME: &str = "x-filters";

/// One filter.
#[derive(Clone, Debug, Deserialize)]
pub struct Filter {
    /// The query parameter.
    pub parameter: String,
    /// Where in an item the value stands that is compared.
    pub item: Pointer,
    /// How.
    pub r#match: Match,
    /// Whether it is known on which side of a range its end is.
    #[serde(default = "known")]
    pub edge: bool,
    /// How finely the two are compared.
    #[serde(skip)]
    pub grain: Grain,
    /// Whether what is compared are the names of an object whose names are data.
    #[serde(skip)]
    pub names: bool,
    /// What is written around the value, where the parameter takes comparisons.
    #[serde(skip)]
    pub phrase: Option<Phrase>,
}

/// What is written around a value, where a parameter takes comparisons: `country eq '` and `'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// What stands before the value.
    pub before: String,
    /// What stands after it.
    pub after: String,
    /// Whether several of them can be joined by `and`.
    pub joins: bool,
}

/// How finely values are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grain {
    /// As they are.
    #[default]
    Exact,
    /// Moments by the day that they are on in UTC.
    UtcDay,
    /// Moments by a day of which nobody says where: those next to it are let pass either way.
    SomeDay,
}

const fn known() -> bool {
    true
}

/// How a filter compares an item's value (left) with the parameter's (right).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// The same.
    Equals,
    /// Another.
    Differs,
    /// At least.
    Gte,
    /// At most.
    Lte,
    /// More.
    Gt,
    /// Less.
    Lt,
    /// Text that contains it.
    Contains,
    /// Text that begins with it.
    Prefix,
    /// Text that contains it in whatever case, where the same text certainly passes.
    Like,
    /// Text that begins with it in whatever case, where text that begins the same way certainly passes.
    Begins,
}

/// So much of a text is asked for where a filter takes what it begins with.
const BEGINNING: usize = 3;

impl Filter {
    /// Whether the document says of an operation what its filters are about, or their names do.
    #[must_use]
    pub fn is_stated(api: &Api, operation: &Operation) -> bool {
        !is_denied(operation, NAME)
            && (operation.extensions.contains_key(NAME)
                || !infer::filters(api, operation).is_empty())
    }

    /// The filters of an operation; none where the document states none.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn of(
        api: &Api,
        document: Option<&Document>,
        operation: &Operation,
    ) -> Result<Option<Stated<Vec<Self>>>, RuleError> {
        if is_denied(operation, NAME) {
            return Ok(None);
        }
        if operation.extensions.contains_key(NAME) {
            return of_operation(document, operation, NAME);
        }
        let filters = infer::filters(api, operation);
        let names: Vec<String> = filters
            .iter()
            .map(|filter| match &filter.phrase {
                Some(_) => format!("`{}` takes `{}`", filter.parameter, filter.written("…")),
                None => format!("`{}` is about `{}`", filter.parameter, filter.item),
            })
            .collect();
        Ok((!filters.is_empty()).then(|| Stated::inferred(filters, operation, names.join(", "))))
    }

    /// Whether its value is written with a comparison around it.
    #[must_use]
    pub const fn is_phrase(&self) -> bool {
        self.phrase.is_some()
    }

    /// Whether it is the lower end of a range.
    #[must_use]
    pub const fn is_low(&self) -> bool {
        matches!(self.r#match, Match::Gte | Match::Gt)
    }

    /// Whether it is the upper end of a range.
    #[must_use]
    pub const fn is_high(&self) -> bool {
        matches!(self.r#match, Match::Lte | Match::Lt)
    }

    /// What the parameter is given for a value.
    #[must_use]
    pub fn written(&self, value: &str) -> String {
        match &self.phrase {
            Some(Phrase { before, after, .. }) => format!("{before}{value}{after}"),
            None => value.to_owned(),
        }
    }

    /// A value of an item as the filter is asked for it; `None` where it is none that could be.
    #[must_use]
    pub fn value_of(&self, found: &Value) -> Option<String> {
        match found {
            Value::String(text) if is_unclear(text) => None,
            Value::String(text) if self.grain == Grain::Exact => Some(text.clone()),
            Value::String(text) => day_of(text).map(|day| day.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The values of an item that are compared, as they are asked for.
    #[must_use]
    pub fn values_of(&self, item: &Value) -> Vec<String> {
        let mut values: Vec<String> = match self.item.get(item) {
            Some(Value::Array(elements)) => {
                let elements = elements.iter();
                elements.filter_map(|it| self.value_of(it)).collect()
            }
            // The names are what is asked for where they are data.
            Some(Value::Object(members)) if self.names => members.keys().cloned().collect(),
            Some(value) => self.value_of(value).into_iter().collect(),
            None => Vec::new(),
        };
        if matches!(self.r#match, Match::Begins | Match::Prefix) {
            for value in &mut values {
                let end = value.char_indices().nth(BEGINNING).map(|it| it.0);
                value.truncate(end.unwrap_or(value.len()));
            }
        }
        values
    }

    /// Text from the middle of an item's value, with which neither it nor that begins: a list of what begins with it does
    /// not hold the item.
    #[must_use]
    pub fn inner_of(&self, item: &Value) -> Option<String> {
        let begins = matches!(self.r#match, Match::Begins | Match::Prefix);
        let text = self.item.get(item).filter(|_| begins)?.as_str()?;
        let lower = text.to_lowercase();
        let mut starts = text.char_indices().skip(1).map(|it| it.0);
        starts.find_map(|start| {
            let inner: String = text.get(start..)?.chars().take(BEGINNING).collect();
            let whole = inner.chars().all(char::is_alphanumeric)
                && inner.chars().count() == BEGINNING
                && !lower.starts_with(&inner.to_lowercase());
            whole.then_some(inner)
        })
    }

    /// Whether an item passes for certain, however loosely the filter is meant.
    #[must_use]
    pub fn surely_passes(&self, item: &Value, value: &str) -> bool {
        let found = self.item.get(item);
        match (self.r#match, found) {
            (Match::Begins, Some(found)) => Match::Prefix.holds(found, value) == Some(true),
            (Match::Like, _) => {
                let same = |found: &Value| Match::Equals.holds(found, value) == Some(true);
                match found {
                    Some(Value::Array(elements)) => elements.iter().any(same),
                    Some(found) => same(found),
                    None => false,
                }
            }
            // What is nothing may be another value, or none.
            (Match::Differs, None | Some(Value::Null)) => false,
            (_, Some(found)) if self.is_open(found, value) => false,
            _ => self.passes(item, value) == Some(true),
        }
    }

    /// Whether an item passes the filter with this value; `None` where they cannot be compared.
    #[must_use]
    pub fn passes(&self, item: &Value, value: &str) -> Option<bool> {
        match self.item.get(item) {
            None | Some(Value::Null) => Some(self.r#match == Match::Differs),
            Some(Value::Array(elements)) => {
                let mut any = false;
                for element in elements {
                    any |= self.r#match.holds(element, value)?;
                }
                Some(any)
            }
            Some(Value::Object(members)) if self.names => Some(members.contains_key(value)),
            Some(found) if self.is_open(found, value) => Some(true),
            Some(found) => match self.grain {
                Grain::Exact => self.r#match.holds(found, value),
                Grain::UtcDay | Grain::SomeDay => {
                    let day = day_of(found.as_str()?)?.to_string();
                    self.r#match.holds(&Value::String(day), value)
                }
            },
        }
    }

    /// Whether nobody knows if this value passes: it is the end of a range, or on a day next to it.
    fn is_open(&self, found: &Value, value: &str) -> bool {
        let day = || {
            Some((
                day_of(found.as_str()?)?,
                value.parse::<jiff::civil::Date>().ok()?,
            ))
        };
        let ranged = self.is_low() || self.is_high();
        if ranged && (is_unclear(value) || found.as_str().is_some_and(is_unclear)) {
            return true;
        }
        match self.grain {
            Grain::Exact => !self.edge && Match::Equals.holds(found, value) == Some(true),
            Grain::UtcDay => !self.edge && day().is_none_or(|(day, wanted)| day == wanted),
            Grain::SomeDay => day().is_none_or(|(day, wanted)| {
                let apart = wanted.since(day).map(|span| span.get_days().abs());
                apart.map_or(true, |days| days <= 1)
            }),
        }
    }
}

/// Whether a text is a moment of which nobody knows when it is: a leap second may be the second before, or the one after,
/// and what is told more finely than that is rounded.
fn is_unclear(text: &str) -> bool {
    let mut start = text.bytes().take(5);
    let dated = start.by_ref().take(4).all(|it| it.is_ascii_digit()) && start.next() == Some(b'-');
    let timed = dated && text.contains(['T', 't']) && text.contains(':');
    let read =
        text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
    timed && (text.contains(":60") || !read)
}

/// The day of a moment in UTC; a day itself is one.
fn day_of(text: &str) -> Option<jiff::civil::Date> {
    match text.parse::<jiff::Timestamp>() {
        Ok(moment) => Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date()),
        Err(_) => text.parse().ok(),
    }
}

impl Match {
    fn holds(self, found: &Value, value: &str) -> Option<bool> {
        let text = match found {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => return None,
        };
        match self {
            Self::Contains => return Some(text.contains(value)),
            Self::Prefix => return Some(text.starts_with(value)),
            Self::Like => return Some(text.to_lowercase().contains(&value.to_lowercase())),
            Self::Begins => {
                return Some(text.to_lowercase().starts_with(&value.to_lowercase()));
            }
            _ => {}
        }
        let order = compare(&text, value, found.is_number())?;
        Some(match self {
            Self::Equals => order == Ordering::Equal,
            Self::Differs => order != Ordering::Equal,
            Self::Gte => order != Ordering::Less,
            Self::Lte => order != Ordering::Greater,
            Self::Gt => order == Ordering::Greater,
            Self::Lt => order == Ordering::Less,
            Self::Contains | Self::Prefix | Self::Like | Self::Begins => return None,
        })
    }
}

/// Times as times, numbers as numbers, everything else by code point.
pub(crate) fn compare(left: &str, right: &str, numbers: bool) -> Option<Ordering> {
    if numbers {
        return left
            .parse::<f64>()
            .ok()?
            .partial_cmp(&right.parse::<f64>().ok()?);
    }
    if let (Ok(left), Ok(right)) = (
        left.parse::<jiff::Timestamp>(),
        right.parse::<jiff::Timestamp>(),
    ) {
        return Some(left.cmp(&right));
    }
    Some(left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filter(r#match: Match) -> Filter {
        Filter {
            parameter: "p".to_owned(),
            item: Pointer::try_from("/at".to_owned()).expect("a pointer"),
            r#match,
            edge: true,
            grain: Grain::Exact,
            names: false,
            phrase: None,
        }
    }

    #[test]
    fn days_are_those_of_utc_or_near() {
        let item = json!({ "at": "2026-01-02T00:30:00+01:00" });
        let mut filter = filter(Match::Lte);
        filter.grain = Grain::UtcDay;
        assert_eq!(filter.value_of(&item["at"]).as_deref(), Some("2026-01-01"));
        assert!(filter.surely_passes(&item, "2026-01-01"));
        assert_eq!(filter.passes(&item, "2025-12-31"), Some(false));
        filter.grain = Grain::SomeDay;
        assert!(
            !filter.surely_passes(&item, "2026-01-01"),
            "it may be the day after"
        );
        assert_eq!(filter.passes(&item, "2025-12-31"), Some(true));
        assert_eq!(filter.passes(&item, "2025-12-30"), Some(false));
        assert!(filter.surely_passes(&item, "2026-01-03"));
    }

    #[test]
    fn a_leap_second_is_on_either_day() {
        let item = json!({ "at": "2016-12-31T23:59:60Z" });
        let mut filter = filter(Match::Lte);
        assert_eq!(filter.passes(&item, "2016-12-31T23:59:59Z"), Some(true));
        assert!(!filter.surely_passes(&item, "2017-01-02T00:00:00Z"));
        filter.grain = Grain::UtcDay;
        assert!(filter.value_of(&item["at"]).is_none());
        assert!(!filter.surely_passes(&item, "2016-12-31"));
        assert_eq!(filter.passes(&item, "2016-12-30"), Some(true));
    }

    #[test]
    fn comparisons_are_written_around_values() {
        let mut filter = filter(Match::Differs);
        filter.phrase = Some(Phrase {
            before: "at ne '".to_owned(),
            after: "'".to_owned(),
            joins: false,
        });
        assert_eq!(filter.written("x"), "at ne 'x'");
        assert_eq!(filter.passes(&json!({ "at": "y" }), "x"), Some(true));
        assert_eq!(filter.passes(&json!({ "at": "x" }), "x"), Some(false));
        assert!(!filter.surely_passes(&json!({ "at": null }), "x"));
    }

    #[test]
    fn times_compare_as_times_and_ends_are_inside() {
        let item = json!({ "at": "2026-01-01T00:00:00Z" });
        let same = "2026-01-01T01:00:00+01:00";
        for (r#match, expected) in [
            (Match::Equals, true),
            (Match::Gte, true),
            (Match::Lte, true),
            (Match::Gt, false),
            (Match::Lt, false),
        ] {
            assert_eq!(filter(r#match).passes(&item, same), Some(expected));
        }
    }

    #[test]
    fn an_array_passes_when_an_element_does() {
        let item = json!({ "at": ["a", "b"] });
        assert_eq!(filter(Match::Equals).passes(&item, "b"), Some(true));
        assert_eq!(filter(Match::Equals).passes(&item, "c"), Some(false));
        assert_eq!(
            filter(Match::Equals).passes(&json!({}), "c"),
            Some(false),
            "what is absent matches nothing"
        );
        assert_eq!(
            filter(Match::Lt).passes(&json!({ "at": 9 }), "10"),
            Some(true)
        );
    }
}
