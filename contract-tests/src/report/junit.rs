//! The report for CI servers.

use super::{EntryRecord, Record};
use crate::finding::Outcome;
use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Report as JUnit, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// The report as JUnit XML: a suite for each operation, a case for each check.
///
/// # Errors
/// When the text cannot be written as XML.
pub fn junit(record: &Record) -> Result<String, quick_junit::SerializeError> {
    let mut suites: IndexMap<&str, TestSuite> = IndexMap::new();
    for entry in &record.entries {
        let operation = entry.operation.as_str();
        let mut case = TestCase::new(entry.check.as_str(), status(record, entry));
        case.set_classname(operation)
            .set_time(Duration::from_millis(entry.milliseconds));
        suites
            .entry(operation)
            .or_insert_with(|| TestSuite::new(operation))
            .add_test_case(case);
    }
    let mut junit = JUnit::new(format!("{} contract tests", record.api.title));
    junit.set_time(Duration::from_millis(record.milliseconds));
    junit.add_test_suites(suites.into_values());
    junit.to_string()
}

fn status(record: &Record, entry: &EntryRecord) -> TestCaseStatus {
    match entry.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::NotExercised => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(entry.not_exercised.join("; "));
            status
        }
        Outcome::Failed => {
            let open = |id: &str| {
                let group = record.findings.iter().find(|found| found.id == id);
                group.is_none_or(|group| group.accepted.is_none())
            };
            if !entry.failures.iter().any(|failing| open(&failing.id)) {
                let mut status = TestCaseStatus::skipped();
                status.set_message("everything found here is in the baseline");
                return status;
            }
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            if let Some(first) = entry.failures.first() {
                status
                    .set_message(first.title.clone())
                    .set_type(entry.check.as_str());
            }
            let details: Vec<String> = entry
                .failures
                .iter()
                .map(|failing| {
                    let group = record.findings.iter().find(|found| found.id == failing.id);
                    let place = group.and_then(|group| group.document.as_ref());
                    let place = place.map_or("", |place| place.location.as_str());
                    let last = group.and_then(|group| group.steps.last());
                    let last = last.map_or_else(String::new, |step| {
                        format!("{}\n{}", step.curl, step.answer)
                    });
                    format!(
                        "{} [{}]\n{place}\nexpected: {}\nactual: {}\n{last}",
                        failing.title, failing.id, failing.expected, failing.actual
                    )
                })
                .collect();
            status.set_description(details.join("\n\n"));
            status
        }
    }
}
