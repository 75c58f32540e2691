//! Boards: what is changed by a JSON Patch (RFC 6902).

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
struct Boards {
    lie: &'static str,
    all: Arc<Mutex<BTreeMap<u64, Value>>>,
}

/// Boards with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let boards = Boards {
        lie,
        all: Arc::default(),
    };
    Router::new()
        .route("/boards", post(create))
        .route("/boards/{id}", get(read).patch(patch))
        .with_state(boards)
}

fn is_valid(board: &Value) -> bool {
    let short = |it: &Value, least: usize| {
        let length = it.as_str().map(|it| it.chars().count());
        length.is_some_and(|it| (least..=40).contains(&it))
    };
    let tags = board["tags"].as_array();
    short(&board["name"], 1)
        && tags.is_some_and(|all| all.len() <= 8 && all.iter().all(|it| short(it, 1)))
        && board.as_object().is_some_and(|all| all.len() <= 4)
}

async fn create(State(boards): State<Boards>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let sent = server::parsed(&body)?;
        let known = sent
            .as_object()
            .is_some_and(|all| all.keys().all(|it| it == "name" || it == "tags"));
        let tags = sent.get("tags").cloned().unwrap_or(json!([]));
        let board = json!({ "name": sent["name"], "tags": tags });
        (known && is_valid(&board)).then_some(()).ok_or(INVALID)?;
        let mut all = boards.all.lock().expect("nobody panics");
        let id = all.len() as u64 + 1;
        let mut board = board;
        board["id"] = id.into();
        board["version"] = 1.into();
        all.insert(id, board.clone());
        Ok((CREATED, board))
    };
    server::answered(run())
}

async fn read(
    State(boards): State<Boards>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let all = boards.all.lock().expect("nobody panics");
        let board = all.get(&server::number(&id)?).ok_or(NOT_FOUND)?;
        Ok((OK, board.clone()))
    };
    server::answered(run())
}

async fn patch(
    State(boards): State<Boards>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let mut all = boards.all.lock().expect("nobody panics");
        let board = all.get_mut(&server::number(&id)?).ok_or(NOT_FOUND)?;
        let sent = server::parsed(&body)?;
        let changes = sent.as_array().filter(|it| !it.is_empty()).ok_or(INVALID)?;
        let mut changed = board.clone();
        for change in changes {
            let done = apply(&mut changed, change, boards.lie);
            if boards.lie == "patch-in-part" && is_valid(&changed) {
                *board = changed.clone();
            }
            done?;
        }
        is_valid(&changed).then_some(()).ok_or(INVALID)?;
        if boards.lie != "board-version-kept" {
            changed["version"] = (changed["version"].as_u64().unwrap_or_default() + 1).into();
        }
        *board = changed;
        Ok((OK, board.clone()))
    };
    server::answered(run())
}

fn apply(board: &mut Value, change: &Value, lie: &str) -> Result<(), (StatusCode, &'static str)> {
    let path = change["path"].as_str().ok_or(INVALID)?;
    let value = change.get("value").cloned();
    let op = change["op"].as_str().unwrap_or_default();
    if op == "test" {
        let holds = board.pointer(path) == value.as_ref() || lie == "patch-untested";
        return holds
            .then_some(())
            .ok_or((StatusCode::CONFLICT, "The test does not hold."));
    }
    let tags = board["tags"].as_array_mut().ok_or(INVALID)?;
    match (op, path, value) {
        ("add", "/tags/-", Some(value)) if lie == "patch-adds-first" => tags.insert(0, value),
        ("add", "/tags/-", Some(value)) => tags.push(value),
        ("remove", "/tags", None) if lie == "patch-keeps" => {}
        ("remove", "/tags", None) => tags.clear(),
        ("add" | "replace", "/name" | "/tags", Some(value)) => {
            board[path.trim_start_matches('/')] = value;
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
