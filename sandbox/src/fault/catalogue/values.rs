//! Answers whose texts are not what their schemas say: enums, patterns, formats.

use super::Group;
use super::edit::{ACCOUNTS, ADDRESSES, CUSTOMERS, NUMBERS, TRANSACTIONS, each, member};
use crate::fault::Fault;
use serde_json::{Value, json};

pub(super) fn faults() -> Vec<Fault> {
    let mut all = enums();
    all.extend(patterns());
    all
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
