//! Bytes that travel as base64 text.

use super::Instance;
use crate::json::{Parsed, Parser, Refused, Writer};
use crate::schema::{Plain, SchemaRef};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes, written as base64 (`format: byte`, `contentEncoding: base64`; RFC 4648 §4, padded).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// The bytes of a base64 text.
    ///
    /// # Errors
    /// Where it is not base64.
    pub fn from_base64(text: &str) -> Result<Self, super::FormatError> {
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| super::FormatError("byte"))
    }

    /// The base64 text.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Instance for Bytes {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Format("byte"));

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        Self::from_base64(&p.string()?).map_err(|_| Refused)
    }

    fn write(&self, w: &mut Writer) {
        w.str(&self.to_base64());
    }
}

crate::serde_by_value!(Bytes);
