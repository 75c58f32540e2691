//! The parser against `serde_json`, and the writer against the parser.

use counterpart_runtime::json::{MAX_DEPTH, ReadErrorKind};
use counterpart_runtime::{Instance, Parsed, Parser, SchemaRef, Value, Writer};
use proptest::prelude::*;

/// Whether both skipping and reading accept a text; they have to agree with each other.
fn accepts(text: &str) -> bool {
    let mut parser = Parser::new(text);
    let skipped = parser.raw().is_ok() && parser.end().is_ok();
    assert_eq!(
        skipped,
        Value::from_json(text).is_ok(),
        "skipping and reading differ on {text:?}"
    );
    skipped
}

fn agrees(text: &str) {
    let theirs = serde_json::from_str::<serde_json::Value>(text);
    match (Value::from_json(text), theirs) {
        (Ok(_), Ok(_)) => {}
        // A number beyond `f64` is JSON all the same.
        (Ok(_), Err(error)) => assert!(
            error.to_string().contains("out of range"),
            "{text:?}: {error}"
        ),
        (Err(error), theirs) => {
            let stricter = matches!(
                error.kind,
                ReadErrorKind::Duplicate | ReadErrorKind::TooDeep
            );
            assert!(stricter || theirs.is_err(), "{text:?}: {error}");
        }
    }
    accepts(text);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(".{0,6}", inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_of_json_tokens(tokens in prop::collection::vec(
        prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u00e9\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\x\"",
            "\"", "\\", "0", "1", "-", "-0", "01", "1.", ".5", "1.5", "1e5", "1E+5", "1e", "1e400", "true", "false",
            "null", "nul", " ", "\n", "\t", "\u{b}", "\u{1}", "é", "\u{2028}", "\u{feff}",
        ]), 0..9))
    {
        agrees(&tokens.concat());
    }

    #[test]
    fn broken_json(value in json(), at in any::<prop::sample::Index>(), with in any::<char>(), cut in any::<bool>()) {
        let text = value.to_string();
        agrees(&text);
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        if cut { characters.remove(at); } else { characters[at] = with; }
        agrees(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn written_and_read_again(value in json()) {
        let ours = Value::from_serde(&value);
        prop_assert_eq!(&Value::from_json(&ours.to_json()).unwrap(), &ours);
        prop_assert_eq!(ours.to_serde(), value.clone());
        prop_assert_eq!(Value::from_json(&serde_json::to_string_pretty(&value).unwrap()).unwrap(), ours.clone());
        prop_assert_eq!(serde_json::to_value(&ours).unwrap(), value.clone());
        prop_assert_eq!(serde_json::from_value::<Value>(value).unwrap(), ours);
    }

    #[test]
    fn strings_are_written_as_json(text in any::<String>()) {
        let mut writer = Writer::new();
        writer.str(&text);
        let json = writer.into_string();
        prop_assert_eq!(&serde_json::from_str::<String>(&json).unwrap(), &text);
        prop_assert_eq!(String::from_json_text(&json).unwrap(), text);
    }

    #[test]
    fn numbers_come_back(double in any::<f64>(), single in any::<f32>(), whole in any::<i64>(), natural in any::<u64>()) {
        if double.is_finite() {
            prop_assert_eq!(f64::from_json(&double.to_json()).unwrap().to_bits(), double.to_bits());
        }
        if single.is_finite() {
            prop_assert_eq!(f32::from_json(&single.to_json()).unwrap().to_bits(), single.to_bits());
        }
        prop_assert_eq!(i64::from_json(&whole.to_json()).unwrap(), whole);
        prop_assert_eq!(u64::from_json(&natural.to_json()).unwrap(), natural);
    }

    #[test]
    fn decimals_compare_like_integers(left in any::<i64>(), right in any::<i64>(), shift in 0..20_u32) {
        use counterpart_runtime::Decimal;
        let decimal = |value: i64| Decimal::parse(&format!("{value}e-{shift}"));
        prop_assert_eq!(decimal(left).cmp(&decimal(right)), left.cmp(&right));
        prop_assert_eq!(Decimal::parse(&format!("{left}.000")).to_i128(), Some(i128::from(left)));
        if right != 0 {
            prop_assert_eq!(decimal(left).is_multiple_of(&decimal(right)), left % right == 0);
        }
    }
}

#[test]
fn integers_may_be_written_with_a_point_or_an_exponent() {
    assert_eq!(i64::from_json(b"1.0").unwrap(), 1);
    assert_eq!(i64::from_json(b"-1.50e1").unwrap(), -15);
    assert_eq!(i64::from_json(b"0e999999999999999999999").unwrap(), 0);
    assert_eq!(u64::from_json(b"18446744073709551615.0").unwrap(), u64::MAX);
    for refused in [
        "1.5",
        "1e-1",
        "9223372036854775808",
        "1e999999999999999999999",
        "\"1\"",
    ] {
        assert!(i64::from_json(refused.as_bytes()).is_err(), "{refused}");
    }
    assert!(f64::from_json(b"1e400").is_err());
    assert!(i32::from_json(b"2147483648").is_err());
}

#[test]
fn nesting_ends_at_the_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(accepts(&nested(usize::from(MAX_DEPTH))));
    let error = Value::from_json(&nested(usize::from(MAX_DEPTH) + 1)).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TooDeep);
    assert!(!accepts(&nested(usize::from(MAX_DEPTH) + 1)));
    assert!(!accepts(&"[".repeat(1_000_000)));
}

