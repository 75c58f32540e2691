//! References to other hosts: only where they are asked for, and never from there to this machine's files.

use counterpart_model::api::Shape;
use counterpart_model::{Loaded, Options, load_str, load_str_with};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const ROOT: &str = "\
openapi: 3.1.0
info: { title: Remote, version: '1' }
paths: {}
components:
  schemas:
    Thing: { $ref: 'https://example.com/schemas/thing.yaml#/Thing' }
    Gone: { $ref: 'https://example.com/schemas/gone.yaml' }
";

const FILES: &[(&str, &str)] = &[
    (
        "https://example.com/schemas/thing.yaml",
        "Thing: { type: object, properties: { part: { $ref: '../parts/part.json' }, secret: { $ref: 'file:///etc/hostname' } } }\n",
    ),
    (
        "https://example.com/parts/part.json",
        r#"{"type": "string", "maxLength": 3}"#,
    ),
];

fn asked() -> (Options, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let files: HashMap<&str, &str> = FILES.iter().copied().collect();
    let fetch = move |url: &str| {
        log.lock().expect("no panic").push(url.to_owned());
        match files.get(url) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err("404 Not Found".to_owned()),
        }
    };
    let options = Options {
        fetch: Some(Arc::new(fetch)),
        ..Options::default()
    };
    (options, seen)
}

fn said(loaded: &Loaded) -> Vec<(&'static str, String)> {
    loaded
        .diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code.as_str(), diagnostic.message.clone()))
        .collect()
}

#[test]
fn what_is_asked_for_is_read_and_what_cannot_be_costs_only_itself() {
    let (options, seen) = asked();
    let loaded = load_str_with("remote.yaml", ROOT, &options);
    let said = said(&loaded);
    let api = loaded.api.unwrap();
    let thing = api.schema(api.resolve(api.components["Thing"]));
    let Shape::Object(object) = &thing.shape else {
        panic!("{:?}", thing.shape);
    };
    let part = api.schema(api.resolve(object.fields[0].schema));
    assert_eq!(part.string.max_length, Some(3));
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(
        seen,
        [
            "https://example.com/parts/part.json",
            "https://example.com/schemas/gone.yaml",
            "https://example.com/schemas/thing.yaml"
        ]
    );
    assert!(
        said.iter()
            .any(|(code, message)| *code == "CP0303" && message.contains("only http and https")),
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|(code, message)| *code == "CP0303" && message.contains("404 Not Found")),
        "{said:?}"
    );
}

#[test]
fn nothing_is_read_unasked() {
    let loaded = load_str("remote.yaml", ROOT);
    assert!(loaded.api.is_some());
    let codes: Vec<_> = said(&loaded).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["CP0302", "CP0302"]);
}
