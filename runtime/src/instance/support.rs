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

/// A member that has to be there.
pub mod required {
    use super::{Instance, Parsed, Refused};
    use crate::json::Writer;

    /// The member, once the object has been read.
    ///
    /// # Errors
    /// Where it was missing.
    pub fn build<T>(slot: Option<T>) -> Parsed<T> {
        slot.ok_or(Refused)
    }

    /// Writes it.
    pub fn write<T: Instance>(w: &mut Writer, name: &str, value: &T) {
        w.field(name, value);
    }
}

/// A member that may be absent.
pub mod optional {
    use super::{Instance, Parsed};
    use crate::json::Writer;

    /// The member, once the object has been read.
    ///
    /// # Errors
    /// Never.
    pub const fn build<T>(slot: Option<T>) -> Parsed<Option<T>> {
        Ok(slot)
    }

    /// Writes it, where it is there.
    pub fn write<T: Instance>(w: &mut Writer, name: &str, value: &Option<T>) {
        w.optional(name, value.as_ref());
    }
}

/// What an object holds beside its listed members.
///
/// # Errors
/// Where a name stands twice.
pub fn map<T>(entries: Vec<(String, T)>) -> Parsed<Map<String, T>> {
    Map::from_entries(entries).map_err(|_| Refused)
}

/// How the parts of a request come together: whatever is missing has been reported already.
#[cfg(any(feature = "server", feature = "client"))]
pub mod request {
    /// Parameters that have to be there.
    pub const fn required<T>(read: Option<T>) -> Option<T> {
        read
    }

    /// Parameters with a default.
    pub const fn or_default<T>(read: Option<T>) -> Option<T> {
        read
    }

    /// Parameters that may be absent.
    pub const fn optional<T>(read: Option<T>) -> Option<Option<T>> {
        Some(read)
    }
}
