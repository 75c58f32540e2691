//! A request as it went out, and what came back.

use crate::{auth::Signed, request::Request};
use bytes::Bytes;
use std::time::Duration;

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its place in the run, from 1: what reports call it.
    pub number: u64,
    /// The request, without credentials.
    pub request: Request,
    /// The whole URL it went to.
    pub url: String,
    /// The body as it was sent, where that is not the request's own: a form.
    pub form: Option<Bytes>,
    /// How it was signed, where it was.
    pub signed: Option<Signed>,
    /// The headers that were sent, secrets masked.
    pub sent_headers: Vec<(String, String)>,
    /// What came back.
    pub answer: Result<Answer, Failure>,
    /// When it was sent.
    pub started: jiff::Timestamp,
    /// From the first byte sent to the last byte read.
    pub elapsed: Duration,
}

/// A response, read to its end or to the cap.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, names in lower case, in order; values as text, bytes that are none replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// Why there is no whole response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The connection ended before the response did.
    #[error("the connection broke before the response was complete: {0}")]
    Broken(String),
    /// The response took too long.
    #[error("no complete response within {0:?}")]
    TimedOut(Duration),
    /// The response is longer than a tester reads.
    #[error("the response is longer than {0} bytes")]
    TooLong(usize),
    /// The request cannot be sent over HTTP (a header value with a line feed, for example).
    #[error("HTTP cannot carry this request: {0}")]
    Unsendable(String),
}

impl Exchange {
    /// The body as it was sent.
    #[must_use]
    pub fn sent_body(&self) -> Option<&Bytes> {
        self.form.as_ref().or(self.request.body.as_ref())
    }

    /// The status code, if a response came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().ok().map(|answer| answer.status)
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the status is 4xx.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.status()
            .is_some_and(|status| (400..500).contains(&status))
    }

    /// The body as JSON, if it is some.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        let body = &self.answer.as_ref().ok()?.body;
        let strict = serde_json::from_slice(body).ok();
        strict.or_else(|| serde_json::from_slice(&paired(body)?).ok())
    }

    /// The value at a JSON pointer of the body.
    #[must_use]
    pub fn value_at(&self, pointer: &str) -> Option<serde_json::Value> {
        self.json()?.pointer(pointer).cloned()
    }

    /// The value of a response header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.as_ref().ok()?.header(name)
    }

    /// The value of a response header that is a list: its lines are one list (RFC 9110 §5.3).
    #[must_use]
    pub fn header_list(&self, name: &str) -> Option<String> {
        let headers = &self.answer.as_ref().ok()?.headers;
        let lines: Vec<&str> = headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// `200`, or why there is no status.
    #[must_use]
    pub fn status_text(&self) -> String {
        match &self.answer {
            Ok(answer) => answer.status.to_string(),
            Err(failure) => failure.to_string(),
        }
    }
}

impl Answer {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// JSON with U+FFFD in place of surrogates that stand alone (RFC 8259 §8.2 lets them be written, and servers give back
/// what they were sent); `None` where there are none.
fn paired(body: &[u8]) -> Option<Vec<u8>> {
    let unit = |at: usize| -> Option<u16> {
        let escape = body.get(at..at + 6)?;
        let digits = escape.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut out = Vec::with_capacity(body.len());
    let (mut at, mut alone) = (0, false);
    while let Some(byte) = body.get(at) {
        let (next, found) = match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (at + 12, None),
            (Some(0xd800..=0xdfff), _) => (at + 6, Some(&b"\\ufffd"[..])),
            // A backslash that is escaped begins nothing.
            _ if *byte == b'\\' => (at + 2, None),
            _ => (at + 1, None),
        };
        alone |= found.is_some();
        out.extend(
            found
                .or_else(|| body.get(at..next.min(body.len())))
                .unwrap_or_default(),
        );
        at = next;
    }
    alone.then_some(out)
}

/// The words of an answer, without what tells one request from another.
pub(crate) fn words(exchange: &Exchange) -> Vec<String> {
    let body = exchange.answer.as_ref().map(|answer| answer.body.as_ref());
    let text = String::from_utf8_lossy(body.unwrap_or_default()).into_owned();
    let words = text.split(|c: char| c.is_whitespace() || "\"'`,:{}[]()".contains(c));
    words
        .filter(|word| !word.is_empty() && !word.contains(|c: char| c.is_ascii_digit() || c == '@'))
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::paired;

    #[test]
    fn a_surrogate_that_stands_alone_does_not_hide_the_rest() {
        let text =
            |body: &str| paired(body.as_bytes()).map(|it| String::from_utf8(it).expect("text"));
        assert_eq!(
            text(r#"{"a":"\ud800x"}"#).as_deref(),
            Some(r#"{"a":"\ufffdx"}"#)
        );
        assert_eq!(text(r#""\ud83d\ude00""#), None, "a pair");
        assert_eq!(text(r#""\\ud800""#), None, "an escaped backslash");
        assert_eq!(
            text(r#""\udc00\ud83d\ude00""#).as_deref(),
            Some(r#""\ufffd\ud83d\ude00""#)
        );
        assert_eq!(text("\"\\u\u{20ac}\u{20ac}"), None);
    }
}
