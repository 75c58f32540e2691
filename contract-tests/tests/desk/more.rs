//! The rest of the desk: boards that can be restored, drawers that begin empty, rebuilds that take their time.

use super::server::{CONFLICT, CREATED, INVALID, NOT_FOUND, OK, OTHER, TOKEN, answered, parsed};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
    routing::{any, post},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// A rebuild is queued for so long.
const QUEUED: Duration = Duration::from_millis(1100);
/// And done after so long.
const DONE: Duration = Duration::from_millis(1700);

type Answer = Result<(StatusCode, Value), (StatusCode, &'static str)>;

#[derive(Default)]
struct Rest {
    boards: BTreeMap<u64, Board>,
    drawers: BTreeMap<String, Value>,
    slips: BTreeMap<String, Vec<Value>>,
    rebuilds: BTreeMap<u64, Rebuild>,
    last: u64,
}

struct Board {
    shown: Value,
    cards: Vec<Value>,
    deleted: bool,
}

struct Rebuild {
    note: Value,
    started: Instant,
    cancelled: Option<Instant>,
}

#[derive(Clone)]
struct App {
    lie: &'static str,
    rest: Arc<Mutex<Rest>>,
}

/// The rest of the desk with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        rest: Arc::default(),
    };
    Router::new()
        .route("/boards", any(boards))
        .route("/boards/{id}", any(board))
        .route("/boards/{id}/restore", post(restore))
        .route("/boards/{id}/cards", any(cards))
        .route("/drawers/{name}", any(drawer))
        .route("/drawers/{name}/slips", any(slips))
        .route("/rebuilds", post(rebuild))
        .route("/rebuilds/{id}", any(progress))
        .route("/rebuilds/{id}/cancel", post(cancel))
        .with_state(app)
}

const NOT_THAT: (StatusCode, &str) = (StatusCode::METHOD_NOT_ALLOWED, "Not that one.");

impl App {
    fn lies(&self, name: &str) -> bool {
        self.lie == name
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().expect("nobody panics")
    }

    fn show(&self, id: u64, of: &Rebuild) -> Value {
        let age = of.cancelled.unwrap_or_else(Instant::now) - of.started;
        let mut percent = age.as_millis().min(DONE.as_millis()) * 99 / DONE.as_millis();
        let queued = age < QUEUED && !self.lies("rebuild-not-queued");
        // Long enough to be seen by who is kept busy.
        let goes_back = self.lies("rebuild-goes-back");
        let back = goes_back && age > (QUEUED + DONE) / 2;
        let done = if goes_back { 2 * DONE } else { DONE };
        let mut state = if queued || back { "queued" } else { "running" };
        if age >= done && !self.lies("rebuild-never-ends") {
            (state, percent) = ("done", 100);
        }
        if state == "done" && self.lies("rebuild-99") {
            percent = 99;
        }
        if state == "running" && self.lies("rebuild-percent-falls") {
            percent = 100 - percent;
        }
        if let Some(at) = of.cancelled {
            let on = self.lies("rebuild-goes-on") && at.elapsed() > Duration::from_millis(500);
            state = if on { "running" } else { "cancelled" };
        }
        if state == "queued" {
            percent = 0;
        }
        let last = ["done", "cancelled"].contains(&state);
        let early = self.lies("rebuild-finished-early") && state == "running";
        let finished = (last || early).then_some("2026-01-01T00:00:00Z");
        json!({ "id": id, "note": of.note, "status": state, "percent": percent as u64, "finished_at": finished })
    }
}

fn own(headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|it| it.to_str().ok());
    match value.and_then(|it| it.strip_prefix("Bearer ")) {
        Some(TOKEN) => Ok(()),
        Some(OTHER) => Err(NOT_FOUND),
        _ => Err((StatusCode::UNAUTHORIZED, "Who are you?")),
    }
}

fn number(id: &str) -> Result<u64, (StatusCode, &'static str)> {
    id.parse().map_err(|_| NOT_FOUND)
}

/// The text that a body has under one name, and nothing else but what is allowed.
fn text(body: &Value, name: &str, others: &[&str]) -> Result<Value, (StatusCode, &'static str)> {
    let members = body.as_object().ok_or(INVALID)?;
    let known = |it: &String| it == name || others.contains(&it.as_str());
    let strings = members.values().all(Value::is_string);
    let there = members.get(name).filter(|it| it.as_str() != Some(""));
    let fine = strings && members.keys().all(known);
    there.filter(|_| fine).cloned().ok_or(INVALID)
}

async fn boards(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let mut rest = app.rest();
        if matches!(method, Method::GET | Method::HEAD) {
            let live = rest.boards.values().filter(|it| !it.deleted);
            return Ok((OK, live.map(|it| it.shown.clone()).collect()));
        }
        (method == Method::POST).then_some(()).ok_or(NOT_THAT)?;
        let body = parsed(&body)?;
        let title = text(&body, "title", &["note"])?;
        let counts = |it: &Board| !it.deleted || app.lies("title-not-freed");
        let mut all = rest.boards.values();
        if all.any(|it| counts(it) && it.shown["title"] == title) {
            return Err((CONFLICT, "The title is taken."));
        }
        rest.last += 1;
        let id = rest.last;
        let note = body.get("note").cloned().unwrap_or_default();
        let shown = json!({ "id": id, "title": title, "note": note, "version": 1 });
        let board = Board {
            shown: shown.clone(),
            cards: Vec::new(),
            deleted: false,
        };
        rest.boards.insert(id, board);
        Ok((CREATED, shown))
    };
    answered(run())
}

