//! Papers and rates: what clients name themselves, guarded by ETags (RFC 9110 §13) and checksums.

use crate::server::{self, Answer, CONFLICT, CREATED, INVALID, NOT_FOUND, OK};
use aws_lc_rs::digest;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const CHANGED: (StatusCode, &str) = (StatusCode::PRECONDITION_FAILED, "It is another one by now.");

#[derive(Clone)]
struct Shelf {
    lie: &'static str,
    /// Rates by code, each with how often anything was written when it was.
    rates: Arc<Mutex<BTreeMap<String, (Value, u64)>>>,
    papers: Arc<Mutex<BTreeMap<String, Bytes>>>,
    written: Arc<Mutex<u64>>,
}

/// Papers and rates with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let shelf = Shelf {
        lie,
        rates: Arc::default(),
        papers: Arc::default(),
        written: Arc::default(),
    };
    Router::new()
        .route("/rates/{code}", get(rate).put(put_rate).delete(no_rate))
        .route("/papers/{name}", get(paper).put(put_paper))
        .route("/votes", post(vote))
        .with_state(shelf)
}

fn hex(bytes: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().iter().map(|it| format!("{it:02x}")).collect()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok())
}

fn named(name: &str) -> Result<(), (StatusCode, &'static str)> {
    let fine = (2..=20).contains(&name.len()) && name.bytes().all(|it| it.is_ascii_lowercase());
    fine.then_some(())
        .ok_or((StatusCode::BAD_REQUEST, "That is no name."))
}

fn tag(revision: u64) -> String {
    format!("\"r{revision}\"")
}

/// Whether a request is for what is there (RFC 9110 §13.1.1 and §13.1.2).
fn guarded(headers: &HeaderMap, now: Option<u64>) -> Result<(), (StatusCode, &'static str)> {
    let own = now.map(tag);
    let lists = |value: &str| {
        value == "*" && own.is_some()
            || value.split(',').any(|it| Some(it.trim()) == own.as_deref())
    };
    let matches = header(headers, "if-match").is_none_or(lists);
    let differs = header(headers, "if-none-match").is_none_or(|it| !lists(it));
    (matches && differs).then_some(()).ok_or(CHANGED)
}

