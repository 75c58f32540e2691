//! What descriptions say.

use counterpart_model::api::{Api, Operation};

/// Whether a text has one of these words or phrases, in whatever case. A word at the end of a longer one is none.
pub(crate) fn says(text: &str, phrases: &[&str]) -> bool {
    let mut text = text.to_lowercase();
    // Lines are broken anywhere.
    if text.contains(['\n', '\t']) || text.contains("  ") {
        text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    phrases.iter().any(|phrase| {
        text.match_indices(phrase).any(|(at, _)| {
            let before = text.get(..at).and_then(|it| it.chars().next_back());
            before.is_none_or(|c| !c.is_alphanumeric())
        })
    })
}

/// Whether a text has one of these words, whole, in whatever case.
pub(crate) fn has_word(text: &str, words: &[&str]) -> bool {
    let mut own = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'');
    own.any(|word| words.iter().any(|it| word.eq_ignore_ascii_case(it)))
}

/// What descriptions say of text that has a form which no keyword tells.
const FORMS: [&str; 45] = [
    "rfc",
    "rfc3339",
    "iso 8601",
    "iso-8601",
    "iso8601",
    "iso 4217",
    "iso-4217",
    "iso 3166",
    "iso-3166",
    "iso 639",
    "bcp 47",
    "bcp-47",
    "ietf",
    "iana",
    "e.164",
    "date-time",
    "interval",
    "format:",
    "in the format",
    "in format",
    "formatted",
    "regex",
    "regular expression",
    "must match",
    "must start with",
    "must be one of",
    "must be a valid",
    "one of:",
    "one of the following",
    "comma-separated",
    "comma separated",
    "separated by commas",
    "expression",
    "syntax",
    "base64",
    "base-64",
    "cron",
    "jsonpath",
    "json path",
    "semver",
    "semantic version",
    "valid values",
    "possible values",
    "allowed values",
    "supported values",
];

/// Whether a description tells of a form that text has to have.
pub(crate) fn tells_form(text: &str) -> bool {
    says(text, &FORMS)
}

/// Sentences of a text, in lower case.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = String> {
    let all = paragraphs(text).into_iter().flat_map(|paragraph| {
        let parts = paragraph.split(['.', ';']);
        let parts = parts.map(|sentence| sentence.trim().to_lowercase());
        parts.collect::<Vec<_>>()
    });
    all.filter(|sentence| !sentence.is_empty())
}

/// The paragraphs and points of a text, each in one line: lines are broken anywhere.
fn paragraphs(text: &str) -> Vec<String> {
    let mut all: Vec<String> = vec![String::new()];
    let mut ended = false;
    for whole in text.lines() {
        let line = whole.trim();
        let point = ["* ", "- ", "+ ", "| ", "#", "• ", "– "];
        if ended || line.is_empty() || point.iter().any(|mark| line.starts_with(mark)) {
            all.push(String::new());
        }
        // A heading goes on in no other line, nor does one that is broken on purpose.
        let broken =
            whole.ends_with("  ") || ["\\", "<br>", "<br/>"].iter().any(|it| line.ends_with(it));
        ended = line.starts_with('#') || broken;
        if let Some(last) = all.last_mut() {
            last.push(' ');
            last.push_str(line);
        }
    }
    all
}

/// The sentences of a text whose lines are broken anywhere, in lower case.
pub(crate) fn plain_sentences(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // What is short for something ends no sentence.
    let text = text
        .replace("e.g.", "for example")
        .replace("i.e.", "that is");
    sentences(&text).collect()
}

/// What a text says, one statement after another, as it is written: lines may be broken anywhere, and a full stop ends a
/// statement only where something follows it, so that `meta.total` stays whole. A semicolon ends one, too.
pub(crate) fn clauses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        let mut clause = String::new();
        let mut characters = paragraph.trim().chars().peekable();
        while let Some(c) = characters.next() {
            let ends = c == ';'
                || ['.', '!', '?'].contains(&c)
                    && characters.peek().is_none_or(|it| it.is_whitespace());
            if ends {
                found.push(std::mem::take(&mut clause));
            } else {
                clause.push(c);
            }
        }
        found.push(clause);
    }
    found.retain(|it| !it.trim().is_empty());
    found.into_iter().map(|it| it.trim().to_owned()).collect()
}

/// What a text lists as refused, one after another: *these are refused with 422: an unknown client; a date in the past*.
/// Each begins with what stands before the colon.
pub(crate) fn refusals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        let mut rest = paragraph.as_str();
        while let Some((before, after)) = rest.split_once(": ") {
            let head = before.rsplit(". ").next().unwrap_or(before).trim();
            let lower = head.to_lowercase();
            let introduces = ["refused", "rejected", "invalid"];
            if says(&lower, &introduces) && !has_word(&lower, &["not"]) {
                let end = after.find(". ").unwrap_or(after.len());
                let list = after.get(..end).unwrap_or_default();
                let list = if list.contains(';') { list } else { "" };
                let parts = list.split(';').map(|it| it.trim().trim_end_matches('.'));
                let parts = parts.filter(|part| !part.is_empty());
                found.extend(parts.map(|part| format!("{head}: {part}")));
            }
            rest = after;
        }
    }
    found
}

