//! Parameters that are one text: those of the path, and headers.

use super::decode::{
    Decoded, Found, flat_object, percent_decode, repeated, split_any, styled, takes_list,
    undecodable,
};
use super::{Parameter, Style};
use crate::{Location, Violation};
use std::borrow::Cow;

/// A path parameter.
pub(super) fn path(parameter: &Parameter, path: &[(&str, &str)]) -> Decoded<Found> {
    let Some((_, raw)) = path.iter().find(|(name, _)| *name == parameter.name) else {
        return Ok(Found::Absent);
    };
    let decode = |text| -> Decoded<Cow<'_, str>> {
        percent_decode(text, false).ok_or_else(|| undecodable(Location::Path, parameter.name))
    };
    let mismatch = || {
        let message = "the path parameter is not written in its style";
        Box::new(Violation::new(
            Location::Path,
            parameter.name,
            "decode",
            message,
        ))
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
pub(super) fn header(parameter: &Parameter, headers: &[(&str, &[u8])]) -> Decoded<Found> {
    let mut values = Vec::new();
    for (_, bytes) in headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(parameter.name))
    {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| undecodable(Location::Header, parameter.name))?;
        values.push(text.trim_matches([' ', '\t']));
    }
    let lists = takes_list(&parameter.kind) || flat_object(&parameter.kind).is_some();
    match values.as_slice() {
        [] => Ok(Found::Absent),
        [_, _, ..] if !lists || parameter.style == Style::Json => {
            Err(repeated(Location::Header, parameter.name))
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
