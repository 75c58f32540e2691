//! What reading a document has to say about it.

mod code;
mod render;

pub use code::{Code, Severity, explain};

use crate::Span;
use std::{cell::RefCell, collections::HashSet, fmt, sync::Arc};

/// How many diagnostics one load keeps. A document with more mistakes than this is not helped by
/// a longer list, and memory stays bounded.
const LIMIT: usize = 20_000;

/// One thing about a document that its author should know.
#[derive(Clone)]
pub struct Diagnostic {
    /// Which kind of thing; never reused for another.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is so, in one sentence.
    pub message: String,
    /// Where, unless there is no text to point at.
    pub primary: Option<Span>,
    /// Other places that belong to it, each with what it is.
    pub related: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of this code, with the severity the code has.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// Points it at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.primary = Some(span);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The diagnostic with its source lines, for a reader without colours.
    #[must_use]
    pub fn render(&self) -> String {
        render::render(self, false)
    }

    /// The diagnostic with its source lines, coloured with ANSI escapes.
    #[must_use]
    pub fn render_styled(&self) -> String {
        render::render(self, true)
    }
}

impl fmt::Display for Diagnostic {
    /// One line: `warning[CP0411]: spec.yaml:3:5: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: ", self.severity, self.code)?;
        if let Some(span) = &self.primary {
            write!(f, "{}: ", span.location())?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where every stage puts its diagnostics. A stage that finds the same fault at the same place twice
/// (because two operations share the component) reports it once.
#[derive(Default)]
pub(crate) struct Sink {
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    list: Vec<Diagnostic>,
    seen: HashSet<(Code, usize, usize, String)>,
    dropped: usize,
}

impl Sink {
    pub(crate) fn push(&self, diagnostic: Diagnostic) {
        let mut inner = self.inner.borrow_mut();
        if let Some(span) = &diagnostic.primary {
            let source = Arc::as_ptr(&span.source).addr();
            let message = diagnostic.message.clone();
            if !inner
                .seen
                .insert((diagnostic.code, source, span.range.start, message))
            {
                return;
            }
        }
        if inner.list.len() >= LIMIT {
            inner.dropped += 1;
            return;
        }
        inner.list.push(diagnostic);
    }

    /// Everything said, in the order of the document's text; what has no place comes first.
    pub(crate) fn into_list(self) -> Vec<Diagnostic> {
        let Inner {
            mut list, dropped, ..
        } = self.inner.into_inner();
        list.sort_by_key(|diagnostic| {
            diagnostic
                .primary
                .as_ref()
                .map(|span| (span.source.name.clone(), span.range.start))
        });
        if dropped > 0 {
            list.push(Diagnostic::new(
                Code::TooManyDiagnostics,
                format!("{dropped} more diagnostics are not shown"),
            ));
        }
        list
    }
}
