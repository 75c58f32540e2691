//! What descriptions say.

use counterpart_model::api::{Api, Operation};

/// Whether a text has one of these words or phrases, in whatever case. A word at the end of a longer one is none.
pub(crate) fn says(text: &str, phrases: &[&str]) -> bool {
    let text = text.to_lowercase();
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
    text.split(['.', ';', '\n'])
        .map(|sentence| sentence.trim().to_lowercase())
        .filter(|sentence| !sentence.is_empty())
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
pub(super) fn of_operation(operation: &Operation) -> String {
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
