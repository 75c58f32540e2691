//! Moments that nothing else takes up: appointments, bookings and the like may not overlap.

use super::Context;
use crate::exchange::Exchange;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::sync::atomic::Ordering;

/// Words of refusals that speak of a time that is taken.
const TAKEN: [&str; 10] = [
    "overlap",
    "time slot",
    "timeslot",
    "slot is",
    "double-book",
    "double book",
    "already booked",
    "is booked",
    "occupied",
    "at that time",
];
/// Another run begins somewhere in so many weeks from now on.
const WEEKS: i64 = 300;

/// Whether a refusal says that the time is taken that was asked for.
pub(super) fn says_taken(exchange: &Exchange) -> bool {
    let body = exchange.answer.as_ref().map(|answer| answer.body.as_ref());
    let text = String::from_utf8_lossy(body.unwrap_or_default()).to_lowercase();
    matches!(exchange.status(), Some(400 | 409 | 422)) && TAKEN.iter().any(|it| text.contains(it))
}

impl Context {
    /// How far the moments of the next body are moved: a week further than those of the last, so that they
    /// fall on the same day of the week, and those of one body stay
    /// as far from each other as they were.
    pub(super) fn next_slot(&self) -> SignedDuration {
        let nth = self.fresh.slots.fetch_add(1, Ordering::Relaxed);
        let first = self.fresh.first_slot.get_or_init(|| {
            let now = Timestamp::now().as_second();
            // Far from where a run a little earlier began.
            now.wrapping_mul(7_919).rem_euclid(WEEKS)
        });
        let weeks = i64::try_from(nth % 20_000).unwrap_or(0) + first;
        SignedDuration::from_hours(24 * 7 * weeks)
    }
}

/// Moves every moment in a value, as it is written in UTC; what would lie beyond what can be written stays.
pub(super) fn moved(value: &mut Value, by: SignedDuration) {
    match value {
        Value::String(text) => {
            let moment = text.parse::<Timestamp>().ok();
            let later = moment.and_then(|it| it.checked_add(by).ok());
            if let Some(later) = later {
                *text = later.to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| moved(it, by)),
        Value::Object(members) => members.values_mut().for_each(|it| moved(it, by)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn moments_of_a_body_move_together() {
        let mut body = json!({ "from": "2026-06-30t10:00:00z", "to": "2026-06-30T13:00:00+02:00", "on": "2026-06-30", "n": 7 });
        moved(&mut body, SignedDuration::from_hours(48));
        assert_eq!(
            body,
            json!({ "from": "2026-07-02T10:00:00Z", "to": "2026-07-02T11:00:00Z", "on": "2026-06-30", "n": 7 })
        );
        let mut last = json!("9999-12-30T00:00:00Z");
        moved(&mut last, SignedDuration::from_hours(48));
        assert_eq!(last, json!("9999-12-30T00:00:00Z"));
    }
}
