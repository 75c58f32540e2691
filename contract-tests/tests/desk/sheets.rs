//! Sheets: what is changed by a JSON Patch (RFC 6902).

use crate::server::{self, Answer, CREATED, INVALID, NOT_FOUND, OK};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

#[derive(Clone)]
struct Sheets {
    lie: &'static str,
    all: Arc<Mutex<BTreeMap<u64, Value>>>,
}

/// Sheets with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let sheets = Sheets {
        lie,
        all: Arc::default(),
    };
    Router::new()
        .route("/sheets", post(create))
        .route("/sheets/{id}", get(read).patch(patch))
        .with_state(sheets)
}

fn is_valid(sheet: &Value) -> bool {
    let short = |it: &Value, least: usize| {
        let length = it.as_str().map(|it| it.chars().count());
        length.is_some_and(|it| (least..=40).contains(&it))
    };
    let tags = sheet["tags"].as_array();
    short(&sheet["name"], 1)
        && tags.is_some_and(|all| all.len() <= 8 && all.iter().all(|it| short(it, 1)))
        && sheet.as_object().is_some_and(|all| all.len() <= 4)
}

async fn create(State(sheets): State<Sheets>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let sent = server::parsed(&body)?;
        let known = sent
            .as_object()
            .is_some_and(|all| all.keys().all(|it| it == "name" || it == "tags"));
        let tags = sent.get("tags").cloned().unwrap_or(json!([]));
        let sheet = json!({ "name": sent["name"], "tags": tags });
        (known && is_valid(&sheet)).then_some(()).ok_or(INVALID)?;
        let mut all = sheets.all.lock().expect("nobody panics");
        let id = all.len() as u64 + 1;
        let mut sheet = sheet;
        sheet["id"] = id.into();
        sheet["version"] = 1.into();
        all.insert(id, sheet.clone());
        Ok((CREATED, sheet))
    };
    server::answered(run())
}

async fn read(
    State(sheets): State<Sheets>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let all = sheets.all.lock().expect("nobody panics");
        let sheet = all.get(&server::number(&id)?).ok_or(NOT_FOUND)?;
        Ok((OK, sheet.clone()))
    };
    server::answered(run())
}

async fn patch(
    State(sheets): State<Sheets>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let mut all = sheets.all.lock().expect("nobody panics");
        let sheet = all.get_mut(&server::number(&id)?).ok_or(NOT_FOUND)?;
        let sent = server::parsed(&body)?;
        let changes = sent.as_array().filter(|it| !it.is_empty()).ok_or(INVALID)?;
        let mut changed = sheet.clone();
        for change in changes {
            let done = apply(&mut changed, change, sheets.lie);
            if sheets.lie == "patch-in-part" && is_valid(&changed) {
                *sheet = changed.clone();
            }
            done?;
        }
        is_valid(&changed).then_some(()).ok_or(INVALID)?;
        if sheets.lie != "sheet-version-kept" {
            changed["version"] = (changed["version"].as_u64().unwrap_or_default() + 1).into();
        }
        *sheet = changed;
        Ok((OK, sheet.clone()))
    };
    server::answered(run())
}

fn apply(sheet: &mut Value, change: &Value, lie: &str) -> Result<(), (StatusCode, &'static str)> {
    let path = change["path"].as_str().ok_or(INVALID)?;
    let value = change.get("value").cloned();
    let op = change["op"].as_str().unwrap_or_default();
    if op == "test" {
        let holds = sheet.pointer(path) == value.as_ref() || lie == "patch-untested";
        return holds
            .then_some(())
            .ok_or((StatusCode::CONFLICT, "The test does not hold."));
    }
    let tags = sheet["tags"].as_array_mut().ok_or(INVALID)?;
    match (op, path, value) {
        ("add", "/tags/-", Some(value)) if lie == "patch-adds-first" => tags.insert(0, value),
        ("add", "/tags/-", Some(value)) => tags.push(value),
        ("remove", "/tags", None) if lie == "patch-keeps" => {}
        ("remove", "/tags", None) => tags.clear(),
        ("add" | "replace", "/name" | "/tags", Some(value)) => {
            sheet[path.trim_start_matches('/')] = value;
        }
        (op, path, value) => {
            let at = path.strip_prefix("/tags/").and_then(|it| it.parse().ok());
            let at: usize = at.ok_or(INVALID)?;
            match (op, value) {
                ("add", Some(value)) if at <= tags.len() => tags.insert(at, value),
                ("replace", Some(value)) if at < tags.len() => tags[at] = value,
                ("remove", None) if at < tags.len() => drop(tags.remove(at)),
                _ => return Err(INVALID),
            }
        }
    }
    Ok(())
}
