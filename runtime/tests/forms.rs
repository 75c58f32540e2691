//! Forms, read and written.

use counterpart_runtime::json::Parsed;
use counterpart_runtime::{
    Bundle, Form, Instance, Parser, SchemaRef, Style, Value, Violations, Writer,
};

static SCHEMAS: Bundle = Bundle::new(
    r#"[{
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "whole": {"type": "integer", "minimum": 1},
            "yes": {"type": "boolean"},
            "either": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
            "none": {"type": ["integer", "null"]},
            "list": {"type": "array", "items": {"type": "integer"}},
            "pipes": {"type": "array", "items": {"type": "string"}},
            "commas": {"type": "array", "items": {"type": "string"}},
            "deep": {"$ref": 1},
            "object": {"$ref": 1},
            "items": {"type": "array", "items": {"$ref": 1}},
            "file": {"type": "string", "format": "binary"},
            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "pattern": {"type": "object", "additionalProperties": {"type": "number"}}
        },
        "additionalProperties": false
    }, {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "s": {"type": "string"}, "again": {"$ref": 1}}
    }]"#,
    &[],
);

/// Whatever the schema allows.
#[derive(Debug, PartialEq)]
struct Body(Value);

impl Instance for Body {
    const SCHEMA: SchemaRef = SCHEMAS.schema(0);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        let value = Value::parse(p)?;
        if Self::SCHEMA.judge(&value).is_empty() {
            Ok(Self(value))
        } else {
            Err(counterpart_runtime::Refused)
        }
    }

    fn write(&self, w: &mut Writer) {
        self.0.write(w);
    }
}

const FORM: Form = Form::new(
    "application/x-www-form-urlencoded",
    &[
        ("pipes", Style::PipeDelimited, false),
        ("commas", Style::Form, false),
        ("deep", Style::DeepObject, true),
        ("items", Style::DeepObject, true),
    ],
);

fn read(text: &str) -> Result<Value, Violations> {
    FORM.read::<Body>("application/x-www-form-urlencoded", text.as_bytes())
        .map(|body| body.0)
}

