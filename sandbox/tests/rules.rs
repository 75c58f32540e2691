//! The rules of the document, asked of a running sandbox.

mod common;

use common::{Client, start, start_with};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Onboards a business and waits until its customer can do everything.
async fn customer(client: &Client) -> String {
    let new = json!({ "entityType": "business", "legalName": "Acme", "jurisdiction": "US", "autoSubmit": true });
    let onboarding = client.post("/onboardings", new).await;
    assert_eq!(onboarding.status, 201, "{:?}", onboarding.body);
    let id = onboarding.text("/customerId");
    client
        .until(&format!("/customers/{id}"), |c| {
            c.body["capabilities"]
                .as_array()
                .is_some_and(|l| l.len() == 4)
        })
        .await;
    id
}

#[tokio::test]
async fn an_onboarding_leads_to_an_account_that_takes_deposits() {
    let (running, client) = start_with(|builder| builder.control(true)).await;
    let customer = customer(&client).await;
    let account = client
        .post("/accounts", json!({ "customerId": customer, "type": "demand_deposit", "currency": "USD", "label": "x" }))
        .await;
    assert_eq!(
        (account.status, account.text("/status").as_str()),
        (201, "active")
    );
    let id = account.text("/id");
    for kind in ["us_ach", "us_fedwire", "iban", "uk_sort_code", "virtual"] {
        let number = client
            .post(
                &format!("/accounts/{id}/account-numbers"),
                json!({ "type": kind }),
            )
            .await;
        assert_eq!(
            (number.status, number.text("/type").as_str()),
            (201, kind),
            "{:?}",
            number.body
        );
        let path = format!("/accounts/{id}/account-numbers/{}", number.text("/id"));
        assert_eq!(client.get(&path).await.body, number.body);
    }
    assert_eq!(
        client
            .all(&format!("/accounts/{id}/account-numbers"), 2)
            .await
            .len(),
        5
    );
    // Money in it: it cannot be closed until it is gone.
    let control = format!(
        "{}/_sandbox/accounts/{id}/deposits",
        client.base.trim_end_matches("/v1")
    );
    for (body, closes) in [
        (json!({ "amount": "10.00" }), false),
        (json!({ "amount": "-10.00" }), true),
        (json!({ "amount": "1.50", "pending": true }), false),
        (json!({ "amount": "-1.50", "pending": true }), true),
    ] {
        let answer = client
            .http
            .post(&control)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        if !closes {
            let refused = client.act(&format!("/accounts/{id}/close")).await;
            assert_eq!(
                (refused.status, refused.code()),
                (422, "account_balance_not_zero")
            );
        }
    }
    assert_eq!(
        client
            .all(&format!("/transactions?accountId={id}"), 50)
            .await
            .len(),
        2
    );
    let closed = client.act(&format!("/accounts/{id}/close")).await;
    assert_eq!(
        (closed.status, closed.text("/status").as_str()),
        (200, "closed")
    );
    let again = client.act(&format!("/accounts/{id}/close")).await;
    assert_eq!(
        (again.status, again.code()),
        (422, "invalid_state_transition")
    );
    running.shutdown().await;
}

