use super::*;
use serde_json::json;

fn judge(schemas: &str) -> (Judge, Arc<Api>) {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}"
    );
    let loaded = counterpart_model::load_str("t.yaml", text);
    let api = Arc::new(loaded.api.expect("a document"));
    (Judge::new(Arc::clone(&api)), api)
}

fn id(api: &Api, name: &str) -> SchemaId {
    *api.components.get(name).expect("a component")
}

#[test]
fn a_violation_names_place_keyword_and_origin() {
    let (judge, api) = judge(
        "    A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}\n    B: {type: string, maxLength: 2}\n",
    );
    let all = judge.violations(id(&api, "A"), Direction::Neutral, &json!({"b": "abc"}));
    let [only] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (only.pointer.as_str(), only.keyword.as_str()),
        ("/b", "maxLength")
    );
    assert_eq!(&*only.origin.pointer, "/components/schemas/B");
    assert_eq!(only.expected, "at most 2 characters");
    assert_eq!(only.found, "\"abc\" (3 characters)");
}

#[test]
fn date_time_is_read_to_the_letter() {
    let (judge, api) = judge("    A: {type: string, format: date-time}\n");
    let valid = |text: &str| judge.is_valid(id(&api, "A"), Direction::Neutral, &json!(text));
    for text in [
        "2024-02-29T00:00:00Z",
        "2024-01-01t00:00:00.5+23:59",
        "2016-12-31T23:59:60Z",
        "2016-12-31T18:59:60-05:00",
    ] {
        assert!(valid(text), "{text}");
    }
    for text in [
        "2023-02-29T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00",
        "2024-01-01T0*:00:00Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00+24:00",
        "2024-01-01T00:00:00Zé",
        "é",
    ] {
        assert!(!valid(text), "{text}");
    }
}

#[test]
fn dates_are_read_to_the_letter() {
    let (judge, api) = judge("    A: {type: string, format: date}\n");
    let valid = |text: &str| judge.is_valid(id(&api, "A"), Direction::Neutral, &json!(text));
    assert!(valid("2024-02-29"));
    for text in [
        "2023-02-29",
        "1970-01-0/",
        "202--02-28",
        "2024-1-01",
        "2024-01-01T",
        "2024-01-٣",
    ] {
        assert!(!valid(text), "{text}");
    }
}

#[test]
fn integer_formats_are_asserted() {
    let (judge, api) = judge("    A: {type: integer, format: int32}\n");
    let at = |value: Value| judge.violations(id(&api, "A"), Direction::Neutral, &value);
    assert!(at(json!(2_147_483_647)).is_empty());
    assert_eq!(
        at(json!(2_147_483_648_i64))
            .first()
            .map(|it| it.keyword.as_str()),
        Some("format")
    );
}

#[test]
fn a_discriminating_property_selects_the_branch() {
    let (judge, api) = judge(
        "    U: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}\n    A: {type: object, required: [t, x], properties: {t: {const: a}, x: {type: string}}}\n    B: {type: object, required: [t], properties: {t: {const: b}, y: {type: string}}}\n",
    );
    let at = |value: Value| judge.violations(id(&api, "U"), Direction::Neutral, &value);
    let all = at(json!({"t": "a", "x": 1}));
    let [only] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (only.pointer.as_str(), only.keyword.as_str()),
        ("/x", "type")
    );
    let all = at(json!({"t": "c"}));
    let [only] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (only.pointer.as_str(), only.expected.as_str()),
        ("/t", "t: one of a, b")
    );
}

#[test]
fn what_is_write_only_is_no_part_of_a_response() {
    let (judge, api) = judge(
        "    A: {type: object, required: [s], properties: {s: {type: string, writeOnly: true}}}\n",
    );
    let at = |direction, value: Value| judge.violations(id(&api, "A"), direction, &value);
    assert!(at(Direction::Response, json!({})).is_empty());
    assert_eq!(
        at(Direction::Response, json!({"s": ""}))
            .first()
            .map(|it| it.keyword.as_str()),
        Some("writeOnly")
    );
    assert_eq!(
        at(Direction::Request, json!({}))
            .first()
            .map(|it| it.keyword.as_str()),
        Some("required")
    );
}

#[test]
fn a_pattern_that_does_not_compile_costs_only_itself() {
    let (judge, api) = judge(
        "    A: {type: object, properties: {a: {type: string, pattern: '('}, b: {type: integer}}}",
    );
    let id = id(&api, "A");
    assert!(judge.is_valid(id, Direction::Neutral, &json!({ "a": "x" })));
    assert!(!judge.is_valid(id, Direction::Neutral, &json!({ "b": "x" })));
    let problem = judge.problem(id, Direction::Neutral);
    assert_eq!(problem.as_deref(), Some("not judged by: pattern ("));
}

#[test]
fn a_pattern_that_costs_too_much_accuses_nobody() {
    let (judge, api) = judge("    A: {type: string, pattern: '^((a+)\\2?)+b$', maxLength: 3000}");
    let id = id(&api, "A");
    let started = std::time::Instant::now();
    let text = json!("a".repeat(2000));
    assert!(judge.is_valid(id, Direction::Neutral, &text));
    assert!(judge.violations(id, Direction::Neutral, &text).is_empty());
    let long = json!("a".repeat(3001));
    assert!(!judge.is_valid(id, Direction::Neutral, &long));
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn secrets_are_not_shown() {
    let (judge, api) = judge(
        "    A: {type: object, required: [x], properties: {key: {type: string, format: password, minLength: 20}, pin: {type: string, writeOnly: true, maxLength: 2}}}",
    );
    let value = json!({ "key": "s3cret", "pin": "s3cret" });
    for direction in [Direction::Request, Direction::Response] {
        let violations = judge.violations(id(&api, "A"), direction, &value);
        assert!(violations.len() > 1, "{violations:?}");
        assert!(
            !format!("{violations:?}").contains("s3cret"),
            "{violations:?}"
        );
    }
}

#[test]
fn names_with_escapes_lead_to_their_schema() {
    let (judge, api) = judge("    A: {type: object, properties: {'a/b~c%41': {type: integer}}}");
    let violations = judge.violations(
        id(&api, "A"),
        Direction::Neutral,
        &json!({ "a/b~c%41": "x" }),
    );
    let first = violations
        .first()
        .map(|it| (it.pointer.as_str(), it.origin.pointer.to_string()));
    let origin = "/components/schemas/A/properties/a~1b~0c%41".to_owned();
    assert_eq!(first, Some(("/a~1b~0c%41", origin)));
}
