//! The desk: tickets, comments and files in memory, honest but for one lie.

use aws_lc_rs::digest;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

/// The token of the identity that the tests use.
pub(crate) const TOKEN: &str = "desk-token-of-ann";
/// That of somebody else.
pub(crate) const OTHER: &str = "desk-token-of-bob";
/// The key that only mails are taken with.
pub(crate) const MAIL_KEY: &str = "desk-mail-key";

#[derive(Default)]
struct Desk {
    tickets: BTreeMap<u64, Value>,
    comments: BTreeMap<u64, Vec<Value>>,
    files: BTreeMap<String, (u64, Bytes)>,
    keys: HashMap<String, (Bytes, StatusCode, Value)>,
    last: u64,
}

#[derive(Clone)]
pub(super) struct App {
    lie: &'static str,
    desk: Arc<Mutex<Desk>>,
}

pub(crate) type Answer = Result<(StatusCode, Value), (StatusCode, &'static str)>;

pub(crate) const OK: StatusCode = StatusCode::OK;
pub(crate) const CREATED: StatusCode = StatusCode::CREATED;
pub(crate) const NOT_FOUND: (StatusCode, &str) = (StatusCode::NOT_FOUND, "There is no such thing.");
pub(crate) const CONFLICT: StatusCode = StatusCode::CONFLICT;
pub(crate) const INVALID: (StatusCode, &str) =
    (StatusCode::UNPROCESSABLE_ENTITY, "The body does not match.");

/// The desk with this lie; the empty one is none.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        desk: Arc::default(),
    };
    for (subject, note, labels) in [
        (
            "Keyboard types twice",
            "Ring before noon",
            vec!["hardware", "office"],
        ),
        ("Invoice is missing", "Wants another copy", vec!["billing"]),
        (
            "Monitor stays black",
            "Tried other cables",
            vec!["hardware"],
        ),
        ("Door does not open", "Ring before leaving", vec!["office"]),
    ] {
        let key = subject[..4].to_uppercase();
        let body = json!({ "subject": subject, "key": key, "note": note, "labels": labels });
        let made = app.create(&body).expect("a ticket");
        let id = made.1["id"].as_u64().expect("a number");
        if subject.starts_with("Inv") {
            app.act(id, "close", &json!({ "resolution": "solved" }))
                .expect("it is open");
        }
    }
    Router::new()
        .route("/tickets", any(tickets))
        .route("/tickets/{id}", any(ticket))
        .route("/tickets/{id}/comments", any(comments))
        .route("/tickets/{id}/files", post(upload))
        .route("/tickets/{id}/{action}", post(action))
        .route("/files/{id}/content", get(download))
        .route("/mails", post(mail))
        .merge(super::calls::routes())
        .with_state(app)
        .merge(crate::alerts::router(lie))
        .merge(crate::clients::router(lie))
        .merge(crate::glossary::router(lie))
        .merge(crate::sheets::router(lie))
        .merge(crate::more::router(lie))
        .merge(crate::papers::router(lie))
        .merge(crate::parcels::router(lie))
        .merge(crate::phrases::router(lie))
        .merge(crate::translators::router(lie))
        .merge(crate::visits::router(lie))
}

/// Whether the identity that the tests use asks; somebody else finds nothing.
pub(crate) fn own(headers: &HeaderMap) -> Result<bool, (StatusCode, &'static str)> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|it| it.to_str().ok());
    match value.and_then(|it| it.strip_prefix("Bearer ")) {
        Some(TOKEN) => Ok(true),
        Some(OTHER) => Ok(false),
        _ => Err((StatusCode::UNAUTHORIZED, "Who are you?")),
    }
}

/// An answer as it is sent, without a lie.
pub(crate) fn answered(answer: Answer) -> Response {
    let app = App {
        lie: "",
        desk: Arc::default(),
    };
    app.answer(answer)
}

impl App {
    pub(super) fn lies(&self, name: &str) -> bool {
        self.lie == name
    }

    pub(super) fn enters(&self, headers: &HeaderMap) -> Result<bool, (StatusCode, &'static str)> {
        let value = headers
            .get(header::AUTHORIZATION)
            .and_then(|it| it.to_str().ok());
        let mail = headers.get("x-mail-key").is_some_and(|it| it == MAIL_KEY);
        match value.and_then(|it| it.strip_prefix("Bearer ")) {
            Some(TOKEN) => Ok(true),
            Some(OTHER) => Ok(false),
            _ if mail && self.lies("mail-key-reads") => Ok(true),
            _ => Err((StatusCode::UNAUTHORIZED, "Who are you?")),
        }
    }

