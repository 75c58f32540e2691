//! The judge and the formats against the JSON Schema Test Suite, draft 2020-12.
//!
//! `COUNTERPART_SHARED` names the folder that holds `json-schema-test-suite`. Without it there is nothing to run,
//! and the test says so.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

mod bundle;

use bundle::Bundler;
use counterpart_runtime::{Bundle, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is not done, with the number of tests that fail for it: by file and, where not all of it, group. A number that
/// is no longer right is to be corrected.
const EXCLUDED: &[(&str, &str, usize, &str)] = &[
    ("dynamicRef.json", "", 44, "a bundle has no $dynamicRef"),
    ("vocabulary.json", "", 1, "a bundle has no meta-schemas"),
    ("defs.json", "", 2, "a bundle has no meta-schemas"),
    (
        "ref.json",
        "remote ref, containing refs itself",
        2,
        "a bundle has no meta-schemas",
    ),
    (
        "unevaluatedItems.json",
        "unevaluatedItems with $dynamicRef",
        2,
        "a bundle has no $dynamicRef",
    ),
    (
        "unevaluatedProperties.json",
        "unevaluatedProperties with $dynamicRef",
        2,
        "a bundle has no $dynamicRef",
    ),
    (
        "format.json",
        "",
        18,
        "formats are asserted here, as OpenAPI users expect",
    ),
    ("cross-draft.json", "", 1, "there is one dialect"),
    (
        "dependencies-compatibility.json",
        "",
        14,
        "`dependencies` is not in draft 2020-12",
    ),
    (
        "hostname.json",
        "validation of A-label (punycode) host names",
        23,
        "needs the tables of IDNA",
    ),
    (
        "idn-hostname.json",
        "validation of internationalized host names",
        33,
        "needs the tables of IDNA",
    ),
];

thread_local! {
    static PATTERNS: RefCell<Vec<regress::Regex>> = const { RefCell::new(Vec::new()) };
}

/// A bundle takes plain functions, so each pattern of a schema has a slot.
fn slot<const N: usize>(text: &str) -> bool {
    PATTERNS.with_borrow(|patterns| {
        patterns
            .get(N)
            .is_some_and(|pattern| pattern.find(text).is_some())
    })
}

const SLOTS: [fn(&str) -> bool; 8] = [
    slot::<0>, slot::<1>, slot::<2>, slot::<3>, slot::<4>, slot::<5>, slot::<6>, slot::<7>,
];

#[derive(Default)]
struct Tally {
    right: usize,
    wrong: BTreeMap<(String, String), Vec<String>>,
    total: usize,
}

fn run(root: &Path, file: &Path, tally: &mut Tally) {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let groups: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for group in groups.as_array().unwrap() {
        let title = group["description"].as_str().unwrap();
        let judge = bundle(root, &group["schema"]);
        for test in group["tests"].as_array().unwrap() {
            tally.total += 1;
            let wanted = test["valid"].as_bool().unwrap();
            let outcome = match &judge {
                Ok(bundle) => {
                    let value = Value::from_json(&test["data"].to_string()).unwrap();
                    let violations = bundle.schema(0).judge(&value);
                    if violations.is_empty() == wanted {
                        Ok(())
                    } else {
                        Err(format!("{violations}"))
                    }
                }
                Err(error) => Err(error.clone()),
            };
            match outcome {
                Ok(()) => tally.right += 1,
                Err(error) => {
                    let line = format!(
                        "{} [valid: {wanted}]: {error}",
                        test["description"].as_str().unwrap()
                    );
                    tally
                        .wrong
                        .entry((name.clone(), title.to_owned()))
                        .or_default()
                        .push(line);
                }
            }
        }
    }
}

fn bundle(root: &Path, schema: &serde_json::Value) -> Result<&'static Bundle, String> {
    let mut bundler = Bundler::new(&root.join("remotes"));
    let json = bundler.bundle(schema)?.to_string();
    let mut table = Vec::new();
    PATTERNS.with_borrow_mut(Vec::clear);
    for (at, text) in bundler.patterns.iter().enumerate() {
        let regex =
            regress::Regex::with_flags(text, "u").map_err(|error| format!("{text}: {error}"))?;
        PATTERNS.with_borrow_mut(|patterns| patterns.push(regex));
        let text: &'static str = Box::leak(text.clone().into_boxed_str());
        table.push((text, *SLOTS.get(at).ok_or("more patterns than slots")?));
    }
    // A bundle lives as long as the program; a test's few hundred may.
    Ok(Box::leak(Box::new(Bundle::new(
        Box::leak(json.into_boxed_str()),
        Box::leak(table.into_boxed_slice()),
    ))))
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn json_schema_test_suite() {
    let Some(shared) = std::env::var_os("COUNTERPART_SHARED") else {
        println!("skipped: COUNTERPART_SHARED does not name a folder with json-schema-test-suite");
        return;
    };
    let root = Path::new(&shared).join("json-schema-test-suite");
    let tests = root.join("tests/draft2020-12");
    let mut failures = Vec::new();
    let mut found = vec![0; EXCLUDED.len()];
    for (part, files) in [
        ("required", json_files(&tests)),
        ("optional", json_files(&tests.join("optional"))),
        (
            "optional/format",
            json_files(&tests.join("optional/format")),
        ),
    ] {
        let mut tally = Tally::default();
        for file in &files {
            run(&root, file, &mut tally);
        }
        let mut excluded = 0;
        for ((file, group), lines) in &tally.wrong {
            match EXCLUDED
                .iter()
                .position(|(f, g, ..)| f == file && (g.is_empty() || g == group))
            {
                Some(at) => {
                    excluded += lines.len();
                    found[at] += lines.len();
                }
                None => failures.extend(
                    lines
                        .iter()
                        .map(|line| format!("{part} {file}: {group}: {line}")),
                ),
            }
        }
        println!(
            "{part}: {} of {} right, {excluded} excluded",
            tally.right, tally.total
        );
    }
    for ((file, group, expected, reason), found) in EXCLUDED.iter().zip(found) {
        if found != *expected {
            failures.push(format!(
                "excluded {file} {group} ({reason}): {found} fail, {expected} are expected to"
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} wrong:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
