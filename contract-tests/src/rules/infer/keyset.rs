//! Lists that continue after a number which their items have: `afterSeq`, *only events with a greater `seq`*.

use super::{
    asked::Asked,
    paging_names::MORE,
    places::{Place, find_place},
    prose::says,
    shape::{properties, shape_of},
    snake,
};
use counterpart_model::api::{Api, SchemaId, Shape};

/// What is put before the name of the number.
const BEFORE: [&str; 4] = ["after_", "since_", "start_after_", "starting_after_"];
/// Numbers that no two items share.
const NUMBERED: [&str; 7] = [
    "seq",
    "sequence",
    "sequence_number",
    "offset",
    "position",
    "id",
    "number",
];
/// Words that tell of the page before.
const PAGED: [&str; 5] = [
    "previous page",
    "last page",
    "next page",
    "page before",
    "to continue",
];
/// And after it.
const AFTER: [&str; 3] = ["_after", "_gt", "_greater_than"];

/// A parameter that takes a number which items have, as what a list continues after, and the property; where the answer or
/// the description tells that it leads through pages.
pub(super) fn keyset<'a>(
    api: &Api,
    asked: &'a [Asked],
    item: SchemaId,
    places: &[(Place, Shape)],
) -> Option<(&'a Asked, String)> {
    let number = |id: SchemaId| matches!(shape_of(api, id), Shape::Integer(_));
    let more = find_place(places, MORE, |shape| matches!(shape, Shape::Boolean));
    // What goes both ways is a window, and no way through the list.
    let windowed = asked.iter().any(|it| {
        let own = it.own.as_str();
        own.starts_with("before_") || own.starts_with("until_") || own.ends_with("_before")
    });
    asked.iter().filter(|_| !windowed).find_map(|it| {
        let before = BEFORE.iter().find_map(|word| it.own.strip_prefix(word));
        let after = || AFTER.iter().find_map(|word| it.own.strip_suffix(word));
        let wanted = before.or_else(after).filter(|_| number(it.schema))?;
        let (name, _) = properties(api, item)
            .into_iter()
            .find(|(name, id)| snake(name) == wanted && number(*id))?;
        let paged = says(&it.description, &PAGED);
        let plain = before.is_some() && NUMBERED.contains(&wanted) && more.is_some();
        (paged || plain).then_some((it, name))
    })
}

#[cfg(test)]
mod tests {
    fn paged(parameters: &str, more: &str) -> bool {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: a, parameters: [{parameters}], \
             responses: {{'200': {{description: ok, content: {{application/json: {{schema: {{type: object, properties: {{events: \
             {{type: array, items: {{type: object, properties: {{seq: {{type: integer}}, price: {{type: integer}}}}}}}}, {more}: \
             {{type: boolean}}}}}}}}}}}}}}}}}}}}}}"
        );
        let (api, _) = crate::rules::tests::api(&text);
        crate::rules::Pagination::is_stated(&api, &api.operations[0])
    }

    #[test]
    fn a_list_continues_after_a_number_that_no_two_items_share() {
        let after = |name: &str| format!("{{name: {name}, in: query, schema: {{type: integer}}}}");
        assert!(paged(&after("afterSeq"), "hasMore"));
        assert!(!paged(&after("afterSeq"), "busy"), "nothing tells of pages");
        assert!(!paged(&after("price_gt"), "hasMore"), "a filter");
        let window = format!("{}, {}", after("after_seq"), after("before_seq"));
        assert!(!paged(&window, "hasMore"), "a window");
    }

    #[test]
    fn what_has_the_schema_of_a_key_continues_after_it() {
        let text = |key: &str, after: &str| {
            format!(
                "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, components: {{schemas: {{Key: {{type: string}}}}}}, paths: \
                 {{/a: {{get: {{operationId: a, parameters: [{{name: limit, in: query, schema: {{type: integer}}}}, {{name: \
                 after, in: query, schema: {after}}}], responses: {{'400': {{description: no}}, '200': {{description: ok, \
                 content: {{application/json: {{schema: {{type: object, properties: {{terms: {{type: array, items: {{type: \
                 object, properties: {{key: {key}}}}}}}, more: {{type: boolean}}}}}}}}}}}}}}}}}}}}}}"
            )
        };
        let reference = "{$ref: '#/components/schemas/Key'}";
        let of = |text: String| {
            let (api, document) = crate::rules::tests::api(&text);
            let rule = crate::rules::Pagination::of(&api, Some(&document), &api.operations[0]);
            rule.expect("a rule").map(|it| it.rule)
        };
        let found = of(text(reference, reference)).expect("it is paged");
        assert_eq!(found.parameters.forward.as_deref(), Some("after"));
        assert!(found.errors.unknown_cursor.is_none(), "it is compared");
        let moment = "{type: string, format: date-time}";
        assert!(of(text(reference, moment)).is_none_or(|it| it.parameters.forward.is_none()));
    }
}
