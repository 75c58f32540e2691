//! Parameters in every style (the examples of OAS §4.8.12.3), and everything that can be wrong with them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use counterpart_runtime::params::Source;
use counterpart_runtime::{Collector, Kind, Location, Parameter, Style, Value, Violations};

const COLORS: Kind = Kind::Array(&Kind::String);
const RGB: Kind = Kind::Object(&[
    ("R", Kind::Integer),
    ("G", Kind::Integer),
    ("B", Kind::Integer),
]);

fn read(source: Source<'_>, parameter: &Parameter) -> Result<Option<String>, Violations> {
    let mut collector = Collector::new(source);
    let value = collector.optional::<Value>(parameter);
    collector.finish(|| Some(value.map(|value| value.to_json())))
}

fn query(text: &str, parameter: &Parameter) -> Result<Option<String>, Violations> {
    read(
        Source {
            query: text,
            ..Source::default()
        },
        parameter,
    )
}

fn path(text: &str, parameter: &Parameter) -> Result<Option<String>, Violations> {
    read(
        Source {
            path: &[(parameter.name, text)],
            ..Source::default()
        },
        parameter,
    )
}

fn header(values: &[&str], parameter: &Parameter) -> Result<Option<String>, Violations> {
    let headers: Vec<(&str, &[u8])> = values
        .iter()
        .map(|value| ("x-color", value.as_bytes()))
        .collect();
    read(
        Source {
            headers: &headers,
            ..Source::default()
        },
        parameter,
    )
}

fn keywords(outcome: Result<Option<String>, Violations>) -> Vec<String> {
    let violations = outcome.unwrap_err();
    violations
        .iter()
        .map(|one| format!("{} {} {}", one.in_, one.name, one.keyword))
        .collect()
}

