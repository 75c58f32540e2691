//! Invalid requests that are accepted: each is mended before anybody judges it.

use super::Group;
use crate::fault::{Asked, Fault};
use axum::http::{HeaderValue, header};
use serde_json::{Map, Value, json};

const PURPOSES: &[&str] = &[
    "operating",
    "payroll",
    "vendor_payments",
    "treasury",
    "collections",
    "disbursement",
    "escrow",
    "other",
];

/// Changes the body of a request for one of these operations.
fn body(asked: &mut Asked, operations: &[&str], change: impl FnOnce(&mut Map<String, Value>)) {
    if asked.is(operations) {
        asked.edit(change);
    }
}

/// Changes a member of a body that is text.
fn text(object: &mut Map<String, Value>, name: &str, change: impl FnOnce(&str) -> Option<String>) {
    if let Some(Value::String(old)) = object.get(name)
        && let Some(new) = change(old)
    {
        object.insert(name.to_owned(), Value::String(new));
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

pub(super) fn faults() -> Vec<Fault> {
    let mut all = members();
    all.extend(texts());
    all.extend(collections());
    all.extend(transport());
    all
}

fn members() -> Vec<Fault> {
    let g = Group("request validation");
    const ACCOUNT: &[&str] = &["createAccount"];
    const ONBOARDING: &[&str] = &["createOnboarding"];
    vec![
        g.ask(
            "accepts-missing-name",
            "request.rejected",
            "a business without legalName is accepted",
            |q| {
                body(q, ONBOARDING, |b| {
                    if b.get("entityType") == Some(&json!("business")) {
                        b.entry("legalName").or_insert(json!("Unnamed"));
                    }
                });
            },
        ),
        g.ask(
            "accepts-missing-currency",
            "request.rejected",
            "an account without currency is in US dollars",
            |q| {
                body(q, ACCOUNT, |b| {
                    if matches!(
                        b.get("type").and_then(Value::as_str),
                        Some("demand_deposit" | "virtual")
                    ) {
                        b.entry("currency").or_insert(json!("USD"));
                    }
                });
            },
        ),
        g.ask(
            "accepts-missing-nested",
            "request.rejected",
            "an address without city is accepted",
            |q| {
                body(q, ONBOARDING, |b| {
                    if let Some(Value::Object(address)) = b.get_mut("address") {
                        address.entry("city").or_insert(json!("Unknown"));
                    }
                });
            },
        ),
        g.ask(
            "accepts-further-members",
            "request.rejected",
            "members that the schema does not have are left aside",
            |q| {
                const KNOWN: &[&str] = &[
                    "customerId",
                    "type",
                    "currency",
                    "asset",
                    "chain",
                    "label",
                    "purpose",
                    "metadata",
                ];
                body(q, ACCOUNT, |b| {
                    b.retain(|name, _| KNOWN.contains(&name.as_str()))
                });
            },
        ),
        g.ask(
            "accepts-read-only",
            "request.rejected",
            "a request that sets capabilities is accepted",
            |q| {
                body(q, ONBOARDING, |b| drop(b.remove("capabilities")));
            },
        ),
        g.ask(
            "accepts-wrong-type",
            "request.rejected",
            "a label that is a number or a boolean is turned into text",
            |q| {
                body(q, ACCOUNT, |b| {
                    if let Some(label) = b.get_mut("label")
                        && (label.is_number() || label.is_boolean())
                    {
                        *label = json!(label.to_string());
                    }
                });
            },
        ),
        g.ask(
            "accepts-text-boolean",
            "request.rejected",
            "autoSubmit may be text",
            |q| {
                body(q, ONBOARDING, |b| {
                    if let Some(flag) = b.get_mut("autoSubmit")
                        && flag.is_string()
                    {
                        *flag = json!(flag == "true");
                    }
                });
            },
        ),
        g.ask(
            "accepts-null",
            "request.rejected",
            "members that are null count as absent",
            |q| {
                body(q, ACCOUNT, |b| b.retain(|_, value| !value.is_null()));
            },
        ),
        g.ask(
            "accepts-unknown-enum",
            "request.rejected",
            "a purpose that does not exist becomes `other`",
            |q| {
                body(q, ACCOUNT, |b| {
                    text(b, "purpose", |p| {
                        (!PURPOSES.contains(&p)).then(|| "other".to_owned())
                    })
                });
            },
        ),
        g.ask(
            "accepts-enum-in-capitals",
            "request.rejected",
            "the purpose may be written in capitals",
            |q| {
                body(q, ACCOUNT, |b| {
                    text(b, "purpose", |p| Some(p.to_lowercase()))
                });
            },
        ),
        g.ask(
            "accepts-other-branch",
            "request.rejected",
            "a wallet may also have a currency",
            |q| {
                body(q, ACCOUNT, |b| {
                    if b.get("type") == Some(&json!("wallet")) {
                        b.remove("currency");
                    }
                });
            },
        ),
        g.ask(
            "accepts-impossible-pair",
            "request.rejected",
            "an asset that a chain does not carry becomes USDC",
            |q| {
                body(q, &["createAccount", "createBlockchainAddress"], |b| {
                    let chain = b.get("chain").and_then(Value::as_str).unwrap_or_default();
                    let carried: &[&str] = match chain {
                        "ethereum" => &["USDC", "USDT", "EURC", "PYUSD"],
                        "solana" | "tron" | "polygon" => &["USDC", "USDT"],
                        "base" => &["USDC", "EURC"],
                        _ => &["USDC"],
                    };
                    let carried = carried.to_vec();
                    text(b, "asset", |asset| {
                        let known = ["USDC", "USDT", "EURC", "PYUSD"].contains(&asset);
                        (known && !carried.contains(&asset)).then(|| "USDC".to_owned())
                    });
                });
            },
        ),
        g.ask(
            "accepts-number-above",
            "request.rejected",
            "an ownershipPercentage above 100 becomes 100",
            |q| {
                body(q, ONBOARDING, |b| {
                    share(b, |n| (n > 100.0).then_some(100.0))
                });
            },
        ),
        g.ask(
            "accepts-number-at-open-end",
            "request.rejected",
            "an ownershipPercentage of 0 or less is accepted",
            |q| {
                body(q, ONBOARDING, |b| share(b, |n| (n <= 0.0).then_some(1.0)));
            },
        ),
    ]
}

fn share(body: &mut Map<String, Value>, change: impl Fn(f64) -> Option<f64>) {
    for relationship in body
        .get_mut("relationships")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(number) = relationship.get_mut("ownershipPercentage")
            && let Some(new) = number.as_f64().and_then(&change)
        {
            *number = json!(new);
        }
    }
}

fn texts() -> Vec<Fault> {
    let g = Group("request validation");
    const ACCOUNT: &[&str] = &["createAccount"];
    const ONBOARDING: &[&str] = &["createOnboarding"];
    vec![
        g.ask(
            "accepts-long-label",
            "request.rejected",
            "labels of more than 100 characters are cut",
            |q| {
                body(q, ACCOUNT, |b| {
                    text(b, "label", |l| {
                        (length(l) > 100).then(|| l.chars().take(100).collect())
                    })
                });
            },
        ),
        g.ask(
            "accepts-empty-label",
            "request.rejected",
            "an empty label counts as absent",
            |q| {
                body(q, ACCOUNT, |b| {
                    if b.get("label") == Some(&json!("")) {
                        b.remove("label");
                    }
                });
            },
        ),
        g.ask(
            "accepts-small-currency",
            "request.rejected",
            "a currency may be written in small letters",
            |q| {
                body(q, ACCOUNT, |b| {
                    text(b, "currency", |c| Some(c.to_uppercase()))
                });
            },
        ),
        g.ask(
            "accepts-any-currency",
            "request.rejected",
            "a currency of another form becomes USD",
            |q| {
                body(q, ACCOUNT, |b| {
                    text(b, "currency", |c| {
                        let fits = c.len() == 3 && c.bytes().all(|byte| byte.is_ascii_uppercase());
                        (!fits).then(|| "USD".to_owned())
                    });
                });
            },
        ),
        g.ask(
            "accepts-any-country",
            "request.rejected",
            "a jurisdiction of another form becomes US",
            |q| {
                body(q, ONBOARDING, |b| {
                    text(b, "jurisdiction", |c| {
                        let fits = c.len() == 2 && c.bytes().all(|byte| byte.is_ascii_uppercase());
                        (!fits).then(|| "US".to_owned())
                    });
                });
            },
        ),
        g.ask(
            "accepts-bad-date",
            "request.rejected",
            "a dateOfBirth that is no date is left aside",
            |q| {
                body(q, ONBOARDING, |b| {
                    let bad = b
                        .get("dateOfBirth")
                        .and_then(Value::as_str)
                        .is_some_and(|d| d.parse::<jiff::civil::Date>().is_err() || d.len() != 10);
                    if bad {
                        b.remove("dateOfBirth");
                    }
                });
            },
        ),
        g.ask(
            "accepts-bad-email",
            "request.rejected",
            "an email without @ is left aside",
            |q| {
                body(q, ONBOARDING, |b| {
                    if b.get("email")
                        .and_then(Value::as_str)
                        .is_some_and(|email| !email.contains('@'))
                    {
                        b.remove("email");
                    }
                });
            },
        ),
        g.ask(
            "accepts-bad-url",
            "request.rejected",
            "a webhook URL of any scheme, or of none, is accepted",
            |q| {
                body(q, &["createWebhookSubscription"], |b| {
                    text(b, "url", |u| {
                        let fits = u.starts_with("http://") || u.starts_with("https://");
                        (!fits).then(|| "https://example.com/".to_owned())
                    });
                });
            },
        ),
        g.ask(
            "accepts-long-description",
            "request.rejected",
            "a sourceOfFundsDescription of more than 500 characters is cut",
            |q| {
                body(q, ONBOARDING, |b| {
                    text(b, "sourceOfFundsDescription", |d| {
                        (length(d) > 500).then(|| d.chars().take(500).collect())
                    });
                });
            },
        ),
        g.ask(
            "accepts-long-key",
            "request.rejected",
            "an Idempotency-Key of more than 128 characters is cut",
            |q| {
                if let Some(key) = q.headers.get("idempotency-key")
                    && key.len() > 128
                    && let Ok(cut) =
                        HeaderValue::from_bytes(key.as_bytes().get(..128).unwrap_or_default())
                {
                    q.headers.insert("idempotency-key", cut);
                }
            },
        ),
    ]
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
