//! Statuses, content types, headers, methods, and servers that break down.

use super::Group;
use crate::fault::{Answer, Asked, Fault};
use axum::http::{StatusCode, header};
use serde_json::json;

/// Replaces an answer with one that tells of a failure on the server.
fn fail(answer: &mut Answer) {
    answer.status = StatusCode::INTERNAL_SERVER_ERROR;
    answer.header("content-type", "text/plain");
    answer.raw("Internal Server Error");
}

/// Whether an answer is an error in the document's shape.
fn is_error(answer: &Answer) -> bool {
    answer
        .json()
        .is_some_and(|body| body.get("error").is_some())
}

pub(super) fn faults() -> Vec<Fault> {
    let mut all = statuses();
    all.extend(content());
    all.extend(methods());
    all.extend(crashes());
    all
}

fn statuses() -> Vec<Fault> {
    let g = Group("status");
    vec![
        g.answer(
            "status-create-200",
            "response.status",
            "creating an account answers 200 in place of 201",
            |q, a, _| {
                if q.is(&["createAccount"]) && a.status == StatusCode::CREATED {
                    a.status = StatusCode::OK;
                }
            },
        ),
        g.answer(
            "status-delete-200",
            "response.status",
            "deleting a subscription answers 200 with a body",
            |q, a, _| {
                if q.is(&["deleteWebhookSubscription"]) && a.status == StatusCode::NO_CONTENT {
                    a.status = StatusCode::OK;
                    a.header("content-type", "application/json");
                    a.set(&json!({ "deleted": true }));
                }
            },
        ),
        g.answer(
            "status-list-206",
            "response.status",
            "a list with more to come answers 206",
            |q, a, _| {
                let more = a
                    .json()
                    .and_then(|body| body.pointer("/pagination/hasMore").cloned());
                if q.is_list() && more == Some(json!(true)) {
                    a.status = StatusCode::PARTIAL_CONTENT;
                }
            },
        ),
        g.answer(
            "status-error-200",
            "response.schema",
            "what is not found answers 200 with the error as body",
            |_, a, _| {
                if a.status == StatusCode::NOT_FOUND && is_error(a) {
                    a.status = StatusCode::OK;
                }
            },
        ),
        g.answer(
            "status-in-body",
            "response.error",
            "the status in an error's body is always 400",
            |_, a, _| {
                a.error(|error| drop(error.insert("status".into(), json!(400))));
            },
        ),
        g.answer(
            "status-type-mismatch",
            "response.error",
            "422 comes with the type of a 400",
            |_, a, _| {
                if a.status == StatusCode::UNPROCESSABLE_ENTITY {
                    a.error(|error| {
                        drop(error.insert("type".into(), json!("invalid_request_error")))
                    });
                }
            },
        ),
        g.answer(
            "status-not-found-403",
            "request.not_found",
            "resources that do not exist answer 403",
            |_, a, _| {
                if a.status == StatusCode::NOT_FOUND && is_error(a) {
                    a.status = StatusCode::FORBIDDEN;
                    a.error(|error| {
                        error.insert("status".into(), json!(403));
                        error.insert("type".into(), json!("authorization_error"));
                        error.insert("code".into(), json!("insufficient_permissions"));
                    });
                }
            },
        ),
    ]
}

