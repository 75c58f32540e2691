//! What the macros expand to, kept out of line so that each generated type costs little to compile.

use super::{Instance, Key, Map};
use crate::json::{Parsed, Parser, Refused, Value};
use crate::schema::{SchemaRef, Violations};
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

/// Every violation of a text that a check refused.
#[must_use]
pub fn refused_text(text: &str, schema: SchemaRef) -> Violations {
    crate::schema::explain(&Value::from(text), schema)
}

/// Every violation of a value that a check refused.
#[must_use]
pub fn refused<T: Instance>(value: &T, schema: SchemaRef) -> Violations {
    crate::schema::explain(&value.to_value(), schema)
}

/// Reads a list of at most `max` items.
///
/// # Errors
/// Where it is not one.
pub fn parse_list<T: Instance>(p: &mut Parser<'_>, max: usize) -> Parsed<Vec<T>> {
    p.begin_array()?;
    let mut items = Vec::new();
    while p.next_item()? {
        if items.len() >= max {
            return Err(Refused);
        }
        items.push(T::parse(p)?);
    }
    Ok(items)
}

/// Reads a map of at most `max` entries.
///
/// # Errors
/// Where it is not one.
pub fn parse_map<K: Key, V: Instance>(p: &mut Parser<'_>, max: usize) -> Parsed<Map<K, V>> {
    super::map::parse_map(p, max)
}

/// `serde::Serialize` for an instance.
///
/// # Errors
/// What the serializer gives.
pub fn serialize<T: Instance, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_value().serialize(serializer)
}

/// `serde::Deserialize` for an instance.
///
/// # Errors
/// What the deserializer gives, and the violations.
pub fn deserialize<'de, T: Instance, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    T::from_value(&value).map_err(D::Error::custom)
}
