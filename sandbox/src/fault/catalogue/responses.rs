//! Answers that break their schema.

use super::Group;
use crate::fault::{Answer, Asked, Fault};
use serde_json::{Map, Value, json};

const CUSTOMERS: &[&str] = &["listCustomers", "getCustomer", "submitCustomer"];
const ACCOUNTS: &[&str] = &[
    "listAccounts",
    "getAccount",
    "createAccount",
    "closeAccount",
];
const TRANSACTIONS: &[&str] = &["listTransactions", "getTransaction"];
const ADDRESSES: &[&str] = &[
    "listBlockchainAddresses",
    "getBlockchainAddress",
    "createBlockchainAddress",
];
const NUMBERS: &[&str] = &[
    "listAccountNumbers",
    "getAccountNumber",
    "createAccountNumber",
];

/// Changes the resources in successful answers of some operations.
fn each(
    asked: &Asked,
    answer: &mut Answer,
    operations: &[&str],
    change: impl FnMut(&mut Map<String, Value>),
) {
    if answer.ok() && asked.is(operations) {
        answer.resources(change);
    }
}

/// Changes a member that is there.
fn member(object: &mut Map<String, Value>, name: &str, change: impl FnOnce(&str) -> Value) {
    if let Some(Value::String(text)) = object.get(name) {
        let changed = change(text);
        object.insert(name.to_owned(), changed);
    }
}

pub(super) fn faults() -> Vec<Fault> {
    let mut all = schema();
    all.extend(enums());
    all.extend(patterns());
    all
}

fn schema() -> Vec<Fault> {
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
            "response.schema",
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

fn enums() -> Vec<Fault> {
    let g = Group("enums");
    vec![
        g.answer(
            "enum-customer-status",
            "response.enum",
            "customers under review are `in_review`",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    member(item, "status", |s| {
                        json!(if s == "under_review" { "in_review" } else { s })
                    })
                });
            },
        ),
        g.answer(
            "enum-kyb-status-case",
            "response.enum",
            "kybStatus comes in capitals",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    member(item, "kybStatus", |s| json!(s.to_uppercase()))
                });
            },
        ),
        g.answer(
            "enum-capability",
            "response.enum",
            "customers that may use crypto are also given `lending`",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    if let Some(Value::Array(list)) = item.get_mut("capabilities")
                        && let Some(last) = list.iter_mut().find(|one| **one == json!("crypto"))
                    {
                        *last = json!("lending");
                    }
                });
            },
        ),
        g.answer(
            "enum-account-status",
            "response.enum",
            "suspended accounts are `frozen`",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    member(item, "status", |s| {
                        json!(if s == "suspended" { "frozen" } else { s })
                    })
                });
            },
        ),
        g.answer(
            "enum-account-purpose",
            "response.enum",
            "the purpose `operating` is told as `operations`",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    member(item, "purpose", |s| {
                        json!(if s == "operating" { "operations" } else { s })
                    })
                });
            },
        ),
        g.answer(
            "enum-transaction-type",
            "response.enum",
            "fees are told as `charge`",
            |q, a, _| {
                each(q, a, TRANSACTIONS, |item| {
                    member(item, "type", |s| {
                        json!(if s == "fee" { "charge" } else { s })
                    })
                });
            },
        ),
        g.answer(
            "enum-error-type",
            "response.enum",
            "errors of type not_found_error are told as `missing_error`",
            |_, a, _| {
                a.error(|error| {
                    member(error, "type", |s| {
                        json!(if s == "not_found_error" {
                            "missing_error"
                        } else {
                            s
                        })
                    })
                });
            },
        ),
        g.answer(
            "enum-onboarding-status",
            "response.enum",
            "completed onboardings are `done`",
            |q, a, _| {
                each(q, a, &["listOnboardings", "getOnboarding"], |item| {
                    member(item, "status", |s| {
                        json!(if s == "completed" { "done" } else { s })
                    });
                });
            },
        ),
    ]
}

