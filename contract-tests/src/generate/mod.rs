//! Instances of schemas: valid ones at each limit, and invalid ones that break one keyword at a time.
//!
//! Everything is derived from the schemas alone, is the same for the same seed, and is held against
//! the [`Judge`] before it is handed out.

mod build;
pub mod coverage;
mod format;
mod negative;
mod number;
mod positive;
mod random;
mod rng;
mod sampler;
mod text;
mod view;
mod walk;

pub use coverage::{Coverage, coverage};
pub use rng::Rng;

use crate::judge::Judge;
use build::{Maker, Style};
use counterpart_model::{
    Api, Direction, Origin,
    api::{SchemaId, Value as Written},
};
use serde_json::Value;
use std::{collections::HashSet, sync::Arc};
use walk::Polarity;

/// Cases made of one schema.
const CASES: usize = 400;
/// Attempts to make one valid instance.
const ATTEMPTS: usize = 24;

/// One instance, and what about it is of interest.
#[derive(Clone, Debug)]
pub struct Case {
    /// The instance.
    pub value: Value,
    /// The keyword at whose limit it stands, or which it breaks.
    pub keyword: &'static str,
    /// Where in the instance, as a JSON pointer.
    pub pointer: String,
    /// Where the keyword's schema stands in the document.
    pub schema: Origin,
    /// In words: `/metadata has 51 properties; maxProperties is 50`.
    pub what: String,
}

/// Makes instances of an API's schemas, as they go in one direction.
#[derive(Debug)]
pub struct Generator {
    api: Arc<Api>,
    judge: Judge,
    direction: Direction,
    seed: u64,
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
        ways.iter().find_map(|way| {
            maker.refuel();
            maker
                .build_way(way, Style::Most, 0)
                .filter(|value| self.is_valid(schema, value))
        })
    }

    /// Valid instances at each limit of each keyword, at every depth.
    #[must_use]
    pub fn positive(&self, schema: SchemaId) -> Vec<Case> {
        self.cases(schema, Polarity::Positive)
    }

    /// Invalid instances, each of which breaks one keyword at one place.
    #[must_use]
    pub fn negative(&self, schema: SchemaId) -> Vec<Case> {
        self.cases(schema, Polarity::Negative)
    }

    fn cases(&self, schema: SchemaId, polarity: Polarity) -> Vec<Case> {
        let mut seen = HashSet::new();
        let mut maker = self.maker(schema);
        let mut cases = maker.walk(&[schema], polarity, CASES * 2);
        cases.retain(|case| {
            self.is_valid(schema, &case.value) == (polarity == Polarity::Positive)
                && seen.insert((case.value.to_string(), case.keyword))
        });
        cases.truncate(CASES);
        for case in &mut cases {
            let place = if case.pointer.is_empty() {
                "the value"
            } else {
                case.pointer.as_str()
            };
            case.what = format!("{place} {}", case.what);
        }
        cases
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
