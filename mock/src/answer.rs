//! Answers: the document's examples, else values that are valid by it.

use crate::Mock;
use crate::operation::is_json;
use axum::http::HeaderMap;
use counterpart_contract_tests::generate::Rng;
use counterpart_contract_tests::media;
use counterpart_contract_tests::media::is_framing;
use counterpart_model::Direction;
use counterpart_model::api::{MediaType, Operation, Response, SchemaId, StatusKey};
use counterpart_runtime::server::{Bytes, Incoming, Problem, Rejection, Reply, StatusCode};
use serde_json::Value;

/// How many values are drawn where none could be made.
const TRIES: usize = 300;

impl Mock {
    /// The answer to a request that is valid: the first success, or what `Prefer: code=…` asks for (RFC 7240).
    pub(crate) fn answer(&self, operation: &Operation, headers: &HeaderMap) -> Reply {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let preferred = text("prefer").and_then(preferred);
        let documented = |code: u16| {
            operation
                .response(code)
                .map(|(_, response)| (code, response))
        };
        let found = preferred
            .and_then(documented)
            .or_else(|| success(operation));
        match found {
            Some((code, response)) => self.reply(code, response, text("accept"), None),
            None => Reply::empty(StatusCode::OK),
        }
    }

    /// A refusal in the document's own words, where it has some for it.
    pub(crate) fn refuse(&self, rejection: &Rejection, incoming: &Incoming<'_>) -> Reply {
        let own = rejection.status().as_u16();
        let codes: &[u16] = match rejection {
            Rejection::Invalid { .. } => &[400, 422],
            Rejection::Incomplete => &[400],
            Rejection::Unauthenticated { .. } => &[401, 403],
            Rejection::UnsupportedMediaType { .. } => &[415, 400, 422],
            Rejection::PayloadTooLarge { .. } => &[413, 400],
            _ => &[],
        };
        let operation = incoming.operation.and_then(|info| self.operation(info.id));
        let found = operation.and_then(|operation| {
            let explicit = codes.iter().find_map(|code| {
                let response = operation.responses.get(&StatusKey::Code(*code))?;
                Some((*code, response))
            });
            explicit.or_else(|| operation.response(own).map(|(_, response)| (own, response)))
        });
        let problem = || {
            Reply::bytes(
                rejection.status(),
                Problem::MEDIA_TYPE,
                Bytes::from(Problem::of(rejection).to_json()),
            )
        };
        match found {
            Some((code, response)) => self.reply(code, response, None, Some(&problem)),
            None => problem(),
        }
    }

