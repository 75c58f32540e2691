//! The judge: what a value says against its schema, in full.
//!
//! [`Bundle`] holds a document's schemas; [`SchemaRef`] names one of them, or the schema of a plain Rust type.

mod bundle;
mod compile;
mod judge;
#[cfg(any(feature = "server", feature = "client"))]
mod look;
mod violation;

pub use bundle::{Bundle, Check};
#[cfg(any(feature = "server", feature = "client"))]
pub(crate) use look::Look;
pub use violation::{Location, Violation, Violations};

use crate::json::{ReadError, ReadErrorKind, Value};
use std::fmt;

/// One schema: of a bundle, or of a plain Rust type.
#[derive(Clone, Copy)]
pub struct SchemaRef(Target);

#[derive(Clone, Copy)]
enum Target {
    Bundle(&'static Bundle, u32),
    Plain(Plain),
    /// A list of instances of a schema.
    Items(&'static SchemaRef),
    /// A map to instances of a schema.
    Values(&'static SchemaRef),
    /// `null` or an instance of a schema.
    Nullable(&'static SchemaRef),
}

/// The schemas of plain Rust types.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plain {
    Any,
    Null,
    Boolean,
    Constant(bool),
    Integer { min: i128, max: i128 },
    Number,
    String,
    Length { min: usize, max: usize },
    Format(&'static str),
}

impl SchemaRef {
    /// The schema that allows everything.
    pub const ANY: Self = Self::plain(Plain::Any);

    /// The schema of lists whose items are instances of another.
    #[must_use]
    pub const fn items(items: &'static Self) -> Self {
        Self(Target::Items(items))
    }

    /// The schema of maps whose values are instances of another.
    #[must_use]
    pub const fn values(values: &'static Self) -> Self {
        Self(Target::Values(values))
    }

    /// The schema of `null` and the instances of another.
    #[must_use]
    pub const fn nullable(inner: &'static Self) -> Self {
        Self(Target::Nullable(inner))
    }

    pub(crate) const fn plain(plain: Plain) -> Self {
        Self(Target::Plain(plain))
    }

    /// Every violation of a value; empty where it is valid.
    #[must_use]
    pub fn judge(self, value: &Value) -> Violations {
        judge(value, self)
    }
}

impl fmt::Debug for SchemaRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Bundle(_, index) => write!(f, "schema {index}"),
            Target::Plain(plain) => plain.fmt(f),
            Target::Items(items) => write!(f, "items of {items:?}"),
            Target::Values(values) => write!(f, "values of {values:?}"),
            Target::Nullable(inner) => write!(f, "null or {inner:?}"),
        }
    }
}

fn judge(value: &Value, schema: SchemaRef) -> Violations {
    let mut violations = Violations::new();
    match schema.0 {
        Target::Bundle(bundle, index) => {
            return judge::Judge::new(bundle.compiled()).judge(index as usize, value);
        }
        Target::Plain(plain) => violations.extend(plain.judge(value)),
        Target::Items(items) => match value {
            Value::Array(list) => {
                for (at, item) in list.iter().enumerate() {
                    violations.append(judge(item, *items).under(&at.to_string()));
                }
            }
            other => violations.push(wrong_type(other, "array")),
        },
        Target::Values(values) => match value {
            Value::Object(members) => {
                for (name, member) in members {
                    violations.append(judge(member, *values).under(name));
                }
            }
            other => violations.push(wrong_type(other, "object")),
        },
        Target::Nullable(inner) => {
            if *value != Value::Null {
                return judge(value, *inner);
            }
        }
    }
    violations
}

fn wrong_type(value: &Value, wanted: &str) -> Violation {
    let words = format!("is {}, but has to be {wanted}", value.type_name());
    Violation::new(Location::Body, "", "type", words)
        .with_limit(wanted)
        .with_found(shown(value))
}

impl Plain {
    fn judge(self, value: &Value) -> Option<Violation> {
        match (self, value) {
            (Self::Any, _)
            | (Self::Null, Value::Null)
            | (Self::Boolean, Value::Bool(_))
            | (Self::Constant(true), Value::Bool(true))
            | (Self::Constant(false), Value::Bool(false))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_)) => None,
            (Self::Integer { min, max }, Value::Number(number)) => {
                let decimal = number.decimal();
                if !decimal.is_integer() {
                    return Some(wrong_type(value, "integer"));
                }
                let whole = decimal
                    .to_i128()
                    .filter(|whole| (min..=max).contains(whole));
                let words = format!("is not between {min} and {max}");
                whole.is_none().then(|| {
                    Violation::new(Location::Body, "", "format", words)
                        .with_found(shorten(number.as_str()))
                })
            }
            (Self::Format(name), Value::String(text)) => (!crate::format::is_valid(name, text))
                .then(|| {
                    Violation::new(Location::Body, "", "format", format!("is no {name}"))
                        .with_limit(name)
                        .with_found(shown(value))
                }),
            (Self::Length { min, max }, Value::String(text)) => {
                if crate::length(text, min, max) {
                    return None;
                }
                let count = text.chars().count();
                let (keyword, limit, words) = if count < min {
                    ("minLength", min, format!("at least {min} are needed"))
                } else {
                    ("maxLength", max, format!("at most {max} are allowed"))
                };
                let words = format!("has {count} characters, {words}");
                Some(
                    Violation::new(Location::Body, "", keyword, words)
                        .with_limit(limit.to_string())
                        .with_found(shown(value)),
                )
            }
            (Self::Null, _) => Some(wrong_type(value, "null")),
            (Self::Constant(only), Value::Bool(_)) => Some(
                Violation::new(Location::Body, "", "const", format!("has to be {only}"))
                    .with_limit(only.to_string())
                    .with_found(shown(value)),
            ),
            (Self::Boolean | Self::Constant(_), _) => Some(wrong_type(value, "boolean")),
            (Self::Integer { .. }, _) => Some(wrong_type(value, "integer")),
            (Self::Number, _) => Some(wrong_type(value, "number")),
            (Self::String | Self::Length { .. } | Self::Format(_), _) => {
                Some(wrong_type(value, "string"))
            }
        }
    }
}

