//! What a document says of an action: where it leads, what it forbids, by names and descriptions.

use super::action_starts::{answered, otherwise_refused};
use crate::rules::infer::{
    clauses as prose_clauses, envelope::core, is_status, properties, says, snake,
};
use counterpart_model::api::{Api, Method, Operation, SchemaId, StatusKey};

/// Words of descriptions that tell where an action leads.
pub(super) const LEADS: &[&str] = &[
    "become",
    "moves to",
    "changes to",
    "set to",
    "transition",
    "is then",
    "marks",
    "marked",
    "puts it",
];
/// Words that tell that an action is not always possible.
const LIMITS: &[&str] = &[
    "already",
    "only",
    "cannot",
    "can't",
    "can not",
    "again",
    "must be",
    "invalid state",
    "not allow",
    "conflict",
    "unless",
    "no longer",
    "state",
    "status",
];

/// Words of sentences that name states which nothing leads out of.
const FINAL: &[&str] = &["is final", "are final", "is terminal", "are terminal"];

/// Words of sentences that name the only states that allow it.
pub(super) const ONLY: &[&str] = &[
    "only",
    "must be",
    "has to be",
    "unless",
    "while",
    "is not",
    "are not",
    "isn't",
];

/// What is said in one go: sentences, and what semicolons join to them.
pub(super) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '\n', ';'])
}

/// What an operation says of a status that it documents by its code; nothing where it does not.
pub(super) fn said_of(operation: &Operation, status: u16) -> &str {
    let response = operation.responses.get(&StatusKey::Code(status));
    response.map_or("", |response| response.description.as_str())
}

/// Whether the document leaves no doubt that a state does not allow the action: by a word such as *already*, by the
/// states it names, or because the state is what the action leads to and its refusal is about states.
pub(super) fn forbids(operation: &Operation, refusal: u16, now: &str, values: &[String]) -> bool {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let refused = said_of(operation, refusal);
    let said = operation.description.as_deref().unwrap_or_default();
    let mut sentences = clauses(refused).chain(clauses(said));
    let by_words = sentences.any(|sentence| {
        let named = values_named(sentence, &known);
        if says(sentence, ONLY) && !named.is_empty() {
            return !named.contains(&now);
        }
        says(sentence, &["already", "again", "twice", "no longer"])
            || says(sentence, FINAL) && named.contains(&now)
            || says(sentence, LIMITS) && named.contains(&now)
    });
    by_words
        || named_like(&operation.path, &known) == Some(now)
            && says(refused, &["state", "status", "cannot be", "not possible"])
}

/// The only states that allow an operation, by what it and its refusal say; none where they name none.
pub(super) fn allowed(operation: &Operation, refusal: u16, values: &[String]) -> Vec<String> {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let refused = said_of(operation, refusal);
    let said = operation.description.as_deref().unwrap_or_default();
    let sentences = || clauses(said).chain(clauses(refused));
    // With what stands on the next line.
    let whole = || prose_clauses(&[said, refused].join("\n\n"));
    let denied: Vec<&str> = sentences()
        .flat_map(|sentence| denied_named(sentence, operation, &known))
        .chain(whole().iter().flat_map(|it| answered(it, refusal, &known)))
        .collect();
    if !denied.is_empty() {
        let others = known.iter().filter(|value| !denied.contains(value));
        return others.map(|value| (*value).to_owned()).collect();
    }
    // *Turns a `paid` order into a `shipped` one. Orders in any other state give `409`.*
    let others_refused = sentences().any(|sentence| {
        let others = [
            "any other state",
            "any other status",
            "all other states",
            "other states",
        ];
        let code = sentence.contains(&refusal.to_string());
        says(sentence, &others) && (code || says(sentence, &["refused", "rejected", "conflict"]))
    });
    if others_refused && let Some(turned) = turned_from(&mut sentences(), &known) {
        return turned;
    }
    let otherwise = |it: &String| otherwise_refused(it, (refusal, &operation.path), &known);
    if let Some(named) = whole().iter().find_map(otherwise) {
        return named.into_iter().map(str::to_owned).collect();
    }
    let sentences = sentences();
    let mut named = sentences
        .filter(|sentence| !says(sentence, LEADS) && !says(sentence, &["change to", "changed to"]))
        .filter_map(|sentence| only_named(sentence, &known));
    let found = named.next().unwrap_or_default().into_iter();
    found.map(str::to_owned).collect()
}