#[test]
fn duplicates_are_refused_wherever_they_are() {
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"[{"x":[{"a":1,"b":2,"a":3}]}]"#,
        r#"{"a":{"b":1},"c":{"b":1,"b":2}}"#,
    ] {
        assert!(!accepts(text), "{text}");
        assert_eq!(
            Value::from_json(text).unwrap_err().kind,
            ReadErrorKind::Duplicate,
            "{text}"
        );
    }
    assert!(accepts(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}"#));
    let many: Vec<String> = (0..100).map(|n| format!("\"k{n}\":{n}")).collect();
    assert!(accepts(&format!("{{{}}}", many.join(","))));
    assert!(!accepts(&format!("{{{},\"k7\":0}}", many.join(","))));
}

#[test]
fn an_error_says_where() {
    let error = Value::from_json(r#"{"a/b":[0,{"c":1,"c":2}]}"#).unwrap_err();
    assert_eq!(
        (error.kind, error.pointer.as_str()),
        (ReadErrorKind::Duplicate, "/a~1b/1/c")
    );
    let error = Value::from_json("[1,\n 2,\n x]").unwrap_err();
    assert_eq!(
        (error.kind, error.pointer.as_str(), error.offset),
        (ReadErrorKind::Syntax, "/2", 9)
    );
}

/// A type like the ones generated code has for recursive unions without a tag: each variant starts alike.
#[derive(Debug)]
struct Nested;

impl Instance for Nested {
    const SCHEMA: SchemaRef = SchemaRef::ANY;

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        let variant = |p: &mut Parser<'_>, last: &str| {
            p.begin_array()?;
            while p.next_item()? {
                if p.attempt(|p| Self::parse(p)).is_err() && p.string()? != last {
                    return p.refuse();
                }
            }
            Ok(Self)
        };
        p.attempt(|p| variant(p, "left"))
            .or_else(|_| p.attempt(|p| variant(p, "right")))
    }

    fn write(&self, w: &mut Writer) {
        w.null();
    }
}

#[test]
fn nested_attempts_end() {
    // Without a bound this takes 2^100 attempts.
    let text = format!("{}\"neither\"{}", "[".repeat(100), "]".repeat(100));
    assert!(Nested::from_json_text(&text).is_err());
    assert!(Nested::from_json_text("[[[\"right\"]]]").is_ok());
}

#[test]
fn a_tag_is_found_wherever_it_stands() {
    let text = r#"{"a":{"type":"inner"},"type":"outer","b":1}"#;
    let mut parser = Parser::new(text);
    assert_eq!(parser.peek_tag("type").unwrap().as_deref(), Some("outer"));
    assert_eq!(parser.raw().unwrap(), text);
    assert_eq!(Parser::new(r#"{"type":1}"#).peek_tag("type").unwrap(), None);
    assert_eq!(Parser::new("{}").peek_tag("type").unwrap(), None);
    assert!(Parser::new("[]").peek_tag("type").is_err());
}
