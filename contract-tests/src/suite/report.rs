//! What came of a run, or why there was none.

use crate::{
    config::Shard,
    context::Cleanup,
    coverage::Coverage,
    finding::{Outcome, Severity, Verdict},
    report::RuleRecord,
    target::TargetError,
};
use counterpart_model::api::{Api, OperationId};
use std::{sync::Arc, time::Duration};

/// Why a run could not be made. Nothing is said about the deployment then.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The base URL is none.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Nobody answers.
    #[error("nobody answers at {url}: {reason}. Is the deployment up, and is the base URL right?")]
    Unreachable {
        /// The base URL.
        url: String,
        /// Why.
        reason: String,
    },
    /// Every operation answers 404, or as if it were no API.
    #[error(
        "{asked} operations were asked at {url} and all of them answered 404. Is the base path right? The document's servers: {servers}"
    )]
    WrongBase {
        /// The base URL.
        url: String,
        /// How many operations were asked.
        asked: usize,
        /// What the document says.
        servers: String,
    },
    /// Every operation refuses the credentials.
    #[error("every operation that was asked at {url} refused the credentials ({status}). {hint}")]
    Refused {
        /// The base URL.
        url: String,
        /// The status.
        status: u16,
        /// What to do.
        hint: String,
    },
    /// The document cannot be read.
    #[error("the document cannot be read\n{0}")]
    Document(String),
    /// Nobody said which deployment.
    #[error("no deployment: give the suite a target")]
    NoTarget,
    /// Nothing is left to check.
    #[error("no check applies: {0}")]
    Nothing(String),
}

/// One check of one operation, and how it ended.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The check's id.
    pub check: &'static str,
    /// The operation.
    pub operation: OperationId,
    /// How it ended.
    pub verdict: Verdict,
    /// When it began, from the beginning of the session.
    pub started: Duration,
    /// How long it took.
    pub elapsed: Duration,
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// The API that was checked against.
    pub api: Arc<Api>,
    /// The base URL.
    pub base_url: String,
    /// The seed.
    pub seed: u64,
    /// Every check of every operation, in document order.
    pub entries: Vec<Entry>,
    /// How many requests were sent.
    pub requests: u64,
    /// How long the run took.
    pub elapsed: Duration,
    /// Whether the budget of requests ended it early.
    pub exhausted: bool,
    /// How the run has harmed itself, so that the rest could not be looked at.
    pub harmed: Option<String>,
    /// What the run has made and left behind.
    pub cleanup: Cleanup,
    /// Which part of the operations was checked.
    pub shard: Option<Shard>,
    /// How grave the user holds what checks find to be.
    pub severities: Vec<(String, Severity)>,
    /// Which rules about behaviour were taken from where.
    pub rules: Vec<RuleRecord>,
    /// What of the document was exercised.
    pub coverage: Coverage,
}

impl Report {
    /// Whether anything was found.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.verdict.outcome() == Outcome::Failed)
    }

    /// How many entries ended so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.verdict.outcome() == outcome)
            .count()
    }
}
