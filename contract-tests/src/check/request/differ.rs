//! Bodies in which two values are the same that have to differ, or that are not among those of a parent, where the document
//! says in words that this is refused.

use super::variation::{Variation, Variations};
use crate::rules::infer::{
    clauses, has_word, names, place_named, properties, properties_of_any, refusals, says, snake,
};
use counterpart_model::{
    Direction,
    api::{Api, SchemaId, Shape},
};
use serde_json::Value;

/// Words of what may not be the same.
const DIFFER: [&str; 9] = [
    "must differ",
    "have to differ",
    "has to differ",
    "must be different",
    "have to be different",
    "must not be the same",
    "must not be equal",
    "cannot be the same",
    "may not be the same",
];
/// Words of what is compared with other things, or not always.
const OTHERS: [&str; 8] = [
    "other", "another", "every", "each", "any", "unless", "if", "need",
];
/// Bodies are looked into to this depth.
const DEPTH: usize = 4;
/// No more named properties than these are compared.
const MOST: usize = 16;

impl Variations<'_> {
    /// What the operation says, one statement after another.
    fn said(&self) -> Vec<String> {
        let said = self.operation.description.as_deref().unwrap_or_default();
        let mut all = clauses(said);
        all.extend(refusals(said));
        all
    }

    /// The body with two values that are the same, where they are said to have to differ.
    pub(super) fn equal_pair(&self) -> Option<Variation> {
        let (media, schema) = self.context.body_schema(self.operation)?;
        let told: Vec<String> = self
            .said()
            .into_iter()
            .filter(|it| says(it, &DIFFER) && !has_word(it, &OTHERS))
            .collect();
        if told.is_empty() {
            return None;
        }
        let api = &self.context.api;
        let mut bodies = self.body.iter().cloned().collect::<Vec<_>>();
        bodies.extend(self.context.bodies(self.operation));
        bodies.into_iter().find_map(|good| {
            let mut body = self.context.fresh_body(self.operation, &good);
            let (first, second) = made_equal(api, schema, &mut body, &told, DEPTH)?;
            let valid = self
                .context
                .judge
                .is_valid(schema, Direction::Request, &body);
            valid.then(|| {
                let body = self
                    .context
                    .addressed(self.operation, &self.resource, &body);
                let mut request = self.twin();
                request.content_type = Some(media.clone());
                Variation {
                    what: format!("body: {first} and {second} are the same"),
                    keyword: "order".to_owned(),
                    origin: self.operation.origin.clone(),
                    request: request.with_json(&body),
                }
            })
        })
    }

    /// The body with a value that is none of those which the parent lists, where it is said to have to be one of them.
    pub(super) fn strange_to_parent(&self) -> Option<Variation> {
        let (media, schema) = self.context.body_schema(self.operation)?;
        let said = self.said();
        let judge = &self.context.judge;
        self.context
            .above(self.operation, &self.resource)
            .into_iter()
            .find_map(|above| {
                let spoken = snake(&above.name).replace('_', " ");
                let told = said.iter().any(|it| {
                    let named = names(it, &above.name) || says(it, &[spoken.as_str()]);
                    let whose = [
                        "must be one of the",
                        "has to be one of the",
                        "have to be one of the",
                    ];
                    named && says(it, &whose) && !says(it, &["need not", "unless", "if "])
                });
                let of = self
                    .context
                    .api
                    .schema(self.context.api.resolve(above.schema));
                let mut all = of.enumeration.iter().flatten().map(|it| it.to_serde());
                let strange = all.find(|it| !it.is_null() && !above.values.contains(it))?;
                if !told {
                    return None;
                }
                let mut bodies = self.body.iter().cloned().collect::<Vec<_>>();
                let cases = self.context.generator().positives(schema);
                bodies.extend(cases.cases.iter().map(|case| case.value.clone()));
                let good = bodies
                    .into_iter()
                    .find(|it| it.get(&above.name).is_some())?;
                let good = self.context.with_known_ids(self.operation, &good, 0);
                let good = self.context.fresh_body(self.operation, &good);
                let mut body = self
                    .context
                    .addressed(self.operation, &self.resource, &good);
                *body.get_mut(&above.name)? = strange.clone();
                judge.is_valid(schema, Direction::Request, &body).then(|| {
                    let mut request = self.twin();
                    request.content_type = Some(media.clone());
                    Variation {
                        what: format!(
                            "body: {} is {strange}, which is none of its parent's",
                            above.name
                        ),
                        keyword: "order".to_owned(),
                        origin: self.operation.origin.clone(),
                        request: request.with_json(&body),
                    }
                })
            })
    }
}

/// Makes two members the same that one of the clauses names, wherever they stand beside each other; tells which.
fn made_equal(
    api: &Api,
    schema: SchemaId,
    value: &mut Value,
    told: &[String],
    depth: usize,
) -> Option<(String, String)> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Array(items) => {
            let items_schema = api.schema(api.resolve(schema)).array.items?;
            let first = items.first_mut()?;
            made_equal(api, items_schema, first, told, depth)
        }
        Value::Object(members) => {
            // Only what a clause names is compared: an object may have thousands.
            let named = |it: &&(String, SchemaId)| told.iter().any(|told| names(told, &it.0));
            let all = properties(api, schema);
            let all: Vec<_> = all.iter().filter(named).take(MOST).collect();
            let alike = |one: SchemaId, other: SchemaId| {
                let (one, other) = (api.resolve(one), api.resolve(other));
                let text = |id: SchemaId| {
                    matches!(api.schema(id).shape, Shape::String(_) | Shape::Enum(_))
                };
                one == other || text(one) && text(other)
            };
            for (at, (first, one)) in all.iter().enumerate() {
                for (second, other) in all.iter().skip(at + 1) {
                    let both = told.iter().any(|it| are_paired(it, first, second));
                    let there = members.get(first).filter(|it| it.is_string());
                    let Some(there) = there.cloned().filter(|_| both && alike(*one, *other)) else {
                        continue;
                    };
                    if members.contains_key(second) {
                        members.insert(second.clone(), there);
                        return Some((first.clone(), second.clone()));
                    }
                }
            }
            let inner = properties_of_any(api, schema).into_iter();
            inner.into_iter().find_map(|(name, id)| {
                let member = members.get_mut(&name)?;
                made_equal(api, id, member, told, depth)
            })
        }
        _ => None,
    }
}

/// Whether a clause names two properties one after the other: *`from` and `to` must differ*, *`to` must be different from
/// `from`*.
fn are_paired(clause: &str, one: &str, other: &str) -> bool {
    let (Some(first), Some(second)) = (place_named(clause, one), place_named(clause, other)) else {
        return false;
    };
    let (before, after) = match first.0 < second.0 {
        true => (first.1, second.0),
        false => (second.1, first.0),
    };
    let between = clause.get(before..after).unwrap_or_default();
    let between = between
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let compared = DIFFER.iter().any(|it| between.starts_with(it));
    between == "and"
        || compared
            && ["from", "as", "to", "differ"]
                .iter()
                .any(|it| between.ends_with(it))
}

#[cfg(test)]
mod tests {
    use super::are_paired;

    #[test]
    fn two_names_are_compared_with_each_other() {
        for said in [
            "In a pair, `from` and `to` must differ",
            "`to` must be different from `from`",
            "`from` must not be the same as `to`",
        ] {
            assert!(are_paired(said, "from", "to"), "{said}");
        }
        for said in [
            "The `from` must differ from that of the same `to`",
            "`from` is a text, and `to` must be different",
        ] {
            assert!(!are_paired(said, "from", "to"), "{said}");
        }
    }
}
