//! YAML 1.2 to tree, event by event: places, anchors, merge keys, duplicate keys.

use super::{
    Data, Guard, Member, NodeId, Tree, duplicate_key,
    scalar::{self, Lint},
    span,
};
use crate::{
    Source,
    diagnostic::{Code, Diagnostic, Sink},
};
use indexmap::{IndexMap, map::Entry};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Mark, Tag};
use std::{collections::HashMap, sync::Arc};

/// Reads the first document of the text.
pub(super) fn read(
    tree: &mut Tree,
    source: &Arc<Source>,
    guard: &mut Guard,
    sink: &Sink,
) -> Result<NodeId, Diagnostic> {
    let offsets = Offsets::new(&source.text);
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
    let mut parser = Parser::new_from_str(&source.text);
    while let Some(event) = parser.next_event() {
        let (event, mark) = event.map_err(|error| {
            let at = offsets.byte(*error.marker());
            Diagnostic::new(Code::Syntax, format!("this is not YAML: {}", error.info())).at(span(
                source,
                (at, at.saturating_add(1).min(narrow(source.text.len()))),
            ))
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
            event => reader.event(event, mark)?,
        }
    }
    match reader.root {
        Some(root) => Ok(root),
        None => Err(Diagnostic::new(
            Code::Empty,
            format!("`{}` holds no value", source.name),
        )),
    }
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
                let copy = self.copy(target, self.stack.len(), range)?;
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
                    self.merge(&mut members, merge);
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

    /// `<<`: the members of a mapping, or of several, that are not there already (YAML 1.1 merge keys).
    fn merge(&mut self, members: &mut IndexMap<Box<str>, Member>, from: NodeId) {
        let mut sources = vec![from];
        if let Data::Array(items) = &self.tree.node(from).data {
            sources.clone_from(items);
        }
        for source in sources {
            match &self.tree.node(source).data {
                Data::Object(merged) => {
                    for (name, member) in merged.iter() {
                        members.entry(name.clone()).or_insert(*member);
                    }
                }
                _ => self.sink.push(
                    Diagnostic::new(Code::BadMerge, "`<<` merges objects, but this is none")
                        .at(self.tree.at(source).span())
                        .help("the merge key is left out"),
                ),
            }
        }
    }

    fn anchor(&mut self, anchor: usize, node: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
    }

    /// A copy of a value, for an alias: places stay those of the original text.
    fn copy(&mut self, id: NodeId, depth: usize, alias: (u32, u32)) -> Result<NodeId, Diagnostic> {
        self.guard.expand(self.source, alias.0 as usize)?;
        Guard::depth(depth, self.source, alias.0 as usize)?;
        let node = self.tree.node(id);
        let (start, end) = (node.start as usize, node.end as usize);
        let data = match &node.data {
            Data::Null => Data::Null,
            Data::Bool(value) => Data::Bool(*value),
            Data::Number(number) => Data::Number(number.clone()),
            Data::String(text) => Data::String(text.clone()),
            Data::Array(items) => {
                let items = items.clone();
                let copy = self.tree.add(Data::Null, start, end);
                let items = items
                    .into_iter()
                    .map(|item| self.copy(item, depth + 1, alias))
                    .collect::<Result<_, _>>()?;
                self.tree.close(copy, Data::Array(items), end);
                return Ok(copy);
            }
            Data::Object(members) => {
                let members = members.clone();
                let copy = self.tree.add(Data::Null, start, end);
                let members = members
                    .into_iter()
                    .map(|(name, member)| {
                        let node = self.copy(member.node, depth + 1, alias)?;
                        Ok((name, Member { node, ..member }))
                    })
                    .collect::<Result<_, Diagnostic>>()?;
                self.tree.close(copy, Data::Object(Box::new(members)), end);
                return Ok(copy);
            }
        };
        Ok(self.tree.add(data, start, end))
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
        let (message, help) = match scalar.lint {
            None => return scalar.data,
            Some(Lint::OldBoolean) => (
                format!("`{text}` is a string here, but a boolean to YAML 1.1 tools"),
                format!("write \"{text}\" in quotes, or true / false"),
            ),
            Some(Lint::LeadingZero) => (
                format!(
                    "`{text}` is octal, decimal or text, depending on the tool; it is read as text"
                ),
                format!("write \"{text}\" in quotes, or the number without leading zeros"),
            ),
            Some(Lint::NoJsonNumber) => (
                format!("JSON has no number `{text}`; it is read as text"),
                "leave the limit out".to_owned(),
            ),
        };
        self.sink.push(
            Diagnostic::new(Code::AmbiguousScalar, message)
                .at(span(self.source, range))
                .help(help),
        );
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

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Characters to bytes: the parser counts the former, everything else here the latter.
struct Offsets<'t> {
    text: &'t str,
    /// The byte offset of every `STEP`th character; empty where all are single bytes.
    steps: Vec<u32>,
}

const STEP: usize = 64;

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STEP)
                .map(|(at, _)| narrow(at))
                .collect()
        };
        Self { text, steps }
    }

    fn byte(&self, mark: Marker) -> u32 {
        let index = mark.index();
        if self.steps.is_empty() {
            return narrow(index.min(self.text.len()));
        }
        let Some(start) = self.steps.get(index / STEP) else {
            return narrow(self.text.len());
        };
        let rest = self.text.get(*start as usize..).unwrap_or_default();
        let within = rest
            .char_indices()
            .nth(index % STEP)
            .map_or(rest.len(), |(at, _)| at);
        start + narrow(within)
    }
}
