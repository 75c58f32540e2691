//! Visits: actions that a body names, keys of whoever asks, headers that come back, parts of what is downloaded.

use crate::{
    calls::query as query_of,
    server::{self, Answer, CONFLICT, CREATED, INVALID, NOT_FOUND, OK},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post, put},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

const CHANNELS: [&str; 3] = ["phone", "web", "desk"];
const STATES: [&str; 5] = ["booked", "checked_in", "completed", "cancelled", "no_show"];

/// A visit, and whether it is the main identity's.
type Visit = (bool, Value);

#[derive(Default)]
struct Ward {
    visits: BTreeMap<u64, Visit>,
    /// Whose key it is, and the answer that it got.
    keys: HashMap<(bool, String), (Value, Value)>,
    reports: BTreeMap<u64, Bytes>,
}

#[derive(Clone)]
struct App {
    lie: &'static str,
    ward: Arc<Mutex<Ward>>,
}

/// Visits with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        ward: Arc::default(),
    };
    for at in 0..6_usize {
        let body = json!({ "patient": format!("Patient {at}"), "channel": CHANNELS[at % 2] });
        app.make(true, &body).expect("a visit");
    }
    Router::new()
        .route("/visits", get(list).post(create))
        .route("/visits/{id}", get(read))
        .route("/visits/{id}/transitions", post(transition))
        .route("/visits/{id}/report", put(put_report).get(report))
        .with_state(app)
}

impl App {
    fn lies(&self, name: &str) -> bool {
        self.lie == name
    }

    fn ward(&self) -> MutexGuard<'_, Ward> {
        self.ward.lock().expect("nobody panics")
    }

    fn make(&self, own: bool, body: &Value) -> Answer {
        let patient = body["patient"].as_str().ok_or(INVALID)?;
        let channel = body["channel"].as_str().ok_or(INVALID)?;
        let known = body.as_object().is_some_and(|it| it.len() == 2);
        let fits = (1..=40).contains(&patient.chars().count()) && CHANNELS.contains(&channel);
        (known && fits).then_some(()).ok_or(INVALID)?;
        let mut ward = self.ward();
        let id = 1 + ward.visits.len() as u64;
        let visit = json!({ "id": id, "patient": patient, "channel": channel, "status": "booked" });
        ward.visits.insert(id, (own, visit.clone()));
        Ok((CREATED, visit))
    }

    /// The visit that a path names, where it is theirs.
    fn find(
        &self,
        headers: &HeaderMap,
        id: &str,
    ) -> Result<(u64, Value), (StatusCode, &'static str)> {
        let own = server::own(headers)?;
        let id = server::number(id)?;
        let ward = self.ward();
        let found = ward.visits.get(&id).filter(|(whose, _)| *whose == own);
        found.map(|(_, it)| (id, it.clone())).ok_or(NOT_FOUND)
    }
}

async fn list(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let query = query_of(raw.as_deref());
        for (name, values) in [("status", &STATES[..]), ("channel", &CHANNELS[..])] {
            let known = query
                .get(name)
                .is_none_or(|it| values.contains(&it.as_str()));
            let bad = (StatusCode::BAD_REQUEST, "The query does not match.");
            known.then_some(()).ok_or(bad)?;
        }
        let ward = app.ward();
        let fits = |it: &&Visit| {
            let (whose, visit) = it;
            let equal = |name: &str| query.get(name).is_none_or(|value| visit[name] == **value);
            *whose == own && equal("status") && equal("channel")
        };
        let found: Vec<Value> = ward
            .visits
            .values()
            .filter(fits)
            .map(|it| it.1.clone())
            .collect();
        if found.is_empty() && !query.is_empty() && app.lies("visits-none-404") {
            return Err(NOT_FOUND);
        }
        Ok((OK, json!({ "visits": found })))
    };
    server::answered(run())
}

