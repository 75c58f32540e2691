//! The values of all files in one arena, each with its place in its text.

use crate::{
    Origin, Source, Span,
    api::{Number, Value},
};
use indexmap::IndexMap;
use std::sync::Arc;

/// A value in the [`Tree`]. Ids grow in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

impl NodeId {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One value.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) data: Data,
    /// Byte offsets of the value's text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    parent: Option<NodeId>,
    /// Index among the parent's items or members.
    slot: u32,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Number(Number),
    String(Box<str>),
    Array(Vec<NodeId>),
    Object(Box<IndexMap<Box<str>, Member>>),
}

/// A member of an object, with the place of its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) node: NodeId,
}

#[derive(Debug)]
struct File {
    source: Arc<Source>,
    first: u32,
    root: Option<NodeId>,
}

/// Every value of every file that was read.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    files: Vec<File>,
}

impl Tree {
    pub(super) fn begin_file(&mut self, source: Arc<Source>) -> usize {
        let first = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.files.push(File {
            source,
            first,
            root: None,
        });
        self.files.len() - 1
    }

    pub(super) fn end_file(&mut self, file: usize, root: NodeId) -> NodeId {
        if let Some(file) = self.files.get_mut(file) {
            file.root = Some(root);
        }
        root
    }

    pub(super) fn mark(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn rewind(&mut self, mark: usize) {
        self.nodes.truncate(mark);
    }

    /// Adds a value; its parent is set when the parent is closed.
    pub(super) fn add(&mut self, data: Data, start: usize, end: usize) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            data,
            start: narrow(start),
            end: narrow(end),
            parent: None,
            slot: 0,
        });
        id
    }

    /// Fills a container that was added empty, now that its children are known.
    pub(super) fn close(&mut self, id: NodeId, data: Data, end: usize) {
        match &data {
            Data::Array(items) => {
                for (slot, item) in items.iter().enumerate() {
                    self.adopt(*item, id, slot);
                }
            }
            Data::Object(members) => {
                for (slot, member) in members.values().enumerate() {
                    self.adopt(member.node, id, slot);
                }
            }
            _ => {}
        }
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.data = data;
            node.end = narrow(end);
        }
    }

    fn adopt(&mut self, child: NodeId, parent: NodeId, slot: usize) {
        if let Some(node) = self.nodes.get_mut(child.index()) {
            node.parent = Some(parent);
            node.slot = narrow(slot);
        }
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// All sources that were read, the root document's first.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.files.iter().map(|file| &file.source)
    }

    /// The value with this id.
    pub(crate) fn at(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef { tree: self, id }
    }

    /// Every value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = NodeRef<'_>> {
        (0..self.nodes.len()).map(|index| self.at(NodeId(narrow(index))))
    }

    fn file_of(&self, id: NodeId) -> usize {
        self.files
            .partition_point(|file| file.first <= id.0)
            .saturating_sub(1)
    }
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A value together with the tree it is in.
#[derive(Clone, Copy)]
pub(crate) struct NodeRef<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) id: NodeId,
}

