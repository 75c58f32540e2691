//! What is said about broken documents, each diagnostic shown by a document of its own in `broken/`.
//!
//! A file is named for the code it has to bring up. What else it brings up stands in the snapshot.

use counterpart_model::{Code, load};
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

/// Codes that no small file can show; [`large`] and [`absent`] do.
const MADE_HERE: &[&str] = &["CP0101", "CP0102", "CP0105", "CP0108", "CP0199", "CP0603"];

fn files() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir("tests/broken")
        .expect("the folder is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("CP"))
        .collect();
    names.sort();
    names
}

#[test]
fn each_file_brings_up_its_code() {
    let mut wrong = String::new();
    for name in files() {
        let loaded = load(Path::new("tests/broken").join(&name));
        let code = name.get(..6).unwrap_or_default();
        let mut text = String::new();
        for diagnostic in &loaded.diagnostics {
            let _ = writeln!(text, "{}\n", diagnostic.render());
        }
        let _ = write!(text, "usable: {}", loaded.api.is_some());
        let found = loaded
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code.as_str() == code);
        if !found {
            let _ = writeln!(wrong, "{name} does not bring up {code}:\n{text}\n");
        }
        insta::with_settings!({ snapshot_path => "broken/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_str(), text);
        });
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_code_has_a_file() {
    let shown: BTreeSet<String> = files()
        .iter()
        .filter_map(|name| name.get(..6).map(str::to_owned))
        .collect();
    for code in Code::ALL {
        let made = MADE_HERE.contains(&code.as_str());
        assert_ne!(
            shown.contains(code.as_str()),
            made,
            "{code}: shown by a file: {}; made here: {made}",
            shown.contains(code.as_str())
        );
    }
}

/// The codes of a document.
fn codes(name: &str, text: String) -> Vec<&'static str> {
    counterpart_model::load_str(name, text)
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.as_str())
        .collect()
}

#[test]
fn absent() {
    let missing = load("tests/broken/not-there.yaml");
    assert_eq!(missing.diagnostics[0].code.as_str(), "CP0101");
    let folder = load("tests/broken");
    assert_eq!(folder.diagnostics[0].code.as_str(), "CP0102");
}

#[test]
fn large() {
    let text = format!("openapi: 3.0.3\nx-text: '{}'\n", "x".repeat(64 << 20));
    assert_eq!(codes("large.yaml", text), ["CP0105"]);
    let text = format!("[{}0]", "0,".repeat(8_000_001));
    assert!(codes("many.json", text).contains(&"CP0108"));

    let head = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: {}\n";
    let mut text = format!("{head}components:\n  schemas:\n");
    for index in 0..20_100 {
        let _ = writeln!(text, "    S{index}: {{ type: string, maxLength: many }}");
    }
    assert!(codes("wrong.yaml", text).contains(&"CP0199"));

    let mut text = format!("{head}components:\n  schemas:\n    All:\n      allOf:\n");
    for index in 0..410 {
        let _ = writeln!(
            text,
            "        - {{ $ref: '#/components/schemas/P{index}' }}"
        );
    }
    for index in 0..410 {
        let _ = writeln!(
            text,
            "    P{index}: {{ type: object, properties: {{ p{index}: {{ type: string }} }} }}"
        );
    }
    assert!(codes("all.yaml", text).contains(&"CP0603"));
}
