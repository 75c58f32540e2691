//! Bodies that are items, one after another: lines of JSON, and server-sent events.
//!
//! [`JsonLines`] and [`Events`] are answers: a server makes them of any stream, a client reads them as they come.
//! [`Lines`] is a request's body: all its items, each held to its schema before the trait method is called.

mod events;
mod feed;
mod lines;

pub use events::{Event, Events};
pub use feed::ItemError;
pub use lines::{JsonLines, Lines};

use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;

/// Pieces of a body, as they come.
pub type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, ItemError>> + Send>>;

/// A body of items that can be written and read piece by piece.
pub trait Streamed: Sized {
    /// The body's bytes.
    fn into_chunks(self) -> Chunks;

    /// The body whose bytes these are; no item is longer than `limit` bytes.
    fn from_chunks(chunks: Chunks, limit: usize) -> Self;
}

/// Whether a media type is one of items.
#[cfg(feature = "client")]
pub(crate) fn is_stream(essence: &str) -> bool {
    matches!(
        essence,
        "text/event-stream"
            | "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/json-seq"
    )
}
