//! Counts requests of each caller in windows of a minute, and says so on every answer.

use crate::clock::Clock;
use crate::failure::Failure;
use aws_lc_rs::digest;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const WINDOW_SECONDS: i64 = 60;
/// Callers counted one by one; further ones share a count, so that made-up keys cannot fill the memory.
const CALLERS: usize = 10_000;

/// The counts.
#[derive(Clone, Debug)]
pub(crate) struct RateLimiter {
    limit: u32,
    clock: Clock,
    state: Arc<Mutex<Window>>,
}

#[derive(Debug, Default)]
struct Window {
    started: i64,
    counts: HashMap<[u8; 16], u32>,
}

struct Verdict {
    allowed: bool,
    remaining: u32,
    reset: i64,
}

impl RateLimiter {
    /// A limiter that allows so many requests a minute to each caller.
    pub(crate) fn new(limit: u32, clock: Clock) -> Self {
        Self {
            limit,
            clock,
            state: Arc::default(),
        }
    }

    fn count(&self, caller: [u8; 16]) -> Verdict {
        let now = self.clock.seconds();
        let mut window = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now - window.started >= WINDOW_SECONDS || now < window.started {
            *window = Window {
                started: now,
                counts: HashMap::new(),
            };
        }
        let known = window.counts.len() < CALLERS || window.counts.contains_key(&caller);
        let count = window
            .counts
            .entry(if known { caller } else { [0; 16] })
            .or_insert(0);
        *count = count.saturating_add(1);
        Verdict {
            allowed: *count <= self.limit,
            remaining: self.limit.saturating_sub(*count),
            reset: WINDOW_SECONDS - (now - window.started),
        }
    }
}

/// Counts a request and puts the headers on its answer.
pub(crate) async fn run(limiter: RateLimiter, request: Request, next: Next) -> Response {
    // Keys are remembered as digests only.
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let digest = digest::digest(&digest::SHA256, authorization);
    let mut caller = [0; 16];
    caller
        .iter_mut()
        .zip(digest.as_ref())
        .for_each(|(to, from)| *to = *from);
    let verdict = limiter.count(caller);
    let mut response = if verdict.allowed {
        next.run(request).await
    } else {
        let mut refused = Failure::rate_limited().into_response();
        refused
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(verdict.reset));
        refused
    };
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-ratelimit-limit"),
        HeaderValue::from(limiter.limit),
    );
    headers.insert(
        HeaderName::from_static("x-ratelimit-remaining"),
        HeaderValue::from(verdict.remaining),
    );
    headers.insert(
        HeaderName::from_static("x-ratelimit-reset"),
        HeaderValue::from(verdict.reset),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_window_lets_so_many_through_and_then_starts_anew() {
        let seconds = Arc::new(AtomicI64::new(1_000));
        let now = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || {
            jiff::Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap()
        });
        let limiter = RateLimiter::new(2, clock);
        assert!(limiter.count([1; 16]).allowed);
        let second = limiter.count([1; 16]);
        assert!(second.allowed && second.remaining == 0);
        assert!(!limiter.count([1; 16]).allowed);
        assert!(
            limiter.count([2; 16]).allowed,
            "another caller has a count of its own"
        );
        seconds.store(1_059, Ordering::Relaxed);
        let late = limiter.count([1; 16]);
        assert!(!late.allowed && late.reset == 1);
        seconds.store(1_060, Ordering::Relaxed);
        assert!(limiter.count([1; 16]).allowed);
    }
}
