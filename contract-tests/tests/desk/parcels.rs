//! Parcels: pages with links, secrets that are written only, labels as pictures, steps that follow each other.

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

const BAD: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "The query does not match.");
const SIZES: [&str; 2] = ["small", "large"];
const CARRIERS: [&str; 3] = ["road", "rail", "air"];

#[derive(Default)]
struct Room {
    parcels: BTreeMap<u64, Value>,
    pins: BTreeMap<u64, Value>,
    labels: BTreeMap<u64, (String, Bytes)>,
    /// When somebody comes, and for how long.
    pickups: Vec<Value>,
    /// What happened to which parcel.
    log: Vec<(u64, &'static str)>,
}

#[derive(Clone)]
struct App {
    lie: &'static str,
    room: Arc<Mutex<Room>>,
}

/// Parcels with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let app = App {
        lie,
        room: Arc::default(),
    };
    for at in 0..7_usize {
        let body = json!({ "receiver": format!("Receiver {at}"), "size": SIZES[at % 2], "weight": 100 * (1 + at % 4) });
        app.make(&body).expect("a parcel");
    }
    let one = match lie {
        "parcel-deleted" => get(read).patch(change).delete(delete),
        _ => get(read).patch(change),
    };
    Router::new()
        .route("/parcels", get(list).post(create))
        .route("/parcels/search", post(search))
        .route("/parcels/{id}", one)
        .route("/parcels/{id}/pack", post(pack))
        .route("/parcels/{id}/send", post(send))
        .route("/parcels/{id}/label", put(put_label).get(label))
        .route("/parcel-events", get(events))
        .route("/pickups", post(book))
        .route("/pickups/{id}", get(pickup))
        .with_state(app)
}

impl App {
    fn lies(&self, name: &str) -> bool {
        self.lie == name
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().expect("nobody panics")
    }

    fn make(&self, body: &Value) -> Answer {
        checked(body, &["receiver", "size", "weight", "pin"])?;
        let all = ["receiver", "size", "weight"].iter();
        all.clone()
            .all(|it| body.get(it).is_some())
            .then_some(())
            .ok_or(INVALID)?;
        let mut room = self.room();
        let id = 1 + room.parcels.len() as u64;
        let mut parcel = json!({ "id": id, "status": "new", "carrier": null, "insured": false });
        for name in all {
            parcel[name] = body[name].clone();
        }
        if let Some(pin) = body.get("pin") {
            room.pins.insert(id, pin.clone());
        }
        room.parcels.insert(id, parcel.clone());
        room.log.push((id, "made"));
        Ok((CREATED, parcel))
    }
}

/// Whether a body has these members only, each of its type.
fn checked(body: &Value, known: &[&str]) -> Result<(), (StatusCode, &'static str)> {
    let members = body.as_object().ok_or(INVALID)?;
    let fits = |(name, value): (&String, &Value)| {
        let text = value.as_str().unwrap_or_default();
        known.contains(&name.as_str())
            && match name.as_str() {
                "receiver" => value.is_string() && (1..=40).contains(&text.chars().count()),
                "size" => SIZES.contains(&text),
                "weight" => value.as_u64().is_some_and(|it| (1..=30_000).contains(&it)),
                "pin" => text.len() == 4 && text.bytes().all(|it| it.is_ascii_digit()),
                "carrier" => CARRIERS.contains(&text),
                "insured" => value.is_boolean(),
                _ => true,
            }
    };
    members.iter().all(fits).then_some(()).ok_or(INVALID)
}

fn enters(headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
    server::own(headers)?.then_some(()).ok_or(NOT_FOUND)
}

/// The answer to whoever may enter.
pub(crate) fn to_own(headers: &HeaderMap, run: impl FnOnce() -> Answer) -> Response {
    server::answered(enters(headers).and_then(|()| run()))
}

/// A whole number of a query, within limits.
pub(crate) fn whole(
    query: &HashMap<String, String>,
    name: &str,
    (least, most): (usize, usize),
    default: usize,
) -> Result<usize, (StatusCode, &'static str)> {
    let found = query.get(name).map_or(Ok(default), |it| it.parse());
    let found = found.map_err(|_| BAD)?;
    (least..=most).contains(&found).then_some(found).ok_or(BAD)
}