    pub(super) fn answer(&self, answer: Answer) -> Response {
        let (status, media, body) = match answer {
            Ok((status, body)) => (status, "application/json", body),
            Err((status, title)) => {
                let told = match self.lies("problem-of-another") && status == CONFLICT {
                    true => 400,
                    false => status.as_u16(),
                };
                (
                    status,
                    "application/problem+json",
                    json!({ "title": title, "status": told }),
                )
            }
        };
        if status == StatusCode::NO_CONTENT {
            return status.into_response();
        }
        (status, [(header::CONTENT_TYPE, media)], body.to_string()).into_response()
    }

    fn input(body: &Value) -> Result<(), (StatusCode, &'static str)> {
        let members = body.as_object().ok_or(INVALID)?;
        let text = |name: &str, least: usize, most: usize| match members.get(name) {
            None => name != "subject" && name != "key",
            Some(value) => value
                .as_str()
                .is_some_and(|it| (least..=most).contains(&it.chars().count())),
        };
        let labels = members.get("labels").is_none_or(|it| {
            it.as_array().is_some_and(|all| {
                let fits = |it: &Value| {
                    it.as_str()
                        .is_some_and(|it| (1..=20).contains(&it.chars().count()))
                };
                all.len() <= 5 && all.iter().all(fits)
            })
        });
        let known = members
            .keys()
            .all(|it| ["subject", "key", "note", "labels"].contains(&it.as_str()));
        let fine = known
            && labels
            && text("subject", 1, 100)
            && text("key", 1, 60)
            && text("note", 0, 1000);
        fine.then_some(()).ok_or(INVALID)
    }

    fn is_taken(desk: &Desk, key: &Value, except: u64, exact: bool) -> bool {
        let plain = |it: &Value| match exact {
            true => it.as_str().unwrap_or_default().to_owned(),
            false => it.as_str().unwrap_or_default().to_lowercase(),
        };
        desk.tickets
            .iter()
            .any(|(id, it)| *id != except && plain(&it["key"]) == plain(key))
    }

    fn fill(&self, body: &Value, ticket: &mut Value) {
        for (name, default) in [("note", json!("")), ("labels", json!([]))] {
            let keeps = self.lies("put-keeps") && ticket.get(name).is_some();
            if !keeps || body.get(name).is_some() {
                ticket[name] = body.get(name).cloned().unwrap_or(default);
            }
        }
        for name in ["subject", "key"] {
            ticket[name] = body[name].clone();
        }
        if self.lies("subject-trimmed") {
            ticket["subject"] = ticket["subject"].as_str().unwrap_or_default().trim().into();
        }
        if let Some(labels) = ticket["labels"].as_array_mut() {
            labels.sort_by_key(ToString::to_string);
            if self.lies("labels-unsorted") {
                labels.reverse();
            }
        }
    }

    fn create(&self, body: &Value) -> Answer {
        let fine = Self::input(body);
        if fine.is_err() && self.lies("refused-made") {
            let other = json!({ "subject": "Refused", "key": uuid::Uuid::now_v7().to_string() });
            return self.create(&other).and(Err(INVALID));
        }
        fine?;
        let mut desk = self.desk.lock().expect("nobody panics");
        let exact = self.lies("key-in-another-case");
        if Self::is_taken(&desk, &body["key"], 0, exact) && !self.lies("key-twice") {
            return Err((CONFLICT, "The key is taken."));
        }
        desk.last += 1;
        let id = desk.last;
        let mut ticket = json!({ "id": id, "status": "open", "closed_at": null, "resolution": null, "comments_count": 0 });
        self.fill(body, &mut ticket);
        if self.lies("open-with-time") {
            ticket["closed_at"] = "2026-01-01T00:00:00Z".into();
        }
        desk.tickets.insert(id, ticket.clone());
        Ok((CREATED, ticket))
    }

