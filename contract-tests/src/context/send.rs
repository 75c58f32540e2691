//! Sending: credentials over the final bytes, limits, and every answer judged.

use super::Context;
use crate::{
    auth::Secret,
    check::request::is_long,
    exchange::{Answer, Exchange, Failure},
    finding::Finding,
    request::{Delivery, Request, percent_encode},
    rules::infer::says,
};
use counterpart_model::api::{Method, Operation, SecurityRequirement};
use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

/// How often a 429 or 503 that says when to come back is waited for.
const RETRIES: u32 = 3;
/// What changes the state that a request names between reading it and sending that is waited for so often.
const LATE: u32 = 8;
/// An operation that gave no whole answer in time so often is not asked any more.
const PATIENCE: u32 = 3;
/// A server that answers this quickly is not busy.
const PROMPT: Duration = Duration::from_secs(2);
/// The longest time that is waited for one operation in all.
const WAITED: Duration = Duration::from_secs(120);
/// The longest wait for one `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why nothing is sent any more.
pub(super) const SPENT: &str = "the budget of requests is used up (--max-requests)";

impl Context {
    /// Sends a request, waits for its whole answer, and lets every response check look at it.
    ///
    /// A 429 that names a time is waited for and tried again: being slowed down is no finding.
    pub async fn send(&self, request: Request) -> Arc<Exchange> {
        let original = request;
        let mut request = self.with_current(original.clone()).await;
        let (mut tries, mut late) = (0, 0);
        loop {
            let exchange = Arc::new(self.send_once(&request).await);
            // Somebody else was quicker: another check that changes the same thing.
            if matches!(exchange.status(), Some(409 | 412)) && request != original && late < LATE {
                let now = self.with_current(original.clone()).await;
                if now != request {
                    (request, late) = (now, late + 1);
                    continue;
                }
            }
            let wait = retry_after(&exchange).filter(|_| tries < RETRIES);
            if let Some(wait) = wait.filter(|wait| self.may_wait(&request, *wait)) {
                tries += 1;
                tokio::time::sleep(wait).await;
                continue;
            }
            if exchange.header("counterpart-mock") == Some("stateless") {
                self.stateless.store(true, Ordering::Relaxed);
            }
            if let Some(traffic) = &self.traffic {
                traffic.add(&exchange);
            }
            self.look_into_break(&exchange).await;
            self.look_into_wait(&exchange).await;
            if !self.watch(&exchange).await {
                self.observe(&exchange);
            }
            return exchange;
        }
    }

    /// Whether so much time is left to wait for an operation that asks to come back later.
    fn may_wait(&self, request: &Request, wait: Duration) -> bool {
        let Some(id) = &request.operation else {
            return true;
        };
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = waits.entry(id.clone()).or_default();
        *waited += wait;
        *waited <= WAITED
    }

    /// Why an operation is not asked any more: it had asked to come back later for too long.
    fn limited(&self, request: &Request) -> Option<String> {
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = request.operation.as_ref().and_then(|id| waits.get(id))?;
        (*waited > WAITED).then(|| {
            format!(
                "it was answered with 429 until {} s had been waited for (rate limit)",
                WAITED.as_secs()
            )
        })
    }

    pub(super) async fn send_once(&self, request: &Request) -> Exchange {
        self.send_over(request, false).await
    }

