//! The report for CI servers.

use super::{answer_text, curl};
use crate::{finding::Outcome, suite::Report};
use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Report as JUnit, TestCase, TestCaseStatus, TestSuite};

/// The report as JUnit XML: a suite for each operation, a case for each check.
///
/// # Errors
/// When the text cannot be written as XML.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut suites: IndexMap<&str, TestSuite> = IndexMap::new();
    for entry in &report.entries {
        let operation = entry.operation.0.as_str();
        let status = match entry.verdict.outcome() {
            Outcome::Passed => TestCaseStatus::success(),
            Outcome::NotExercised => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(entry.verdict.not_exercised.join("; "));
                status
            }
            Outcome::Failed => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                if let Some(first) = entry.verdict.findings.first() {
                    status
                        .set_message(first.title.clone())
                        .set_type(first.check);
                }
                let details: Vec<String> = entry
                    .verdict
                    .findings
                    .iter()
                    .map(|finding| {
                        let place = finding
                            .promise
                            .as_ref()
                            .map_or_else(String::new, |promise| promise.origin.span.location());
                        let last = finding.steps.last().map_or_else(String::new, |step| {
                            format!("{}\n{}", curl(step), answer_text(step))
                        });
                        format!(
                            "{}\n{place}\nexpected: {}\nactual: {}\n{last}",
                            finding.title, finding.expected, finding.actual
                        )
                    })
                    .collect();
                status.set_description(details.join("\n\n"));
                status
            }
        };
        let mut case = TestCase::new(entry.check, status);
        case.set_classname(operation).set_time(entry.elapsed);
        suites
            .entry(operation)
            .or_insert_with(|| TestSuite::new(operation))
            .add_test_case(case);
    }
    let mut junit = JUnit::new(format!("{} contract tests", report.api.title));
    junit.set_time(report.elapsed);
    junit.add_test_suites(suites.into_values());
    junit.to_string()
}
