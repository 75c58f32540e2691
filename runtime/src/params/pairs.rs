//! Parameters that are pairs: those of the query, and cookies.

use super::decode::{
    Decoded, Found, candidates, flat_object, list, member_kind, percent_decode, repeated, scalar,
    split_any, styled, takes_list, undecodable,
};
use super::{Kind, Parameter, Style};
use crate::json::Writer;
use crate::{Location, Violation, Violations};
use std::borrow::Cow;

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
                None => {
                    violations.push(*undecodable(Location::Query, &crate::schema::shorten(name)))
                }
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
                violations.push(*undecodable(Location::Header, "cookie"));
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

    /// Takes the pairs of this name as read: they are no parameter's business.
    pub(super) fn ignore(&mut self, name: &str) {
        for pair in self.pairs.iter_mut().filter(|pair| pair.name == name) {
            pair.read = true;
        }
    }

    /// Tells of every pair that no parameter has read.
    pub(super) fn unread(&self, violations: &mut Violations) {
        for pair in self.pairs.iter().filter(|pair| !pair.read) {
            let message = format!("there is no such {} parameter", self.location);
            violations.push(Violation::new(
                self.location,
                &crate::schema::shorten(&pair.name),
                "unknownParameter",
                message,
            ));
        }
    }

    pub(super) fn find(&mut self, parameter: &Parameter) -> Decoded<Found> {
        if parameter.style == Style::DeepObject {
            return self.deep_object(parameter);
        }
        if parameter.style == Style::Form && parameter.explode {
            match flat_object(&parameter.kind) {
                Some(Kind::Object(properties)) => return self.properties(parameter, properties),
                Some(Kind::Map(_)) => return self.rest(parameter),
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
            _ => Err(repeated(self.location, parameter.name)),
        }
    }

    fn one(&self, parameter: &Parameter, value: &str) -> Decoded<Found> {
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
    fn deep_object(&mut self, parameter: &Parameter) -> Decoded<Found> {
        if let Kind::Array(item) = parameter.kind {
            return self.deep_list(parameter, item);
        }
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

    /// What a list means in this style the standard leaves open: `a[]=1`, `a[0]=1` and `a=1` are all in use.
    fn deep_list(&mut self, parameter: &Parameter, item: &Kind) -> Decoded<Found> {
        let mut values = Vec::new();
        for pair in &mut self.pairs {
            let rest = pair.name.strip_prefix(parameter.name);
            let index = rest.and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
            let listed = index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()));
            if rest == Some("") || listed {
                pair.read = true;
                values.push(pair.value);
            }
        }
        if values.is_empty() {
            return Ok(Found::Absent);
        }
        let items = values.iter().map(|value| self.decode(parameter, value));
        let items: Vec<_> = items.collect::<Result<_, _>>()?;
        Ok(Found::Json(vec![list(item, &items)]))
    }

    /// `b=1&c=2`, the names being those of the object's properties.
    fn properties(&mut self, parameter: &Parameter, properties: &[(&str, Kind)]) -> Decoded<Found> {
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
    fn rest(&mut self, parameter: &Parameter) -> Decoded<Found> {
        let mut members = Vec::new();
        for pair in self.pairs.iter_mut().filter(|pair| !pair.read) {
            pair.read = true;
            members.push((pair.name.clone().into_owned(), pair.value));
        }
        self.object(parameter, &members)
    }

    fn object(&self, parameter: &Parameter, members: &[(String, &str)]) -> Decoded<Found> {
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
                    return Err(repeated(
                        self.location,
                        &format!("{}[{name}]", parameter.name),
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

    fn decode<'t>(&self, parameter: &Parameter, text: &'t str) -> Decoded<Cow<'t, str>> {
        percent_decode(text, self.location == Location::Query)
            .ok_or_else(|| undecodable(self.location, parameter.name))
    }
}
