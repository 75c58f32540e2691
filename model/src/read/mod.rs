//! Text to tree: every value with its place, nothing interpreted.

mod alias;
mod guard;
mod json;
mod offsets;
mod scalar;
mod shallow;
mod tree;
mod yaml;

pub(crate) use guard::{Guard, Limits};
pub(crate) use tree::{Data, Member, NodeId, NodeRef, Tree};

use crate::{
    Source, Span,
    diagnostic::{Code, Diagnostic, Sink},
};
use std::{path::Path, sync::Arc};

/// Reads a file's text, or says why it cannot be.
pub(crate) fn read_file(path: &Path) -> Result<Source, Diagnostic> {
    let name = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|error| {
        Diagnostic::new(
            Code::UnreadableFile,
            format!("cannot read `{name}`: {error}"),
        )
        .help("check the path; it is taken relative to the current directory")
    })?;
    if metadata.is_dir() {
        return Err(Diagnostic::new(
            Code::NotAFile,
            format!("`{name}` is a directory, not a file"),
        )
        .help("name the document itself, for example `openapi.yaml` in it"));
    }
    if metadata.len() > Limits::DEFAULT.bytes {
        return Err(too_large(&name, metadata.len()));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        Diagnostic::new(
            Code::UnreadableFile,
            format!("cannot read `{name}`: {error}"),
        )
    })?;
    let text = decode(&name, bytes)?;
    Ok(Source::new(name, Some(path.to_owned()), text))
}

/// The text of a file's bytes, without a byte order mark.
fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(without_mark(text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            Err(Diagnostic::new(
                Code::NotUtf8,
                format!("`{name}` is not UTF-8: the byte at offset {valid} (line {line}) is no character"),
            )
            .help("OpenAPI documents are JSON or YAML text; save the file as UTF-8"))
        }
    }
}

fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn too_large(name: &str, bytes: u64) -> Diagnostic {
    Diagnostic::new(
        Code::TooLarge,
        format!(
            "`{name}` has {} MB; documents up to {} MB are read",
            bytes / 1_000_000,
            Limits::DEFAULT.bytes / 1_000_000
        ),
    )
}

/// A source from bytes that came from elsewhere.
pub(crate) fn source_from(name: &str, bytes: Vec<u8>) -> Result<Source, Diagnostic> {
    let length = bytes.len() as u64;
    if length > Limits::DEFAULT.bytes {
        return Err(too_large(name, length));
    }
    Ok(Source::new(name, None, decode(name, bytes)?))
}

/// A source from text that is at hand.
pub(crate) fn source_of(name: &str, text: String) -> Result<Source, Diagnostic> {
    let bytes = text.len() as u64;
    if bytes > Limits::DEFAULT.bytes {
        return Err(too_large(name, bytes));
    }
    Ok(Source::new(name, None, without_mark(text)))
}

/// Reads one source into the tree and gives its root.
///
/// What begins like JSON is read as JSON, which is many times faster; when that fails, YAML (which
/// contains JSON, but also allows comments and trailing commas) gets its chance.
pub(crate) fn parse(
    tree: &mut Tree,
    source: &Arc<Source>,
    guard: &mut Guard,
    sink: &Sink,
) -> Option<NodeId> {
    let first = source.text.trim_start().as_bytes().first().copied();
    let Some(first) = first else {
        sink.push(
            Diagnostic::new(Code::Empty, format!("`{}` is empty", source.name)).help(
                "an OpenAPI document starts with `openapi: 3.1.0` or `{\"openapi\": \"3.1.0\", …}`",
            ),
        );
        return None;
    };
    let file = tree.begin_file(Arc::clone(source));
    if first == b'{' || first == b'[' {
        let mark = tree.mark();
        let fault = match json::read(tree, source, guard, sink) {
            Ok(root) => return Some(tree.end_file(file, root)),
            Err(fault) => fault,
        };
        tree.rewind(mark);
        guard.rewind();
        if fault.code != Code::Syntax {
            sink.push(fault);
            return None;
        }
        let trial = Sink::default();
        return match shallow::read(tree, source, guard, &trial) {
            Ok(root) => {
                trial
                    .into_list()
                    .into_iter()
                    .for_each(|diagnostic| sink.push(diagnostic));
                let note = Diagnostic::new(
                    Code::NotQuiteJson,
                    format!(
                        "this looks like JSON, but is not: {}; it was read as YAML",
                        fault.message
                    ),
                );
                sink.push(match fault.primary {
                    Some(span) => note.at(span),
                    None => note,
                });
                Some(tree.end_file(file, root))
            }
            Err(_) => {
                sink.push(fault);
                None
            }
        };
    }
    match shallow::read(tree, source, guard, sink) {
        Ok(root) => Some(tree.end_file(file, root)),
        Err(fault) => {
            sink.push(fault);
            None
        }
    }
}

/// A key that stands twice in one object: the later one holds, as in most parsers.
fn duplicate_key(
    source: &Arc<Source>,
    name: &str,
    first: (u32, u32),
    second: (u32, u32),
) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateKey,
        format!("the key `{name}` stands twice in the same object"),
    )
    .at(span(source, second))
    .related(span(source, first), "first here")
    .help("the later value is used; remove one of them")
}

fn span(source: &Arc<Source>, range: (u32, u32)) -> Span {
    Span {
        source: Arc::clone(source),
        range: range.0 as usize..range.1 as usize,
    }
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
