//! Values as text, by style (OAS §4.8.12.3): the other direction of what `params` decodes.

use crate::{Parameter, Style, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters is escaped, so that no value can end a segment or a pair.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn plain(text: &str) -> String {
    text.to_owned()
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_json(),
    }
}

/// `name=value`, escaped.
pub(crate) fn pair(name: &str, value: &str) -> String {
    format!("{}={}", escaped(name), escaped(value))
}

/// The items of a list, or names and values of an object in turn; `None` for anything else.
fn pieces(value: &Value, escape: fn(&str) -> String) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => Some(items.iter().map(|item| escape(&scalar(item))).collect()),
        Value::Object(members) => Some(
            members
                .iter()
                .flat_map(|(name, member)| [escape(name), escape(&scalar(member))])
                .collect(),
        ),
        _ => None,
    }
}

/// `name=value` of each member of an object.
fn members(value: &Value, escape: fn(&str) -> String) -> Option<Vec<String>> {
    match value {
        Value::Object(members) => Some(
            members
                .iter()
                .map(|(name, member)| format!("{}={}", escape(name), escape(&scalar(member))))
                .collect(),
        ),
        _ => None,
    }
}

fn simple(parameter: &Parameter, value: &Value, escape: fn(&str) -> String) -> String {
    if parameter.explode
        && let Some(members) = members(value, escape)
    {
        return members.join(",");
    }
    pieces(value, escape).map_or_else(|| escape(&scalar(value)), |pieces| pieces.join(","))
}

/// A path parameter, as it stands between the slashes.
pub(crate) fn path(parameter: &Parameter, value: &Value) -> String {
    let name = parameter.name;
    let whole = |separator: &str| {
        pieces(value, escaped)
            .map_or_else(|| escaped(&scalar(value)), |pieces| pieces.join(separator))
    };
    match (parameter.style, parameter.explode) {
        (Style::Json, _) => escaped(&value.to_json()),
        (Style::Label, true) => {
            let members = members(value, escaped).map(|members| members.join("."));
            format!(".{}", members.unwrap_or_else(|| whole(".")))
        }
        (Style::Label, false) => format!(".{}", whole(",")),
        (Style::Matrix, true) => {
            let pairs = members(value, escaped).unwrap_or_else(|| match value {
                Value::Array(items) => items
                    .iter()
                    .map(|item| format!("{name}={}", escaped(&scalar(item))))
                    .collect(),
                other => vec![format!("{name}={}", escaped(&scalar(other)))],
            });
            pairs.iter().map(|pair| format!(";{pair}")).collect()
        }
        (Style::Matrix, false) => format!(";{name}={}", whole(",")),
        _ => simple(parameter, value, escaped),
    }
}

/// A query parameter, as pairs.
pub(crate) fn query(parameter: &Parameter, value: &Value) -> Vec<String> {
    query_named(parameter.name, parameter, value)
}

/// The same under another name.
pub(crate) fn query_named(name: &str, parameter: &Parameter, value: &Value) -> Vec<String> {
    let joined = |separator: &str| {
        pieces(value, escaped).map_or_else(
            || vec![pair(name, &scalar(value))],
            |pieces| vec![format!("{}={}", escaped(name), pieces.join(separator))],
        )
    };
    match (parameter.style, value) {
        (Style::Json, _) => vec![pair(name, &value.to_json())],
        (Style::DeepObject, Value::Object(members)) => members
            .iter()
            .flat_map(|(key, member)| {
                let name = format!("{name}[{key}]");
                match member {
                    Value::Array(items) => items
                        .iter()
                        .map(|item| pair(&name, &scalar(item)))
                        .collect(),
                    other => vec![pair(&name, &scalar(other))],
                }
            })
            .collect(),
        (Style::SpaceDelimited, _) if !parameter.explode => joined("%20"),
        (Style::PipeDelimited, _) if !parameter.explode => joined("%7C"),
        (_, Value::Array(items)) if parameter.explode => {
            items.iter().map(|item| pair(name, &scalar(item))).collect()
        }
        (_, Value::Object(_)) if parameter.explode => members(value, escaped).unwrap_or_default(),
        _ => joined(","),
    }
}

/// A header's value.
pub(crate) fn header(parameter: &Parameter, value: &Value) -> String {
    match parameter.style {
        Style::Json => value.to_json(),
        _ => simple(parameter, value, plain),
    }
}

/// A cookie, as a pair.
pub(crate) fn cookie(parameter: &Parameter, value: &Value) -> String {
    let text = match parameter.style {
        Style::Json => escaped(&value.to_json()),
        _ => pieces(value, escaped)
            .map_or_else(|| escaped(&scalar(value)), |pieces| pieces.join(",")),
    };
    format!("{}={text}", escaped(parameter.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn value(text: &str) -> Value {
        Value::from_json(text).unwrap_or_default()
    }

    /// The examples of OAS §4.8.12.4, and values that have to be escaped.
    #[test]
    fn every_style() {
        let (list, object) = (value(r#"["blue","black"]"#), value(r#"{"R":100,"G":200}"#));
        let at = |style, explode| Parameter::path("color", Kind::Any).style(style, explode);
        for (style, explode, wanted) in [
            (Style::Simple, false, ["blue,black", "R,100,G,200"]),
            (Style::Simple, true, ["blue,black", "R=100,G=200"]),
            (Style::Label, false, [".blue,black", ".R,100,G,200"]),
            (Style::Label, true, [".blue.black", ".R=100.G=200"]),
            (
                Style::Matrix,
                false,
                [";color=blue,black", ";color=R,100,G,200"],
            ),
            (
                Style::Matrix,
                true,
                [";color=blue;color=black", ";R=100;G=200"],
            ),
        ] {
            let got = [
                path(&at(style, explode), &list),
                path(&at(style, explode), &object),
            ];
            assert_eq!(got, wanted, "{style:?} {explode}");
        }
        let at = |style, explode| Parameter::query("color", Kind::Any).style(style, explode);
        for (style, explode, wanted) in [
            (Style::Form, true, ["color=blue&color=black", "R=100&G=200"]),
            (
                Style::Form,
                false,
                ["color=blue,black", "color=R,100,G,200"],
            ),
            (
                Style::SpaceDelimited,
                false,
                ["color=blue%20black", "color=R%20100%20G%20200"],
            ),
            (
                Style::PipeDelimited,
                false,
                ["color=blue%7Cblack", "color=R%7C100%7CG%7C200"],
            ),
            (
                Style::DeepObject,
                true,
                [
                    "color=blue&color=black",
                    "color%5BR%5D=100&color%5BG%5D=200",
                ],
            ),
        ] {
            let got = [&list, &object].map(|value| query(&at(style, explode), value).join("&"));
            assert_eq!(got, wanted, "{style:?} {explode}");
        }
        let text = value(r#""a/b c&d=é""#);
        assert_eq!(
            path(&Parameter::path("p", Kind::String), &text),
            "a%2Fb%20c%26d%3D%C3%A9"
        );
        assert_eq!(
            query(&Parameter::query("q", Kind::String), &text),
            ["q=a%2Fb%20c%26d%3D%C3%A9"]
        );
        assert_eq!(
            query(&Parameter::query("q", Kind::Any).json(), &list),
            ["q=%5B%22blue%22%2C%22black%22%5D"]
        );
        assert_eq!(
            header(&Parameter::header("h", Kind::Any), &list),
            "blue,black"
        );
        assert_eq!(
            cookie(&Parameter::cookie("c", Kind::Any), &list),
            "c=blue,black"
        );
    }
}