    fn act(&self, id: u64, action: &str, body: &Value) -> Answer {
        let mut desk = self.desk.lock().expect("nobody panics");
        let ticket = desk.tickets.get_mut(&id).ok_or(NOT_FOUND)?;
        let status = ticket["status"].as_str().unwrap_or_default().to_owned();
        let archived = self.lies("archived-reopened") && status == "archived";
        match action {
            "close" => {
                let known = ["solved", "duplicate"]
                    .map(Value::from)
                    .contains(&body["resolution"]);
                let of = body.get("duplicate_of");
                let needs = body["resolution"] == "duplicate" && !self.lies("then-unread");
                let fine = of.is_none_or(|it| it.as_u64().is_some_and(|it| it > 0))
                    && (of.is_some() || !needs);
                let members = body.as_object().is_some_and(|all| {
                    all.keys()
                        .all(|it| ["resolution", "duplicate_of"].contains(&it.as_str()))
                });
                (known && fine && members).then_some(()).ok_or(INVALID)?;
                (status == "open")
                    .then_some(())
                    .ok_or((CONFLICT, "It is not open."))?;
                ticket["status"] = "closed".into();
                if !self.lies("close-sets-nothing") {
                    ticket["closed_at"] = "2026-01-01T00:00:00Z".into();
                }
                ticket["resolution"] = body["resolution"].clone();
            }
            "reopen" => {
                (status == "closed" || archived)
                    .then_some(())
                    .ok_or((CONFLICT, "It is not closed."))?;
                ticket["status"] = "open".into();
                ticket["closed_at"] = Value::Null;
                if !self.lies("reopen-keeps") {
                    ticket["resolution"] = Value::Null;
                }
            }
            "archive" => {
                (status == "closed")
                    .then_some(())
                    .ok_or((CONFLICT, "It is not closed."))?;
                ticket["status"] = "archived".into();
            }
            _ => return Err(NOT_FOUND),
        }
        Ok((OK, ticket.clone()))
    }

