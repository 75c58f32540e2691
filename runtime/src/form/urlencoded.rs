//! `application/x-www-form-urlencoded` (WHATWG URL §5).

use super::Form;
use super::tree::{Leaf, Tree};
use crate::json::Value;
use crate::params::percent_decode;
use crate::{Kind, Location, Parameter, Style, Violation, Violations};

pub(super) fn read(form: &Form, body: &[u8]) -> Result<Tree, Violations> {
    let undecodable = || -> Violations {
        let words = "is not percent-encoded UTF-8 text";
        Violation::new(Location::Body, "", "decode", words).into()
    };
    let text = std::str::from_utf8(body).map_err(|_| undecodable())?;
    let decode = |text: &str| {
        percent_decode(text, true)
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(undecodable)
    };
    let mut tree = Tree::default();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name)?;
        // Only what is not exploded stands in one pair; a separator that is meant as text is escaped.
        let separators: &[&str] = match form.style(&name) {
            Some((Style::Form, false)) => &[","],
            Some((Style::SpaceDelimited, false)) => &["%20", "+"],
            Some((Style::PipeDelimited, false)) => &["%7C", "%7c", "|"],
            _ => &[],
        };
        let mut pieces = vec![value];
        for separator in separators {
            pieces = pieces
                .into_iter()
                .flat_map(|piece| piece.split(separator))
                .collect();
        }
        for piece in pieces {
            tree.add(&name, Leaf::Text(decode(piece)?))?;
        }
    }
    Ok(tree)
}

pub(super) fn write(form: &Form, value: &Value) -> Vec<u8> {
    let Value::Object(members) = value else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for (name, member) in members {
        match form.style(name) {
            Some((Style::DeepObject, _)) => deep(name.clone(), member, &mut pairs),
            Some((style, explode)) => pairs.extend(crate::encode::query_named(
                name,
                &Parameter::query("", Kind::Any).style(style, explode),
                member,
            )),
            None => plain(name, member, &mut pairs),
        }
    }
    pairs.join("&").into_bytes()
}

/// A list by repetition, an object as JSON (OAS §4.8.15.1).
fn plain(name: &str, value: &Value, pairs: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                pairs.push(crate::encode::pair(name, &text(item)));
            }
        }
        other => pairs.push(crate::encode::pair(name, &text(other))),
    }
}

/// `a[b][c]=1`, lists numbered, so that lists of objects keep together.
fn deep(name: String, value: &Value, pairs: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                deep(format!("{name}[{key}]"), member, pairs);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                deep(format!("{name}[{at}]"), item, pairs);
            }
        }
        other => pairs.push(crate::encode::pair(&name, &text(other))),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_json(),
    }
}
