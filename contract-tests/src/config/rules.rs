//! Rules that the user states in the document's place.

use super::Config;
use counterpart_model::api::{Api, Number, Value};
use indexmap::IndexMap;

/// The rules that can be stated: those of `docs/extensions.md`.
const DOCUMENT: &str = "*";

impl Config {
    /// Puts the extensions of `[rules]` in place of an API's own.
    ///
    /// # Errors
    /// When an operation is named that the document does not have, or something that is no extension.
    pub fn state_rules(&self, api: &mut Api) -> Result<(), String> {
        for (id, rules) in &self.rules {
            for (name, rule) in rules {
                if !name.starts_with("x-") {
                    return Err(format!(
                        "`rules.{id}.{name}`: rules are called as the extensions of docs/extensions.md, such as x-pagination"
                    ));
                }
                let value = value_of(rule);
                if id == DOCUMENT {
                    api.extensions.insert(name.clone(), value);
                    continue;
                }
                let operation = api
                    .operations
                    .iter_mut()
                    .find(|operation| operation.id.0 == *id);
                let operation = operation
                    .ok_or_else(|| format!("`rules.{id}`: the document has no operation `{id}`"))?;
                operation.extensions.insert(name.clone(), value);
            }
        }
        Ok(())
    }

    /// The operations that are named and that a document does not have.
    ///
    /// # Errors
    /// When there is one.
    pub fn check_operations(&self, api: &Api) -> Result<(), String> {
        match self.operation.keys().find(|id| api.operation(id).is_none()) {
            Some(id) => Err(format!(
                "`operation.{id}`: the document has no operation `{id}`"
            )),
            None => Ok(()),
        }
    }
}

fn value_of(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::Number(Number::from(*number)),
        toml::Value::Float(number) => {
            Number::new(&number.to_string()).map_or(Value::Null, Value::Number)
        }
        toml::Value::Boolean(yes) => Value::Bool(*yes),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => Value::Array(items.iter().map(value_of).collect()),
        toml::Value::Table(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), value_of(value)));
            Value::Object(members.collect::<IndexMap<_, _>>())
        }
    }
}