/// The clauses of a text, where *it* and *they* are replaced by what the clause before begins with, if that is a name in
/// quotes: *`count` is how many there are; it is present …*.
pub(crate) fn statements(text: &str) -> Vec<String> {
    let mut subject: Option<String> = None;
    let mut found = Vec::new();
    for clause in clauses(text) {
        let rest = ["it ", "It "].iter().find_map(|it| clause.strip_prefix(it));
        let told = match (rest, &subject) {
            (Some(rest), Some(subject)) => format!("{subject} {rest}"),
            _ => clause.clone(),
        };
        let quoted = told.strip_prefix('`').and_then(|it| it.split_once('`'));
        // Of several that are joined nobody knows which is meant.
        let single = quoted.filter(|(_, rest)| !rest.starts_with(',') && !rest.starts_with(" and"));
        subject = single.map(|(name, _)| format!("`{name}`"));
        found.push(told);
    }
    found
}

/// Whether a clause names something in quotes: `` `from` ``, `"from"`, `'from'`, `*from*`.
pub(crate) fn names(clause: &str, name: &str) -> bool {
    place_named(clause, name).is_some()
}

/// Where a clause names something in quotes: where the quotes begin, and where they end.
pub(crate) fn place_named(clause: &str, name: &str) -> Option<(usize, usize)> {
    ['`', '"', '\'', '*'].into_iter().find_map(|quote| {
        let quoted = format!("{quote}{name}{quote}");
        let at = clause.find(&quoted)?;
        Some((at, at + quoted.len()))
    })
}

/// Whether a clause says that something is so only under a condition: *only if*, *only present when*, *only returned with*.
pub(crate) fn says_only(clause: &str) -> bool {
    let words: Vec<String> = clause
        .split_whitespace()
        .map(|it| {
            it.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .collect();
    let near = |at: usize| {
        let mut next = words.iter().skip(at + 1).take(3);
        next.any(|it| ["if", "when", "with", "while", "where"].contains(&it.as_str()))
    };
    words
        .iter()
        .enumerate()
        .any(|(at, word)| word == "only" && near(at))
}

/// Words of refusals.
const REFUSALS: [&str; 12] = [
    "refused",
    "refuses",
    "rejected",
    "rejects",
    "invalid",
    "error",
    "bad request",
    "400",
    "422",
    "4xx",
    "not allowed",
    "forbidden",
];

/// Whether a clause speaks of what is refused.
pub(crate) fn speaks_of_refusal(clause: &str) -> bool {
    says(clause, &REFUSALS)
}

/// What a document says of its lists in general: the paragraphs of its description that are about pages or cursors.
pub(super) fn of_lists(api: &Api) -> String {
    let listed = [
        "page",
        "pages",
        "paging",
        "pagination",
        "paginated",
        "cursor",
        "cursors",
    ];
    of_topic(api, &listed)
}

/// The paragraphs of a document's description that have one of these words.
pub(super) fn of_topic(api: &Api, words: &[&str]) -> String {
    let text = api.description.as_deref().unwrap_or_default();
    let paragraphs = text
        .split("\n\n")
        .filter(|paragraph| says(paragraph, words));
    // Lines are broken anywhere.
    let lines = paragraphs.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Everything an operation says of itself.
pub(crate) fn of_operation(operation: &Operation) -> String {
    let texts = [&operation.summary, &operation.description];
    let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    texts.join(".\n")
}

/// The one of these values that a text names in quotes or backticks; `None` where it names none or several.
pub(crate) fn value_named<'v>(text: &str, values: &[&'v str]) -> Option<&'v str> {
    let named = |value: &&&str| {
        ['`', '"', '\'', '*']
            .into_iter()
            .any(|quote| text.contains(&format!("{quote}{value}{quote}")))
    };
    let mut found = values.iter().filter(named);
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_at_their_beginning() {
        assert!(says("Newest first.", &["newest first"]));
        assert!(!says("unsorted", &["sorted"]));
        assert!(says("It is sorted by name", &["sorted by"]));
    }

    #[test]
    fn clauses_are_whole() {
        let text =
            "`meta.total` counts all\nthat fit; no more. It is\n\n* one\n* two, e.g.\n  three.";
        assert_eq!(
            clauses(text),
            [
                "`meta.total` counts all that fit",
                "no more",
                "It is",
                "* one",
                "* two, e.g",
                "three"
            ]
        );
        assert_eq!(
            statements("`a` is one; it is there. It is. They are."),
            ["`a` is one", "`a` is there", "`a` is", "They are"]
        );
        assert_eq!(statements("`a` and `b` are; it is")[1], "it is");
        assert!(says_only("It is only returned when asked") && says_only("Present only if so"));
        assert!(!says_only(
            "Only the first of all items that are there when asked"
        ));
        assert!(names("`from` is inclusive", "from"));
        assert!(!names("from is inclusive", "from"));
    }

    #[test]
    fn whole_words_are_whole() {
        assert!(has_word("It may not be.", &["not"]));
        assert!(!has_word("Sets `note` or_so", &["not", "or"]));
    }

    #[test]
    fn one_value_is_named_or_none() {
        let values = ["open", "closed"];
        assert_eq!(value_named("becomes `closed`", &values), Some("closed"));
        assert_eq!(value_named("from `open` to `closed`", &values), None);
        assert_eq!(value_named("becomes closed", &values), None);
    }
}
