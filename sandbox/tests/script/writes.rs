impl Script {
    async fn bodies(&mut self) {
        let base = json!({ "entityType": "business", "legalName": "Acme", "jurisdiction": "US" });
        let owner = self.client.get("/onboardings?limit=1").await.text("/items/0/entityId");
        let ids: Vec<String> = (0..21).map(|n| format!("doc_{n}")).collect();
        let share = |n: Value| json!([{ "entityId": owner, "role": "director", "ownershipPercentage": n }]);
        for change in [
            json!({}), json!({ "legalName": null }), json!({ "legalName": "x".repeat(200) }), json!({ "legalName": "Größe" }),
            json!({ "address": { "line1": "x", "postalCode": "1", "country": "US" } }), json!({ "capabilities": [] }),
            json!({ "autoSubmit": "true" }), json!({ "autoSubmit": false }), json!({ "relationships": share(json!(101)) }),
            json!({ "relationships": share(json!(0)) }), json!({ "relationships": share(json!(100)) }),
            json!({ "jurisdiction": "usa" }), json!({ "email": "nobody" }), json!({ "sourceOfFundsDescription": "x".repeat(501) }),
            json!({ "documentIds": ids }), json!({ "documentIds": ids[..20] }), json!({ "legalName": 1, "jurisdiction": 2 }),
        ] {
            self.post("/onboardings", changed(&base, &change)).await;
        }
        let missing = json!({ "entityType": "business", "jurisdiction": "US" });
        self.post("/onboardings", missing).await;
        self.post("/onboardings", json!({ "entityType": "individual", "fullName": "A", "dateOfBirth": "2026-02-31" })).await;
        let customer = self.client.get("/customers?status=active&limit=1").await.ids().first().cloned().unwrap_or_default();
        let base = json!({ "customerId": customer, "type": "virtual", "currency": "EUR", "label": "x", "purpose": "operating" });
        for change in [
            json!({}), json!({ "colour": "red" }), json!({ "label": 1 }), json!({ "label": null }), json!({ "purpose": "fun" }),
            json!({ "purpose": "OPERATING" }), json!({ "purpose": "escrow" }), json!({ "label": "x".repeat(101) }),
            json!({ "label": "x".repeat(100) }), json!({ "label": "" }), json!({ "currency": "eur" }), json!({ "currency": "E1" }),
            json!({ "type": "wallet", "asset": "USDC", "chain": "ink" }), json!({ "type": "demand_deposit" }),
        ] {
            self.post("/accounts", changed(&base, &change)).await;
        }
        self.post("/accounts", json!({ "customerId": customer, "type": "virtual" })).await;
        self.post("/accounts", json!({ "customerId": customer, "type": "virtual", "currency": "EUR" })).await;
        self.post("/accounts", json!({ "customerId": customer, "type": "wallet", "asset": "PYUSD", "chain": "sui" })).await;
        self.post("/accounts", json!({ "customerId": customer, "type": "wallet", "asset": "USDC", "chain": "sui" })).await;
        let hook = json!({ "url": "http://127.0.0.1:9/", "eventTypes": ["onboarding.completed"] });
        for change in [
            json!({ "url": "ftp://x" }), json!({ "eventTypes": [] }), json!({ "eventTypes": ["*", "*"] }), json!({ "eventTypes": ["nothing"] }),
        ] {
            self.post("/webhooks/subscriptions", changed(&hook, &change)).await;
        }
        let individual = json!({ "entityType": "individual", "fullName": "A" });
        for (what, body, content_type, key) in [
            ("text/plain", Some(individual.to_string()), Some("text/plain"), None),
            ("charset", Some(individual.to_string()), Some("application/json; charset=utf-8"), None),
            ("trailing comma", Some("{\"entityType\": \"individual\", \"fullName\": \"A\",}".to_owned()), Some("application/json"), None),
            ("no body", None, None, None),
            ("no key", Some(individual.to_string()), Some("application/json"), Some(String::new())),
            ("long key", Some(individual.to_string()), Some("application/json"), Some("k".repeat(129))),
            ("longest key", Some(individual.to_string()), Some("application/json"), Some("k".repeat(128))),
        ] {
            let mut call = self.client.call("POST", "/onboardings", None);
            (call.body, call.content_type) = (body, content_type);
            if let Some(key) = key {
                call.key = (!key.is_empty()).then_some(key);
            }
            let answer = self.client.send(&call).await;
            self.note(what, &answer);
        }
    }

    async fn metadata(&mut self) {
        let keys = |n: usize| (0..n).map(|k| (format!("Key_{k}"), json!(k.to_string()))).collect::<Map<_, _>>();
        for metadata in [
            json!(keys(50)), json!(keys(51)), json!({ "a": "x".repeat(500) }), json!({ "a": "x".repeat(501) }),
            json!({ "k".repeat(40): "x" }), json!({ "k".repeat(41): "x" }), json!({ "a-b": "x" }), json!({ "a": 1 }), json!({ "a": null }),
        ] {
            let new = json!({ "entityType": "individual", "fullName": "A", "metadata": metadata });
            let made = self.post("/onboardings", new).await;
            if made.status == 201 {
                self.get(&format!("/customers/{}", made.text("/customerId"))).await;
            }
        }
    }

    async fn idempotency(&mut self) {
        let client = self.client.clone();
        let call = client.call("POST", "/onboardings", Some(json!({ "entityType": "individual", "fullName": "Once" })));
        let first = client.send(&call).await;
        let again = client.send(&call).await;
        self.note(&format!("repeated, same: {}", again.body == first.body), &again);
        let mut other = client.call("POST", "/onboardings", Some(json!({ "entityType": "individual", "fullName": "Twice" })));
        other.key.clone_from(&call.key);
        let answer = client.send(&other).await;
        self.note("mismatch", &answer);
        let hook = json!({ "url": "http://127.0.0.1:9/", "eventTypes": ["onboarding.completed"] });
        let id = client.post("/webhooks/subscriptions", hook).await.text("/id");
        let delete = client.call("DELETE", &format!("/webhooks/subscriptions/{id}"), None);
        for _ in 0..2 {
            let answer = client.send(&delete).await;
            self.note("deletion", &answer);
        }
        let active = client.get("/customers?status=active&limit=1").await.ids().first().cloned().unwrap_or_default();
        let draft = client.get("/customers?status=draft&limit=1").await.ids().first().cloned().unwrap_or_default();
        let mut submit = client.call("POST", &format!("/customers/{active}/submit"), None);
        client.send(&submit).await;
        submit.path = format!("/customers/{draft}/submit");
        let answer = client.send(&submit).await;
        self.note("key after a failure", &answer);
        let call = client.call("POST", "/onboardings", Some(json!({ "entityType": "individual", "fullName": "Many" })));
        let answers = futures::future::join_all((0..6).map(|_| client.send(&call))).await;
        let mut ids: Vec<String> = answers.iter().map(|a| a.text("/id")).filter(|id| !id.is_empty()).collect();
        ids.sort();
        ids.dedup();
        self.lines.push(format!("at once: {}", ids.len()));
    }

    async fn states(&mut self) {
        for (_, ids) in self.customers.clone() {
            // Not the first one, which other steps have used.
            let Some(id) = ids.get(2).cloned() else { continue };
            let answer = self.send("POST", &format!("/customers/{id}/submit"), None).await;
            if answer.status == 200 {
                self.get(&format!("/customers/{id}")).await;
            }
            self.post("/accounts", json!({ "customerId": id, "type": "virtual", "currency": "EUR" })).await;
        }
        let active = self.customers.iter().find(|(status, _)| *status == "active");
        let active = active.map(|(_, ids)| ids.clone()).unwrap_or_default();
        for id in active {
            self.post("/accounts", json!({ "customerId": id, "type": "virtual", "currency": "EUR" })).await;
        }
        let accounts = self.client.get("/accounts?limit=40").await;
        for account in accounts.body["items"].as_array().cloned().unwrap_or_default() {
            let path = format!("/accounts/{}", account["id"].as_str().unwrap_or_default());
            let pair = json!({ "asset": account["asset"].as_str().unwrap_or("USDC"), "chain": account["chain"].as_str().unwrap_or("ink") });
            self.post(&format!("{path}/account-numbers"), json!({ "type": "iban" })).await;
            self.post(&format!("{path}/blockchain-addresses"), pair).await;
            self.post(&format!("{path}/blockchain-addresses"), json!({ "asset": "USDC", "chain": "ink" })).await;
        }
        for account in accounts.ids() {
            let closed = self.send("POST", &format!("/accounts/{account}/close"), None).await;
            if closed.status == 200 {
                self.get(&format!("/accounts/{account}")).await;
                self.send("POST", &format!("/accounts/{account}/close"), None).await;
            }
        }
    }

    /// The log, read by somebody who trusts nothing.
    async fn log(&self) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        for _ in 0..8 {
            let page = self.client.get(&format!("/events?type=customer.status_changed&limit=200{cursor}")).await;
            items.extend(page.body["items"].as_array().cloned().unwrap_or_default());
            match page.body.pointer("/pagination/nextCursor").and_then(Value::as_str) {
                Some(next) => cursor = format!("&starting_after={next}"),
                None => break,
            }
        }
        items
    }

    async fn deliveries(&mut self) {
        let inbox = Inbox::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let app = Router::new().fallback(receive).with_state(Arc::clone(&inbox));
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        let hook = json!({ "url": url, "eventTypes": ["customer.status_changed", "customer.kyb_status_changed"] });
        let made = self.client.post("/webhooks/subscriptions", hook).await;
        let (id, mut secret) = (made.text("/id"), made.text("/signingSecret"));
        for round in 0..3 {
            let new = json!({ "entityType": "individual", "fullName": "Watched", "autoSubmit": true });
            let customer = self.client.post("/onboardings", new).await.text("/customerId");
            tokio::time::sleep(Duration::from_millis(260)).await;
            let mut told: Vec<String> = Vec::new();
            for (headers, body) in std::mem::take(&mut *inbox.lock().unwrap()) {
                let event: Value = serde_json::from_slice(&body).unwrap_or_default();
                if event["data"]["resourceId"] != customer.as_str() {
                    told.push("an event of something else".to_owned());
                    continue;
                }
                let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
                told.push(format!(
                    "{} signed {} id {} timestamp {} {}",
                    event["type"],
                    header("x-openfx-signature") == signature(&secret, &body),
                    header("x-openfx-event-id") == event["id"].as_str().unwrap_or_default(),
                    header("x-openfx-timestamp").is_empty(),
                    masked("", &event),
                ));
            }
            told.sort();
            self.lines.push(format!("deliveries {round}: {told:#?}"));
            let log = self.log().await;
            let mine = log.iter().filter(|e| e["data"]["resourceId"] == customer.as_str());
            self.lines.push(format!("log {round}: {:?}", mine.map(|e| masked("", e).to_string()).collect::<Vec<_>>()));
            if round == 0 {
                let rotated = self.client.act(&format!("/webhooks/subscriptions/{id}/rotate-secret")).await;
                self.note("rotated", &rotated);
                secret = rotated.text("/signingSecret");
            }
            if round == 1 {
                self.client.send(&self.client.call("DELETE", &format!("/webhooks/subscriptions/{id}"), None)).await;
            }
        }
        server.abort();
    }
}

