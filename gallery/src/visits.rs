//! Visits: a bare array with limit and offset, a `Link` header and a total, and days from and to.

use crate::answer::{Asked, Body, Reply};
use crate::state::{State, position};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) fn operate(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    match asked.operation.as_str() {
        "listVisits" => list(state, asked, is),
        "countVisits" => days(state, asked, is),
        "createVisit" => {
            let mut visit = asked.body.clone();
            let id = state.count();
            visit["id"] = id.into();
            if visit.get("reference").is_none() || !is("visit-reference-taken") {
                visit["reference"] = format!("V-{id}").into();
            }
            if visit.get("guided").is_none() {
                visit["guided"] = is("visit-default-guided").into();
            }
            if is("visit-create-200") {
                state.visits.push(visit.clone());
                return Reply::json(200, visit);
            }
            state.visits.push(visit.clone());
            Reply::json(201, visit)
        }
        other => {
            let Some(at) = position(&state.visits, asked.id()) else {
                return Reply::error(404, "there is no such visit", None);
            };
            if other == "giveFeedback" {
                let mut feedback = asked.body.clone();
                feedback["id"] = state.count().into();
                if is("feedback-rating-text") {
                    feedback["rating"] = feedback["rating"].to_string().into();
                }
                return Reply::json(201, feedback);
            }
            if other == "getVisit" {
                return Reply::json(200, state.visits[at].clone());
            }
            if !is("visit-delete-forgotten") {
                state.visits.remove(at);
            }
            Reply::empty(204)
        }
    }
}

/// How many visits there are on each day, as JSON or CSV.
fn days(state: &State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let mut days: BTreeMap<&str, u64> = BTreeMap::new();
    for visit in &state.visits {
        *days
            .entry(visit["day"].as_str().unwrap_or_default())
            .or_default() += 1;
    }
    let accept = asked.header("accept").unwrap_or("*/*");
    let takes = |media: &str| {
        let kind = media.split('/').next().unwrap_or_default();
        accept.contains(media) || accept.contains("*/*") || accept.contains(&format!("{kind}/*"))
    };
    if takes("application/json") || is("accept-ignored") {
        return Reply::json(200, json!(days));
    }
    if takes("text/csv") && !is("accept-csv-refused") {
        let lines = days.iter().map(|(day, count)| format!("{day},{count}\n"));
        let mut reply = Reply::empty(200);
        reply.body = Body::Bytes("text/csv".to_owned(), lines.collect::<String>().into());
        return reply;
    }
    if is("accept-any") {
        return Reply::json(200, json!(days));
    }
    Reply::error(406, "there is no such representation", None)
}

fn list(state: &State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let (mut size, offset) = (
        asked.number("limit").unwrap_or(20),
        asked.number("offset").unwrap_or(0),
    );
    if is("visit-limit-ignored") {
        size = 20;
    }
    if is("visit-limit-plus-one") {
        size += 1;
    }
    let mut visits = state.visits.clone();
    if !is("visit-unsorted") {
        visits.sort_by(|left, right| left["day"].as_str().cmp(&right["day"].as_str()));
    }
    let day = |visit: &Value| visit["day"].as_str().unwrap_or_default().to_owned();
    if let Some(from) = asked
        .query("day_from")
        .filter(|_| !is("filter-day-from-ignored"))
    {
        visits.retain(|visit| {
            day(visit).as_str() > from || day(visit) == from && !is("filter-day-exclusive")
        });
    }
    if let Some(to) = asked.query("day_to") {
        visits.retain(|visit| day(visit).as_str() <= to);
    }
    let total = visits.len();
    let offset = match offset {
        _ if is("visit-offset-ignored") => 0,
        at if is("visit-offset-plus-one") && at > 0 => at + 1,
        at => at,
    };
    let items: Vec<Value> = visits.into_iter().skip(offset).take(size).collect();
    let next = offset + items.len();
    let mut shown = total;
    if is("visit-total-of-page") {
        shown = items.len();
    }
    let mut reply = Reply::json(200, Value::Array(items));
    if !is("visit-total-missing") {
        reply = reply.header("x-total-count", shown.to_string());
    }
    if next < total && !is("visit-link-missing") {
        let at = if is("visit-link-stuck") { offset } else { next };
        let mut query = format!("limit={size}&offset={at}");
        for name in ["day_from", "day_to"] {
            if let Some(value) = asked.query(name) {
                query.push_str(&format!("&{name}={value}"));
            }
        }
        reply = reply.header("link", format!("</v1/visits?{query}>; rel=\"next\""));
    }
    reply
}