/// Every violation of a value that was refused: at least one.
pub(crate) fn explain(value: &Value, schema: SchemaRef) -> Violations {
    let violations = judge(value, schema);
    if violations.is_empty() {
        let message = "is refused, although every keyword holds: it is out of the type's range";
        return Violation::new(Location::Body, "", "parse", message).into();
    }
    violations
}

/// Every violation of a text that was refused: at least one.
pub(crate) fn explain_text(text: &str, schema: SchemaRef) -> Violations {
    match Value::from_json(text) {
        Ok(value) => explain(&value, schema),
        Err(error) => unreadable(&error).into(),
    }
}

/// Whether a text is a valid instance.
pub(crate) fn is_valid_text(text: &str, schema: SchemaRef) -> bool {
    Value::from_json(text).is_ok_and(|value| judge::is_valid(&value, schema))
}

fn unreadable(error: &ReadError) -> Violation {
    let (keyword, message) = match error.kind {
        ReadErrorKind::Syntax => (
            "json",
            format!(
                "is not JSON: it cannot be read on from byte {}",
                error.offset
            ),
        ),
        ReadErrorKind::Duplicate => ("duplicateProperty", "is there a second time".to_owned()),
        ReadErrorKind::TooDeep => ("json", "is nested too deep".to_owned()),
    };
    let mut violation = Violation::new(Location::Body, "", keyword, message);
    violation.pointer.clone_from(&error.pointer);
    violation
}

/// The violation of bytes that are no text.
pub(crate) fn not_utf8(offset: usize) -> Violations {
    Violation::new(
        Location::Body,
        "",
        "json",
        format!("is not JSON: byte {offset} is not UTF-8"),
    )
    .into()
}

/// Appends a reference token to a JSON pointer (RFC 6901 §3).
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// At most about sixty characters of a text.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A value as it is shown. What is inside of arrays and objects is not: there may be secrets in it.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        // What is cut off anyway need not be escaped first.
        Value::String(text) => shorten(&Value::from(shorten(text)).to_json()),
        scalar => shorten(&scalar.to_json()),
    }
}