/// Refuses each delivery the first time, so that it is tried again.
async fn receive(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut received = inbox.lock().unwrap();
    let again = received.iter().any(|(_, known)| *known == body);
    received.push((headers, body));
    if again { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    aws_lc_rs::hmac::sign(&key, body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An object with members replaced; `null` takes one away.
fn changed(base: &Value, change: &Value) -> Value {
    let mut object = base.as_object().unwrap().clone();
    for (name, value) in change.as_object().unwrap() {
        object.insert(name.clone(), value.clone());
    }
    if object.get("type") == Some(&json!("wallet")) && change.get("currency").is_none() && change.get("asset").is_some() {
        object.insert("currency".to_owned(), json!("EUR"));
    }
    Value::Object(object)
}

/// A path whose fresh identifiers are masked.
fn masked_path(path: &str) -> String {
    path.split_inclusive(['/', '=', '&', '?']).map(|part| mask_text(part.trim_end_matches(['/', '=', '&', '?']))).collect::<Vec<_>>().join("|")
}

fn masked(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), masked(name, value))).collect(),
        Value::Array(list) => list.iter().map(|value| masked(name, value)).collect(),
        Value::String(text) if matches!(name, "address" | "iban" | "accountNumberLast4" | "sortCode") => {
            json!(text.chars().map(|c| if c.is_ascii_alphanumeric() { 'x' } else { c }).collect::<String>())
        }
        Value::String(text) if name == "signingSecret" => json!(format!("{} of {}", &text[..text.len().min(6)], text.len())),
        // Only when it happened differs, not how it is written.
        Value::String(text) if name.ends_with("At") && text.parse::<jiff::Timestamp>().is_ok_and(|t| t.as_second() > now() - 3_600) => {
            json!(format!("now{}", &text[text.len() - 1..]))
        }
        Value::String(text) => json!(mask_text(text)),
        other => other.clone(),
    }
}

/// A text that is an identifier made during this run, masked.
fn mask_text(text: &str) -> String {
    let fresh = |digits: &str| {
        digits.len() == 32
            && i64::from_str_radix(&digits[..12], 16).is_ok_and(|millis| millis / 1000 > now() - 3_600)
    };
    match text.split_once('_') {
        Some((prefix, digits)) if digits.is_ascii() && fresh(digits) => format!("{prefix}_fresh"),
        _ => text.replace("127.0.0.1", "localhost"),
    }
}
