//! What a schema would take at a place: enough to turn text into the JSON that was meant.

use super::compile::{Compiled, Id, Node, types};
use super::{Plain, SchemaRef, Target};
use crate::json::Value;

/// How far in place applicators are followed; a loop ends there.
const DEEPEST: usize = 32;

/// The schemas that hold at one place of a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    nodes: Vec<(&'static Compiled, Id)>,
    plain: Vec<SchemaRef>,
}

/// The types of JSON that a place takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    const ALL: Self = Self(127);

    pub(crate) const fn null(self) -> bool {
        self.0 & types::NULL != 0
    }
    pub(crate) const fn boolean(self) -> bool {
        self.0 & types::BOOLEAN != 0
    }
    /// Whether a number is taken: whole ones only count where nothing else is.
    pub(crate) const fn number(self) -> bool {
        self.0 & (types::NUMBER | types::INTEGER) != 0
    }
    pub(crate) const fn string(self) -> bool {
        self.0 & types::STRING != 0
    }
    pub(crate) const fn array(self) -> bool {
        self.0 & types::ARRAY != 0
    }
    pub(crate) const fn object(self) -> bool {
        self.0 & types::OBJECT != 0
    }
    pub(crate) const fn scalar(self) -> bool {
        self.0 & !(types::ARRAY | types::OBJECT) != 0
    }
}

impl Look {
    /// What a schema says of a whole value.
    pub(crate) fn at(schema: SchemaRef) -> Self {
        let mut look = Self::default();
        look.add(schema);
        look
    }

    fn add(&mut self, schema: SchemaRef) {
        match schema.0 {
            Target::Bundle(bundle, index) => self.follow(bundle.compiled(), index as usize, 0),
            Target::Nullable(inner) => {
                self.plain.push(SchemaRef::plain(Plain::Null));
                self.add(*inner);
            }
            _ => self.plain.push(schema),
        }
    }

    /// Adds a schema and those that hold for the same value.
    fn follow(&mut self, compiled: &'static Compiled, id: Id, depth: usize) {
        let Some(node) = compiled.nodes.get(id) else {
            return;
        };
        if depth > DEEPEST || self.nodes.iter().any(|(_, known)| *known == id) {
            return;
        }
        self.nodes.push((compiled, id));
        for inner in in_place(node) {
            self.follow(compiled, inner, depth + 1);
        }
    }

    /// What holds for a property.
    pub(crate) fn property(&self, name: &str) -> Self {
        let mut look = Self::default();
        for (compiled, node) in self.each() {
            let named = node.properties.get(name).copied();
            let matching = node
                .pattern_properties
                .iter()
                .filter(|(pattern, _)| pattern.matches(name))
                .map(|(_, id)| *id);
            let mut found = false;
            for id in named.into_iter().chain(matching) {
                look.follow(compiled, id, 0);
                found = true;
            }
            if !found && let Some(id) = node.additional_properties {
                look.follow(compiled, id, 0);
            }
        }
        for schema in &self.plain {
            if let Target::Values(values) = schema.0 {
                look.add(*values);
            }
        }
        look
    }

    /// What holds for an item.
    pub(crate) fn items(&self) -> Self {
        let mut look = Self::default();
        for (compiled, node) in self.each() {
            for id in node.items.iter().chain(&node.prefix_items) {
                look.follow(compiled, *id, 0);
            }
        }
        for schema in &self.plain {
            if let Target::Items(items) = schema.0 {
                look.add(*items);
            }
        }
        look
    }

    /// The types that are taken.
    pub(crate) fn types(&self) -> Types {
        let mut taken = 0;
        for schema in &self.plain {
            taken |= match schema.0 {
                Target::Plain(plain) => plain.types(),
                Target::Items(_) => types::ARRAY,
                Target::Values(_) => types::OBJECT,
                Target::Bundle(..) | Target::Nullable(_) => 0,
            };
        }
        if let Some((compiled, id)) = self.nodes.first() {
            taken |= mask(compiled, *id, 0);
        }
        match taken {
            0 => Types::ALL,
            some => Types(some),
        }
    }

    /// Whether the place holds octets that are no text (`format: binary`).
    pub(crate) fn is_binary(&self) -> bool {
        self.each()
            .any(|(_, node)| node.format.as_deref() == Some("binary"))
            || self
                .plain
                .iter()
                .any(|schema| matches!(schema.0, Target::Plain(Plain::Format("binary"))))
    }

    fn each(&self) -> impl Iterator<Item = (&'static Compiled, &'static Node)> {
        self.nodes
            .iter()
            .filter_map(|(compiled, id)| Some((*compiled, compiled.nodes.get(*id)?)))
    }
}

fn in_place(node: &Node) -> impl Iterator<Item = Id> {
    let all = node.reference.iter().chain(&node.all_of);
    let some = node.any_of.iter().chain(&node.one_of);
    let branches = node.then.iter().chain(&node.otherwise);
    all.chain(some).chain(branches).copied()
}

/// The types that a schema takes: its own, those that all of `allOf` take, those that one of `oneOf` takes.
fn mask(compiled: &Compiled, id: Id, depth: usize) -> u8 {
    let Some(node) = compiled.nodes.get(id).filter(|_| depth < DEEPEST) else {
        return Types::ALL.0;
    };
    let mut taken = match &node.types {
        // A whole number is a number.
        Some((own, _)) if own & types::NUMBER != 0 => own | types::INTEGER,
        Some((own, _)) => *own,
        None => Types::ALL.0,
    };
    if let Some(values) = &node.enumeration {
        taken &= values.iter().fold(0, |mask, value| mask | type_of(value));
    }
    if let Some(value) = &node.constant {
        taken &= type_of(value);
    }
    for inner in node.reference.iter().chain(&node.all_of) {
        taken &= mask(compiled, *inner, depth + 1);
    }
    for several in [&node.any_of, &node.one_of] {
        if !several.is_empty() {
            taken &= several
                .iter()
                .fold(0, |all, inner| all | mask(compiled, *inner, depth + 1));
        }
    }
    taken
}

fn type_of(value: &Value) -> u8 {
    match value {
        Value::Null => types::NULL,
        Value::Bool(_) => types::BOOLEAN,
        Value::Number(number) if number.decimal().is_integer() => types::NUMBER | types::INTEGER,
        Value::Number(_) => types::NUMBER,
        Value::String(_) => types::STRING,
        Value::Array(_) => types::ARRAY,
        Value::Object(_) => types::OBJECT,
    }
}

impl Plain {
    const fn types(self) -> u8 {
        match self {
            Self::Any => Types::ALL.0,
            Self::Null => types::NULL,
            Self::Boolean | Self::Constant(_) => types::BOOLEAN,
            Self::Integer { .. } => types::INTEGER,
            Self::Number => types::NUMBER | types::INTEGER,
            Self::String | Self::Length { .. } | Self::Format(_) => types::STRING,
        }
    }
}
