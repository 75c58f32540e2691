//! The report for code scanning: SARIF 2.1.0, each finding at the line of the document that is broken.

use super::{Found, Record};
use crate::{check::registry, finding::Severity};
use serde_json::{Value, json as object};

/// The report as one SARIF log (OASIS SARIF 2.1.0 §3.13): a rule for each check, a result for each cause.
#[must_use]
pub fn sarif(record: &Record) -> Value {
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
    let told = record.findings.iter().chain(&record.notes);
    let results: Vec<Value> = told.map(result).collect();
    object!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "counterpart contract-tests",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{ "executionSuccessful": record.harmed.is_none() }],
            "results": results,
        }],
    })
}

fn result(found: &Found) -> Value {
    let operations: Vec<&str> = found.operations.iter().map(String::as_str).collect();
    let text = format!(
        "{} (expected {}, got {}; {})",
        found.title,
        found.expected,
        found.actual,
        super::some(&operations, 5)
    );
    let locations: Vec<Value> = found
        .document
        .iter()
        .map(|place| {
            object!({
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&place.file) },
                    "region": { "startLine": place.line, "startColumn": place.column },
                },
                "logicalLocations": [{ "fullyQualifiedName": place.pointer }],
            })
        })
        .collect();
    let mut result = object!({
        "ruleId": found.check,
        "level": match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": text },
        "locations": locations,
        // The same for the same cause on every machine, so that a finding that was dismissed stays so.
        "partialFingerprints": { "cause/v1": found.id },
        "occurrenceCount": found.count,
    });
    if let (Some(why), Some(members)) = (&found.accepted, result.as_object_mut()) {
        let suppression = object!({ "kind": "external", "justification": why });
        members.insert("suppressions".to_owned(), object!([suppression]));
    }
    result
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
