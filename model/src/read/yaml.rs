//! YAML 1.2 to tree, event by event: places, anchors, merge keys, duplicate keys.

use super::{
    Data, Guard, Member, NodeId, Tree, alias, duplicate_key, narrow, offsets::Offsets, scalar, span,
};
use crate::{
    Source,
    diagnostic::{Code, Diagnostic, Sink},
};
use indexmap::{IndexMap, map::Entry};
use saphyr_parser::{Event, Parser, ScalarStyle, Span as Mark, Tag};
use std::{collections::HashMap, sync::Arc};

/// What the parser says of a line that is indented less than the block around it.
const INDENTATION: &str = "invalid indentation";

/// A fault, and where it stands if another reading may get past it.
pub(super) type Fault = (Diagnostic, Option<usize>);

/// Reads the first document of a text: the source's, or a version of it with the same offsets.
pub(super) fn attempt(
    tree: &mut Tree,
    source: &Arc<Source>,
    text: &str,
    guard: &mut Guard,
    sink: &Sink,
) -> Result<NodeId, Fault> {
    let offsets = Offsets::new(text);
    let mut reader = Reader {
        tree,
        source,
        guard,
        sink,
        offsets: &offsets,
        stack: Vec::new(),
        anchors: HashMap::new(),
        root: None,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, mark) = event.map_err(|error| {
            let at = offsets.byte(*error.marker());
            let end = at.saturating_add(1).min(narrow(text.len()));
            let diagnostic =
                Diagnostic::new(Code::Syntax, format!("this is not YAML: {}", error.info()))
                    .at(span(source, (at, end)));
            (
                diagnostic,
                error.info().starts_with(INDENTATION).then_some(at as usize),
            )
        })?;
        match event {
            Event::DocumentStart(_) if reader.root.is_some() => {
                sink.push(
                    Diagnostic::new(Code::SeveralDocuments, "a second YAML document starts here")
                        .at(span(source, reader.range(mark)))
                        .help("only the first one is read; move the other to a file of its own"),
                );
                break;
            }
            Event::StreamEnd => break,
            event => reader.event(event, mark).map_err(|fault| (fault, None))?,
        }
    }
    let empty = || Diagnostic::new(Code::Empty, format!("`{}` holds no value", source.name));
    reader.root.ok_or_else(|| (empty(), None))
}

/// A container that is being read.
enum Frame {
    Sequence {
        id: NodeId,
        anchor: usize,
        items: Vec<NodeId>,
        end: u32,
    },
    Mapping {
        id: NodeId,
        anchor: usize,
        members: IndexMap<Box<str>, Member>,
        key: Key,
        merges: Vec<NodeId>,
        end: u32,
    },
}

/// What a mapping waits for.
enum Key {
    /// A key.
    Wanted,
    /// The value of this key.
    Named {
        name: Box<str>,
        start: u32,
        end: u32,
    },
    /// The value of `<<`.
    Merge,
    /// The value of a key that cannot be one in JSON.
    Dropped,
}

