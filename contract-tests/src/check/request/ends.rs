//! Bodies in which something ends before it begins, where the document says in words that this is refused.

use super::variation::{Variation, Variations};
use crate::rules::infer::{
    clauses, envelope::core, names, place_named, properties, refusals, says, speaks_of_refusal,
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, SchemaId, Shape, StringFormat},
};
use serde_json::Value;

/// Words that compare two moments or numbers.
const COMPARED: [&str; 14] = [
    "later than",
    "after",
    "before",
    "earlier than",
    "precede",
    "greater than",
    "less than",
    "larger than",
    "smaller than",
    "at least",
    "at most",
    "exceed",
    "above",
    "below",
];
/// What puts the first of two before the second, without words that say no more.
const NOT_GREATER: [&str; 13] = [
    "not greater than",
    "not larger than",
    "not later than",
    "not after",
    "not above",
    "not exceed",
    "less than",
    "smaller than",
    "earlier than",
    "before",
    "lower than",
    "at most",
    "precede",
];
/// Words that say no more.
const FILLERS: [&str; 23] = [
    "must", "has", "have", "to", "shall", "be", "or", "equal", "the", "of", "in", "number",
    "value", "item", "element", "entry", "one", "date", "time", "bound", "limit", "end", "may",
];
/// Words of what has to be.
const MUST: [&str; 5] = ["must", "has to", "have to", "shall", "otherwise"];
/// Words that leave it open.
const OPEN: [&str; 15] = [
    "may ",
    "swapped",
    "ignored",
    "midnight",
    "next day",
    "overnight",
    "not an error",
    "no error",
    "not refused",
    "not rejected",
    "empty",
    "nothing is",
    "wraps",
    "reversed",
    "apart",
];

impl Variations<'_> {
    /// The body with two ends that have changed places, where that is said to be refused.
    pub(super) fn turned_ends(&self) -> Option<Variation> {
        let (media, schema) = self.context.body_schema(self.operation)?;
        let good = self.context.fresh_body(self.operation, self.body.as_ref()?);
        // What may be left out may be one of the ends.
        let turned = self.context.turned_ends(schema, &good).or_else(|| {
            let mut fuller = self.with_moments(schema, &good).into_iter();
            fuller.find_map(|it| self.context.turned_ends(schema, &it))
        });
        let (body, (first, second)) = turned?;
        if !is_told(&self.context.api, self.operation, schema, (&first, &second)) {
            return None;
        }
        Some(self.out_of_order(format!("body: {second} comes before {first}"), media, &body))
    }

    /// The body with a moment or a day more that it may have, each in turn.
    fn with_moments(&self, schema: SchemaId, good: &Value) -> Vec<Value> {
        let context = self.context;
        let (place, inner) = core(&context.api, schema);
        let mut found = Vec::new();
        for (name, id) in properties(&context.api, inner) {
            let at = place.child(&name);
            let of = context.api.schema(context.api.resolve(id));
            let moment = matches!(
                of.shape,
                Shape::String(StringFormat::Date | StringFormat::DateTime)
            );
            if !moment || of.read_only || at.get(good).is_some() {
                continue;
            }
            let cases = context.generator().positives(id);
            let value = cases.cases.iter().map(|case| &case.value);
            let Some(value) = value.into_iter().find(|it| it.is_string()) else {
                continue;
            };
            let mut fuller = good.clone();
            at.put(&mut fuller, value.clone());
            if context.judge.is_valid(schema, Direction::Request, &fuller) {
                found.push(fuller);
            }
        }
        found
    }

    /// The twin with a body in which something is out of order.
    fn out_of_order(&self, what: String, media: String, body: &Value) -> Variation {
        let body = self.context.addressed(self.operation, &self.resource, body);
        let mut request = self.twin();
        request.content_type = Some(media);
        Variation {
            what,
            keyword: "order".to_owned(),
            origin: self.operation.origin.clone(),
            request: request.with_json(&body),
        }
    }

    /// The body with a pair whose two items have changed places, where that is said to be refused.
    pub(super) fn turned_pair(&self) -> Option<Variation> {
        let (media, schema) = self.context.body_schema(self.operation)?;
        let api = &self.context.api;
        let good = self.context.fresh_body(self.operation, self.body.as_ref()?);
        let is_pair = |(name, value): &(&String, &Value)| {
            is_rising(value) && is_pair_told(api, self.operation, schema, name)
        };
        let (name, pair) = good.as_object()?.iter().find(is_pair)?;
        let turned: Value = pair.as_array()?.iter().rev().cloned().collect();
        let mut body = good.clone();
        *body.get_mut(name)? = turned;
        if !self
            .context
            .judge
            .is_valid(schema, Direction::Request, &body)
        {
            return None;
        }
        Some(self.out_of_order(
            format!("body: the second item of {name} is less than the first"),
            media,
            &body,
        ))
    }
}

/// Whether a value is two numbers, or two texts of one form, the second of which is the greater one.
fn is_rising(value: &Value) -> bool {
    match value.as_array().map(Vec::as_slice) {
        Some([Value::Number(low), Value::Number(high)]) => low.as_f64() < high.as_f64(),
        Some([Value::String(low), Value::String(high)]) => {
            let digits = |it: &str| it.starts_with(|c: char| c.is_ascii_digit());
            low.len() == high.len() && digits(low) && digits(high) && low < high
        }
        _ => false,
    }
}

/// What a schema says of itself, where it stands first.
fn description_of(api: &Api, id: SchemaId) -> String {
    let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
    let said = own.description.as_deref().or(target.description.as_deref());
    said.unwrap_or_default().to_owned()
}

