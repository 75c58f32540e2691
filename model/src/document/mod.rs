//! A document that was read: its files, its version, and where everything stands.

pub(crate) mod operations;
pub(crate) mod sites;
pub(crate) mod version;

use crate::{
    Fetch, Source, Span,
    api::Value,
    diagnostic::Sink,
    read::{NodeId, NodeRef, Tree},
    refs::{Files, unescape},
};
use std::{fmt, sync::Arc};

/// The values of a document, each with its place in the text.
pub struct Document {
    pub(crate) tree: Tree,
    pub(crate) files: Files,
    pub(crate) root: NodeId,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field(
                "sources",
                &self
                    .sources()
                    .map(|source| source.name.as_str())
                    .collect::<Vec<_>>(),
            )
            .field("values", &self.tree.len())
            .finish()
    }
}

impl Document {
    pub(crate) fn load(source: Source, fetch: Option<&Fetch>, sink: &Sink) -> Option<Self> {
        let mut tree = Tree::default();
        let (files, root) = Files::load(source, fetch, &mut tree, sink)?;
        Some(Self { tree, files, root })
    }

    pub(crate) fn root(&self) -> NodeRef<'_> {
        self.tree.at(self.root)
    }

    /// The value at a JSON pointer (RFC 6901, without `#`) in the root file, as written: references
    /// are not followed.
    #[must_use]
    pub fn value_at(&self, pointer: &str) -> Option<Value> {
        self.find(pointer).map(NodeRef::to_value)
    }

    /// The text of the value at a JSON pointer in the root file.
    #[must_use]
    pub fn span_at(&self, pointer: &str) -> Option<Span> {
        self.find(pointer).map(NodeRef::span)
    }

    /// The text of the key that holds the value at a JSON pointer; of the value itself in a list.
    #[must_use]
    pub fn key_span_at(&self, pointer: &str) -> Option<Span> {
        self.find(pointer).map(NodeRef::key_span)
    }

    /// Every file that was read, the root document first.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.tree.sources()
    }

    fn find(&self, pointer: &str) -> Option<NodeRef<'_>> {
        let mut at = self.root();
        if pointer.is_empty() {
            return Some(at);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            at = match token.parse::<usize>() {
                Ok(index) if at.is_array() => at.items().nth(index)?,
                _ => at.get(&unescape(token))?,
            };
        }
        Some(at)
    }
}