struct Reader<'a> {
    tree: &'a mut Tree,
    source: &'a Arc<Source>,
    guard: &'a mut Guard,
    sink: &'a Sink,
    offsets: &'a Offsets<'a>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, NodeId>,
    root: Option<NodeId>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Diagnostic> {
        let range = self.range(mark);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.key_wanted() && anchor == 0 {
                    self.key(text.into_owned(), style, range);
                    return Ok(());
                }
                self.guard.node(self.source, range.0 as usize)?;
                let data = self.scalar(&text, style, tag.as_deref(), range);
                let node = self.tree.add(data, range.0 as usize, range.1 as usize);
                self.anchor(anchor, node);
                self.place(node, range);
            }
            Event::SequenceStart(anchor, tag) => {
                self.tag(tag.as_deref(), range);
                let id = self.open(range)?;
                self.stack.push(Frame::Sequence {
                    id,
                    anchor,
                    items: Vec::new(),
                    end: range.1,
                });
            }
            Event::MappingStart(anchor, tag) => {
                self.tag(tag.as_deref(), range);
                let id = self.open(range)?;
                self.stack.push(Frame::Mapping {
                    id,
                    anchor,
                    members: IndexMap::new(),
                    key: Key::Wanted,
                    merges: Vec::new(),
                    end: range.1,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range),
            Event::Alias(anchor) => {
                let Some(target) = self.anchors.get(&anchor).copied() else {
                    return Err(Diagnostic::new(
                        Code::RecursiveAlias,
                        "this alias stands inside the value it repeats",
                    )
                    .at(span(self.source, range))
                    .help("describe recursion with `$ref`"));
                };
                let copy = alias::copy(
                    self.tree,
                    self.guard,
                    self.source,
                    target,
                    self.stack.len(),
                    range,
                )?;
                self.place(copy, range);
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn open(&mut self, range: (u32, u32)) -> Result<NodeId, Diagnostic> {
        let at = range.0 as usize;
        self.guard.node(self.source, at)?;
        Guard::depth(self.stack.len() + 1, self.source, at)?;
        Ok(self.tree.add(Data::Null, at, at))
    }

    fn key_wanted(&self) -> bool {
        matches!(
            self.stack.last(),
            Some(Frame::Mapping {
                key: Key::Wanted,
                ..
            })
        )
    }

    fn key(&mut self, text: String, style: ScalarStyle, (start, end): (u32, u32)) {
        if let Some(Frame::Mapping { key, .. }) = self.stack.last_mut() {
            *key = if text == "<<" && style == ScalarStyle::Plain {
                Key::Merge
            } else {
                Key::Named {
                    name: text.into(),
                    start,
                    end,
                }
            };
        }
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, node: NodeId, range: (u32, u32)) {
        let Some(frame) = self.stack.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match frame {
            Frame::Sequence { items, end, .. } => {
                items.push(node);
                *end = range.1;
            }
            Frame::Mapping {
                members,
                key,
                merges,
                end,
                ..
            } => {
                *end = range.1;
                match std::mem::replace(key, Key::Wanted) {
                    Key::Wanted => {
                        // A key with an anchor, or an alias as key: fine while it is a scalar.
                        *key = match self.tree.at(node).scalar_text() {
                            Some(text) => Key::Named {
                                name: text.into(),
                                start: range.0,
                                end: range.1,
                            },
                            None => {
                                self.sink.push(
                                    Diagnostic::new(
                                        Code::KeyIsNoText,
                                        "this key is a list, an object or null",
                                    )
                                    .at(span(self.source, range))
                                    .help("keys are text in JSON; the member is left out"),
                                );
                                Key::Dropped
                            }
                        };
                    }
                    Key::Merge => merges.push(node),
                    Key::Dropped => {}
                    Key::Named { name, start, end } => {
                        let member = Member { start, end, node };
                        match members.entry(name) {
                            Entry::Vacant(vacant) => {
                                vacant.insert(member);
                            }
                            Entry::Occupied(mut occupied) => {
                                let first = (occupied.get().start, occupied.get().end);
                                let name = occupied.key();
                                self.sink.push(duplicate_key(
                                    self.source,
                                    name,
                                    first,
                                    (start, end),
                                ));
                                occupied.insert(member);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Closes the innermost container.
    fn end(&mut self, range: (u32, u32)) {
        let (id, anchor, data, end) = match self.stack.pop() {
            Some(Frame::Sequence {
                id,
                anchor,
                items,
                end,
            }) => (id, anchor, Data::Array(items), end),
            Some(Frame::Mapping {
                id,
                anchor,
                mut members,
                merges,
                end,
                ..
            }) => {
                for merge in merges {
                    alias::merge(self.tree, self.sink, &mut members, merge);
                }
                (id, anchor, Data::Object(Box::new(members)), end)
            }
            None => return,
        };
        // A flow container ends with its bracket; a block one with its last child.
        let closed = self.source.text.as_bytes().get(range.0 as usize);
        let end = if range.1 > range.0 && matches!(closed, Some(b']' | b'}')) {
            range.1
        } else {
            end
        };
        let start = self.tree.node(id).start;
        self.tree.close(id, data, end as usize);
        self.anchor(anchor, id);
        self.place(id, (start, end.max(start)));
    }

    fn anchor(&mut self, anchor: usize, node: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, range: (u32, u32)) -> Data {
        let core = tag
            .filter(|tag| tag.is_yaml_core_schema())
            .map(|tag| tag.suffix.as_str());
        match (core, tag) {
            (Some("str"), _) => return Data::String(text.into()),
            (Some("int" | "float" | "bool" | "null"), _) => return scalar::plain(text).data,
            (_, Some(tag)) if tag.handle.is_empty() && tag.suffix == "!" => {
                return Data::String(text.into());
            }
            _ => self.tag(tag, range),
        }
        if style != ScalarStyle::Plain {
            return Data::String(text.into());
        }
        let scalar = scalar::plain(text);
        if let Some(lint) = scalar.lint {
            self.sink
                .push(lint.diagnostic(text).at(span(self.source, range)));
        }
        scalar.data
    }

    fn tag(&self, tag: Option<&Tag>, range: (u32, u32)) {
        let Some(tag) = tag else { return };
        if tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq") {
            return;
        }
        self.sink.push(
            Diagnostic::new(
                Code::UnknownTag,
                format!("the YAML tag `{tag}` means nothing in an OpenAPI document"),
            )
            .at(span(self.source, range))
            .help("the tag is ignored"),
        );
    }

    fn range(&self, mark: Mark) -> (u32, u32) {
        let start = self.offsets.byte(mark.start);
        let end = self.offsets.byte(mark.end).max(start);
        let text = self
            .source
            .text
            .get(start as usize..end as usize)
            .unwrap_or_default();
        (start, start + narrow(text.trim_end().len()))
    }
}
