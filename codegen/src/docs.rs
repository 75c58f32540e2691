//! Descriptions → doc comments that nothing breaks out of and rustdoc has nothing to say about.

/// The lines of a doc comment, CommonMark made safe; none for an empty text.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<String> = None;
    for line in text
        .replace("\r\n", "\n")
        .split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}'])
    {
        let line: String = line
            .trim_end()
            .chars()
            .filter(|character| is_harmless(*character))
            .collect();
        let line = line.replace('\t', "    ");
        let opening = line.trim_start();
        let marker: String = opening
            .chars()
            .take_while(|mark| matches!(mark, '`' | '~'))
            .collect();
        if let Some(open) = &fence {
            if opening.starts_with(open.as_str()) && opening.trim_matches(['`', '~']).is_empty() {
                fence = None;
                lines.push("```".to_owned());
            } else {
                // An inner marker would end the block early.
                lines.push(line.replace("```", "'''"));
            }
        } else if marker.len() >= 3 {
            // Code of a document is never a doc test, whatever language it names.
            lines.push("```text".to_owned());
            fence = Some(marker);
        } else {
            lines.push(safe(&line));
        }
    }
    if fence.is_some() {
        lines.push("```".to_owned());
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let start = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..start);
    lines
}

/// Control characters, and those that make text read other than it is (bidirectional overrides), are dropped.
fn is_harmless(character: char) -> bool {
    let deceives = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    (!character.is_control() || character == '\t') && !deceives && character != '\u{feff}'
}

/// One line: brackets are no links to items, tags are no HTML, bare addresses are links.
fn safe(line: &str) -> String {
    // Four spaces would make a code block, and that a doc test.
    let indent = line
        .chars()
        .take_while(|character| *character == ' ')
        .count();
    let body = line.trim_start();
    let list =
        body.starts_with(['-', '*', '+']) || body.starts_with(|first: char| first.is_ascii_digit());
    let mut out = if indent >= 4 && !list {
        String::new()
    } else {
        " ".repeat(indent.min(12))
    };
    let mut rest = body;
    while let Some(next) = rest.chars().next() {
        if next == '`' {
            let ticks = rest.chars().take_while(|tick| *tick == '`').count();
            let (mark, after) = rest.split_at(ticks);
            // A span that does not end on its line is no span.
            if let Some(end) = after.find(mark) {
                let (span, after) = after.split_at(end + ticks);
                out.push_str(mark);
                out.push_str(span);
                rest = after;
            } else {
                out.push('\'');
                rest = after;
            }
            continue;
        }
        if let Some(length) = address(rest) {
            let before = out.chars().last();
            let (url, after) = rest.split_at(length);
            let bare = !matches!(before, Some('(' | '<' | '"' | '\''));
            out.push_str(&if bare {
                format!("<{url}>")
            } else {
                url.to_owned()
            });
            rest = after;
            continue;
        }
        match next {
            '[' if links(rest).is_none() => out.push_str("\\["),
            '<' if address(rest.get(1..).unwrap_or_default()).is_none() => out.push_str("\\<"),
            '[' => {
                let (text, url, length) = links(rest).unwrap_or_default();
                let text = text.replace(['[', ']', '<', '>', '`'], "");
                out.push_str(&format!("[{text}]({url})"));
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            other => out.push(other),
        }
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
    }
    out
}

/// `[text](https://…)` at the start: its text, its address, its length.
fn links(text: &str) -> Option<(String, String, usize)> {
    let close = text.find("](")?;
    let label = text.get(1..close)?;
    let after = text.get(close + 2..)?;
    let end = after.find(')')?;
    let url = after.get(..end)?;
    let plain = url.starts_with("http") && address(url) == Some(url.len());
    (plain && !label.contains(['[', '\n']))
        .then(|| (label.to_owned(), url.to_owned(), close + 2 + end + 1))
}

/// How long the web address at the start is.
fn address(text: &str) -> Option<usize> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let ends = |character: char| {
        character.is_whitespace()
            || matches!(
                character,
                '<' | '>' | '"' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '\\' | '*'
            )
    };
    let length = text.find(ends).unwrap_or(text.len());
    let trimmed = text
        .get(..length)?
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '\''])
        .len();
    (trimmed > "https://".len()).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn nothing_breaks_out_and_rustdoc_is_content() {
        for (text, expected) in [
            ("Plain text.", "Plain text."),
            ("See https://example.com/a.", "See <https://example.com/a>."),
            ("<https://example.com>", "\\<<https://example.com>>"),
            (
                "a [link](https://example.com/x) here",
                "a [link](https://example.com/x) here",
            ),
            ("an [item] and <b>tag</b>", "an \\[item] and \\<b>tag\\</b>"),
            ("`[code]` stays", "`[code]` stays"),
            ("one ` tick", "one ' tick"),
            ("*/ } #[evil]", "*/ } #\\[evil]"),
            ("[Customer](#customer)", "\\[Customer](#customer)"),
            ("tab\there", "tab    here"),
            ("right\u{202e}left", "rightleft"),
        ] {
            let expected = expected.replace("\\<<https://example.com>>", "<https://example.com>");
            assert_eq!(lines(text), [expected], "{text:?}");
        }
    }

    #[test]
    fn code_is_no_doc_test() {
        assert_eq!(
            lines("```rust\npanic!()\n```\n    four"),
            ["```text", "panic!()", "```", "four"]
        );
        assert_eq!(lines("~~~\nopen"), ["```text", "open", "```"]);
        assert!(lines(" \n\n").is_empty());
    }
}
