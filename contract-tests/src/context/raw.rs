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

/// A body for an operation that takes bytes: its media type, and a small file of that type. `None` where it takes JSON,
/// forms or nothing, or where nobody knows what such a file looks like.
pub(super) fn body(operation: &Operation) -> Option<(String, Bytes)> {
    let body = operation.body.as_ref()?;
    body.content.keys().find_map(|media| {
        let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (media, bytes): (&str, &[u8]) = match essence.as_str() {
            "image/*" | "image/png" => ("image/png", PNG),
            "*/*" | "application/*" | "application/octet-stream" => ("application/octet-stream", PNG),
            "text/*" | "text/plain" => ("text/plain", b"counterpart\n"),
            "text/csv" => ("text/csv", b"a,b\n1,2\n"),
            "text/html" => ("text/html", b"<p>counterpart</p>\n"),
            "application/pdf" => (
                "application/pdf",
                b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            ),
            _ => return None,
        };
        Some((media.to_owned(), Bytes::from_static(bytes)))
    })
}
