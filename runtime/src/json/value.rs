//! JSON values whose members keep their order and whose numbers keep their text.

use super::{Decimal, Parser, ReadError, number_length};
use crate::{Map, Writer};
use std::fmt;

/// A JSON value.
///
/// Equality is JSON Schema's (Core §4.2.2): `1` and `1.0` are equal, members have no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as text.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Map<String, Value>),
}

/// A JSON number as its text. Equality is by value: `1` and `1.0` are equal.
#[derive(Clone, Debug)]
pub struct Number(Box<str>);

impl Number {
    /// A number from text; `None` where it is not in JSON's grammar.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (number_length(text.as_bytes()) == Some(text.len())).then(|| Self(text.into()))
    }

    /// Text that a parser has already found to be a number.
    pub(super) fn trusted(text: &str) -> Self {
        Self(text.into())
    }

    /// The number's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its exact value.
    #[must_use]
    pub fn decimal(&self) -> Decimal {
        Decimal::parse(&self.0)
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// Its value as an `i64`, where it is mathematically such an integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0
            .parse()
            .ok()
            .or_else(|| self.decimal().to_i128()?.try_into().ok())
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.decimal() == other.decimal()
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! from_integer {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Value {
            fn from(value: $integer) -> Self {
                Self::Number(Number(value.to_string().into()))
            }
        }
    )*};
}
from_integer!(i32 i64 u32 u64 usize);

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
}

impl Value {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// Where it is not JSON, nests too deep or names a member twice; the error says where.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        super::read::read(Parser::new(text))
    }

    /// The value as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut writer = Writer::new();
        self.write_to(&mut writer);
        writer.into_string()
    }

    pub(crate) fn write_to(&self, writer: &mut Writer) {
        match self {
            Self::Null => writer.null(),
            Self::Bool(value) => writer.bool(*value),
            Self::Number(number) => writer.raw(number.as_str()),
            Self::String(text) => writer.str(text),
            Self::Array(items) => {
                writer.begin_array();
                for item in items {
                    writer.next_item();
                    item.write_to(writer);
                }
                writer.end_array();
            }
            Self::Object(members) => {
                writer.begin_object();
                for (name, value) in members {
                    writer.key(name);
                    value.write_to(writer);
                }
                writer.end_object();
            }
        }
    }

    /// The member of that name, if this is an object that has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The items, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub const fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The name of its JSON type.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }
}
