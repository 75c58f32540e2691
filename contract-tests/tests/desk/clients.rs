//! Clients, their projects, and the tasks of these: values that depend on others, counts, revisions, changes by merge patches.

use crate::{
    parcels::to_own,
    server::{self, Answer, CONFLICT, CREATED, INVALID, NOT_FOUND, OK},
    twice::repeats,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
    routing::{get, patch, post},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, Mutex, MutexGuard},
};

type Refusal = (StatusCode, &'static str);

const TWICE: Refusal = (StatusCode::BAD_REQUEST, "A member stands twice.");
const NO_KEY: Refusal = (StatusCode::BAD_REQUEST, "That is no key.");
const NO_MEDIA: Refusal = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "That is not read here.");
const TAKEN: Refusal = (CONFLICT, "The name is taken.");
const NO_CLIENT: Refusal = (StatusCode::UNPROCESSABLE_ENTITY, "There is no such client.");
const LANGUAGES: [&str; 3] = ["en", "de", "fr"];
/// The client that is there from the beginning, whom the document has as an example.
const FIRST: &str = "0b9f3c1e-6f0d-4c57-9a8e-2f1d7c5b4a10";

#[derive(Default)]
struct Agency {
    clients: BTreeMap<String, Value>,
    projects: BTreeMap<String, Value>,
    /// Tasks, and the projects that they are of.
    tasks: HashMap<String, (String, Value)>,
    /// What was sent with a key, and the answer.
    keys: HashMap<String, (Bytes, Answer)>,
    /// Whose projects were deleted and are counted all the same.
    former: Vec<Value>,
}

#[derive(Clone)]
struct App {
    lie: &'static str,
    agency: Arc<Mutex<Agency>>,
}

/// An agency with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        agency: Arc::default(),
    };
    {
        let mut agency = app.agency();
        let client = json!({ "id": FIRST, "name": "Harbour Museum" });
        agency.clients.insert(FIRST.to_owned(), client);
        for (title, languages) in [
            ("Guide to the harbour", vec!["de", "fr"]),
            ("Audio tour", vec!["en"]),
        ] {
            let body = json!({ "client_id": FIRST, "title": title, "target_languages": languages });
            agency.start(&body).expect("a project");
        }
    }
    Router::new()
        .route("/clients", post(create_client))
        .route("/clients/{id}", patch(change_client).get(read_client))
        .route("/projects", get(list).post(create))
        .route("/projects/{id}", get(read).put(replace).delete(delete))
        .route("/projects/{id}/tasks", post(create_task))
        .route("/projects/{id}/tasks/{task}", get(read_task))
        .with_state(app)
}

fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Whether a text has so many characters.
fn is_text(value: &Value, least: usize, most: usize) -> bool {
    let length = value.as_str().map(|it| it.chars().count());
    length.is_some_and(|it| (least..=most).contains(&it))
}

/// Whether a member has a value that the document gives it.
fn fits(name: &str, value: &Value) -> bool {
    match name {
        "name" | "title" => is_text(value, 1, 60),
        "note" => is_text(value, 1, 200),
        "brief" => is_text(value, 0, 200),
        "translator" | "reviewer" => is_text(value, 1, 40),
        "client_id" => value.is_string(),
        "words" => value.as_u64().is_some_and(|it| it <= 100_000),
        "target_language" => LANGUAGES.contains(&value.as_str().unwrap_or_default()),
        "target_languages" => value.as_array().is_some_and(|all| {
            let known = all.iter().all(|it| fits("target_language", it));
            (1..=2).contains(&all.len()) && known && all.first() != all.get(1)
        }),
        _ => false,
    }
}

/// Whether a body has these members, and perhaps those, and no others.
fn checked(body: &Value, required: &[&str], optional: &[&str]) -> Result<(), Refusal> {
    let members = body.as_object().ok_or(INVALID)?;
    let known = |it: &str| required.contains(&it) || optional.contains(&it);
    let mut all = members.iter();
    let fine = all.all(|(name, value)| known(name) && fits(name, value));
    let whole = required.iter().all(|it| members.contains_key(*it));
    (fine && whole).then_some(()).ok_or(INVALID)
}

