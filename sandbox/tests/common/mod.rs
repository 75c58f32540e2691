//! A client that signs, for the tests of this crate.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses a part; a test may fail loudly"
)]

use openfx_sandbox::{ApiCredential, Running, Sandbox, signed_message};
use serde_json::Value;
use std::time::Duration;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn code(&self) -> &str {
        self.body
            .pointer("/error/code")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub fn text(&self, pointer: &str) -> String {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    pub fn ids(&self) -> Vec<String> {
        let items = self.body["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

/// Calls as one credential.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub base: String,
    pub credential: ApiCredential,
}

/// One request, yet to be sent.
pub struct Call {
    pub method: String,
    pub path: String,
    pub body: Option<String>,
    pub key: Option<String>,
    pub content_type: Option<&'static str>,
    pub timestamp: i64,
}

pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Client {
    pub fn new(base: &str, credential: &ApiCredential) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: base.to_owned(),
            credential: credential.clone(),
        }
    }

    pub fn call(&self, method: &str, path: &str, body: Option<Value>) -> Call {
        Call {
            method: method.to_owned(),
            path: path.to_owned(),
            content_type: body.as_ref().map(|_| "application/json"),
            body: body.map(|body| body.to_string()),
            key: (method != "GET").then(|| uuid::Uuid::new_v4().to_string()),
            timestamp: now(),
        }
    }

    /// The headers that sign a call.
    pub fn signed(&self, call: &Call) -> Vec<(&'static str, String)> {
        let target = format!("/v1{}", call.path);
        let body = call.body.clone().unwrap_or_default();
        let message = signed_message(
            &call.method,
            &target,
            &call.timestamp.to_string(),
            body.as_bytes(),
        );
        vec![
            (
                "authorization",
                format!("Bearer {}", self.credential.api_key),
            ),
            ("x-timestamp", call.timestamp.to_string()),
            ("x-signature", self.credential.sign(&message).unwrap()),
        ]
    }

    pub async fn send(&self, call: &Call) -> Answer {
        self.send_with(call, self.signed(call)).await
    }

    /// Sends a call with headers that may have been made for another one.
    pub async fn send_with(&self, call: &Call, headers: Vec<(&'static str, String)>) -> Answer {
        let mut request = self.http.request(
            call.method.parse().unwrap(),
            format!("{}{}", self.base, call.path),
        );
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(key) = &call.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(content_type) = call.content_type {
            request = request.header("content-type", content_type);
        }
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(&self.call("GET", path, None)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(&self.call("POST", path, Some(body))).await
    }

    pub async fn act(&self, path: &str) -> Answer {
        self.send(&self.call("POST", path, None)).await
    }

    /// Every item of a list, forward, in pages of a size.
    pub async fn all(&self, path: &str, limit: u32) -> Vec<Value> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self
                .get(&format!("{path}{mark}limit={limit}{cursor}"))
                .await;
            assert_eq!(page.status, 200, "{:?}", page.body);
            items.extend(page.body["items"].as_array().unwrap().iter().cloned());
            match page.body["pagination"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&starting_after={next}"),
                None => return items,
            }
        }
    }

    /// Waits until something holds of what is read.
    pub async fn until(&self, path: &str, holds: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..500 {
            let answer = self.get(path).await;
            if holds(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{path} never got there");
    }
}

/// A sandbox in which everything goes fast, and a client that may write.
pub async fn start() -> (Running, Client) {
    start_with(|builder| builder).await
}

pub async fn start_with(
    change: impl FnOnce(openfx_sandbox::Builder) -> openfx_sandbox::Builder,
) -> (Running, Client) {
    let builder = Sandbox::builder()
        .kyb_delay(Duration::from_millis(20))
        .webhook_pause(Duration::from_millis(20));
    let running = change(builder)
        .start(([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    let client = Client::new(&running.base_url, &running.credentials.write);
    (running, client)
}
