//! Translators: one list as JSON and as CSV, for two kinds of callers, sorted by what some do not have.

use crate::{
    calls::query as query_of,
    parcels::whole,
    server::{self, OK},
};
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::{Map, Value, json};
use std::{cmp::Ordering, collections::HashMap};

type Refusal = (StatusCode, &'static str);

const BAD: Refusal = (StatusCode::BAD_REQUEST, "The query does not match.");
const NEITHER: Refusal = (StatusCode::NOT_ACCEPTABLE, "There is JSON, and CSV.");
const JSON: &str = "application/json";
const CSV: &str = "text/csv";
const ORDERS: [&str; 4] = ["name", "-name", "rating", "-rating"];

type Row = (
    &'static str,
    Option<u64>,
    &'static [(&'static str, u64)],
    &'static str,
);

/// Names, ratings, skills with their levels, phones.
const TRANSLATORS: [Row; 9] = [
    (
        "Anna Berg",
        Some(4),
        &[("legal", 3), ("medical", 5)],
        "+49 30 1001",
    ),
    ("Anna Weiss", None, &[("legal", 2)], "+49 30 1002"),
    ("Bela Nagy", Some(5), &[("patents", 4)], "+36 1 1003"),
    ("Bela Toth", None, &[("medical", 1)], "+36 1 1004"),
    (
        "Carla Rossi",
        Some(3),
        &[("legal", 5), ("patents", 2)],
        "+39 06 1005",
    ),
    ("Dora Klein", Some(4), &[("legal", 1)], "+49 30 1006"),
    ("Emil Novak", Some(2), &[("medical", 2)], "+420 2 1007"),
    (
        "Finn Larsen",
        None,
        &[("patents", 1), ("legal", 4)],
        "+45 33 1008",
    ),
    ("Greta Holm", Some(1), &[("medical", 3)], "+46 8 1009"),
];

/// Translators with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    Router::new()
        .route("/translators", get(list))
        .with_state(lie)
}

/// Whose translators are asked for, and whether by a key.
fn caller(headers: &HeaderMap) -> Result<(bool, bool), Refusal> {
    let key = headers.get("x-mail-key");
    let keyed = key.is_some_and(|it| it == server::MAIL_KEY);
    if keyed && !headers.contains_key(header::AUTHORIZATION) {
        return Ok((true, true));
    }
    Ok((server::own(headers)?, false))
}

/// All translators, with their phones where those are shown.
fn translators(phones: bool) -> Vec<Value> {
    let all = TRANSLATORS.iter().enumerate();
    let shown = all.map(|(at, (name, rating, skills, phone))| {
        let levels = skills.iter();
        let levels = levels.map(|(skill, level)| ((*skill).to_owned(), Value::from(*level)));
        let levels: Map<String, Value> = levels.collect();
        let mut shown = json!({ "id": at + 1, "name": name, "skills": levels });
        if let Some(rating) = rating {
            shown["rating"] = (*rating).into();
        }
        if phones {
            shown["phone"] = (*phone).into();
        }
        shown
    });
    shown.collect()
}

/// A short text of the query.
fn short<'q>(
    query: &'q HashMap<String, String>,
    name: &str,
) -> Result<Option<&'q String>, Refusal> {
    let found = query.get(name);
    let fits = found.is_none_or(|it| (1..=40).contains(&it.chars().count()));
    fits.then_some(found).ok_or(BAD)
}

/// Sorts by a name, with a minus before it the other way round; who has no rating comes last, unless that `turns` as well.
fn sort(all: &mut [Value], order: &str, turns: bool) {
    let turned = order.strip_prefix('-');
    let by = turned.unwrap_or(order);
    let directed = |it: Ordering| {
        if turned.is_some() { it.reverse() } else { it }
    };
    all.sort_by(|one, other| {
        let names = one["name"].as_str().cmp(&other["name"].as_str());
        if by == "name" {
            return directed(names);
        }
        let first = match (one["rating"].as_u64(), other["rating"].as_u64()) {
            (Some(one), Some(other)) => directed(one.cmp(&other)),
            (one, other) => {
                let last = one.is_none().cmp(&other.is_none());
                if turns { directed(last) } else { last }
            }
        };
        first.then(names)
    });
}

/// How welcome a media type is (RFC 9110 §12.5.1): by the range that fits it best.
fn quality(accept: &str, media: &str) -> f64 {
    let (kind, _) = media.split_once('/').unwrap_or((media, ""));
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let exactness = match name {
            _ if name.eq_ignore_ascii_case(media) => 3,
            _ if name == format!("{kind}/*") => 2,
            "*/*" => 1,
            _ => continue,
        };
        let value = parts.find_map(|it| it.strip_prefix("q="));
        let value = value.map_or(1.0, |it| it.parse().unwrap_or(0.0));
        if exactness > best.0 {
            best = (exactness, value);
        }
    }
    best.1
}

/// The media type that is answered with.
fn chosen(lie: &str, headers: &HeaderMap) -> Result<&'static str, Refusal> {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    let accept = accept.unwrap_or("*/*");
    if lie == "translators-csv-mentioned" && accept.contains(CSV) {
        return Ok(CSV);
    }
    let (json, csv) = (quality(accept, JSON), quality(accept, CSV));
    match csv > json {
        true => Ok(CSV),
        false => (json > 0.0).then_some(JSON).ok_or(NEITHER),
    }
}

/// Translators as CSV (RFC 4180); none of the values has a sign that would have to be quoted.
fn csv(all: &[Value]) -> String {
    let mut text = String::from("id,name,rating,phone,skills\r\n");
    for translator in all {
        let skills = translator["skills"].as_object().into_iter().flatten();
        let skills: Vec<String> = skills
            .map(|(name, level)| format!("{name} {level}"))
            .collect();
        let plain = |name: &str| match &translator[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let cells = ["id", "name", "rating", "phone"].map(plain).join(",");
        text.push_str(&format!("{cells},{}\r\n", skills.join("; ")));
    }
    text
}

async fn list(
    State(lie): State<&'static str>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    let run = || -> Result<Response, Refusal> {
        let (own, keyed) = caller(&headers)?;
        let query = query_of(raw.as_deref());
        let limit = whole(&query, "limit", (1, 50), 20)?;
        let offset = whole(&query, "offset", (0, 10_000), 0)?;
        let order = query.get("sort").map_or("name", String::as_str);
        ORDERS.contains(&order).then_some(()).ok_or(BAD)?;
        let (prefix, skill) = (short(&query, "prefix")?, short(&query, "skill")?);
        let media = chosen(lie, &headers)?;
        let mut found = translators(!keyed || lie == "translators-phone-shown");
        found.retain(|it| {
            let name = it["name"].as_str().unwrap_or_default();
            let begins = prefix.is_none_or(|text| match lie {
                "translators-prefix-inside" => name.contains(text),
                _ => name.starts_with(text),
            });
            own && begins && skill.is_none_or(|skill| it["skills"].get(skill).is_some())
        });
        sort(&mut found, order, lie == "translators-unrated-turn");
        let total = found.len();
        let whole_list = lie == "translators-csv-whole" && media == CSV;
        let skip = match skill {
            Some(_) if lie == "translators-skill-first-page" => 0,
            _ => offset,
        };
        if !whole_list {
            found = found.into_iter().skip(skip).take(limit).collect();
        }
        if media == CSV {
            return Ok(([(header::CONTENT_TYPE, CSV)], csv(&found)).into_response());
        }
        let page = json!({ "items": found, "total": total });
        Ok(server::answered(Ok((OK, page))))
    };
    run().unwrap_or_else(|why| server::answered(Err(why)))
}
