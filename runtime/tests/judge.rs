//! What the judge says, and that it always comes to an end.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use counterpart_runtime::{Bundle, Instance, Parsed, Parser, SchemaRef, Value, Violations, Writer};

static SCHEMAS: Bundle = Bundle::new(
    r##"[
    {"$pointer": "/components/schemas/Person", "type": "object", "required": ["name", "age"],
     "additionalProperties": false, "properties": {
        "name": {"$pointer": "/components/schemas/Person/properties/name", "type": "string", "minLength": 2, "pattern": "^[a-z]*$"},
        "age": {"type": "integer", "minimum": 0, "multipleOf": 1},
        "tags": {"type": "array", "maxItems": 2, "uniqueItems": true, "items": {"type": "string"}},
        "password": {"type": "string", "writeOnly": true, "minLength": 8}}},
    {"oneOf": [{"$ref": 2}, {"$pointer": "/oneOf/1", "$ref": 3}], "discriminator": {"propertyName": "type", "mapping": {"cat": 2, "dog": 3}}},
    {"type": "object", "required": ["type", "lives"], "properties": {"type": {"const": "cat"}, "lives": {"type": "integer", "maximum": 9}}},
    {"type": "object", "required": ["type", "name"], "properties": {"type": {"const": "dog"}, "name": {"type": "string"}}},
    {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": {"$ref": 4}, "minItems": 1}, {"type": "array", "items": {"$ref": 4}, "minItems": 2}]},
    {"$ref": 6}, {"allOf": [{"$ref": 5}]},
    {"type": "object", "additionalProperties": {"$ref": 7}},
    {"type": "object", "unevaluatedProperties": false, "allOf": [{"properties": {"a": true}}, {"if": {"required": ["a"]}, "then": {"properties": {"b": {"type": "string"}}}}]},
    {"type": "array", "items": {"allOf": [{"$ref": 10}]}}, {"type": "string", "format": "password", "maxLength": 2},
    {"type": "object", "propertyNames": {"pattern": "^[a-z]*$"}, "maxProperties": 2, "minProperties": 1},
    {"type": "array", "items": {"type": "integer"}}
]"##,
    &[("^[a-z]*$", |text| {
        text.bytes().all(|byte| byte.is_ascii_lowercase())
    })],
);

fn judge(index: u32, json: &str) -> Violations {
    SCHEMAS
        .schema(index)
        .judge(&Value::from_json(json).unwrap())
}

fn told(index: u32, json: &str) -> Vec<String> {
    judge(index, json)
        .iter()
        .map(|violation| format!("{} {}", violation.pointer, violation.keyword))
        .collect()
}

