//! What people type, and what they are told when it is wrong: exit codes and words.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("COUNTERPART_BASE_URL")
        .output()
        .expect("the command starts")
}

fn spec() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/gallery.yaml");
    path.to_string_lossy().into_owned()
}

/// Runs what cannot be done: it ends with 2, says this, and writes nothing to standard output.
fn refuses(folder: &Path, arguments: &[&str], said: &[&str]) {
    let output = run(folder, arguments);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {words}");
    for part in said {
        assert!(
            words.contains(part),
            "{arguments:?}: no `{part}` in: {words}"
        );
    }
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

#[test]
fn init_writes_a_file_that_can_be_used_and_never_over_another() {
    let here = folder("init");
    let output = run(
        &here,
        &[
            "init",
            "--spec",
            &spec(),
            "--base-url",
            "http://127.0.0.1:9",
        ],
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(here.join("contract.toml")).expect("it is written");
    assert!(text.contains("\"apiKey\" = \"${APIKEY}\""), "{text}");
    assert!(text.contains("base-url = \"http://127.0.0.1:9\""), "{text}");
    refuses(
        &here,
        &["init", "--spec", &spec()],
        &["is there already", "--out"],
    );
    // It is found by itself: nobody answers on that port.
    refuses(&here, &["-q"], &["nobody answers", "127.0.0.1:9"]);
}

#[test]
fn the_schema_describes_every_key_of_the_example() {
    let here = folder("schema");
    let output = run(&here, &["schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let known = schema["properties"].as_object().expect("properties");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/contract-tests.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("an example");
    let example: toml::Table = example.parse().expect("the example is TOML");
    for key in example.keys() {
        assert!(known.contains_key(key), "{key} is not in the schema");
    }
    for key in known.keys() {
        assert!(
            example.contains_key(key),
            "the example on the page lacks {key}"
        );
    }
    let json = serde_json::to_value(&example).expect("as JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> = validator
        .iter_errors(&json)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn what_cannot_be_done_is_told() {
    let here = folder("wrong");
    let spec = spec();
    let at = ["--spec", spec.as_str(), "--base-url", "http://127.0.0.1:9"];
    let with = |more: &[&'static str]| [&at[..], more].concat();
    refuses(&here, &[], &["no document", "--spec"]);
    refuses(&here, &with(&["--shard", "4/3"]), &["K/N"]);
    refuses(&here, &with(&["--har"]), &["--report-dir"]);
    refuses(&here, &with(&["--baseline", "none.toml"]), &["none.toml"]);
    refuses(
        &here,
        &["explain", "pagination.limt"],
        &["no check", "did you mean", "pagination.limit"],
    );
    refuses(&here, &["explain", "CP-12345678"], &["--report-dir"]);
    refuses(
        &here,
        &["replay", "CP-12345678", "--report-dir", "."],
        &["report.json"],
    );
    refuses(
        &here,
        &["report", "merge", "a.json", "--report-dir", "out"],
        &["a.json"],
    );
    refuses(&here, &["report", "merge", "a.json"], &["--report-dir"]);
    assert!(!here.join("out").exists());
    std::fs::write(here.join("a.json"), "{}").expect("written");
    refuses(
        &here,
        &["report", "merge", "a.json", "--report-dir", "out"],
        &["no report"],
    );
    for (text, said) in [
        ("frequency = 1\n", &["contract.toml", "frequency"][..]),
        (
            "[rules.listNothing]\nx-pagination = false\n",
            &["listNothing"],
        ),
        ("[rules.listLoans]\npagination = false\n", &["x-pagination"]),
        (
            "[operation.nothing]\nskip = \"x\"\n",
            &["operation.nothing"],
        ),
        ("[hooks]\nbefore = \"exit 3\"\n", &["hooks.before", "3"]),
        (
            "[hooks.tokens]\napiKey = \"true\"\n",
            &["hooks.tokens.apiKey", "printed nothing"],
        ),
        (
            "[auth]\napiKey = \"plain\"\n",
            &["auth.apiKey", "environment variable"],
        ),
        ("baseline = \"missing.toml\"\n", &["missing.toml"]),
    ] {
        std::fs::write(here.join("contract.toml"), text).expect("written");
        refuses(&here, &at, said);
    }
}

#[test]
fn a_check_and_a_code_are_explained() {
    let here = folder("explain");
    for (what, said) in [
        ("pagination.limit", "--check 'pagination.limit'"),
        ("cp0301", "CP0301 (warning)"),
    ] {
        let output = run(&here, &["explain", what]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0));
        assert!(text.contains(said), "{text}");
    }
}
