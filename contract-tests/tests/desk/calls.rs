//! The calls of the desk: lists that are asked for by expressions, by bodies, by days, and in part.

use super::server::{Answer, App, INVALID, OK};
use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::collections::HashMap;

const BAD: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "The query does not match.");
const AGENTS: [&str; 3] = ["ann", "bob", "cid"];
const SECONDS: [u64; 4] = [30, 95, 240, 600];
const OUTCOMES: [&str; 3] = ["solved", "passed", "lost"];

/// The paths of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/calls", get(list))
        .route("/calls/search", post(search))
        .route("/shifts", get(shifts))
}

/// Calls, oldest first, two at a time; how long they last repeats.
fn calls() -> Vec<Value> {
    let notes = [
        "Asked about the bill",
        "Could not hear anything",
        "Wanted another password",
    ];
    (0..24_usize)
        .map(|at| {
            json!({
                "id": 100 + at,
                "agent": (AGENTS[at % 3]),
                "outcome": (OUTCOMES[(at / 2) % 3]),
                "seconds": (SECONDS[at % 4]),
                "begunAt": format!("2026-03-{:02}T{:02}:30:00Z", 1 + at / 4, 8 + (at % 4) / 2),
                "note": (notes[(at / 3) % 3]),
            })
        })
        .collect()
}

fn text<'v>(call: &'v Value, name: &str) -> &'v str {
    call[name].as_str().unwrap_or_default()
}

fn seconds(call: &Value) -> u64 {
    call["seconds"].as_u64().unwrap_or_default()
}

fn id(call: &Value) -> u64 {
    call["id"].as_u64().unwrap_or_default()
}

pub(crate) fn query(raw: Option<&str>) -> HashMap<String, String> {
    let raw = raw.unwrap_or_default();
    url::form_urlencoded::parse(raw.as_bytes())
        .into_owned()
        .collect()
}

fn whole(
    query: &HashMap<String, String>,
    name: &str,
    default: usize,
) -> Result<usize, (StatusCode, &'static str)> {
    query
        .get(name)
        .map_or(Ok(default), |it| it.parse().map_err(|_| BAD))
}

/// A comparison of `$filter`.
fn holds(app: &App, call: &Value, comparison: &str) -> Result<bool, (StatusCode, &'static str)> {
    let mut parts = comparison.splitn(3, ' ');
    let (Some(name), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(BAD);
    };
    match (name, operator) {
        ("agent" | "outcome", "eq" | "ne") => {
            let value = value
                .strip_prefix('\'')
                .and_then(|it| it.strip_suffix('\''))
                .ok_or(BAD)?;
            Ok((text(call, name) == value) == (operator == "eq"))
        }
        ("seconds", _) => {
            let value: u64 = value.parse().map_err(|_| BAD)?;
            let own = seconds(call);
            Ok(match operator {
                "eq" => own == value,
                "ge" if app.lies("calls-ge-as-gt") => own > value,
                "ge" => own >= value,
                "lt" => own < value,
                _ => return Err(BAD),
            })
        }
        _ => Err(BAD),
    }
}

