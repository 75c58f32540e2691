//! Bodies that have no Rust type of their own, for servers and clients alike.

use bytes::Bytes;

/// A body whose media type has no Rust type of its own: its bytes as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBody {
    /// The documented media range that its content type is in.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Bytes,
}

impl RawBody {
    /// A body of these bytes.
    #[must_use]
    pub fn new(media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self {
            media_type,
            bytes: bytes.into(),
        }
    }
}

/// A media type in lower case, without parameters (RFC 9110 §8.3).
#[must_use]
pub(crate) fn essence(text: &str) -> String {
    text.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether a media type is in a range: `*/*`, `text/*`, `text/plain` (RFC 9110 §12.5.1).
#[must_use]
pub(crate) fn within(range: &str, media_type: &str) -> bool {
    range == "*/*"
        || range == media_type
        || range
            .strip_suffix("/*")
            .is_some_and(|kind| media_type.split('/').next() == Some(kind))
}
