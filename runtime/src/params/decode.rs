//! From the text of a request to JSON text, by style (OAS §4.8.12.3, RFC 6570).

use super::{Kind, Parameter, Style};
use crate::json::{Writer, number_length};
use crate::{Location, Violation, Violations};
use std::borrow::Cow;

/// What was found of a parameter.
pub(super) enum Found {
    /// Nothing.
    Absent,
    /// JSON texts, the first that is an instance being meant.
    Json(Vec<String>),
    /// Something that cannot be decoded; the violation is already told.
    Wrong,
}

/// The `name=value` pairs of a query or of cookies.
#[derive(Debug)]
pub(super) struct Pairs<'a> {
    location: Location,
    pairs: Vec<Pair<'a>>,
}

#[derive(Debug)]
struct Pair<'a> {
    name: Cow<'a, str>,
    /// Still percent-encoded.
    value: &'a str,
    read: bool,
}

impl<'a> Pairs<'a> {
    pub(super) fn query(text: &'a str, violations: &mut Violations) -> Self {
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match percent_decode(name, true) {
                Some(name) => pairs.push(Pair {
                    name,
                    value,
                    read: false,
                }),
                None => violations.push(undecodable(Location::Query, name, name)),
            }
        }
        Self {
            location: Location::Query,
            pairs,
        }
    }

    pub(super) fn cookies(headers: &'a [(&'a str, &'a [u8])], violations: &mut Violations) -> Self {
        let mut pairs = Vec::new();
        for (_, bytes) in headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("cookie"))
        {
            let Ok(text) = std::str::from_utf8(bytes) else {
                violations.push(undecodable(Location::Header, "cookie", ""));
                continue;
            };
            for pair in text.split(';') {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let value = value.trim();
                let value = value
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'))
                    .unwrap_or(value);
                pairs.push(Pair {
                    name: Cow::Borrowed(name.trim()),
                    value,
                    read: false,
                });
            }
        }
        Self {
            location: Location::Cookie,
            pairs,
        }
    }

    /// Tells of every pair that no parameter has read.
    pub(super) fn unread(&self, violations: &mut Violations) {
        for pair in self.pairs.iter().filter(|pair| !pair.read) {
            let message = format!("there is no such {} parameter", self.location);
            violations.push(Violation::new(
                self.location,
                &pair.name,
                "unknownParameter",
                message,
            ));
        }
    }

    pub(super) fn find(&mut self, parameter: &Parameter) -> Result<Found, Violation> {
        if parameter.style == Style::DeepObject {
            return self.deep_object(parameter);
        }
        if parameter.style == Style::Form && parameter.explode {
            match flat_object(&parameter.kind) {
                Some(Kind::Object(properties)) => return self.properties(parameter, properties),
                Some(Kind::Map(values)) => return self.rest(parameter, values),
                _ => {}
            }
        }
        let mut values = Vec::new();
        for pair in self
            .pairs
            .iter_mut()
            .filter(|pair| pair.name == parameter.name)
        {
            pair.read = true;
            values.push(pair.value);
        }
        if parameter.allow_empty && values.iter().all(|value| value.is_empty()) {
            return Ok(Found::Absent);
        }
        match values.as_slice() {
            [] => Ok(Found::Absent),
            [value] => self.one(parameter, value),
            several
                if parameter.style == Style::Form
                    && parameter.explode
                    && takes_list(&parameter.kind) =>
            {
                let items = several.iter().map(|value| self.decode(parameter, value));
                let items: Vec<_> = items.collect::<Result<_, _>>()?;
                Ok(Found::Json(candidates(
                    &parameter.kind,
                    |kind| match kind {
                        Kind::Array(item) => list(item, &items),
                        _ => list(&Kind::Any, &items),
                    },
                )))
            }
            _ => {
                let message = format!("the {} parameter is there more than once", self.location);
                Err(Violation::new(
                    self.location,
                    parameter.name,
                    "repeatedParameter",
                    message,
                ))
            }
        }
    }

    fn one(&self, parameter: &Parameter, value: &str) -> Result<Found, Violation> {
        if parameter.style == Style::Json {
            return Ok(Found::Json(vec![
                self.decode(parameter, value)?.into_owned(),
            ]));
        }
        let split: &[&str] = match parameter.style {
            Style::SpaceDelimited => &["%20", "+", " "],
            Style::PipeDelimited => &["%7C", "%7c", "|"],
            _ => &[","],
        };
        let whole = self.decode(parameter, value)?;
        let single = parameter.style == Style::Form && parameter.explode;
        let pieces = if single {
            vec![value]
        } else {
            split_any(value, split)
        };
        let pieces = pieces
            .into_iter()
            .map(|piece| self.decode(parameter, piece));
        let pieces: Vec<_> = pieces.collect::<Result<_, _>>()?;
        Ok(styled(parameter, &whole, &pieces, false))
    }

    /// `a[b]=1&a[c]=2`
    fn deep_object(&mut self, parameter: &Parameter) -> Result<Found, Violation> {
        let mut members: Vec<(String, &'a str)> = Vec::new();
        for pair in &mut self.pairs {
            let inner = pair
                .name
                .strip_prefix(parameter.name)
                .and_then(|rest| rest.strip_prefix('['));
            if let Some(name) = inner.and_then(|rest| rest.strip_suffix(']')) {
                members.push((name.to_owned(), pair.value));
                pair.read = true;
            }
        }
        self.object(parameter, &members)
    }

    /// `b=1&c=2`, the names being those of the object's properties.
    fn properties(
        &mut self,
        parameter: &Parameter,
        properties: &[(&str, Kind)],
    ) -> Result<Found, Violation> {
        let mut members = Vec::new();
        for pair in &mut self.pairs {
            if properties.iter().any(|(name, _)| *name == pair.name) {
                pair.read = true;
                members.push((pair.name.clone().into_owned(), pair.value));
            }
        }
        self.object(parameter, &members)
    }

    /// `b=1&c=2`, the names being data: everything that no other parameter has read before.
    fn rest(&mut self, parameter: &Parameter, _values: &Kind) -> Result<Found, Violation> {
        let mut members = Vec::new();
        for pair in self.pairs.iter_mut().filter(|pair| !pair.read) {
            pair.read = true;
            members.push((pair.name.clone().into_owned(), pair.value));
        }
        self.object(parameter, &members)
    }

    fn object(
        &self,
        parameter: &Parameter,
        members: &[(String, &str)],
    ) -> Result<Found, Violation> {
        if members.is_empty() {
            return Ok(Found::Absent);
        }
        let mut decoded: Vec<(&str, Vec<Cow<'_, str>>)> = Vec::new();
        let kind = flat_object(&parameter.kind).unwrap_or(&parameter.kind);
        for (name, value) in members {
            let value = self.decode(parameter, value)?;
            match decoded.iter_mut().find(|(other, _)| other == name) {
                Some((_, values)) if matches!(member_kind(kind, name), Kind::Array(_)) => {
                    values.push(value)
                }
                Some(_) => {
                    let name = format!("{}[{name}]", parameter.name);
                    let message = "the property is there more than once";
                    return Err(Violation::new(
                        self.location,
                        &name,
                        "repeatedParameter",
                        message,
                    ));
                }
                None => decoded.push((name, vec![value])),
            }
        }
        let mut writer = Writer::new();
        writer.begin_object();
        for (name, values) in &decoded {
            writer.key(name);
            match (member_kind(kind, name), values.as_slice()) {
                (Kind::Array(item), values) => writer.raw(&list(item, values)),
                (kind, [value]) => writer.raw(&scalar(kind, value)),
                (_, values) => writer.raw(&list(&Kind::Any, values)),
            }
        }
        writer.end_object();
        Ok(Found::Json(vec![writer.into_string()]))
    }

    fn decode<'t>(&self, parameter: &Parameter, text: &'t str) -> Result<Cow<'t, str>, Violation> {
        percent_decode(text, self.location == Location::Query)
            .ok_or_else(|| undecodable(self.location, parameter.name, text))
    }
}

