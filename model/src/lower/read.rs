//! Members of the wrong kind become diagnostics, not failures.

use super::Context;
use crate::{Diagnostic, diagnostic::Code, read::NodeRef};

impl<'t> Context<'t> {
    /// A text member.
    pub(super) fn text(&self, node: NodeRef<'t>, key: &str) -> Option<String> {
        let value = node.get(key)?;
        match value.as_str() {
            Some(text) => Some(text.to_owned()),
            None => {
                self.wrong_kind(value, key, "text");
                // Numbers and booleans have an obvious text: `version: 1.0`.
                value.scalar_text()
            }
        }
    }

    /// A boolean member; absent is false.
    pub(super) fn flag(&self, node: NodeRef<'t>, key: &str) -> bool {
        self.maybe_flag(node, key).unwrap_or(false)
    }

    /// A boolean member.
    pub(super) fn maybe_flag(&self, node: NodeRef<'t>, key: &str) -> Option<bool> {
        let value = node.get(key)?;
        let flag = value.as_bool().or(match value.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        });
        if value.as_bool().is_none() {
            self.wrong_kind(value, key, "a boolean");
        }
        flag
    }

    /// An object member, its `$ref` followed if it has one.
    pub(super) fn object(&self, node: NodeRef<'t>, key: &str) -> Option<NodeRef<'t>> {
        let value = node.get(key)?;
        if !value.is_object() {
            self.wrong_kind(value, key, "an object");
            return None;
        }
        self.refs.follow(value)
    }

    /// The members of an object member, without `x-…`; none where it is absent or something else.
    pub(super) fn map(&self, node: NodeRef<'t>, key: &str) -> Vec<(&'t str, NodeRef<'t>)> {
        self.object(node, key)
            .map(|object| {
                object
                    .members()
                    .filter(|(name, _)| !name.starts_with("x-"))
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The items of a list member; none where it is absent or something else.
    pub(super) fn list(&self, node: NodeRef<'t>, key: &str) -> Vec<NodeRef<'t>> {
        let Some(value) = node.get(key) else {
            return Vec::new();
        };
        if !value.is_array() {
            self.wrong_kind(value, key, "a list");
        }
        value.items().collect()
    }

    /// A list of texts.
    pub(super) fn texts(&self, node: NodeRef<'t>, key: &str) -> Vec<String> {
        self.list(node, key)
            .into_iter()
            .filter_map(|item| {
                if item.as_str().is_none() {
                    self.wrong_kind(item, key, "text");
                }
                item.scalar_text()
            })
            .collect()
    }

    /// Says that a value is of the wrong kind. `null` is told apart: YAML makes it of a key whose
    /// value was forgotten.
    pub(super) fn wrong_kind(&self, value: NodeRef<'_>, key: &str, wanted: &str) {
        let diagnostic = Diagnostic::new(
            Code::WrongKind,
            format!("`{key}` is {}, but has to be {wanted}", value.kind()),
        )
        .at(value.key_span());
        self.tell(if value.is_null() {
            diagnostic.help("leave the key out if there is nothing to say")
        } else {
            diagnostic
        });
    }
}
