//! Path templates, matched segment by segment.
//!
//! axum's own router refuses some documents (two parameters in one segment, templates that overlap), so the paths
//! are matched here: literal text before parameters, segment by segment.

use percent_encoding::percent_decode_str;
use std::collections::HashMap;

/// A piece of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(&'static str),
    Parameter(&'static str),
}

#[derive(Debug)]
struct Template {
    path: &'static str,
    segments: Vec<Vec<Piece>>,
}

/// Finds the template of a path.
#[derive(Debug, Default)]
pub(super) struct Routes {
    /// Templates by their number of segments, the more literal ones first.
    by_length: HashMap<usize, Vec<Template>>,
}

/// A path that was found: its template, and what stands for the parameters, still percent-encoded.
pub(super) type Found = (&'static str, Vec<(&'static str, String)>);

impl Routes {
    pub(super) fn add(&mut self, path: &'static str) {
        let segments: Vec<Vec<Piece>> = split(path).map(pieces).collect();
        let templates = self.by_length.entry(segments.len()).or_default();
        if templates.iter().any(|known| known.path == path) {
            return;
        }
        templates.push(Template { path, segments });
        // A literal segment goes before one with text, that before a bare parameter; earlier segments first.
        templates.sort_by_key(|template| {
            template
                .segments
                .iter()
                .map(|pieces| match pieces.as_slice() {
                    [Piece::Text(_)] | [] => 0_u8,
                    [Piece::Parameter(_)] => 2,
                    _ => 1,
                })
                .collect::<Vec<_>>()
        });
    }

    pub(super) fn find(&self, path: &str) -> Option<Found> {
        let segments: Vec<&str> = split(path).collect();
        self.by_length
            .get(&segments.len())?
            .iter()
            .find_map(|template| {
                let mut values = Vec::new();
                let fits = template
                    .segments
                    .iter()
                    .zip(&segments)
                    .all(|(pieces, text)| fit(pieces, text, &mut values));
                fits.then_some((template.path, values))
            })
    }
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn pieces(segment: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((text, tail)) = rest.split_once('{') {
        let Some((name, after)) = tail.split_once('}') else {
            break;
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        pieces.push(Piece::Parameter(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Whether a segment's text fits; parameters take as little as they can, and at least one character.
fn fit(pieces: &[Piece], text: &str, values: &mut Vec<(&'static str, String)>) -> bool {
    match pieces {
        [] => text.is_empty(),
        [Piece::Text(literal)] => {
            text == *literal
                || percent_decode_str(text)
                    .decode_utf8()
                    .is_ok_and(|decoded| decoded == *literal)
        }
        [Piece::Text(literal), rest @ ..] => match text.strip_prefix(literal) {
            Some(tail) => fit(rest, tail, values),
            None => false,
        },
        [Piece::Parameter(name)] => {
            values.push((name, text.to_owned()));
            !text.is_empty()
        }
        [Piece::Parameter(name), rest @ ..] => {
            let known = values.len();
            for (at, _) in text.char_indices().skip(1) {
                let (value, tail) = text.split_at(at);
                values.push((name, value.to_owned()));
                if fit(rest, tail, values) {
                    return true;
                }
                values.truncate(known);
            }
            false
        }
    }
}
