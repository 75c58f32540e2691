//! JSON values whose numbers keep their text.

use indexmap::IndexMap;
use std::fmt;

/// A JSON value (RFC 8259) as it stands in a document: member order and number text are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as text.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, members in document order.
    Object(IndexMap<String, Value>),
}

/// A JSON number, as its source text in JSON's grammar (RFC 8259 §6): nothing is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    /// A number from text that is already in JSON's grammar.
    ///
    /// Returns `None` where it is not.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        is_json_number(text).then(|| Self(text.to_owned()))
    }

    /// The number's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// The number as `i128`, where it is mathematically an integer in that range (`1.0` and `1e3` are).
    #[must_use]
    pub fn as_i128(&self) -> Option<i128> {
        if let Ok(value) = self.0.parse() {
            return Some(value);
        }
        let (negative, digits) = match self.0.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.0.as_str()),
        };
        let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (digits, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut all = format!("{whole}{fraction}");
        let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        if all.bytes().all(|digit| digit == b'0') {
            return Some(0);
        }
        if shift >= 0 {
            if shift > 40 {
                return None;
            }
            all.extend(std::iter::repeat_n('0', usize::try_from(shift).ok()?));
        } else {
            let cut = all
                .len()
                .checked_sub(usize::try_from(-i64::from(shift)).ok()?)?;
            let (kept, dropped) = all.split_at(cut);
            if dropped.bytes().any(|digit| digit != b'0') {
                return None;
            }
            all = if kept.is_empty() {
                "0".to_owned()
            } else {
                kept.to_owned()
            };
        }
        let value: i128 = all.parse().ok()?;
        Some(if negative { -value } else { value })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! from_integer {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                Self(value.to_string())
            }
        }
    )*};
}
from_integer!(i64 u64 i32 u32 usize);

fn is_json_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes[at] == b'0') {
        return false;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == bytes.len()
}

impl Value {
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
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, if it is one that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i128().and_then(|value| value.try_into().ok()),
            _ => None,
        }
    }

    /// The items, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&IndexMap<String, Value>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of that name, if it is an object that has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// The same value for `serde_json`. A number beyond its range becomes the nearest `f64`, and one
    /// beyond that `null`: use [`Number`] where the digits matter.
    #[must_use]
    pub fn to_serde(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(number) => serde_json::from_str(number.as_str())
                .unwrap_or_else(|_| serde_json::Value::from(number.as_f64())),
            Self::String(text) => text.clone().into(),
            Self::Array(items) => items.iter().map(Self::to_serde).collect(),
            Self::Object(members) => serde_json::Value::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.to_serde()))
                    .collect(),
            ),
        }
    }
}