/// A path parameter.
pub(super) fn path(parameter: &Parameter, path: &[(&str, &str)]) -> Result<Found, Violation> {
    let Some((_, raw)) = path.iter().find(|(name, _)| *name == parameter.name) else {
        return Ok(Found::Absent);
    };
    let decode = |text| {
        percent_decode(text, false).ok_or_else(|| undecodable(Location::Path, parameter.name, text))
    };
    let mismatch = || {
        let message = "the path parameter is not written in its style";
        Violation::new(Location::Path, parameter.name, "decode", message).with_found(shown(raw))
    };
    if parameter.style == Style::Json {
        return Ok(Found::Json(vec![decode(raw)?.into_owned()]));
    }
    let (whole, pieces) = match parameter.style {
        Style::Label => {
            let rest = raw.strip_prefix('.').ok_or_else(mismatch)?;
            let delimiter = if !parameter.explode && rest.contains(',') {
                ","
            } else {
                "."
            };
            (rest, split_any(rest, &[delimiter]))
        }
        Style::Matrix => {
            let rest = raw.strip_prefix(';').ok_or_else(mismatch)?;
            let own = |pair: &'_ str| pair.strip_prefix(parameter.name).map(|rest| rest.len());
            if parameter.explode && flat_object(&parameter.kind).is_some() {
                (rest, split_any(rest, &[";"]))
            } else {
                let mut values = Vec::new();
                for pair in rest.split(';') {
                    let value = own(pair)
                        .and_then(|length| pair.get(pair.len() - length..))
                        .ok_or_else(mismatch)?;
                    values.push(if value.is_empty() {
                        value
                    } else {
                        value.strip_prefix('=').ok_or_else(mismatch)?
                    });
                }
                match values.as_slice() {
                    [value] if !parameter.explode => (*value, split_any(value, &[","])),
                    [value] => (*value, vec![*value]),
                    _ if parameter.explode => (rest, values),
                    _ => return Err(mismatch()),
                }
            }
        }
        _ => (*raw, split_any(raw, &[","])),
    };
    let pieces: Vec<_> = pieces.into_iter().map(decode).collect::<Result<_, _>>()?;
    Ok(styled(parameter, &decode(whole)?, &pieces, false))
}

