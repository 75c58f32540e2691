//! The report for programs.

use super::{answer_text, curl, groups};
use crate::{finding::Outcome, suite::Report};
use serde_json::{Value, json as object};

/// The version of the report's form: raised when a member changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// The report as one JSON object (`docs/contract-tests.md` describes it).
#[must_use]
pub fn json(report: &Report) -> Value {
    let entries: Vec<Value> = report
        .entries
        .iter()
        .map(|entry| {
            object!({
                "check": entry.check,
                "operation": entry.operation.0,
                "outcome": outcome(entry.verdict.outcome()),
                "cases": entry.verdict.cases,
                "findings": entry.verdict.findings.len(),
                "notExercised": entry.verdict.not_exercised,
                "milliseconds": u64::try_from(entry.elapsed.as_millis()).unwrap_or(u64::MAX),
            })
        })
        .collect();
    let findings: Vec<Value> = groups(report)
        .iter()
        .map(|group| {
            let finding = group.first;
            object!({
                "id": group.id,
                "check": finding.check,
                "title": finding.title,
                "count": group.count,
                "operations": group.operations.iter().map(|id| id.0.as_str()).collect::<Vec<_>>(),
                "document": finding.promise.as_ref().map(|promise| object!({
                    "location": promise.origin.span.location(),
                    "pointer": &*promise.origin.pointer,
                    "promise": promise.text,
                })),
                "expected": finding.expected,
                "actual": finding.actual,
                "input": finding.input,
                "steps": finding.steps.iter().map(|step| object!({
                    "number": step.number,
                    "curl": curl(step),
                    "answer": answer_text(step),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    object!({
        "schemaVersion": SCHEMA_VERSION,
        "api": { "title": report.api.title, "version": report.api.version },
        "baseUrl": report.base_url,
        "seed": report.seed,
        "requests": report.requests,
        "milliseconds": u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
        "budgetUsedUp": report.exhausted,
        "harmed": report.harmed,
        "summary": {
            "passed": report.count(Outcome::Passed),
            "failed": report.count(Outcome::Failed),
            "notExercised": report.count(Outcome::NotExercised),
        },
        "findings": findings,
        "entries": entries,
    })
}

/// The word for an outcome.
pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::NotExercised => "notExercised",
    }
}
