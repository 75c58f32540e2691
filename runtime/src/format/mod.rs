//! What `format` asserts (JSON Schema Validation §7.3, and OpenAPI's registry).

mod net;
mod regex;
mod time;
mod uri;

pub use net::{email, hostname, idn_hostname, ipv4, ipv6};
pub use regex::regex;
pub use time::{Clock, Day, date, date_time, duration, read_date, read_date_time, read_time, time};
pub use uri::{json_pointer, relative_json_pointer, uri, uri_reference, uri_template};

use base64::Engine as _;

/// Whether a text is what a format says; always for formats that assert nothing here.
#[must_use]
pub fn is_valid(format: &str, text: &str) -> bool {
    match format {
        "date-time" => date_time(text),
        "date" => date(text),
        "time" => time(text),
        "duration" => duration(text),
        "uuid" => uuid(text),
        "email" => text.is_ascii() && email(text),
        "idn-email" => email(text),
        "hostname" => hostname(text),
        "idn-hostname" => idn_hostname(text),
        "ipv4" => ipv4(text),
        "ipv6" => ipv6(text),
        "uri" => text.is_ascii() && uri(text),
        "iri" => uri(text),
        "uri-reference" => text.is_ascii() && uri_reference(text),
        "iri-reference" => uri_reference(text),
        "uri-template" => uri_template(text),
        "json-pointer" => json_pointer(text),
        "relative-json-pointer" => relative_json_pointer(text),
        "regex" => regex(text),
        "byte" => base64(text),
        _ => true,
    }
}

/// The integers that a format allows (OpenAPI's format registry).
#[must_use]
pub fn integer_range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        _ => return None,
    })
}

/// A UUID (RFC 9562 §4), in either case.
#[must_use]
pub fn uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Base64 with padding (RFC 4648 §4).
#[must_use]
pub fn base64(text: &str) -> bool {
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .is_ok()
}
