//! From the text of a request to JSON text, by style (OAS §4.8.12.3, RFC 6570).

use super::{Kind, Parameter};
use crate::json::{Writer, number_length};
use crate::{Location, Violation};
use std::borrow::Cow;

/// What decoding gives.
pub(super) type Decoded<T> = Result<T, Box<Violation>>;

/// What was found of a parameter.
pub(super) enum Found {
    /// Nothing.
    Absent,
    /// JSON texts, the first that is an instance being meant.
    Json(Vec<String>),
    /// Something that cannot be decoded; the violation is already told.
    Wrong,
}

/// JSON for a text that a style has cut into pieces.
pub(super) fn styled(
    parameter: &Parameter,
    whole: &str,
    pieces: &[Cow<'_, str>],
    header: bool,
) -> Found {
    let pieces = if whole.is_empty() { &[] } else { pieces };
    let exploded = parameter.explode && (header || parameter.location == Location::Path);
    Found::Json(candidates(&parameter.kind, |kind| match kind {
        Kind::Array(item) => list(item, pieces),
        Kind::Object(_) | Kind::Map(_) => object(kind, pieces, exploded),
        scalar_kind => scalar(scalar_kind, whole),
    }))
}

/// The object whose members stand side by side: `a=1` each where exploded, else name and value in turn.
fn object(kind: &Kind, pieces: &[Cow<'_, str>], exploded: bool) -> String {
    let mut writer = Writer::new();
    writer.begin_object();
    if exploded {
        for piece in pieces {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            writer.key(name);
            writer.raw(&scalar(member_kind(kind, name), value));
        }
    } else {
        for pair in pieces.chunks(2) {
            let (name, value) = (
                pair.first().map_or("", |name| name),
                pair.get(1).map_or("", |value| value),
            );
            writer.key(name);
            writer.raw(&scalar(member_kind(kind, name), value));
        }
    }
    writer.end_object();
    writer.into_string()
}

pub(super) fn member_kind<'k>(kind: &'k Kind, name: &str) -> &'k Kind {
    match kind {
        Kind::Object(properties) => properties
            .iter()
            .find(|(property, _)| *property == name)
            .map_or(&Kind::Any, |(_, kind)| kind),
        Kind::Map(values) => values,
        _ => &Kind::Any,
    }
}

/// The JSON texts for a kind, in order of preference.
pub(super) fn candidates(kind: &Kind, write: impl Fn(&Kind) -> String) -> Vec<String> {
    match kind {
        Kind::OneOf(kinds) => kinds.iter().map(write).collect(),
        Kind::Any => vec![write(&Kind::Any), write(&Kind::String)],
        kind => vec![write(kind)],
    }
}

pub(super) fn takes_list(kind: &Kind) -> bool {
    match kind {
        Kind::Array(_) | Kind::Any => true,
        Kind::OneOf(kinds) => kinds.iter().any(takes_list),
        _ => false,
    }
}

pub(super) fn flat_object(kind: &'_ Kind) -> Option<&'_ Kind> {
    match kind {
        Kind::Object(_) | Kind::Map(_) => Some(kind),
        _ => None,
    }
}

pub(super) fn list(item: &Kind, pieces: &[Cow<'_, str>]) -> String {
    let mut writer = Writer::new();
    writer.begin_array();
    for piece in pieces {
        writer.next_item();
        writer.raw(&scalar(item, piece));
    }
    writer.end_array();
    writer.into_string()
}

/// JSON for one value: what does not fit its kind becomes a string, so that the judge can tell what it is.
pub(super) fn scalar(kind: &Kind, text: &str) -> String {
    if fits(kind, text) {
        return text.to_owned();
    }
    let mut writer = Writer::new();
    writer.str(text);
    writer.into_string()
}

/// Whether the text is JSON of that kind as it stands.
fn fits(kind: &Kind, text: &str) -> bool {
    match kind {
        Kind::Integer | Kind::Number => number_length(text.as_bytes()) == Some(text.len()),
        Kind::Boolean => matches!(text, "true" | "false"),
        Kind::Any => text == "null" || fits(&Kind::Boolean, text) || fits(&Kind::Number, text),
        // The first kind that can be this text decides, and text can be any string.
        Kind::OneOf(kinds) => {
            let first = kinds
                .iter()
                .find(|kind| matches!(kind, Kind::String) || fits(kind, text));
            first.is_some_and(|kind| !matches!(kind, Kind::String))
        }
        Kind::String | Kind::Array(_) | Kind::Object(_) | Kind::Map(_) => false,
    }
}

pub(super) fn split_any<'t>(text: &'t str, delimiters: &[&str]) -> Vec<&'t str> {
    let mut pieces = vec![text];
    for delimiter in delimiters {
        pieces = pieces
            .into_iter()
            .flat_map(|piece| piece.split(delimiter))
            .collect();
    }
    pieces
}

/// Strict percent-decoding (RFC 3986 §2.1); `None` for a `%` without two digits, and for what is not UTF-8.
pub(crate) fn percent_decode(text: &str, plus_is_space: bool) -> Option<Cow<'_, str>> {
    let bytes = text.as_bytes();
    if !bytes
        .iter()
        .any(|&byte| byte == b'%' || (plus_is_space && byte == b'+'))
    {
        return Some(Cow::Borrowed(text));
    }
    let hex = |at: usize| {
        bytes
            .get(at)
            .and_then(|&digit| char::from(digit).to_digit(16))
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' => {
                out.push(u8::try_from(hex(at + 1)? * 16 + hex(at + 2)?).ok()?);
                at += 3;
            }
            b'+' if plus_is_space => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

/// What does not decode is not shown: there may be a secret in it.
pub(super) fn undecodable(location: Location, name: &str) -> Box<Violation> {
    Box::new(Violation::new(
        location,
        name,
        "decode",
        "is not percent-encoded UTF-8 text",
    ))
}

/// The violation of a parameter that is there more than once.
pub(super) fn repeated(location: Location, name: &str) -> Box<Violation> {
    let message = format!("the {location} parameter is there more than once");
    Box::new(Violation::new(location, name, "repeatedParameter", message))
}
