//! Server-sent events (`text/event-stream`; WHATWG HTML §9.2).

use super::feed::{Feed, ItemError, LineReader, Mapped};
use super::{Chunks, Streamed};
use crate::{Instance, Value};
use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<T> {
    /// What it says. Text is written as it is, anything else as JSON.
    pub data: T,
    /// Its type; `message` where it has none.
    pub event: Option<String>,
    /// What a client that comes back says it has seen last.
    pub id: Option<String>,
    /// How long a client waits before it comes back, in milliseconds.
    pub retry: Option<u64>,
}

impl<T> Event<T> {
    /// An event without more than its data.
    pub const fn new(data: T) -> Self {
        Self {
            data,
            event: None,
            id: None,
            retry: None,
        }
    }
}

impl<T: Instance> Event<T> {
    fn write(&self) -> Bytes {
        let mut out = String::new();
        let mut field = |name: &str, text: &str| {
            for line in text.split(['\n', '\r']) {
                out.push_str(name);
                out.push_str(": ");
                out.push_str(line);
                out.push('\n');
            }
        };
        if let Some(event) = &self.event {
            field("event", &event.replace(['\n', '\r'], " "));
        }
        if let Some(id) = &self.id {
            field("id", &id.replace(['\n', '\r', '\0'], " "));
        }
        if let Some(retry) = self.retry {
            field("retry", &retry.to_string());
        }
        match self.data.to_value() {
            Value::String(text) => field("data", &text.replace("\r\n", "\n")),
            other => field("data", &other.to_json()),
        }
        out.push('\n');
        Bytes::from(out)
    }
}

/// An answer of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Events<T>(Feed<Event<T>>);

impl<T: Instance + Send + 'static> Events<T> {
    /// The events of a stream, each sent as soon as there is one.
    #[must_use]
    pub fn new(events: impl Stream<Item = Event<T>> + Send + Unpin + 'static) -> Self {
        Self(Feed::new(Mapped {
            inner: events,
            change: Ok,
        }))
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Event<T>, ItemError>> {
        self.0.next().await
    }
}

impl<T> Stream for Events<T> {
    type Item = Result<Event<T>, ItemError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(cx)
    }
}

/// What is known of the next event.
struct Reader<T> {
    lines: LineReader,
    limit: usize,
    first: bool,
    data: Option<String>,
    event: Option<String>,
    /// Stays until another comes.
    id: Option<String>,
    retry: Option<u64>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T: Instance> Reader<T> {
    /// Takes a line in; an event where it ends one.
    fn take(&mut self, line: &str) -> Option<Result<Event<T>, ItemError>> {
        if line.is_empty() {
            let event = self.event.take().filter(|event| !event.is_empty());
            let retry = self.retry.take();
            let text = self.data.take()?;
            // Text need not be JSON.
            let read = T::from_json_text(&text).or_else(|violations| {
                T::from_value(&Value::from(text.as_str())).map_err(|_| violations)
            });
            return Some(match read {
                Ok(data) => Ok(Event {
                    data,
                    event,
                    id: self.id.clone(),
                    retry,
                }),
                Err(violations) => Err(ItemError::Invalid { violations, text }),
            });
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            "event" => self.event = Some(value.to_owned()),
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            "retry" => self.retry = value.parse().ok().or(self.retry),
            _ => {}
        }
        None
    }
}

impl<T: Instance> Stream for Reader<T> {
    type Item = Result<Event<T>, ItemError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let line = match self.lines.poll(cx) {
                Poll::Pending => return Poll::Pending,
                // What was not ended by an empty line is no event.
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(line))) => line,
            };
            let text = String::from_utf8_lossy(&line);
            let first = std::mem::replace(&mut self.first, false);
            let text = text
                .strip_prefix('\u{feff}')
                .filter(|_| first)
                .unwrap_or(&text);
            let limit = self.limit;
            if self
                .data
                .as_ref()
                .is_some_and(|data| data.len() + text.len() > limit)
            {
                self.data = None;
                return Poll::Ready(Some(Err(ItemError::TooLong { limit })));
            }
            if let Some(event) = self.take(text) {
                return Poll::Ready(Some(event));
            }
        }
    }
}

impl<T: Instance + Send + 'static> Streamed for Events<T> {
    fn into_chunks(self) -> Chunks {
        Box::pin(Mapped {
            inner: self,
            change: |event: Result<Event<T>, ItemError>| event.map(|event| event.write()),
        })
    }

    fn from_chunks(chunks: Chunks, limit: usize) -> Self {
        Self(Feed::new(Reader {
            lines: LineReader::new(chunks, limit, true),
            limit,
            first: true,
            data: None,
            event: None,
            id: None,
            retry: None,
            of: std::marker::PhantomData::<fn() -> T>,
        }))
    }
}
