//! Parameters that ask for more to be told, and leave the list what it is: a count of all, things written out.

use super::{
    asked::{Asked, asked},
    prose::{has_word, says},
    shape::{members, shape_of},
    snake,
};
use counterpart_model::api::{Api, Operation, Parameter, SchemaId, Shape};

/// What parameters are called that ask how many items there are in all.
const COUNTS: [&str; 22] = [
    "count",
    "total",
    "totals",
    "total_count",
    "include_count",
    "include_counts",
    "include_total",
    "include_totals",
    "include_total_count",
    "with_count",
    "with_total",
    "with_totals",
    "with_total_count",
    "return_count",
    "return_total",
    "show_count",
    "show_total",
    "get_total",
    "count_total",
    "calculate_total",
    "inlinecount",
    "inline_count",
];
/// What parameters are called that ask for things to be written out which are told by a reference elsewhere.
const EXPANDS: [&str; 6] = [
    "expand", "expands", "expanded", "embed", "embeds", "populate",
];
/// What parameters are called that ask for more of each item, or for more items.
const INCLUDES: [&str; 4] = ["include", "includes", "with", "include_fields"];
/// How a page is written, and nothing else.
const WRITTEN: [&str; 4] = ["pretty", "pretty_print", "prettyprint", "envelope"];

/// Whether a parameter of a list asks for nothing but a count, or for things to be written out: the items are the same.
pub(crate) fn asks_only(api: &Api, parameter: &Parameter, item: Option<SchemaId>) -> bool {
    let name = snake(&parameter.name);
    let Some(schema) = parameter.schema() else {
        return false;
    };
    let switches = switch(api, schema).is_some();
    let called = |names: &[&str]| names.contains(&name.as_str());
    (called(&COUNTS) || called(&WRITTEN)) && switches
        || called(&EXPANDS)
        || called(&INCLUDES) && item.is_some_and(|item| names_members(api, schema, item))
}

/// The value that switches something on: `true`, or what OData calls `allpages`.
fn switch(api: &Api, schema: SchemaId) -> Option<String> {
    match shape_of(api, schema) {
        Shape::Boolean => Some("true".to_owned()),
        Shape::Enum(of) => {
            let values = of.strings()?;
            let known = ["true", "allpages", "yes", "1"];
            let on = values.iter().find(|it| known.contains(it))?;
            (values.len() <= 2).then(|| (*on).to_owned())
        }
        _ => None,
    }
}

/// Whether everything that a parameter may name is a member of the items.
fn names_members(api: &Api, schema: SchemaId, item: SchemaId) -> bool {
    let shape = match shape_of(api, schema) {
        Shape::Array { items: Some(one) } => shape_of(api, *one),
        other => other,
    };
    let Shape::Enum(of) = shape else {
        return false;
    };
    let own: Vec<String> = members(api, item)
        .iter()
        .map(|it| snake(&it.name))
        .collect();
    let values = of.strings().unwrap_or_default();
    !values.is_empty() && values.iter().all(|it| own.contains(&snake(it)))
}

/// The parameter that asks a list for a count of all, and the value that does, where it asks for nothing else.
pub(super) fn count_asked(api: &Api, operation: &Operation) -> Option<(String, String)> {
    let alone = |it: &Asked| {
        let said = &it.description;
        has_word(said, &["only", "instead"]) || says(said, &["no items", "without items"])
    };
    let all = asked(api, operation);
    let mut known = all
        .iter()
        .filter(|it| COUNTS.contains(&it.own.as_str()) && !it.is_filter() && !alone(it));
    known.find_map(|it| Some((it.name.clone(), switch(api, it.schema)?)))
}

#[cfg(test)]
mod tests {
    use super::{asks_only, count_asked};

    fn api(parameter: &str) -> std::sync::Arc<counterpart_model::Api> {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: a, parameters: [{parameter}], \
             responses: {{'200': {{description: ok, content: {{application/json: {{schema: {{type: array, items: {{type: object, \
             properties: {{id: {{type: string}}, owner: {{type: object}}}}}}}}}}}}}}}}}}}}}}}}"
        );
        crate::rules::tests::api(&text).0
    }

    #[test]
    fn a_count_that_is_asked_for_narrows_nothing() {
        for (parameter, only, counts) in [
            (
                "{name: $count, in: query, schema: {type: boolean, default: false}}",
                true,
                true,
            ),
            (
                "{name: include_total, in: query, schema: {type: boolean}}",
                true,
                true,
            ),
            (
                "{name: withCount, in: query, schema: {type: string, enum: ['true', 'false']}}",
                true,
                true,
            ),
            (
                "{name: $inlinecount, in: query, schema: {type: string, enum: [allpages, none]}}",
                true,
                true,
            ),
            // The answer may be a number then.
            (
                "{name: count, in: query, description: Return only the count, schema: {type: boolean}}",
                true,
                false,
            ),
            // That is the size of a page.
            (
                "{name: count, in: query, schema: {type: integer, default: 20}}",
                false,
                false,
            ),
            (
                "{name: include_archived, in: query, schema: {type: boolean}}",
                false,
                false,
            ),
            (
                "{name: $expand, in: query, schema: {type: string, enum: [owner]}}",
                true,
                false,
            ),
            (
                "{name: include, in: query, schema: {type: string, enum: [owner]}}",
                true,
                false,
            ),
            (
                "{name: include, in: query, schema: {type: string, enum: [archived]}}",
                false,
                false,
            ),
            (
                "{name: include, in: query, schema: {type: string}}",
                false,
                false,
            ),
        ] {
            let api = api(parameter);
            let operation = &api.operations[0];
            let item = super::super::item_of(&api, operation);
            assert_eq!(
                asks_only(&api, &operation.parameters[0], item),
                only,
                "{parameter}"
            );
            assert_eq!(
                count_asked(&api, operation).is_some(),
                counts,
                "{parameter}"
            );
        }
    }
}
