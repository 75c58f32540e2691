//! Bodies that a refusal names something of: with what is missing, without what is too much.

use super::Context;
use crate::{
    exchange::Exchange,
    rules::infer::{has_word, properties, says, snake},
};
use counterpart_model::{
    Direction,
    api::{Operation, SchemaId},
};
use serde_json::Value;

/// Bodies are looked into to this depth.
const DEPTH: usize = 3;

impl Context {
    /// The body with the properties that its refusal names and that it lacks, or else without those that it has and need
    /// not have; `None` where the refusal names none, or what comes of it is not valid.
    pub(super) fn repaired(
        &self,
        operation: &Operation,
        body: &Value,
        refusal: &Exchange,
    ) -> Option<Value> {
        let (_, schema) = self.body_schema(operation)?;
        let text = refusal.answer.as_ref().ok()?;
        let text = match refusal.json() {
            Some(told) => {
                let mut words = Vec::new();
                said_in(&told, false, &mut words);
                words.join("\n")
            }
            None => String::from_utf8_lossy(&text.body).into_owned(),
        };
        let valid = |body: &Value| self.judge.is_valid(schema, Direction::Request, body);
        let mut changed = body.clone();
        self.add_named(schema, &text, &mut changed, 0);
        let unwanted = [
            "must not be",
            "not allowed",
            "unknown",
            "unexpected",
            "not permitted",
        ];
        if changed == *body && !says(&text, &unwanted) {
            self.choose_others(schema, &text, &mut changed, 0);
        }
        // What is taken already is not too much: another value is wanted.
        if changed == *body && refusal.status() != Some(409) {
            remove_named(self, schema, &text, &mut changed, 0);
        }
        (changed != *body && valid(&changed)).then_some(changed)
    }

    fn add_named(&self, schema: SchemaId, text: &str, value: &mut Value, depth: usize) {
        let Value::Object(members) = value else {
            return;
        };
        if depth > DEPTH {
            return;
        }
        for (name, id) in properties(&self.api, schema) {
            match members.get_mut(&name) {
                Some(member) => self.add_named(id, text, member, depth + 1),
                None if is_named(text, &name) => {
                    let cases = self.generator().positives(id);
                    let mut values = cases.cases.iter().map(|case| &case.value);
                    let example = self.generator().example(id);
                    let example = example.filter(|it| !it.is_null());
                    let value = example.or_else(|| values.find(|it| !it.is_null()).cloned());
                    members.extend(value.map(|value| (name, value)));
                }
                None => {}
            }
        }
    }
}

impl Context {
    /// Puts other values in place of those that a refusal names, where they are chosen from a few: two languages that may
    /// not be the same, a kind that does not fit.
    fn choose_others(&self, schema: SchemaId, text: &str, value: &mut Value, depth: usize) {
        let Value::Object(members) = value else {
            return;
        };
        if depth > DEPTH {
            return;
        }
        let mut known: Vec<Value> = members.values().cloned().collect();
        for (name, id) in properties(&self.api, schema) {
            let Some(member) = members.get_mut(&name) else {
                continue;
            };
            if !is_named(text, &name) {
                self.choose_others(id, text, member, depth + 1);
                continue;
            }
            let of = self.api.schema(self.api.resolve(id));
            let listed = |id: SchemaId| -> Option<Vec<Value>> {
                let of = self.api.schema(self.api.resolve(id));
                let of = of.enumeration.as_ref()?;
                Some(
                    of.iter()
                        .map(counterpart_model::api::Value::to_serde)
                        .collect(),
                )
            };
            let other = |known: &mut Vec<Value>, of: Vec<Value>, not: &Value| {
                let mut of = of.into_iter().filter(|it| !it.is_null() && it != not);
                let found = of.find(|it| !known.contains(it))?;
                known.push(found.clone());
                Some(found)
            };
            if let Some(of) = listed(id) {
                if let Some(other) = other(&mut known, of, member) {
                    *member = other;
                }
            } else if let (Value::Array(items), Some(of)) = (&mut *member, of.array.items)
                && let (Some(of), Some(first)) = (listed(of), items.first().cloned())
                && let Some(other) = other(&mut known, of, &first)
            {
                *items = vec![other];
            }
        }
    }
}

fn remove_named(context: &Context, schema: SchemaId, text: &str, value: &mut Value, depth: usize) {
    let Value::Object(members) = value else {
        return;
    };
    let api = &context.api;
    let required = api.schema(api.resolve(schema)).object.required.clone();
    if depth > DEPTH {
        return;
    }
    for (name, id) in properties(api, schema) {
        if !members.contains_key(&name) {
            continue;
        }
        if is_named(text, &name) && !required.contains(&name) {
            members.remove(&name);
        } else if let Some(member) = members.get_mut(&name) {
            remove_named(context, id, text, member, depth + 1);
        }
    }
}

/// What a refusal says: its texts, and the names under which it lists what is wrong; not those of its own members.
fn said_in(told: &Value, lists: bool, words: &mut Vec<String>) {
    const LISTS: [&str; 7] = [
        "errors",
        "fields",
        "violations",
        "details",
        "invalid_params",
        "issues",
        "messages",
    ];
    match told {
        Value::String(text) => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| said_in(item, false, words)),
        Value::Object(members) => {
            for (name, member) in members {
                if lists {
                    words.push(name.clone());
                }
                said_in(member, LISTS.contains(&snake(name).as_str()), words);
            }
        }
        _ => {}
    }
}

/// Whether a refusal names a property: as it is, or in words.
fn is_named(text: &str, name: &str) -> bool {
    let spoken = snake(name).replace('_', " ");
    has_word(text, &[name]) || spoken.contains(' ') && text.to_lowercase().contains(&spoken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_names_what_it_says_and_not_what_it_is_made_of() {
        let told = json!({
            "title": "Not valid", "status": 422, "detail": "The promo code is unknown.",
            "errors": { "buyer.phone": ["is required"] }
        });
        let mut words = Vec::new();
        said_in(&told, false, &mut words);
        let text = words.join("\n");
        for named in ["phone", "promo_code"] {
            assert!(is_named(&text, named), "{named}");
        }
        for not in ["title", "status", "detail", "errors", "buyer_name"] {
            assert!(!is_named(&text, not), "{not}");
        }
    }
}
