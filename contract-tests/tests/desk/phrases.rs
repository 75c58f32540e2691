//! Phrases: keys that several share, pages that a filter fills, books below names of the client's, corrections in their order.

use crate::{
    calls::{query as query_of, several},
    parcels::{to_own, whole},
    server::{self, Answer, CONFLICT, CREATED, INVALID, NOT_FOUND, OK},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post, put},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

const BAD: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "The query does not match.");
const NO_NAME: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "That is no good name.");
const LANGUAGES: [&str; 3] = ["en", "de", "fr"];
const SECTIONS: [&str; 3] = ["greeting", "error", "farewell"];
/// Each phrase in all languages: more than a page holds, and an odd number.
const PHRASES: [(&str, &str, [&str; 3]); 5] = [
    (
        "morning",
        "greeting",
        ["Good morning", "Guten Morgen", "Bonjour"],
    ),
    (
        "evening",
        "greeting",
        ["Good evening", "Guten Abend", "Bonsoir"],
    ),
    (
        "page",
        "error",
        ["The page is missing", "Die Seite fehlt", "La page manque"],
    ),
    (
        "login",
        "error",
        [
            "The login has failed",
            "Die Anmeldung ist gescheitert",
            "La connexion a manqué",
        ],
    ),
    (
        "leaving",
        "farewell",
        ["See you soon", "Bis bald", "Au revoir"],
    ),
];

struct Book {
    name: String,
    title: Value,
    released: bool,
    entries: BTreeMap<String, Value>,
}

#[derive(Default)]
struct Shelf {
    books: Vec<Book>,
    corrections: Vec<Value>,
}

#[derive(Clone)]
struct App {
    lie: &'static str,
    shelf: Arc<Mutex<Shelf>>,
}

/// Phrases with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        shelf: Arc::default(),
    };
    // Those that are there already take nothing any more.
    for name in ["handbook", "leaflet", "website"] {
        let mut book = Book::new(name, format!("The {name}").into());
        book.released = true;
        app.shelf().books.push(book);
    }
    Router::new()
        .route("/phrases", get(list))
        .route("/phrases/search", post(search))
        .route("/books", get(books))
        .route("/books/{name}", get(book).put(put_book))
        .route(
            "/books/{name}/entries/{key}",
            put(put_entry).get(entry).delete(delete_entry),
        )
        .route("/corrections", post(correct))
        .route("/corrections/{id}", get(correction))
        .with_state(app)
}

impl Book {
    fn new(name: &str, title: Value) -> Self {
        Self {
            name: name.to_owned(),
            title,
            released: false,
            entries: BTreeMap::new(),
        }
    }

    fn shown(&self) -> Value {
        let status = if self.released { "released" } else { "draft" };
        json!({ "name": self.name, "title": self.title, "status": status })
    }
}

impl Shelf {
    fn book(&mut self, name: &str) -> Result<&mut Book, (StatusCode, &'static str)> {
        let mut all = self.books.iter_mut();
        all.find(|it| it.name == name).ok_or(NOT_FOUND)
    }
}

impl App {
    fn lies(&self, name: &str) -> bool {
        self.lie == name
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().expect("nobody panics")
    }
}

/// All phrases, each key in all languages; somebody else has none.
fn phrases(own: bool) -> Vec<Value> {
    let all = PHRASES.iter().filter(|_| own);
    let each = all.flat_map(|(key, section, wordings)| {
        let both = LANGUAGES.iter().zip(wordings);
        both.map(move |(language, wording)| {
            json!({ "key": key, "section": section, "language": language, "wording": wording })
        })
    });
    each.collect()
}

/// How many phrases a token leaves behind it.
fn begin(token: Option<&str>) -> Result<usize, (StatusCode, &'static str)> {
    let Some(token) = token else {
        return Ok(0);
    };
    let at: Option<usize> = token.strip_prefix("after-").and_then(|it| it.parse().ok());
    let most = PHRASES.len() * LANGUAGES.len();
    at.filter(|it| (1..=most).contains(it)).ok_or(BAD)
}

