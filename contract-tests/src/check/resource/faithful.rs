//! What comes back exactly as it was sent, where the document promises that: text, moments, the order of lists.

use super::{Subject, compare::masked};
use crate::{
    report::is_secret_name,
    rules::infer::{envelope::core, has_word, is_lock, properties_of_any, says, sentences},
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, SchemaId, Shape, StringFormat},
};
use serde_json::Value;

/// Bodies are looked into to this depth.
const DEPTH: usize = 6;
/// So many items make a list whose order shows.
const ITEMS: usize = 3;
/// What is said of what comes back unchanged.
const UNCHANGED: [&str; 8] = [
    "as it was sent",
    "as they were sent",
    "as it was given",
    "as they were given",
    "as sent",
    "as submitted",
    "verbatim",
    "unchanged",
];
/// What is said of what comes back.
const BACK: [&str; 6] = [
    "given back",
    "returned",
    "come back",
    "comes back",
    "echoed",
    "stored",
];

/// What a document promises to give back as it was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faithful {
    /// Free text.
    text: bool,
    /// Moments, in the spelling they were sent in.
    moments: bool,
    /// The order of lists.
    order: bool,
    /// Numbers.
    numbers: bool,
}

/// A value that did not come back as it was sent.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) name: String,
    pub(super) promise: &'static str,
    pub(super) expected: String,
    pub(super) actual: String,
}

impl Faithful {
    /// What the document, or the operation, says of what comes back.
    pub(super) fn of(api: &Api, operation: &Operation) -> Self {
        let texts = [&api.description, &operation.description];
        let mut all = Self::default();
        for text in texts.into_iter().flatten() {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for sentence in sentences(&text) {
                all.hear(&sentence);
            }
        }
        all
    }

    fn hear(&mut self, sentence: &str) {
        if has_word(
            sentence,
            &["not", "except", "unless", "may", "if", "when", "only"],
        ) {
            return;
        }
        let about = |words: &[&str]| says(sentence, words);
        // What comes back is what the sentence begins with: *account numbers* are no numbers.
        let subject = |kinds: &[&str]| {
            kinds.iter().any(|kind| {
                let leads = ["", "all ", "any ", "free "];
                let first = |lead: &&str| sentence.starts_with(&format!("{lead}{kind} "));
                leads.iter().any(first) || sentence.contains(&format!(", {kind} "))
            })
        };
        if about(&BACK) && about(&UNCHANGED) {
            self.text |= subject(&["text", "texts", "strings", "**text**"]);
            self.moments |= subject(&["instants", "timestamps", "date-times", "moments"]);
            self.numbers |= subject(&["numbers"]);
        }
        self.numbers |= about(&["numbers with the same value", "numbers are not rounded"]);
        let ordered = [
            "arrays in the same order",
            "arrays in the order they were sent",
            "arrays keep their order",
            "lists keep their order",
            "order of arrays is",
            "order of items is preserved",
            "order of items is kept",
            "order of elements is preserved",
            "order of array",
        ];
        self.order |= about(&ordered);
    }

    /// The first value in a body that an answer shows changed.
    pub(super) fn first_change(
        self,
        api: &Api,
        asked: SchemaId,
        sent: &Value,
        answer: &Value,
    ) -> Option<Change> {
        if self == Self::default() {
            return None;
        }
        self.change(api, Some(asked), "", (sent, answer), 0)
    }

    fn change(
        self,
        api: &Api,
        asked: Option<SchemaId>,
        name: &str,
        (sent, found): (&Value, &Value),
        depth: usize,
    ) -> Option<Change> {
        let asked = asked?;
        let schema = api.schema(api.resolve(asked));
        // What counts changes counts this one.
        if depth > DEPTH || api.schema(asked).read_only || is_secret_name(name) || is_lock(name) {
            return None;
        }
        let changed = |promise| Change {
            name: name.to_owned(),
            promise,
            expected: masked(sent),
            actual: masked(found),
        };
        match (sent, found) {
            (Value::String(text), Value::Null) if text.is_empty() && self.text => {
                is_free(api, asked).then(|| changed("text is given back exactly as it was sent"))
            }
            (Value::Number(number), Value::Number(shown)) if self.numbers => (number.as_f64()
                != shown.as_f64())
            .then(|| changed("numbers are given back with the same value")),
            (Value::String(text), Value::String(shown)) => {
                let moment = schema.string.format.as_deref() == Some("date-time");
                if self.text && is_free(api, asked) && text != shown {
                    return Some(changed("text is given back exactly as it was sent"));
                }
                (self.moments && moment && text != shown)
                    .then(|| changed("moments are given back exactly as they were sent"))
            }
            (Value::Array(items), Value::Array(shown)) => {
                let moved = items.len() == shown.len()
                    && items != shown
                    && items.iter().all(|item| shown.contains(item));
                if self.order && moved && !schema.array.unique_items {
                    return Some(changed("lists keep the order that was sent"));
                }
                let pairs = items
                    .iter()
                    .zip(shown)
                    .filter(|_| items.len() == shown.len());
                let mut inner = pairs
                    .filter_map(|pair| self.change(api, schema.array.items, name, pair, depth + 1));
                inner.next()
            }
            (Value::Object(members), Value::Object(shown)) => {
                let properties = properties_of_any(api, asked);
                members.iter().find_map(|(name, value)| {
                    let own = properties.iter().find(|(known, _)| known == name);
                    let rest = || schema.object.additional_properties;
                    let of = own.map(|(_, id)| *id).or_else(rest);
                    self.change(api, of, name, (value, shown.get(name)?), depth + 1)
                })
            }
            _ => None,
        }
    }
}

