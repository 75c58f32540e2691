//! Holds instances to the document's schemas, with the `jsonschema` crate: a second opinion beside
//! the generated types, from other people's code.

mod describe;
mod format;
mod integer;
mod patterns;
mod place;
mod union;

use counterpart_model::{Api, Direction, Document, Origin, api::SchemaId};
use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// What one match may cost the pattern engine, in steps back.
const BACKTRACKING: usize = 100_000;
/// Violations that are reported of one instance.
const MOST: usize = 200;

/// Judges instances. Clones share the compiled validators.
#[derive(Clone)]
pub struct Judge {
    api: Arc<Api>,
    document: Option<Arc<Document>>,
    compiled: Arc<Mutex<HashMap<(SchemaId, Direction), Compiled>>>,
}

/// A schema, as far as it could be compiled.
type Compiled = Arc<Held>;

/// A validator, and what it leaves out.
struct Held {
    validator: Option<Validator>,
    problem: Option<String>,
}

/// One keyword that one place of an instance breaks.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The place in the instance, as a JSON pointer.
    pub pointer: String,
    /// The keyword.
    pub keyword: String,
    /// What the schema asks for: `at most 50 characters`.
    pub expected: String,
    /// What stands there, shortened.
    pub found: String,
    /// Both in one sentence.
    pub message: String,
    /// The schema whose keyword it is.
    pub schema: SchemaId,
    /// Where the keyword stands in the document; its schema, where the judge does not know the text.
    pub origin: Origin,
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge")
            .field("api", &self.api.title)
            .finish_non_exhaustive()
    }
}

impl Judge {
    /// A judge by the schemas of an API.
    #[must_use]
    pub fn new(api: Arc<Api>) -> Self {
        Self {
            api,
            document: None,
            compiled: Arc::default(),
        }
    }

    /// The same, that knows the document's text: what it reports then points at the very keyword.
    #[must_use]
    pub fn with_document(mut self, document: Arc<Document>) -> Self {
        self.document = Some(document);
        self
    }

    /// Where a keyword of a schema stands in the document; the schema, where that is not known.
    #[must_use]
    pub fn origin(&self, schema: SchemaId, keyword: &str) -> Origin {
        place::origin(self.document.as_deref(), self.api.schema(schema), keyword)
    }

    /// The API whose schemas it judges by.
    #[must_use]
    pub fn api(&self) -> &Arc<Api> {
        &self.api
    }

    /// Whether an instance is valid. By a schema that cannot be compiled ([`Judge::problem`]) everything is.
    #[must_use]
    pub fn is_valid(&self, schema: SchemaId, direction: Direction, value: &Value) -> bool {
        let compiled = self.compiled(schema, direction);
        compiled.validator.as_ref().is_none_or(|validator| {
            validator.is_valid(value)
                // What a pattern's engine gave up on accuses nobody.
                || validator
                    .iter_errors(value)
                    .all(|error| describe::is_undecided(&error))
        })
    }

    /// What of a schema cannot be judged by: a pattern that no engine reads, for example.
    #[must_use]
    pub fn problem(&self, schema: SchemaId, direction: Direction) -> Option<String> {
        self.compiled(schema, direction).problem.clone()
    }

    /// What is wrong with an instance, in the order of the schema; empty where it is valid.
    ///
    /// Of `oneOf` and `anyOf` it is what is wrong by the branch that was meant: the one a
    /// discriminating property selects, else the one with the fewest violations.
    #[must_use]
    pub fn violations(
        &self,
        schema: SchemaId,
        direction: Direction,
        value: &Value,
    ) -> Vec<Violation> {
        self.violations_within(schema, direction, value, 0)
    }

    fn violations_within(
        &self,
        schema: SchemaId,
        direction: Direction,
        value: &Value,
        depth: usize,
    ) -> Vec<Violation> {
        let compiled = self.compiled(schema, direction);
        let Some(validator) = &compiled.validator else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for error in validator.iter_errors(value) {
            if all.len() >= MOST {
                break;
            }
            if describe::is_undecided(&error) {
                continue;
            }
            let place = place::of(&self.api, schema, error.schema_path().as_str());
            match self.by_branch(&error, place, direction, depth) {
                Some(inner) => all.extend(inner),
                None => all.push(describe::violation(self, &error, place)),
            }
        }
        all
    }

    fn compiled(&self, schema: SchemaId, direction: Direction) -> Compiled {
        let key = (schema, direction);
        let known = |judge: &Self| {
            judge
                .compiled
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&key)
                .map(Arc::clone)
        };
        if let Some(compiled) = known(self) {
            return compiled;
        }
        // Compiled outside of the lock: others go on judging meanwhile.
        let compiled = Arc::new(self.compile(schema, direction));
        let mut all = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(key).or_insert(compiled))
    }

    fn compile(&self, schema: SchemaId, direction: Direction) -> Held {
        let mut document = self.api.json_schema(schema, direction);
        integer::mark(&mut document);
        let first = match build(&document) {
            Ok(validator) => {
                return Held {
                    validator: Some(validator),
                    problem: None,
                };
            }
            Err(error) => error,
        };
        // A pattern that does not compile costs what it says, not what the schema says besides.
        let compiles = |pattern: &str| build(&json!({ "pattern": pattern })).is_ok();
        let dropped = patterns::drop_bad(&mut document, &compiles);
        match build(&document) {
            Ok(validator) => Held {
                validator: Some(validator),
                problem: Some(format!(
                    "not judged by: pattern {}",
                    dropped.join(", pattern ")
                )),
            },
            Err(_) => Held {
                validator: None,
                problem: Some(first),
            },
        }
    }
}

fn build(document: &Value) -> Result<Validator, String> {
    let mut options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACKING))
        .with_keyword(integer::KEYWORD, integer::keyword);
    for (name, check) in format::OWN {
        options = options.with_format(*name, *check);
    }
    options.build(document).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