/// One page, and the token of the one that begins there.
fn page(found: &[Value], skip: usize, size: usize, next: Option<usize>) -> Answer {
    let items: Vec<&Value> = found.iter().skip(skip).take(size).collect();
    let token = next.map(|at| format!("after-{at}"));
    Ok((OK, json!({ "items": items, "nextPageToken": token })))
}

async fn list(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let mut found = phrases(server::own(&headers)?);
        let query = query_of(raw.as_deref());
        let size = whole(&query, "limit", (1, 5), 5)?;
        let skip = begin(query.get("pageToken").map(String::as_str))?;
        let mut filtered = false;
        for (name, values) in [("language", &LANGUAGES), ("section", &SECTIONS)] {
            let Some(wanted) = query.get(name) else {
                continue;
            };
            let known = values.contains(&wanted.as_str());
            known.then_some(()).ok_or(BAD)?;
            found.retain(|it| it[name] == **wanted);
            filtered = true;
        }
        let end = skip + size;
        let goes_on = filtered && end == found.len() && app.lies("phrases-full-page-goes-on");
        let next = (end < found.len() || goes_on).then_some(end);
        page(&found, skip, size, next)
    };
    server::answered(run())
}

async fn search(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        let mut found = phrases(server::own(&headers)?);
        server::typed(&headers)?;
        let body = server::parsed(&body)?;
        let members = body.as_object().ok_or(INVALID)?;
        let known = ["sections", "languages", "text", "pageSize", "pageToken"];
        let fits = members.keys().all(|it| known.contains(&it.as_str()));
        fits.then_some(()).ok_or(INVALID)?;
        let sections = several(&body, "sections", &SECTIONS)?.ok_or(INVALID)?;
        let languages = several(&body, "languages", &LANGUAGES)?;
        let text = match body.get("text") {
            None => None,
            Some(value) => Some(value.as_str().filter(|it| !it.is_empty()).ok_or(INVALID)?),
        };
        let size = match body.get("pageSize") {
            None => Some(10),
            Some(value) => value.as_u64().and_then(|it| usize::try_from(it).ok()),
        };
        let size = size.filter(|it| (1..=20).contains(it)).ok_or(INVALID)?;
        let token = match body.get("pageToken") {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.as_str().ok_or(INVALID)?),
        };
        let skip = begin(token)?;
        let has = |it: &Value, name: &str, all: &[String]| all.iter().any(|one| it[name] == **one);
        found.retain(|it| {
            let wording = it["wording"].as_str().unwrap_or_default();
            has(it, "section", &sections)
                && languages
                    .as_ref()
                    .is_none_or(|all| has(it, "language", all))
                && text.is_none_or(|text| wording.contains(text))
        });
        let end = skip + size;
        let skipped = usize::from(app.lies("phrase-search-skips"));
        let next = (end < found.len()).then_some(end + skipped);
        page(&found, skip, size, next)
    };
    server::answered(run())
}

/// Whether a name has the form that the document gives names.
fn is_name(name: &str) -> bool {
    let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"._-".contains(&it);
    let begins = name.starts_with(|it: char| it.is_ascii_lowercase());
    begins && (2..=40).contains(&name.len()) && name.bytes().all(fits)
}

/// The text that a body has under one name, and nothing else.
pub(crate) fn only(
    headers: &HeaderMap,
    body: &Bytes,
    name: &str,
) -> Result<Value, (StatusCode, &'static str)> {
    server::typed(headers)?;
    let body = server::parsed(body)?;
    let alone = body.as_object().is_some_and(|it| it.len() == 1);
    let text = body.get(name).and_then(Value::as_str);
    let fits = text.is_some_and(|it| (1..=60).contains(&it.chars().count()));
    (alone && fits).then(|| body[name].clone()).ok_or(INVALID)
}

async fn books(State(app): State<App>, headers: HeaderMap) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let shelf = app.shelf();
        let all = shelf.books.iter().filter(|_| own);
        Ok((OK, all.map(Book::shown).collect()))
    };
    server::answered(run())
}

async fn book(State(app): State<App>, headers: HeaderMap, Path(name): Path<String>) -> Response {
    to_own(&headers, || Ok((OK, app.shelf().book(&name)?.shown())))
}

