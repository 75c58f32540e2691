//! Lines in brackets that are indented too little for YAML, and not for anybody else.

use super::{Guard, NodeId, Tree, yaml::attempt};
use crate::{
    Source,
    diagnostic::{Code, Diagnostic, Sink},
};
use std::{borrow::Cow, ops::Range, sync::Arc};

/// How much text is read again at most, for all lines with that fault together.
const REREAD: usize = 200_000_000;

/// Reads the first document of the text.
///
/// YAML wants every line of `{…}` and `[…]` indented deeper than the block around it (§7.4), while
/// most parsers take a closing bracket anywhere, and documents rely on it. Such a line is joined to
/// the one before it, which keeps every offset, and the text is read again.
pub(super) fn read(
    tree: &mut Tree,
    source: &Arc<Source>,
    guard: &mut Guard,
    sink: &Sink,
) -> Result<NodeId, Diagnostic> {
    let mark = tree.mark();
    let mut text = Cow::Borrowed(source.text.as_str());
    let mut budget = REREAD;
    let mut joined: Option<Diagnostic> = None;
    loop {
        let trial = Sink::default();
        let (fault, at) = match attempt(tree, source, &text, guard, &trial) {
            Ok(root) => {
                trial
                    .into_list()
                    .into_iter()
                    .chain(joined)
                    .for_each(|diagnostic| sink.push(diagnostic));
                return Ok(root);
            }
            Err(fault) => fault,
        };
        let line = at
            .filter(|at| *at <= budget)
            .and_then(|at| line_break(&text, at));
        let Some(line) = line else { return Err(fault) };
        budget -= at.unwrap_or(0);
        text.to_mut()
            .replace_range(line.clone(), &" ".repeat(line.len()));
        joined.get_or_insert_with(|| {
            let diagnostic = Diagnostic::new(
                Code::ShallowBracket,
                "this line is indented less than YAML wants it within brackets",
            )
            .help("indent it deeper than the block around the brackets");
            match fault.primary {
                Some(span) => diagnostic.at(span),
                None => diagnostic,
            }
        });
        tree.rewind(mark);
        guard.rewind();
    }
}

/// The line break before a line that begins with a bracket, quote or other flow content at `at`.
fn line_break(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?.trim_end_matches([' ', '\t']);
    let start = before.strip_suffix('\n')?;
    let start = start.strip_suffix('\r').unwrap_or(start);
    Some(start.len()..before.len())
}
