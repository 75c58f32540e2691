//! Lowering against the JSON Schema Test Suite, draft 2020-12, each schema as a component of a 3.1
//! document: `Api::json_schema` has to mean what was written, and shape, plain keywords and residue
//! together have to take exactly the valid instances.
//!
//! `COUNTERPART_SHARED` names the folder that holds `json-schema-test-suite`. Without it there is
//! nothing to run, and the test says so.

mod witness;

use counterpart_model::{Options, load_str_with};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// What is not done, and how many instances are judged wrongly for it.
const EXCLUDED: &[(&str, &str, usize, &str)] = &[
    ("dynamicRef.json", "", 17, "`$dynamicRef` is read as `$ref`"),
    (
        "unevaluatedItems.json",
        "unevaluatedItems with $dynamicRef",
        1,
        "`$dynamicRef` is read as `$ref`",
    ),
    (
        "unevaluatedProperties.json",
        "unevaluatedProperties with $dynamicRef",
        1,
        "`$dynamicRef` is read as `$ref`",
    ),
    ("refRemote.json", "", 15, "the network is never used"),
    (
        "ref.json",
        "remote ref, containing refs itself",
        1,
        "the network is never used",
    ),
    (
        "defs.json",
        "validate definition against metaschema",
        1,
        "the network is never used",
    ),
    (
        "vocabulary.json",
        "schema that uses custom metaschema with with no validation vocabulary",
        1,
        "there is one vocabulary",
    ),
];

/// References start at the schema's own root, which is a component here; where it has an `$id` it stays
/// the root.
fn moved(schema: &Value) -> Value {
    match schema {
        Value::Object(members) if members.get("$id").is_some_and(Value::is_string) => {
            schema.clone()
        }
        Value::Object(members) => members
            .iter()
            .map(
                |(key, value)| match value.as_str().and_then(|text| text.strip_prefix('#')) {
                    Some(rest) if key == "$ref" && (rest.is_empty() || rest.starts_with('/')) => {
                        (key.clone(), format!("#/components/schemas/S{rest}").into())
                    }
                    _ if key == "enum" || key == "const" => (key.clone(), value.clone()),
                    _ => (key.clone(), moved(value)),
                },
            )
            .collect(),
        Value::Array(items) => items.iter().map(moved).collect(),
        other => other.clone(),
    }
}

#[test]
fn json_schema_test_suite() {
    let Some(shared) = std::env::var_os("COUNTERPART_SHARED") else {
        println!("skipped: COUNTERPART_SHARED does not name a folder with json-schema-test-suite");
        return;
    };
    let folder = Path::new(&shared).join("json-schema-test-suite/tests/draft2020-12");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    let (mut total, mut wrong) = (0, BTreeMap::<(String, String), Vec<String>>::new());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let groups: Vec<Value> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for group in groups {
            let title = group["description"].as_str().unwrap().to_owned();
            let document = json!({
                "openapi": "3.1.0", "info": {"title": "suite", "version": "1"},
                "components": {"schemas": {"S": moved(&group["schema"])}},
            });
            let options = Options {
                as_meant: false,
                ..Options::default()
            };
            let api = load_str_with("suite.json", document.to_string(), &options)
                .api
                .unwrap();
            let id = api.components["S"];
            let mut reader = witness::Reader::new(&api);
            for test in group["tests"].as_array().unwrap() {
                total += 1;
                let expected = test["valid"].as_bool().unwrap();
                let (judged, taken) = (
                    reader.valid(id, &test["data"]),
                    reader.takes(id, &test["data"]),
                );
                if judged != expected || taken != expected {
                    wrong.entry((name.clone(), title.clone())).or_default().push(format!(
                        "{} [valid: {expected}, schema: {judged}, shape: {taken}] {:?} residue {:?}",
                        test["description"].as_str().unwrap(),
                        api.schema(id).shape,
                        api.schema(id).residue,
                    ));
                }
            }
        }
    }
    let mut failures = Vec::new();
    let mut found = vec![0; EXCLUDED.len()];
    for ((file, group), lines) in &wrong {
        match EXCLUDED
            .iter()
            .position(|(f, g, ..)| f == file && (g.is_empty() || g == group))
        {
            Some(at) => found[at] += lines.len(),
            None => failures.extend(lines.iter().map(|line| format!("{file}: {group}: {line}"))),
        }
    }
    for ((file, group, expected, reason), found) in EXCLUDED.iter().zip(&found) {
        if found != expected {
            failures.push(format!(
                "excluded {file} {group} ({reason}): {found} wrong, {expected} expected"
            ));
        }
    }
    println!(
        "{total} instances, {} excluded",
        found.iter().sum::<usize>()
    );
    assert!(
        failures.is_empty(),
        "{} wrong:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
