//! Strings that only exist when they are valid, for schemas that have no name of their own: of a length, or of a format.

use super::{Instance, Key};
use crate::json::{Parsed, Parser, Refused, Writer};
use crate::schema::{Plain, SchemaRef, Violations};
use crate::{format, string_type};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A string of `MIN` to `MAX` characters (JSON Schema Validation §6.3).
///
/// ```
/// use counterpart_runtime::text::Length;
///
/// assert_eq!(Length::<1, 3>::try_from("abc").unwrap().as_str(), "abc");
/// assert_eq!(Length::<1, 3>::try_from("abcd").unwrap_err()[0].keyword, "maxLength");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Length<const MIN: usize, const MAX: usize>(Box<str>);

impl<const MIN: usize, const MAX: usize> Length<MIN, MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, given away.
    #[must_use]
    pub fn into_inner(self) -> String {
        self.0.into()
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<&str> for Length<MIN, MAX> {
    type Error = Violations;

    fn try_from(text: &str) -> Result<Self, Violations> {
        if super::length(text, MIN, MAX) {
            Ok(Self(text.into()))
        } else {
            Err(super::support::refused_text(text, Self::SCHEMA))
        }
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Length<MIN, MAX> {
    type Error = Violations;

    fn try_from(text: String) -> Result<Self, Violations> {
        Self::try_from(text.as_str())
    }
}

impl<const MIN: usize, const MAX: usize> FromStr for Length<MIN, MAX> {
    type Err = Violations;

    fn from_str(text: &str) -> Result<Self, Violations> {
        Self::try_from(text)
    }
}

impl<const MIN: usize, const MAX: usize> AsRef<str> for Length<MIN, MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> std::ops::Deref for Length<MIN, MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Length<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> From<Length<MIN, MAX>> for String {
    fn from(value: Length<MIN, MAX>) -> Self {
        value.0.into()
    }
}

impl<const MIN: usize, const MAX: usize> Instance for Length<MIN, MAX> {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Length { min: MIN, max: MAX });

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        Self::parse_key(p.string()?)
    }

    fn write(&self, w: &mut Writer) {
        w.str(&self.0);
    }
}

impl<const MIN: usize, const MAX: usize> Key for Length<MIN, MAX> {
    fn parse_key(text: Cow<'_, str>) -> Parsed<Self> {
        if super::length(&text, MIN, MAX) {
            Ok(Self(text.into()))
        } else {
            Err(Refused)
        }
    }

    fn as_key(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> serde::Serialize for Length<MIN, MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize> serde::Deserialize<'de> for Length<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::support::deserialize(deserializer)
    }
}

macro_rules! formats {
    ($($(#[$meta:meta])* $name:ident = $format:literal;)*) => {$(
        string_type! {
            $(#[$meta])*
            pub struct $name;
            schema: SchemaRef::plain(Plain::Format($format)),
            check: |text| format::is_valid($format, text),
        }
    )*};
}

formats! {
    /// `format: date-time` (RFC 3339 §5.6), as text.
    DateTime = "date-time";
    /// `format: date` (RFC 3339 §5.6), as text.
    Date = "date";
    /// `format: uuid` (RFC 9562), as text.
    Uuid = "uuid";
    /// `format: email` (RFC 5321 §4.1.2).
    Email = "email";
    /// `format: idn-email` (RFC 6531).
    IdnEmail = "idn-email";
    /// `format: hostname` (RFC 1123).
    Hostname = "hostname";
    /// `format: idn-hostname` (RFC 5890 §2.3.2.3).
    IdnHostname = "idn-hostname";
    /// `format: ipv4` (RFC 2673 §3.2).
    Ipv4 = "ipv4";
    /// `format: ipv6` (RFC 4291 §2.2).
    Ipv6 = "ipv6";
    /// `format: uri` (RFC 3986).
    Uri = "uri";
    /// `format: uri-reference` (RFC 3986).
    UriReference = "uri-reference";
    /// `format: iri` (RFC 3987).
    Iri = "iri";
    /// `format: iri-reference` (RFC 3987).
    IriReference = "iri-reference";
    /// `format: uri-template` (RFC 6570).
    UriTemplate = "uri-template";
    /// `format: json-pointer` (RFC 6901 §5).
    JsonPointer = "json-pointer";
    /// `format: regex` (ECMA-262).
    Regex = "regex";
}