async fn list(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        let query = query(raw.as_deref());
        let (top, skip) = (whole(&query, "$top", 10)?, whole(&query, "$skip", 0)?);
        let counts = match query.get("$count").map(String::as_str) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(BAD),
        };
        (1..=50).contains(&top).then_some(()).ok_or(BAD)?;
        let all: Vec<Value> = if own { calls() } else { Vec::new() };
        let mut found = Vec::new();
        let filter = query.get("$filter");
        for call in &all {
            let held = match filter {
                None => true,
                Some(text) => {
                    let told: Result<Vec<bool>, _> = text
                        .split(" and ")
                        .map(|it| holds(&app, call, it))
                        .collect();
                    let told = told?;
                    match app.lies("calls-and-as-or") {
                        true => told.contains(&true),
                        false => !told.contains(&false),
                    }
                }
            };
            if held {
                found.push(call.clone());
            }
        }
        let order = query.get("$orderby").map_or("begunAt asc", String::as_str);
        let (by, way) = order.split_once(' ').ok_or(BAD)?;
        let known = ["begunAt", "seconds"].contains(&by) && ["asc", "desc"].contains(&way);
        known.then_some(()).ok_or(BAD)?;
        let ties = if app.lies("calls-ties-follow") && way == "desc" {
            -1_i64
        } else {
            1
        };
        found.sort_by(|one, other| {
            let first = (seconds(one), seconds(other));
            let first = match by {
                "seconds" => first.0.cmp(&first.1),
                _ => text(one, by).cmp(text(other, by)),
            };
            let first = if way == "desc" {
                first.reverse()
            } else {
                first
            };
            let then = id(one).cmp(&id(other));
            first.then(if ties < 0 { then.reverse() } else { then })
        });
        let count = if app.lies("calls-count-of-all") {
            all.len()
        } else {
            found.len()
        };
        let more = match app.lies("calls-next-after-the-end") {
            true => skip + top <= found.len(),
            false => skip + top < found.len(),
        };
        let mut page = json!({});
        if counts || app.lies("calls-count-unasked") {
            page["@odata.count"] = count.into();
        }
        if more {
            let lost = |name: &str| match name {
                "$filter" => app.lies("calls-next-loses-filter"),
                "$orderby" => app.lies("calls-next-loses-order"),
                _ => name == "$skip",
            };
            let mut link = url::form_urlencoded::Serializer::new(String::from("/calls?"));
            for (name, value) in query.iter().filter(|(name, _)| !lost(name)) {
                link.append_pair(name, value);
            }
            link.append_pair("$skip", &(skip + top).to_string());
            page["@odata.nextLink"] = link.finish().into();
        }
        page["value"] = found.into_iter().skip(skip).take(top).collect();
        Ok((OK, page))
    };
    app.answer(run())
}

/// The texts of a criterion; none where it is not given.
pub(crate) fn several(
    body: &Value,
    name: &str,
    known: &[&str],
) -> Result<Option<Vec<String>>, (StatusCode, &'static str)> {
    let Some(value) = body.get(name) else {
        return Ok(None);
    };
    let all = value
        .as_array()
        .filter(|it| !it.is_empty())
        .ok_or(INVALID)?;
    let texts: Option<Vec<String>> = all
        .iter()
        .map(|it| {
            it.as_str()
                .filter(|it| known.contains(it))
                .map(str::to_owned)
        })
        .collect();
    texts.map(Some).ok_or(INVALID)
}

fn moment(body: &Value, name: &str) -> Result<Option<jiff::Timestamp>, (StatusCode, &'static str)> {
    match body.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(|it| it.parse().ok())
            .map(Some)
            .ok_or(INVALID),
    }
}

async fn search(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        super::server::typed(&headers)?;
        let body: Value = serde_json::from_slice(&body)
            .map_err(|_| (StatusCode::BAD_REQUEST, "That is no JSON."))?;
        let members = body.as_object().ok_or(INVALID)?;
        let known = [
            "agents",
            "outcomes",
            "text",
            "begunFrom",
            "begunTo",
            "orderBy",
            "pageSize",
            "pageToken",
        ];
        members
            .keys()
            .all(|it| known.contains(&it.as_str()))
            .then_some(())
            .ok_or(INVALID)?;
        let mut agents = several(&body, "agents", &AGENTS)?;
        let mut outcomes = several(&body, "outcomes", &OUTCOMES)?;
        let (from, to) = (moment(&body, "begunFrom")?, moment(&body, "begunTo")?);
        let turned = from.zip(to).is_some_and(|(from, to)| from > to);
        (!turned || app.lies("search-turned-taken"))
            .then_some(())
            .ok_or(INVALID)?;
        let wanted = match body.get("text") {
            None => None,
            Some(value) => Some(value.as_str().filter(|it| !it.is_empty()).ok_or(INVALID)?),
        };
        let order = match body.get("orderBy") {
            None => "-begunAt",
            Some(value) => value
                .as_str()
                .filter(|it| ["begunAt", "-begunAt"].contains(it))
                .ok_or(INVALID)?,
        };
        let size = match body.get("pageSize") {
            None => 10,
            Some(value) => value
                .as_u64()
                .filter(|it| (1..=50).contains(it))
                .ok_or(INVALID)?,
        };
        // A token tells where to go on, and for which criteria.
        let mut criteria = body.clone();
        if let Some(members) = criteria.as_object_mut() {
            members.remove("pageToken");
            members.remove("pageSize");
        }
        let mark = criteria.to_string();
        let mut skip = 0;
        if let Some(token) = body.get("pageToken").filter(|it| !it.is_null()) {
            let token = token.as_str().ok_or(INVALID)?;
            let (at, of) = token.split_once('~').ok_or(BAD)?;
            skip = at.parse().map_err(|_| BAD)?;
            (of == mark || app.lies("search-token-of-others"))
                .then_some(())
                .ok_or(BAD)?;
        }
        if app.lies("search-first-agent") {
            agents = agents.map(|it| it.into_iter().take(1).collect());
        }
        if app.lies("search-forgets-outcomes") && skip > 0 {
            outcomes = None;
        }
        let mut found = if own { calls() } else { Vec::new() };
        found.retain(|call| {
            let at: Option<jiff::Timestamp> = text(call, "begunAt").parse().ok();
            let before_end = to.is_none_or(|to| match app.lies("search-end-outside") {
                true => at < Some(to),
                false => at <= Some(to),
            });
            let has = |all: &Option<Vec<String>>, name: &str| {
                all.as_ref()
                    .is_none_or(|all| all.iter().any(|it| it == text(call, name)))
            };
            let said = wanted.is_none_or(|wanted| match app.lies("search-text-begins") {
                true => text(call, "note").starts_with(wanted),
                false => text(call, "note").contains(wanted),
            });
            has(&agents, "agent")
                && has(&outcomes, "outcome")
                && said
                && before_end
                && from.is_none_or(|from| at >= Some(from))
        });
        let down = order.starts_with('-');
        found.sort_by(|one, other| {
            let first = text(one, "begunAt").cmp(text(other, "begunAt"));
            let then = id(one).cmp(&id(other));
            let then = if app.lies("search-ties-up") && down {
                then.reverse()
            } else {
                then
            };
            let both = first.then(then);
            if down { both.reverse() } else { both }
        });
        let count = if app.lies("search-total-of-all") {
            calls().len()
        } else {
            found.len()
        };
        let size = usize::try_from(size).unwrap_or(10);
        let token = (skip + size < found.len()).then(|| format!("{}~{mark}", skip + size));
        let items: Vec<Value> = found.into_iter().skip(skip).take(size).collect();
        Ok((
            OK,
            json!({ "items": items, "totalCount": count, "nextPageToken": token }),
        ))
    };
    app.answer(run())
}