    /// A documented response; `otherwise` where it has no body that could be made.
    fn reply(
        &self,
        code: u16,
        response: &Response,
        accept: Option<&str>,
        otherwise: Option<&dyn Fn() -> Reply>,
    ) -> Reply {
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::OK);
        let mut reply = match choose(response, accept) {
            None => Reply::empty(status),
            Some((media_type, content)) => match self.body(media_type, content) {
                Some((media_type, body)) => Reply::bytes(status, &media_type, body),
                None => match otherwise {
                    Some(otherwise) => return otherwise(),
                    None => Reply::empty(status),
                },
            },
        };
        for (name, header) in &response.headers {
            // How a message is framed is its own business, whatever an example says (RFC 9112 §6).
            if is_framing(name) {
                continue;
            }
            let value = header
                .schema
                .and_then(|schema| self.answers.example(schema));
            if let Some(value) = value {
                let value = counterpart_runtime::Value::from_json(&value.to_string());
                reply = reply.required_header(name, &value.unwrap_or_default());
            }
        }
        reply
    }

    /// A body of a media type, with the type it is sent as; `None` where the document allows none.
    fn body(&self, range: &str, content: &MediaType) -> Option<(String, Bytes)> {
        let essence = media::essence(range);
        if is_json(range) {
            let value = self.value(content)?;
            let media_type = if range.contains('*') {
                "application/json"
            } else {
                range
            };
            return Some((media_type.to_owned(), Bytes::from(value.to_string())));
        }
        let value = self.value(content);
        let shown = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let text = value.as_ref().map_or_else(|| "mock".to_owned(), shown);
        let (media_type, body) = match essence.as_str() {
            "text/event-stream" => (
                range.to_owned(),
                format!("data: {}\n\n", text.replace('\n', "\ndata: ")),
            ),
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/json-seq" => {
                let lines = match &value {
                    Some(Value::Array(items)) => {
                        items.iter().map(|item| format!("{item}\n")).collect()
                    }
                    Some(item) => format!("{item}\n"),
                    None => String::new(),
                };
                (range.to_owned(), lines)
            }
            "text/*" => ("text/plain".to_owned(), text),
            _ if essence.ends_with("/*") => (essence.replace('*', "octet-stream"), text),
            _ => (range.to_owned(), text),
        };
        Some((media_type, Bytes::from(body)))
    }

    /// An example of the document's own that is valid, else a value that is.
    fn value(&self, content: &MediaType) -> Option<Value> {
        let Some(schema) = content.schema.or(content.item_schema) else {
            let written = content.examples.first();
            return Some(written.map_or_else(
                || Value::Object(serde_json::Map::new()),
                |example| example.value.to_serde(),
            ));
        };
        let mut examples = content
            .examples
            .iter()
            .map(|example| example.value.to_serde());
        examples
            .find(|value| self.judge.is_valid(schema, Direction::Response, value))
            .or_else(|| self.answers.example(schema))
            .or_else(|| self.luck(schema))
    }

    /// A value for a schema that hardly any value is valid by: one in many that are drawn.
    fn luck(&self, schema: SchemaId) -> Option<Value> {
        let mut rng = Rng::new(0);
        (0..TRIES)
            .map(|_| self.answers.random(schema, &mut rng))
            .find(|value| self.judge.is_valid(schema, Direction::Response, value))
    }
}

/// The first success: a code of 2xx, else a range or `default` that holds one, else whatever comes first.
fn success(operation: &Operation) -> Option<(u16, &Response)> {
    let rank = |key: &StatusKey| match key {
        StatusKey::Code(code) if (200..300).contains(code) => 0,
        StatusKey::Range(2) => 1,
        StatusKey::Default => 2,
        StatusKey::Code(code) if (300..400).contains(code) => 3,
        _ => 4,
    };
    let (key, response) = operation
        .responses
        .iter()
        .min_by_key(|(key, _)| rank(key))?;
    let code = match key {
        StatusKey::Code(code) => *code,
        StatusKey::Range(digit) => u16::from(*digit) * 100,
        StatusKey::Default => 200,
    };
    Some((code, response))
}

/// The media type that is wanted most, among those there are; JSON first where nothing is wanted.
fn choose<'a>(response: &'a Response, accept: Option<&str>) -> Option<(&'a str, &'a MediaType)> {
    let content = || {
        response
            .content
            .iter()
            .map(|(name, media)| (name.as_str(), media))
    };
    let json = content().find(|(name, _)| is_json(name));
    let first = || json.or_else(|| content().next());
    let Some(accept) = accept else {
        return first();
    };
    let mut ranges: Vec<(f32, &str)> = accept
        .split(',')
        .map(|range| {
            let weight = range
                .split(';')
                .find_map(|part| part.trim().strip_prefix("q="));
            (
                weight
                    .and_then(|text| text.trim().parse().ok())
                    .unwrap_or(1.0),
                range,
            )
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    ranges.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (_, range) in ranges {
        let fits = |name: &str| media::matches(range, name) || media::matches(name, range);
        if let Some(found) = json
            .filter(|(name, _)| fits(name))
            .or_else(|| content().find(|(name, _)| fits(name)))
        {
            return Some(found);
        }
    }
    first()
}

/// The status of `Prefer: code=404`.
fn preferred(text: &str) -> Option<u16> {
    text.split([',', ';']).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("code")
            .then_some(value.trim().trim_matches('"'))?
            .parse()
            .ok()
    })
}