impl<'t> NodeRef<'t> {
    pub(crate) fn data(self) -> &'t Data {
        &self.tree.node(self.id).data
    }

    pub(crate) fn get(self, name: &str) -> Option<NodeRef<'t>> {
        match self.data() {
            Data::Object(members) => members.get(name).map(|member| self.tree.at(member.node)),
            _ => None,
        }
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Members in document order; none where it is no object.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'t str, NodeRef<'t>)> + 't {
        let members = match self.data() {
            Data::Object(members) => Some(members.iter()),
            _ => None,
        };
        members
            .into_iter()
            .flatten()
            .map(move |(name, member)| (&**name, self.tree.at(member.node)))
    }

    /// Items in order; none where it is no array.
    pub(crate) fn items(self) -> impl Iterator<Item = NodeRef<'t>> + 't {
        let items = match self.data() {
            Data::Array(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |item| self.tree.at(*item))
    }

    pub(crate) fn as_str(self) -> Option<&'t str> {
        match self.data() {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.data() {
            Data::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_number(self) -> Option<&'t Number> {
        match self.data() {
            Data::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn is_object(self) -> bool {
        matches!(self.data(), Data::Object(_))
    }

    pub(crate) fn is_array(self) -> bool {
        matches!(self.data(), Data::Array(_))
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self.data(), Data::Null)
    }

    /// What JSON calls the kind of value.
    pub(crate) fn kind(self) -> &'static str {
        match self.data() {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Number(_) => "a number",
            Data::String(_) => "a string",
            Data::Array(_) => "a list",
            Data::Object(_) => "an object",
        }
    }

    /// Text of a string, or of another scalar as it would be written.
    pub(crate) fn scalar_text(self) -> Option<String> {
        match self.data() {
            Data::Null | Data::Array(_) | Data::Object(_) => None,
            Data::Bool(value) => Some(value.to_string()),
            Data::Number(number) => Some(number.to_string()),
            Data::String(text) => Some(text.to_string()),
        }
    }

    pub(crate) fn parent(self) -> Option<NodeRef<'t>> {
        self.tree.node(self.id).parent.map(|id| self.tree.at(id))
    }

    /// The name this value has in its parent, if that is an object.
    pub(crate) fn key(self) -> Option<&'t str> {
        self.member().map(|(name, _)| name)
    }

    fn member(self) -> Option<(&'t str, Member)> {
        let slot = self.tree.node(self.id).slot as usize;
        match self.parent()?.data() {
            Data::Object(members) => members
                .get_index(slot)
                .map(|(name, member)| (&**name, *member)),
            _ => None,
        }
    }

    pub(crate) fn source(self) -> &'t Arc<Source> {
        &self.tree.files[self.file()].source
    }

    /// Index of the file it stands in.
    pub(crate) fn file(self) -> usize {
        self.tree.file_of(self.id)
    }

    /// The root of the file it stands in.
    pub(crate) fn file_root(self) -> Option<NodeRef<'t>> {
        self.tree.files[self.file()].root.map(|id| self.tree.at(id))
    }

    /// The value's own text.
    pub(crate) fn span(self) -> Span {
        let node = self.tree.node(self.id);
        Span {
            source: Arc::clone(self.source()),
            range: node.start as usize..node.end as usize,
        }
    }

    /// The key's text where it has one, else the value's.
    pub(crate) fn key_span(self) -> Span {
        match self.member() {
            Some((_, member)) => Span {
                source: Arc::clone(self.source()),
                range: member.start as usize..member.end as usize,
            },
            None => self.span(),
        }
    }

    /// The JSON pointer within its file.
    pub(crate) fn pointer(self) -> String {
        let mut tokens = Vec::new();
        let mut at = self;
        while let Some(parent) = at.parent() {
            tokens.push(match at.key() {
                Some(name) => name.replace('~', "~0").replace('/', "~1"),
                None => self.tree.node(at.id).slot.to_string(),
            });
            at = parent;
        }
        let mut pointer = String::new();
        for token in tokens.iter().rev() {
            pointer.push('/');
            pointer.push_str(token);
        }
        pointer
    }

    pub(crate) fn origin(self) -> Origin {
        Origin {
            pointer: self.pointer().into(),
            span: self.key_span(),
        }
    }

    /// The value as plain data.
    pub(crate) fn to_value(self) -> Value {
        match self.data() {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Number(number) => Value::Number(number.clone()),
            Data::String(text) => Value::String(text.to_string()),
            Data::Array(_) => Value::Array(self.items().map(Self::to_value).collect()),
            Data::Object(_) => Value::Object(
                self.members()
                    .map(|(name, value)| (name.to_owned(), value.to_value()))
                    .collect(),
            ),
        }
    }
}

impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
