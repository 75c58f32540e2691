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
}

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
            .map(|filter| format!("`{}` is about `{}`", filter.parameter, filter.item))
            .collect();
        Ok((!filters.is_empty()).then(|| Stated::inferred(filters, operation, names.join(", "))))
    }

    /// Whether an item passes for certain, however loosely the filter is meant.
    #[must_use]
    pub fn surely_passes(&self, item: &Value, value: &str) -> bool {
        if self.r#match == Match::Like {
            let same = |found: &Value| Match::Equals.holds(found, value) == Some(true);
            return match self.item.get(item) {
                Some(Value::Array(elements)) => elements.iter().any(same),
                Some(found) => same(found),
                None => false,
            };
        }
        let at_end = |found: &Value| Match::Equals.holds(found, value) == Some(true);
        if !self.edge && self.item.get(item).is_some_and(at_end) {
            return false;
        }
        self.passes(item, value) == Some(true)
    }

    /// Whether an item passes the filter with this value; `None` where they cannot be compared.
    #[must_use]
    pub fn passes(&self, item: &Value, value: &str) -> Option<bool> {
        match self.item.get(item) {
            None | Some(Value::Null) => Some(false),
            Some(Value::Array(elements)) => {
                let mut any = false;
                for element in elements {
                    any |= self.r#match.holds(element, value)?;
                }
                Some(any)
            }
            // Nobody knows on which side the end is.
            Some(found) if !self.edge && Match::Equals.holds(found, value) == Some(true) => {
                Some(true)
            }
            Some(found) => self.r#match.holds(found, value),
        }
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
            _ => {}
        }
        let order = compare(&text, value, found.is_number())?;
        Some(match self {
            Self::Equals => order == Ordering::Equal,
            Self::Gte => order != Ordering::Less,
            Self::Lte => order != Ordering::Greater,
            Self::Gt => order == Ordering::Greater,
            Self::Lt => order == Ordering::Less,
            Self::Contains | Self::Prefix | Self::Like => return None,
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
        }
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
