//! Bodies in which something ends before it begins, where the document says in words that this is refused.

use super::variation::{Variation, Variations};
use crate::rules::infer::{
    clauses, envelope::core, names, place_named, properties, says, speaks_of_refusal,
};
use counterpart_model::api::{Api, Operation, SchemaId};

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
        let (body, (first, second)) = self.context.turned_ends(schema, &good)?;
        if !is_told(&self.context.api, self.operation, schema, (&first, &second)) {
            return None;
        }
        let body = self
            .context
            .addressed(self.operation, &self.resource, &body);
        let mut request = self.twin();
        request.content_type = Some(media);
        Some(Variation {
            what: format!("body: {second} comes before {first}"),
            keyword: "order".to_owned(),
            origin: self.operation.origin.clone(),
            request: request.with_json(&body),
        })
    }
}

/// Whether the operation, its body or one of the two says that they have to stand in their order.
fn is_told(api: &Api, operation: &Operation, schema: SchemaId, ends: (&str, &str)) -> bool {
    let of = |id: SchemaId| {
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        let said = own.description.as_deref().or(target.description.as_deref());
        said.unwrap_or_default().to_owned()
    };
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
    let mut general: Vec<String> = general.iter().flat_map(|it| clauses(it)).collect();
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
