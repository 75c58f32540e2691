//! The report for a browser: one file, nothing fetched.

use super::{
    Found, Record,
    matrix::{Bar, Row, matrix, timeline},
};
use crate::{coverage::OperationCoverage, finding::Outcome};
use askama::Template;
use indexmap::IndexMap;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    record: &'a Record,
    seconds: String,
    open: Vec<&'a Found>,
    accepted: Vec<&'a Found>,
    checks: Vec<&'a str>,
    rows: Vec<Row<'a>>,
    lanes: IndexMap<&'a str, Vec<Bar>>,
    shares: Vec<(&'static str, usize, usize, usize)>,
    covered: Vec<Covered<'a>>,
    reasons: Vec<(&'a str, &'a str, String)>,
}

/// What of an operation was exercised.
struct Covered<'a> {
    operation: &'a str,
    of: &'a OperationCoverage,
    statuses: Vec<(String, &'static str, u64)>,
    parameters: Vec<(&'a str, &'static str, u64)>,
    keywords_met: usize,
    keywords_broken: usize,
    untried: Vec<String>,
}

/// The report as one self-contained HTML page.
///
/// # Errors
/// When the template cannot be filled.
pub fn html(record: &Record) -> Result<String, askama::Error> {
    let (checks, rows) = matrix(record);
    let mut reasons: IndexMap<(&str, &str), Vec<&str>> = IndexMap::new();
    for entry in &record.entries {
        for why in &entry.not_exercised {
            reasons
                .entry((&entry.check, why))
                .or_default()
                .push(&entry.operation);
        }
    }
    let (accepted, open) = record
        .findings
        .iter()
        .partition(|found| found.accepted.is_some());
    #[expect(clippy::cast_precision_loss, reason = "seconds for people")]
    let seconds = record.milliseconds as f64 / 1_000.0;
    let shares = record.coverage.shares();
    let percent = |done: usize, total: usize| (done * 100).checked_div(total).unwrap_or(0);
    Page {
        record,
        seconds: format!("{seconds:.1}"),
        open,
        accepted,
        checks,
        rows,
        lanes: timeline(record),
        shares: shares
            .into_iter()
            .filter(|(_, share)| share.total > 0)
            .map(|(name, share)| {
                let percent = percent(share.done, share.total);
                (name, share.done, share.total, percent)
            })
            .collect(),
        covered: record
            .coverage
            .operations
            .iter()
            .map(|(operation, of)| covered(record, operation, of))
            .collect(),
        reasons: reasons
            .into_iter()
            .map(|((check, why), operations)| (check, why, operations.join(", ")))
            .collect(),
    }
    .render()
}

fn covered<'a>(record: &'a Record, operation: &'a str, of: &'a OperationCoverage) -> Covered<'a> {
    let class = |count: u64| if count > 0 { "pass" } else { "skip" };
    let statuses = of.statuses.iter().map(|(status, count)| {
        let undocumented = of.undocumented.contains(status);
        let class = if undocumented { "fail" } else { class(*count) };
        (status.clone(), class, *count)
    });
    let parameters = of
        .parameters
        .iter()
        .map(|(name, count)| (name.as_str(), class(*count), *count));
    let mut untried: Vec<String> = Vec::new();
    // Why nothing was sent, as the checks that would have sent it tell.
    let tries = ["request.accepted", "request.rejected"];
    let entries = record.entries.iter().filter(|entry| {
        entry.operation == operation
            && entry.outcome == Outcome::NotExercised
            && tries.contains(&entry.check.as_str())
    });
    for entry in entries {
        untried.extend(entry.not_exercised.iter().cloned());
    }
    untried.dedup();
    for one in &of.enums {
        let missing: Vec<&str> = one
            .values
            .iter()
            .filter(|(_, sent)| !**sent)
            .map(|(value, _)| value.as_str())
            .collect();
        if !missing.is_empty() {
            untried.push(format!("{}: not sent: {}", one.place, missing.join(", ")));
        }
    }
    for keyword in &of.keywords {
        if keyword.valid == 0 && keyword.invalid == 0 {
            let why = keyword.why.as_deref().filter(|why| !why.is_empty());
            let why = why.unwrap_or("the wire does not carry what would break or meet it");
            untried.push(format!("{}/{}: {why}", keyword.place, keyword.keyword));
        }
    }
    Covered {
        operation,
        of,
        statuses: statuses.collect(),
        parameters: parameters.collect(),
        keywords_met: of.keywords.iter().filter(|it| it.valid > 0).count(),
        keywords_broken: of.keywords.iter().filter(|it| it.invalid > 0).count(),
        untried,
    }
}
