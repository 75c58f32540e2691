//! The report on a terminal: a table, then what was found.

use super::{answer_text, curl, groups, shorten, some};
use crate::{
    finding::Outcome,
    suite::{Entry, Report},
};
use indexmap::IndexMap;
use std::fmt::Write as _;

/// The whole report as plain text.
#[must_use]
pub fn terminal(report: &Report) -> String {
    let mut text = String::new();
    table(report, &mut text);
    unexercised(report, &mut text);
    let groups = groups(report);
    for (at, group) in groups.iter().enumerate() {
        let finding = group.first;
        let _ = writeln!(
            text,
            "\n{}. {} [{}] {}",
            at + 1,
            finding.check,
            group.id,
            finding.title
        );
        let operations: Vec<&str> = group.operations.iter().map(|id| id.0.as_str()).collect();
        let _ = writeln!(text, "   operation  {}", some(&operations, 8));
        if group.count > 1 {
            let _ = writeln!(text, "   times      {}", group.count);
        }
        if let Some(promise) = &finding.promise {
            let _ = writeln!(text, "   document   {}", promise.origin.span.location());
            let _ = writeln!(text, "   promise    {}", shorten(&promise.text, 200));
        }
        let _ = writeln!(text, "   expected   {}", shorten(&finding.expected, 300));
        let _ = writeln!(text, "   actual     {}", shorten(&finding.actual, 300));
        if let Some(input) = &finding.input {
            let _ = writeln!(text, "   input      {}", shorten(input, 300));
        }
        if let Some(last) = finding.steps.last() {
            for step in finding
                .steps
                .iter()
                .take(finding.steps.len().saturating_sub(1))
            {
                let _ = writeln!(
                    text,
                    "   before     {} {} → {}",
                    step.request.method,
                    step.url,
                    step.status_text()
                );
            }
            for line in shorten(&curl(last), 1_500).lines() {
                let _ = writeln!(text, "   $ {line}");
            }
            for line in shorten(&answer_text(last), 800).lines() {
                let _ = writeln!(text, "   < {line}");
            }
        }
    }
    summary(report, groups.len(), &mut text);
    text
}

fn table(report: &Report, text: &mut String) {
    let mut families: IndexMap<&str, usize> = IndexMap::new();
    let mut rows: IndexMap<&str, IndexMap<&str, Vec<&Entry>>> = IndexMap::new();
    for operation in &report.api.operations {
        rows.insert(operation.id.0.as_str(), IndexMap::new());
    }
    for entry in &report.entries {
        let family = entry.check.split('.').next().unwrap_or(entry.check);
        let width = family.len().max(4);
        families.insert(family, width);
        rows.entry(entry.operation.0.as_str())
            .or_default()
            .entry(family)
            .or_default()
            .push(entry);
    }
    rows.retain(|_, cells| !cells.is_empty());
    let first = rows.keys().map(|name| name.len()).max().unwrap_or(9).max(9);
    let _ = write!(text, "{:first$}", "operation");
    for (family, width) in &families {
        let _ = write!(text, "  {family:>width$}");
    }
    text.push('\n');
    for (operation, cells) in &rows {
        let _ = write!(text, "{operation:first$}");
        for (family, width) in &families {
            let cell = cells
                .get(family)
                .map_or_else(String::new, |entries| cell(entries));
            let _ = write!(text, "  {cell:>width$}");
        }
        text.push('\n');
    }
    text.push_str("(cases that passed; ✗ findings; – not exercised)\n");
}

fn cell(entries: &[&Entry]) -> String {
    let findings: usize = entries
        .iter()
        .map(|entry| entry.verdict.findings.len())
        .sum();
    if findings > 0 {
        return format!("✗{findings}");
    }
    let cases: u64 = entries.iter().map(|entry| entry.verdict.cases).sum();
    if cases == 0 {
        "–".to_owned()
    } else {
        cases.to_string()
    }
}

fn unexercised(report: &Report, text: &mut String) {
    let mut reasons: IndexMap<(&str, &str), Vec<&str>> = IndexMap::new();
    for entry in &report.entries {
        if entry.verdict.outcome() == Outcome::NotExercised {
            let why = entry
                .verdict
                .not_exercised
                .first()
                .map_or("", String::as_str);
            reasons
                .entry((entry.check, why))
                .or_default()
                .push(entry.operation.0.as_str());
        }
    }
    if reasons.is_empty() {
        return;
    }
    text.push_str("\nNot exercised:\n");
    for ((check, why), operations) in &reasons {
        let _ = writeln!(
            text,
            "  {check}: {} ({})",
            shorten(why, 160),
            some(operations, 5)
        );
    }
}

fn summary(report: &Report, groups: usize, text: &mut String) {
    let seconds = report.elapsed.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = report.requests as f64 / seconds.max(0.001);
    let _ = writeln!(
        text,
        "\n{} passed, {} failed, {} not exercised; {groups} findings by cause",
        report.count(Outcome::Passed),
        report.count(Outcome::Failed),
        report.count(Outcome::NotExercised),
    );
    let _ = writeln!(
        text,
        "{} requests in {seconds:.1} s ({rate:.0}/s), seed {}, {}",
        report.requests, report.seed, report.base_url
    );
    if let Some(why) = &report.harmed {
        text.push_str(&format!(
            "The run has harmed itself, and ended early: {why}.\nLeave the operation out that did it (--operation, contract.toml), or give credentials it cannot take away.\n"
        ));
    }
    if report.exhausted {
        text.push_str(
            "The budget of requests was used up: not everything was looked at (--max-requests).\n",
        );
    }
}
