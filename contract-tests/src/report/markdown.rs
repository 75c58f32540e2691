//! The report for a pull request: what was found, in Markdown.

use super::{groups, some};
use crate::{finding::Outcome, suite::Report};
use std::fmt::Write as _;

/// More findings than these are only counted.
const SHOWN: usize = 30;

/// The report as a summary in GitHub's Markdown.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let found = groups(report);
    let mut text = format!("## {}: contract tests\n\n", plain(&report.api.title));
    let _ = writeln!(
        text,
        "**{}** · {} passed, {} failed, {} not exercised · {} requests, seed {}\n",
        match found.len() {
            0 => "nothing found".to_owned(),
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        },
        report.count(Outcome::Passed),
        report.count(Outcome::Failed),
        report.count(Outcome::NotExercised),
        report.requests,
        report.seed
    );
    if let Some(why) = &report.harmed {
        let _ = writeln!(
            text,
            "> The run has harmed itself, and ended early: {}\n",
            plain(why)
        );
    }
    if !found.is_empty() {
        text.push_str("| finding | operations | document | expected | got |\n| --- | --- | --- | --- | --- |\n");
    }
    for group in found.iter().take(SHOWN) {
        let finding = group.first;
        let operations: Vec<&str> = group.operations.iter().map(|id| id.0.as_str()).collect();
        let place = finding.promise.as_ref();
        let place = place.map_or_else(String::new, |promise| promise.origin.span.location());
        let _ = writeln!(
            text,
            "| `{}` {} ({}) | {} | {} | {} | {} |",
            finding.check,
            plain(&finding.title),
            group.id,
            plain(&some(&operations, 3)),
            plain(&place),
            plain(&finding.expected),
            plain(&finding.actual),
        );
    }
    if found.len() > SHOWN {
        let _ = writeln!(text, "\nand {} more", found.len() - SHOWN);
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