async fn board(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let mut rest = app.rest();
        let board = rest.boards.get_mut(&number(&id)?);
        let board = board.filter(|it| !it.deleted).ok_or(NOT_FOUND)?;
        match method {
            Method::GET | Method::HEAD => Ok((OK, board.shown.clone())),
            Method::DELETE => {
                board.deleted = true;
                Ok((StatusCode::NO_CONTENT, Value::Null))
            }
            _ => Err(NOT_THAT),
        }
    };
    answered(run())
}

async fn restore(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let mut rest = app.rest();
        let id = number(&id)?;
        let title = rest.boards.get(&id).ok_or(NOT_FOUND)?.shown["title"].clone();
        let mut others = rest.boards.iter().filter(|(other, _)| **other != id);
        let taken = others.any(|(_, it)| !it.deleted && it.shown["title"] == title);
        if taken && !app.lies("restore-over-taken") {
            return Err((CONFLICT, "The title is taken."));
        }
        let board = rest.boards.get_mut(&id).ok_or(NOT_FOUND)?;
        if !board.deleted && !app.lies("restore-of-live") {
            return Err((CONFLICT, "It is not deleted."));
        }
        board.deleted = false;
        board.shown["version"] = (board.shown["version"].as_u64().unwrap_or(0) + 1).into();
        if app.lies("restore-loses-note") {
            board.shown["note"] = Value::Null;
        }
        if app.lies("restore-loses-cards") {
            board.cards.clear();
        }
        Ok((OK, board.shown.clone()))
    };
    answered(run())
}

async fn cards(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let mut rest = app.rest();
        rest.last += 1;
        let next = rest.last;
        let board = rest.boards.get_mut(&number(&id)?);
        let seen = |it: &&mut Board| !it.deleted || app.lies("cards-stay");
        let board = board.filter(seen).ok_or(NOT_FOUND)?;
        if matches!(method, Method::GET | Method::HEAD) {
            return Ok((OK, board.cards.clone().into()));
        }
        (method == Method::POST).then_some(()).ok_or(NOT_THAT)?;
        let card = json!({ "id": next, "text": text(&parsed(&body)?, "text", &[])? });
        board.cards.push(card.clone());
        Ok((CREATED, card))
    };
    answered(run())
}

async fn drawer(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let mut rest = app.rest();
        let there = rest.drawers.get(&name).cloned();
        match method {
            Method::GET | Method::HEAD => there.map(|it| (OK, it)).ok_or(NOT_FOUND),
            Method::PUT => {
                let note = text(&parsed(&body)?, "note", &[])?;
                let drawer = json!({ "name": name, "note": note });
                rest.drawers.insert(name.clone(), drawer.clone());
                let new = there.is_none() || app.lies("drawer-replaced-201");
                Ok((if new { CREATED } else { OK }, drawer))
            }
            Method::DELETE => {
                rest.drawers.remove(&name).ok_or(NOT_FOUND)?;
                if !app.lies("slips-survive") {
                    rest.slips.remove(&name);
                }
                Ok((StatusCode::NO_CONTENT, Value::Null))
            }
            _ => Err(NOT_THAT),
        }
    };
    answered(run())
}

async fn slips(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let mut rest = app.rest();
        rest.drawers.get(&name).ok_or(NOT_FOUND)?;
        if matches!(method, Method::GET | Method::HEAD) {
            let all = rest.slips.get(&name).cloned();
            return Ok((OK, all.unwrap_or_default().into()));
        }
        (method == Method::POST).then_some(()).ok_or(NOT_THAT)?;
        let slip = json!({ "text": text(&parsed(&body)?, "text", &[])? });
        rest.slips
            .entry(name.clone())
            .or_default()
            .push(slip.clone());
        Ok((CREATED, slip))
    };
    answered(run())
}

async fn rebuild(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let mut at = 0;
    let mut run = || -> Answer {
        own(&headers)?;
        let note = text(&parsed(&body)?, "note", &[])?;
        let mut rest = app.rest();
        rest.last += 1;
        at = rest.last;
        let rebuild = Rebuild {
            note,
            started: Instant::now(),
            cancelled: None,
        };
        let shown = app.show(at, &rebuild);
        rest.rebuilds.insert(at, rebuild);
        Ok((StatusCode::ACCEPTED, shown))
    };
    let mut response = answered(run());
    if app.lies("rebuild-elsewhere") {
        at = at.saturating_sub(1).max(1);
    }
    if let Ok(value) = format!("/rebuilds/{at}").parse() {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

async fn progress(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let id = number(&id)?;
        let reads = matches!(method, Method::GET | Method::HEAD);
        reads.then_some(()).ok_or(NOT_THAT)?;
        let rest = app.rest();
        let rebuild = rest.rebuilds.get(&id).ok_or(NOT_FOUND)?;
        Ok((OK, app.show(id, rebuild)))
    };
    let answer = run();
    let state = answer.as_ref().ok().map(|(_, it)| it["status"].clone());
    let last = state.is_none_or(|it| it == "done" || it == "cancelled");
    let mut response = answered(answer);
    if !last || app.lies("rebuild-header-stays") {
        let again = "1".parse().expect("a value");
        response.headers_mut().insert(header::RETRY_AFTER, again);
    }
    response
}

async fn cancel(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let run = || -> Answer {
        own(&headers)?;
        let id = number(&id)?;
        let mut rest = app.rest();
        let rebuild = rest.rebuilds.get_mut(&id).ok_or(NOT_FOUND)?;
        let state = app.show(id, rebuild)["status"].clone();
        let late = state == "done" && !app.lies("rebuild-cancel-late");
        if late || state == "cancelled" {
            return Err((CONFLICT, "It is over."));
        }
        if state == "running" && app.lies("rebuild-cancel-running") {
            return Err((CONFLICT, "It is running."));
        }
        rebuild.cancelled = Some(Instant::now());
        Ok((OK, app.show(id, rebuild)))
    };
    answered(run())
}
