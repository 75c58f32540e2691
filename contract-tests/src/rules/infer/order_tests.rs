//! What is read of orders.

use super::*;
use crate::rules::infer::item_of;

/// The keys of a list with these parameters, and the order that its description tells.
fn read(said: &str, parameters: &str) -> (Vec<String>, Option<String>) {
    let text = format!(
        "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: a, description: \"{said}\", \
         parameters: [{parameters}], responses: {{'200': {{description: ok, content: {{application/json: {{schema: {{type: array, \
         items: {{type: object, properties: {{id: {{type: string}}, name: {{type: string}}, created_at: {{type: integer}}}}}}}}}}}}}}}}}}}}}}}}"
    );
    let (api, _) = crate::rules::tests::api(&text);
    let operation = &api.operations[0];
    let item = item_of(&api, operation).expect("items");
    let keys = sort_keys(&api, operation, item);
    let shown = keys.iter().map(|key| {
        let asked = key.asked.iter();
        let asked: Vec<String> = asked
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let way = match key.either {
            true => "either",
            false => key.order.direction.word(),
        };
        format!("{} {} {way}", asked.join("&"), key.order.by)
    });
    let order = order(&api, operation, item);
    let order = order.map(|it| format!("{} {}", it.by, it.direction.word()));
    (shown.collect(), order)
}

#[test]
fn directions_are_read_in_every_spelling() {
    for (value, name, direction) in [
        ("-price", "price", Some(Sorted::Descending)),
        ("price:desc", "price", Some(Sorted::Descending)),
        ("created_at_asc", "created_at", Some(Sorted::Ascending)),
        ("createdAt DESC", "createdAt", Some(Sorted::Descending)),
        ("price", "price", None),
        ("desc", "desc", None),
    ] {
        assert_eq!(direction_of(value), (name.to_owned(), direction), "{value}");
    }
}

#[test]
fn a_parameter_that_turns_the_order_turns_what_is_told() {
    let turning =
        "{name: order, in: query, schema: {type: string, enum: [asc, desc], default: desc}}";
    let (keys, order) = read("Ordered by `name`.", turning);
    assert_eq!(
        keys,
        ["order=asc /name ascending", "order=desc /name descending"]
    );
    assert_eq!(
        order.as_deref(),
        Some("/name descending"),
        "the default turns it"
    );
    let turning = "{name: order, in: query, schema: {type: string, enum: [asc, desc]}}";
    assert_eq!(
        read("Ordered by `name`.", turning).1,
        None,
        "which way nobody says"
    );
    assert_eq!(
        read("Lists.", turning),
        (vec![], None),
        "by what nobody says"
    );
    let own = "{name: order, in: query, description: Sort order by the `created_at` timestamp of the objects. `asc` for \
               ascending order and `desc` for descending order., schema: {type: string}}";
    let (keys, order) = read("Lists.", own);
    assert_eq!(
        keys,
        [
            "order=asc /created_at ascending",
            "order=desc /created_at descending"
        ]
    );
    assert_eq!(order, None);
}

#[test]
fn a_parameter_of_free_text_takes_what_its_pattern_or_description_names() {
    let pattern =
        "{name: sort, in: query, schema: {type: string, pattern: '^-?(name|created_at)$'}}";
    assert_eq!(
        read("Lists.", pattern).0,
        [
            "sort=name /name ascending",
            "sort=-name /name descending",
            "sort=created_at /created_at ascending",
            "sort=-created_at /created_at descending"
        ]
    );
    let loose = "{name: sort, in: query, schema: {type: string, pattern: '^[a-z_]+$'}}";
    assert!(read("Lists.", loose).0.is_empty());
    let prose = "{name: sort, in: query, description: 'Sorts by `name`; a leading minus sorts descending. `id` cannot be used.', \
                 schema: {type: string}}";
    assert_eq!(
        read("Lists.", prose).0,
        ["sort=name /name ascending", "sort=-name /name descending"]
    );
    let example = "{name: sort, in: query, example: 'name:desc', schema: {type: string}}";
    assert_eq!(
        read("Lists.", example).0,
        ["sort=name:desc /name descending"]
    );
}

#[test]
fn a_direction_that_stands_first_does_not_choose() {
    let both = "{name: order, in: query, schema: {type: string, enum: [asc, desc]}}, \
                {name: sort, in: query, schema: {type: string, enum: [name]}}";
    assert_eq!(
        read("Lists.", both).0,
        [
            "sort=name&order=asc /name ascending",
            "sort=name&order=desc /name descending"
        ]
    );
}

#[test]
fn what_is_said_of_equals_is_no_order_of_the_list() {
    for said in [
        "In the order of sort. With created_at, those of the same second are ordered by ascending id",
        "Those with equal names are ordered by ascending id",
        "Those of the same day are ordered by ascending id, in either direction",
    ] {
        assert_eq!(read(said, "").1, None, "{said}");
    }
}

#[test]
fn a_property_that_is_sorted_by_in_either_direction_is_told() {
    let order = "{name: order, in: query, schema: {type: string, enum: [asc, desc], default: asc}}";
    let said = "The terms by `name`, compared code point by code point, ascending or descending as `order` says.";
    let (keys, usual) = read(said, order);
    assert_eq!(
        keys,
        ["order=asc /name ascending", "order=desc /name descending"]
    );
    assert_eq!(usual.as_deref(), Some("/name ascending"));
}
