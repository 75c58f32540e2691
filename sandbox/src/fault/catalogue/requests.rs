//! Invalid requests that are accepted: each is mended before anybody judges it.

use super::Group;
use crate::fault::{Asked, Fault};
use axum::http::HeaderValue;
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
pub(super) fn body(
    asked: &mut Asked,
    operations: &[&str],
    change: impl FnOnce(&mut Map<String, Value>),
) {
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
