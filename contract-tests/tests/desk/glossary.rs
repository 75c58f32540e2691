//! A glossary: terms with slashes in them, and pages that links with cursors lead through.

use crate::{
    calls::query as query_of,
    parcels::{to_own, whole},
    phrases::only,
    server::{self, Answer, CREATED, NOT_FOUND, OK},
};
use aws_lc_rs::digest;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

const BAD: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "The query does not match.");
const NO_TERM: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "That is no term.");

#[derive(Clone)]
struct App {
    lie: &'static str,
    /// The terms, by their names.
    terms: Arc<Mutex<BTreeMap<String, Value>>>,
}

/// A glossary with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        terms: Arc::default(),
    };
    for (name, wording) in [
        ("agreement", "Vereinbarung"),
        ("and/or", "und/oder"),
        ("clause", "Klausel"),
        ("deadline", "Frist"),
        ("fee", "Entgelt"),
        ("notice", "Anzeige"),
        ("sub-contractor", "Nachunternehmer"),
    ] {
        let term = json!({ "name": name, "wording": wording });
        app.terms().insert(name.to_owned(), term);
    }
    Router::new()
        .route("/terms", get(list))
        .route("/terms/{name}", get(read).put(put))
        .with_state(app)
}

impl App {
    fn terms(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        self.terms.lock().expect("nobody panics")
    }
}

/// The cursor of the page that begins behind a term: nobody else can make one.
fn mark(name: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("behind {name}").as_bytes());
    let bytes = hash.as_ref().iter().take(12);
    bytes.map(|it| format!("{it:02x}")).collect()
}

async fn list(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let query = query_of(raw.as_deref());
        let limit = whole(&query, "limit", (1, 50), 20)?;
        let terms = app.terms();
        let all: Vec<(&String, &Value)> = terms.iter().filter(|_| own).collect();
        let skip = match query.get("cursor") {
            None => 0,
            Some(cursor) => match all.iter().position(|(name, _)| mark(name) == *cursor) {
                Some(at) => at + 1,
                None if app.lie == "terms-strange-cursor" => 0,
                None => return Err(BAD),
            },
        };
        let page: Vec<(&String, &Value)> = all.iter().copied().skip(skip).take(limit).collect();
        let last = page.last().filter(|_| skip + limit < all.len());
        let next = last.map(|(name, _)| format!("/terms?limit={limit}&cursor={}", mark(name)));
        let items: Vec<&Value> = page.iter().map(|(_, term)| *term).collect();
        Ok((OK, json!({ "items": items, "links": { "next": next } })))
    };
    server::answered(run())
}

async fn read(State(app): State<App>, headers: HeaderMap, Path(name): Path<String>) -> Response {
    to_own(&headers, || {
        let lost = name.contains('/') && app.lie == "term-slash-lost";
        let terms = app.terms();
        let found = terms.get(&name).filter(|_| !lost);
        Ok((OK, found.ok_or(NOT_FOUND)?.clone()))
    })
}

/// Whether a text has the form that the document gives terms.
fn is_term(name: &str) -> bool {
    let letter = |it: char| it.is_ascii_lowercase();
    let fits = |it: char| letter(it) || it == '/' || it == '-';
    let ends = name.starts_with(letter) && name.ends_with(letter);
    ends && (2..=40).contains(&name.len()) && name.chars().all(fits)
}

async fn put(
    State(app): State<App>,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        is_term(&name).then_some(()).ok_or(NO_TERM)?;
        let wording = only(&headers, &body, "wording")?;
        let term = json!({ "name": name, "wording": wording });
        let before = app.terms().insert(name, term.clone());
        Ok((before.map_or(CREATED, |_| OK), term))
    })
}
