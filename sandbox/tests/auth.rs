//! Who may call, and what a signature covers.

mod common;

use common::{Client, now, start};
use serde_json::json;

#[tokio::test]
async fn each_key_signs_and_each_missing_part_is_refused() {
    let (running, client) = start().await;
    for credential in running.credentials.all() {
        let client = Client::new(&running.base_url, credential);
        assert_eq!(
            client.get("/customers?limit=1").await.status,
            200,
            "{}",
            credential.name
        );
    }
    let call = client.call("GET", "/customers?limit=1", None);
    for missing in 0..3 {
        let mut headers = client.signed(&call);
        headers.remove(missing);
        let answer = client.send_with(&call, headers).await;
        assert_eq!((answer.status, answer.code()), (401, "missing_credentials"));
    }
    let mut headers = client.signed(&call);
    headers[0].1 = "Bearer ofx_sk_sandbox_nobody".to_owned();
    let answer = client.send_with(&call, headers).await;
    assert_eq!((answer.status, answer.code()), (401, "invalid_api_key"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_signature_covers_every_part() {
    let (running, client) = start().await;
    let id = client.get("/customers?status=draft&limit=1").await.ids()[0].clone();
    let body = Some(json!({ "entityType": "individual", "fullName": "Ada" }));
    let other_body = Some(json!({ "entityType": "individual", "fullName": "Eve" }));
    let read = format!("/customers/{id}");
    for (signed, sent) in [
        (
            client.call("GET", "/accounts", None),
            client.call("GET", "/customers", None),
        ),
        (
            client.call("GET", "/customers?limit=1", None),
            client.call("GET", "/customers?limit=2", None),
        ),
        (
            client.call("GET", &format!("{read}/submit"), None),
            client.call("POST", &format!("{read}/submit"), None),
        ),
        (
            client.call("POST", "/onboardings", body),
            client.call("POST", "/onboardings", other_body),
        ),
    ] {
        let answer = client.send_with(&sent, client.signed(&signed)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, "invalid_signature"),
            "{} {}",
            sent.method,
            sent.path
        );
    }
    let call = client.call("GET", &read, None);
    let mut headers = client.signed(&call);
    headers[1].1 = (call.timestamp + 1).to_string();
    assert_eq!(
        client.send_with(&call, headers).await.code(),
        "invalid_signature"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn timestamps_are_taken_within_a_minute() {
    let (running, client) = start().await;
    for (drift, status) in [
        (-300, 401),
        (-62, 401),
        (-58, 200),
        (0, 200),
        (58, 200),
        (62, 401),
        (3_000, 401),
    ] {
        let mut call = client.call("GET", "/customers?limit=1", None);
        call.timestamp = now() + drift;
        let answer = client.send(&call).await;
        assert_eq!(answer.status, status, "{drift}");
        if status == 401 {
            assert_eq!(answer.code(), "stale_timestamp");
        }
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_read_key_does_not_write() {
    let (running, _) = start().await;
    let read = Client::new(&running.base_url, &running.credentials.read);
    let refused = read
        .post(
            "/onboardings",
            json!({ "entityType": "individual", "fullName": "Ada" }),
        )
        .await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, "insufficient_permissions")
    );
    // The role is looked at before the body.
    let refused = read.post("/onboardings", json!({})).await;
    assert_eq!(refused.status, 403);
    running.shutdown().await;
}

#[tokio::test]
async fn what_is_not_documented_is_refused_in_the_documents_shape() {
    let (running, client) = start().await;
    for (method, path, status) in [
        ("PUT", "/customers", 405),
        ("DELETE", "/customers", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/customers/", 404),
    ] {
        let answer = client.send(&client.call(method, path, None)).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(
            answer.body["error"]["status"], status,
            "{method} {path}: {:?}",
            answer.body
        );
        if status == 405 {
            let allow = answer.header("allow").unwrap_or_default();
            assert!(allow.contains("GET") && !allow.contains(method), "{allow}");
        }
    }
    let root = running.base_url.trim_end_matches("/v1");
    let page = client.http.get(format!("{root}/")).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("OpenFX Platform API"));
    let document: serde_json::Value = serde_json::from_str(
        &client
            .http
            .get(format!("{root}/openapi.json"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
    )
    .unwrap();
    assert_eq!(document["openapi"], "3.0.3");
    let control = client
        .http
        .post(format!("{root}/_sandbox/customers/cus_1/kyb"))
        .send()
        .await
        .unwrap();
    assert_eq!(control.status(), 404, "off unless asked for");
    running.shutdown().await;
}