fn content() -> Vec<Fault> {
    let t = Group("content type");
    let h = Group("headers");
    vec![
        t.answer(
            "content-type-text",
            "response.content_type",
            "lists come as text/plain",
            |q, a, _| {
                if a.ok() && q.is_list() {
                    a.header("content-type", "text/plain; charset=utf-8");
                }
            },
        ),
        t.answer(
            "content-type-html-errors",
            "response.content_type",
            "errors come as a page of HTML",
            |_, a, _| {
                if is_error(a) {
                    a.header("content-type", "text/html");
                    a.raw("<h1>Something went wrong</h1>");
                }
            },
        ),
        t.answer(
            "content-type-absent",
            "response.content_type",
            "a customer comes without a content type",
            |q, a, _| {
                if a.ok() && q.is(&["getCustomer"]) {
                    a.headers.remove(header::CONTENT_TYPE);
                }
            },
        ),
        t.answer(
            "content-type-problem",
            "response.content_type",
            "errors come as application/problem+json",
            |_, a, _| {
                if is_error(a) {
                    a.header("content-type", "application/problem+json");
                }
            },
        ),
        h.answer(
            "header-limit-not-a-number",
            "response.headers",
            "X-RateLimit-Limit is `unlimited`",
            |_, a, _| {
                a.header("x-ratelimit-limit", "unlimited");
            },
        ),
        h.answer(
            "header-remaining-negative",
            "response.headers",
            "X-RateLimit-Remaining is -1",
            |_, a, _| {
                a.header("x-ratelimit-remaining", "-1");
            },
        ),
        h.answer(
            "header-reset-is-epoch",
            "response.headers",
            "X-RateLimit-Reset is a point in time",
            |_, a, _| {
                a.header("x-ratelimit-reset", "1771857000");
            },
        ),
        h.answer(
            "header-replayed-false",
            "idempotency.replay_header",
            "first answers say Idempotency-Replayed: false",
            |q, a, _| {
                if a.ok() && q.method != "GET" && !a.headers.contains_key("idempotency-replayed") {
                    a.header("idempotency-replayed", "false");
                }
            },
        ),
    ]
}

fn methods() -> Vec<Fault> {
    let g = Group("method");
    vec![
        g.answer(
            "method-answers-200",
            "method.not_allowed",
            "methods that a path does not have answer 200",
            |_, a, _| {
                if a.status == StatusCode::METHOD_NOT_ALLOWED {
                    a.status = StatusCode::OK;
                    a.set(&json!({}));
                }
            },
        ),
        g.answer(
            "method-without-allow",
            "method.not_allowed",
            "405 comes without Allow",
            |_, a, _| {
                a.headers.remove(header::ALLOW);
            },
        ),
        g.answer(
            "method-allow-wrong",
            "method.not_allowed",
            "Allow names methods that the path does not have",
            |_, a, _| {
                if a.headers.contains_key(header::ALLOW) {
                    a.header("allow", "PATCH, PUT");
                }
            },
        ),
        g.ask(
            "method-put-reads",
            "method.not_allowed",
            "PUT of a customer answers as GET does",
            |q| {
                if q.method == "PUT" && q.path.starts_with("/customers/") {
                    q.method = "GET".to_owned();
                }
            },
        ),
    ]
}

fn crashes() -> Vec<Fault> {
    let g = Group("server errors");
    vec![
        g.answer("crash-unknown-id", "server.error", "customers that do not exist answer 500", |q, a, _| {
            if q.is(&["getCustomer"]) && a.status == StatusCode::NOT_FOUND {
                fail(a);
            }
        }),
        g.answer("crash-malformed-json", "server.error", "bodies that are not JSON answer 500", |q: &Asked, a, _| {
            if a.status == StatusCode::BAD_REQUEST && !q.body.is_empty() && q.json().is_none() {
                fail(a);
            }
        }),
        g.answer("crash-wrong-type", "server.error", "a label that is not text answers 500", |q: &Asked, a, _| {
            let label = q.json().and_then(|body| body.get("label").cloned());
            if q.is(&["createAccount"]) && a.status == StatusCode::BAD_REQUEST && label.is_some_and(|l| !l.is_string()) {
                fail(a);
            }
        }),
        g.answer("crash-longest-name", "server.error", "a legalName of 200 characters, the most there may be, answers 500", |q: &Asked, a, _| {
            let name = q.json().and_then(|body| body.get("legalName").and_then(|n| n.as_str()).map(|n| n.chars().count()));
            if q.is(&["createOnboarding"]) && a.ok() && name == Some(200) {
                fail(a);
            }
        }),
        g.answer("crash-largest-limit", "server.error", "limit=200, the most there may be, answers 500", |q, a, _| {
            if q.is(&["listTransactions"]) && q.param("limit") == Some("200") && a.ok() {
                fail(a);
            }
        }),
        g.answer("crash-with-trace", "server.error", "a cursor that names nothing answers 500 with a stack trace", |q, a, _| {
            if q.is(&["listAccounts"]) && a.status == StatusCode::BAD_REQUEST && q.param("starting_after").is_some() {
                fail(a);
                a.raw("thread 'main' panicked at src/page.rs:41\nstack backtrace:\n   0: page::cursor");
            }
        }),
    ]
}
