//! What came of a run, as data: every form of report is written from it, and it can be read again.

use super::{answer_text, curl, groups, severity};
use crate::{
    coverage::Coverage,
    exchange::Exchange,
    finding::{Finding, Outcome, Severity},
    report::Group,
    suite::{Entry, Report},
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of the report's form: raised when a member changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// A report, as `report.json` holds it (`docs/contract-tests.md` describes it).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// [`SCHEMA_VERSION`] of the release that wrote it.
    pub schema_version: u32,
    /// The API that was checked against.
    pub api: ApiName,
    /// The document's file, as it was named.
    #[serde(default)]
    pub document: Option<String>,
    /// The base URL.
    pub base_url: String,
    /// The seed.
    pub seed: u64,
    /// How many requests were sent.
    pub requests: u64,
    /// How long the run took.
    pub milliseconds: u64,
    /// Whether the budget of requests ended it early.
    pub budget_used_up: bool,
    /// How the run has harmed itself, so that the rest could not be looked at.
    pub harmed: Option<String>,
    /// How many things the run has made that the document has an operation to delete.
    #[serde(default)]
    pub made: usize,
    /// How many of them it has deleted at its end.
    #[serde(default)]
    pub cleaned_up: usize,
    /// The shards it is made of, as `2/3`; none for a whole run.
    #[serde(default)]
    pub shards: Vec<String>,
    /// How many entries ended how.
    pub summary: Summary,
    /// What was found, by cause.
    pub findings: Vec<Found>,
    /// What differs from the document without breaking it.
    #[serde(default)]
    pub notes: Vec<Found>,
    /// Every check of every operation.
    pub entries: Vec<EntryRecord>,
    /// Which rules were taken from where.
    #[serde(default)]
    pub rules: Vec<RuleRecord>,
    /// What of the document the run has exercised.
    #[serde(default)]
    pub coverage: Coverage,
}

/// The name of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiName {
    /// `info.title`
    pub title: String,
    /// `info.version`
    pub version: String,
}

/// How many entries ended how.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Cases were looked at, and nothing was found.
    pub passed: usize,
    /// Something was found.
    pub failed: usize,
    /// Nothing was looked at.
    pub not_exercised: usize,
}

/// Findings with one cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Stable for the same cause: what people quote, `replay` and baselines take.
    pub id: String,
    /// The check.
    pub check: String,
    /// How grave it is.
    #[serde(default)]
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: String,
    /// How many there are.
    pub count: usize,
    /// The operations they were found at.
    pub operations: Vec<String>,
    /// The line of the document that is broken.
    pub document: Option<Place>,
    /// What should have happened.
    pub expected: String,
    /// What happened.
    pub actual: String,
    /// The smallest input that shows it.
    pub input: Option<String>,
    /// The inputs of others that the same operation answers in the same words: the first hundred of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<String>,
    /// Why it is put up with, where a baseline says so.
    #[serde(default)]
    pub accepted: Option<String>,
    /// The requests that led to it; the last one shows it.
    pub steps: Vec<Step>,
}

/// A place in the document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    /// `file:line:column`
    pub location: String,
    /// The file.
    #[serde(default)]
    pub file: String,
    /// From 1.
    #[serde(default)]
    pub line: usize,
    /// From 1, in characters.
    #[serde(default)]
    pub column: usize,
    /// The JSON Pointer of the node.
    pub pointer: String,
    /// What is promised there.
    pub promise: String,
}

/// One request and its answer, secrets masked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Its place in the run, from 1.
    pub number: u64,
    /// `GET http://… → 200`
    #[serde(default)]
    pub line: String,
    /// The command that sends it again.
    pub curl: String,
    /// Status, headers and body, shortened.
    pub answer: String,
}

/// One check of one operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryRecord {
    /// The check.
    pub check: String,
    /// The operation.
    pub operation: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How many cases were looked at.
    pub cases: u64,
    /// How many findings.
    pub findings: usize,
    /// What could not be looked at, and why.
    pub not_exercised: Vec<String>,
    /// When it began, from the beginning of the run.
    #[serde(default)]
    pub started: u64,
    /// How long it took.
    pub milliseconds: u64,
    /// What failed, for forms that tell of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failing>,
}

/// One finding of an entry, in short.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failing {
    /// The id of its cause.
    pub id: String,
    /// What is wrong.
    pub title: String,
    /// What should have happened.
    pub expected: String,
    /// What happened.
    pub actual: String,
}

/// A rule about behaviour, and what it was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// The operation.
    pub operation: String,
    /// The extension that states it, or would state it otherwise.
    pub rule: String,
    /// In words.
    pub says: String,
    /// `file:line:column` of the extension, or what a convention was read from.
    pub source: String,
}

/// Why a report cannot be read again.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The file is no report.
    #[error("{path} is no report of the contract tests: {reason}")]
    Parse {
        /// The file.
        path: std::path::PathBuf,
        /// Where and why.
        reason: serde_json::Error,
    },
    /// Another form than this release knows.
    #[error(
        "{path} has schemaVersion {found}, this release reads {SCHEMA_VERSION}: use the release that wrote it"
    )]
    Version {
        /// The file.
        path: std::path::PathBuf,
        /// Its version.
        found: u32,
    },
}

