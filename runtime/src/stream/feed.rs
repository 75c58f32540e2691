//! What both kinds share: a stream that can be handed on, and the lines of a body.

use super::Chunks;
use crate::Violations;
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// Why there is no next item.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The connection broke.
    #[error("the body broke off: {0}")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The item is not what the document says. The next one may be.
    #[error("an item is not valid: {violations}")]
    Invalid {
        /// Everything that is wrong with it.
        violations: Violations,
        /// Its text.
        text: String,
    },
    /// The item is too long to be read.
    #[error("an item is longer than {limit} bytes")]
    TooLong {
        /// What is read at most.
        limit: usize,
    },
}

type Inner<T> = Pin<Box<dyn Stream<Item = Result<T, ItemError>> + Send>>;

/// A stream of items. Clones share it: an item comes to one of them.
pub(super) struct Feed<T>(Arc<Mutex<Inner<T>>>);

impl<T> Feed<T> {
    pub(super) fn new(stream: impl Stream<Item = Result<T, ItemError>> + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::pin(stream))))
    }

    pub(super) async fn next(&mut self) -> Option<Result<T, ItemError>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<T, ItemError>>> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.as_mut().poll_next(cx)
    }
}

impl<T> Clone for Feed<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Feed<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> fmt::Debug for Feed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A stream of items that are made from another's.
pub(super) struct Mapped<S, F> {
    pub(super) inner: S,
    pub(super) change: F,
}

impl<S: Stream + Unpin, F: FnMut(S::Item) -> U + Unpin, U> Stream for Mapped<S, F> {
    type Item = U;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<U>> {
        let item = Pin::new(&mut self.inner).poll_next(cx);
        item.map(|item| item.map(|item| (self.change)(item)))
    }
}

/// The lines of a body, without their ends: `\n`, `\r\n`, and `\r` where `carriage` says so.
pub(super) struct LineReader {
    chunks: Chunks,
    buffer: Vec<u8>,
    /// What of the buffer holds no end of a line.
    searched: usize,
    limit: usize,
    carriage: bool,
    ended: bool,
}

impl LineReader {
    pub(super) fn new(chunks: Chunks, limit: usize, carriage: bool) -> Self {
        Self {
            chunks,
            buffer: Vec::new(),
            searched: 0,
            limit,
            carriage,
            ended: false,
        }
    }

    /// The next line; the last one may have no end.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<u8>, ItemError>>> {
        loop {
            if let Some(line) = self.line() {
                return Poll::Ready(Some(Ok(line)));
            }
            if self.ended {
                let rest = std::mem::take(&mut self.buffer);
                self.searched = 0;
                return Poll::Ready((!rest.is_empty()).then_some(Ok(rest)));
            }
            if self.buffer.len() > self.limit {
                self.ended = true;
                self.buffer.clear();
                self.searched = 0;
                return Poll::Ready(Some(Err(ItemError::TooLong { limit: self.limit })));
            }
            match self.chunks.as_mut().poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(chunk))) => self.buffer.extend_from_slice(&chunk),
                Poll::Ready(None) => self.ended = true,
                Poll::Ready(Some(Err(error))) => {
                    self.ended = true;
                    self.buffer.clear();
                    self.searched = 0;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let unsearched = self.buffer.get(self.searched..)?;
        let carriage = self.carriage;
        let found = unsearched
            .iter()
            .position(|&byte| byte == b'\n' || (carriage && byte == b'\r'));
        let Some(at) = found.map(|at| at + self.searched) else {
            self.searched = self.buffer.len();
            return None;
        };
        let mut next = at + 1;
        if self.buffer.get(at) == Some(&b'\r') {
            match self.buffer.get(next) {
                Some(b'\n') => next += 1,
                // Whether a line feed follows is not known yet.
                None if !self.ended => {
                    self.searched = at;
                    return None;
                }
                _ => {}
            }
        }
        let rest = self.buffer.split_off(next);
        let mut line = std::mem::replace(&mut self.buffer, rest);
        self.searched = 0;
        line.truncate(at);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Some(line)
    }
}