fn tagged(answer: Result<(StatusCode, Value, u64), (StatusCode, &'static str)>) -> Response {
    match answer {
        Ok((status, body, revision)) => {
            let mut response = server::answered(Ok((status, body)));
            let value = tag(revision).parse().expect("a header");
            response.headers_mut().insert("etag", value);
            response
        }
        Err(why) => server::answered(Err(why)),
    }
}

async fn rate(
    State(shelf): State<Shelf>,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Response {
    let run = || {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        named(&code)?;
        let all = shelf.rates.lock().expect("nobody panics");
        let (rate, revision) = all.get(&code).ok_or(NOT_FOUND)?;
        Ok((OK, rate.clone(), *revision))
    };
    tagged(run())
}

/// The body, read as loosely as a lie wants it.
fn body_of(shelf: &Shelf, body: &Bytes) -> Result<Value, (StatusCode, &'static str)> {
    let mut text = String::from_utf8_lossy(body).into_owned();
    if shelf.lie == "rate-nan" {
        text = text.replace("NaN", "1");
    }
    if shelf.lie == "rate-comma" {
        text = text.replace(",}", "}");
    }
    server::parsed(&Bytes::from(text))
}

async fn put_rate(
    State(shelf): State<Shelf>,
    headers: HeaderMap,
    Path(code): Path<String>,
    body: Bytes,
) -> Response {
    let run = || {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        named(&code)?;
        server::typed(&headers)?;
        let sent = body_of(&shelf, &body)?;
        let members = sent.as_object().ok_or(INVALID)?;
        let known = members.keys().all(|it| it == "value" || it == "note");
        let value = sent["value"]
            .as_f64()
            .is_some_and(|it| it > 0.0 && it <= 1000.0);
        let note = sent
            .get("note")
            .is_none_or(|it| it.as_str().is_some_and(|it| it.chars().count() <= 40));
        (known && value && note).then_some(()).ok_or(INVALID)?;
        let mut all = shelf.rates.lock().expect("nobody panics");
        let now = all.get(&code).map(|it| it.1);
        let star = header(&headers, "if-none-match") == Some("*");
        let known = star || header(&headers, "if-none-match").is_none();
        let bad = (StatusCode::BAD_REQUEST, "That is no condition.");
        known.then_some(()).ok_or(bad)?;
        if !(star && shelf.lie == "rate-replaced-anyway") {
            guarded(&headers, now)?;
        }
        let mut written = shelf.written.lock().expect("nobody panics");
        *written += 1;
        let note = sent.get("note").cloned().unwrap_or("".into());
        let rate = json!({ "code": code, "value": sent["value"], "note": note });
        all.insert(code.clone(), (rate.clone(), *written));
        let status = if now.is_some() { OK } else { CREATED };
        Ok((status, rate, *written))
    };
    tagged(run())
}

async fn no_rate(
    State(shelf): State<Shelf>,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        named(&code)?;
        let mut all = shelf.rates.lock().expect("nobody panics");
        let now = all.get(&code).map(|it| it.1).ok_or(NOT_FOUND)?;
        if shelf.lie != "rate-deleted-anyway" {
            guarded(&headers, Some(now))?;
        }
        all.remove(&code);
        Ok((StatusCode::NO_CONTENT, Value::Null))
    };
    server::answered(run())
}

async fn put_paper(
    State(shelf): State<Shelf>,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        named(&name)?;
        if header(&headers, "content-type") != Some("application/octet-stream") {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "Those are no bytes."));
        }
        let mut all = shelf.papers.lock().expect("nobody panics");
        if let Some(sum) = header(&headers, "x-checksum-sha256") {
            let hexadecimal = sum.len() == 64 && sum.bytes().all(|it| it.is_ascii_hexdigit());
            let form = (StatusCode::BAD_REQUEST, "That is no checksum.");
            hexadecimal.then_some(()).ok_or(form)?;
            if !sum.eq_ignore_ascii_case(&hex(&body)) && shelf.lie != "paper-sum-unread" {
                if shelf.lie == "paper-sum-kept" {
                    all.insert(name.clone(), body.clone());
                }
                return Err((StatusCode::UNPROCESSABLE_ENTITY, "The checksum differs."));
            }
        }
        let answer = json!({ "name": name, "size": body.len() });
        let status = match all.insert(name.clone(), body.clone()) {
            Some(_) => OK,
            None => CREATED,
        };
        Ok((status, answer))
    };
    server::answered(run())
}

async fn paper(
    State(shelf): State<Shelf>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Response {
    let run = || {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        named(&name)?;
        let all = shelf.papers.lock().expect("nobody panics");
        all.get(&name).cloned().ok_or(NOT_FOUND)
    };
    match run() {
        Ok(bytes) => {
            let tag = match shelf.lie {
                "paper-etag-of-name" => hex(name.as_bytes()),
                _ => hex(&bytes),
            };
            let shown = match shelf.lie {
                "paper-called-otherwise" => "paper",
                _ => &name,
            };
            let headers = [
                ("content-type", "application/octet-stream".to_owned()),
                ("etag", format!("\"{tag}\"")),
                (
                    "content-disposition",
                    format!("attachment; filename=\"{shown}\""),
                ),
            ];
            let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value));
            (headers, bytes).into_response()
        }
        Err(why) => server::answered(Err(why)),
    }
}

async fn vote(State(shelf): State<Shelf>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let form = header(&headers, "content-type")
            .is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
        let other = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "That is no form.");
        form.then_some(()).ok_or(other)?;
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(&body) {
            let known = name == "choice" || name == "reason";
            let again = fields.insert(name.into_owned(), value.into_owned());
            let fine = known && (again.is_none() || shelf.lie == "vote-twice");
            fine.then_some(()).ok_or(INVALID)?;
        }
        let choice = fields.get("choice").ok_or(INVALID)?;
        let reason = fields.get("reason").map_or(0, |it| it.chars().count());
        let fine = ["yes", "no"].contains(&choice.as_str()) && reason <= 40;
        fine.then_some(()).ok_or(INVALID)?;
        let mut written = shelf.written.lock().expect("nobody panics");
        *written += 1;
        (*written < u64::MAX)
            .then_some(())
            .ok_or((CONFLICT, "No more."))?;
        Ok((CREATED, json!({ "number": *written, "choice": choice })))
    };
    server::answered(run())
}
