//! Valid requests that are refused: each is spoiled before anybody judges it.

use super::Group;
use crate::fault::{Asked, Fault};
use serde_json::{Map, Value, json};

fn body(asked: &mut Asked, operation: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    if asked.operation == operation {
        asked.edit(change);
    }
}

/// Makes a body invalid.
fn spoil(body: &mut Map<String, Value>) {
    body.insert("refused".into(), Value::Null);
}

fn text_of<'a>(body: &'a Map<String, Value>, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn faults() -> Vec<Fault> {
    let g = Group("valid refused");
    vec![
        g.ask(
            "refuses-lists",
            "request.valid",
            "the list of onboardings is refused, whatever is asked",
            |q| {
                if q.is(&["listOnboardings"]) {
                    q.set_param("limit", "0");
                }
            },
        ),
        g.ask(
            "refuses-longest-label",
            "request.accepted",
            "labels of exactly 100 characters are refused",
            |q| {
                body(q, "createAccount", |b| {
                    if text_of(b, "label").chars().count() == 100 {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-shortest-label",
            "request.accepted",
            "labels of one character are refused",
            |q| {
                body(q, "createAccount", |b| {
                    if text_of(b, "label").chars().count() == 1 {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-largest-limit",
            "request.accepted",
            "limit=200 is refused",
            |q| {
                if q.param("limit") == Some("200") {
                    q.set_param("limit", "201");
                }
            },
        ),
        g.ask(
            "refuses-smallest-limit",
            "request.accepted",
            "limit=1 is refused",
            |q| {
                if q.param("limit") == Some("1") {
                    q.set_param("limit", "0");
                }
            },
        ),
        g.ask(
            "refuses-without-label",
            "request.accepted",
            "accounts need a label",
            |q| {
                body(q, "createAccount", |b| {
                    if !b.contains_key("label") {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-enum-value",
            "request.accepted",
            "the purpose `escrow` is refused",
            |q| {
                body(q, "createAccount", |b| {
                    if text_of(b, "purpose") == "escrow" {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-branch",
            "request.accepted",
            "virtual accounts are refused",
            |q| {
                body(q, "createAccount", |b| {
                    if text_of(b, "type") == "virtual" {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-beyond-ascii",
            "request.accepted",
            "names with other letters than those of ASCII are refused",
            |q| {
                body(q, "createOnboarding", |b| {
                    if !text_of(b, "fullName").is_ascii() || !text_of(b, "legalName").is_ascii() {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-longest-list",
            "request.accepted",
            "exactly 20 documents are refused",
            |q| {
                body(q, "createOnboarding", |b| {
                    if b.get("documentIds")
                        .and_then(Value::as_array)
                        .is_some_and(|list| list.len() == 20)
                    {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-largest-number",
            "request.accepted",
            "an ownershipPercentage of 100 is refused",
            |q| {
                body(q, "createOnboarding", |b| {
                    let whole = |r: &Value| {
                        r.get("ownershipPercentage").and_then(Value::as_f64) == Some(100.0)
                    };
                    if b.get("relationships")
                        .and_then(Value::as_array)
                        .is_some_and(|list| list.iter().any(whole))
                    {
                        spoil(b);
                    }
                });
            },
        ),
        g.ask(
            "refuses-other-offset",
            "request.accepted",
            "times in other offsets than Z are refused",
            |q| {
                for name in ["createdAt[gte]", "createdAt[lte]"] {
                    if q.param(name)
                        .is_some_and(|time| !time.ends_with(['Z', 'z']))
                    {
                        q.set_param(name, "refused");
                    }
                }
            },
        ),
        g.ask(
            "refuses-filter-value",
            "request.accepted",
            "the status `under_review` cannot be asked for",
            |q| {
                if q.is(&["listCustomers"]) && q.param("status") == Some("under_review") {
                    q.set_param("status", "refused");
                }
            },
        ),
        g.ask(
            "refuses-charset",
            "request.accepted",
            "application/json with a charset is refused",
            |q| {
                let with = |value: &axum::http::HeaderValue| {
                    value.to_str().is_ok_and(|text| text.contains("charset"))
                };
                if q.headers.get("content-type").is_some_and(with) {
                    q.headers.insert(
                        "content-type",
                        axum::http::HeaderValue::from_static("text/plain"),
                    );
                }
            },
        ),
        g.ask(
            "refuses-longest-key",
            "request.accepted",
            "an Idempotency-Key of exactly 128 characters is refused",
            |q| {
                if q.headers
                    .get("idempotency-key")
                    .is_some_and(|key| key.len() == 128)
                    && let Ok(long) = axum::http::HeaderValue::from_str(&"k".repeat(129))
                {
                    q.headers.insert("idempotency-key", long);
                }
            },
        ),
        g.ask(
            "refuses-false",
            "request.accepted",
            "autoSubmit may only be true",
            |q| {
                body(q, "createOnboarding", |b| {
                    if b.get("autoSubmit") == Some(&json!(false)) {
                        spoil(b);
                    }
                });
            },
        ),
    ]
}