impl Record {
    /// What came of a run.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let all = groups(report);
        let found = |group: &Group<'_>| found(group, &report.severities);
        let findings: Vec<Found> = all.findings.iter().map(found).collect();
        let notes = all.notes.iter().map(found).collect();
        let entries: Vec<EntryRecord> = report.entries.iter().map(entry).collect();
        let document = report.api.operations.first();
        Self {
            schema_version: SCHEMA_VERSION,
            api: ApiName {
                title: report.api.title.clone(),
                version: report.api.version.clone(),
            },
            document: document.map(|first| first.origin.span.source.name.clone()),
            base_url: report.base_url.clone(),
            seed: report.seed,
            requests: report.requests,
            milliseconds: millis(report.elapsed),
            budget_used_up: report.exhausted,
            harmed: report.harmed.clone(),
            made: report.cleanup.made,
            cleaned_up: report.cleanup.deleted,
            shards: report.shard.iter().map(ToString::to_string).collect(),
            summary: Summary::of(&entries),
            findings,
            notes,
            entries,
            rules: report.rules.clone(),
            coverage: report.coverage.clone(),
        }
    }

    /// Reads `report.json`.
    ///
    /// # Errors
    /// When the file cannot be read, is no report, or has another form.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let path = path.to_owned();
        let text = std::fs::read_to_string(&path).map_err(|reason| ReadError::Read {
            path: path.clone(),
            reason,
        })?;
        let record: Self = serde_json::from_str(&text).map_err(|reason| ReadError::Parse {
            path: path.clone(),
            reason,
        })?;
        if record.schema_version != SCHEMA_VERSION {
            let found = record.schema_version;
            return Err(ReadError::Version { path, found });
        }
        Ok(record)
    }

    /// The findings that nobody has agreed to put up with, at least this grave.
    pub fn failing(&self, least: Severity) -> impl Iterator<Item = &Found> {
        let open = self
            .findings
            .iter()
            .filter(|found| found.accepted.is_none());
        open.filter(move |found| found.severity >= least)
    }

    /// A finding or note by its id, or by the beginning of it.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Found> {
        let all = || self.findings.iter().chain(&self.notes);
        all()
            .find(|found| found.id.eq_ignore_ascii_case(id))
            .or_else(|| {
                let id = id.to_ascii_lowercase();
                let mut some = all().filter(|found| found.id.to_ascii_lowercase().starts_with(&id));
                let first = some.next().filter(|_| id.len() > 5)?;
                some.next().is_none().then_some(first)
            })
    }
}

impl Summary {
    /// Of these entries.
    #[must_use]
    pub fn of(entries: &[EntryRecord]) -> Self {
        let count = |outcome| {
            entries
                .iter()
                .filter(|entry| entry.outcome == outcome)
                .count()
        };
        Self {
            passed: count(Outcome::Passed),
            failed: count(Outcome::Failed),
            not_exercised: count(Outcome::NotExercised),
        }
    }
}

fn entry(entry: &Entry) -> EntryRecord {
    let failing = |finding: &Finding| Failing {
        id: super::group::short_id(&finding.cause),
        title: finding.title.clone(),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
    };
    EntryRecord {
        check: entry.check.to_owned(),
        operation: entry.operation.0.clone(),
        outcome: entry.verdict.outcome(),
        cases: entry.verdict.cases,
        findings: entry.verdict.findings.len(),
        not_exercised: entry.verdict.not_exercised.clone(),
        started: millis(entry.started),
        milliseconds: millis(entry.elapsed),
        failures: entry.verdict.findings.iter().map(failing).collect(),
    }
}

fn found(group: &Group<'_>, severities: &[(String, Severity)]) -> Found {
    let finding = group.first;
    Found {
        id: group.id.clone(),
        check: finding.check.to_owned(),
        severity: severity(finding.check, severities),
        title: finding.title.clone(),
        count: group.count,
        operations: group.operations.iter().map(|id| id.0.clone()).collect(),
        document: finding.promise.as_ref().map(|promise| {
            let span = &promise.origin.span;
            let (line, column) = span.source.position(span.range.start);
            Place {
                location: span.location(),
                file: span.source.name.clone(),
                line,
                column,
                pointer: promise.origin.pointer.to_string(),
                promise: promise.text.clone(),
            }
        }),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        input: finding.input.clone(),
        similar: group
            .similar
            .iter()
            .take(100)
            .map(|input| (*input).to_owned())
            .collect(),
        accepted: None,
        steps: finding.steps.iter().map(|step| step_of(step)).collect(),
    }
}

fn step_of(step: &Exchange) -> Step {
    Step {
        number: step.number,
        line: format!(
            "{} {} → {}",
            step.request.method,
            step.url,
            step.status_text()
        ),
        curl: curl(step),
        answer: answer_text(step),
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