/// The states that sentences say something is turned from: *turns a `paid` order into a `shipped` one*. `None` where they name
/// none, or several ways at once.
fn turned_from(sentences: &mut dyn Iterator<Item = &str>, known: &[&str]) -> Option<Vec<String>> {
    const VERBS: [&str; 5] = ["turns ", "changes ", "moves ", "takes ", "brings "];
    let quoted = |text: &str| -> Vec<String> {
        let named = known.iter().filter(|it| text.contains(&format!("`{it}`")));
        let named: Vec<String> = named.map(|it| (*it).to_owned()).collect();
        if !named.is_empty() || text.contains('`') {
            return named;
        }
        let plain = values_named(text, known).into_iter();
        plain.map(str::to_owned).collect()
    };
    let mut found = Vec::new();
    for sentence in sentences {
        let lower = sentence.trim_start().to_lowercase();
        if !VERBS.iter().any(|verb| lower.starts_with(verb)) {
            continue;
        }
        let parts: Vec<&str> = sentence.split(" into ").collect();
        let parts = match parts.len() {
            1 => sentence.split(" to ").collect(),
            _ => parts,
        };
        let [before, after] = parts.as_slice() else {
            return None;
        };
        let (from, to) = (quoted(before), quoted(after));
        if from.is_empty() || to.len() != 1 {
            return None;
        }
        found.extend(from);
    }
    (!found.is_empty()).then_some(found)
}

/// Words that turn around, or leave open, what a sentence with *only* means.
const TURNS: [&str; 10] = [
    "not", "unless", "until", "once", "before", "after", "yet", "never", "except", "no",
];

/// *Only a draft can be …*, *it must be open or new*: the states, where one of them follows at once and nothing turns it
/// around.
fn only_named<'v>(sentence: &str, known: &[&'v str]) -> Option<Vec<&'v str>> {
    let words: Vec<String> = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-' && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let turned = |word: &String| TURNS.contains(&word.as_str()) || word.ends_with("n't");
    if words.iter().any(turned) {
        return None;
    }
    let at = words.iter().enumerate().find_map(|(at, word)| {
        let must = word == "be" && at > 0 && words.get(at - 1).is_some_and(|it| it == "must");
        (word == "only" || must).then_some(at)
    })?;
    let mut next = words.iter().skip(at + 1).take(2);
    let follows = next.any(|word| known.iter().any(|it| it.eq_ignore_ascii_case(word)));
    follows.then(|| values_named(sentence, known))
}

/// *Archived tickets can not be edited*: the state that a sentence begins with, where it denies what the operation does.
fn denied_named<'v>(sentence: &str, operation: &Operation, known: &[&'v str]) -> Vec<&'v str> {
    let words: Vec<String> = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-' && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let denies = |pair: &[String]| match pair {
        [one, other] => {
            ["cannot", "can't"].contains(&one.as_str())
                || ["can", "may", "must"].contains(&one.as_str()) && other == "not"
        }
        _ => false,
    };
    let Some(at) = words.windows(2).position(denies) else {
        return takes_none(&words, operation, known);
    };
    let left_open = ["unless", "until", "except", "only", "yet"];
    let (Some(before), Some(after)) = (words.get(..at), words.get(at + 1..)) else {
        return Vec::new();
    };
    let turned = |word: &String| {
        let word = word.as_str();
        TURNS.contains(&word) || ["non", "without", "if", "when"].contains(&word)
    };
    let open = words.iter().any(|word| left_open.contains(&word.as_str()));
    if before.len() > 5 || open || before.iter().any(turned) {
        return Vec::new();
    }
    let last = operation.path.rsplit(['/', ':']).next().unwrap_or_default();
    let own = snake(last);
    let stem = own.trim_end_matches('e').trim_end_matches('y');
    let does = |word: &String| match operation.method {
        Method::Patch | Method::Put => {
            ["edited", "updated", "changed", "modified"].contains(&word.as_str())
        }
        Method::Delete => ["deleted", "removed"].contains(&word.as_str()),
        _ => stem.len() >= 4 && word.starts_with(stem),
    };
    // What is denied follows at once, and nothing limits it.
    let Some(done) = after.iter().take(3).position(does) else {
        return Vec::new();
    };
    let ends = |word: &String| {
        word.bytes().all(|it| it.is_ascii_digit())
            || ["any", "more", "anymore", "longer"].contains(&word.as_str())
    };
    if !after.iter().skip(done + 1).all(ends) {
        return Vec::new();
    }
    let named = known
        .iter()
        .filter(|value| before.contains(&value.to_lowercase()));
    named.copied().collect()
}

/// *Archived tickets take no comments*: the state that a sentence begins with, where what is posted is what is not taken.
fn takes_none<'v>(words: &[String], operation: &Operation, known: &[&'v str]) -> Vec<&'v str> {
    let takes = |pair: &[String]| match pair {
        [one, other] => {
            ["take", "takes", "accept", "accepts", "allow", "allows"].contains(&one.as_str())
                && other == "no"
        }
        _ => false,
    };
    let last = operation.path.rsplit('/').next().unwrap_or_default();
    let thing = snake(last);
    let Some(at) = words.windows(2).position(takes) else {
        return Vec::new();
    };
    let (Some(before), Some(after)) = (words.get(..at), words.get(at + 2..)) else {
        return Vec::new();
    };
    let about = after.iter().take(2).any(|word| *word == thing);
    let open = words.iter().any(|word| {
        ["unless", "until", "except", "if", "when", "without", "non"].contains(&word.as_str())
    });
    if operation.method != Method::Post || !about || open || before.len() > 4 {
        return Vec::new();
    }
    let named = known
        .iter()
        .filter(|value| before.first() == Some(&value.to_lowercase()));
    named.copied().collect()
}