#[test]
fn everything_that_is_wrong_is_told() {
    let json = r#"{"name":"A","age":-1.5,"tags":["x","x",3],"more":1,"password":"hunter2"}"#;
    assert_eq!(
        told(0, json),
        [
            "/name minLength",
            "/name pattern",
            "/age type",
            "/age minimum",
            "/age multipleOf",
            "/tags maxItems",
            "/tags uniqueItems",
            "/tags/2 type",
            "/more additionalProperties",
            "/password minLength",
        ]
    );
    assert_eq!(told(0, "{}"), [" required", " required"]);
    assert_eq!(told(0, "3"), [" type"]);
    assert!(judge(0, r#"{"name":"ab","age":1.0}"#).is_empty());
}

#[test]
fn a_violation_says_all_there_is_to_say() {
    let violations = judge(
        0,
        r#"{"name":"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ","age":1}"#,
    );
    let [violation] = &violations[..] else {
        panic!("{violations}")
    };
    assert_eq!(violation.limit.as_deref(), Some("^[a-z]*$"));
    assert_eq!(
        violation.schema,
        "/components/schemas/Person/properties/name"
    );
    assert!(violation.found.as_deref().unwrap().starts_with("\"ABCD"));
    assert!(violation.found.as_deref().unwrap().chars().count() < 70);
    assert_eq!(violation.to_string(), "body /name: does not match ^[a-z]*$");
}

#[test]
fn secrets_are_not_told() {
    for (index, json) in [
        (0, r#"{"name":"ab","age":1,"password":"hunter2"}"#),
        (0, r#"{"age":1,"password":"hunter2","pasword":"hunter2"}"#),
        (9, r#"["hunter2"]"#),
        (9, r#"{"password":"hunter2"}"#),
    ] {
        let violations = judge(index, json);
        assert!(!violations.is_empty());
        assert!(
            !format!("{violations:?} {violations}").contains("hunter2"),
            "{violations:?}"
        );
    }
    assert_eq!(judge(9, r#"["hunter2"]"#)[0].found.as_deref(), Some("***"));
}

#[test]
fn the_selected_variant_is_told_of() {
    assert_eq!(told(1, r#"{"type":"cat","lives":10}"#), ["/lives maximum"]);
    assert_eq!(told(1, r#"{"type":"dog"}"#), [" required"]);
    assert_eq!(told(1, r#"{"type":"cow"}"#), ["/type discriminator"]);
    // Without a tag the closest variant is told of.
    assert_eq!(told(1, r#"{"lives":10}"#), [" required", "/lives maximum"]);
    assert_eq!(told(1, "3"), [" oneOf"]);
}

#[test]
fn names_and_counts() {
    assert_eq!(told(11, "{}"), [" minProperties"]);
    assert_eq!(
        told(11, r#"{"a":1,"B":1,"c":1}"#),
        [" maxProperties", "/B propertyNames"]
    );
    assert_eq!(
        judge(11, r#"{"B":1}"#)[0].limit.as_deref(),
        Some("^[a-z]*$")
    );
}

#[test]
fn unevaluated_properties_see_through_branches() {
    assert!(judge(8, r#"{"a":1,"b":"x"}"#).is_empty());
    assert_eq!(told(8, r#"{"b":"x"}"#), ["/b unevaluatedProperties"]);
    assert!(told(8, r#"{"a":1,"b":2}"#).contains(&"/b type".to_owned()));
}

#[test]
fn a_hostile_body_gets_no_more_than_a_hundred() {
    let violations = judge(12, &format!("[{}]", vec!["\"x\""; 100_000].join(",")));
    assert_eq!((violations.len(), violations.more()), (100, true));
    assert!(violations.to_string().ends_with("and more"));
}

#[test]
fn unions_of_unions_end() {
    // Two variants that both lead on, a hundred times: without memory 2^100 steps.
    for inner in ["3", "\"long\"", "\"ok\""] {
        let json = format!("{}{inner}{}", "[".repeat(100), "]".repeat(100));
        let valid = judge(4, &json).is_empty();
        assert_eq!(valid, inner == "\"ok\"", "{json}");
    }
}

#[test]
fn schemas_that_lead_into_themselves_refuse() {
    assert_eq!(told(5, "1"), [" $ref"]);
    assert_eq!(SCHEMAS.schema(99).judge(&Value::Null).len(), 1);
}

#[test]
fn deep_values_fit_a_small_stack() {
    let json = format!("{}{{}}{}", r#"{"a":"#.repeat(127), "}".repeat(127));
    assert!(judge(7, &json).is_empty());
    assert!(
        SCHEMAS
            .schema(7)
            .judge(&Value::from_json(&json.replace("{}", "{\"b\":3}")).unwrap_or_default())
            .len()
            == 1
    );
}

/// A type narrower than its schema: the fast path refuses what the judge lets through.
#[derive(Debug)]
struct Narrow;

impl Instance for Narrow {
    const SCHEMA: SchemaRef = SchemaRef::ANY;

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        p.refuse()
    }

    fn write(&self, w: &mut Writer) {
        w.null();
    }
}

#[test]
fn what_the_fast_path_refuses_stays_refused() {
    assert_eq!(Narrow::from_json(b"1").unwrap_err()[0].keyword, "parse");
    assert_eq!(Narrow::from_json(b"{]").unwrap_err()[0].keyword, "json");
    assert_eq!(
        Narrow::from_json(b"\"\xff\"").unwrap_err()[0].keyword,
        "json"
    );
}

#[test]
fn plain_types_explain_themselves_too() {
    let violations = Vec::<i32>::from_json(br#"[1,"a",2147483648]"#).unwrap_err();
    let told: Vec<_> = violations
        .iter()
        .map(|one| (one.pointer.as_str(), one.keyword))
        .collect();
    assert_eq!(told, [("/1", "type"), ("/2", "format")]);
}
