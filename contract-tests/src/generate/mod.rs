//! Instances of schemas: valid ones at each limit, and invalid ones that break one keyword at a time.
//!
//! Everything is derived from the schemas alone, is the same for the same seed, and is held against
//! the [`Judge`] before it is handed out: an example and a positive case are valid, a negative case is
//! invalid at the place it names, by the keyword it names, and nowhere else. What could not be made is
//! told as well ([`Skipped`]), so that nobody takes silence for coverage.
//!
//! How it goes: `view` merges the schemas that apply at one place, one way through its unions at a time;
//! `build` makes an instance of a view; `walk` visits every place an instance can have, asks `positive`
//! and `negative` for the cases there, and sets each into a valid whole; `verify` holds them to the judge.

mod build;
mod case;
mod containers;
pub mod coverage;
mod exclusive;
mod format;
mod memo;
mod near;
mod negative;
mod number;
mod positive;
mod random;
mod rng;
mod sampler;
mod sized;
mod text;
mod unions;
mod verify;
mod view;
mod walk;

pub use case::{Case, Cases, Skipped};
pub use coverage::{Coverage, coverage};
pub use rng::Rng;

use crate::judge::Judge;
use build::{Maker, Style};
use counterpart_model::{
    Api, Direction,
    api::{SchemaId, Value as Written},
};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use walk::Polarity;

/// Attempts to make one valid instance.
const ATTEMPTS: usize = 24;

/// The cases of both sides that were made already.
type Known = HashMap<(SchemaId, Polarity), Arc<Cases>>;

/// Makes instances of an API's schemas, as they go in one direction.
#[derive(Debug)]
pub struct Generator {
    api: Arc<Api>,
    judge: Judge,
    direction: Direction,
    seed: u64,
    known: Mutex<Known>,
    memo: memo::Memo,
}

impl Generator {
    /// A generator with a judge of its own.
    #[must_use]
    pub fn new(api: Arc<Api>, direction: Direction, seed: u64) -> Self {
        Self::with_judge(Judge::new(api), direction, seed)
    }

    /// A generator that shares a judge, and what it has compiled.
    #[must_use]
    pub fn with_judge(judge: Judge, direction: Direction, seed: u64) -> Self {
        let api = Arc::clone(judge.api());
        Self {
            api,
            judge,
            direction,
            seed,
            known: Mutex::default(),
            memo: memo::Memo::default(),
        }
    }

    /// A valid instance: one of the schema's own examples where one is valid, else a generated one.
    /// `None` where none was found, as for `false`.
    #[must_use]
    pub fn example(&self, schema: SchemaId) -> Option<Value> {
        let at = self.api.schema(schema);
        let target = self.api.schema(self.api.resolve(schema));
        let mut written = at
            .examples
            .iter()
            .chain(&target.examples)
            .chain(&at.default)
            .map(Written::to_serde);
        written
            .find(|value| self.is_valid(schema, value))
            .or_else(|| self.generated(schema))
    }

    fn generated(&self, schema: SchemaId) -> Option<Value> {
        let mut maker = self.maker(schema);
        for attempt in 0..ATTEMPTS {
            let style = match attempt {
                0 => Style::Least,
                1 => Style::Most,
                _ => Style::Random,
            };
            maker.refuel();
            if let Some(value) = maker.build(&[schema], style, 0)
                && self.is_valid(schema, &value)
            {
                return Some(value);
            }
        }
        // A union's first branch may be one that no instance has to itself.
        let ways = view::alternatives(&self.api, &[schema]);
        let branch = ways.iter().find_map(|way| {
            maker.refuel();
            maker
                .build_way(way, Style::Most, 0)
                .filter(|value| self.is_valid(schema, value))
        });
        branch.or_else(|| {
            // Or branches that hardly exclude each other, somewhere inside.
            maker.careful = true;
            [Style::Least, Style::Most, Style::Random]
                .into_iter()
                .find_map(|style| {
                    maker.refuel();
                    let value = maker.build(&[schema], style, 0)?;
                    self.is_valid(schema, &value).then_some(value)
                })
        })
    }

    /// Valid instances at each limit of each keyword, at every depth.
    #[must_use]
    pub fn positive(&self, schema: SchemaId) -> Vec<Case> {
        self.positives(schema).cases.clone()
    }

    /// Invalid instances, each of which breaks one keyword at one place.
    #[must_use]
    pub fn negative(&self, schema: SchemaId) -> Vec<Case> {
        self.negatives(schema).cases.clone()
    }

    /// The [`positive`](Self::positive) cases, and what is missing among them. Made once.
    #[must_use]
    pub fn positives(&self, schema: SchemaId) -> Arc<Cases> {
        self.cases(schema, Polarity::Positive)
    }

    /// The [`negative`](Self::negative) cases, and what is missing among them. Made once.
    #[must_use]
    pub fn negatives(&self, schema: SchemaId) -> Arc<Cases> {
        self.cases(schema, Polarity::Negative)
    }

    fn cases(&self, schema: SchemaId, polarity: Polarity) -> Arc<Cases> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cases) = known().get(&(schema, polarity)) {
            return Arc::clone(cases);
        }
        let drafts = self.maker(schema).walk(&[schema], polarity);
        let cases = Arc::new(verify::cases(self, schema, polarity, drafts));
        Arc::clone(known().entry((schema, polarity)).or_insert(cases))
    }

    fn is_valid(&self, schema: SchemaId, value: &Value) -> bool {
        self.judge.is_valid(schema, self.direction, value)
    }

    /// Seeded by the schema too, so that the order of calls does not matter.
    fn maker(&self, schema: SchemaId) -> Maker<'_> {
        let place = u64::try_from(schema.index()).unwrap_or(0);
        let mut rng = Rng::new(self.seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Maker::new(self, Rng::new(rng.next()))
    }
}

#[cfg(test)]
mod tests;
