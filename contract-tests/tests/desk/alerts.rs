//! Alerts: what comes from elsewhere, and is acknowledged here.

use crate::server::{self, Answer, NOT_FOUND, OK};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

#[derive(Clone)]
struct Alerts {
    lie: &'static str,
    all: Arc<Mutex<BTreeMap<u64, Value>>>,
}

/// Alerts with this lie.
pub(crate) fn router(lie: &'static str) -> Router {
    let one = |at: u64| {
        let status = if at.is_multiple_of(3) {
            "snoozed"
        } else {
            "open"
        };
        let alert = json!({ "id": at, "status": status, "acknowledged_at": null });
        (at, alert)
    };
    let alerts = Alerts {
        lie,
        all: Arc::new(Mutex::new((1..=40).map(one).collect())),
    };
    Router::new()
        .route("/alerts", get(list))
        .route("/alerts/{id}", get(read))
        .route("/alerts/{id}/acknowledge", post(acknowledge))
        .with_state(alerts)
}

async fn list(State(alerts): State<Alerts>, headers: HeaderMap) -> Response {
    let run = || -> Answer {
        let own = server::own(&headers)?;
        let all = alerts.all.lock().expect("nobody panics");
        let items: Vec<Value> = all.values().filter(|_| own).cloned().collect();
        Ok((OK, Value::Array(items)))
    };
    server::answered(run())
}

async fn read(
    State(alerts): State<Alerts>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let all = alerts.all.lock().expect("nobody panics");
        let alert = all.get(&server::number(&id)?).ok_or(NOT_FOUND)?;
        Ok((OK, alert.clone()))
    };
    server::answered(run())
}

async fn acknowledge(
    State(alerts): State<Alerts>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let run = || -> Answer {
        server::own(&headers)?.then_some(()).ok_or(NOT_FOUND)?;
        let mut all = alerts.all.lock().expect("nobody panics");
        let alert = all.get_mut(&server::number(&id)?).ok_or(NOT_FOUND)?;
        let refuses: &[&str] = match alerts.lie {
            "alert-taken-twice" => &[],
            "alert-snoozed-refused" => &["acknowledged", "snoozed"],
            _ => &["acknowledged"],
        };
        if refuses.iter().any(|it| alert["status"] == *it) {
            return Err((StatusCode::CONFLICT, "Not in this state."));
        }
        let mut shown = alert.clone();
        shown["status"] = "acknowledged".into();
        if alerts.lie != "alert-no-time" {
            shown["acknowledged_at"] = "2026-01-01T00:00:00Z".into();
        }
        if alerts.lie != "alert-forgotten" {
            *alert = shown.clone();
        }
        Ok((OK, shown))
    };
    server::answered(run())
}