#[tokio::test]
async fn gates_are_asked_in_the_order_of_the_document() {
    let (running, client) = start().await;
    let accounts = client.all("/accounts?status=active", 200).await;
    let mut codes = HashSet::new();
    for account in &accounts {
        let path = format!("/accounts/{}", account["id"].as_str().unwrap());
        let address = json!({
            "asset": account["asset"].as_str().unwrap_or("USDC"), "chain": account["chain"].as_str().unwrap_or("ink"),
        });
        let number = client
            .post(
                &format!("{path}/account-numbers"),
                json!({ "type": "iban" }),
            )
            .await;
        let address = client
            .post(&format!("{path}/blockchain-addresses"), address)
            .await;
        for answer in [number, address] {
            assert!(matches!(answer.status, 201 | 422), "{:?}", answer.body);
            codes.insert(answer.code().to_owned());
        }
    }
    let expected: HashSet<String> = [
        "",
        "account_type_mismatch",
        "kyb_not_approved",
        "capability_missing",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(codes, expected);
    for (status, code) in [
        ("draft", "customer_not_active"),
        ("suspended", "customer_not_active"),
    ] {
        let page = client
            .get(&format!("/customers?status={status}&limit=1"))
            .await;
        let new = json!({ "customerId": page.ids()[0], "type": "virtual", "currency": "EUR" });
        let refused = client.post("/accounts", new).await;
        assert_eq!((refused.status, refused.code()), (422, code));
    }
    running.shutdown().await;
}

#[tokio::test]
async fn only_a_draft_can_be_submitted() {
    let (running, client) = start().await;
    for status in [
        "draft",
        "submitted",
        "under_review",
        "active",
        "rejected",
        "suspended",
        "closed",
    ] {
        let page = client
            .get(&format!("/customers?status={status}&limit=1"))
            .await;
        let answer = client
            .act(&format!("/customers/{}/submit", page.ids()[0]))
            .await;
        if status == "draft" {
            assert_eq!(
                (answer.status, answer.text("/kybStatus").as_str()),
                (200, "pending")
            );
        } else {
            assert_eq!(
                (answer.status, answer.code()),
                (422, "invalid_state_transition"),
                "{status}"
            );
        }
    }
    running.shutdown().await;
}

#[tokio::test]
async fn reviews_decide_as_asked_and_the_log_tells_each_step() {
    let (running, client) = start().await;
    for (wish, status, kyb) in [
        ("approved", "active", "approved"),
        ("rejected", "rejected", "rejected"),
        ("requires_info", "under_review", "requires_info"),
    ] {
        let new = json!({ "entityType": "individual", "fullName": "Ada", "autoSubmit": true, "metadata": { "sandbox_kyb": wish } });
        let id = client.post("/onboardings", new).await.text("/customerId");
        let shown = client
            .until(&format!("/customers/{id}"), |c| c.body["kybStatus"] == kyb)
            .await;
        assert_eq!(shown.text("/status"), status);
        let events = client
            .all("/events?type=customer.kyb_status_changed", 200)
            .await;
        let event = events
            .iter()
            .rev()
            .find(|e| e["data"]["resourceId"] == id.as_str())
            .unwrap();
        assert_eq!(event["data"]["previousAttributes"]["kybStatus"], "pending");
        assert_eq!(event["data"]["snapshot"]["kybStatus"], kyb);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn lists_can_be_walked_both_ways_while_items_are_added() {
    let (running, client) = start().await;
    let before = client.all("/customers", 200).await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/customers?limit=7{cursor}")).await;
        seen.extend(page.ids());
        // Every page somebody new comes, at the end.
        if seen.len() < 70 {
            client
                .post(
                    "/onboardings",
                    json!({ "entityType": "individual", "fullName": "Late" }),
                )
                .await;
        }
        match page.body["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&starting_after={next}"),
            None => break,
        }
    }
    let distinct: HashSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "nobody twice");
    assert_eq!(seen.len(), before.len() + 9);
    let mut back = Vec::new();
    let mut cursor = seen.last().unwrap().clone();
    loop {
        let page = client
            .get(&format!("/customers?limit=7&ending_before={cursor}"))
            .await;
        back.splice(0..0, page.ids());
        match page.body["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(back, seen[..seen.len() - 1]);
    running.shutdown().await;
}

#[tokio::test]
async fn cursors_are_refused_as_the_document_says() {
    let (running, client) = start().await;
    let id = client.get("/customers?limit=1").await.ids()[0].clone();
    for (query, code) in [
        (
            format!("starting_after={id}&ending_before={id}"),
            "mutually_exclusive_parameters",
        ),
        ("starting_after=cus_nobody".to_owned(), "invalid_cursor"),
        ("ending_before=cus_nobody".to_owned(), "invalid_cursor"),
        ("starting_after=acc_1".to_owned(), "validation_failed"),
        ("limit=0".to_owned(), "validation_failed"),
        ("limit=201".to_owned(), "validation_failed"),
        ("limit=1&limit=2".to_owned(), "validation_failed"),
        ("colour=red".to_owned(), "validation_failed"),
    ] {
        let answer = client.get(&format!("/customers?{query}")).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, code),
            "{query}: {:?}",
            answer.body
        );
        assert!(answer.body["error"]["fieldErrors"].is_array(), "{query}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn time_ranges_include_their_ends() {
    let (running, client) = start().await;
    let all = client.all("/transactions", 200).await;
    let middle = all[all.len() / 2]["createdAt"].as_str().unwrap().to_owned();
    let count = |op: fn(&str, &str) -> bool| {
        all.iter()
            .filter(|t| op(t["createdAt"].as_str().unwrap(), &middle))
            .count()
    };
    let from = client
        .all(&format!("/transactions?createdAt%5Bgte%5D={middle}"), 200)
        .await;
    let until = client
        .all(&format!("/transactions?createdAt%5Blte%5D={middle}"), 200)
        .await;
    assert_eq!(from.len(), count(|a, b| a >= b));
    assert_eq!(until.len(), count(|a, b| a <= b));
    let none = client
        .get("/transactions?createdAt%5Bgte%5D=2031-01-01T00:00:00%2B02:00")
        .await;
    assert_eq!((none.status, none.ids().len()), (200, 0));
    running.shutdown().await;
}

#[tokio::test]
async fn other_organisations_are_not_there() {
    let (running, client) = start().await;
    let other = Client::new(&running.base_url, &running.credentials.other_org);
    let theirs = other.all("/customers", 200).await;
    assert_eq!(theirs.len(), 12);
    let id = theirs[0]["id"].as_str().unwrap();
    assert_eq!(client.get(&format!("/customers/{id}")).await.status, 404);
    assert_eq!(other.get(&format!("/customers/{id}")).await.status, 200);
    assert_eq!(
        client
            .get(&format!("/customers?starting_after={id}"))
            .await
            .code(),
        "invalid_cursor"
    );
    let mine: HashSet<Value> = client
        .all("/customers", 200)
        .await
        .into_iter()
        .map(|c| c["id"].clone())
        .collect();
    assert!(
        theirs
            .iter()
            .all(|customer| !mine.contains(&customer["id"]))
    );
    running.shutdown().await;
}

#[tokio::test]
async fn one_entity_can_be_several_customers_and_identity_stays_out_of_them() {
    let (running, client) = start().await;
    let first = client
        .post(
            "/onboardings",
            json!({ "entityType": "individual", "fullName": "Ada", "email": "a@example.com" }),
        )
        .await;
    let again = json!({ "entityType": "existing", "entityId": first.text("/entityId") });
    let second = client.post("/onboardings", again).await;
    assert_eq!(second.text("/entityId"), first.text("/entityId"));
    assert_ne!(second.text("/customerId"), first.text("/customerId"));
    let customer = client
        .get(&format!("/customers/{}", second.text("/customerId")))
        .await;
    assert_eq!(
        (
            customer.text("/type").as_str(),
            customer.body.get("fullName")
        ),
        ("individual", None)
    );
    let nobody = client
        .post(
            "/onboardings",
            json!({ "entityType": "existing", "entityId": "ent_nobody" }),
        )
        .await;
    assert_eq!(nobody.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn rate_limits_are_told_and_kept() {
    let (running, client) = start_with(|builder| builder.rate_limit(3)).await;
    for left in ["2", "1", "0"] {
        let answer = client.get("/customers?limit=1").await;
        assert_eq!(
            (answer.status, answer.header("x-ratelimit-remaining")),
            (200, Some(left))
        );
    }
    let refused = client.get("/customers?limit=1").await;
    assert_eq!(
        (refused.status, refused.code()),
        (429, "rate_limit_exceeded")
    );
    assert!(
        refused.header("retry-after").is_some() && refused.header("x-ratelimit-reset").is_some()
    );
    let read = Client::new(&running.base_url, &running.credentials.read);
    assert_eq!(read.get("/customers?limit=1").await.status, 200);
    running.shutdown().await;
}
