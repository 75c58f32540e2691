//! Bodies that are no JSON: files and text.

use bytes::Bytes;
use counterpart_model::api::Operation;

/// The smallest picture there is: one black pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

/// The beginning and the end of a JPEG file, which is all that most look at.
const JPEG: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0, 0x10, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff,
    0xd9,
];

impl super::Context {
    /// The smallest file of a media type; `None` where nobody knows what such a file looks like.
    pub(crate) fn sample(&self, media: &str) -> Option<Bytes> {
        sample(media).map(|(_, bytes)| Bytes::from_static(bytes))
    }
}

/// A body for an operation that takes bytes: its media type, and a small file of that type. `None` where it takes JSON,
/// forms or nothing, or where nobody knows what such a file looks like.
pub(super) fn body(operation: &Operation) -> Option<(String, Bytes)> {
    let body = operation.body.as_ref()?;
    body.content.keys().find_map(|media| {
        let (media, bytes) = sample(media)?;
        Some((media.to_owned(), Bytes::from_static(bytes)))
    })
}

/// The smallest file of what is in a media range, and its media type.
fn sample(range: &str) -> Option<(&'static str, &'static [u8])> {
    let essence = crate::media::essence(range);
    Some(match essence.as_str() {
        "image/*" | "image/png" => ("image/png", PNG),
        "image/jpeg" | "image/jpg" => ("image/jpeg", JPEG),
        "image/gif" => ("image/gif", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"),
        "*/*" | "application/*" | "application/octet-stream" => ("application/octet-stream", PNG),
        "text/*" | "text/plain" => ("text/plain", b"counterpart\n"),
        "text/csv" => ("text/csv", b"a,b\n1,2\n"),
        "text/html" => ("text/html", b"<p>counterpart</p>\n"),
        "application/pdf" => (
            "application/pdf",
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        ),
        _ => return None,
    })
}
