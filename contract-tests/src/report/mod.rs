//! Reports: the same run for a terminal, for CI, for programs and for a browser.

mod curl;
mod files;
mod group;
mod har;
mod html;
mod junit;
mod markdown;
mod matrix;
mod merge;
mod record;
mod sarif;
mod terminal;

pub use curl::curl;
pub(crate) use files::write;
pub use files::{ReportError, write_all};
pub(crate) use group::short_id;
pub use group::{Group, Groups, groups, severity};
pub use har::{Har, HarError};
pub use html::html;
pub use junit::junit;
pub use markdown::markdown;
pub use merge::{MergeError, merge};
pub use record::{
    ApiName, EntryRecord, Failing, Found, Place, ReadError, Record, RuleRecord, SCHEMA_VERSION,
    Step, Summary,
};
pub use sarif::sarif;
pub(crate) use terminal::finding;
pub use terminal::terminal;

use crate::exchange::Exchange;

/// How much of a body is shown.
const SHOWN: usize = 2_000;

/// The answer of an exchange as people read it: status, headers, body shortened.
#[must_use]
pub fn answer_text(exchange: &Exchange) -> String {
    match &exchange.answer {
        Err(failure) => failure.to_string(),
        Ok(answer) => {
            let mut text = format!("HTTP {}\n", answer.status);
            for (name, value) in &answer.headers {
                // A cookie is a credential that the server hands out.
                let value = if name == "set-cookie" {
                    "***"
                } else {
                    value.as_str()
                };
                text.push_str(&format!("{name}: {value}\n"));
            }
            if !answer.body.is_empty() {
                text.push('\n');
                text.push_str(&shorten(&mask_body(&answer.body), SHOWN));
            }
            text
        }
    }
}

/// A body as text, the values of members that are secrets by their name replaced.
#[must_use]
pub fn mask_body(body: &[u8]) -> String {
    match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(mut value) => {
            mask(&mut value);
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

/// Names that hold secrets, or end with one, in lower case without separators.
const SECRET_NAMES: [&str; 13] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "privatekey",
    "apikey",
    "secretkey",
    "accesskey",
    "signingkey",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "credential",
];

/// Words of names that hold secrets where they are the name, or its last word.
const SECRET_WORDS: [&str; 5] = ["pin", "otp", "cvv", "cvc", "jwt"];

/// Whether what stands under a name is a secret, by the name.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = crate::rules::infer::snake(name);
    let plain = name.replace('_', "");
    let last = name.rsplit('_').next().unwrap_or_default();
    SECRET_NAMES.iter().any(|secret| plain.contains(secret)) || SECRET_WORDS.contains(&last)
}

/// Replaces the values of members that are secrets by their name.
pub(crate) fn mask(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                if member.is_string() && is_secret_name(name) {
                    *member = "***".into();
                } else {
                    mask(member);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// The first of these names, and how many more there are.
#[must_use]
pub fn some(names: &[&str], most: usize) -> String {
    match names.split_at_checked(most) {
        Some((first, rest)) if rest.len() > 1 => {
            format!("{} and {} more", first.join(", "), rest.len())
        }
        _ => names.join(", "),
    }
}

/// The text, cut where it is longer than this many characters.
#[must_use]
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => {
            let kept = text.get(..at).unwrap_or_default();
            format!("{kept}… ({} more characters)", text.chars().count() - most)
        }
    }
}
