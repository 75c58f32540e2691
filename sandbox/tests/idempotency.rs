//! One request, one effect.

mod common;

use common::{Client, start};
use serde_json::json;

#[tokio::test]
async fn a_repeated_write_gets_the_first_answer() {
    let (running, client) = start().await;
    let call = client.call(
        "POST",
        "/onboardings",
        Some(json!({ "entityType": "individual", "fullName": "Ada" })),
    );
    let first = client.send(&call).await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (201, None)
    );
    let again = client.send(&call).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (201, Some("true"))
    );
    assert_eq!(again.body, first.body);
    // Members in another order are the same request.
    let mut reordered = client.call("POST", "/onboardings", None);
    reordered.body = Some("{ \"fullName\": \"Ada\",\n \"entityType\": \"individual\" }".to_owned());
    reordered.content_type = Some("application/json");
    reordered.key.clone_from(&call.key);
    assert_eq!(client.send(&reordered).await.body, first.body);
    // Another body, or another operation, is not.
    for (path, body) in [
        (
            "/onboardings".to_owned(),
            Some(json!({ "entityType": "individual", "fullName": "Eve" })),
        ),
        (
            format!("/customers/{}/submit", first.text("/customerId")),
            None,
        ),
    ] {
        let mut other = client.call("POST", &path, body);
        other.key.clone_from(&call.key);
        let refused = client.send(&other).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "duplicate_idempotency_key"),
            "{path}"
        );
    }
    // Keys of another credential are another's.
    let rsa = Client::new(&running.base_url, &running.credentials.rsa);
    let theirs = rsa.send(&call).await;
    assert_eq!(theirs.status, 201);
    assert_ne!(theirs.text("/id"), first.text("/id"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_repeated_deletion_answers_as_the_first_time() {
    let (running, client) = start().await;
    let made = client
        .post(
            "/webhooks/subscriptions",
            json!({ "url": "http://127.0.0.1:9/", "eventTypes": ["account.created"] }),
        )
        .await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    let path = format!("/webhooks/subscriptions/{}", made.text("/id"));
    let call = client.call("DELETE", &path, None);
    assert_eq!(client.send(&call).await.status, 204);
    let again = client.send(&call).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (204, Some("true"))
    );
    assert_eq!(
        client
            .send(&client.call("DELETE", &path, None))
            .await
            .status,
        404
    );
    running.shutdown().await;
}

#[tokio::test]
async fn failures_are_not_remembered_and_a_key_is_needed() {
    let (running, client) = start().await;
    let id = client.get("/customers?status=active&limit=1").await.ids()[0].clone();
    let mut call = client.call("POST", &format!("/customers/{id}/submit"), None);
    assert_eq!(client.send(&call).await.status, 422);
    let draft = client.get("/customers?status=draft&limit=1").await.ids()[0].clone();
    call.path = format!("/customers/{draft}/submit");
    assert_eq!(
        client.send(&call).await.status,
        200,
        "the key is free again"
    );
    call.key = None;
    let refused = client.send(&call).await;
    assert_eq!(
        (refused.status, refused.code()),
        (400, "missing_idempotency_key"),
        "{:?}",
        refused.body
    );
    call.key = Some("k".repeat(129));
    assert_eq!(client.send(&call).await.status, 400);
    running.shutdown().await;
}

#[tokio::test]
async fn equal_requests_at_once_take_effect_once() {
    let (running, client) = start().await;
    let before = client.all("/onboardings", 200).await.len();
    let calls: Vec<_> = (0..5)
        .map(|n| {
            client.call(
                "POST",
                "/onboardings",
                Some(json!({ "entityType": "individual", "fullName": format!("P{n}") })),
            )
        })
        .collect();
    let sends = calls
        .iter()
        .flat_map(|call| (0..8).map(|_| client.send(call)));
    let answers = futures::future::join_all(sends).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 || answer.code() == "idempotency_key_in_flight")
    );
    for refused in answers.iter().filter(|answer| answer.status == 409) {
        assert!(refused.header("retry-after").is_some());
    }
    assert_eq!(client.all("/onboardings", 200).await.len(), before + 5);
    running.shutdown().await;
}
