//! Requests that touch every rule, and their answers with the accidental masked.

use crate::common::{Answer, Client, now};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use openfx_sandbox::Running;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What was received by the listener.
type Inbox = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

struct Script {
    client: Client,
    lines: Vec<String>,
    /// Customers by status, as they were before anything was written.
    customers: Vec<(&'static str, Vec<String>)>,
}

/// Plays the script.
pub(crate) async fn play(running: &Running) -> Vec<String> {
    let client = Client::new(&running.base_url, &running.credentials.write);
    let mut script = Script {
        client,
        lines: Vec::new(),
        customers: Vec::new(),
    };
    for status in [
        "draft",
        "submitted",
        "under_review",
        "active",
        "rejected",
        "suspended",
        "closed",
    ] {
        let page = script
            .client
            .get(&format!("/customers?status={status}&limit=10"))
            .await;
        script.customers.push((status, page.ids()));
    }
    script.lists().await;
    script.resources().await;
    script.auth(running).await;
    script.bodies().await;
    script.metadata().await;
    script.idempotency().await;
    script.states().await;
    script.deliveries().await;
    script.lines
}

impl Script {
    fn note(&mut self, what: &str, answer: &Answer) {
        let mut headers: Vec<String> = Vec::new();
        for name in [
            "content-type",
            "allow",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "idempotency-replayed",
            "retry-after",
        ] {
            if let Some(value) = answer.header(name) {
                let plain = name.starts_with("x-ratelimit")
                    && value.parse::<u32>().is_ok_and(|n| n <= 1_000_000);
                headers.push(format!("{name}: {}", if plain { "N" } else { value }));
            }
        }
        self.lines.push(format!(
            "{what} → {} {headers:?} {}",
            answer.status,
            masked("", &answer.body)
        ));
    }

    async fn get(&mut self, path: &str) -> Answer {
        let answer = self.client.get(path).await;
        self.note(&masked_path(path), &answer);
        answer
    }

