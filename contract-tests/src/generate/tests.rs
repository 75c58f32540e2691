use super::*;
use serde_json::json;

fn generator(schema: &str) -> (Generator, SchemaId) {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    B: {{type: string, enum: [x, y]}}\n    A: {schema}\n"
    );
    let loaded = counterpart_model::load_str("t.yaml", text);
    let api = Arc::new(loaded.api.expect("a document"));
    let id = *api.components.get("A").expect("the component");
    (Generator::new(api, Direction::Neutral, 7), id)
}

/// Asserts that each keyword has cases on both sides, all of them judged, and gives back the values.
fn both_sides(schema: &str, keywords: &[&str]) -> (Vec<Value>, Vec<Value>) {
    let (generator, id) = generator(schema);
    let (positive, negative) = (generator.positive(id), generator.negative(id));
    for keyword in keywords {
        assert!(
            positive.iter().any(|case| case.keyword == *keyword),
            "no valid {keyword}: {positive:#?}"
        );
        assert!(
            negative.iter().any(|case| case.keyword == *keyword),
            "no invalid {keyword}: {negative:#?}"
        );
    }
    for case in &positive {
        assert!(generator.is_valid(id, &case.value), "{case:?}");
    }
    for case in &negative {
        assert!(!generator.is_valid(id, &case.value), "{case:?}");
    }
    assert!(
        generator
            .example(id)
            .is_some_and(|value| generator.is_valid(id, &value))
    );
    let values = |cases: Vec<Case>| cases.into_iter().map(|case| case.value).collect();
    (values(positive), values(negative))
}

