//! The types that generated code is made of.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use counterpart_runtime::support::required::build as required;
use counterpart_runtime::{
    Bundle, Bytes, Component, Date, DateTime, Duration, Instance, Map, Nullable, Parsed, Parser,
    SchemaRef, Time, Uuid, Value, Writer, length, list_type, map_type, number_type, serde_by_value,
    string_enum, string_type, unique,
};
use proptest::prelude::*;

static SCHEMAS: Bundle = Bundle::new(
    r#"[
    {"type": "string", "minLength": 2, "maxLength": 4},
    {"type": "string", "minLength": 8, "writeOnly": true},
    {"type": "string", "enum": ["on", "off"]},
    {"type": "object", "maxProperties": 2, "propertyNames": {"$ref": 0}, "additionalProperties": {"type": ["string", "null"], "maxLength": 3}},
    {"type": "array", "maxItems": 3, "uniqueItems": true},
    {"type": "number", "minimum": 0.1, "exclusiveMaximum": 1},
    {"type": "object", "required": ["id"], "additionalProperties": false, "properties": {"id": {"$ref": 0}, "note": {"type": ["string", "null"]}, "state": {"$ref": 2}}}
]"#,
    &[],
);

string_type! {
    /// Two to four characters.
    pub struct Code;
    schema: SCHEMAS.schema(0),
    check: |text| length(text, 2, 4),
}

string_type! {
    /// A password.
    pub struct Password;
    schema: SCHEMAS.schema(1),
    check: |text| length(text, 8, usize::MAX),
    secret,
}

string_enum! {
    /// A switch.
    pub enum Switch { On = "on", Off = "off" }
    schema: SCHEMAS.schema(2),
}

string_enum! {
    /// A switch of a later version.
    pub enum OpenSwitch { On = "on", Off = "off" }
    schema: SCHEMAS.schema(2), open, Unknown
}

map_type! {
    /// Notes.
    #[derive(PartialEq)]
    pub struct Notes(Map<Code, Nullable<String>>);
    schema: SCHEMAS.schema(3),
    length: 0..=2,
}

list_type! {
    /// A set.
    #[derive(PartialEq)]
    pub struct Set(Vec<Value>);
    schema: SCHEMAS.schema(4),
    length: 0..=3,
    check: |items| unique(items),
}

number_type! {
    /// A rate.
    pub struct Rate(f64);
    schema: SCHEMAS.schema(5),
    check: |value| *value >= *"0.1" && *value < *"1",
}

/// What codegen writes for an object.
#[derive(Clone, Debug, PartialEq)]
struct Thing {
    id: Code,
    note: Option<Nullable<String>>,
    state: Option<Switch>,
}

impl Instance for Thing {
    const SCHEMA: SchemaRef = SCHEMAS.schema(6);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        let (mut id, mut note, mut state) = (None, None, None);
        p.begin_object()?;
        while let Some(key) = p.next_key()? {
            match &*key {
                "id" => p.field(&mut id)?,
                "note" => p.field(&mut note)?,
                "state" => p.field(&mut state)?,
                _ => return p.refuse(),
            }
        }
        Ok(Self {
            id: required(id)?,
            note,
            state,
        })
    }

    fn write(&self, w: &mut Writer) {
        w.begin_object();
        w.field("id", &self.id);
        w.optional("note", self.note.as_ref());
        w.optional("state", self.state.as_ref());
        w.end_object();
    }
}
serde_by_value!(Thing);

fn keyword<T: Instance + std::fmt::Debug>(json: &str) -> (String, &'static str) {
    let violations = T::from_json(json.as_bytes()).unwrap_err();
    (violations[0].pointer.clone(), violations[0].keyword)
}