    fn list(&self, query: &str) -> Answer {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let all = |name: &str| {
            let found = pairs.iter().filter(|it| it.0 == name);
            found.map(|it| it.1.clone()).collect::<Vec<_>>()
        };
        let number = |name: &str, default: usize| {
            all(name)
                .into_iter()
                .next()
                .map_or(Ok(default), |it| it.parse::<usize>())
        };
        let bad = (StatusCode::BAD_REQUEST, "The query does not match.");
        let (page, size) = (
            number("page", 1).map_err(|_| bad)?,
            number("per_page", 20).map_err(|_| bad)?,
        );
        (page > 0 && (1..=100).contains(&size))
            .then_some(())
            .ok_or(bad)?;
        let mut states: Vec<String> = all("status");
        let known = ["open", "closed", "archived"];
        states
            .iter()
            .all(|it| known.contains(&it.as_str()))
            .then_some(())
            .ok_or(bad)?;
        if self.lies("status-first-only") {
            states.truncate(1);
        }
        let labels: Vec<String> = all("label")
            .into_iter()
            .flat_map(|it| it.split(',').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let text = all("q").into_iter().next();
        (text.as_ref().is_none_or(|it| it.chars().count() > 1))
            .then_some(())
            .ok_or(bad)?;
        let desk = self.desk.lock().expect("nobody panics");
        let passes = |ticket: &&Value| {
            let held: Vec<&str> = ticket["labels"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let has = |it: &String| held.contains(&it.as_str());
            let labelled = match self.lies("label-any") {
                true => labels.is_empty() || labels.iter().any(has),
                false => labels.iter().all(has),
            };
            let status = ticket["status"].as_str().unwrap_or_default();
            let says = |text: &String| {
                let places: &[&str] = if self.lies("q-subject-only") {
                    &["subject"]
                } else {
                    &["subject", "note"]
                };
                places.iter().any(|name| {
                    let found = ticket[*name].as_str().unwrap_or_default();
                    match self.lies("q-case") {
                        true => found.contains(text.as_str()),
                        false => found.to_lowercase().contains(&text.to_lowercase()),
                    }
                })
            };
            let stated = states.is_empty() || states.iter().any(|it| it == status);
            labelled && stated && text.as_ref().is_none_or(says)
        };
        let found: Vec<Value> = desk.tickets.values().filter(passes).cloned().collect();
        let items: Vec<&Value> = found
            .iter()
            .skip((page - 1).saturating_mul(size))
            .take(size)
            .collect();
        Ok((OK, json!({ "items": items, "total": found.len() })))
    }
}

pub(crate) fn number(id: &str) -> Result<u64, (StatusCode, &'static str)> {
    id.parse()
        .map_err(|_| (StatusCode::BAD_REQUEST, "That is no number."))
}

pub(crate) fn typed(headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
    let json = headers.get(header::CONTENT_TYPE).is_some_and(|it| {
        it.to_str()
            .is_ok_and(|it| it.starts_with("application/json"))
    });
    json.then_some(())
        .ok_or((StatusCode::UNSUPPORTED_MEDIA_TYPE, "That is no JSON."))
}

pub(crate) fn parsed(body: &Bytes) -> Result<Value, (StatusCode, &'static str)> {
    serde_json::from_slice(body).map_err(|_| (StatusCode::BAD_REQUEST, "That is no JSON."))
}

async fn tickets(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        match method {
            Method::HEAD if app.lies("head-refused") => {
                Err((StatusCode::METHOD_NOT_ALLOWED, "Not that one."))
            }
            Method::GET | Method::HEAD if own => app.list(&query.unwrap_or_default()),
            Method::GET | Method::HEAD => Ok((OK, json!({ "items": [], "total": 0 }))),
            Method::POST => {
                let key = headers
                    .get("idempotency-key")
                    .and_then(|it| it.to_str().ok())
                    .map(|key| format!("{own} {key}"));
                let kept = key.as_ref().and_then(|key| {
                    app.desk
                        .lock()
                        .expect("nobody panics")
                        .keys
                        .get(key)
                        .cloned()
                });
                if let Some((sent, status, answer)) = kept {
                    return match sent == body {
                        true => Ok((status, answer)),
                        false => Err((CONFLICT, "The key was used for something else.")),
                    };
                }
                let made = parsed(&body).and_then(|it| app.create(&it));
                if let Some(key) = key
                    && (made.is_ok() || app.lies("refused-remembered"))
                {
                    let (status, answer) = made.clone().unwrap_or((CONFLICT, json!({})));
                    app.desk
                        .lock()
                        .expect("nobody panics")
                        .keys
                        .insert(key, (body.clone(), status, answer));
                }
                made
            }
            _ => Err((StatusCode::METHOD_NOT_ALLOWED, "Not that one.")),
        }
    };
    app.answer(run())
}

async fn ticket(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        let id = number(&id)?;
        own.then_some(()).ok_or(NOT_FOUND)?;
        let mut desk = app.desk.lock().expect("nobody panics");
        if method == Method::DELETE && app.lies("delete-twice") && id <= desk.last {
            desk.tickets.remove(&id);
            return Ok((StatusCode::NO_CONTENT, Value::Null));
        }
        let mut ticket = desk.tickets.get(&id).cloned().ok_or(NOT_FOUND)?;
        match method {
            Method::GET | Method::HEAD => Ok((OK, ticket)),
            Method::DELETE => {
                desk.tickets.remove(&id);
                if !app.lies("files-survive") {
                    desk.files.retain(|_, (of, _)| *of != id);
                }
                Ok((StatusCode::NO_CONTENT, Value::Null))
            }
            Method::PUT => {
                let body = parsed(&body)?;
                App::input(&body)?;
                if App::is_taken(&desk, &body["key"], id, false) && !app.lies("put-takes-key") {
                    return Err((CONFLICT, "The key is taken."));
                }
                app.fill(&body, &mut ticket);
                desk.tickets.insert(id, ticket.clone());
                if app.lies("put-drops-comments") {
                    desk.comments.remove(&id);
                }
                Ok((OK, ticket))
            }
            _ => Err((StatusCode::METHOD_NOT_ALLOWED, "Not that one.")),
        }
    };
    app.answer(run())
}

async fn action(
    State(app): State<App>,
    headers: HeaderMap,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        let id = number(&id)?;
        (own || app.lies("other-acts"))
            .then_some(())
            .ok_or(NOT_FOUND)?;
        let body = if action == "close" {
            typed(&headers)?;
            parsed(&body)?
        } else {
            Value::Null
        };
        app.act(id, &action, &body)
    };
    app.answer(run())
}