/// The values a text names as words of their own, quoted or not.
pub(super) fn values_named<'v>(text: &str, values: &[&'v str]) -> Vec<&'v str> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .collect();
    values
        .iter()
        .filter(|value| words.iter().any(|word| word.eq_ignore_ascii_case(value)))
        .copied()
        .collect()
}

/// The status that is documented for what the state does not allow.
pub(super) fn refusal(operation: &Operation) -> Option<u16> {
    let said = operation.description.as_deref().unwrap_or_default();
    [409, 412, 422].into_iter().find(|code| {
        operation
            .responses
            .iter()
            .find(|(status, _)| status.to_string() == code.to_string())
            .is_some_and(|(_, response)| {
                // What 409 is for is in its name; others have to say it.
                let limits: &[&str] = if *code == 409 {
                    LIMITS
                } else {
                    &["already", "state", "status"]
                };
                says(&response.description, limits)
                    || *code == 409 && (says(said, LIMITS) || said.contains("409"))
            })
    })
}

/// Whether a documented status may be the answer to what a state does not allow: 409, 412 and 422 by what they are,
/// others by what their description says.
pub(super) fn tells_state(operation: &Operation, status: u16) -> bool {
    let found = operation
        .responses
        .iter()
        .find(|(known, _)| known.to_string() == status.to_string());
    found.is_some_and(|(_, response)| {
        matches!(status, 409 | 412 | 422)
            || says(
                &response.description,
                &["already", "state", "status", "transition"],
            )
    })
}

/// The property that tells the state of a resource, and its values.
pub(super) fn status_of(api: &Api, schema: SchemaId) -> Option<(String, Vec<String>)> {
    properties(api, core(api, schema).1)
        .into_iter()
        .find_map(|(name, id)| {
            let of = is_status(api, &name, id)?;
            let values = of.strings()?.into_iter().map(str::to_owned).collect();
            Some((name, values))
        })
}

/// The value that is called like the last word of a path: `approved` for `/approve`.
pub(super) fn named_like<'v>(path: &str, values: &[&'v str]) -> Option<&'v str> {
    let word = snake(path.rsplit(['/', ':']).next().unwrap_or_default());
    let stem = word.trim_end_matches('e').trim_end_matches('y');
    if stem.len() < 4 {
        return None;
    }
    let mut found = values.iter().filter(|value| {
        let value = snake(value);
        value.starts_with(stem) && value.ends_with("ed") || value == word
    });
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{denied_named, turned_from};
    use counterpart_model::api::Method;

    #[test]
    fn a_state_that_denies_what_is_done_is_named_first() {
        let text = "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {'/tickets/{id}': {patch: {operationId: edit, \
                    responses: {'200': {description: ok}}}}}}";
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let edit = &api.operations[0];
        assert_eq!(edit.method, Method::Patch);
        let known = ["open", "closed", "archived"];
        let denied = |sentence| denied_named(sentence, edit, &known);
        assert_eq!(
            denied("Archived tickets can not be edited (`409`)"),
            ["archived"]
        );
        assert_eq!(denied("A closed ticket cannot be changed"), ["closed"]);
        for open in [
            "Archived tickets can not be edited unless an admin asks",
            "Archived tickets can not be deleted",
            "Tickets not closed can not be edited",
            "Closed tickets can not be edited by guests",
            "Tickets are edited here, and archived tickets are not",
        ] {
            assert!(denied(open).is_empty(), "{open}");
        }
    }

    #[test]
    fn what_is_turned_into_something_is_named_in_quotes_and_one_way() {
        let known = ["pending", "paid", "shipped"];
        let from = |text: &str| turned_from(&mut text.split('.'), &known);
        assert_eq!(
            from("Turns a `paid` order into a `shipped` one. Orders in any other state give `409`"),
            Some(vec!["paid".to_owned()])
        );
        assert_eq!(
            from("Moves a `pending` order to `paid`. Moves a `paid` order to `shipped`"),
            Some(vec!["pending".to_owned(), "paid".to_owned()])
        );
        for open in [
            "Turns `pending` into `paid` and `paid` into `shipped`",
            "Takes a paid courier and hands the order to them",
            "Orders in any other state give `409`",
        ] {
            assert_eq!(from(open), None, "{open}");
        }
    }
}
