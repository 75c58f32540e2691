//! What descriptions of properties say of them for some states: *null until done*, *null while the ticket is open*, *100 when
//! done*.

use super::{
    asked::escape,
    claims::{Claim, States, last_of, told_by_operations, whole_claims},
    prose::sentences,
    shape::{is_status, is_under_way, properties},
    snake,
};
use crate::rules::{Invariant, Pointer};
use counterpart_model::api::{Api, SchemaId};
use serde_json::{Value, json};

/// What must hold between the state of an object and its other properties, by their descriptions.
pub(crate) fn invariants(api: &Api, schema: SchemaId) -> Vec<Invariant> {
    let all = properties(api, schema);
    let mut states = all.iter().filter_map(|(name, id)| {
        let of = is_status(api, name, *id)?;
        Some((name, of.strings()?))
    });
    // With two states nobody knows which one is meant.
    let (Some((state, values)), None) = (states.next(), states.next()) else {
        return Vec::new();
    };
    // What the object is called: *while the ticket is open* is about tickets.
    let place = &api.schema(api.resolve(schema)).place;
    let called = place.first().map(|name| snake(name)).unwrap_or_default();
    let at = |name: &str| Pointer::try_from(format!("/{}", escape(name))).ok();
    let mut found = Vec::new();
    let names: Vec<&str> = all
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name != state)
        .collect();
    let states = States {
        values: &values,
        called: &called,
        last: last_of(api, schema, &values),
    };
    for (name, claim) in told_by_operations(api, schema, &names, &states) {
        if let (Some(state), Some(field)) = (at(state), at(name)) {
            found.extend(claim.rules(&state, &field));
        }
    }
    for (name, id) in all.iter().filter(|(name, _)| name != state) {
        let own = api.schema(*id).description.as_deref();
        let target = || api.schema(api.resolve(*id)).description.as_deref();
        let Some(said) = own.or_else(target) else {
            continue;
        };
        let told = sentences(said).find_map(|sentence| told(&sentence, &values, &called));
        let (Some(state), Some(field)) = (at(state), at(name)) else {
            continue;
        };
        let claims = match told {
            Some((states, value)) => vec![Claim::of(states, value)],
            None => whole_claims(said, &states),
        };
        found.extend(claims.iter().flat_map(|claim| claim.rules(&state, &field)));
    }
    found
}

/// In which states a property has which value.
fn told(sentence: &str, values: &[&str], called: &str) -> Option<(Vec<String>, Value)> {
    let words: Vec<&str> = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let (first, rest) = words.split_first()?;
    let (link, rest) = rest.split_first()?;
    // *null until done*, *null while it is open*, *null while the ticket is open*.
    let plain = match rest {
        [_] | ["it", "is", _] => true,
        ["the", thing, "is", _] => called.split('_').any(|word| word == *thing),
        _ => false,
    };
    if !plain {
        return None;
    }
    let value = match *first {
        "null" => Value::Null,
        number => json!(number.parse::<i64>().ok()?),
    };
    let last = rest.last()?;
    let at = values.iter().position(|it| it.eq_ignore_ascii_case(last))?;
    let states = match (*link, value.is_null()) {
        ("while" | "when", _) => values.get(at..=at)?,
        // What comes before it comes before it in the list, too, where that is how far something is.
        ("until", true) if values.get(..at)?.iter().all(|it| is_under_way(it)) => {
            values.get(..at)?
        }
        _ => return None,
    };
    let states: Vec<String> = states.iter().map(|it| (*it).to_owned()).collect();
    (!states.is_empty()).then_some((states, value))
}

#[cfg(test)]
mod tests {
    use super::told;
    use serde_json::{Value, json};

    #[test]
    fn a_state_decides_where_the_sentence_leaves_no_doubt() {
        let values = ["queued", "running", "done"];
        let one = |sentence: &str| told(sentence, &values, "data_export");
        assert_eq!(
            one("null until done"),
            Some((vec!["queued".to_owned(), "running".to_owned()], Value::Null))
        );
        assert_eq!(
            one("100 when done"),
            Some((vec!["done".to_owned()], json!(100)))
        );
        assert_eq!(
            one("null while the export is running"),
            Some((vec!["running".to_owned()], Value::Null))
        );
        for open in [
            "null when no longer running",
            "null while the ticket is running",
            "null if it is done",
            "null until it is done or failed",
            "the time when it was done",
            "null until queued",
            "null when the customer has done nothing",
        ] {
            assert_eq!(one(open), None, "{open}");
        }
    }
}
