//! `null`, told apart from absence.

use super::Instance;
use crate::json::{Parsed, Parser, Peek, Writer};
use crate::schema::SchemaRef;

/// `null` or a value. What may be absent as well is `Option<Nullable<T>>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nullable<T> {
    /// `null`
    #[default]
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    #[must_use]
    pub const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value, changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Nullable<U> {
        match self {
            Self::Null => Nullable::Null,
            Self::Value(value) => Nullable::Value(change(value)),
        }
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T> From<Nullable<T>> for Option<T> {
    fn from(value: Nullable<T>) -> Self {
        value.into_option()
    }
}

impl<T: Instance> Instance for Nullable<T> {
    const SCHEMA: SchemaRef = SchemaRef::nullable(&T::SCHEMA);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        if p.peek()? == Peek::Null {
            p.null()?;
            return Ok(Self::Null);
        }
        T::parse(p).map(Self::Value)
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Self::Null => w.null(),
            Self::Value(value) => value.write(w),
        }
    }
}

/// The one value of a schema that only allows `null`.
impl Instance for () {
    const SCHEMA: SchemaRef = SchemaRef::plain(crate::schema::Plain::Null);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        p.null()
    }

    fn write(&self, w: &mut Writer) {
        w.null();
    }
}
