//! What a check has to say.

use crate::exchange::Exchange;
use clap::ValueEnum;
use counterpart_model::{Origin, api::OperationId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// One way in which a deployment breaks its document.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The id of the check that found it.
    pub check: &'static str,
    /// The operation.
    pub operation: OperationId,
    /// What is wrong, in one line.
    pub title: String,
    /// What the document promises, and where.
    pub promise: Option<Promise>,
    /// What should have happened.
    pub expected: String,
    /// What happened.
    pub actual: String,
    /// The smallest input that shows it, where there is one.
    pub input: Option<String>,
    /// The requests that led to it, in order; the last one shows it.
    pub steps: Vec<Arc<Exchange>>,
    /// Findings with the same cause are one finding with several places.
    pub cause: String,
}

/// The line of the document that is broken.
#[derive(Clone, Debug)]
pub struct Promise {
    /// In words, or quoted.
    pub text: String,
    /// Where it stands.
    pub origin: Origin,
}

impl Finding {
    /// A finding with the least that every finding has.
    #[must_use]
    pub fn new(check: &'static str, operation: &OperationId, title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            check,
            operation: operation.clone(),
            cause: format!("{check} {operation} {title}"),
            title,
            promise: None,
            expected: String::new(),
            actual: String::new(),
            input: None,
            steps: Vec::new(),
        }
    }

    /// Adds the promise that is broken.
    #[must_use]
    pub fn promise(mut self, text: impl Into<String>, origin: &Origin) -> Self {
        self.promise = Some(Promise {
            text: text.into(),
            origin: origin.clone(),
        });
        self
    }

    /// Adds what should have happened and what did.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        self.expected = expected.into();
        self.actual = actual.into();
        self
    }

    /// Adds the smallest input that shows it.
    #[must_use]
    pub fn input(mut self, input: impl Into<String>) -> Self {
        self.input = Some(input.into());
        self
    }

    /// Adds a step: the request that shows it comes last.
    #[must_use]
    pub fn step(mut self, exchange: &Arc<Exchange>) -> Self {
        self.steps.push(Arc::clone(exchange));
        self
    }

    /// Says what it has in common with others that have the same cause.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }
}

/// How one check ended for one operation.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// How many cases were looked at.
    pub cases: u64,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What differs from the document without breaking it.
    pub notes: Vec<Finding>,
    /// What could not be looked at, and why. With no case at all, the check was not exercised.
    pub not_exercised: Vec<String>,
}

/// How grave a finding is, the least first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something to know.
    Note,
    /// The document's letter is missed.
    Warning,
    /// Callers break, or are misled.
    #[default]
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The three results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Cases were looked at, and nothing was found.
    Passed,
    /// Something was found.
    Failed,
    /// Nothing was looked at; the verdict says why.
    NotExercised,
}

impl Verdict {
    /// Nothing was looked at, and why.
    #[must_use]
    pub fn not_exercised(why: impl Into<String>) -> Self {
        Self {
            not_exercised: vec![why.into()],
            ..Self::default()
        }
    }

    /// One case was looked at and is fine.
    pub const fn pass(&mut self) {
        self.cases += 1;
    }

    /// One case was looked at and is not fine.
    pub fn fail(&mut self, finding: Finding) {
        self.cases += 1;
        self.findings.push(finding);
    }

    /// What differs without breaking anything: the first of each cause, which holds for all others.
    pub fn note(&mut self, notes: impl IntoIterator<Item = Finding>) {
        for note in notes {
            if !self.notes.iter().any(|known| known.cause == note.cause) {
                self.notes.push(note);
            }
        }
    }

    /// One case could not be looked at.
    pub fn skip(&mut self, why: impl Into<String>) {
        let why = why.into();
        if !self.not_exercised.contains(&why) {
            self.not_exercised.push(why);
        }
    }

    /// Adds another verdict to this one.
    pub fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        self.findings.extend(other.findings);
        self.notes.extend(other.notes);
        for why in other.not_exercised {
            self.skip(why);
        }
    }

    /// Which of the three it is. Looking at nothing is never a pass.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if !self.findings.is_empty() {
            Outcome::Failed
        } else if self.cases > 0 {
            Outcome::Passed
        } else {
            Outcome::NotExercised
        }
    }
}
