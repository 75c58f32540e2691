//! The evaluator: JSON Schema 2020-12 over a [`Value`].
//!
//! It either collects everything that does not hold, or only finds out whether something does not. The latter is
//! remembered per schema and value, so that unions of unions cost no more than schemas times values.

mod arrays;
mod objects;
mod out;
mod scalars;
mod unevaluated;
mod variants;

use super::compile::{Compiled, Id, Node};
use super::{SchemaRef, Target, Violations};
use crate::json::Value;
use out::{At, Out, Place};
use std::collections::HashMap;

/// How deep schemas may lead into each other. Values nest 128 deep; the rest is for schemas in place (`allOf`,
/// `$ref`), which end up here only where they lead into themselves.
const DEPTH: usize = 640;

/// Judges one value.
pub(super) struct Judge<'c> {
    compiled: &'c Compiled,
    depth: usize,
    /// How many variants were judged once more for their story.
    stories: usize,
    /// Whether the value lives only for the moment, so that its address says nothing later.
    passing: bool,
    known: HashMap<(Id, usize), bool>,
}

/// Whether a value is valid: the same verdict as [`super::judge`], without the reasons.
pub(super) fn is_valid(value: &Value, schema: SchemaRef) -> bool {
    match schema.0 {
        Target::Bundle(bundle, index) => Judge::new(bundle.compiled()).valid(index as usize, value),
        Target::Plain(plain) => plain.judge(value).is_none(),
        Target::Items(items) => match value {
            Value::Array(list) => list.iter().all(|item| is_valid(item, *items)),
            _ => false,
        },
        Target::Values(values) => match value {
            Value::Object(members) => members.values().all(|member| is_valid(member, *values)),
            _ => false,
        },
        Target::Nullable(inner) => *value == Value::Null || is_valid(value, *inner),
    }
}

impl<'c> Judge<'c> {
    pub(super) fn new(compiled: &'c Compiled) -> Self {
        Self {
            compiled,
            depth: 0,
            stories: 0,
            passing: false,
            known: HashMap::new(),
        }
    }

    /// Everything that does not hold.
    pub(super) fn judge(mut self, id: Id, value: &Value) -> Violations {
        let mut out = Out::all();
        self.apply(id, value, &Place::ROOT, &mut out);
        out.into_violations()
    }

    /// Whether the value is valid.
    pub(super) fn valid(&mut self, id: Id, value: &Value) -> bool {
        let key = (id, std::ptr::from_ref(value) as usize);
        if let Some(known) = self.known.get(&key).filter(|_| !self.passing) {
            return *known;
        }
        let mut out = Out::first();
        self.apply(id, value, &Place::ROOT, &mut out);
        let valid = !out.failed();
        if !self.passing {
            self.known.insert(key, valid);
        }
        valid
    }

    /// Holds a value to a schema.
    fn apply(&mut self, id: Id, value: &Value, place: &Place<'_>, out: &mut Out) {
        if out.done() {
            return;
        }
        let compiled = self.compiled;
        let Some(node) = compiled.nodes.get(id).filter(|_| self.depth < DEPTH) else {
            out.unjudgeable(place);
            return;
        };
        match node.boolean {
            Some(true) => {}
            Some(false) => {
                let at = At { node, value, place };
                out.tell(&at, "false", || (None, "is not allowed here".to_owned()));
            }
            None => {
                self.depth += 1;
                self.keywords(node, value, &place.with(node.secret), out);
                self.depth -= 1;
            }
        }
    }

    fn keywords(&mut self, node: &Node, value: &Value, place: &Place<'_>, out: &mut Out) {
        let at = At { node, value, place };
        if let Some(target) = node.reference {
            self.apply(target, value, place, out);
        }
        scalars::any(&at, out);
        match value {
            Value::Number(number) => scalars::number(&at, &number.decimal(), out),
            Value::String(text) => scalars::string(&at, text, out),
            Value::Array(items) => self.array(&at, items, out),
            Value::Object(members) => self.object(&at, members, out),
            Value::Null | Value::Bool(_) => {}
        }
        if !out.done() {
            self.in_place(&at, out);
        }
        if !out.done() {
            self.unevaluated(&at, out);
        }
    }

    /// Schemas that are applied to the value itself.
    fn in_place(&mut self, at: &At<'_>, out: &mut Out) {
        let At { node, value, place } = *at;
        for schema in &node.all_of {
            self.apply(*schema, value, place, out);
        }
        if !node.any_of.is_empty() {
            self.variants(at, &node.any_of, "anyOf", out);
        }
        if !node.one_of.is_empty() {
            self.variants(at, &node.one_of, "oneOf", out);
        }
        if let Some(schema) = node.not
            && self.valid(schema, value)
        {
            out.tell(at, "not", || (None, "is what it must not be".to_owned()));
        }
        if let Some(condition) = node.condition {
            let branch = if self.valid(condition, value) {
                node.then
            } else {
                node.otherwise
            };
            if let Some(schema) = branch {
                self.apply(schema, value, place, out);
            }
        }
    }

    /// Whether a schema is `false`, so that there is a better word for what it refuses.
    fn refuses_all(&self, id: Id) -> bool {
        self.compiled
            .nodes
            .get(id)
            .is_some_and(|node| node.boolean == Some(false))
    }
}
