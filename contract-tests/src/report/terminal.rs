//! The report on a terminal: a table, then what was found.

use super::{EntryRecord, Found, Record, shorten, some};
use crate::finding::Outcome;
use indexmap::{IndexMap, IndexSet};
use std::fmt::Write as _;

/// The whole report as plain text.
#[must_use]
pub fn terminal(record: &Record) -> String {
    let mut text = String::new();
    table(record, &mut text);
    unexercised(record, &mut text);
    let (accepted, open): (Vec<&Found>, Vec<&Found>) = record
        .findings
        .iter()
        .partition(|found| found.accepted.is_some());
    for (at, found) in open.iter().enumerate() {
        let _ = write!(text, "\n{}. ", at + 1);
        finding(found, &mut text);
    }
    in_short(record, &accepted, &mut text);
    summary(record, open.len(), &mut text);
    text
}

/// One finding with everything that is known of it.
pub(crate) fn finding(found: &Found, text: &mut String) {
    let _ = writeln!(text, "{} [{}] {}", found.check, found.id, found.title);
    let operations: Vec<&str> = found.operations.iter().map(String::as_str).collect();
    let _ = writeln!(text, "   severity   {}", found.severity);
    let _ = writeln!(text, "   operation  {}", some(&operations, 8));
    if found.count > 1 {
        let _ = writeln!(text, "   times      {}", found.count);
    }
    if let Some(place) = &found.document {
        let _ = writeln!(text, "   document   {}", place.location);
        let _ = writeln!(text, "   promise    {}", shorten(&place.promise, 200));
    }
    let _ = writeln!(text, "   expected   {}", shorten(&found.expected, 300));
    let _ = writeln!(text, "   actual     {}", shorten(&found.actual, 300));
    if let Some(input) = &found.input {
        let _ = writeln!(text, "   input      {}", shorten(input, 300));
    }
    if !found.similar.is_empty() {
        let inputs: Vec<&str> = found.similar.iter().map(String::as_str).collect();
        let _ = writeln!(text, "   alike      {}", shorten(&some(&inputs, 4), 300));
    }
    if let Some((last, before)) = found.steps.split_last() {
        for step in before {
            let _ = writeln!(text, "   before     {}", step.line);
        }
        for line in shorten(&last.curl, 1_500).lines() {
            let _ = writeln!(text, "   $ {line}");
        }
        for line in shorten(&last.answer, 800).lines() {
            let _ = writeln!(text, "   < {line}");
        }
    }
}

/// What fails nobody: differences that break no promise, and what a baseline puts up with.
fn in_short(record: &Record, accepted: &[&Found], text: &mut String) {
    let lists: [(&str, Vec<&Found>); 2] = [
        (
            "Differences that break no promise (--strict makes findings of them)",
            record.notes.iter().collect(),
        ),
        ("In the baseline", accepted.to_vec()),
    ];
    for (title, list) in lists {
        if list.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{title}:");
        for found in list.iter().take(20) {
            let operations: Vec<&str> = found.operations.iter().map(String::as_str).collect();
            let why = found
                .accepted
                .as_ref()
                .map(|why| format!("; {}", shorten(why, 100)));
            let _ = writeln!(
                text,
                "  {} [{}] {} ({}{})",
                found.check,
                found.id,
                shorten(&found.title, 120),
                some(&operations, 3),
                why.unwrap_or_default()
            );
        }
        if list.len() > 20 {
            let _ = writeln!(text, "  and {} more, in the report", list.len() - 20);
        }
    }
}

fn table(record: &Record, text: &mut String) {
    let mut families: IndexMap<&str, usize> = IndexMap::new();
    let mut rows: IndexMap<&str, IndexMap<&str, Vec<&EntryRecord>>> = IndexMap::new();
    for operation in record.coverage.operations.keys() {
        rows.insert(operation.as_str(), IndexMap::new());
    }
    for entry in &record.entries {
        let family = entry.check.split('.').next().unwrap_or(&entry.check);
        let width = family.len().max(4);
        families.insert(family, width);
        rows.entry(entry.operation.as_str())
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

fn cell(entries: &[&EntryRecord]) -> String {
    let findings: usize = entries.iter().map(|entry| entry.findings).sum();
    if findings > 0 {
        return format!("✗{findings}");
    }
    let cases: u64 = entries.iter().map(|entry| entry.cases).sum();
    if cases == 0 {
        "–".to_owned()
    } else {
        cases.to_string()
    }
}

fn unexercised(record: &Record, text: &mut String) {
    let mut reasons: IndexMap<&str, (IndexSet<&str>, IndexSet<&str>)> = IndexMap::new();
    for entry in &record.entries {
        if entry.outcome == Outcome::NotExercised {
            let why = entry.not_exercised.first().map_or("", String::as_str);
            let (checks, operations) = reasons.entry(why).or_default();
            checks.insert(&entry.check);
            operations.insert(&entry.operation);
        }
    }
    if reasons.is_empty() {
        return;
    }
    text.push_str("\nNot exercised:\n");
    for (why, (checks, operations)) in &reasons {
        let checks: Vec<&str> = checks.iter().copied().collect();
        let operations: Vec<&str> = operations.iter().copied().collect();
        let _ = writeln!(
            text,
            "  {}: {} ({})",
            some(&checks, 3),
            shorten(why, 160),
            some(&operations, 5)
        );
    }
}

fn summary(record: &Record, groups: usize, text: &mut String) {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let (seconds, requests) = (record.milliseconds as f64 / 1_000.0, record.requests as f64);
    let rate = requests / seconds.max(0.001);
    let of = &record.summary;
    let _ = writeln!(
        text,
        "\n{} passed, {} failed, {} not exercised; {groups} findings by cause",
        of.passed, of.failed, of.not_exercised,
    );
    let shards = match record.shards.as_slice() {
        [] => String::new(),
        shards => format!(", shard {}", shards.join(" + ")),
    };
    let _ = writeln!(
        text,
        "{} requests in {seconds:.1} s ({rate:.0}/s), seed {}{shards}, {}",
        record.requests, record.seed, record.base_url
    );
    if record.made > 0 {
        let _ = writeln!(
            text,
            "{} of {} things that were made were deleted again",
            record.cleaned_up, record.made
        );
    }
    if let Some(why) = &record.harmed {
        text.push_str(&format!(
            "The run has harmed itself, and ended early: {why}.\nLeave the operation out that did it (--operation, contract.toml), or give credentials it cannot take away.\n"
        ));
    }
    if record.budget_used_up {
        text.push_str(
            "The budget of requests was used up: not everything was looked at (--max-requests).\n",
        );
    }
}
