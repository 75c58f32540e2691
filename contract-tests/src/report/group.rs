//! Findings with one cause, told once.

use crate::{
    check::request::HUGE,
    config::matches_glob,
    exchange::words,
    finding::{Finding, Severity},
    suite::Report,
};
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
    /// The inputs of others that the same operation answers in the same words.
    pub similar: Vec<&'a str>,
}

/// So many findings of one kind are told one by one.
const ALIKE: usize = 2;

/// Everything that a run has to tell, by cause.
#[derive(Clone, Debug)]
pub struct Groups<'a> {
    /// What breaks the document.
    pub findings: Vec<Group<'a>>,
    /// What only differs from it.
    pub notes: Vec<Group<'a>>,
}

/// The findings and notes of a run by cause, those with the gravest check first, then in the order they were found.
#[must_use]
pub fn groups(report: &Report) -> Groups<'_> {
    let entries = || report.entries.iter().map(|entry| &entry.verdict);
    Groups {
        findings: grouped(entries().flat_map(|verdict| &verdict.findings)),
        notes: grouped(entries().flat_map(|verdict| &verdict.notes)),
    }
}

fn grouped<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Group<'a>> {
    let mut by_cause: IndexMap<&str, Group<'_>> = IndexMap::new();
    for finding in findings {
        let group = by_cause
            .entry(finding.cause.as_str())
            .or_insert_with(|| Group {
                id: short_id(&finding.cause),
                first: finding,
                count: 0,
                operations: IndexSet::new(),
                similar: Vec::new(),
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
    // First what one operation says in the same words, then what all operations say of the same input.
    let groups = folded(by_cause.into_values(), |finding| {
        let form = finding.input.as_deref().and_then(lenient);
        match form.filter(|_| finding.check.ends_with(".rejected")) {
            // What is taken although its form is wrong, wherever it stands: a parser that is lenient.
            Some(form) => Some(form.to_owned()),
            None if is_huge(finding) => finding.steps.last().map(|step| step.status_text()),
            None => Some(format!("{} {}", finding.operation, refusal(finding)?)),
        }
    });
    let mut groups = folded(groups.into_iter(), |finding| {
        Some(format!("{} {}", finding.input.as_ref()?, refusal(finding)?))
    });
    groups.sort_by_key(|group| rank(group.first.check));
    groups
}

/// Whether a server failed on a number that no machine holds, which one parser reads for all operations.
fn is_huge(finding: &Finding) -> bool {
    let body = finding
        .steps
        .last()
        .and_then(|step| step.request.body.as_deref());
    let digits = HUGE.as_bytes();
    let huge = body.is_some_and(|body| body.windows(digits.len()).any(|at| at == digits));
    finding.check == "server.error" && huge
}

/// In which words something valid is refused.
fn refusal(finding: &Finding) -> Option<String> {
    let step = finding.steps.last()?;
    let refused = finding.check.ends_with(".accepted");
    refused.then(|| format!("{} {:?}", step.status_text(), words(step)))
}

/// Where several have one likeness, one finding tells of all of them.
fn folded<'a>(
    groups: impl Iterator<Item = Group<'a>>,
    likeness: impl Fn(&Finding) -> Option<String>,
) -> Vec<Group<'a>> {
    let mut alike: IndexMap<String, Vec<Group<'a>>> = IndexMap::new();
    for (at, group) in groups.enumerate() {
        let key = match likeness(group.first) {
            Some(key) => format!("{} {key}", group.first.check),
            None => at.to_string(),
        };
        alike.entry(key).or_default().push(group);
    }
    let mut all = Vec::new();
    for groups in alike.into_values() {
        if groups.len() <= ALIKE {
            all.extend(groups);
            continue;
        }
        let mut groups = groups.into_iter();
        let Some(mut first) = groups.next() else {
            continue;
        };
        for other in groups {
            first.count += other.count;
            first.operations.extend(other.operations);
            let input = other.first.input.as_deref();
            first
                .similar
                .extend(input.filter(|input| first.first.input.as_deref() != Some(*input)));
        }
        all.push(first);
    }
    all
}

/// What an input breaks, without where: `is 7; type is string` of `query parameter day: the value is 7; type is string`.
/// Only of types and formats, which one parser reads for all places.
fn lenient(input: &str) -> Option<&str> {
    if input.starts_with("the content type is ") {
        return Some(input);
    }
    let (_, what) = input.split_once(": ")?;
    let at = what.find(" is ")?;
    let broken = what.get(at + 1..)?;
    let form = broken.contains("; type is ") || broken.contains("which is not in the format");
    form.then_some(broken)
}

/// Graver first: what breaks or opens a server, then what loses data, then what misleads.
pub(super) fn rank(check: &str) -> u8 {
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

/// How grave what a check finds is: as the settings say, the last glob that matches, or else an error where callers
/// break and a warning where the document's letter is missed.
#[must_use]
pub fn severity(check: &str, settings: &[(String, Severity)]) -> Severity {
    let mut set = settings.iter().rev();
    let own = match check {
        "response.drift" => Severity::Note,
        "method.not_allowed" | "response.status" | "response.content_type" => Severity::Warning,
        _ => Severity::Error,
    };
    set.find(|(glob, _)| matches_glob(glob, check))
        .map_or(own, |(_, severity)| *severity)
}

/// Eight hexadecimal digits that stand for a cause.
pub(crate) fn short_id(cause: &str) -> String {
    format!("CP-{:08x}", crate::hash::of(cause))
}