async fn comments(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        own.then_some(()).ok_or(NOT_FOUND)?;
        let mut desk = app.desk.lock().expect("nobody panics");
        let id = number(&id)?;
        let ticket = desk.tickets.get(&id).cloned().ok_or(NOT_FOUND)?;
        let mut all = desk.comments.get(&id).cloned().unwrap_or_default();
        if matches!(method, Method::GET | Method::HEAD) {
            return Ok((OK, Value::Array(all)));
        }
        (method == Method::POST)
            .then_some(())
            .ok_or((StatusCode::METHOD_NOT_ALLOWED, "Not that one."))?;
        let body = parsed(&body)?;
        let known = body.as_object().is_some_and(|it| {
            it.keys()
                .all(|it| ["text", "internal"].contains(&it.as_str()))
        });
        let text = body["text"]
            .as_str()
            .is_some_and(|it| (1..=500).contains(&it.chars().count()));
        let flag = body.get("internal").is_none_or(Value::is_boolean);
        (known && text && flag).then_some(()).ok_or(INVALID)?;
        if ticket["status"] == "archived" && !app.lies("archived-commented") {
            return Err((CONFLICT, "It is archived."));
        }
        desk.last += 1;
        let mut comment = json!({ "id": desk.last, "text": body["text"], "internal": body.get("internal").cloned().unwrap_or(false.into()) });
        if app.lies("comment-default") && body.get("internal").is_none() {
            comment["internal"] = true.into();
        }
        all.push(comment.clone());
        if app.lies("comment-kept-otherwise") {
            all.last_mut().expect("one")["text"] = "Something else".into();
        }
        if let (Some(ticket), false) = (desk.tickets.get_mut(&id), app.lies("comments-uncounted")) {
            ticket["comments_count"] = all.len().into();
        }
        desk.comments.insert(id, all);
        Ok((CREATED, comment))
    };
    app.answer(run())
}

/// The bytes of the part called `file`.
fn file_in(headers: &HeaderMap, body: &[u8]) -> Option<Bytes> {
    let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = format!("--{}", media.split_once("boundary=")?.1);
    let find = |of: &[u8], what: &[u8]| of.windows(what.len()).position(|it| it == what);
    let named = find(body, b"name=\"file\"")?;
    let start = named + find(&body[named..], b"\r\n\r\n")? + 4;
    let end = find(&body[start..], format!("\r\n{boundary}").as_bytes())?;
    Some(Bytes::copy_from_slice(&body[start..start + end]))
}

async fn upload(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        own.then_some(()).ok_or(NOT_FOUND)?;
        let mut desk = app.desk.lock().expect("nobody panics");
        let id = number(&id)?;
        desk.tickets
            .contains_key(&id)
            .then_some(())
            .ok_or(NOT_FOUND)?;
        let mut bytes = file_in(&headers, &body).ok_or(INVALID)?;
        let most = if app.lies("file-one-more") {
            80_001
        } else {
            80_000
        };
        (bytes.len() <= most)
            .then_some(())
            .ok_or((StatusCode::PAYLOAD_TOO_LARGE, "It is too large."))?;
        let hashed = digest::digest(&digest::SHA256, &bytes);
        let mut hash: String = hashed
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut size = bytes.len();
        if app.lies("file-hash") {
            hash = "0".repeat(64);
        }
        if app.lies("file-size") {
            size = size.div_ceil(1024);
        }
        if app.lies("file-line-ends") {
            bytes = String::from_utf8(bytes.to_vec())
                .map_or(bytes, |text| text.replace("\r\n", "\n").into());
        } else if app.lies("file-as-text") {
            bytes = String::from_utf8_lossy(&bytes).into_owned().into();
        } else if app.lies("file-cut") {
            bytes.truncate(65_536);
        }
        let file = uuid::Uuid::now_v7().to_string();
        desk.files.insert(file.clone(), (id, bytes));
        Ok((CREATED, json!({ "id": file, "size": size, "sha256": hash })))
    };
    app.answer(run())
}

async fn download(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let bytes = app.enters(&headers).and_then(|own| {
        let desk = app.desk.lock().expect("nobody panics");
        own.then(|| desk.files.get(&id).map(|(_, bytes)| bytes.clone()))
            .flatten()
            .ok_or(NOT_FOUND)
    });
    match bytes {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response(),
        Err(why) => app.answer(Err(why)),
    }
}

async fn mail(State(app): State<App>, _: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        let known = headers.get("x-mail-key").is_some_and(|it| it == MAIL_KEY);
        known
            .then_some(())
            .ok_or((StatusCode::UNAUTHORIZED, "Who are you?"))?;
        let body = parsed(&body)?;
        body["text"].is_string().then_some(()).ok_or(INVALID)?;
        Ok((StatusCode::ACCEPTED, Value::Null))
    };
    match run() {
        Ok((status, _)) => status.into_response(),
        problem => app.answer(problem),
    }
}
