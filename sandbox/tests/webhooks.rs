//! Deliveries: signed, tried again, ended.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use common::{Client, start};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Default)]
struct Inbox {
    received: Mutex<Vec<(HeaderMap, Bytes)>>,
    /// So many deliveries are refused first.
    refuse: AtomicUsize,
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    inbox.received.lock().unwrap().push((headers, body));
    let left = inbox
        .refuse
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
    if left.is_ok() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::NO_CONTENT
    }
}

async fn listen() -> (String, Arc<Inbox>) {
    let inbox = Arc::new(Inbox::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new()
        .fallback(receive)
        .with_state(Arc::clone(&inbox));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, inbox)
}

async fn wait_for(inbox: &Inbox, number: usize) -> Vec<(HeaderMap, Bytes)> {
    for _ in 0..300 {
        let received = inbox.received.lock().unwrap().clone();
        if received.len() >= number {
            return received;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!(
        "{} of {number} deliveries",
        inbox.received.lock().unwrap().len()
    );
}

async fn subscribe(client: &Client, url: &str, types: Value) -> (String, String) {
    let made = client
        .post(
            "/webhooks/subscriptions",
            json!({ "url": url, "eventTypes": types }),
        )
        .await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    (made.text("/id"), made.text("/signingSecret"))
}

fn signature(secret: &str, body: &[u8]) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    aws_lc_rs::hmac::sign(&key, body)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn submit_a_draft(client: &Client) {
    let id = client.get("/customers?status=draft&limit=1").await.ids()[0].clone();
    assert_eq!(
        client.act(&format!("/customers/{id}/submit")).await.status,
        200
    );
}

#[tokio::test]
async fn events_are_delivered_signed_and_logged() {
    let (running, client) = start().await;
    let (url, inbox) = listen().await;
    let (id, secret) = subscribe(&client, &url, json!(["customer.kyb_status_changed"])).await;
    submit_a_draft(&client).await;
    // not_started to pending, pending to approved; the status events are not asked for.
    let received = wait_for(&inbox, 2).await;
    for (headers, body) in &received {
        assert_eq!(
            headers["x-openfx-signature"],
            signature(&secret, body).as_str()
        );
        let event: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(event["type"], "customer.kyb_status_changed");
        assert_eq!(headers["x-openfx-event-id"], event["id"].as_str().unwrap());
        let log = client
            .all("/events?type=customer.kyb_status_changed", 200)
            .await;
        assert!(log.contains(&event), "the log tells the same");
    }
    let rotated = client
        .act(&format!("/webhooks/subscriptions/{id}/rotate-secret"))
        .await;
    let secret = rotated.text("/signingSecret");
    submit_a_draft(&client).await;
    let (headers, body) = wait_for(&inbox, 3).await.remove(2);
    assert_eq!(
        headers["x-openfx-signature"],
        signature(&secret, &body).as_str()
    );
    wait_for(&inbox, 4).await;
    let listed = client.all("/webhooks/subscriptions", 200).await;
    assert!(listed.iter().all(|one| one.get("signingSecret").is_none()));
    assert_eq!(
        client
            .send(&client.call("DELETE", &format!("/webhooks/subscriptions/{id}"), None))
            .await
            .status,
        204
    );
    submit_a_draft(&client).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        inbox.received.lock().unwrap().len(),
        4,
        "nothing after the deletion"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn a_failed_delivery_is_tried_three_more_times() {
    for (refuse, expected) in [(1, 2), (3, 4), (9, 4)] {
        let (running, client) = start().await;
        let (url, inbox) = listen().await;
        inbox.refuse.store(refuse, Ordering::Relaxed);
        subscribe(&client, &url, json!(["account.created"])).await;
        let customer = client.get("/customers?status=active&limit=1").await.ids()[0].clone();
        let new = json!({ "customerId": customer, "type": "virtual", "currency": "EUR" });
        assert_eq!(client.post("/accounts", new).await.status, 201);
        let received = wait_for(&inbox, expected).await;
        assert!(
            received.iter().all(|(_, body)| *body == received[0].1),
            "the same event each time"
        );
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(inbox.received.lock().unwrap().len(), expected);
        running.shutdown().await;
    }
}
