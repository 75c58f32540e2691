//! The suite's groups, each schema made fit to stand in a document.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use std::{fs, path::Path};

/// A part of the suite.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// The folder below `tests/`.
    folder: &'static str,
    /// The file, where it is one only.
    file: Option<&'static str>,
    /// The version of the documents its schemas stand in.
    pub(super) openapi: &'static str,
    /// Whether a wrong verdict fails the run.
    pub(super) required: bool,
}

/// What is run.
pub(super) const PARTS: &[Part] = &[
    Part {
        name: "draft2020-12 in 3.1",
        folder: "draft2020-12",
        file: None,
        openapi: "3.1.0",
        required: true,
    },
    Part {
        name: "draft4 in 3.0",
        folder: "draft4",
        file: None,
        openapi: "3.0.3",
        required: true,
    },
    Part {
        name: "optional/format",
        folder: "draft2020-12/optional/format",
        file: None,
        openapi: "3.1.0",
        required: false,
    },
    Part {
        name: "optional/ecmascript-regex",
        folder: "draft2020-12/optional",
        file: Some("ecmascript-regex.json"),
        openapi: "3.1.0",
        required: false,
    },
];

/// What is not done: file, the beginning of the group's description, reason.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("dynamicRef.json", "", "`$dynamicRef` is read as `$ref`"),
    (
        "unevaluatedItems.json",
        "unevaluatedItems with $dynamicRef",
        "`$dynamicRef` is read as `$ref`",
    ),
    (
        "unevaluatedProperties.json",
        "unevaluatedProperties with $dynamicRef",
        "`$dynamicRef` is read as `$ref`",
    ),
    ("refRemote.json", "", "the network is never used"),
    (
        "ref.json",
        "remote ref, containing refs itself",
        "the network is never used",
    ),
    (
        "defs.json",
        "validate definition against metaschema",
        "the network is never used",
    ),
    (
        "definitions.json",
        "validate definition against metaschema",
        "the network is never used",
    ),
    (
        "vocabulary.json",
        "schema that uses custom metaschema",
        "there is one vocabulary",
    ),
];

/// Why a group is allowed to be wrong.
pub(super) fn reason(group: &Group) -> Option<&'static str> {
    LEFT_OUT
        .iter()
        .find(|(file, title, _)| {
            *file == group.file && group.title.starts_with(title) && group.part.starts_with("draft")
        })
        .map(|(.., reason)| *reason)
}

/// A schema and its instances.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) part: &'static str,
    pub(super) openapi: &'static str,
    pub(super) file: String,
    pub(super) title: String,
    pub(super) schema: Value,
    pub(super) tests: Vec<Test>,
}

/// An instance.
#[derive(Debug)]
pub(super) struct Test {
    pub(super) title: String,
    pub(super) data: Value,
    pub(super) valid: bool,
}

impl Group {
    /// Whether formats constrain: the required tests of 2020-12 say that they describe, the optional ones that they
    /// are held to.
    pub(super) fn asserts_formats(&self) -> bool {
        !(self.part.starts_with("draft2020") && self.file == "format.json")
    }

    /// Whether the schema names itself or a part of itself, so that it needs a document of its own.
    pub(super) fn has_names(&self) -> bool {
        fn names(value: &Value) -> bool {
            match value {
                Value::Object(members) => members.iter().any(|(key, value)| {
                    ["$id", "$anchor", "$dynamicAnchor", "$schema"].contains(&key.as_str())
                        && value.is_string()
                        && value != "https://json-schema.org/draft/2020-12/schema"
                        || names(value)
                }),
                Value::Array(items) => items.iter().any(names),
                _ => false,
            }
        }
        names(&self.schema)
    }
}

/// The groups of a part.
///
/// # Errors
/// When it is not there, or is no suite.
pub(super) fn groups(dir: &Path, part: &'static Part) -> Result<Vec<Group>> {
    let folder = dir.join("tests").join(part.folder);
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".json") && part.file.is_none_or(|only| only == name))
        .collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(folder.join(&file))?;
        let groups: Vec<Value> = serde_json::from_str(&text)
            .with_context(|| format!("{}/{file} is no suite", part.folder))?;
        for group in &groups {
            let schema = group.get("schema").cloned().unwrap_or_default();
            if part.openapi.starts_with("3.0") && !in_30(&schema) {
                continue;
            }
            found.push(Group {
                part: part.name,
                openapi: part.openapi,
                file: file.clone(),
                title: text_of(group, "description"),
                schema,
                tests: tests(group),
            });
        }
    }
    Ok(found)
}

fn text_of(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn tests(group: &Value) -> Vec<Test> {
    let tests = group.get("tests").and_then(Value::as_array);
    let tests = tests.into_iter().flatten().map(|test| Test {
        title: text_of(test, "description"),
        data: test.get("data").cloned().unwrap_or_default(),
        valid: test.get("valid").and_then(Value::as_bool) == Some(true),
    });
    tests.collect()
}

/// Whether a schema of draft 4 is one of OpenAPI 3.0 too (OAS 3.0.3 §4.7.24).
fn in_30(schema: &Value) -> bool {
    let Value::Object(members) = schema else {
        return false;
    };
    members.iter().all(|(key, value)| match key.as_str() {
        "type" => value.is_string() && value != "null",
        "properties" => value
            .as_object()
            .is_some_and(|properties| properties.values().all(in_30)),
        "items" | "not" => in_30(value),
        "additionalProperties" => value.is_boolean() || in_30(value),
        "allOf" | "anyOf" | "oneOf" => value
            .as_array()
            .is_some_and(|members| members.iter().all(in_30)),
        "enum" | "required" | "minLength" | "maxLength" | "pattern" | "minimum" | "maximum"
        | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minItems" | "maxItems"
        | "uniqueItems" | "minProperties" | "maxProperties" | "format" | "default"
        | "description" | "title" => true,
        _ => false,
    })
}

/// References start at the schema's own root, which is a component here; where it has an `$id` it stays the root.
pub(super) fn moved(schema: &Value, name: &str) -> Value {
    match schema {
        Value::Object(members) if members.get("$id").is_some_and(Value::is_string) => {
            schema.clone()
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let rest = value.as_str().and_then(|text| text.strip_prefix('#'));
                let value = match rest {
                    Some(rest) if key == "$ref" && (rest.is_empty() || rest.starts_with('/')) => {
                        format!("#/components/schemas/{name}{rest}").into()
                    }
                    _ if key == "enum" || key == "const" => value.clone(),
                    _ => moved(value, name),
                };
                (key.clone(), value)
            });
            Value::Object(members.collect::<Map<String, Value>>())
        }
        Value::Array(items) => items.iter().map(|item| moved(item, name)).collect(),
        other => other.clone(),
    }
}
