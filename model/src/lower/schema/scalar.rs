//! Strings and integers: what their formats and limits make of them.

use crate::api::{IntegerWidth, Schema, StringFormat};

/// The format, whichever part has one.
pub(super) fn format<'s>(parts: &[&'s Schema]) -> Option<&'s str> {
    parts.iter().find_map(|part| part.string.format.as_deref())
}

/// What a format makes of a string.
pub(super) fn string_format(format: Option<&str>) -> StringFormat {
    match format {
        Some("date-time") => StringFormat::DateTime,
        Some("date") => StringFormat::Date,
        Some("time") => StringFormat::Time,
        Some("duration") => StringFormat::Duration,
        Some("uuid") => StringFormat::Uuid,
        Some("byte") => StringFormat::Byte,
        Some("binary") => StringFormat::Binary,
        Some(
            name @ ("email"
            | "idn-email"
            | "hostname"
            | "idn-hostname"
            | "ipv4"
            | "ipv6"
            | "uri"
            | "uri-reference"
            | "iri"
            | "iri-reference"
            | "uri-template"
            | "json-pointer"
            | "relative-json-pointer"
            | "regex"),
        ) => StringFormat::Checked(name.to_owned()),
        _ => StringFormat::Plain,
    }
}

/// The width of an integer: from its limits where they fit, else from its format.
pub(super) fn width(parts: &[&Schema]) -> IntegerWidth {
    let low = parts
        .iter()
        .filter_map(|part| {
            part.number
                .minimum
                .as_ref()
                .or(part.number.exclusive_minimum.as_ref())
        })
        .find_map(crate::api::Number::as_i128);
    let high = parts
        .iter()
        .filter_map(|part| {
            part.number
                .maximum
                .as_ref()
                .or(part.number.exclusive_maximum.as_ref())
        })
        .find_map(crate::api::Number::as_i128);
    let fits = |low: i128, high: i128| low >= i128::from(i32::MIN) && high <= i128::from(i32::MAX);
    match (low, high, format(parts)) {
        (Some(low), Some(high), _) if fits(low, high) => IntegerWidth::I32,
        (Some(low), high, format)
            if low >= 0
                && (high.is_some_and(|high| high > i128::from(i64::MAX))
                    || format == Some("uint64")) =>
        {
            IntegerWidth::U64
        }
        (None, None, Some("uint64")) => IntegerWidth::U64,
        (_, _, Some("int32")) => IntegerWidth::I32,
        _ => IntegerWidth::I64,
    }
}
