//! Lines of JSON (`application/x-ndjson`, `application/jsonl`; RFC 7464's `application/json-seq`).

use super::feed::{Feed, ItemError, LineReader, Mapped};
use super::{Chunks, Streamed};
use crate::{Instance, Location, Violations};
use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// An answer of items, a line each.
///
/// ```
/// # use counterpart_runtime::stream::JsonLines;
/// # async fn read() -> Result<(), counterpart_runtime::stream::ItemError> {
/// let mut lines = JsonLines::of([1_i64, 2]);
/// while let Some(item) = lines.next().await {
///     println!("{}", item?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct JsonLines<T>(Feed<T>);

impl<T: Instance + Send + 'static> JsonLines<T> {
    /// The items of a stream, each sent as soon as there is one.
    #[must_use]
    pub fn new(items: impl Stream<Item = T> + Send + Unpin + 'static) -> Self {
        Self(Feed::new(Mapped {
            inner: items,
            change: Ok,
        }))
    }

    /// Items that are all there.
    #[must_use]
    pub fn of<I>(items: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + Unpin + 'static,
    {
        Self::new(Iter(items.into_iter()))
    }

    /// The next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, ItemError>> {
        self.0.next().await
    }
}

struct Iter<I>(I);

impl<I: Iterator + Unpin> Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

impl<T> Stream for JsonLines<T> {
    type Item = Result<T, ItemError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(cx)
    }
}

struct Parsed<T>(LineReader, std::marker::PhantomData<fn() -> T>);

impl<T: Instance> Stream for Parsed<T> {
    type Item = Result<T, ItemError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let line = match self.0.poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(line))) => line,
            };
            let text = trimmed(&line);
            if text.is_empty() {
                continue;
            }
            let read = T::from_json(text).map_err(|violations| ItemError::Invalid {
                violations,
                text: String::from_utf8_lossy(text).into_owned(),
            });
            return Poll::Ready(Some(read));
        }
    }
}

/// A line without the space around it, and without RFC 7464's record separator.
fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\x1e").unwrap_or(line).trim_ascii()
}

fn line<T: Instance>(item: &T) -> Bytes {
    let mut json = item.to_json();
    json.push(b'\n');
    Bytes::from(json)
}

impl<T: Instance + Send + 'static> Streamed for JsonLines<T> {
    fn into_chunks(self) -> Chunks {
        Box::pin(Mapped {
            inner: self,
            change: |item: Result<T, ItemError>| item.map(|item| line(&item)),
        })
    }

    fn from_chunks(chunks: Chunks, limit: usize) -> Self {
        let lines = LineReader::new(chunks, limit, false);
        Self(Feed::new(Parsed::<T>(lines, std::marker::PhantomData)))
    }
}

/// A request's body of items, a line each: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines<T>(pub Vec<T>);

impl<T: Instance> Lines<T> {
    /// Reads a body.
    ///
    /// # Errors
    /// Every violation of every line; pointers begin with the number of the item, from 0.
    pub fn read(body: &[u8]) -> Result<Self, Violations> {
        let mut items = Vec::new();
        let mut violations = Violations::new();
        let lines = body.split(|&byte| byte == b'\n').map(trimmed);
        for (at, text) in lines.filter(|line| !line.is_empty()).enumerate() {
            match T::from_json(text) {
                Ok(item) => items.push(item),
                Err(found) => violations.append(found.under(&at.to_string())),
            }
        }
        if violations.is_empty() {
            Ok(Self(items))
        } else {
            Err(violations.located(Location::Body, ""))
        }
    }

    /// Writes the body.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        self.0.iter().flat_map(line).collect()
    }
}