async fn list(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let query = query_of(raw.as_deref());
        let page = whole(&query, "page", (1, 10_000), 1)?;
        let size = whole(&query, "per_page", (1, 50), 10)?;
        let wanted = query.get("size");
        let known = wanted.is_none_or(|it| SIZES.contains(&it.as_str()));
        known.then_some(()).ok_or(BAD)?;
        let room = app.room();
        let fits = |it: &&Value| own && wanted.is_none_or(|size| it["size"] == **size);
        let all: Vec<&Value> = room.parcels.values().filter(fits).collect();
        let last = all.len().div_ceil(size).max(1);
        let link = |page: usize| {
            let kept = wanted.filter(|_| !app.lies("parcels-next-loses-filter"));
            let kept = kept.map_or_else(String::new, |it| format!("&size={it}"));
            Value::from(format!("/parcels?page={page}&per_page={size}{kept}"))
        };
        let next = if page < last {
            link(page + 1)
        } else {
            Value::Null
        };
        let back = page > 1 && !app.lies("parcels-prev-missing");
        let prev = if back {
            link((page - 1).min(last))
        } else {
            Value::Null
        };
        let overlap = usize::from(app.lies("parcels-pages-overlap"));
        let items: Vec<&Value> = all
            .iter()
            .copied()
            .skip(((page - 1) * size).saturating_sub(overlap))
            .take(size)
            .collect();
        Ok((
            OK,
            json!({ "items": items, "total": all.len(), "links": { "next": next, "prev": prev } }),
        ))
    };
    server::answered(run())
}

async fn create(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    to_own(&headers, || {
        server::typed(&headers)?;
        let body = server::parsed(&body);
        let unread = |it| {
            if app.lies("parcel-malformed-422") {
                INVALID
            } else {
                it
            }
        };
        app.make(&body.map_err(unread)?)
    })
}

async fn read(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    to_own(&headers, || {
        let id = server::number(&id)?;
        let room = app.room();
        let mut parcel = room.parcels.get(&id).ok_or(NOT_FOUND)?.clone();
        if app.lies("parcel-pin-shown")
            && let Some(pin) = room.pins.get(&id)
        {
            parcel["pin"] = pin.clone();
        }
        Ok((OK, parcel))
    })
}

async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        let id = server::number(&id)?;
        server::typed(&headers)?;
        let mut room = app.room();
        let mut parcel = room.parcels.get(&id).ok_or(NOT_FOUND)?.clone();
        let body = server::parsed(&body)?;
        checked(&body, &["receiver", "weight"])?;
        for (name, value) in body.as_object().into_iter().flatten() {
            // What is on its way cannot be weighed again.
            if name == "weight" && parcel["status"] == "sent" {
                return Err((CONFLICT, "It is sent."));
            }
            let lost = name == "weight" && app.lies("parcel-weight-kept");
            if !lost {
                parcel[name] = value.clone();
            }
        }
        room.parcels.insert(id, parcel.clone());
        Ok((OK, parcel))
    })
}

async fn delete(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    to_own(&headers, || {
        let id = server::number(&id)?;
        app.room().parcels.remove(&id).ok_or(NOT_FOUND)?;
        Ok((StatusCode::NO_CONTENT, Value::Null))
    })
}

/// A step from one state to another.
fn step(app: &App, id: &str, (from, to): (&str, &'static str), sent: &Value) -> Answer {
    let id = server::number(id)?;
    let mut room = app.room();
    let mut parcel = room.parcels.get(&id).ok_or(NOT_FOUND)?.clone();
    let fine = parcel["status"] == from;
    fine.then_some(()).ok_or((CONFLICT, "Not in this state."))?;
    parcel["status"] = to.into();
    for (name, value) in sent.as_object().into_iter().flatten() {
        parcel[name] = value.clone();
    }
    room.parcels.insert(id, parcel.clone());
    room.log.push((id, to));
    Ok((OK, parcel))
}

async fn pack(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    to_own(&headers, || {
        step(&app, &id, ("new", "packed"), &Value::Null)
    })
}

async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        server::typed(&headers)?;
        let body = server::parsed(&body)?;
        checked(&body, &["carrier", "insured"])?;
        body.get("carrier").map(|_| ()).ok_or(INVALID)?;
        let (status, mut parcel) = step(&app, &id, ("packed", "sent"), &body)?;
        if app.lies("parcel-air-unsaid")
            && body["carrier"] == "air"
            && let Some(members) = parcel.as_object_mut()
        {
            members.remove("carrier");
        }
        Ok((status, parcel))
    })
}

async fn put_label(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    to_own(&headers, || {
        let id = server::number(&id)?;
        let media = headers.get(header::CONTENT_TYPE);
        let media = media.and_then(|it| it.to_str().ok()).unwrap_or_default();
        if !["image/png", "image/jpeg"].contains(&media) {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "That is no picture."));
        }
        let mut room = app.room();
        room.parcels
            .contains_key(&id)
            .then_some(())
            .ok_or(NOT_FOUND)?;
        room.labels.insert(id, (media.to_owned(), body.clone()));
        Ok((StatusCode::NO_CONTENT, Value::Null))
    })
}

async fn label(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let run = || {
        enters(&headers)?;
        let id = server::number(&id)?;
        app.room().labels.get(&id).cloned().ok_or(NOT_FOUND)
    };
    match run() {
        Ok((media, bytes)) => {
            let shown = match app.lie {
                "label-jpeg-as-png" => "image/png".to_owned(),
                _ => media,
            };
            ([(header::CONTENT_TYPE, shown)], bytes).into_response()
        }
        Err(why) => server::answered(Err(why)),
    }
}