    async fn send_over(&self, request: &Request, fresh: bool) -> Exchange {
        let harmed = self.harmed();
        let stopped = self.stopped() || harmed.is_some();
        let number = self.sent.fetch_add(u64::from(!stopped), Ordering::Relaxed) + 1;
        let mut exchange = Exchange {
            number,
            request: request.clone(),
            url: String::new(),
            form: None,
            signed: None,
            sent_headers: Vec::new(),
            answer: Err(Failure::Unsendable(SPENT.to_owned())),
            started: jiff::Timestamp::now(),
            elapsed: Duration::ZERO,
        };
        if stopped {
            let why = harmed.unwrap_or_else(|| "the run stops at what was found".to_owned());
            exchange.answer = Err(Failure::Unsendable(why));
            return exchange;
        }
        // What is deleted at the end was made within the budget.
        let beyond = self.settings.max_requests.is_some_and(|most| number > most);
        if beyond && !self.clearing.load(Ordering::Relaxed) {
            self.exhausted.store(true, Ordering::Relaxed);
            // What is not sent does not count.
            self.sent.fetch_sub(1, Ordering::Relaxed);
            return exchange;
        }
        if let Some(why) = self.limited(request) {
            exchange.answer = Err(Failure::Unsendable(why));
            return exchange;
        }
        // One that never ends is not waited for again and again.
        let slow = || {
            self.slow
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        };
        let waited = request.operation.as_ref();
        if waited.is_some_and(|id| slow().get(id).is_some_and(|times| *times >= PATIENCE)) {
            exchange.answer = Err(Failure::Unsendable(format!(
                "its response did not come to an end in time, {PATIENCE} times before"
            )));
            return exchange;
        }
        self.pace().await;
        let Ok(_permit) = self.gate.acquire().await else {
            return exchange;
        };
        let written = crate::form::written(&self.api, self.operation_of(request), request);
        let request = written.as_ref();
        if matches!(written, std::borrow::Cow::Owned(_)) {
            exchange.form.clone_from(&request.body);
        }
        let now = jiff::Timestamp::now().as_second();
        let applied = match self.credentials.apply(
            &self.api,
            self.security_of(request),
            request,
            self.target.base_path(),
            now,
        ) {
            Ok(applied) => applied,
            Err(error) => {
                exchange.answer = Err(Failure::Unsendable(error.to_string()));
                return exchange;
            }
        };
        exchange.signed = applied.signed;
        let mut query = request.raw_query();
        let mut shown = query.clone();
        for (name, value) in &applied.query {
            for (text, secret) in [(&mut query, value.expose()), (&mut shown, "***")] {
                if !text.is_empty() {
                    text.push('&');
                }
                text.push_str(&format!(
                    "{}={}",
                    percent_encode(name),
                    percent_encode(secret)
                ));
            }
        }
        let url = |query: &str| {
            let mark = if query.is_empty() { "" } else { "?" };
            format!("{}{}{mark}{query}", self.target.base_url(), request.path)
        };
        let mut headers: Vec<(String, Secret)> = self
            .settings
            .headers
            .iter()
            .map(|(n, v)| (n.to_lowercase(), v.clone()))
            .collect();
        let plain = |value: &str| Secret::new(value);
        if let Some(content_type) = &request.content_type {
            headers.push(("content-type".to_owned(), plain(content_type)));
        }
        if request.header("accept").is_none() {
            headers.push(("accept".to_owned(), plain("*/*")));
        }
        let public = headers.len();
        headers.extend(
            request
                .headers
                .iter()
                .map(|(n, v)| (n.to_lowercase(), plain(v))),
        );
        let secret_from = headers.len();
        headers.extend(applied.headers);
        // A header the user gave stands for credentials as well, so it is never shown.
        let own = self.settings.headers.len();
        exchange.sent_headers = headers
            .iter()
            .enumerate()
            .map(|(at, (name, value))| {
                let hidden = at < own || at >= secret_from;
                debug_assert!(own <= public);
                (
                    name.clone(),
                    if hidden {
                        "***".to_owned()
                    } else {
                        value.expose().to_owned()
                    },
                )
            })
            .collect();
        exchange.url = url(&shown);
        let exposed: Vec<(String, String)> = headers
            .into_iter()
            .map(|(name, value)| (name, value.expose().to_owned()))
            .collect();
        exchange.started = jiff::Timestamp::now();
        let started = Instant::now();
        exchange.answer = self
            .target
            .send(
                &request.method,
                &url(&query),
                &exposed,
                request.body.clone().map(|body| (body, request.delivery)),
                fresh,
            )
            .await;
        exchange.elapsed = started.elapsed();
        // What is spoiled may still tell what it was made of; answers to anybody else stay as they are.
        if let (Ok(answer), Some(_)) = (&mut exchange.answer, &exchange.request.access.misuse) {
            for (_, value) in exposed.get(secret_from..).unwrap_or_default() {
                mask(answer, value);
            }
        }
        if let (Err(Failure::TimedOut(_)), Some(id)) = (&exchange.answer, waited) {
            *slow().entry(id.clone()).or_default() += 1;
        }
        exchange
    }

    /// An operation that gives no whole answer in time, again and again, while others do.
    async fn look_into_wait(&self, exchange: &Arc<Exchange>) {
        let Some(operation) = self.operation_of(&exchange.request) else {
            return;
        };
        let timed_out = matches!(exchange.answer, Err(Failure::TimedOut(_)));
        let times = || {
            let slow = self.slow.lock().unwrap_or_else(PoisonError::into_inner);
            slow.get(&operation.id).copied().unwrap_or_default()
        };
        // What makes something may take its time.
        if !timed_out || times() < PATIENCE || takes_its_time(operation) {
            return;
        }
        let told = self
            .lock_observed()
            .get(&("server.error", operation.id.clone()))
            .is_some_and(|verdict| !verdict.findings.is_empty());
        let whole =
            exchange.request.delivery == Delivery::Whole && operation.method.is_safe() && !told;
        let Some(control) = self.control().filter(|_| whole) else {
            return;
        };
        let quick = Instant::now();
        let up = self.send_over(&control, true).await.status().is_some();
        if !up || quick.elapsed() > PROMPT {
            return;
        }
        let title = "no answer comes to its end in time";
        self.unanswered(operation, title, "a whole response", exchange);
    }