/// Whether it is said that the second of the two items of a property is the greater one: by the operation, its body or the
/// property itself.
fn is_pair_told(api: &Api, operation: &Operation, schema: SchemaId, name: &str) -> bool {
    let inner = core(api, schema).1;
    let all = properties(api, inner);
    let own = all.iter().find(|(known, _)| known == name);
    let own = own
        .map(|(_, id)| description_of(api, *id))
        .unwrap_or_default();
    let general = [
        operation.description.clone().unwrap_or_default(),
        description_of(api, schema),
        description_of(api, inner),
    ];
    let general = general.iter().flat_map(|it| clauses(it));
    let general = general.filter(|clause| names(clause, name));
    let mut all = general.chain(clauses(&own));
    all.any(|clause| {
        let words = clause.to_lowercase();
        let plain = name.to_lowercase();
        // What is measured in seconds is no second one.
        let words = words.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut words = words
            .filter(|it| !it.is_empty())
            .skip_while(|it| *it != "first");
        let between: Vec<&str> = words
            .by_ref()
            .skip(1)
            .take_while(|it| *it != "second")
            .filter(|it| !FILLERS.contains(it) && *it != plain)
            .collect();
        NOT_GREATER.contains(&between.join(" ").as_str())
            && (says(&clause, &MUST) || speaks_of_refusal(&clause))
            && !says(&clause, &OPEN)
    })
}

/// Whether the operation, its body or one of the two says that they have to stand in their order.
fn is_told(api: &Api, operation: &Operation, schema: SchemaId, ends: (&str, &str)) -> bool {
    let of = |id: SchemaId| description_of(api, id);
    let (first, second) = ends;
    let inner = core(api, schema).1;
    let all = properties(api, inner);
    let own = |name: &str| {
        let found = all.iter().find(|(known, _)| known == name);
        // What a property says of itself is about it.
        let said = found.map(|(_, id)| of(*id)).unwrap_or_default();
        let said = clauses(&said).into_iter();
        said.map(|it| format!("`{name}` {it}")).collect::<Vec<_>>()
    };
    let general = [
        operation.description.clone().unwrap_or_default(),
        of(schema),
        of(inner),
    ];
    let listed: Vec<String> = general.iter().flat_map(|it| refusals(it)).collect();
    let mut general: Vec<String> = general.iter().flat_map(|it| clauses(it)).collect();
    general.extend(listed);
    general.extend(own(first));
    general.extend(own(second));
    general.iter().any(|clause| {
        let compared = || {
            let (one, other) = (place_named(clause, first)?, place_named(clause, second)?);
            let (from, to) = (one.1.min(other.1), one.0.max(other.0));
            clause.get(from..to).map(|between| says(between, &COMPARED))
        };
        names(clause, first)
            && names(clause, second)
            && compared().unwrap_or_default()
            && (says(clause, &MUST) || speaks_of_refusal(clause))
            && !says(clause, &OPEN)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(said: &str, end: &str) -> bool {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{post: {{operationId: a, description: \"{said}\", \
             requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{starts_at: {{type: string}}, \
             ends_at: {{type: string, description: \"{end}\"}}}}}}}}}}}}, responses: {{'201': {{description: ok}}}}}}}}}}}}"
        );
        let (api, _) = crate::rules::tests::api(&text);
        let operation = &api.operations[0];
        let body = operation.body.as_ref().expect("a body");
        let schema = body
            .content
            .values()
            .find_map(|it| it.schema)
            .expect("a schema");
        is_told(&api, operation, schema, ("starts_at", "ends_at"))
    }

    #[test]
    fn a_pair_is_turned_only_where_that_is_refused() {
        let told = |said: &str| {
            let text = format!(
                "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{post: {{operationId: a, description: \"{said}\", \
                 requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{normal: {{type: array}}, \
                 other: {{type: array}}}}}}}}}}}}, responses: {{'201': {{description: ok}}}}}}}}}}}}"
            );
            let (api, _) = crate::rules::tests::api(&text);
            let operation = &api.operations[0];
            let body = operation.body.as_ref().expect("a body");
            let schema = body.content.values().find_map(|it| it.schema);
            let schema = schema.expect("a schema");
            is_pair_told(&api, operation, schema, "normal")
        };
        assert!(told(
            "The first number of `normal` must not be greater than the second."
        ));
        assert!(told(
            "In `normal` the first value has to be less than the second."
        ));
        assert!(!told(
            "The first number of `other` must not be greater than the second."
        ));
        assert!(!told(
            "The first number of `normal` may be greater than the second."
        ));
        assert!(!told(
            "The first number of `normal` must not be negative, the second one may."
        ));
        assert!(!told(
            "The first delay of `normal` must not exceed 60 seconds."
        ));
        assert!(!told(
            "In `normal` the first must be at most 10, the second at most 100."
        ));
        assert!(is_rising(&serde_json::json!([1, 2.5])));
        assert!(!is_rising(&serde_json::json!([2, 2])));
        assert!(!is_rising(&serde_json::json!(["low", "mid"])));
    }

    #[test]
    fn ends_are_turned_only_where_that_is_refused() {
        assert!(told(
            "`ends_at` must be later than `starts_at`; otherwise the answer is `422`.",
            "x"
        ));
        assert!(told("`starts_at` after `ends_at` answers 422.", "x"));
        assert!(told("x", "Must be later than `starts_at`."));
        for open in [
            "`starts_at` and `ends_at` must be at most 90 days apart.",
            "`starts_at` and `ends_at` must be after today.",
            "`starts_at` after `ends_at` is not an error: nothing is found.",
            "`ends_at` may be before `starts_at`.",
        ] {
            assert!(!told(open, "x"), "{open}");
        }
    }
}