async fn create(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        server::typed(&headers)?;
        let body = server::parsed(&body)?;
        let key = headers.get("idempotency-key");
        let key = key.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let whose = own || app.lies("visit-key-of-all");
        let Some(key) = key else {
            return app.make(own, &body);
        };
        let theirs = app.ward().keys.contains_key(&(!own, key.clone()));
        if theirs && app.lies("visit-key-refused-to-others") {
            return Err((CONFLICT, "The key was used by somebody else."));
        }
        let known = app.ward().keys.get(&(whose, key.clone())).cloned();
        match known {
            Some((first, answer)) if first == body => Ok((CREATED, answer)),
            Some(_) => Err((CONFLICT, "The key was used for another body.")),
            None => {
                let (status, answer) = app.make(own, &body)?;
                let kept = (body, answer.clone());
                app.ward().keys.insert((whose, key), kept);
                Ok((status, answer))
            }
        }
    };
    let mut response = server::answered(run());
    let id = headers.get("x-request-id").cloned();
    let made_up = header::HeaderValue::from_static("1b4e28ba-2fa1-41d2-883f-0016d3cca427");
    let id = id.filter(|_| !app.lies("visit-request-id-made-up"));
    let id = id.unwrap_or(made_up);
    response.headers_mut().insert("x-request-id", id);
    response
}

async fn read(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    server::answered(app.find(&headers, &id).map(|(_, visit)| (OK, visit)))
}

async fn transition(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let (id, visit) = app.find(&headers, &id)?;
        server::typed(&headers)?;
        let body = server::parsed(&body)?;
        let action = body["action"].as_str().ok_or(INVALID)?;
        let alone = body.as_object().is_some_and(|it| it.len() == 1);
        let status = visit["status"].as_str().unwrap_or_default();
        let leads = match (action, status) {
            ("check_in", "booked") => Some("checked_in"),
            ("no_show", "booked") => Some("no_show"),
            ("cancel", "booked" | "checked_in") => Some("cancelled"),
            ("cancel", "completed") if app.lies("visit-completed-cancelled") => Some("cancelled"),
            ("complete", "checked_in") => Some("completed"),
            ("check_in" | "no_show" | "cancel" | "complete", _) => None,
            _ => return Err(INVALID),
        };
        alone.then_some(()).ok_or(INVALID)?;
        let leads = leads.ok_or((CONFLICT, "Not in this state."))?;
        let mut ward = app.ward();
        let (_, visit) = ward.visits.get_mut(&id).ok_or(NOT_FOUND)?;
        visit["status"] = leads.into();
        Ok((OK, visit.clone()))
    };
    server::answered(run())
}

async fn put_report(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        let (id, _) = app.find(&headers, &id)?;
        let size = body.len();
        let before = app.ward().reports.insert(id, body);
        let status = before.map_or(CREATED, |_| OK);
        Ok((status, json!({ "size": size })))
    };
    server::answered(run())
}

async fn report(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let found = app.find(&headers, &id).and_then(|(id, _)| {
        let ward = app.ward();
        ward.reports.get(&id).cloned().ok_or(NOT_FOUND)
    });
    let bytes = match found {
        Ok(bytes) => bytes,
        Err(why) => return server::answered(Err(why)),
    };
    let length = bytes.len();
    let range = headers.get(header::RANGE).and_then(|it| it.to_str().ok());
    let Some((from, to)) = range.and_then(|it| span(it, length)) else {
        return ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response();
    };
    if from >= length {
        let told = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
        let why = (StatusCode::RANGE_NOT_SATISFIABLE, "Nothing is there.");
        return (told, server::answered(Err(why))).into_response();
    }
    let more = usize::from(app.lies("report-range-longer") && to < length);
    let told = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_RANGE,
            format!("bytes {from}-{}/{length}", to - 1),
        ),
    ];
    (
        StatusCode::PARTIAL_CONTENT,
        told,
        bytes.slice(from..to + more),
    )
        .into_response()
}

/// The bytes that a range names, from one to before another; `None` where it is to be ignored.
fn span(range: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    if from.is_empty() {
        let last: usize = to.parse().ok()?;
        return Some((length.saturating_sub(last), length));
    }
    let from: usize = from.parse().ok()?;
    let to = match to {
        "" => length,
        to => to.parse::<usize>().ok()?.saturating_add(1).min(length),
    };
    (from < to || from >= length).then_some((from, to.max(from)))
}
