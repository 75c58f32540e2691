//! Source texts, and places in them.

use std::{fmt, ops::Range, path::PathBuf, sync::Arc};

/// One file that was read: its name for people, its text, and where its lines start.
#[derive(Debug)]
pub struct Source {
    /// How to show it: the path as the caller gave it.
    pub name: String,
    /// The path it was read from, if it was a file.
    pub path: Option<PathBuf>,
    /// Its text, decoded, without a byte order mark.
    pub text: String,
    lines: Vec<usize>,
}

impl Source {
    /// A source from its text.
    #[must_use]
    pub fn new(name: impl Into<String>, path: Option<PathBuf>, text: String) -> Self {
        let lines = std::iter::once(0)
            .chain(
                text.bytes()
                    .enumerate()
                    .filter(|(_, byte)| *byte == b'\n')
                    .map(|(at, _)| at + 1),
            )
            .collect();
        Self {
            name: name.into(),
            path,
            text,
            lines,
        }
    }

    /// Line and column of a byte offset, both counted from 1, the column in characters.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self
            .lines
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(0);
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |text| text.chars().count());
        (line + 1, column + 1)
    }
}

/// A stretch of a source.
#[derive(Clone)]
pub struct Span {
    /// The source.
    pub source: Arc<Source>,
    /// Byte offsets into its text.
    pub range: Range<usize>,
}

impl Span {
    /// `name:line:column` of its start.
    #[must_use]
    pub fn location(&self) -> String {
        let (line, column) = self.source.position(self.range.start);
        format!("{}:{line}:{column}", self.source.name)
    }

    /// The line of its start, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.source.position(self.range.start).0
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.location())
    }
}

/// Where a node of the document stands.
#[derive(Clone)]
pub struct Origin {
    /// Its JSON pointer (RFC 6901) within its file, without `#`.
    pub pointer: Arc<str>,
    /// Its text: the key of the member that holds it, or the value itself in a list.
    pub span: Span,
}

impl Origin {
    /// Where nothing stands.
    pub(crate) fn nowhere() -> Self {
        let source = Arc::new(Source::new("", None, String::new()));
        Self {
            pointer: Arc::from(""),
            span: Span {
                source,
                range: 0..0,
            },
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} ({})", self.pointer, self.span.location())
    }
}
