//! What a check, a code or a finding means.

use crate::{
    check::registry,
    finding::Severity,
    report::{Record, finding, severity},
};
use counterpart_model::Code;
use std::fmt::Write as _;

/// The explanation of a check's id, a diagnostic's code or a finding's id.
pub(super) fn explain(
    what: &str,
    last: impl FnOnce() -> Result<Record, String>,
) -> Result<String, String> {
    let checks = registry::checks();
    if let Some(check) = checks.iter().find(|check| check.id() == what) {
        return Ok(of_check(check.id(), check.about()));
    }
    let code = Code::ALL
        .iter()
        .find(|code| code.as_str().eq_ignore_ascii_case(what));
    if let Some(code) = code {
        return Ok(format!(
            "{code} ({}): {}\n\n{}\n\nAll codes: docs/diagnostics.md\n",
            code.severity(),
            code.title(),
            code.explanation()
        ));
    }
    if what
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("CP-"))
    {
        let record = last()?;
        let found = record.find(what).ok_or_else(|| {
            format!("the last report has no finding `{what}` (another report: --report-dir)")
        })?;
        let mut text = String::new();
        finding(found, &mut text);
        let about = checks.iter().find(|check| check.id() == found.check);
        if let Some(check) = about {
            let _ = write!(text, "\n{}", of_check(check.id(), check.about()));
        }
        let _ = writeln!(
            text,
            "\nOnce more: contract-tests replay {}\nPut up with it: --baseline FILE with\n\n    [[finding]]\n    id = \"{}\"\n    reason = \"…\"\n    expires = \"…\"",
            found.id, found.id
        );
        return Ok(text);
    }
    // The nearest names, by what they have in common.
    let near: Vec<&str> = checks
        .iter()
        .map(|check| check.id())
        .filter(|id| {
            id.split('.').any(|part| {
                what.split('.')
                    .any(|word| !word.is_empty() && part.contains(word))
            })
        })
        .take(8)
        .collect();
    let hint = if near.is_empty() {
        "docs/checks.md lists the checks, docs/diagnostics.md the codes".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Err(format!(
        "`{what}` is no check, no code and no finding; {hint}"
    ))
}

fn of_check(id: &str, about: &str) -> String {
    let grave = match severity(id, &[]) {
        Severity::Note => "a note: it fails no run, unless --strict makes a finding of it",
        Severity::Warning => "a warning",
        Severity::Error => "an error",
    };
    let family = id.split('.').next().unwrap_or(id);
    format!(
        "{id}\n\n{about}\n\nWhat it finds is {grave}; [severity] in contract.toml says it otherwise.\nOnly this one:  --check '{id}'\nThe family:     --check '{family}.*'\nNot on one operation: [operation.NAME] without = [\"{id}\"] in contract.toml\nAll checks: docs/checks.md\n"
    )
}
