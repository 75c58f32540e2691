//! What happens during a run, for whoever shows it.

use crate::suite::Entry;

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The run has begun.
    Started {
        /// How many entries there will be.
        entries: usize,
        /// The base URL.
        base_url: &'a str,
    },
    /// One check of one operation has ended.
    Ended {
        /// It, with its verdict.
        entry: &'a Entry,
        /// How many requests were sent so far, by all checks.
        requests: u64,
    },
}

/// Whoever wants to know.
pub trait Listener: Send + Sync {
    /// Is told.
    fn hear(&self, event: &Event<'_>);
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Listener for Silent {
    fn hear(&self, _: &Event<'_>) {}
}
