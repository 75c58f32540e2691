//! What the deployment knows.

use crate::Options;
use crate::customer::{self, Record};
use counterpart_runtime::Uuid;
use platnova::types::{CreateCustomer, CustomerStatus, UpdateCustomer};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The customers, and who may ask.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    /// Wakes the reviewer.
    pub(crate) wake: Notify,
    kept: Mutex<Kept>,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Oldest first.
    records: Vec<Record>,
    places: HashMap<Uuid, usize>,
    emails: HashMap<String, usize>,
}

#[derive(Debug)]
struct Window {
    ends: jiff::Timestamp,
    used: u32,
}

/// How much of the rate limit is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Unix seconds.
    pub(crate) reset: i64,
}

/// A page of customers, and how many there are in all.
pub(crate) struct Page {
    pub(crate) records: Vec<Record>,
    pub(crate) total: usize,
}

/// What cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is a customer with this email address.
    Exists,
    /// There is no such customer.
    Missing,
}

/// What came of a review.
#[derive(Clone, Debug)]
pub(crate) struct Reviewed {
    pub(crate) record: Record,
    pub(crate) reason: Option<&'static str>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub(crate) fn new(options: Options) -> Self {
        let mut kept = Kept::default();
        for index in 0..options.customers {
            kept.add(customer::sample(index));
        }
        Self {
            options,
            wake: Notify::new(),
            kept: Mutex::new(kept),
            window: Mutex::new(Window {
                ends: jiff::Timestamp::UNIX_EPOCH,
                used: 0,
            }),
        }
    }

    /// Counts a request; `None` where there were too many.
    pub(crate) fn count(&self) -> (Rate, bool) {
        let now = jiff::Timestamp::now();
        let mut window = locked(&self.window);
        if now >= window.ends {
            window.ends = now + jiff::SignedDuration::from_secs(60);
            window.used = 0;
        }
        let limit = self.options.rate_limit.max(1);
        let allowed = window.used < limit;
        window.used = window.used.saturating_add(1);
        let rate = Rate {
            limit,
            remaining: limit.saturating_sub(window.used),
            reset: window.ends.as_second(),
        };
        (rate, allowed)
    }

    /// Adds a customer.
    pub(crate) fn create(&self, body: &CreateCustomer) -> Result<Record, Refused> {
        let mut kept = locked(&self.kept);
        if kept.emails.contains_key(&body.email.to_lowercase()) {
            return Err(Refused::Exists);
        }
        let record = customer::new(body);
        kept.add(record.clone());
        drop(kept);
        self.wake.notify_one();
        Ok(record)
    }

    /// Changes a customer.
    pub(crate) fn update(&self, id: &Uuid, body: &UpdateCustomer) -> Result<Record, Refused> {
        let mut kept = locked(&self.kept);
        let place = *kept.places.get(id).ok_or(Refused::Missing)?;
        let record = kept.records.get_mut(place).ok_or(Refused::Missing)?;
        record.change(body);
        let record = record.clone();
        drop(kept);
        self.wake.notify_one();
        Ok(record)
    }

    /// Reads a customer.
    pub(crate) fn get(&self, id: &Uuid) -> Result<Record, Refused> {
        let kept = locked(&self.kept);
        let place = kept.places.get(id).ok_or(Refused::Missing)?;
        kept.records.get(*place).cloned().ok_or(Refused::Missing)
    }

    /// Reads a page.
    pub(crate) fn page(&self, page: usize, size: usize) -> Page {
        let kept = locked(&self.kept);
        let records = kept
            .records
            .iter()
            .skip(page.saturating_mul(size))
            .take(size);
        Page {
            records: records.cloned().collect(),
            total: kept.records.len(),
        }
    }

    /// Reviews whoever has waited long enough; what came of it, and when the next review is due.
    pub(crate) fn review(&self) -> (Vec<Reviewed>, Option<Duration>) {
        let now = Instant::now();
        let mut done = Vec::new();
        let mut next: Option<Duration> = None;
        for record in &mut locked(&self.kept).records {
            let Some(since) = record.waiting else {
                continue;
            };
            let due = since + self.options.review;
            if due > now {
                let left = due - now;
                next = Some(next.map_or(left, |known| known.min(left)));
                continue;
            }
            let (status, reason) = record.verdict();
            record.status(status);
            if status == CustomerStatus::Active || reason.is_some() {
                done.push(Reviewed {
                    record: record.clone(),
                    reason,
                });
            }
        }
        (done, next)
    }
}

impl Kept {
    fn add(&mut self, record: Record) {
        let place = self.records.len();
        self.places.insert(record.customer.id, place);
        self.emails
            .insert(record.customer.email.to_lowercase(), place);
        self.records.push(record);
    }
}
