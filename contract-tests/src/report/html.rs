//! The report for a browser: one file, nothing fetched.

use super::{answer_text, curl, groups};
use crate::{
    finding::Outcome,
    suite::{Entry, Report},
};
use askama::Template;
use indexmap::{IndexMap, IndexSet};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: &'a str,
    version: &'a str,
    base_url: &'a str,
    seed: u64,
    requests: u64,
    seconds: String,
    passed: usize,
    failed: usize,
    not_exercised: usize,
    exhausted: bool,
    checks: Vec<&'a str>,
    rows: Vec<Row<'a>>,
    findings: Vec<Found<'a>>,
    reasons: Vec<(&'a str, &'a str, String)>,
}

struct Row<'a> {
    operation: &'a str,
    cells: Vec<Cell>,
}

struct Cell {
    class: &'static str,
    text: String,
    why: String,
}

struct Found<'a> {
    id: String,
    check: &'a str,
    title: &'a str,
    count: usize,
    operations: String,
    location: String,
    promise: &'a str,
    expected: &'a str,
    actual: &'a str,
    input: &'a str,
    steps: Vec<(String, String)>,
}

/// The report as one self-contained HTML page.
///
/// # Errors
/// When the template cannot be filled.
pub fn html(report: &Report) -> Result<String, askama::Error> {
    let checks: IndexSet<&str> = report.entries.iter().map(|entry| entry.check).collect();
    let mut rows: IndexMap<&str, IndexMap<&str, &Entry>> = IndexMap::new();
    for entry in &report.entries {
        rows.entry(entry.operation.0.as_str())
            .or_default()
            .insert(entry.check, entry);
    }
    let rows = rows
        .into_iter()
        .map(|(operation, by_check)| Row {
            operation,
            cells: checks
                .iter()
                .map(|check| cell(by_check.get(check).copied()))
                .collect(),
        })
        .collect();
    let mut reasons: IndexMap<(&str, &str), Vec<&str>> = IndexMap::new();
    for entry in &report.entries {
        for why in &entry.verdict.not_exercised {
            reasons
                .entry((entry.check, why))
                .or_default()
                .push(&entry.operation.0);
        }
    }
    let all = groups(report);
    let findings = all
        .iter()
        .map(|group| {
            let finding = group.first;
            let promise = finding.promise.as_ref();
            Found {
                id: group.id.clone(),
                check: finding.check,
                title: &finding.title,
                count: group.count,
                operations: group
                    .operations
                    .iter()
                    .map(|id| id.0.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                location: promise
                    .map_or_else(String::new, |promise| promise.origin.span.location()),
                promise: promise.map_or("", |promise| &promise.text),
                expected: &finding.expected,
                actual: &finding.actual,
                input: finding.input.as_deref().unwrap_or_default(),
                steps: finding
                    .steps
                    .iter()
                    .map(|step| (curl(step), answer_text(step)))
                    .collect(),
            }
        })
        .collect();
    Page {
        title: &report.api.title,
        version: &report.api.version,
        base_url: &report.base_url,
        seed: report.seed,
        requests: report.requests,
        seconds: format!("{:.1}", report.elapsed.as_secs_f64()),
        passed: report.count(Outcome::Passed),
        failed: report.count(Outcome::Failed),
        not_exercised: report.count(Outcome::NotExercised),
        exhausted: report.exhausted,
        checks: checks.into_iter().collect(),
        rows,
        findings,
        reasons: reasons
            .into_iter()
            .map(|((check, why), operations)| (check, why, operations.join(", ")))
            .collect(),
    }
    .render()
}

fn cell(entry: Option<&Entry>) -> Cell {
    let Some(entry) = entry else {
        return Cell {
            class: "none",
            text: String::new(),
            why: String::new(),
        };
    };
    let why = entry.verdict.not_exercised.join("; ");
    match entry.verdict.outcome() {
        Outcome::Passed => Cell {
            class: "pass",
            text: entry.verdict.cases.to_string(),
            why,
        },
        Outcome::Failed => Cell {
            class: "fail",
            text: format!("✗ {}", entry.verdict.findings.len()),
            why,
        },
        Outcome::NotExercised => Cell {
            class: "skip",
            text: "–".to_owned(),
            why,
        },
    }
}
