//! Bounds on what a document may cost to read.

use crate::{
    Source, Span,
    diagnostic::{Code, Diagnostic},
};
use std::sync::Arc;

/// How large a document may be.
pub(crate) struct Limits {
    /// Bytes of one file.
    pub(crate) bytes: u64,
    /// Containers within containers. Real documents stay below 60.
    pub(crate) depth: usize,
    /// Values in all files together.
    pub(crate) nodes: usize,
    /// Values that aliases and merge keys add by repeating others.
    pub(crate) expanded: usize,
    /// Files that references lead to.
    pub(crate) files: usize,
}

impl Limits {
    pub(crate) const DEFAULT: Self = Self {
        bytes: 64_000_000,
        depth: 160,
        nodes: 8_000_000,
        expanded: 500_000,
        files: 10_000,
    };
}

/// Counts against the limits while a document is read.
pub(crate) struct Guard {
    nodes: usize,
    nodes_before: usize,
    expanded: usize,
    expanded_before: usize,
}

impl Guard {
    pub(crate) const fn new() -> Self {
        Self {
            nodes: 0,
            nodes_before: 0,
            expanded: 0,
            expanded_before: 0,
        }
    }

    /// Counts one value that stands in the text.
    pub(crate) fn node(&mut self, source: &Arc<Source>, at: usize) -> Result<(), Diagnostic> {
        self.nodes += 1;
        if self.nodes > Limits::DEFAULT.nodes {
            return Err(Diagnostic::new(
                Code::TooManyNodes,
                format!(
                    "the document has more than {} values",
                    Limits::DEFAULT.nodes
                ),
            )
            .at(place(source, at)));
        }
        Ok(())
    }

    /// Counts values that an alias repeats.
    pub(crate) fn expand(&mut self, source: &Arc<Source>, at: usize) -> Result<(), Diagnostic> {
        self.expanded += 1;
        if self.expanded > Limits::DEFAULT.expanded {
            return Err(Diagnostic::new(
                Code::AliasExpansion,
                format!(
                    "aliases repeat more than {} values",
                    Limits::DEFAULT.expanded
                ),
            )
            .at(place(source, at))
            .help("write the repeated part once, under `components`, and use `$ref`"));
        }
        Ok(())
    }

    /// Checks a depth of containers.
    pub(crate) fn depth(depth: usize, source: &Arc<Source>, at: usize) -> Result<(), Diagnostic> {
        if depth > Limits::DEFAULT.depth {
            return Err(Diagnostic::new(
                Code::TooDeep,
                format!(
                    "values are nested more than {} deep here",
                    Limits::DEFAULT.depth
                ),
            )
            .at(place(source, at))
            .help("give inner schemas names under `components.schemas` and use `$ref`"));
        }
        Ok(())
    }

    /// Marks what has been counted as final.
    pub(crate) fn keep(&mut self) {
        self.nodes_before = self.nodes;
        self.expanded_before = self.expanded;
    }

    /// Forgets what was counted since [`Guard::keep`].
    pub(crate) fn rewind(&mut self) {
        self.nodes = self.nodes_before;
        self.expanded = self.expanded_before;
    }
}

fn place(source: &Arc<Source>, at: usize) -> Span {
    let end = source.text[at.min(source.text.len())..]
        .chars()
        .next()
        .map_or(at, |c| at + c.len_utf8());
    Span {
        source: Arc::clone(source),
        range: at..end,
    }
}
