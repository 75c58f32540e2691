//! A diagnostic as text, with the source lines it is about.

use super::{Diagnostic, Severity};
use crate::{Source, Span};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use std::{ops::Range, sync::Arc};

/// Lines longer than this are cut: minified JSON is one line of megabytes.
const LONG_LINE: usize = 240;

pub(super) fn render(diagnostic: &Diagnostic, styled: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let code = diagnostic.code.to_string();
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(code.as_str());
    let windows: Vec<(Window, &str, AnnotationKind)> = diagnostic
        .primary
        .iter()
        .map(|span| (Window::around(span), "", AnnotationKind::Primary))
        .chain(diagnostic.related.iter().map(|(span, label)| {
            (
                Window::around(span),
                label.as_str(),
                AnnotationKind::Context,
            )
        }))
        .collect();
    let snippets = windows.iter().map(|(window, label, kind)| {
        let annotation = kind.span(window.mark.clone());
        let annotation = if label.is_empty() {
            annotation
        } else {
            annotation.label(*label)
        };
        Snippet::source(window.text.as_str())
            .line_start(window.line)
            .path(window.source.name.as_str())
            .annotation(annotation)
    });
    let mut group = title.elements(snippets);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let text = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
    text.lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The line a span starts on, cut to what fits a terminal.
struct Window {
    source: Arc<Source>,
    text: String,
    line: usize,
    mark: Range<usize>,
}

impl Window {
    fn around(span: &Span) -> Self {
        let text = span.source.text.as_str();
        let start = floor(text, span.range.start.min(text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor(text, span.range.end.min(line_end)).max(start);
        let from = if start - line_start > LONG_LINE {
            floor(text, start - LONG_LINE / 4)
        } else {
            line_start
        };
        let to = floor(text, line_end.min(from + LONG_LINE));
        let shown: String = text[from..to].trim_end_matches('\r').to_owned();
        let mark_start = start - from;
        let mark_end = end.min(to) - from;
        let mark_end = mark_end.min(shown.len()).max(mark_start.min(shown.len()));
        Self {
            source: Arc::clone(&span.source),
            line: span.line(),
            mark: mark_start.min(shown.len())..mark_end,
            text: shown,
        }
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
