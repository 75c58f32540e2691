//! What a lie sees of a request, and what it may change of a request or an answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

/// What stands unescaped in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The operation's id; empty when the document has none for it.
    pub(crate) operation: String,
    /// The method.
    pub(crate) method: String,
    /// The path without the base path.
    pub(crate) path: String,
    /// The query, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Asked {
    /// Whether the request is for one of these operations.
    pub(crate) fn is(&self, operations: &[&str]) -> bool {
        operations.contains(&self.operation.as_str())
    }

    /// Whether the request is for a list.
    pub(crate) fn is_list(&self) -> bool {
        self.operation.starts_with("list") && self.operation != "listAccountBalances"
    }

    /// The first value of a query parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Takes a query parameter away.
    pub(crate) fn drop_param(&mut self, name: &str) {
        self.query.retain(|(known, _)| known != name);
    }

    /// Gives a query parameter one value.
    pub(crate) fn set_param(&mut self, name: &str, value: impl Into<String>) {
        self.drop_param(name);
        self.query.push((name.to_owned(), value.into()));
    }

    /// Changes the body, when it is a JSON object.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Ok(Value::Object(mut object)) = serde_json::from_slice(&self.body) {
            change(&mut object);
            self.set_body(&Value::Object(object));
        }
    }

    /// Gives the request a body of JSON.
    pub(crate) fn set_body(&mut self, value: &Value) {
        self.body = Bytes::from(value.to_string());
        self.headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        self.headers.remove(header::CONTENT_LENGTH);
        self.headers.remove(header::TRANSFER_ENCODING);
    }

    /// The body, when it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The query as it goes into a URI.
    pub(crate) fn query_text(&self) -> String {
        let pairs = self.query.iter().map(|(name, value)| {
            format!(
                "{}={}",
                utf8_percent_encode(name, QUERY),
                utf8_percent_encode(value, QUERY)
            )
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// The pairs of a query.
pub(super) fn decode_query(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| {
        percent_decode_str(&part.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            pair.split_once('=')
                .map_or((decode(pair), String::new()), |(n, v)| {
                    (decode(n), decode(v))
                })
        })
        .collect()
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Answer {
    /// Whether the status tells of success.
    pub(crate) fn ok(&self) -> bool {
        self.status.is_success()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Replaces the body.
    pub(crate) fn set(&mut self, value: &Value) {
        self.raw(value.to_string());
    }

    /// Replaces the body with text.
    pub(crate) fn raw(&mut self, text: impl Into<Bytes>) {
        self.body = text.into();
        self.headers.remove(header::CONTENT_LENGTH);
    }

    /// Sets a header.
    pub(crate) fn header(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }

    /// Changes the body, when it is a JSON object.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Some(Value::Object(mut object)) = self.json() {
            change(&mut object);
            self.set(&Value::Object(object));
        }
    }

    /// Changes the items of a list.
    pub(crate) fn items(&mut self, change: impl FnOnce(&mut Vec<Value>)) {
        self.edit(|body| {
            if let Some(Value::Array(items)) = body.get_mut("items") {
                change(items);
            }
        });
    }

    /// Changes each resource in the answer: the items of a list, or the body itself.
    pub(crate) fn resources(&mut self, mut change: impl FnMut(&mut Map<String, Value>)) {
        self.edit(|body| match body.get_mut("items") {
            Some(Value::Array(items)) => items
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(change),
            _ => change(body),
        });
    }

    /// Changes the `pagination` of a list.
    pub(crate) fn pagination(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        self.edit(|body| {
            if let Some(Value::Object(pagination)) = body.get_mut("pagination") {
                change(pagination);
            }
        });
    }

    /// Changes the `error` of an error.
    pub(crate) fn error(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        self.edit(|body| {
            if let Some(Value::Object(error)) = body.get_mut("error") {
                change(error);
            }
        });
    }
}