async fn shifts(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let run = || -> Answer {
        let own = app.enters(&headers)?;
        let query = query(raw.as_deref());
        let (limit, offset) = (whole(&query, "limit", 20)?, whole(&query, "offset", 0)?);
        (1..=100).contains(&limit).then_some(()).ok_or(BAD)?;
        let day = |name: &str| -> Result<Option<&String>, (StatusCode, &'static str)> {
            let found = query.get(name);
            let fine = found.is_none_or(|it| it.parse::<jiff::civil::Date>().is_ok());
            fine.then_some(found).ok_or(BAD)
        };
        let (from, to) = (day("from")?, day("to")?);
        let fields: Option<Vec<&str>> = query.get("fields").map(|it| it.split(',').collect());
        let known = ["id", "agent", "began_at"];
        let fine = fields
            .as_ref()
            .is_none_or(|all| all.iter().all(|it| known.contains(it)));
        fine.then_some(()).ok_or(BAD)?;
        let all: Vec<Value> = calls()
            .iter()
            .filter(|_| own)
            .map(|it| json!({ "id": it["id"], "agent": it["agent"], "began_at": it["begunAt"] }))
            .collect();
        let mut found = all.clone();
        let within = |shift: &Value| {
            let day = text(shift, "began_at").get(..10).unwrap_or_default();
            let after = from.is_none_or(|it| match app.lies("shifts-first-day-outside") {
                true => day > it.as_str(),
                false => day >= it.as_str(),
            });
            let before = to.is_none_or(|it| match app.lies("shifts-last-day-outside") {
                true => day < it.as_str(),
                false => day <= it.as_str(),
            });
            after && before
        };
        found.retain(within);
        let total = if app.lies("shifts-total-of-all") {
            all.len()
        } else {
            found.len()
        };
        let late = app.lies("shifts-filtered-late");
        let listed = if late { all } else { found };
        let mut items: Vec<Value> = listed.into_iter().skip(offset).take(limit).collect();
        items.retain(within);
        if let Some(fields) = fields.filter(|_| !app.lies("shifts-fields-unread")) {
            for shift in items.iter_mut().filter_map(Value::as_object_mut) {
                let keeps = |name: &str| {
                    name == "id" && !app.lies("shifts-fields-without-id") || fields.contains(&name)
                };
                shift.retain(|name, _| keeps(name));
            }
        }
        Ok((OK, json!({ "items": items, "total": total })))
    };
    app.answer(run())
}
