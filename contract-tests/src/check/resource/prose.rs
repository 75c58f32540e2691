//! Sentences that descriptions of operations on a resource are read from, and words that several readers look for.

use crate::rules::infer::{has_word, plain_sentences, says, snake};
use counterpart_model::api::{Operation, StatusKey};

/// Words of sentences that tell that something is refused.
const REFUSES: [&str; 14] = [
    "400",
    "404",
    "409",
    "410",
    "412",
    "422",
    "refuse",
    "reject",
    "conflict",
    "an error",
    "fails",
    "not allowed",
    "not possible",
    "impossible",
];

/// Words that turn such sentences around.
const TAKES: [&str; 13] = [
    "not refused",
    "not rejected",
    "never refused",
    "no error",
    "not an error",
    "no conflict",
    "without an error",
    "nothing happens",
    "no effect",
    "is ignored",
    "no-op",
    "idempotent",
    "20",
];

/// Statuses that tell that the state of a thing does not allow something.
const REFUSALS: [u16; 4] = [409, 422, 412, 410];

/// The sentences in which an operation tells of itself, in lower case, their lines joined.
pub(super) fn told_by(operation: &Operation) -> Vec<String> {
    let texts = [&operation.summary, &operation.description];
    let texts = texts.into_iter().flatten();
    texts.flat_map(|text| plain_sentences(text)).collect()
}

/// What an operation says of what it refuses: its own sentences that tell of a refusal, and what its refusals say they are
/// for.
pub(super) fn refusals_of(operation: &Operation) -> Vec<String> {
    let own = told_by(operation).into_iter();
    let mut all: Vec<String> = own.filter(|it| refuses(it)).collect();
    for status in REFUSALS {
        let response = operation.responses.get(&StatusKey::Code(status));
        let said = response.map(|it| it.description.as_str());
        let said = plain_sentences(said.unwrap_or_default()).into_iter();
        all.extend(said.filter(|it| !says(it, &TAKES)));
    }
    all
}

/// Whether a sentence tells that something is refused.
pub(super) fn refuses(sentence: &str) -> bool {
    says(sentence, &REFUSES) && !says(sentence, &TAKES)
}

/// Whether a sentence denies something.
pub(super) fn denies(sentence: &str) -> bool {
    let words = [
        "not", "no", "never", "cannot", "nor", "neither", "none", "without", "unless", "except",
        "keeps", "kept", "keep", "stay", "stays", "remain", "remains", "survive", "survives",
    ];
    has_word(sentence, &words) || sentence.contains("n't")
}

/// Whether a sentence names what stands in a list, by the last word of its path: `meters`.
pub(super) fn names_child(sentence: &str, list: &str) -> bool {
    let last = crate::paths::plain(list).rsplit(['/', ':']).next();
    names(sentence, last.unwrap_or_default())
}

/// Whether a sentence has a name in it, in whatever spelling: `serialNumber` and *serial number* are one.
pub(super) fn names(sentence: &str, name: &str) -> bool {
    // `E-mail` is a property called `email`.
    let plain = sentence.to_lowercase().replace("e-mail", "email");
    let words: Vec<&str> = plain
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let wanted = snake(name);
    let joined = wanted.replace('_', "");
    let phrase: Vec<&str> = wanted.split('_').collect();
    let spoken = words.windows(phrase.len()).any(|it| it == phrase);
    !joined.is_empty() && (spoken || words.iter().any(|it| it.replace('_', "") == joined))
}

/// The names in backticks that a sentence has, in the spelling that it has.
pub(super) fn quoted(sentence: &str) -> Vec<&str> {
    let parts = sentence.split('`').skip(1).step_by(2);
    parts.filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{names, names_child, plain_sentences, quoted, refuses};

    #[test]
    fn refusals_are_told_from_what_is_taken() {
        for told in [
            "a site that is not deleted answers 409",
            "`409` when it is not deleted",
            "restoring what is there is refused",
            "this fails if the name is in use",
            "a conflict where it is still there",
        ] {
            assert!(refuses(told), "{told}");
        }
        for open in [
            "restoring what is there is not refused",
            "restoring what is there has no effect and gives no error",
            "restoring what is there answers 200",
            "the thing comes back",
        ] {
            assert!(!refuses(open), "{open}");
        }
    }

    #[test]
    fn children_are_named_by_the_last_word_of_their_path() {
        let path = "/sites/{id}/energy_meters";
        assert!(names_child("with its energy meters and readings", path));
        assert!(names_child("the `energy_meters` of it", path));
        assert!(!names_child("with its meters", path));
        assert!(names("the `energymeters` of it", "energyMeters"));
        assert!(names("the E-mail address is free again", "email"));
        assert!(!names("the plateau", "plate") && !names("the plate", ""));
    }

    #[test]
    fn lines_are_joined_and_names_are_quoted() {
        let told = plain_sentences("Only `version` and\n `updatedAt` differ; e.g. by one.");
        assert_eq!(quoted(&told[0]), ["version", "updatedat"]);
        assert_eq!(told.len(), 2);
    }
}