impl Agency {
    /// A project as a body tells it.
    fn project(&self, sent: &Value) -> Result<Value, Refusal> {
        let required = ["client_id", "title", "target_languages"];
        checked(sent, &required, &["words", "brief"])?;
        let client = sent["client_id"].as_str().unwrap_or_default();
        self.clients.get(client).ok_or(NO_CLIENT)?;
        let mut project = json!({ "words": 0, "brief": "" });
        for (name, value) in sent.as_object().into_iter().flatten() {
            project[name] = value.clone();
        }
        Ok(project)
    }

    fn start(&mut self, sent: &Value) -> Answer {
        let mut made = self.project(sent)?;
        let id = id();
        made["id"] = id.clone().into();
        made["revision"] = 1.into();
        self.projects.insert(id, made.clone());
        Ok((CREATED, made))
    }

    fn shown(&self, client: &Value) -> Value {
        let all = self.projects.values().map(|it| &it["client_id"]);
        let all = all.chain(&self.former);
        let mut shown = client.clone();
        shown["project_count"] = all.filter(|it| **it == client["id"]).count().into();
        shown
    }

    fn is_taken(&self, name: &Value, except: &str) -> bool {
        let mut all = self.clients.iter();
        all.any(|(id, it)| id != except && it["name"] == *name)
    }
}

impl App {
    fn lies(&self, name: &str) -> bool {
        self.lie == name
    }

    fn agency(&self) -> MutexGuard<'_, Agency> {
        self.agency.lock().expect("nobody panics")
    }

    /// Whether a body has this media type, whatever its parameters are.
    fn typed(&self, headers: &HeaderMap, wanted: &str) -> Result<(), Refusal> {
        let found = headers.get(header::CONTENT_TYPE);
        let found = found.and_then(|it| it.to_str().ok()).unwrap_or_default();
        let media = found.split(';').next().unwrap_or_default().trim();
        let capitals = found.contains("UTF-8") && self.lies("client-charset-upper");
        let fine = media.eq_ignore_ascii_case(wanted) && !capitals;
        fine.then_some(()).ok_or(NO_MEDIA)
    }

    /// The answer about a project, with its ETag.
    fn tagged(&self, headers: &HeaderMap, run: impl FnOnce() -> Answer) -> Response {
        let mut tag = None;
        let mut response = to_own(headers, || {
            let (status, project) = run()?;
            let mut hasher = DefaultHasher::new();
            match self.lies("project-etag-of-title") {
                true => project["title"].to_string().hash(&mut hasher),
                false => project["revision"].to_string().hash(&mut hasher),
            }
            tag = Some(format!("\"{:x}\"", hasher.finish()));
            Ok((status, project))
        });
        if let Some(tag) = tag {
            let value = tag.parse().expect("a header");
            response.headers_mut().insert(header::ETAG, value);
        }
        response
    }
}

async fn create_client(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    to_own(&headers, || {
        app.typed(&headers, "application/json")?;
        let mut made = server::parsed(&body)?;
        if repeats(&body) && !app.lies("client-member-twice") {
            return Err(TWICE);
        }
        checked(&made, &["name"], &["note"])?;
        let mut agency = app.agency();
        if agency.is_taken(&made["name"], "") {
            return Err(TAKEN);
        }
        let id = id();
        made["id"] = id.clone().into();
        agency.clients.insert(id, made.clone());
        Ok((CREATED, agency.shown(&made)))
    })
}

async fn read_client(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    to_own(&headers, || {
        let agency = app.agency();
        let client = agency.clients.get(&id).ok_or(NOT_FOUND)?;
        Ok((OK, agency.shown(client)))
    })
}

async fn change_client(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        app.typed(&headers, "application/merge-patch+json")?;
        let mut agency = app.agency();
        let mut client = agency.clients.get(&id).ok_or(NOT_FOUND)?.clone();
        let mut sent = server::parsed(&body)?;
        let cleared = sent.get("note").is_some_and(Value::is_null);
        if let Some(members) = sent.as_object_mut().filter(|_| cleared) {
            members.remove("note");
        }
        checked(&sent, &[], &["name", "note"])?;
        if let Some(name) = sent.get("name")
            && agency.is_taken(name, &id)
        {
            let form = app.lies("client-renamed-422");
            return Err(if form { INVALID } else { TAKEN });
        }
        for (name, value) in sent.as_object().into_iter().flatten() {
            client[name] = value.clone();
        }
        let stays = app.lies("client-note-stays");
        if let Some(members) = client.as_object_mut().filter(|_| cleared && !stays) {
            members.remove("note");
        }
        agency.clients.insert(id, client.clone());
        Ok((OK, agency.shown(&client)))
    })
}

