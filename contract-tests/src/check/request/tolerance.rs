//! Which answers mean what: the one table of tolerances, each with its reason.

use crate::{
    exchange::Exchange,
    rules::infer::{has_word, says},
};

/// What the status of an answer says about the question that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Meaning {
    /// The server took the request.
    Taken,
    /// The server refused the request for what is in it.
    Refused,
    /// The answer is about something else.
    Undecided(&'static str),
}

/// What a status means for a request that is valid or breaks one rule.
pub(in crate::check) fn meaning(status: u16) -> Meaning {
    match status {
        200..=299 => Meaning::Taken,
        304 => Meaning::Undecided("not modified: the server did not look at the request"),
        300..=399 => Meaning::Undecided("a redirect leads elsewhere"),
        401 => Meaning::Undecided("the credentials were refused, so the request was not looked at"),
        403 => Meaning::Undecided("the identity may not do this, so the request was not looked at"),
        408 | 425 | 429 => Meaning::Undecided("the server asks to come back later"),
        400..=499 => Meaning::Refused,
        // A failure is server.error's to report; whether the request is valid it does not say.
        _ => Meaning::Undecided("the server failed, which server.error reports"),
    }
}

/// What refusals say that are about the state of things, or about something that is referred to.
const STATE: [&str; 15] = [
    "not found",
    "not be found",
    "does not exist",
    "doesn't exist",
    "no such",
    "in state",
    "in status",
    "already",
    "in use",
    "unique",
    "duplicate",
    "foreign key",
    "license",
    "not enabled",
    "not configured",
];

/// Whether a refusal says of itself that it is about the state of things.
pub(in crate::check) fn says_of_state(exchange: &Exchange) -> bool {
    let body = exchange.answer.as_ref().map(|answer| answer.body.as_ref());
    let text = String::from_utf8_lossy(body.unwrap_or_default()).to_lowercase();
    STATE.iter().any(|words| text.contains(words))
}

/// Whether a refusal of a request that is valid by the document may be about the state of things rather
/// than about the request: then only a twin with ordinary values tells.
pub(in crate::check) fn may_be_about_state(status: u16) -> bool {
    // 404: something referred to is gone. 409: a conflict with what is there. 410: gone. 412: a
    // precondition. 422: state rules share it with validation. 423: locked. 424: depends on another.
    matches!(status, 404 | 409 | 410 | 412 | 422 | 423 | 424)
}

/// What refusals say of a value that has the wrong type, or not its format.
const FORM: [&str; 26] = [
    "must be string",
    "must be a string",
    "be a valid string",
    "expected string",
    "expected a string",
    "is not a string",
    "must be object",
    "must be an object",
    "must be integer",
    "must be an integer",
    "must be number",
    "must be a number",
    "must be boolean",
    "must be a boolean",
    "must be array",
    "must be an array",
    "not of type",
    "be of type",
    "must not be null",
    "may not be null",
    "cannot be null",
    "invalid type",
    "wrong type",
    "valid date",
    "must match format",
    "invalid date",
];

/// Whether a refusal says of a member that it is too long or too short: that is about the value, whatever the status is.
pub(in crate::check) fn says_of_limit(exchange: &Exchange, name: &str, keyword: &str) -> bool {
    if !["minLength", "maxLength"].contains(&keyword) || name.is_empty() {
        return false;
    }
    let body = exchange.answer.as_ref().map(|answer| answer.body.as_ref());
    let text = String::from_utf8_lossy(body.unwrap_or_default()).to_lowercase();
    let words = ["too long", "too short", "longer than", "shorter than"];
    has_word(&text, &[name]) && words.iter().any(|it| text.contains(it))
}

/// Whether a refusal says that the value of a member has the wrong type or not its format: that is about the value,
/// whatever the status is. `name` is what the member is called.
pub(in crate::check) fn says_of_form(exchange: &Exchange, name: &str) -> bool {
    let body = exchange.answer.as_ref().map(|answer| answer.body.as_ref());
    let text = String::from_utf8_lossy(body.unwrap_or_default()).to_lowercase();
    // What depends on the time, or on what there is, is a rule of its own.
    let ruled = [
        "past",
        "future",
        "before",
        "after",
        "later",
        "earlier",
        "between",
        "range",
        "at least",
        "exist",
        "unless",
        "second value",
        "when",
        "while",
        "if ",
        "once",
        "because",
        "as long as",
    ];
    has_word(&text, &[name])
        && FORM.iter().any(|words| text.contains(words))
        && !says(&text, &ruled)
}