#[test]
fn absent_null_and_value_are_three_things() {
    for json in [
        r#"{"id":"ab"}"#,
        r#"{"id":"ab","note":null}"#,
        r#"{"id":"ab","note":"x","state":"off"}"#,
    ] {
        let thing = Thing::from_json(json.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(thing.to_json()).unwrap(), json);
        assert_eq!(serde_json::from_str::<Thing>(json).unwrap(), thing);
        assert_eq!(serde_json::to_string(&thing).unwrap(), json);
        assert_eq!(Thing::from_value(&thing.to_value()).unwrap(), thing);
    }
    assert_eq!(keyword::<Thing>("{}"), (String::new(), "required"));
    assert_eq!(
        keyword::<Thing>(r#"{"id":"abcde"}"#),
        ("/id".to_owned(), "maxLength")
    );
    assert_eq!(
        keyword::<Thing>(r#"{"id":"ab","x":1}"#),
        ("/x".to_owned(), "additionalProperties")
    );
    assert_eq!(
        keyword::<Thing>(r#"{"id":"ab","id":"ab"}"#),
        ("/id".to_owned(), "duplicateProperty")
    );
    assert_eq!(
        keyword::<Thing>(r#"{"id":"ab"} x"#),
        (String::new(), "json")
    );
    assert!(
        serde_json::from_str::<Thing>("{}")
            .unwrap_err()
            .to_string()
            .contains("required")
    );
    let component = Component::new::<Thing>("Thing", "/components/schemas/Thing");
    assert!((component.check)(b"{}").is_err());
    assert_eq!(
        (component.round_trip)(br#"{ "id" : "ab" }"#).unwrap(),
        br#"{"id":"ab"}"#
    );
}

#[test]
fn lengths_count_characters() {
    // Two bytes each, then four, then one.
    for (text, fine) in [
        ("éé", true),
        ("éééé", true),
        ("ééééé", false),
        ("😀", false),
        ("😀😀😀😀", true),
        ("a", false),
        ("abcde", false),
    ] {
        assert_eq!(Code::try_from(text).is_ok(), fine, "{text}");
    }
}

#[test]
fn secrets_do_not_show() {
    let password: Password = "correct horse".parse().unwrap();
    assert_eq!(format!("{password:?}"), "Password(***)");
    assert_eq!(password.as_str(), "correct horse");
    let violations = Password::try_from("hunter2").unwrap_err();
    assert!(!format!("{violations:?}{violations}").contains("hunter2"));
}

#[test]
fn open_enums_give_the_text_back() {
    assert_eq!(Switch::ALL, [Switch::On, Switch::Off]);
    assert_eq!(keyword::<Switch>("\"dim\""), (String::new(), "enum"));
    let dim = OpenSwitch::from_json(b"\"dim\"").unwrap();
    assert_eq!(dim, OpenSwitch::Unknown("dim".into()));
    assert_eq!(dim.to_json(), b"\"dim\"");
    assert_eq!(OpenSwitch::from_json(b"\"on\"").unwrap(), OpenSwitch::On);
    assert_eq!(keyword::<OpenSwitch>("1"), (String::new(), "type"));
}

#[test]
fn maps_and_lists_hold_their_rules() {
    let notes = Notes::from_json(br#"{"ab":"x","cd":null}"#).unwrap();
    assert_eq!(notes.get("cd"), Some(&Nullable::Null));
    assert_eq!(notes.to_json(), br#"{"ab":"x","cd":null}"#);
    assert_eq!(
        keyword::<Notes>(r#"{"a":"x"}"#),
        ("/a".to_owned(), "propertyNames")
    );
    assert_eq!(
        keyword::<Notes>(r#"{"ab":"x","cd":"x","ef":"x"}"#),
        (String::new(), "maxProperties")
    );
    let entries = ["ab", "cd", "ef"].map(|key| (Code::try_from(key).unwrap(), Nullable::Null));
    assert_eq!(
        Notes::try_from(entries.into_iter().collect::<Map<_, _>>()).unwrap_err()[0].keyword,
        "maxProperties"
    );

    for (json, fine) in [
        ("[1,2,3]", true),
        ("[1,1.0]", false),
        ("[0,-0.0]", false),
        ("[1,\"1\"]", true),
        ("[1,2,3,4]", false),
        (r#"[{"a":1,"b":[2]},{"b":[2.0],"a":1}]"#, false),
        (r#"[{"a":1},{"a":2}]"#, true),
        ("[[],{},null]", true),
    ] {
        assert_eq!(Set::from_json(json.as_bytes()).is_ok(), fine, "{json}");
    }
}

#[test]
fn bounds_are_exact() {
    assert_eq!(Rate::from_json(b"0.1").unwrap().get(), 0.1);
    assert_eq!(
        keyword::<Rate>("0.09999999999999999999999"),
        (String::new(), "minimum")
    );
    assert!(Rate::from_json(b"0.99999999999999999999999").is_ok());
    assert_eq!(keyword::<Rate>("1"), (String::new(), "exclusiveMaximum"));
    assert!(Rate::try_from(f64::NAN).is_err());
}

#[test]
fn moments_keep_their_text() {
    for text in [
        "2024-02-29T23:59:60Z",
        "1985-04-12t23:20:50.520-07:00",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00.1234567890123+23:59",
    ] {
        let json = format!("\"{text}\"");
        assert_eq!(
            DateTime::from_json(json.as_bytes()).unwrap().to_json(),
            json.as_bytes()
        );
    }
    let moment = |text: &str| text.parse::<DateTime>().unwrap();
    assert!(moment("2024-01-01T00:00:00+01:00") < moment("2024-01-01T00:00:00Z"));
    assert_eq!(
        moment("1969-12-31T23:59:59.5Z")
            .timestamp()
            .as_millisecond(),
        -500
    );
    assert_eq!(
        keyword::<DateTime>("\"2024-02-30T00:00:00Z\""),
        (String::new(), "format")
    );
    assert_eq!("2024-02-29".parse::<Date>().unwrap().parts(), (2024, 2, 29));
    assert!("10:00:00+01:00".parse::<Time>().unwrap() < "10:00:00Z".parse::<Time>().unwrap());
    assert_eq!("P1DT2H".parse::<Duration>().unwrap().as_str(), "P1DT2H");
    assert!("P1H".parse::<Duration>().is_err());
}

#[test]
fn bytes_and_uuids() {
    assert_eq!(Bytes::from_json(b"\"AQID\"").unwrap().0, [1, 2, 3]);
    for refused in ["\"AQI\"", "\"AQJ=\"", "\"AQID\\n\"", "\"-_8=\""] {
        assert_eq!(
            keyword::<Bytes>(refused),
            (String::new(), "format"),
            "{refused}"
        );
    }
    let uuid: Uuid = "2EB8AA08-aa98-11ea-b4aa-73b441d16380".parse().unwrap();
    assert_eq!(uuid.as_str(), "2EB8AA08-aa98-11ea-b4aa-73b441d16380");
    assert_eq!(Ok(uuid), "2eb8aa08-aa98-11ea-b4aa-73b441d16380".parse());
    assert_eq!(Uuid::from_bytes(uuid.to_bytes()), uuid);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn maps_are_maps(entries in prop::collection::vec(("[a-d]{0,3}", any::<i32>()), 0..60), gone in "[a-d]{0,3}") {
        let mut ours: Map<String, i32> = Map::new();
        let mut theirs = std::collections::BTreeMap::new();
        for (name, value) in entries.clone() {
            prop_assert_eq!(ours.insert(name.clone(), value), theirs.insert(name, value));
        }
        prop_assert_eq!(ours.remove(&gone), theirs.remove(&gone));
        prop_assert_eq!(ours.len(), theirs.len());
        for (name, value) in &theirs {
            prop_assert_eq!(ours.get(name), Some(value));
        }
        let sorted: Map<String, i32> = theirs.into_iter().collect();
        prop_assert_eq!(&ours, &sorted);
        let names: std::collections::BTreeSet<_> = entries.iter().map(|(name, _)| name).collect();
        prop_assert_eq!(Map::from_entries(entries.clone()).is_ok(), names.len() == entries.len());
    }

    #[test]
    fn lengths_agree_with_counting(text in any::<String>(), min in 0..40_usize, max in 0..40_usize) {
        let count = text.chars().count();
        prop_assert_eq!(length(&text, min, max), min <= count && count <= max);
    }
}
