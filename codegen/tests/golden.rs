//! One small document per feature: the emitted Rust as a snapshot, and all of it compiled and asked.

mod support;

use support::{Golden, goldens};

#[test]
fn emitted_code() {
    for golden in goldens("../runtime") {
        let mut text = String::new();
        for (path, file) in golden.files.files() {
            // The same for all.
            if !["Cargo.toml", "src/lib.rs"].contains(&path) || golden.name == "strings" {
                text.push_str(&format!("======== {path}\n{file}\n"));
            }
        }
        for warning in golden.files.warnings() {
            text.push_str(&format!("warning: {warning}\n"));
        }
        insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(golden.name.as_str(), text);
        });
    }
}

#[test]
fn generating_twice_gives_the_same() {
    for golden in goldens("../runtime") {
        let again = Golden::generate(&golden.name, &golden.text, "../runtime");
        let files = |golden: &Golden| {
            let files = golden
                .files
                .files()
                .map(|(path, text)| (path.to_owned(), text.to_owned()));
            files.collect::<Vec<_>>()
        };
        assert_eq!(files(&golden), files(&again), "{}", golden.name);
    }
}
