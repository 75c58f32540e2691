//! The plain types: those whose schema says no more than their type.

use super::{Instance, Key, Map};
use crate::json::{Decimal, Parsed, Parser, Peek, Refused, Value, Writer};
use crate::schema::{Plain, SchemaRef};
use std::borrow::Cow;

impl Instance for bool {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Boolean);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        p.bool()
    }

    fn write(&self, w: &mut Writer) {
        w.bool(*self);
    }
}

/// The integer a number's text stands for: `1.0` and `1e2` are integers (JSON Schema Validation §6.1.1).
fn integer<T: std::str::FromStr + TryFrom<i128>>(text: &str) -> Parsed<T> {
    text.parse().or_else(|_| {
        let value = Decimal::parse(text).to_i128().ok_or(Refused)?;
        T::try_from(value).map_err(|_| Refused)
    })
}

macro_rules! integers {
    ($($integer:ty => $write:ident)*) => {$(
        impl Instance for $integer {
            const SCHEMA: SchemaRef =
                SchemaRef::plain(Plain::Integer { min: <$integer>::MIN as i128, max: <$integer>::MAX as i128 });

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                integer(p.number()?)
            }

            fn write(&self, w: &mut Writer) {
                w.$write((*self).into());
            }
        }
    )*};
}
integers!(i32 => i64 i64 => i64 u32 => u64 u64 => u64);

impl Instance for f64 {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Number);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        let value: Self = p.number()?.parse().map_err(|_| Refused)?;
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Refused)
        }
    }

    fn write(&self, w: &mut Writer) {
        w.f64(*self);
    }
}

impl Instance for f32 {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Number);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        let value: Self = p.number()?.parse().map_err(|_| Refused)?;
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Refused)
        }
    }

    fn write(&self, w: &mut Writer) {
        // The shortest text that reads back as the same `f32`, not as its exact `f64`.
        if self.is_finite() {
            w.raw(&format!("{self:?}"))
        } else {
            w.null()
        }
    }
}

macro_rules! strings {
    ($($string:ty)*) => {$(
        impl Instance for $string {
            const SCHEMA: SchemaRef = SchemaRef::plain(Plain::String);

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                Ok(p.string()?.into())
            }

            fn write(&self, w: &mut Writer) {
                w.str(self);
            }
        }

        impl Key for $string {
            fn parse_key(text: Cow<'_, str>) -> Parsed<Self> {
                Ok(text.into())
            }

            fn as_key(&self) -> &str {
                self
            }
        }
    )*};
}
strings!(String Box<str>);

impl Instance for Value {
    const SCHEMA: SchemaRef = SchemaRef::ANY;

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        Ok(match p.peek()? {
            Peek::Null => p.null().map(|()| Self::Null)?,
            Peek::Bool => Self::Bool(p.bool()?),
            Peek::Number => Self::Number(crate::json::Number::new(p.number()?).ok_or(Refused)?),
            Peek::String => Self::String(p.string()?.into_owned()),
            Peek::Array => Self::Array(Vec::parse(p)?),
            Peek::Object => Self::Object(Map::parse(p)?),
        })
    }

    fn write(&self, w: &mut Writer) {
        self.write_to(w);
    }
}

impl Instance for serde_json::Value {
    const SCHEMA: SchemaRef = SchemaRef::ANY;

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        Ok(Value::parse(p)?.to_serde())
    }

    fn write(&self, w: &mut Writer) {
        Value::from_serde(self).write_to(w);
    }
}

impl<T: Instance> Instance for Vec<T> {
    const SCHEMA: SchemaRef = SchemaRef::items(&T::SCHEMA);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        super::support::parse_list(p, usize::MAX)
    }

    fn write(&self, w: &mut Writer) {
        w.array(self);
    }
}

impl<T: Instance> Instance for Box<T> {
    const SCHEMA: SchemaRef = T::SCHEMA;

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        T::parse(p).map(Self::new)
    }

    fn write(&self, w: &mut Writer) {
        T::write(self, w);
    }
}

impl<K: Key, V: Instance> Instance for Map<K, V> {
    const SCHEMA: SchemaRef = SchemaRef::values(&V::SCHEMA);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        super::support::parse_map(p, usize::MAX)
    }

    fn write(&self, w: &mut Writer) {
        w.begin_object();
        for (key, value) in self {
            w.field(key.as_key(), value);
        }
        w.end_object();
    }
}