async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let agency = app.agency();
        let all = agency.projects.values().filter(|_| own);
        Ok((OK, all.cloned().collect()))
    };
    server::answered(run())
}

async fn create(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    to_own(&headers, || {
        app.typed(&headers, "application/json")?;
        let key = match headers.get("idempotency-key") {
            None => None,
            Some(key) => {
                let key = key.to_str().map_err(|_| NO_KEY)?;
                let fits = (1..=80).contains(&key.len());
                Some(fits.then(|| key.to_owned()).ok_or(NO_KEY)?)
            }
        };
        let mut agency = app.agency();
        let known = key.as_ref().and_then(|it| agency.keys.get(it));
        if let Some((sent, answer)) = known {
            let other = (CONFLICT, "The key was used for another body.");
            return if *sent == body {
                answer.clone()
            } else {
                Err(other)
            };
        }
        let answer = server::parsed(&body).and_then(|sent| agency.start(&sent));
        let lacks = answer == Err(INVALID) && app.lies("project-lack-remembered");
        if let Some(key) = key.filter(|_| answer.is_ok() || lacks) {
            agency.keys.insert(key, (body.clone(), answer.clone()));
        }
        answer
    })
}

async fn read(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    app.tagged(&headers, || {
        let agency = app.agency();
        Ok((OK, agency.projects.get(&id).ok_or(NOT_FOUND)?.clone()))
    })
}

async fn replace(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    app.tagged(&headers, || {
        app.typed(&headers, "application/json")?;
        let mut agency = app.agency();
        let before = agency.projects.get(&id).ok_or(NOT_FOUND)?.clone();
        let mut after = agency.project(&server::parsed(&body)?)?;
        for name in ["id", "revision"] {
            after[name] = before[name].clone();
        }
        let uncounted = after == before && app.lies("project-same-uncounted");
        if !uncounted {
            after["revision"] = (before["revision"].as_u64().unwrap_or(0) + 1).into();
        }
        agency.projects.insert(id, after.clone());
        Ok((OK, after))
    })
}

async fn delete(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    to_own(&headers, || {
        let mut agency = app.agency();
        let project = agency.projects.remove(&id).ok_or(NOT_FOUND)?;
        if app.lies("project-still-counted") {
            agency.former.push(project["client_id"].clone());
        }
        Ok((StatusCode::NO_CONTENT, Value::Null))
    })
}

async fn create_task(
    State(app): State<App>,
    headers: HeaderMap,
    Path(project): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        app.typed(&headers, "application/json")?;
        let mut agency = app.agency();
        let of = agency.projects.get(&project).ok_or(NOT_FOUND)?;
        let mut made = server::parsed(&body)?;
        checked(&made, &["target_language", "translator", "reviewer"], &[])?;
        let alone = made["translator"] == made["reviewer"] && !app.lies("task-same-people");
        let mut languages = of["target_languages"].as_array().into_iter().flatten();
        let among =
            languages.any(|it| *it == made["target_language"]) || app.lies("task-language-of-none");
        (among && !alone).then_some(()).ok_or(INVALID)?;
        let id = id();
        made["id"] = id.clone().into();
        agency.tasks.insert(id, (project, made.clone()));
        Ok((CREATED, made))
    })
}

async fn read_task(
    State(app): State<App>,
    headers: HeaderMap,
    Path((project, id)): Path<(String, String)>,
) -> Response {
    to_own(&headers, || {
        let agency = app.agency();
        agency.projects.get(&project).ok_or(NOT_FOUND)?;
        let anywhere = app.lies("task-below-another");
        let found = agency.tasks.get(&id);
        let found = found.filter(|(of, _)| *of == project || anywhere);
        Ok((OK, found.ok_or(NOT_FOUND)?.1.clone()))
    })
}
