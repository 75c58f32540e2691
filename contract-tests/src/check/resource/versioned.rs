//! Versions that count changes, where the document says how.

use super::compare::Difference;
use crate::rules::infer::{
    envelope::{core, core_of},
    has_word, properties_of_any, says, snake,
};
use counterpart_model::api::{Api, Operation, SchemaId};
use serde_json::Value;

/// Words that leave open what a sentence says.
const OPEN: [&str; 8] = [
    "not",
    "may",
    "unless",
    "if",
    "or",
    "except",
    "sometimes",
    "least",
];

/// A version that a change did not raise by one, where the document says that each does.
pub(super) fn miscounted(
    api: &Api,
    (operation, shown): (&Operation, SchemaId),
    before: &Value,
    after: &Value,
) -> Option<Difference> {
    let (inner, now) = core_of(api, shown, after);
    let was = core_of(api, shown, before).1;
    let (name, id) = version_of(api, inner).filter(|it| !is_set(api, operation, &it.0))?;
    let own = api.schema(id).description.clone();
    let texts = [general(api), operation.description.clone(), own];
    let counts = texts.iter().flatten().any(|text| counts_changes(text));
    let (was, now) = (was.get(&name)?.as_i64()?, now.get(&name)?.as_i64()?);
    let wanted = was.checked_add(1)?;
    (counts && now != wanted).then(|| Difference {
        name,
        expected: wanted.to_string(),
        actual: now.to_string(),
    })
}

/// The version that something new has and should not, where the document says with which one things begin.
pub(super) fn begun_elsewhere(
    api: &Api,
    (operation, shown): (&Operation, SchemaId),
    answer: &Value,
) -> Option<Difference> {
    let (inner, answer) = core_of(api, shown, answer);
    let (name, id) = version_of(api, inner).filter(|it| !is_set(api, operation, &it.0))?;
    let own = api.schema(id).description.clone();
    let texts = [general(api), operation.description.clone(), own];
    let first = texts.iter().flatten().find_map(|text| begins_at(text))?;
    let found = answer.get(&name)?.as_i64()?;
    (found != first).then(|| Difference {
        name,
        expected: first.to_string(),
        actual: found.to_string(),
    })
}

/// Whether a client sets it: then it counts nothing, or locks.
fn is_set(api: &Api, operation: &Operation, name: &str) -> bool {
    let body = operation.body.as_ref();
    let schema = body.and_then(|body| body.content.values().find_map(|content| content.schema));
    schema.is_some_and(|schema| {
        let inner = core(api, schema).1;
        let mut all = properties_of_any(api, inner).into_iter();
        all.any(|(known, id)| known == name && !api.schema(id).read_only)
    })
}

/// What the description of the document says of all things.
fn general(api: &Api) -> Option<String> {
    let text = api.description.as_deref()?;
    let all = ["things", "resources", "resource", "objects", "entities"];
    let about = whole_sentences(text).into_iter();
    let about: Vec<String> = about.filter(|it| has_word(it, &all)).collect();
    Some(about.join(". "))
}

/// The whole number that counts the versions of a resource.
fn version_of(api: &Api, schema: SchemaId) -> Option<(String, SchemaId)> {
    let mut all = properties_of_any(api, schema).into_iter();
    all.find(|(name, _)| ["version", "revision"].contains(&snake(name).as_str()))
}

/// Sentences, in lower case: what a semicolon joins belongs together here.
fn whole_sentences(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = text.split(". ");
    all.map(str::to_lowercase).collect()
}

/// Whether the document says that a change is counted which changes nothing: *whether or not the content differs*.
pub(super) fn counts_the_same(operation: &Operation) -> bool {
    let said = operation.description.as_deref().unwrap_or_default();
    counts_changes(said)
        && whole_sentences(said).iter().any(|it| {
            says(
                it,
                &["whether or not", "even if nothing", "also if nothing"],
            ) && says(it, &["version", "revision"])
        })
}

fn about_versions(sentence: &str) -> bool {
    let sentence = &sentence.replace("whether or not", "");
    says(sentence, &["version", "revision"]) && !has_word(sentence, &OPEN)
}

/// *Every successful change raises the `version` by exactly one*.
fn counts_changes(text: &str) -> bool {
    whole_sentences(text).iter().any(|sentence| {
        about_versions(sentence)
            && says(sentence, &["every", "each", "any"])
            && says(
                sentence,
                &["change", "update", "modification", "write", "replacement"],
            )
            && says(sentence, &["raise", "increment", "increase"])
            && says(
                sentence,
                &["by one", "by exactly one", "by 1", "by exactly 1"],
            )
    })
}

/// *Things that have a `version` begin at 1*.
fn begins_at(text: &str) -> Option<i64> {
    const LEADS: [&str; 6] = [
        "begin at ",
        "begins at ",
        "start at ",
        "starts at ",
        "begin with ",
        "starts with ",
    ];
    whole_sentences(text).iter().find_map(|sentence| {
        let mut parts = sentence.split(", ").filter(|part| about_versions(part));
        parts.find_map(|part| {
            let rest = LEADS.iter().find_map(|lead| part.split_once(lead))?.1;
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{begins_at, counts_changes};

    #[test]
    fn versions_count_where_it_is_said() {
        let text = "Things that have a `version` begin at 1; every successful change raises it by exactly one. More.";
        assert!(counts_changes(text));
        assert_eq!(begins_at(text), Some(1));
        assert!(counts_changes(
            "Each update increments the revision by one."
        ));
        assert!(counts_changes(
            "Every replacement raises the revision by one, whether or not the content differs."
        ));
        for open in [
            "The version may be raised by one by each change",
            "Each change raises the version",
            "Each change raises the counter by one",
            "Every change raises the version by at least one",
        ] {
            assert!(!counts_changes(open), "{open}");
        }
        assert_eq!(begins_at("Pages start at 1. The version is a text"), None);
    }
}
