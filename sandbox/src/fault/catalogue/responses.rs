//! Answers that break their schema.

use super::Group;
use super::edit::{ACCOUNTS, CUSTOMERS, TRANSACTIONS, each, member};
use crate::fault::Fault;
use serde_json::{Value, json};

pub(super) fn faults() -> Vec<Fault> {
    let g = Group("response schema");
    let null = Group("nullability");
    vec![
        g.answer(
            "schema-required-missing",
            "response.schema",
            "customers come without entityId",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| drop(item.remove("entityId")));
            },
        ),
        g.answer(
            "schema-identity-leaked",
            "response.schema",
            "customers carry the entity's legalName",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    drop(item.insert("legalName".into(), json!("Acme Trading LLC")))
                });
            },
        ),
        g.answer(
            "schema-boolean-as-text",
            "response.schema",
            "hasMore is \"true\" or \"false\" in quotes",
            |q, a, _| {
                if a.ok() && q.is_list() {
                    a.pagination(|page| {
                        let more = page.get("hasMore") == Some(&Value::Bool(true));
                        page.insert("hasMore".into(), Value::String(more.to_string()));
                    });
                }
            },
        ),
        g.answer(
            "schema-amount-as-number",
            "response.schema",
            "amounts of transactions are JSON numbers",
            |q, a, _| {
                each(q, a, TRANSACTIONS, |item| {
                    member(item, "amount", |text| {
                        json!(text.parse::<f64>().unwrap_or(0.0))
                    })
                });
            },
        ),
        g.answer(
            "schema-list-is-bare",
            "response.schema",
            "the account list is an array without an envelope",
            |q, a, _| {
                if a.ok() && q.is(&["listAccounts"]) {
                    let items = a
                        .json()
                        .and_then(|body| body.get("items").cloned())
                        .unwrap_or_default();
                    a.set(&items);
                }
            },
        ),
        g.answer(
            "schema-empty-body",
            "response.content_type",
            "reading an account answers 200 with an empty body",
            |q, a, _| {
                if a.ok() && q.is(&["getAccount"]) {
                    a.raw("");
                }
            },
        ),
        g.answer(
            "schema-cut-off",
            "response.content_type",
            "the body of a transaction breaks off in the middle",
            |q, a, _| {
                if a.ok() && q.is(&["getTransaction"]) {
                    let half = a.body.len() / 2;
                    a.body.truncate(half);
                    a.headers.remove(axum::http::header::CONTENT_LENGTH);
                }
            },
        ),
        g.answer(
            "schema-capability-twice",
            "response.schema",
            "capabilities hold their first element twice",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    if let Some(Value::Array(list)) = item.get_mut("capabilities")
                        && let Some(first) = list.first().cloned()
                    {
                        list.truncate(3);
                        list.push(first);
                    }
                });
            },
        ),
        g.answer(
            "schema-text-too-long",
            "response.schema",
            "sourceOfFundsDescription comes with 501 characters",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    member(item, "sourceOfFundsDescription", |_| json!("x".repeat(501)))
                });
            },
        ),
        g.answer(
            "schema-wallet-without-chain",
            "response.schema",
            "wallets come without their chain",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    if item.get("type") == Some(&json!("wallet")) {
                        item.remove("chain");
                    }
                });
            },
        ),
        g.answer(
            "schema-pair-impossible",
            "response.enum",
            "wallets on ink hold PYUSD, which ink does not carry",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    if item.get("type") == Some(&json!("wallet")) {
                        item.insert("chain".into(), json!("ink"));
                        item.insert("asset".into(), json!("PYUSD"));
                    }
                });
            },
        ),
        g.answer(
            "schema-balance-row-missing",
            "response.schema",
            "balances come without the row `total`",
            |q, a, _| {
                if a.ok() && q.is(&["listAccountBalances"]) {
                    a.items(|items| items.retain(|row| row.get("type") != Some(&json!("total"))));
                }
            },
        ),
        g.answer(
            "schema-seventh-item",
            "response.schema",
            "only the seventh customer of a page lacks its status",
            |q, a, _| {
                if a.ok() && q.is(&["listCustomers"]) {
                    a.items(|items| {
                        if let Some(Value::Object(item)) = items.get_mut(6) {
                            item.remove("status");
                        }
                    });
                }
            },
        ),
        g.answer(
            "schema-error-flat",
            "response.schema",
            "errors come without the member `error` around them",
            |_, a, _| {
                if let Some(error) = a.json().and_then(|body| body.get("error").cloned()) {
                    a.set(&error);
                }
            },
        ),
        g.answer(
            "schema-error-without-request-id",
            "response.schema",
            "errors come without requestId",
            |_, a, _| {
                a.error(|error| drop(error.remove("requestId")));
            },
        ),
        g.answer(
            "schema-event-without-snapshot",
            "response.schema",
            "events in the log come without their snapshot",
            |q, a, _| {
                each(q, a, &["listEvents"], |item| {
                    if let Some(Value::Object(data)) = item.get_mut("data") {
                        data.remove("snapshot");
                    }
                });
            },
        ),
        g.answer(
            "schema-text-as-list",
            "response.schema",
            "onboardings tell their status as a list",
            |q, a, _| {
                each(q, a, &["listOnboardings", "getOnboarding"], |item| {
                    member(item, "status", |text| json!([text]))
                });
            },
        ),
        null.answer(
            "null-source-of-funds",
            "response.schema",
            "customers have sourceOfFunds null, which is not nullable",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    drop(item.insert("sourceOfFunds".into(), Value::Null))
                });
            },
        ),
        null.answer(
            "null-label",
            "response.schema",
            "accounts without a label have label null",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    item.entry("label").or_insert(Value::Null);
                });
            },
        ),
        null.answer(
            "null-next-cursor-absent",
            "response.schema",
            "nextCursor is left out where it should be null",
            |q, a, _| {
                if a.ok() && q.is_list() {
                    a.pagination(|page| {
                        if page.get("nextCursor") == Some(&Value::Null) {
                            page.remove("nextCursor");
                        }
                    });
                }
            },
        ),
        null.answer(
            "null-as-empty-text",
            "response.schema",
            "linkedTransactionId is \"\" where it should be null",
            |q, a, _| {
                each(q, a, TRANSACTIONS, |item| {
                    if item.get("linkedTransactionId") == Some(&Value::Null) {
                        item.insert("linkedTransactionId".into(), json!(""));
                    }
                });
            },
        ),
    ]
}