fn patterns() -> Vec<Fault> {
    let g = Group("patterns");
    let f = Group("formats");
    vec![
        g.answer(
            "pattern-entity-id",
            "response.schema",
            "entityId has hyphens",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    member(item, "entityId", |s| json!(s.replacen("ent_", "ent_-", 1)))
                });
            },
        ),
        g.answer(
            "pattern-account-id",
            "response.schema",
            "the digits of account ids come in capitals",
            |q, a, _| {
                each(q, a, &["getAccount", "createAccount"], |item| {
                    member(item, "id", |s| {
                        json!(format!(
                            "acc_{}A",
                            s.trim_start_matches("acc_").to_uppercase()
                        ))
                    });
                });
            },
        ),
        g.answer(
            "pattern-currency",
            "response.schema",
            "currencies of accounts come in small letters",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    member(item, "currency", |s| json!(s.to_lowercase()))
                });
            },
        ),
        g.answer(
            "pattern-amount",
            "response.schema",
            "amounts of balances have thousands separators",
            |q, a, _| {
                each(q, a, &["listAccountBalances"], |item| {
                    member(item, "amount", |s| json!(format!("1,{s}")))
                });
            },
        ),
        g.answer(
            "pattern-address",
            "response.schema",
            "blockchain addresses lose their first two characters",
            |q, a, _| {
                each(q, a, ADDRESSES, |item| {
                    member(item, "address", |s| {
                        json!(format!("{} ", s.chars().skip(2).collect::<String>()))
                    });
                });
            },
        ),
        g.answer(
            "pattern-account-number",
            "response.schema",
            "numbers and IBANs of deposit instructions are printed in groups",
            |q, a, _| {
                each(q, a, NUMBERS, |item| {
                    for name in ["iban", "routingNumber", "sortCode", "accountNumberLast4"] {
                        member(item, name, |s| {
                            json!(format!("{} {}", s.split_at(2).0, s.split_at(2).1))
                        });
                    }
                });
            },
        ),
        g.answer(
            "pattern-error-code",
            "response.schema",
            "error codes come as words with capitals and spaces",
            |_, a, _| {
                a.error(|error| {
                    member(error, "code", |s| json!(s.replace('_', " ").to_uppercase()))
                });
            },
        ),
        g.answer(
            "pattern-offset",
            "response.schema",
            "times end in +00:00 in place of Z",
            |_, a, _| {
                if a.ok() {
                    a.resources(|item| {
                        member(item, "createdAt", |s| json!(s.replace('Z', "+00:00")))
                    });
                }
            },
        ),
        g.answer(
            "pattern-secret",
            "response.schema",
            "signing secrets come without their prefix",
            |q, a, _| {
                each(
                    q,
                    a,
                    &[
                        "createWebhookSubscription",
                        "rotateWebhookSubscriptionSecret",
                    ],
                    |item| {
                        member(item, "signingSecret", |s| {
                            json!(s.trim_start_matches("whsec_"))
                        });
                    },
                );
            },
        ),
        f.answer(
            "format-date-time",
            "response.schema",
            "customers have a space and no T in updatedAt",
            |q, a, _| {
                each(q, a, CUSTOMERS, |item| {
                    member(item, "updatedAt", |s| json!(s.replace('T', " at ")))
                });
            },
        ),
        f.answer(
            "format-impossible-date",
            "response.schema",
            "transactions happen on the 31st of February",
            |q, a, _| {
                each(q, a, TRANSACTIONS, |item| {
                    member(item, "createdAt", |s| {
                        json!(format!(
                            "{}-02-31T{}",
                            s.split_at(4).0,
                            s.split_once('T').map_or("", |p| p.1)
                        ))
                    });
                });
            },
        ),
        f.answer(
            "format-epoch",
            "response.schema",
            "accounts are created at a number of seconds",
            |q, a, _| {
                each(q, a, ACCOUNTS, |item| {
                    member(item, "createdAt", |_| json!(1_771_857_000))
                });
            },
        ),
        f.answer(
            "format-uri",
            "response.schema",
            "webhook subscriptions tell their URL without a scheme",
            |q, a, _| {
                each(
                    q,
                    a,
                    &["createWebhookSubscription", "listWebhookSubscriptions"],
                    |item| {
                        member(item, "url", |s| {
                            json!(s.split_once("://").map_or("", |parts| parts.1))
                        });
                    },
                );
            },
        ),
    ]
}