async fn search(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        server::typed(&headers)?;
        let body = server::parsed(&body)?;
        let members = body.as_object().ok_or(INVALID)?;
        let end = |name: &str| -> Result<Option<u64>, (StatusCode, &'static str)> {
            match members.get("weight").and_then(|it| it.get(name)) {
                None => Ok(None),
                Some(value) => value.as_u64().map(Some).ok_or(INVALID),
            }
        };
        let ends = members.get("weight").is_none_or(|it| {
            let known = |all: &serde_json::Map<String, Value>| {
                all.keys().all(|it| it == "min" || it == "max")
            };
            it.as_object().is_some_and(known)
        });
        let sizes = members.get("sizes").map_or(Some(Vec::new()), |it| {
            let all = it.as_array()?.iter();
            let all: Option<Vec<&str>> = all.map(|it| it.as_str()).collect();
            all.filter(|all| !all.is_empty() && all.iter().all(|it| SIZES.contains(it)))
        });
        let known = members.keys().all(|it| it == "weight" || it == "sizes");
        let sizes = sizes.filter(|_| known && ends).ok_or(INVALID)?;
        let (least, most) = (end("min")?, end("max")?);
        let room = app.room();
        let fits = |it: &&Value| {
            let weight = it["weight"].as_u64().unwrap_or_default();
            let above = least.is_none_or(|it| weight >= it);
            let below = most.is_none_or(|it| {
                weight < it || weight == it && !app.lies("search-weight-max-outside")
            });
            let size = it["size"].as_str().unwrap_or_default();
            own && above && below && (sizes.is_empty() || sizes.contains(&size))
        };
        let items: Vec<&Value> = room.parcels.values().filter(fits).collect();
        Ok((OK, json!({ "items": items })))
    };
    server::answered(run())
}

async fn events(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let query = query_of(raw.as_deref());
        let after = whole(&query, "afterSeq", (0, i32::MAX as usize), 0)?;
        let limit = whole(&query, "limit", (1, 100), 5)?;
        let room = app.room();
        let all: Vec<Value> = room
            .log
            .iter()
            .enumerate()
            .map(|(at, (id, what))| json!({ "seq": at + 1, "parcelId": id, "kind": what }))
            .filter(|it| own && it["seq"].as_u64() > Some(after as u64))
            .collect();
        let page: Vec<&Value> = all.iter().take(limit).collect();
        let last = match app.lies("events-last-of-all") {
            true => all.last(),
            false => page.last().copied(),
        };
        let last = last.map_or(Value::Null, |it| it["seq"].clone());
        Ok((
            OK,
            json!({ "events": page, "hasMore": all.len() > page.len(), "lastSeq": last }),
        ))
    };
    server::answered(run())
}

/// From when to when a pickup is, in seconds.
fn span(pickup: &Value) -> Option<(i64, i64)> {
    let from = pickup["startsAt"]
        .as_str()?
        .parse::<jiff::Timestamp>()
        .ok()?;
    let minutes = pickup["minutes"]
        .as_i64()
        .filter(|it| (5..=60).contains(it))?;
    Some((from.as_second(), from.as_second() + minutes * 60))
}

async fn book(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    to_own(&headers, || {
        server::typed(&headers)?;
        let sent = server::parsed(&body)?;
        let members = sent.as_object().ok_or(INVALID)?;
        let known = |it: &String| ["startsAt", "minutes", "note"].contains(&it.as_str());
        let note = sent
            .get("note")
            .is_none_or(|it| it.as_str().is_some_and(|it| it.chars().count() <= 40));
        let (from, to) = span(&sent)
            .filter(|_| note && members.keys().all(known))
            .ok_or(INVALID)?;
        let mut room = app.room();
        let overlaps = |it: &Value| span(it).is_some_and(|(start, end)| from < end && start < to);
        if room.pickups.iter().any(overlaps) {
            return Err((CONFLICT, "Another pickup overlaps."));
        }
        let mut made = json!({ "id": room.pickups.len() + 1, "note": "" });
        for (name, value) in members {
            let lost = name == "note" && app.lies("pickup-note-lost");
            if !lost {
                made[name] = value.clone();
            }
        }
        room.pickups.push(made.clone());
        Ok((CREATED, made))
    })
}

async fn pickup(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    to_own(&headers, || {
        let at = server::number(&id)?.checked_sub(1).ok_or(NOT_FOUND)?;
        let at = usize::try_from(at).map_err(|_| NOT_FOUND)?;
        let room = app.room();
        Ok((OK, room.pickups.get(at).ok_or(NOT_FOUND)?.clone()))
    })
}
