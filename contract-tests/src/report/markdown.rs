//! The report for a pull request: what was found, in Markdown.

use super::{Found, Record, some};
use std::fmt::Write as _;

/// More findings than these are only counted.
const SHOWN: usize = 30;

/// The report as a summary in GitHub's Markdown.
#[must_use]
pub fn markdown(record: &Record) -> String {
    let (accepted, open): (Vec<&Found>, Vec<&Found>) = record
        .findings
        .iter()
        .partition(|found| found.accepted.is_some());
    let mut text = format!("## {}: contract tests\n\n", plain(&record.api.title));
    let _ = writeln!(
        text,
        "**{}** · {} passed, {} failed, {} not exercised · {} requests, seed {}\n",
        match open.len() {
            0 => "nothing found".to_owned(),
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        },
        record.summary.passed,
        record.summary.failed,
        record.summary.not_exercised,
        record.requests,
        record.seed
    );
    if let Some(why) = &record.harmed {
        let _ = writeln!(
            text,
            "> The run has harmed itself, and ended early: {}\n",
            plain(why)
        );
    }
    if !open.is_empty() {
        text.push_str("| finding | severity | operations | document | expected | got |\n| --- | --- | --- | --- | --- | --- |\n");
    }
    for found in open.iter().take(SHOWN) {
        let operations: Vec<&str> = found.operations.iter().map(String::as_str).collect();
        let place = found.document.as_ref();
        let _ = writeln!(
            text,
            "| `{}` {} ({}) | {} | {} | {} | {} | {} |",
            found.check,
            plain(&found.title),
            found.id,
            found.severity,
            plain(&some(&operations, 3)),
            plain(place.map_or("", |place| &place.location)),
            plain(&found.expected),
            plain(&found.actual),
        );
    }
    if open.len() > SHOWN {
        let _ = writeln!(text, "\nand {} more", open.len() - SHOWN);
    }
    for (many, what) in [
        (accepted.len(), "in the baseline"),
        (record.notes.len(), "differences that break no promise"),
    ] {
        if many > 0 {
            let _ = writeln!(text, "\n{many} {what}");
        }
    }
    text
}

/// A text in a cell: on one line, with nothing in it that is Markdown or HTML.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(200) {
        match c {
            '\n' | '\r' => out.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_breaks_out_of_a_cell() {
        assert_eq!(plain("a|b\n`<c>` @all"), "a\\|b \\`&lt;c&gt;\\` &#64;all");
    }
}
