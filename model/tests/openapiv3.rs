//! A second witness: `serde_yaml` and the `openapiv3` crate read the same documents, and have to find the
//! same operations, parameters, statuses, media types and components in them as the model does.
//!
//! `openapiv3` knows 3.0 only. Of the documents under `COUNTERPART_SHARED` those count that it can read.

use counterpart_model::{Api, api::StatusKey, load};
use openapiv3::{OpenAPI, Operation, Parameter, ReferenceOr, Response, StatusCode};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// What is compared of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Facts {
    id: Option<String>,
    parameters: BTreeSet<(String, &'static str)>,
    body: BTreeSet<String>,
    responses: BTreeMap<String, BTreeSet<String>>,
}

type Operations = BTreeMap<String, Facts>;

fn ours(api: &Api) -> Operations {
    let operations = api.operations.iter().map(|operation| {
        let responses = operation.responses.iter().map(|(status, response)| {
            let status = match status {
                StatusKey::Code(code) => code.to_string(),
                StatusKey::Range(digit) => format!("{digit}XX"),
                StatusKey::Default => "default".to_owned(),
            };
            (status, response.content.keys().cloned().collect())
        });
        let facts = Facts {
            id: Some(operation.id.to_string()),
            parameters: operation
                .parameters
                .iter()
                .map(|parameter| (parameter.name.clone(), parameter.location.as_str()))
                .collect(),
            body: operation
                .body
                .iter()
                .flat_map(|body| body.content.keys().cloned())
                .collect(),
            responses: responses.collect(),
        };
        (format!("{} {}", operation.method, operation.path), facts)
    });
    operations.collect()
}

fn parameter<'a>(
    document: &'a OpenAPI,
    written: &'a ReferenceOr<Parameter>,
) -> Option<&'a Parameter> {
    match written {
        ReferenceOr::Item(parameter) => Some(parameter),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/parameters/")?;
            document
                .components
                .as_ref()?
                .parameters
                .get(name)?
                .as_item()
        }
    }
}

fn response<'a>(document: &'a OpenAPI, written: &'a ReferenceOr<Response>) -> Option<&'a Response> {
    match written {
        ReferenceOr::Item(response) => Some(response),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/responses/")?;
            document.components.as_ref()?.responses.get(name)?.as_item()
        }
    }
}

fn place(parameter: &Parameter) -> &'static str {
    match parameter {
        Parameter::Query { .. } => "query",
        Parameter::Header { .. } => "header",
        Parameter::Path { .. } => "path",
        Parameter::Cookie { .. } => "cookie",
    }
}

fn facts(
    document: &OpenAPI,
    shared: &[ReferenceOr<Parameter>],
    operation: &Operation,
) -> Option<Facts> {
    let mut facts = Facts {
        id: operation.operation_id.clone(),
        ..Facts::default()
    };
    for written in shared.iter().chain(&operation.parameters) {
        let parameter = parameter(document, written)?;
        let data = parameter.parameter_data_ref();
        facts
            .parameters
            .insert((data.name.clone(), place(parameter)));
    }
    match &operation.request_body {
        None => {}
        Some(ReferenceOr::Item(body)) => facts.body.extend(body.content.keys().cloned()),
        Some(ReferenceOr::Reference { reference }) => {
            let name = reference.strip_prefix("#/components/requestBodies/")?;
            let body = document
                .components
                .as_ref()?
                .request_bodies
                .get(name)?
                .as_item()?;
            facts.body.extend(body.content.keys().cloned());
        }
    }
    let written = operation
        .responses
        .responses
        .iter()
        .map(|(status, response)| {
            let status = match status {
                StatusCode::Code(code) => code.to_string(),
                StatusCode::Range(digit) => format!("{digit}XX"),
            };
            (status, response)
        });
    let default = operation
        .responses
        .default
        .iter()
        .map(|response| ("default".to_owned(), response));
    for (status, written) in written.chain(default) {
        let response = response(document, written)?;
        facts
            .responses
            .insert(status, response.content.keys().cloned().collect());
    }
    Some(facts)
}

/// What the other witness says; operations it cannot tell about (references into other files) are left out.
fn theirs(document: &OpenAPI) -> Operations {
    let mut operations = Operations::new();
    for (path, item) in document.paths.iter() {
        let ReferenceOr::Item(item) = item else {
            continue;
        };
        for (method, operation) in item.iter() {
            if let Some(facts) = facts(document, &item.parameters, operation) {
                operations.insert(format!("{} {path}", method.to_uppercase()), facts);
            }
        }
    }
    operations
}

/// What the model mends, each with a warning: path parameters that are not declared (CP0402) or not in
/// the path (CP0403), and headers that other parts of a document describe (CP0414).
fn mend(name: &str, facts: &mut Facts) {
    let in_path: BTreeSet<String> = name
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect();
    facts.parameters.retain(|(name, location)| match *location {
        "path" => in_path.contains(name),
        "header" => !["accept", "content-type", "authorization"]
            .contains(&name.to_ascii_lowercase().as_str()),
        _ => true,
    });
    facts
        .parameters
        .extend(in_path.into_iter().map(|name| (name, "path")));
}

/// Compares a document; `None` where the other witness cannot read it.
fn compare(path: &Path) -> Option<(usize, Vec<String>)> {
    let text = fs::read_to_string(path).ok()?;
    let document: OpenAPI = serde_yaml::from_str(&text).ok()?;
    let api = load(path).api?;
    let ours = ours(&api);
    let theirs = theirs(&document);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, facts) in &theirs {
        let mut facts = facts.clone();
        let Some(mine) = ours.get(name) else {
            wrong.push(format!("{name} is missing"));
            continue;
        };
        // Without an operationId, or with one that is taken, the model makes one.
        if facts.id.as_ref().is_none_or(|id| !seen.insert(id.clone())) {
            facts.id.clone_from(&mine.id);
        }
        mend(name, &mut facts);
        if *mine != facts {
            wrong.push(format!(
                "{name}\n  model:     {mine:?}\n  openapiv3: {facts:?}"
            ));
        }
    }
    let schemas: BTreeSet<&String> = document
        .components
        .iter()
        .flat_map(|components| components.schemas.keys())
        .collect();
    let mine: BTreeSet<&String> = api.components.keys().collect();
    if schemas != mine {
        wrong.push(format!(
            "component schemas differ: {:?}",
            schemas.symmetric_difference(&mine).collect::<Vec<_>>()
        ));
    }
    Some((theirs.len(), wrong))
}

#[test]
fn openfx() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/openfx.yaml");
    let (compared, wrong) = compare(&path).expect("openapiv3 reads it");
    assert_eq!(wrong, Vec::<String>::new());
    assert!(compared >= 24, "only {compared} operations were compared");
}

#[test]
fn corpus() {
    let Some(shared) = std::env::var_os("COUNTERPART_SHARED") else {
        println!("skipped: COUNTERPART_SHARED is not set");
        return;
    };
    let mut documents = 0;
    let mut wrong = Vec::new();
    let entries = fs::read_dir(Path::new(&shared).join("specs")).expect("the folder is there");
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        // The largest take a debug build too long.
        if entry.metadata().map_or(0, |data| data.len()) > 1_500_000 || !path.is_file() {
            continue;
        }
        let Some((_, differences)) = compare(&path) else {
            continue;
        };
        documents += 1;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        wrong.extend(
            differences
                .into_iter()
                .map(|text| format!("{name}: {text}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        documents >= 10,
        "openapiv3 could read only {documents} documents"
    );
    println!("{documents} documents compared");
}
