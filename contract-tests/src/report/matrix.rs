//! Operations × checks, and when each was looked at: what the page shows beside findings.

use super::{EntryRecord, Record};
use crate::finding::Outcome;
use indexmap::{IndexMap, IndexSet};

/// One operation's line.
pub(super) struct Row<'a> {
    pub(super) operation: &'a str,
    pub(super) line: &'a str,
    pub(super) cells: Vec<Cell<'a>>,
}

/// One check of one operation.
pub(super) struct Cell<'a> {
    pub(super) class: &'static str,
    pub(super) text: String,
    pub(super) why: String,
    /// The finding to go to.
    pub(super) finding: &'a str,
}

/// A bar of the timeline, in hundredths of the run.
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) left: f64,
    pub(super) width: f64,
    pub(super) what: String,
}

/// The checks, and a line for each operation.
pub(super) fn matrix(record: &Record) -> (Vec<&str>, Vec<Row<'_>>) {
    let checks: IndexSet<&str> = record
        .entries
        .iter()
        .map(|entry| entry.check.as_str())
        .collect();
    let mut rows: IndexMap<&str, IndexMap<&str, &EntryRecord>> = IndexMap::new();
    for operation in record.coverage.operations.keys() {
        rows.entry(operation).or_default();
    }
    for entry in &record.entries {
        rows.entry(&entry.operation)
            .or_default()
            .insert(&entry.check, entry);
    }
    let rows = rows
        .into_iter()
        .map(|(operation, by_check)| Row {
            operation,
            line: record
                .coverage
                .operations
                .get(operation)
                .map_or("", |of| of.line.as_str()),
            cells: checks
                .iter()
                .map(|check| cell(by_check.get(check).copied()))
                .collect(),
        })
        .collect();
    (checks.into_iter().collect(), rows)
}

fn cell(entry: Option<&EntryRecord>) -> Cell<'_> {
    let Some(entry) = entry else {
        return Cell {
            class: "none",
            text: String::new(),
            why: String::new(),
            finding: "",
        };
    };
    let (class, text) = match entry.outcome {
        Outcome::Passed => ("pass", entry.cases.to_string()),
        Outcome::Failed => ("fail", format!("✗ {}", entry.findings)),
        Outcome::NotExercised => ("skip", "–".to_owned()),
    };
    Cell {
        class,
        text,
        why: entry.not_exercised.join("; "),
        finding: entry.failures.first().map_or("", |first| &first.id),
    }
}

/// When each entry was looked at, a lane for each family of checks.
pub(super) fn timeline(record: &Record) -> IndexMap<&str, Vec<Bar>> {
    #[expect(clippy::cast_precision_loss, reason = "places in a picture")]
    let part = |milliseconds: u64| {
        (milliseconds as f64 * 10_000.0 / record.milliseconds.max(1) as f64)
            .round()
            .min(10_000.0)
            / 100.0
    };
    let mut lanes: IndexMap<&str, Vec<Bar>> = IndexMap::new();
    for entry in &record.entries {
        let lane = entry.check.split('.').next().unwrap_or(&entry.check);
        lanes.entry(lane).or_default().push(Bar {
            class: cell(Some(entry)).class,
            left: part(entry.started),
            width: part(entry.milliseconds).max(0.1),
            what: format!(
                "{} {}: {} ms",
                entry.check, entry.operation, entry.milliseconds
            ),
        });
    }
    lanes
}
