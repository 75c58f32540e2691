//! Media types.

/// Whether a media type or range holds JSON: `application/json`, `…+json`, with or without parameters.
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// Whether a media type holds text that a program writes each time anew: JSON, XML, CSV and what is like them.
#[must_use]
pub fn is_text(media_type: &str) -> bool {
    let essence = essence(media_type);
    let names = [
        "xml",
        "yaml",
        "csv",
        "json",
        "ndjson",
        "jsonl",
        "javascript",
    ];
    essence.starts_with("text/")
        || is_json(&essence)
        || names.iter().any(|name| {
            essence
                .strip_suffix(name)
                .is_some_and(|before| before.ends_with(['/', '+', '-', '.']))
        })
}

/// A media type in lower case, without parameters.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether a media type is in a media range (RFC 9110 §12.5.1): `*/*`, `text/*`, `text/plain`.
#[must_use]
pub fn matches(range: &str, media_type: &str) -> bool {
    let (range, media_type) = (essence(range), essence(media_type));
    if range == "*/*" || range == media_type {
        return true;
    }
    range
        .strip_suffix("/*")
        .is_some_and(|kind| media_type.split('/').next().is_some_and(|own| own == kind))
}

/// Whether a header is about one connection or the framing of one message: proxies and protocol versions change it, so
/// that a document can promise nothing of it (RFC 9110 §7.6.1, RFC 9112 §6, RFC 9113 §8.2.2).
#[must_use]
pub fn is_framing(header: &str) -> bool {
    let names = [
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "upgrade",
        "te",
        "trailer",
    ];
    names.iter().any(|name| header.eq_ignore_ascii_case(name))
}
