//! The status that the document tells in words for bodies that cannot be read: *malformed JSON is answered with 400*.

use crate::rules::infer::{clauses, has_word, says};
use counterpart_model::api::{Api, Operation, StatusKey};

/// Statuses that tell one reason of a refusal from another.
const REASONS: [u16; 3] = [400, 415, 422];

/// What is refused, by the words that descriptions have for it.
fn words(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "malformed" => &[
            "malformed json",
            "malformed body",
            "malformed bodies",
            "invalid json",
            "broken json",
            "unparsable json",
            "not valid json",
            "not well-formed json",
            "no valid json",
            "body is no json",
            "body is not json",
            "bodies that are no json",
            "json that cannot be parsed",
            "body cannot be parsed",
        ],
        "contentType" => &["content type", "content-type", "media type"],
        _ => &[],
    }
}

/// The status, and the words that tell it, for what breaks a keyword: those of the operation, else those of the document.
/// Nothing where they leave it open, or where the operation does not document the status.
pub(super) fn told_status(
    api: &Api,
    operation: &Operation,
    keyword: &str,
) -> Option<(u16, String)> {
    let texts = [&operation.description, &api.description];
    texts.into_iter().flatten().find_map(|text| {
        let told = clauses(text).into_iter();
        let mut told = told.filter_map(|it| Some((status_in(&it, keyword)?, it)));
        let first = told.next()?;
        let documented = operation.responses.contains_key(&StatusKey::Code(first.0));
        (documented && told.all(|it| it.0 == first.0)).then_some(first)
    })
}

/// The status that a clause tells, where it tells one only.
fn status_in(clause: &str, keyword: &str) -> Option<u16> {
    let open = [
        "may", "might", "can", "could", "either", "unless", "except", "if", "when", "accept",
    ];
    let refused = [
        "answer", "refuse", "reject", "gives", "give", "get", "gets", "returns", "is a", "are a",
        "yield",
    ];
    let about = words(keyword);
    if !says(clause, about) || !says(clause, &refused) || has_word(clause, &open) {
        return None;
    }
    // What is said of a file or a field is not said of the body.
    let of_part = [
        "file",
        "image",
        "attachment",
        "upload",
        "part",
        "field",
        "property",
        "picture",
        "document",
    ];
    let quoted = clause.split('`').skip(1).step_by(2);
    let named = quoted.filter(|it| !it.contains('/') && it.parse::<u16>().is_err());
    if says(clause, &of_part) || named.count() > 0 {
        return None;
    }
    // What the type of an answer may be is another matter.
    if keyword == "contentType" && says(clause, &["accept", "response", "representation"]) {
        return None;
    }
    let numbers = clause.split(|c: char| !c.is_ascii_digit());
    let mut codes = numbers
        .filter(|it| it.len() == 3)
        .filter_map(|it| it.parse().ok());
    let (only, more) = (codes.next()?, codes.next());
    let fits = keyword != "contentType" || only == 415;
    (more.is_none() && fits && REASONS.contains(&only)).then_some(only)
}

/// Whether another status than the one that is told tells another reason.
pub(super) fn contradicts(told: u16, status: u16) -> bool {
    told != status && REASONS.contains(&status)
}

#[cfg(test)]
mod tests {
    use super::status_in;

    #[test]
    fn a_status_is_told_where_nothing_is_left_open() {
        for (said, keyword, status) in [
            (
                "A missing body, malformed JSON, invalid UTF-8 and JSON that is nested deeper than 64 levels are answered with 400",
                "malformed",
                400,
            ),
            ("Malformed JSON gives `400`", "malformed", 400),
            (
                "Bodies of another media type are refused with 415",
                "contentType",
                415,
            ),
        ] {
            assert_eq!(status_in(said, keyword), Some(status), "{said}");
        }
        for (said, keyword) in [
            ("Malformed JSON is answered with 400 or 422", "malformed"),
            ("Malformed JSON may be answered with 400", "malformed"),
            ("Malformed JSON is logged, see page 400", "malformed"),
            (
                "An Accept header without a media type that is known is answered with 406",
                "contentType",
            ),
            ("Invalid values are answered with 422", "malformed"),
            (
                "An unsupported content type is rejected with 422",
                "contentType",
            ),
            (
                "Images of another media type than PNG are answered with 415",
                "contentType",
            ),
            (
                "A `rules` expression that is not valid JSON is answered with 422",
                "malformed",
            ),
        ] {
            assert_eq!(status_in(said, keyword), None, "{said}");
        }
    }
}