/// A header.
pub(super) fn header(parameter: &Parameter, headers: &[(&str, &[u8])]) -> Result<Found, Violation> {
    let mut values = Vec::new();
    for (_, bytes) in headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(parameter.name))
    {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| undecodable(Location::Header, parameter.name, ""))?;
        values.push(text.trim_matches([' ', '\t']));
    }
    let lists = takes_list(&parameter.kind) || flat_object(&parameter.kind).is_some();
    match values.as_slice() {
        [] => Ok(Found::Absent),
        [_, _, ..] if !lists || parameter.style == Style::Json => {
            let message = "the header is there more than once";
            Err(Violation::new(
                Location::Header,
                parameter.name,
                "repeatedParameter",
                message,
            ))
        }
        values => {
            let whole = values.join(",");
            if parameter.style == Style::Json {
                return Ok(Found::Json(vec![whole]));
            }
            let pieces: Vec<_> = whole
                .split(',')
                .map(|piece| Cow::Borrowed(piece.trim_matches([' ', '\t'])))
                .collect();
            Ok(styled(parameter, &whole, &pieces, true))
        }
    }
}

/// JSON for a text that a style has cut into pieces.
fn styled(parameter: &Parameter, whole: &str, pieces: &[Cow<'_, str>], header: bool) -> Found {
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

fn member_kind<'k>(kind: &'k Kind, name: &str) -> &'k Kind {
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
fn candidates(kind: &Kind, write: impl Fn(&Kind) -> String) -> Vec<String> {
    match kind {
        Kind::OneOf(kinds) => kinds.iter().map(write).collect(),
        Kind::Any => vec![write(&Kind::Any), write(&Kind::String)],
        kind => vec![write(kind)],
    }
}

fn takes_list(kind: &Kind) -> bool {
    match kind {
        Kind::Array(_) | Kind::Any => true,
        Kind::OneOf(kinds) => kinds.iter().any(takes_list),
        _ => false,
    }
}

fn flat_object(kind: &'_ Kind) -> Option<&'_ Kind> {
    match kind {
        Kind::Object(_) | Kind::Map(_) => Some(kind),
        _ => None,
    }
}

fn list(item: &Kind, pieces: &[Cow<'_, str>]) -> String {
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
fn scalar(kind: &Kind, text: &str) -> String {
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

fn split_any<'t>(text: &'t str, delimiters: &[&str]) -> Vec<&'t str> {
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

fn undecodable(location: Location, name: &str, text: &str) -> Violation {
    let message = if text.is_empty() {
        "is not UTF-8 text"
    } else {
        "is not percent-encoded UTF-8 text"
    };
    Violation::new(location, name, "decode", message).with_found(shown(text))
}

fn shown(text: &str) -> String {
    crate::schema::shorten(&format!("{text:?}"))
}
