//! Parameter values as text: styles and explode (OAS §4.8.12.3), media types, and where they go.

use crate::request::{Request, percent_encode};
use counterpart_model::api::{Operation, Parameter, ParameterContent, ParameterLocation, Style};
use serde_json::Value;

/// The text of a scalar, as every style writes it.
#[must_use]
pub fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The path of an operation with these values in it; `None` where one is missing.
pub fn path(operation: &Operation, value: impl Fn(&Parameter) -> Option<Value>) -> Option<String> {
    let mut path = operation.path.clone();
    for parameter in &operation.parameters {
        if parameter.location == ParameterLocation::Path {
            let text = path_text(parameter, &value(parameter)?);
            path = path.replace(&format!("{{{}}}", parameter.name), &text);
        }
    }
    (!path.contains('{')).then_some(path)
}

fn path_text(parameter: &Parameter, value: &Value) -> String {
    let ParameterContent::Styled { style, explode, .. } = &parameter.content else {
        return percent_encode(&value.to_string());
    };
    let (prefix, separator) = match style {
        Style::Label => (".", if *explode { "." } else { "," }),
        Style::Matrix => (";", if *explode { ";" } else { "," }),
        _ => ("", ","),
    };
    let name = percent_encode(&parameter.name);
    match value {
        Value::Array(items) => {
            let parts: Vec<String> = items
                .iter()
                .map(|item| percent_encode(&scalar(item)))
                .collect();
            match (style, explode) {
                (Style::Matrix, true) => {
                    parts.iter().map(|part| format!(";{name}={part}")).collect()
                }
                (Style::Matrix, false) => format!(";{name}={}", parts.join(",")),
                _ => format!("{prefix}{}", parts.join(separator)),
            }
        }
        Value::Object(members) => {
            let joint = if *explode { "=" } else { "," };
            let parts: Vec<String> = members
                .iter()
                .map(|(key, item)| {
                    format!(
                        "{}{joint}{}",
                        percent_encode(key),
                        percent_encode(&scalar(item))
                    )
                })
                .collect();
            match (style, explode) {
                (Style::Matrix, false) => format!(";{name}={}", parts.join(",")),
                _ => format!("{prefix}{}", parts.join(separator)),
            }
        }
        other if *style == Style::Matrix => format!(";{name}={}", percent_encode(&scalar(other))),
        other => format!("{prefix}{}", percent_encode(&scalar(other))),
    }
}

/// Puts a query, header or cookie parameter on a request; path parameters are the path's own business.
#[must_use]
pub fn place(request: Request, parameter: &Parameter, value: &Value) -> Request {
    match parameter.location {
        ParameterLocation::Path => request,
        ParameterLocation::Query => {
            let mut request = request;
            request.query.extend(query_pairs(parameter, value));
            request
        }
        ParameterLocation::Header => request.set_header(&parameter.name, simple(parameter, value)),
        ParameterLocation::Cookie => {
            let pair = format!(
                "{}={}",
                parameter.name,
                percent_encode(&simple(parameter, value))
            );
            let cookies = match request.header("cookie") {
                Some(others) => format!("{others}; {pair}"),
                None => pair,
            };
            request.set_header("cookie", cookies)
        }
    }
}

/// Whether a value arrives as what it is (OAS §4.8.12.3): an empty list or object leaves nothing to send, and how lists and
/// objects inside of others are written the styles do not say.
#[must_use]
pub fn is_carried(parameter: &Parameter, value: &Value) -> bool {
    if matches!(parameter.content, ParameterContent::Media { .. }) {
        return true;
    }
    let plain = |value: &Value| !value.is_array() && !value.is_object() && !value.is_null();
    let deep = matches!(
        parameter.content,
        ParameterContent::Styled {
            style: Style::DeepObject,
            ..
        }
    );
    match value {
        Value::Array(items) => !deep && !items.is_empty() && items.iter().all(plain),
        Value::Object(members) => !members.is_empty() && members.values().all(plain),
        // How nothing is written nobody says: RFC 6570 §2.3 leaves it out.
        Value::Null => false,
        // That style is defined for objects only.
        _ => !deep,
    }
}

/// The pairs a query parameter is written as.
#[must_use]
pub fn query_pairs(parameter: &Parameter, value: &Value) -> Vec<(String, String)> {
    let name = parameter.name.clone();
    let ParameterContent::Styled { style, explode, .. } = &parameter.content else {
        return vec![(name, value.to_string())];
    };
    let separator = match style {
        Style::SpaceDelimited => " ",
        Style::PipeDelimited => "|",
        _ => ",",
    };
    match value {
        Value::Array(items) if *explode => items
            .iter()
            .map(|item| (name.clone(), scalar(item)))
            .collect(),
        Value::Array(items) => {
            vec![(
                name,
                items.iter().map(scalar).collect::<Vec<_>>().join(separator),
            )]
        }
        Value::Object(members) if *style == Style::DeepObject => members
            .iter()
            .map(|(key, item)| (format!("{name}[{key}]"), scalar(item)))
            .collect(),
        Value::Object(members) if *explode => members
            .iter()
            .map(|(key, item)| (key.clone(), scalar(item)))
            .collect(),
        Value::Object(members) => {
            let parts: Vec<String> = members
                .iter()
                .map(|(key, item)| format!("{key},{}", scalar(item)))
                .collect();
            vec![(name, parts.join(separator))]
        }
        other => vec![(name, scalar(other))],
    }
}

fn simple(parameter: &Parameter, value: &Value) -> String {
    let ParameterContent::Styled { explode, .. } = &parameter.content else {
        return value.to_string();
    };
    match value {
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(","),
        Value::Object(members) => members
            .iter()
            .map(|(key, item)| format!("{key}{}{}", if *explode { "=" } else { "," }, scalar(item)))
            .collect::<Vec<_>>()
            .join(","),
        other => scalar(other),
    }
}