#[test]
fn what_the_schema_takes_decides() {
    for (form, json) in [
        ("", "{}"),
        (
            "text=1&whole=1&yes=true",
            r#"{"text":"1","whole":1,"yes":true}"#,
        ),
        ("text=a+b%20%C3%A9%26", r#"{"text":"a b é&"}"#),
        ("text", r#"{"text":""}"#),
        ("either=1", r#"{"either":1}"#),
        ("either=one", r#"{"either":"one"}"#),
        ("none=", r#"{"none":null}"#),
        ("none=7", r#"{"none":7}"#),
        ("list=1&list=2", r#"{"list":[1,2]}"#),
        ("list=1", r#"{"list":[1]}"#),
        ("list[]=1&list[]=2", r#"{"list":[1,2]}"#),
        ("list%5B%5D=1", r#"{"list":[1]}"#),
        ("list[1]=2&list[0]=1&list[10]=3", r#"{"list":[1,2,3]}"#),
        ("list=[1,2]", r#"{"list":[1,2]}"#),
        ("pipes=a|b%2Cc%7Cd", r#"{"pipes":["a","b,c","d"]}"#),
        ("commas=a,b%2Cc", r#"{"commas":["a","b,c"]}"#),
        ("deep[n]=1&deep[s]=1", r#"{"deep":{"n":1,"s":"1"}}"#),
        (
            "deep[again][again][n]=1",
            r#"{"deep":{"again":{"again":{"n":1}}}}"#,
        ),
        (r#"object={"n":1}"#, r#"{"object":{"n":1}}"#),
        (
            "items[0][n]=1&items[1][s]=x",
            r#"{"items":[{"n":1},{"s":"x"}]}"#,
        ),
        ("pattern[a]=1.5", r#"{"pattern":{"a":1.5}}"#),
        ("file=text", r#"{"file":"text"}"#),
    ] {
        assert_eq!(
            read(form).unwrap(),
            Value::from_json(json).unwrap(),
            "{form}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    for (form, pointer, keyword) in [
        ("whole=0", "/whole", "minimum"),
        ("whole=x", "/whole", "type"),
        ("whole=01", "/whole", "type"),
        ("whole=1&whole=2", "/whole", "repeatedParameter"),
        ("deep[n]=1&deep=2", "/deep", "repeatedParameter"),
        ("deep[again][n]=x", "/deep/again/n", "type"),
        ("items[3][n]=x", "/items/0/n", "type"),
        ("other=1", "/other", "additionalProperties"),
        ("text=%ZZ", "", "decode"),
        ("text=%FF", "", "decode"),
        ("object=1", "/object", "type"),
    ] {
        let violations = read(form).unwrap_err();
        let first = violations.iter().next().unwrap();
        assert_eq!(
            (first.pointer.as_str(), first.keyword),
            (pointer, keyword),
            "{form}"
        );
    }
    let deep = format!("deep{}=1", "[again]".repeat(100));
    assert!(read(&deep).unwrap_err().to_string().contains("too deep"));
}

#[test]
fn what_is_written_is_read_again() {
    let text = r#"{
        "text": "a b&c=d[é]+", "whole": 3, "yes": false, "either": "x", "list": [1, 2], "pipes": ["a", "b"],
        "commas": ["a", "b"], "deep": {"n": 1, "again": {"s": "x"}}, "object": {"n": 1, "again": {"s": "x"}},
        "items": [{"n": 1}, {"n": 2, "s": "y"}], "pattern": {"a b": 1.5}
    }"#;
    let body = Body(Value::from_json(text).unwrap());
    let (content_type, bytes) = FORM.write(&body);
    assert_eq!(content_type, "application/x-www-form-urlencoded");
    assert_eq!(FORM.read::<Body>(&content_type, &bytes).unwrap(), body);
}

#[cfg(feature = "multipart")]
mod multipart {
    use super::*;
    use counterpart_runtime::Binary;

    const PARTS: Form = Form::new("multipart/form-data", &[]);

    #[test]
    fn what_is_written_is_read_again() {
        let file = Binary::file("a \"b\".png", "image/png", (0..=255).collect::<Vec<u8>>());
        let mut body = Value::from_json(
            r#"{"text": "data:;base64,YQ==", "whole": 3, "deep": {"n": 1}, "list": [1, 2], "files": ["", ""]}"#,
        )
        .unwrap();
        let Value::Object(members) = &mut body else {
            return;
        };
        members.insert("file".to_owned(), file.to_text().into_owned().into());
        let several = [&file, &Binary::file("x", "text/plain", *b"x")];
        let several = several.map(|file| Value::from(file.to_text().into_owned()));
        members.insert("files".to_owned(), Value::Array(several.to_vec()));
        let body = Body(body);
        let (content_type, bytes) = PARTS.write(&body);
        let back = PARTS.read::<Body>(&content_type, &bytes).unwrap();
        // A quote in a file name is escaped as browsers do it, and stays so.
        let name = back
            .0
            .get("file")
            .and_then(Value::as_str)
            .map(Binary::from_text);
        assert_eq!(name.unwrap().bytes, file.bytes);
        for key in ["text", "whole", "deep", "list"] {
            assert_eq!(back.0.get(key), body.0.get(key), "{key}");
        }
        assert_eq!(
            back.0.get("files").and_then(Value::as_array).unwrap().len(),
            2
        );
    }

    #[test]
    fn parts_of_others() {
        let text = "--b\r\nContent-Disposition: form-data; name=\"whole\"\r\n\r\n7\r\n\
            --b\r\nContent-Disposition: form-data; name=\"deep\"\r\nContent-Type: application/json\r\n\r\n{\"n\":1}\r\n\
            --b\r\nContent-Disposition: form-data; name=\"text\"; filename=\"a.txt\"\r\n\r\nhello\r\n\
            --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
        let body = PARTS
            .read::<Body>("multipart/form-data; boundary=b", text.as_bytes())
            .unwrap();
        assert_eq!(body.0.get("whole"), Some(&Value::from(7)));
        assert_eq!(
            body.0.get("deep"),
            Some(&Value::from_json(r#"{"n":1}"#).unwrap())
        );
        assert_eq!(body.0.get("text"), Some(&Value::from("hello")));
        let file = Binary::from_text(body.0.get("file").and_then(Value::as_str).unwrap());
        assert_eq!(file, Binary::file("a.txt", "text/plain", *b"hello"));
    }

    #[test]
    fn what_is_no_multipart_body_is_refused() {
        for (content_type, text) in [
            ("multipart/form-data", "--b--"),
            ("multipart/form-data; boundary=b", "nothing"),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"whole\"\r\n\r\n7",
            ),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"whole\"\r\n\r\nx\r\n--b--\r\n",
            ),
        ] {
            assert!(
                PARTS.read::<Body>(content_type, text.as_bytes()).is_err(),
                "{text}"
            );
        }
    }
}