    async fn send(&mut self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let answer = self
            .client
            .send(&self.client.call(method, path, body.clone()))
            .await;
        let told = body
            .map(|body| masked("", &body).to_string())
            .unwrap_or_default();
        self.note(&format!("{method} {} {told}", masked_path(path)), &answer);
        answer
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// The pages of a list, in one direction.
    async fn walk(&mut self, path: &str, direction: &str, mut cursor: Option<String>) {
        for _ in 0..12 {
            let from = cursor
                .as_ref()
                .map(|id| format!("&{direction}={id}"))
                .unwrap_or_default();
            let page = self.get(&format!("{path}{from}")).await;
            match page
                .body
                .pointer("/pagination/nextCursor")
                .and_then(Value::as_str)
            {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
    }

    async fn lists(&mut self) {
        for query in [
            "",
            "?limit=1",
            "?limit=200",
            "?limit=120",
            "?limit=7",
            "?limit=0",
            "?limit=201",
            "?limit=-3",
            "?limit=x",
            "?colour=red",
            "?limit=1&limit=2",
            "?limit=0&colour=red",
            "?status=nobody",
        ] {
            self.get(&format!("/customers{query}")).await;
        }
        for status in ["draft", "under_review", "active"] {
            self.get(&format!("/customers?status={status}&limit=5"))
                .await;
        }
        self.walk("/customers?limit=48", "starting_after", None)
            .await;
        self.walk("/customers?status=active&limit=20", "starting_after", None)
            .await;
        let page = self.client.get("/customers?limit=120").await;
        let last = page.ids().last().cloned().unwrap_or_default();
        self.walk("/customers?limit=50", "ending_before", Some(last.clone()))
            .await;
        self.get(&format!(
            "/customers?starting_after={last}&ending_before={last}"
        ))
        .await;
        for unknown in [
            "/customers?starting_after=cus_nobody",
            "/accounts?starting_after=acc_01953e1a5f4b7002",
        ] {
            self.get(unknown).await;
        }
        let account = self.client.get("/accounts?limit=1").await;
        let customer = account.text("/items/0/customerId");
        for query in [
            "type=wallet",
            "status=suspended",
            "type=wallet&status=active",
            &format!("customerId={customer}&type=virtual"),
        ] {
            self.get(&format!("/accounts?limit=5&{query}")).await;
        }
        let all = self.client.get("/transactions?limit=100").await;
        let (first, later) = (
            all.text("/items/10/createdAt"),
            all.text("/items/40/createdAt"),
        );
        self.get(&format!(
            "/transactions?createdAt%5Bgte%5D={first}&createdAt%5Blte%5D={later}"
        ))
        .await;
        self.get(&format!("/transactions?customerId={customer}"))
            .await;
        self.get("/transactions?limit=200").await;
        self.get("/transactions?createdAt%5Bgte%5D=yesterday").await;
        self.get("/transactions?createdAt%5Bgte%5D=2026-03-01T00:00:00%2B02:00&limit=3")
            .await;
        for path in [
            "/events?limit=20",
            "/events?type=account.created&limit=3",
            "/onboardings?limit=30",
            "/webhooks/subscriptions?limit=5",
        ] {
            self.get(path).await;
        }
    }

    async fn resources(&mut self) {
        let customers = self.client.get("/customers?limit=12").await.ids();
        for id in &customers {
            self.get(&format!("/customers/{id}")).await;
        }
        self.get("/customers/cus_nobody").await;
        self.send(
            "PUT",
            &format!(
                "/customers/{}",
                customers.first().cloned().unwrap_or_default()
            ),
            None,
        )
        .await;
        self.send("DELETE", "/customers", None).await;
        let accounts = self.client.get("/accounts?limit=12").await.ids();
        for id in &accounts {
            self.get(&format!("/accounts/{id}")).await;
            self.get(&format!("/accounts/{id}/balances")).await;
            self.get(&format!("/accounts/{id}/account-numbers?limit=6"))
                .await;
            self.get(&format!("/accounts/{id}/blockchain-addresses?limit=2"))
                .await;
        }
        self.get("/accounts/acc_nonsense").await;
        let transaction = self
            .client
            .get("/transactions?limit=1")
            .await
            .ids()
            .first()
            .cloned()
            .unwrap_or_default();
        self.get(&format!("/transactions/{transaction}")).await;
    }

    async fn auth(&mut self, running: &Running) {
        let client = self.client.clone();
        let call = client.call("GET", "/customers?limit=1", None);
        for missing in 0..3 {
            let mut headers = client.signed(&call);
            headers.remove(missing);
            let answer = client.send_with(&call, headers).await;
            self.note(&format!("without credential {missing}"), &answer);
        }
        for (what, at, value) in [
            ("key", 0, "Bearer nobody"),
            ("signature", 2, "AAAA"),
            ("signature", 2, &"A".repeat(86)),
        ] {
            let mut headers = client.signed(&call);
            headers[at].1 = format!("{value}{}", if value.len() == 86 { "==" } else { "" });
            let answer = client.send_with(&call, headers).await;
            self.note(&format!("wrong {what}"), &answer);
        }
        let rsa = Client::new(&running.base_url, &running.credentials.rsa);
        let mut headers = rsa.signed(&call);
        headers[2].1 = "AAAA".to_owned();
        let answer = rsa.send_with(&call, headers).await;
        self.note("wrong rsa signature", &answer);
        let mut headers = client.signed(&call);
        headers[2] =
            Client::new(&running.base_url, &running.credentials.read).signed(&call)[2].clone();
        let answer = client.send_with(&call, headers).await;
        self.note("another key's signature", &answer);
        for drift in [-200, 200] {
            let mut call = client.call("GET", "/customers?limit=1", None);
            call.timestamp = now() + drift;
            let answer = client.send(&call).await;
            self.note(&format!("clock {drift}"), &answer);
        }
        let body = |name: &str| Some(json!({ "entityType": "individual", "fullName": name }));
        for (signed, sent) in [
            (
                client.call("GET", "/accounts", None),
                client.call("GET", "/events", None),
            ),
            (
                client.call("GET", "/events?limit=2", None),
                client.call("GET", "/events?limit=1", None),
            ),
            (
                client.call("POST", "/onboardings", body("Ada")),
                client.call("POST", "/onboardings", body("Eve")),
            ),
            (
                client.call("GET", "/webhooks/subscriptions", None),
                client.call("POST", "/webhooks/subscriptions", None),
            ),
        ] {
            let answer = client.send_with(&sent, client.signed(&signed)).await;
            self.note(&format!("tampered {}", sent.path), &answer);
        }
        let mut headers = client.signed(&call);
        headers[1].1 = (call.timestamp + 1).to_string();
        let answer = client.send_with(&call, headers).await;
        self.note("tampered timestamp", &answer);
        let read = Client::new(&running.base_url, &running.credentials.read);
        let answer = read.post("/onboardings", body("Ada").unwrap()).await;
        self.note("a read key writes", &answer);
        let other = Client::new(&running.base_url, &running.credentials.other_org);
        let id = other
            .get("/customers?limit=1")
            .await
            .ids()
            .first()
            .cloned()
            .unwrap_or_default();
        self.get(&format!("/customers/{id}")).await;
    }
}

include!("writes.rs");
