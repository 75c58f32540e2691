//! Schemas that no Rust type expresses: a JSON value stands for them, held to the schema when it is read.

use super::reach::Reach;
use super::{Expr, Item, Plan};
use counterpart_model::api::{AnyReason, Schema, SchemaId, Shape};

/// How many schemas have a type that says what they say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Those that do.
    pub typed: usize,
    /// All that requests, answers and components are made of; references are counted where they lead.
    pub total: usize,
}

impl Plan<'_> {
    /// Counts them, and warns of each that has none.
    pub(super) fn count_typed(&mut self, reach: &Reach) {
        let mut count = Typed::default();
        let mut warnings = Vec::new();
        for id in &reach.all {
            let schema = self.api.schema(*id);
            // Names of properties are text, whatever their schema leaves out.
            if schema.bare_reference().is_some() || schema.origin.pointer.ends_with("ropertyNames")
            {
                continue;
            }
            count.total += 1;
            match self.untyped(*id, schema) {
                Some(why) => warnings.push(format!(
                    "{}: no Rust type says what this schema says ({why}); it is a JSON value, held to the schema",
                    schema.origin.span.location()
                )),
                None => count.typed += 1,
            }
        }
        self.typed = count;
        self.warnings.extend(warnings);
    }

    /// Why a schema has no type of its own; `None` where it has, or allows anything.
    fn untyped(&self, id: SchemaId, schema: &Schema) -> Option<&'static str> {
        if self.replacement(id).is_some() {
            return None;
        }
        let value = match self.types.get(&id).map(|of| &of.item) {
            Some(Item::Judged(inner)) => *inner == Expr::Value,
            Some(Item::Alias(inner)) => *inner == Expr::Value,
            Some(_) => false,
            None => !self.same.contains_key(&id) && self.content(id) == Expr::Value,
        };
        if !value {
            return None;
        }
        Some(match &schema.shape {
            Shape::Any(AnyReason::Unconstrained) if schema.residue.is_empty() => return None,
            Shape::Any(AnyReason::SeveralTypes) => "several types at once",
            Shape::Any(AnyReason::Merge) => "members of allOf that make no one type",
            Shape::Any(AnyReason::Broken) => "it is broken",
            Shape::Any(_) => "keywords without a type",
            Shape::Never => "it allows nothing",
            Shape::Enum(_) => "values of several types",
            _ => "it is all rules",
        })
    }
}