#[test]
fn every_style_of_the_query() {
    let scalar = Parameter::query("color", Kind::String);
    let list = Parameter::query("color", COLORS);
    let object = Parameter::query("color", RGB);
    let rgb = r#"{"R":100,"G":200,"B":150}"#;
    let colors = r#"["blue","black","brown"]"#;
    for (text, parameter, json) in [
        ("color=blue", &scalar, r#""blue""#),
        ("color=", &scalar, r#""""#),
        ("color=a%20b+c%2Bd", &scalar, r#""a b c+d""#),
        ("color=blue,black", &scalar, r#""blue,black""#),
        ("color=blue&color=black&color=brown", &list, colors),
        ("color=blue", &list, r#"["blue"]"#),
        ("color=blue,black", &list, r#"["blue,black"]"#),
        ("color=", &list, "[]"),
        (
            "color=blue,black,brown",
            &list.style(Style::Form, false),
            colors,
        ),
        (
            "color=a%2Cb,c",
            &list.style(Style::Form, false),
            r#"["a,b","c"]"#,
        ),
        (
            "color=blue%20black%20brown",
            &list.style(Style::SpaceDelimited, false),
            colors,
        ),
        (
            "color=blue+black+brown",
            &list.style(Style::SpaceDelimited, false),
            colors,
        ),
        (
            "color=blue|black%7Cbrown",
            &list.style(Style::PipeDelimited, false),
            colors,
        ),
        ("R=100&G=200&B=150", &object, rgb),
        (
            "color=R,100,G,200,B,150",
            &object.style(Style::Form, false),
            rgb,
        ),
        (
            "color[R]=100&color%5BG%5D=200&color[B]=150",
            &object.style(Style::DeepObject, true),
            rgb,
        ),
        ("color=%7B%22R%22:1%7D", &object.json(), r#"{"R":1}"#),
        (
            "a=1&b=x",
            &Parameter::query("rest", Kind::Map(&Kind::Any)),
            r#"{"a":1,"b":"x"}"#,
        ),
    ] {
        assert_eq!(
            query(text, parameter).unwrap().as_deref(),
            Some(json),
            "{text}"
        );
    }
    assert_eq!(query("", &scalar).unwrap(), None);
    assert_eq!(query("", &object).unwrap(), None);
    assert_eq!(
        query(
            "color=",
            &Parameter::query("color", Kind::Integer).allow_empty()
        )
        .unwrap(),
        None
    );
}

#[test]
fn every_style_of_the_path() {
    let scalar = Parameter::path("color", Kind::String);
    let list = Parameter::path("color", COLORS);
    let object = Parameter::path("color", RGB);
    let rgb = r#"{"R":100,"G":200,"B":150}"#;
    let colors = r#"["blue","black","brown"]"#;
    for (text, parameter, json) in [
        ("blue", scalar, r#""blue""#),
        ("a%2Fb+c", scalar, r#""a/b+c""#),
        ("blue,black,brown", list, colors),
        ("R,100,G,200,B,150", object, rgb),
        ("R=100,G=200,B=150", object.style(Style::Simple, true), rgb),
        (".blue", scalar.style(Style::Label, false), r#""blue""#),
        (".blue.black.brown", list.style(Style::Label, true), colors),
        (".blue,black,brown", list.style(Style::Label, false), colors),
        (".blue.black.brown", list.style(Style::Label, false), colors),
        (".R=100.G=200.B=150", object.style(Style::Label, true), rgb),
        (".R,100,G,200,B,150", object.style(Style::Label, false), rgb),
        (
            ";color=blue",
            scalar.style(Style::Matrix, false),
            r#""blue""#,
        ),
        (";color", scalar.style(Style::Matrix, false), r#""""#),
        (
            ";color=blue,black,brown",
            list.style(Style::Matrix, false),
            colors,
        ),
        (
            ";color=blue;color=black;color=brown",
            list.style(Style::Matrix, true),
            colors,
        ),
        (
            ";color=R,100,G,200,B,150",
            object.style(Style::Matrix, false),
            rgb,
        ),
        (";R=100;G=200;B=150", object.style(Style::Matrix, true), rgb),
    ] {
        assert_eq!(
            path(text, &parameter).unwrap().as_deref(),
            Some(json),
            "{text}"
        );
    }
    assert_eq!(
        keywords(path("blue", &scalar.style(Style::Label, false))),
        ["path color decode"]
    );
    assert_eq!(
        keywords(path(";colour=blue", &scalar.style(Style::Matrix, false))),
        ["path color decode"]
    );
    assert_eq!(keywords(path("a%2", &scalar)), ["path color decode"]);
}

#[test]
fn headers_and_cookies() {
    let scalar = Parameter::header("X-Color", Kind::String);
    let list = Parameter::header("X-Color", COLORS);
    assert_eq!(header(&[" blue "], &scalar).unwrap().unwrap(), r#""blue""#);
    assert_eq!(header(&["a%20b"], &scalar).unwrap().unwrap(), r#""a%20b""#);
    assert_eq!(
        header(&["blue, black", "brown"], &list).unwrap().unwrap(),
        r#"["blue","black","brown"]"#
    );
    assert_eq!(
        header(
            &["R=1,G=2"],
            &Parameter::header("X-Color", RGB).style(Style::Simple, true)
        )
        .unwrap()
        .unwrap(),
        r#"{"R":1,"G":2}"#
    );
    assert_eq!(
        keywords(header(&["blue", "black"], &scalar)),
        ["header X-Color repeatedParameter"]
    );
    let source = Source {
        headers: &[("x-color", b"\xff")],
        ..Source::default()
    };
    assert_eq!(keywords(read(source, &scalar)), ["header X-Color decode"]);

    let source = Source {
        headers: &[("cookie", b"a=1; session=\"x%20y\"; b=2")],
        ..Source::default()
    };
    assert_eq!(
        read(source, &Parameter::cookie("session", Kind::String))
            .unwrap()
            .unwrap(),
        r#""x y""#
    );
    assert_eq!(
        read(source, &Parameter::cookie("a", Kind::Integer))
            .unwrap()
            .unwrap(),
        "1"
    );
    assert_eq!(
        read(source, &Parameter::cookie("c", Kind::Integer)).unwrap(),
        None
    );
}

#[test]
fn kinds_decide_what_text_stands_for() {
    for (text, kind, json) in [
        ("1", Kind::String, r#""1""#),
        ("1", Kind::Integer, "1"),
        ("1.50", Kind::Number, "1.50"),
        ("01", Kind::Integer, r#""01""#),
        ("true", Kind::Boolean, "true"),
        ("True", Kind::Boolean, r#""True""#),
        ("true", Kind::Any, "true"),
        ("null", Kind::Any, "null"),
        ("x", Kind::Any, r#""x""#),
        ("5", Kind::OneOf(&[Kind::Integer, Kind::String]), "5"),
        ("x", Kind::OneOf(&[Kind::Integer, Kind::String]), r#""x""#),
    ] {
        assert_eq!(
            query(&format!("p={text}"), &Parameter::query("p", kind))
                .unwrap()
                .unwrap(),
            json,
            "{text}"
        );
    }
    // Whichever candidate is an instance is meant.
    let mut collector = Collector::new(Source {
        query: "p=17",
        ..Source::default()
    });
    assert_eq!(
        collector
            .required::<String>(&Parameter::query("p", Kind::Any))
            .as_deref(),
        Some("17")
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let mut collector = Collector::new(Source {
        path: &[("id", "x")],
        query: "limit=a&limit=b&page=%zz&nope=1&key=s3cret&%ff=1",
        body: b"[1,\"a\"]",
        credentials: &["key"],
        ..Source::default()
    });
    collector.required::<i64>(&Parameter::path("id", Kind::Integer));
    collector.optional::<i64>(&Parameter::query("limit", Kind::Integer));
    collector.or_default::<i64>(&Parameter::query("page", Kind::Integer), "1");
    collector.required::<String>(&Parameter::header("Idempotency-Key", Kind::String));
    collector.body::<Vec<i64>>();
    let violations = collector.finish(|| Some(())).unwrap_err();
    let told: Vec<_> = violations
        .iter()
        .map(|one| format!("{} {}{} {}", one.in_, one.name, one.pointer, one.keyword))
        .collect();
    assert_eq!(
        told,
        [
            "query %ff decode",
            "path id type",
            "query limit repeatedParameter",
            "query page decode",
            "header Idempotency-Key required",
            "body /1 type",
            "query nope unknownParameter",
        ]
    );
    assert!(!format!("{violations:?}").contains("s3cret"));
}

#[test]
fn bodies_may_be_missing_where_they_may() {
    let mut collector = Collector::new(Source::default());
    assert_eq!(collector.optional_body::<i64>(), None);
    assert!(collector.finish(|| Some(())).is_ok());
    let mut collector = Collector::new(Source::default());
    collector.body::<i64>();
    let violations = collector.finish(|| Some(())).unwrap_err();
    assert_eq!(
        (violations[0].in_, violations[0].keyword),
        (Location::Body, "required")
    );
}
