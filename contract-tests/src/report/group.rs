//! Findings with one cause, told once.

use crate::{finding::Finding, suite::Report};
use counterpart_model::api::OperationId;
use indexmap::{IndexMap, IndexSet};

/// Findings with the same cause.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// A short id, stable for the same cause: what people quote.
    pub id: String,
    /// The first of them, with the fewest steps and the shortest input.
    pub first: &'a Finding,
    /// How many there are.
    pub count: usize,
    /// The operations they were found at.
    pub operations: IndexSet<&'a OperationId>,
}

/// The findings of a run by cause, those with the gravest check first, then in the order they were found.
#[must_use]
pub fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut by_cause: IndexMap<&str, Group<'_>> = IndexMap::new();
    for finding in report
        .entries
        .iter()
        .flat_map(|entry| &entry.verdict.findings)
    {
        let group = by_cause
            .entry(finding.cause.as_str())
            .or_insert_with(|| Group {
                id: short_id(&finding.cause),
                first: finding,
                count: 0,
                operations: IndexSet::new(),
            });
        group.count += 1;
        group.operations.insert(&finding.operation);
        let size = |finding: &Finding| {
            (
                finding.steps.len(),
                finding.input.as_ref().map_or(0, String::len),
            )
        };
        if size(finding) < size(group.first) {
            group.first = finding;
        }
    }
    let mut groups: Vec<Group<'_>> = by_cause.into_values().collect();
    groups.sort_by_key(|group| rank(group.first.check));
    groups
}

/// Graver first: what breaks or opens a server, then what loses data, then what misleads.
fn rank(check: &str) -> u8 {
    match check.split('.').next().unwrap_or_default() {
        "server" => 0,
        "auth" => 1,
        "idempotency" | "lifecycle" | "resource" | "etag" => 2,
        "pagination" | "filter" | "metadata" | "webhook" => 3,
        "request" => 4,
        "response" => 5,
        _ => 6,
    }
}

/// Eight hexadecimal digits of FNV-1a over the cause: the same on every machine and in every release.
fn short_id(cause: &str) -> String {
    let hash = cause.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("CP-{hash:08x}")
}
