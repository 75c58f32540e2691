//! Invalid lists, bodies and parameters that are accepted: each is mended before anybody judges it.

use super::Group;
use super::requests::body;
use crate::fault::Fault;
use axum::http::{HeaderValue, header};
use serde_json::{Value, json};

pub(super) fn faults() -> Vec<Fault> {
    let mut all = collections();
    all.extend(transport());
    all
}

/// Removes elements that were there before.
fn distinct(list: &mut Vec<Value>) {
    let mut kept: Vec<Value> = Vec::with_capacity(list.len());
    for value in list.drain(..) {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    *list = kept;
}

fn collections() -> Vec<Fault> {
    let g = Group("request validation");
    const WEBHOOK: &[&str] = &["createWebhookSubscription"];
    vec![
        g.ask(
            "accepts-empty-list",
            "request.rejected",
            "an empty list of event types means all of them",
            |q| {
                body(q, WEBHOOK, |b| {
                    if b.get("eventTypes") == Some(&json!([])) {
                        b.insert("eventTypes".into(), json!(["*"]));
                    }
                });
            },
        ),
        g.ask(
            "accepts-twice-the-same",
            "request.rejected",
            "event types may be named twice",
            |q| {
                body(q, WEBHOOK, |b| {
                    if let Some(Value::Array(list)) = b.get_mut("eventTypes") {
                        distinct(list);
                    }
                });
            },
        ),
        g.ask(
            "accepts-too-many-items",
            "request.rejected",
            "more than 20 documents are accepted",
            |q| {
                body(q, &["createOnboarding"], |b| {
                    if let Some(Value::Array(list)) = b.get_mut("documentIds") {
                        list.truncate(20);
                    }
                });
            },
        ),
        g.ask(
            "accepts-bad-item",
            "request.rejected",
            "event types that do not exist are left aside",
            |q| {
                const KNOWN: &[&str] = &[
                    "*",
                    "customer.status_changed",
                    "customer.kyb_status_changed",
                    "onboarding.completed",
                    "account.created",
                    "account.status_changed",
                ];
                body(q, WEBHOOK, |b| {
                    if let Some(Value::Array(list)) = b.get_mut("eventTypes") {
                        let before = list.len();
                        list.retain(|one| one.as_str().is_none_or(|name| KNOWN.contains(&name)));
                        if list.is_empty() && before > 0 {
                            list.push(json!("*"));
                        }
                    }
                });
            },
        ),
    ]
}

fn transport() -> Vec<Fault> {
    let g = Group("request validation");
    const QUERY: &[&str] = &[
        "limit",
        "starting_after",
        "ending_before",
        "status",
        "type",
        "customerId",
        "accountId",
        "createdAt[gte]",
        "createdAt[lte]",
    ];
    vec![
        g.ask("accepts-any-content-type", "request.rejected", "bodies are read as JSON whatever their content type", |q| {
            if !q.body.is_empty() {
                q.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
        }),
        g.ask("accepts-trailing-comma", "request.rejected", "JSON that is malformed is mended as far as possible", |q| {
            if q.is(&["createAccount", "createOnboarding"]) && q.json().is_none() && !q.body.is_empty() {
                let good = if q.is(&["createOnboarding"]) {
                    json!({ "entityType": "individual", "fullName": "Mended" })
                } else {
                    json!({ "customerId": "cus_0", "type": "virtual", "currency": "USD" })
                };
                q.set_body(&good);
            }
        }),
        g.ask("accepts-missing-body", "request.rejected", "an onboarding without a body is one of nobody", |q| {
            if q.is(&["createOnboarding"]) && q.body.is_empty() {
                q.set_body(&json!({ "entityType": "individual", "fullName": "Nobody" }));
            }
        }),
        g.ask("accepts-unknown-query", "request.rejected", "query parameters that do not exist are left aside", |q| {
            if !q.operation.is_empty() {
                q.query.retain(|(name, _)| QUERY.contains(&name.as_str()));
            }
        }),
        g.ask("accepts-repeated-query", "request.rejected", "of a repeated query parameter the first one counts", |q| {
            let mut seen: Vec<String> = Vec::new();
            q.query.retain(|(name, _)| {
                let new = !seen.contains(name);
                seen.push(name.clone());
                new
            });
        }),
        g.ask("accepts-bad-time", "request.rejected", "a createdAt[gte] that is no time is left aside", |q| {
            if q.param("createdAt[gte]").is_some_and(|t| t.parse::<jiff::Timestamp>().is_err()) {
                q.drop_param("createdAt[gte]");
            }
        }),
        g.answer("accepts-bad-path-id", "request.rejected", "path ids that break their pattern answer with somebody's account", |q, a, _| {
            if q.is(&["getAccount"]) && a.status == axum::http::StatusCode::BAD_REQUEST {
                a.status = axum::http::StatusCode::OK;
                a.set(&json!({
                    "id": "acc_01953e1a5f4b7002", "customerId": "cus_01953e1a5f4b7000", "type": "virtual",
                    "status": "active", "currency": "USD", "createdAt": "2026-02-23T14:35:00Z",
                    "updatedAt": "2026-02-23T14:35:00Z"
                }));
            }
        }),
        g.answer("rejects-without-saying", "request.violations", "400 comes without fieldErrors", |_, a, _| {
            a.error(|error| drop(error.remove("fieldErrors")));
        }),
        g.answer("rejects-with-one", "request.violations", "400 tells of the first violation only", |_, a, _| {
            a.error(|error| {
                if let Some(Value::Array(list)) = error.get_mut("fieldErrors") {
                    list.truncate(1);
                }
            });
        }),
    ]
}
