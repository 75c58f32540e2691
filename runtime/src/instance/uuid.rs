//! UUIDs (RFC 9562).

use super::{Instance, Key};
use crate::json::{Parsed, Parser, Refused, Writer};
use crate::schema::{Plain, SchemaRef};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// A UUID (`format: uuid`), of whatever version. It is written as it was read; made from bytes, in lower case. Case
/// makes no difference where two are compared (RFC 9562 §4).
#[derive(Clone, Copy)]
pub struct Uuid {
    text: [u8; 36],
}

impl Uuid {
    /// A UUID of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        const HEX: [u8; 16] = *b"0123456789abcdef";
        let mut text = [b'-'; 36];
        let places = (0..36).filter(|place| !matches!(place, 8 | 13 | 18 | 23));
        let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        for (place, nibble) in places.zip(nibbles) {
            if let (Some(slot), Some(digit)) =
                (text.get_mut::<usize>(place), HEX.get(usize::from(nibble)))
            {
                *slot = *digit;
            }
        }
        Self { text }
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let digits = self
            .text
            .iter()
            .filter_map(|&digit| char::from(digit).to_digit(16));
        for (place, digit) in digits.enumerate() {
            if let Some(byte) = bytes.get_mut(place / 2) {
                *byte = (*byte << 4) | u8::try_from(digit).unwrap_or(0);
            }
        }
        bytes
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only hexadecimal digits and hyphens are in it.
        std::str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl FromStr for Uuid {
    type Err = super::FormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 36] = text
            .as_bytes()
            .try_into()
            .map_err(|_| super::FormatError("uuid"))?;
        if !crate::format::uuid(text) {
            return Err(super::FormatError("uuid"));
        }
        Ok(Self { text: bytes })
    }
}

impl Uuid {
    fn lower(&self) -> [u8; 36] {
        self.text.map(|byte| byte.to_ascii_lowercase())
    }
}

impl PartialEq for Uuid {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text || self.lower() == other.lower()
    }
}

impl Eq for Uuid {}

impl Hash for Uuid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lower().hash(state);
    }
}

impl PartialOrd for Uuid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Uuid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.lower().cmp(&other.lower())
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AsRef<str> for Uuid {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Instance for Uuid {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Format("uuid"));

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        p.string()?.parse().map_err(|_| Refused)
    }

    fn write(&self, w: &mut Writer) {
        w.str(self.as_str());
    }
}

impl Key for Uuid {
    fn parse_key(text: Cow<'_, str>) -> Parsed<Self> {
        text.parse().map_err(|_| Refused)
    }

    fn as_key(&self) -> &str {
        self.as_str()
    }
}

crate::serde_by_value!(Uuid);
