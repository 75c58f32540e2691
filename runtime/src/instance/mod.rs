//! Rust types whose values are the valid instances of a schema.

mod binary;
mod builtin;
mod bytes;
mod constant;
mod datetime;
mod foreign;
mod map;
mod nullable;
pub(crate) mod support;
pub mod text;
mod unique;
mod uuid;

pub use binary::Binary;
pub use bytes::Bytes;
pub use constant::{False, True};
pub use datetime::{Date, DateTime, Duration, FormatError, Time};
pub use map::{Key, Map};
pub use nullable::Nullable;
pub use unique::unique;
pub use uuid::Uuid;

use crate::json::{Parsed, Parser, Value, Writer};
use crate::schema::{SchemaRef, Violations};

/// A Rust type whose values are the valid instances of one schema.
pub trait Instance: Sized {
    /// The schema, in the bundle the crate embeds.
    const SCHEMA: SchemaRef;

    /// Reads one value.
    ///
    /// # Errors
    /// [`Refused`](crate::Refused) says only *that* it is not valid.
    fn parse(p: &mut Parser<'_>) -> Parsed<Self>;

    /// Writes the value, straight into the buffer.
    fn write(&self, w: &mut Writer);

    /// Reads one JSON text.
    ///
    /// # Errors
    /// Every violation there is.
    fn from_json(bytes: &[u8]) -> Result<Self, Violations> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::from_json_text(text),
            Err(error) => Err(crate::schema::not_utf8(error.valid_up_to())),
        }
    }

    /// Reads one JSON text that is known to be UTF-8.
    ///
    /// # Errors
    /// Every violation there is.
    fn from_json_text(text: &str) -> Result<Self, Violations> {
        let mut parser = Parser::new(text);
        match Self::parse(&mut parser) {
            Ok(value) if parser.end().is_ok() => Ok(value),
            _ => Err(crate::schema::explain_text(text, Self::SCHEMA)),
        }
    }

    /// Reads a value that is already in memory.
    ///
    /// # Errors
    /// Every violation there is.
    fn from_value(value: &Value) -> Result<Self, Violations> {
        Self::from_json_text(&value.to_json())
    }

    /// The value as JSON text.
    fn to_json(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_bytes()
    }

    /// The value as a tree.
    fn to_value(&self) -> Value {
        let mut writer = Writer::new();
        self.write(&mut writer);
        // What an instance writes is JSON.
        Value::from_json(&writer.into_string()).unwrap_or_default()
    }
}

/// Whether a text has `min` to `max` characters (Unicode code points; JSON Schema Validation §6.3). They are only
/// counted where the number of bytes leaves a doubt.
#[must_use]
pub fn length(text: &str, min: usize, max: usize) -> bool {
    let bytes = text.len();
    // A character has one to four bytes.
    if bytes < min || bytes.div_ceil(4) > max {
        return false;
    }
    if bytes.div_ceil(4) >= min && bytes <= max {
        return true;
    }
    let characters = text.chars().count();
    min <= characters && characters <= max
}