    /// A connection that ends without an answer may be an accident: twice, while others are answered, it is none.
    async fn look_into_break(&self, exchange: &Arc<Exchange>) {
        let Some(operation) = self.operation_of(&exchange.request) else {
            return;
        };
        let cut = exchange.request.delivery == Delivery::CutOff;
        let broken = matches!(exchange.answer, Err(Failure::Broken(_)));
        if !broken || cut || is_long(&exchange.request) {
            return;
        }
        // A server that has been busy closes many connections at once: neither one of those, nor in such a moment.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let again = self.send_over(&exchange.request, true).await;
        let twice = matches!(again.answer, Err(Failure::Broken(_) | Failure::Connect(_)));
        // Nor is it one where the request had its effect: what was deleted is not there any more.
        let gone = matches!(again.status(), Some(404 | 410)) && operation.method == Method::Delete;
        if gone {
            let mut effects = self.breaks.lock().unwrap_or_else(PoisonError::into_inner);
            *effects.entry(operation.id.clone()).or_default() += 1;
        }
        let effects = || {
            let effects = self.breaks.lock().unwrap_or_else(PoisonError::into_inner);
            effects.get(&operation.id).copied().unwrap_or_default()
        };
        let often = || gone && effects() >= PATIENCE;
        if !(twice || often()) {
            return;
        }
        // Where nobody answers any more, that is the finding.
        let control = self.control();
        let up = match &control {
            Some(control) => self.send_over(control, true).await.status().is_some(),
            None => true,
        };
        let title = if up {
            "the connection ends without an answer"
        } else {
            "the server stops answering"
        };
        self.unanswered(operation, title, "a response", exchange);
    }

    /// Tells of a request that got no whole answer.
    fn unanswered(
        &self,
        operation: &Operation,
        title: &str,
        wanted: &str,
        exchange: &Arc<Exchange>,
    ) {
        let check = "server.error";
        let finding = Finding::new(check, &operation.id, title)
            .promise("a server answers every request", &operation.origin)
            .expected(wanted, exchange.status_text())
            .cause(format!("{check} {} {title}", operation.id))
            .step(exchange);
        self.found(std::slice::from_ref(&finding));
        let mut observed = self.lock_observed();
        let verdict = observed.entry((check, operation.id.clone())).or_default();
        verdict.fail(finding);
    }

    fn security_of(&self, request: &Request) -> &[SecurityRequirement] {
        match self.operation_of(request) {
            Some(operation) => &operation.security,
            // Something the document does not know is asked for with what most operations need.
            None => self
                .api
                .operations
                .iter()
                .map(|operation| operation.security.as_slice())
                .max_by_key(|security| security.iter().map(|one| one.schemes.len()).max())
                .unwrap_or_default(),
        }
    }

    /// The operation a request is for.
    #[must_use]
    pub fn operation_of(&self, request: &Request) -> Option<&Operation> {
        self.api.operation(&request.operation.as_ref()?.0)
    }

    fn observe(&self, exchange: &Arc<Exchange>) {
        let Some(operation) = self.operation_of(&exchange.request) else {
            return;
        };
        if !exchange.url.is_empty() {
            self.seen.exchange(&self.api, operation, exchange);
            self.note_made(operation, exchange);
        }
        let Ok(answer) = &exchange.answer else { return };
        if exchange.succeeded() {
            self.learn(operation, exchange);
        }
        for check in &self.responses {
            let Some(findings) = check.judge(self, operation, exchange, answer) else {
                continue;
            };
            let mut observed = self.lock_observed();
            let verdict = observed
                .entry((check.id(), operation.id.clone()))
                .or_default();
            verdict.cases += 1;
            if check.is_note() && !self.settings.strict {
                verdict.note(findings);
                continue;
            }
            self.found(&findings);
            verdict.findings.extend(findings);
        }
    }
}

/// Whether an operation is there to wait: for events, or for something to happen.
fn takes_its_time(operation: &Operation) -> bool {
    const WORDS: &[&str] = &[
        "stream", "wait", "watch", "poll", "subscri", "tail", "listen",
    ];
    let responses = operation.responses.values();
    let mut media = responses.flat_map(|response| response.content.keys());
    let said = [&operation.summary, &operation.description];
    media.any(|media| media.contains("event-stream"))
        || said.into_iter().flatten().any(|it| says(it, WORDS))
        || operation
            .path
            .split(['/', ':', '_', '-'])
            .any(|it| says(it, WORDS))
}

fn retry_after(exchange: &Exchange) -> Option<Duration> {
    if exchange.status() != Some(429) {
        return None;
    }
    let seconds = exchange
        .header("retry-after")
        .and_then(|text| text.trim().parse().ok());
    Some(Duration::from_secs(seconds.unwrap_or(1)).min(LONGEST_WAIT))
}

/// Takes what a request proved itself with out of the answer, where a server tells it back.
fn mask(answer: &mut Answer, value: &str) {
    /// Shorter words are in many texts.
    const SHORTEST: usize = 10;
    let secret = value.split_whitespace().next_back().unwrap_or_default();
    let time = secret.bytes().all(|byte| byte.is_ascii_digit());
    if secret.len() < SHORTEST || time {
        return;
    }
    for (_, text) in &mut answer.headers {
        if text.contains(secret) {
            *text = text.replace(secret, "***");
        }
    }
    let found = std::str::from_utf8(&answer.body).ok();
    if let Some(text) = found.filter(|text| text.contains(secret)) {
        answer.body = text.replace(secret, "***").into();
    }
}
