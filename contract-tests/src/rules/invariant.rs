//! `x-invariants`: what must hold between the fields of an object.

use super::Pointer;
use counterpart_model::api::{Schema, Value as ModelValue};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// The extension.
pub(crate) const NAME: &str = "x-invariants";

/// Where `when` holds, `then` must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// Where it matters.
    pub when: FieldTest,
    /// What must be true there.
    pub then: FieldTest,
}

/// A test of one field.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldTest {
    /// The field.
    pub field: Pointer,
    /// It is there, with one of these values.
    pub r#in: Option<Vec<Value>>,
    /// It is there, with none of these values.
    pub not_in: Option<Vec<Value>>,
    /// Whether it is there.
    pub present: Option<bool>,
}

impl Invariant {
    /// The invariants on a schema; those that cannot be read hold for nothing.
    #[must_use]
    pub fn of(schema: &Schema) -> Vec<Self> {
        let rules = schema.extensions.get(NAME).and_then(ModelValue::as_array);
        rules
            .unwrap_or_default()
            .iter()
            .filter_map(|rule| serde_json::from_value(rule.to_serde()).ok())
            .collect()
    }

    /// Whether an instance breaks it.
    #[must_use]
    pub fn is_broken_by(&self, instance: &Value) -> bool {
        self.when.holds(instance) && !self.then.holds(instance)
    }
}

impl FieldTest {
    fn holds(&self, instance: &Value) -> bool {
        let found = self.field.get(instance);
        let listed = |values: &Option<Vec<Value>>, wanted: bool| {
            values
                .as_ref()
                .is_none_or(|values| found.is_some_and(|found| values.contains(found) == wanted))
        };
        listed(&self.r#in, true)
            && listed(&self.not_in, false)
            && self
                .present
                .is_none_or(|present| found.is_some() == present)
    }
}

impl fmt::Display for FieldTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |values: &[Value]| {
            values
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" or ")
        };
        write!(f, "{}", self.field)?;
        if let Some(values) = &self.r#in {
            write!(f, " is {}", list(values))?;
        }
        if let Some(values) = &self.not_in {
            write!(f, " is there and not {}", list(values))?;
        }
        match self.present {
            Some(true) => write!(f, " is there"),
            Some(false) => write!(f, " is absent"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_holds_only_where_it_matters() {
        let rule: Invariant = serde_json::from_value(json!({
            "when": { "field": "/more", "in": [true] }, "then": { "field": "/next", "notIn": [null] },
        }))
        .expect("a rule");
        assert!(!rule.is_broken_by(&json!({ "more": true, "next": "x" })));
        assert!(rule.is_broken_by(&json!({ "more": true, "next": null })));
        assert!(
            rule.is_broken_by(&json!({ "more": true })),
            "what is absent satisfies neither"
        );
        assert!(!rule.is_broken_by(&json!({ "more": false, "next": null })));
        assert_eq!(rule.then.to_string(), "/next is there and not null");
    }
}