async fn put_book(
    State(app): State<App>,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        let dotted = name.contains('.') && app.lies("book-dotted-refused");
        let fits = is_name(&name) && !dotted;
        fits.then_some(()).ok_or(NO_NAME)?;
        let title = only(&headers, &body, "title")?;
        let mut shelf = app.shelf();
        if let Ok(book) = shelf.book(&name) {
            book.title = title;
            return Ok((OK, book.shown()));
        }
        let book = Book::new(&name, title);
        let shown = book.shown();
        shelf.books.push(book);
        Ok((CREATED, shown))
    })
}

async fn put_entry(
    State(app): State<App>,
    headers: HeaderMap,
    Path((name, key)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        is_name(&key).then_some(()).ok_or(NO_NAME)?;
        let wording = only(&headers, &body, "wording")?;
        let mut shelf = app.shelf();
        let book = shelf.book(&name)?;
        if book.released {
            return Err((CONFLICT, "The book is released."));
        }
        let entry = json!({ "key": key, "wording": wording });
        let before = book.entries.insert(key.clone(), entry.clone());
        Ok((before.map_or(CREATED, |_| OK), entry))
    })
}

async fn entry(
    State(app): State<App>,
    headers: HeaderMap,
    Path((name, key)): Path<(String, String)>,
) -> Response {
    to_own(&headers, || {
        let mut shelf = app.shelf();
        let found = shelf.book(&name)?.entries.get(&key);
        Ok((OK, found.ok_or(NOT_FOUND)?.clone()))
    })
}

async fn delete_entry(
    State(app): State<App>,
    headers: HeaderMap,
    Path((name, key)): Path<(String, String)>,
) -> Response {
    to_own(&headers, || {
        let mut shelf = app.shelf();
        let entries = &mut shelf.book(&name)?.entries;
        entries.get(&key).ok_or(NOT_FOUND)?;
        if !app.lies("entry-survives") {
            entries.remove(&key);
        }
        Ok((StatusCode::NO_CONTENT, Value::Null))
    })
}

/// A whole number from one to that.
fn up_to(value: &Value, most: u64) -> Result<u64, (StatusCode, &'static str)> {
    let found = value.as_u64().filter(|it| (1..=most).contains(it));
    found.ok_or(INVALID)
}

async fn correct(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let mail = headers.get("x-mail-key");
    let mails = mail.is_some_and(|it| it == server::MAIL_KEY) && app.lies("correction-by-mail");
    let run = || -> Answer {
        let own = mails || server::own(&headers)?;
        own.then_some(()).ok_or(NOT_FOUND)?;
        server::typed(&headers)?;
        let body = server::parsed(&body)?;
        let members = body.as_object().ok_or(INVALID)?;
        let known = ["language", "wording", "startLine", "endLine", "columns"];
        let fits = members.len() == known.len() && known.iter().all(|it| members.contains_key(*it));
        let language = body["language"].as_str().unwrap_or_default();
        let wording = body["wording"].as_str().unwrap_or_default();
        let long = (1..=60).contains(&wording.chars().count());
        (fits && long && LANGUAGES.contains(&language))
            .then_some(())
            .ok_or(INVALID)?;
        let start = up_to(&body["startLine"], 10_000)?;
        let end = up_to(&body["endLine"], 10_000)?;
        let columns = body["columns"].as_array().map(Vec::as_slice);
        let Some([first, second]) = columns else {
            return Err(INVALID);
        };
        let (first, second) = (up_to(first, 200)?, up_to(second, 200)?);
        let turned = end < start && !app.lies("lines-turned");
        let crossed = first > second && !app.lies("columns-turned");
        (!turned && !crossed).then_some(()).ok_or(INVALID)?;
        let mut shelf = app.shelf();
        let mut made = body.clone();
        made["id"] = (shelf.corrections.len() + 1).into();
        shelf.corrections.push(made.clone());
        Ok((CREATED, made))
    };
    server::answered(run())
}

async fn correction(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    to_own(&headers, || {
        let at = server::number(&id)?.checked_sub(1).ok_or(NOT_FOUND)?;
        let at = usize::try_from(at).map_err(|_| NOT_FOUND)?;
        let shelf = app.shelf();
        Ok((OK, shelf.corrections.get(at).ok_or(NOT_FOUND)?.clone()))
    })
}
