//! JSON bodies that are wrong by what the document tells in words of all bodies: members that stand twice, U+0000.

use super::variation::{Variation, Variations};
use crate::rules::infer::{clauses, has_word, says};
use counterpart_model::{Direction, Origin, api::Operation};
use serde_json::Value;

/// Words of members that stand twice in one object.
const TWICE: [&str; 10] = [
    "repeats a member",
    "repeat a member",
    "repeated member",
    "duplicate member",
    "duplicated member",
    "the same member twice",
    "member twice",
    "member that stands twice",
    "duplicate json key",
    "duplicate keys in json",
];
/// Words of the character that is none.
const NUL: [&str; 5] = [
    "u+0000",
    "null character",
    "nul character",
    "\\u0000",
    "nul byte",
];
/// Words of refusals.
const REFUSED: [&str; 6] = [
    "refused",
    "rejected",
    "gives 400",
    "with 400",
    "is an error",
    "not accepted",
];

/// Words of what is let pass, or of something else that is refused.
const OTHERWISE: [&str; 8] = [
    "ignored", "allowed", "wins", "unless", "query", "header", "form", "409",
];

/// Whether a text says that a body with something is refused.
fn is_refused(text: &str, with: &[&str]) -> bool {
    clauses(text).iter().any(|it| {
        let of_bodies = has_word(it, &["json", "object", "objects", "body", "bodies"]);
        of_bodies && says(it, with) && says(it, &REFUSED) && !has_word(it, &OTHERWISE)
    })
}

impl Variations<'_> {
    /// Bodies with what the document says that no body may have.
    pub(super) fn told_of_bodies(&self) -> Vec<Variation> {
        let json = self.base.content_type.as_deref();
        let body = self.twin().json();
        let (Some(Value::Object(members)), true) = (body, json.is_some_and(crate::media::is_json))
        else {
            return Vec::new();
        };
        let told = |with: &[&str]| {
            told_at(
                &self.context.api.description,
                &self.context.api.origin,
                with,
            )
            .or_else(|| told_by(self.operation, with))
        };
        let variation = |what: String, keyword: &str, origin: Origin, text: String| {
            let mut request = self.twin();
            request.body = Some(text.into());
            Variation {
                what,
                keyword: keyword.to_owned(),
                origin,
                request,
            }
        };
        let mut all = Vec::new();
        let whole = Value::Object(members.clone()).to_string();
        // With the same value, so that whichever counts it is a good one.
        if let (Some(origin), Some((name, value))) = (told(&TWICE), members.iter().next()) {
            let again = format!("{}:{value}", Value::from(name.as_str()));
            let text = whole.replacen('{', &format!("{{{again},"), 1);
            all.push(variation(
                format!("the member {name} of the body stands twice"),
                "repeated member",
                origin,
                text,
            ));
        }
        if let Some(origin) = told(&NUL) {
            let schema = self.context.body_schema(self.operation);
            let texts = members.iter().filter(|(_, value)| value.is_string());
            let spoiled = texts.filter_map(|(name, value)| {
                let mut spoiled = members.clone();
                let text = format!("a\u{0}{}", value.as_str()?);
                spoiled.insert(name.clone(), Value::from(text));
                let spoiled = Value::Object(spoiled);
                let valid = schema.as_ref().is_some_and(|(_, schema)| {
                    self.context
                        .judge
                        .is_valid(*schema, Direction::Request, &spoiled)
                });
                valid.then(|| (name.clone(), spoiled.to_string()))
            });
            all.extend(spoiled.take(1).map(|(name, text)| {
                let what = format!("the member {name} of the body has U+0000 in it");
                variation(what, "U+0000", origin.clone(), text)
            }));
        }
        all
    }
}

fn told_at(text: &Option<String>, origin: &Origin, with: &[&str]) -> Option<Origin> {
    let told = text.as_ref().is_some_and(|text| is_refused(text, with));
    told.then(|| origin.clone())
}

fn told_by(operation: &Operation, with: &[&str]) -> Option<Origin> {
    told_at(&operation.description, &operation.origin, with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_stand_twice_are_refused_where_that_is_said() {
        let said = "A body that is not well-formed JSON, repeats a member within an object, or carries U+0000 in a string is \
                    refused with 400. Bodies may be large.";
        assert!(is_refused(said, &TWICE));
        assert!(is_refused(said, &NUL));
        for silent in [
            "Duplicate keys are allowed: the last one wins.",
            "Duplicate keys of a query are refused.",
            "Creating a tag with a duplicate name is rejected with 409.",
            "Adding a duplicate member to a team is rejected.",
            "A duplicate name of a client is refused with 409 unless it is archived.",
            "Bodies that are not JSON are refused with 400.",
        ] {
            assert!(!is_refused(silent, &TWICE), "{silent}");
        }
    }
}