/// Whether a text may be anything.
fn is_free(api: &Api, id: SchemaId) -> bool {
    let schema = api.schema(api.resolve(id));
    matches!(schema.shape, Shape::String(StringFormat::Plain))
        && schema.string.pattern.is_none()
        && schema.enumeration.is_none()
}

/// A body whose values have what servers like to change, where the document promises that they do not: spaces and marks in
/// texts, lists that are in no order.
pub(super) fn exact_body(of: &Subject<'_>, schema: SchemaId, body: &Value) -> Option<Value> {
    let api = &of.context.api;
    let faithful = Faithful::of(api, of.operation);
    if faithful == Faithful::default() {
        return None;
    }
    let (place, inner) = core(api, schema);
    let mut exact = body.clone();
    for (name, id) in properties_of_any(api, inner) {
        if api.schema(id).read_only || is_secret_name(&name) {
            continue;
        }
        let text = faithful.text && is_free(api, id);
        let value = match text {
            true => Some("  Counterpart  <b>\u{e9}e\u{301}</b>\r\n&amp; \t".into()),
            false if faithful.order => unordered(of, id),
            false => None,
        };
        let Some(value) = value else {
            continue;
        };
        let mut with = exact.clone();
        place.child(&name).put(&mut with, value);
        let with = of.context.with_known_ids(of.operation, &with, 0);
        if of.context.judge.is_valid(schema, Direction::Request, &with) {
            exact = with;
        }
    }
    (exact != *body).then_some(exact)
}

/// A body whose values are lost where something is taken for nothing, or rounded: empty texts, numbers with many digits;
/// where the document promises that they are not.
pub(super) fn empty_body(of: &Subject<'_>, schema: SchemaId, body: &Value) -> Option<Value> {
    let api = &of.context.api;
    let faithful = Faithful::of(api, of.operation);
    let (place, inner) = core(api, schema);
    let mut empty = body.clone();
    for (name, id) in properties_of_any(api, inner) {
        if api.schema(id).read_only || is_secret_name(&name) {
            continue;
        }
        let at = place.child(&name);
        let values: Vec<Value> = match at.get(&empty) {
            Some(Value::Number(number)) if faithful.numbers => {
                let near = number.as_f64().unwrap_or_default();
                let parts = [0.123_456, -0.123_456, 0.0123];
                parts.iter().map(|part| Value::from(near + part)).collect()
            }
            _ if faithful.text && is_free(api, id) => vec![String::new().into()],
            _ => continue,
        };
        for value in values {
            let mut with = empty.clone();
            at.put(&mut with, value);
            if of.context.judge.is_valid(schema, Direction::Request, &with) {
                empty = with;
                break;
            }
        }
    }
    (empty != *body).then_some(empty)
}

/// A list of a few different items, the greatest first.
fn unordered(of: &Subject<'_>, id: SchemaId) -> Option<Value> {
    let api = &of.context.api;
    let items = api.schema(api.resolve(id)).array.items?;
    let cases = of.context.generator().positives(items);
    let mut all: Vec<Value> = Vec::new();
    let valid = |value: &Value| of.context.judge.is_valid(items, Direction::Request, value);
    let short = |value: &Value| (2..200).contains(&value.to_string().len());
    for case in &cases.cases {
        if short(&case.value) && valid(&case.value) && !all.contains(&case.value) {
            all.push(case.value.clone());
        }
    }
    let mut rng = of.context.fresh_rng();
    for _ in 0..ITEMS {
        let value = of.context.generator().random(items, &mut rng);
        if all.len() < ITEMS && valid(&value) && !all.contains(&value) {
            all.push(value);
        }
    }
    all.truncate(ITEMS);
    all.sort_by_key(|value| std::cmp::Reverse(value.to_string()));
    let fits = |many: usize| {
        let value = Value::Array(all.get(..many)?.to_vec());
        let fits = of.context.judge.is_valid(id, Direction::Request, &value);
        fits.then_some(value)
    };
    (2..=all.len()).rev().find_map(fits)
}

#[cfg(test)]
mod tests {
    use super::Faithful;

    fn heard(text: &str) -> Faithful {
        let mut all = Faithful::default();
        for sentence in crate::rules::infer::sentences(text) {
            all.hear(&sentence);
        }
        all
    }

    #[test]
    fn promises_are_about_what_they_name() {
        let all = heard(
            "Text is UTF-8 and comes back exactly as it was sent. Instants come back as they were sent, numbers with the same \
             value, arrays in the same order.",
        );
        assert_eq!(
            all,
            Faithful {
                text: true,
                moments: true,
                order: true,
                numbers: true,
            }
        );
        assert!(heard("Text is given back exactly as it was sent").text);
        assert!(heard("Strings are stored verbatim").text);
        for none in [
            "Text may come back as it was sent",
            "Text is not returned as it was sent",
            "Arrays come in any order",
            "The text of the answer is returned when it was sent",
        ] {
            assert_eq!(heard(none), Faithful::default(), "{none}");
        }
    }
}
