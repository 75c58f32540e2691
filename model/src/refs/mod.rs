//! References: where they lead, and what becomes of those that lead nowhere.

pub(crate) mod cycles;
mod files;
pub(crate) mod in_place;
mod pointer;
mod uri;

pub(crate) use files::Files;
pub(crate) use pointer::{Fault, unescape};

use crate::{
    diagnostic::{Code, Sink},
    read::NodeRef,
};

/// How many references may follow each other before they are taken for a circle.
const CHAIN: usize = 100;

/// Resolves references within the files that were read.
pub(crate) struct Refs<'a> {
    pub(crate) files: &'a Files,
    pub(crate) sink: &'a Sink,
}

impl Refs<'_> {
    /// The node a `$ref` leads to in one step, or `None` with a diagnostic.
    pub(crate) fn step<'t>(&self, holder: NodeRef<'t>) -> Option<NodeRef<'t>> {
        let reference = holder.get("$ref")?;
        let Some(text) = reference.as_str() else {
            self.sink
                .push(Fault::NoText(reference.kind()).diagnostic(reference));
            return None;
        };
        match self.files.resolve(holder, text, CHAIN) {
            Ok(target) => Some(target),
            Err(fault) => {
                self.sink.push(fault.diagnostic(reference));
                None
            }
        }
    }

    /// The node at the end of a chain of `$ref`s: the node itself where it has none.
    pub(crate) fn follow<'t>(&self, node: NodeRef<'t>) -> Option<NodeRef<'t>> {
        let mut at = node;
        for _ in 0..CHAIN {
            if !at.has("$ref") {
                return Some(at);
            }
            at = self.step(at)?;
        }
        let reference = node.get("$ref").unwrap_or(node);
        self.sink.push(
            crate::Diagnostic::new(Code::ReferenceCycle, "this chain of references never ends")
                .at(reference.span()),
        );
        None
    }
}
