//! The report for code scanning: SARIF 2.1.0, each finding at the line of the document that is broken.

use super::{Group, groups};
use crate::{check::registry, suite::Report};
use serde_json::{Value, json as object};

/// The report as one SARIF log (OASIS SARIF 2.1.0 §3.13): a rule for each check, a result for each cause.
#[must_use]
pub fn sarif(report: &Report) -> Value {
    let rules: Vec<Value> = registry::checks()
        .iter()
        .map(|check| {
            object!({
                "id": check.id(),
                "shortDescription": { "text": check.about() },
                "helpUri": "https://spec.openapis.org/oas/latest.html",
            })
        })
        .collect();
    let results: Vec<Value> = groups(report).iter().map(result).collect();
    object!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "counterpart contract-tests",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{ "executionSuccessful": report.harmed.is_none() }],
            "results": results,
        }],
    })
}

fn result(group: &Group<'_>) -> Value {
    let finding = group.first;
    let operations: Vec<&str> = group.operations.iter().map(|id| id.0.as_str()).collect();
    let text = format!(
        "{} (expected {}, got {}; {})",
        finding.title,
        finding.expected,
        finding.actual,
        super::some(&operations, 5)
    );
    let locations: Vec<Value> = finding
        .promise
        .iter()
        .map(|promise| {
            let span = &promise.origin.span;
            object!({
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&span.source.name) },
                    "region": { "startLine": span.line(), "startColumn": span.source.position(span.range.start).1 },
                },
                "logicalLocations": [{ "fullyQualifiedName": &*promise.origin.pointer }],
            })
        })
        .collect();
    object!({
        "ruleId": finding.check,
        "level": level(finding.check),
        "message": { "text": text },
        "locations": locations,
        // The same for the same cause on every machine, so that a finding that was dismissed stays so.
        "partialFingerprints": { "cause/v1": group.id },
        "occurrenceCount": group.count,
    })
}

/// What breaks callers is an error, what merely differs from the document's letter a warning.
fn level(check: &str) -> &'static str {
    match check {
        "method.not_allowed" | "response.status" | "response.content_type" => "warning",
        _ => "error",
    }
}

/// A path as a relative URI reference (RFC 3986 §4.2).
fn uri(path: &str) -> String {
    let parts: Vec<String> = path
        .replace('\\', "/")
        .split('/')
        .map(crate::request::percent_encode)
        .collect();
    parts.join("/")
}