fn count(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

#[test]
fn lengths() {
    let (valid, invalid) = both_sides(
        "{type: string, minLength: 2, maxLength: 5}",
        &["minLength", "maxLength", "type"],
    );
    for length in [2, 5] {
        assert!(valid.iter().any(|value| count(value) == length));
        assert!(valid.contains(&json!("🌍".repeat(length))));
    }
    for length in [1, 6] {
        assert!(invalid.iter().any(|value| count(value) == length));
    }
    assert!(invalid.contains(&Value::Null));
}

#[test]
fn lengths_that_a_pattern_allows() {
    let (generator, id) = generator("{type: string, pattern: '^[a-z]+$', maxLength: 4}");
    let over = generator
        .negative(id)
        .into_iter()
        .find(|case| case.keyword == "maxLength")
        .expect("a case");
    assert!(
        over.value
            .as_str()
            .is_some_and(|text| text.len() == 5 && text.bytes().all(|it| it.is_ascii_lowercase())),
        "{over:?}"
    );
}

#[test]
fn patterns_formats_and_lists() {
    let (_, invalid) = both_sides(
        "{type: string, pattern: '^cus_[A-Za-z0-9]+$'}",
        &["pattern"],
    );
    assert!(
        invalid
            .iter()
            .any(|value| value.as_str().is_some_and(|text| text.ends_with('\n')))
    );
    both_sides(
        "{type: string, format: date-time, pattern: Z$}",
        &["format", "pattern"],
    );
    both_sides(
        "{type: string, format: uri, maxLength: 60}",
        &["format", "maxLength"],
    );
    let (valid, invalid) = both_sides("{type: string, enum: [open, shut]}", &["enum"]);
    assert!(valid.contains(&json!("open")) && valid.contains(&json!("shut")));
    assert!(invalid.contains(&json!("OPEN")));
    both_sides("{const: 3}", &["const"]);
}

#[test]
fn numbers() {
    let (valid, invalid) = both_sides(
        "{type: integer, minimum: 1, maximum: 100}",
        &["minimum", "maximum"],
    );
    assert!(valid.contains(&json!(1)) && valid.contains(&json!(100)));
    assert!(
        invalid.contains(&json!(0))
            && invalid.contains(&json!(101))
            && invalid.contains(&json!(1.5))
    );
    both_sides(
        "{type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}",
        &["exclusiveMinimum", "exclusiveMaximum"],
    );
    both_sides(
        "{type: number, minimum: -2.5, multipleOf: 0.25}",
        &["minimum", "multipleOf"],
    );
    let (valid, invalid) = both_sides("{type: integer, format: int32}", &["format"]);
    assert!(valid.contains(&json!(i32::MAX)) && invalid.contains(&json!(i64::from(i32::MAX) + 1)));
}

#[test]
fn arrays() {
    let schema = "{type: array, minItems: 1, maxItems: 2, uniqueItems: true, items: {$ref: '#/components/schemas/B'}}";
    let (valid, invalid) = both_sides(schema, &["minItems", "maxItems", "uniqueItems", "enum"]);
    assert!(
        valid
            .iter()
            .any(|value| value.as_array().is_some_and(|items| items.len() == 2))
    );
    assert!(invalid.contains(&json!([])) && invalid.contains(&json!(["x", "x"])));
    both_sides("{type: array, contains: {type: integer}}", &["contains"]);
    both_sides(
        "{type: array, prefixItems: [{type: integer}, {type: string}], items: {type: boolean}}",
        &["type"],
    );
    // A tuple: what stands in its places is tried, and one more than it has.
    let tuple = "{type: array, minItems: 2, prefixItems: [{type: string, pattern: '^[ab]{2}$'}, {type: integer, maximum: 7}], items: false}";
    let (valid, invalid) = both_sides(tuple, &["items", "pattern", "maximum"]);
    assert!(
        valid
            .iter()
            .all(|it| it.as_array().is_none_or(|it| it.len() == 2))
    );
    assert!(
        invalid
            .iter()
            .any(|it| it.as_array().is_some_and(|it| it.len() == 3))
    );
    both_sides(
        "{allOf: [{type: array, prefixItems: [{type: string, maxLength: 2}]}], unevaluatedItems: false}",
        &["unevaluatedItems", "maxLength"],
    );
}

#[test]
fn objects() {
    let schema = "{type: object, required: [a], additionalProperties: false, properties: {a: {type: string}, b: {type: [integer, 'null'], minimum: 1}}}";
    let (valid, invalid) = both_sides(schema, &["required", "minimum"]);
    assert!(
        valid.iter().any(|value| value.get("b").is_none())
            && valid
                .iter()
                .any(|value| value.get("b") == Some(&Value::Null))
    );
    assert!(
        invalid
            .iter()
            .any(|value| value.get("counterpart_unknown").is_some())
    );
    let map = "{type: object, minProperties: 1, maxProperties: 3, propertyNames: {pattern: '^[a-z_0-9]{1,40}$'}, additionalProperties: {type: string, maxLength: 5}}";
    let (_, invalid) = both_sides(
        map,
        &[
            "minProperties",
            "maxProperties",
            "propertyNames",
            "maxLength",
        ],
    );
    assert!(
        invalid
            .iter()
            .any(|value| value.as_object().is_some_and(|members| members.len() == 4))
    );
    both_sides(
        "{type: object, properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}",
        &["dependentRequired"],
    );
}

#[test]
fn unions() {
    let schema = "{oneOf: [{type: object, required: [t, x], properties: {t: {const: a}, x: {type: integer, minimum: 5}}}, {type: object, required: [t], properties: {t: {const: b}}}], discriminator: {propertyName: t}}";
    let (valid, invalid) = both_sides(schema, &["const", "minimum", "required"]);
    for tag in ["a", "b"] {
        assert!(
            valid
                .iter()
                .any(|value| value.get("t") == Some(&json!(tag)))
        );
    }
    assert!(
        invalid
            .iter()
            .any(|value| value.get("x") == Some(&json!(4)))
    );
}

#[test]
fn recursion_ends() {
    let (generator, id) = generator(
        "{type: object, required: [n], properties: {n: {type: integer, minimum: 3}, next: {$ref: '#/components/schemas/A'}}}",
    );
    assert!(generator.example(id).is_some());
    assert!(generator.positive(id).len() > 3);
    assert!(
        generator
            .negative(id)
            .iter()
            .any(|case| case.pointer == "/next/n")
    );
    let (endless, id) = self::generator(
        "{type: object, required: [next], properties: {next: {$ref: '#/components/schemas/A'}}}",
    );
    assert_eq!(endless.example(id), None);
}

#[test]
fn the_same_seed_makes_the_same() {
    let texts = || {
        let (generator, id) =
            generator("{type: object, properties: {a: {type: string, pattern: '^[a-z]{3,9}$'}}}");
        let mut rng = Rng::new(1);
        let random: Vec<String> = (0..50)
            .map(|_| generator.random(id, &mut rng).to_string())
            .collect();
        let cases: Vec<String> = generator
            .negative(id)
            .into_iter()
            .map(|case| case.what)
            .collect();
        (random, cases)
    };
    assert_eq!(texts(), texts());
}

#[test]
fn random_instances_are_of_both_kinds() {
    let (generator, id) =
        generator("{type: object, required: [a], properties: {a: {type: string, maxLength: 3}}}");
    let mut rng = Rng::new(1);
    let valid = (0..500)
        .filter(|_| generator.is_valid(id, &generator.random(id, &mut rng)))
        .count();
    assert!((100..400).contains(&valid), "{valid}");
}

#[test]
fn what_is_refused_within_is_not_evaluated_and_still_one_violation() {
    let (_, invalid) = both_sides(
        "{allOf: [{type: object, properties: {weight: {type: integer, multipleOf: 5}, name: {type: string, maxLength: 3}}}], \
         required: [name], unevaluatedProperties: false}",
        &["multipleOf", "maxLength", "required"],
    );
    assert!(invalid.iter().any(|value| {
        value
            .get("weight")
            .is_some_and(|it| it.as_i64().is_some_and(|it| it % 5 != 0))
    }));
}

#[test]
fn what_holds_only_under_a_condition_has_both_sides() {
    let (valid, invalid) = both_sides(
        "{type: object, required: [country, code], properties: {country: {enum: [FR, DE]}, code: {type: string}}, if: \
         {properties: {country: {const: DE}}}, then: {properties: {code: {pattern: '^[0-9]{5}$'}}}, else: {properties: {code: \
         {maxLength: 3}}}}",
        &["pattern", "maxLength"],
    );
    let of = |all: &[Value], country: &str| all.iter().any(|it| it["country"] == country);
    assert!(of(&valid, "DE") && of(&valid, "FR"));
    assert!(of(&invalid, "DE") && of(&invalid, "FR"));
}

#[test]
fn a_branch_that_nothing_passes_is_not_taken() {
    let (generator, id) = generator(
        "{type: object, required: [kind], properties: {kind: {enum: [a, b]}, note: {type: string}}, if: {properties: {kind: \
         {const: a}}}, then: {required: [note]}, else: {properties: {note: false}}}",
    );
    let positive = generator.positive(id);
    assert!(positive.iter().any(|case| case.value.get("note").is_some()));
    assert!(
        positive
            .iter()
            .all(|case| generator.is_valid(id, &case.value))
    );
}

#[test]
fn signs_that_a_pattern_allows_stand_between_letters() {
    let (valid, _) = both_sides(
        "{type: string, pattern: '^[A-Za-z0-9][A-Za-z0-9._ -]{0,28}[A-Za-z0-9]$'}",
        &["pattern"],
    );
    let with = |sign: char| {
        valid
            .iter()
            .any(|it| it.as_str().is_some_and(|it| it.contains(sign)))
    };
    for sign in [' ', '-', '.', '_'] {
        assert!(with(sign), "{sign:?}");
    }
    let (generator, id) = generator("{type: string, pattern: '^.{3,9}$'}");
    let signs = |case: Case| case.value.as_str().is_some_and(|it| it.contains('"'));
    assert!(
        !generator.positive(id).into_iter().any(signs),
        "any character is no sign"
    );
}
