//! Values that belong in an order: what begins comes before what ends, the least before the most. No keyword tells it, and
//! yet servers refuse what is the other way round.

use super::Context;
use crate::rules::infer::{envelope::unwrapped, snake};
use counterpart_model::{Direction, api::SchemaId};
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Number, Value};

/// Words that names of the two ends have: `starts_at` and `ends_at`, `validFrom` and `validTo`.
const ENDS: [(&str, &str); 31] = [
    ("start", "end"),
    ("starts", "ends"),
    ("started", "ended"),
    ("start", "finish"),
    ("started", "finished"),
    ("start", "stop"),
    ("started", "completed"),
    ("start", "due"),
    ("starts", "expires"),
    ("begin", "end"),
    ("begins", "ends"),
    ("began", "ended"),
    ("from", "to"),
    ("from", "until"),
    ("from", "till"),
    ("from", "through"),
    ("since", "until"),
    ("after", "before"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("low", "high"),
    ("lower", "upper"),
    ("lowest", "highest"),
    ("opens", "closes"),
    ("open", "close"),
    ("opening", "closing"),
    ("departure", "arrival"),
    ("in", "out"),
    ("checkin", "checkout"),
    ("issued", "expires"),
    ("earliest", "latest"),
];
/// Pairs that are called otherwise.
const PAIRS: [(&str, &str); 6] = [
    ("not_before", "not_after"),
    ("valid_from", "expires_at"),
    ("issue_date", "due_date"),
    ("issued_at", "due_at"),
    ("issue_date", "expiry_date"),
    ("pickup_at", "return_at"),
];
/// Ends of names of what names something.
const REFERENCES: [&str; 16] = [
    "id", "ids", "uuid", "uid", "key", "code", "number", "no", "name", "account", "address",
    "node", "currency", "city", "country", "zone",
];
/// Pairs whose numbers have an order; others may be of accounts, stations, versions.
const NUMBERS: [(&str, &str); 6] = [
    ("min", "max"),
    ("minimum", "maximum"),
    ("low", "high"),
    ("lower", "upper"),
    ("lowest", "highest"),
    ("start", "end"),
];
/// No more ends than these are looked at in one object.
const MOST_ENDS: usize = 64;
/// Objects are looked into to this depth.
const DEPTH: usize = 6;
/// What is to come, for servers that take nothing else.
const AHEAD: civil::DateTime = civil::date(2031, 3, 4).at(10, 0, 0, 0);
/// And when people were born.
const BORN: civil::Date = civil::date(1990, 5, 17);

impl Context {
    /// An instance in which pairs of ends stand in their order; what stands at this pointer, or around it, stays.
    pub(crate) fn in_order(&self, schema: SchemaId, value: &Value, keep: &str) -> Value {
        let mut ordered = value.clone();
        put_in_order(&mut ordered, "", keep, 0);
        let valid = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        match ordered != *value && valid(&ordered) != valid(value) {
            true => value.clone(),
            false => ordered,
        }
    }

    /// A valid instance in which two ends have changed places, and what they are called; `None` where there are no such ends.
    pub(crate) fn turned_ends(
        &self,
        schema: SchemaId,
        value: &Value,
    ) -> Option<(Value, (String, String))> {
        let (place, _) = unwrapped(&self.api, schema);
        let ordered = self.in_order(schema, value, "-");
        let Value::Object(members) = place.get(&ordered)? else {
            return None;
        };
        ends_among(members.keys())
            .iter()
            .find_map(|(first, second)| {
                let (low, high) = (members.get(first)?, members.get(second)?);
                // Only where it is known which is the lower one.
                apart(high, low, false)?;
                if low.is_number() && !are_numbers(first, second) {
                    return None;
                }
                let mut turned = ordered.clone();
                place.child(first).put(&mut turned, high.clone());
                place.child(second).put(&mut turned, low.clone());
                let valid = self.judge.is_valid(schema, Direction::Request, &turned);
                valid.then(|| (turned, (first.clone(), second.clone())))
            })
    }

    /// A valid instance whose moments are still to come; `None` where that is none, or there are no moments.
    pub(super) fn ahead(&self, schema: SchemaId, value: &Value) -> Option<Value> {
        let mut moved = value.clone();
        move_ahead(&mut moved, "", 0);
        put_in_order(&mut moved, "", "-", 0);
        let valid = self.judge.is_valid(schema, Direction::Request, &moved);
        (valid && moved != *value).then_some(moved)
    }
}

/// The pairs of names of which the second is that of the end of what the first begins. Each name is looked at once: an
/// object may have thousands.
fn ends_among<'n>(names: impl Iterator<Item = &'n String>) -> Vec<(String, String)> {
    let has = |plain: &str, words: &dyn Fn(&str) -> bool| plain.split('_').any(words);
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for name in names {
        let plain = snake(name);
        let first = |it: &str| ENDS.iter().any(|(one, _)| *one == it);
        let second = |it: &str| ENDS.iter().any(|(_, other)| *other == it);
        if has(&plain, &first) || PAIRS.iter().any(|(one, _)| *one == plain) {
            firsts.push((name, plain.clone()));
        }
        if has(&plain, &second) || PAIRS.iter().any(|(_, other)| *other == plain) {
            seconds.push((name, plain));
        }
    }
    firsts.truncate(MOST_ENDS);
    seconds.truncate(MOST_ENDS);
    let mut pairs = Vec::new();
    for (first, one) in &firsts {
        for (second, other) in &seconds {
            if are_ends(one, other) {
                pairs.push(((*first).clone(), (*second).clone()));
            }
        }
    }
    pairs
}

/// Whether the second name, in one spelling, is that of the end of what the first begins.
fn are_ends(first: &str, second: &str) -> bool {
    // What names something has no order: `from_account_id`.
    let named = |name: &str| {
        let tail = name.rsplit('_').next().unwrap_or_default();
        REFERENCES.contains(&tail)
    };
    if named(first) || named(second) {
        return false;
    }
    if PAIRS.contains(&(first, second)) {
        return true;
    }
    let (one, other): (Vec<&str>, Vec<&str>) =
        (first.split('_').collect(), second.split('_').collect());
    let mut differing = one.iter().zip(&other).filter(|(a, b)| a != b);
    let pair = differing.next().filter(|_| one.len() == other.len());
    // The negation of an end is the other one.
    !one.contains(&"not")
        && differing.next().is_none()
        && pair.is_some_and(|(a, b)| ENDS.contains(&(*a, *b)))
}

/// Whether numbers of such names have an order.
fn are_numbers(first: &str, second: &str) -> bool {
    let (first, second) = (snake(first), snake(second));
    let has = |name: &str, word: &str| name.split('_').any(|it| it == word);
    NUMBERS
        .iter()
        .any(|(one, other)| has(&first, one) && has(&second, other))
}

fn put_in_order(value: &mut Value, at: &str, keep: &str, depth: usize) {
    if depth > DEPTH {
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                put_in_order(item, &format!("{at}/{index}"), keep, depth + 1);
            }
        }
        Value::Object(members) => {
            for (first, second) in ends_among(members.keys()) {
                let (Some(low), Some(high)) = (members.get(&first), members.get(&second)) else {
                    continue;
                };
                if low.is_number() && !are_numbers(&first, &second) {
                    continue;
                }
                let place = format!("{at}/{second}");
                let stays = keep == place || keep.starts_with(&format!("{place}/"));
                let Some(moved) = apart(low, high, stays) else {
                    continue;
                };
                members.insert(if stays { first } else { second }, moved);
            }
            for (name, member) in members.iter_mut() {
                put_in_order(member, &format!("{at}/{name}"), keep, depth + 1);
            }
        }
        _ => {}
    }
}

/// Where two ends are not in order: another second one, or another first one where the second one stays.
fn apart(low: &Value, high: &Value, stays: bool) -> Option<Value> {
    if let (Some(a), Some(b)) = (low.as_f64(), high.as_f64()) {
        if a < b {
            return None;
        }
        let moved = if stays { b - 1.0 } else { a + 1.0 };
        // In one piece, as far as it was.
        let whole = low.is_i64() && high.is_i64() || low.is_u64() && high.is_u64();
        return match (whole, low.as_i64(), high.as_i64()) {
            (true, Some(a), Some(b)) => {
                let moved = if stays {
                    b.checked_sub(1)
                } else {
                    a.checked_add(1)
                };
                moved.map(Value::from)
            }
            _ => Number::from_f64(moved).map(Value::Number),
        };
    }
    let (a, b) = (low.as_str()?, high.as_str()?);
    if let (Ok(a), Ok(b)) = (a.parse::<Timestamp>(), b.parse::<Timestamp>()) {
        if a < b {
            return None;
        }
        let hour = SignedDuration::from_hours(1);
        let moved = if stays {
            b.checked_sub(hour)
        } else {
            a.checked_add(hour)
        };
        return Some(Value::String(moved.ok()?.to_string()));
    }
    // A date and time without an offset is no date.
    let is_date = |text: &str| text.len() == 10;
    if let (Ok(a), Ok(b), true) = (
        a.parse::<civil::Date>(),
        b.parse::<civil::Date>(),
        is_date(a) && is_date(b),
    ) {
        if a < b {
            return None;
        }
        let moved = if stays { b.yesterday() } else { a.tomorrow() };
        return Some(Value::String(moved.ok()?.to_string()));
    }
    None
}

fn move_ahead(value: &mut Value, name: &str, depth: usize) {
    match value {
        _ if depth > DEPTH => {}
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| move_ahead(item, name, depth + 1)),
        Value::Object(members) => members
            .iter_mut()
            .for_each(|(name, member)| move_ahead(member, name, depth + 1)),
        Value::String(text) => {
            let name = snake(name);
            let born = name
                .split('_')
                .any(|word| ["birth", "born", "dob", "birthday", "birthdate"].contains(&word));
            let day = if born { BORN } else { AHEAD.date() };
            if text.parse::<Timestamp>().is_ok() {
                *text = format!("{day}T10:00:00Z");
            } else if text.len() == 10 && text.parse::<civil::Date>().is_ok() {
                *text = day.to_string();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ordered(mut value: Value, keep: &str) -> Value {
        put_in_order(&mut value, "", keep, 0);
        value
    }

    #[test]
    fn what_ends_comes_after_what_begins() {
        let event =
            json!({ "starts_at": "2026-06-30t10:00:00z", "ends_at": "2026-02-28T12:34:56Z" });
        let later =
            json!({ "starts_at": "2026-06-30t10:00:00z", "ends_at": "2026-06-30T11:00:00Z" });
        assert_eq!(ordered(event.clone(), ""), later);
        let earlier =
            json!({ "starts_at": "2026-02-28T11:34:56Z", "ends_at": "2026-02-28T12:34:56Z" });
        assert_eq!(ordered(event, "/ends_at"), earlier);
        let equal = json!({ "in": [{ "startDate": "2026-02-28", "endDate": "2026-02-28" }] });
        let apart = json!({ "in": [{ "startDate": "2026-02-28", "endDate": "2026-03-01" }] });
        assert_eq!(ordered(equal, ""), apart);
        let numbers = json!({ "price_min": 7, "price_max": 7 });
        assert_eq!(
            ordered(numbers, ""),
            json!({ "price_min": 7, "price_max": 8 })
        );
        for fine in [
            json!({ "validFrom": "2026-02-28", "validTo": "2026-03-28" }),
            json!({ "from": "EUR", "to": "USD" }),
            json!({ "from_account_id": 12, "to_account_id": 7 }),
            json!({ "from": 12, "to": 7 }),
            json!({ "not_after": "2026-02-28", "not_before": "2026-02-01" }),
            json!({ "start": "2026-02-28", "to": "2026-02-01" }),
        ] {
            assert_eq!(ordered(fine.clone(), ""), fine);
        }
    }

    #[test]
    fn what_is_to_come_is_ahead_and_people_are_born() {
        let mut booking = json!({ "at": "2026-02-28T12:34:56Z", "guest": { "date_of_birth": "2026-02-28" }, "note": "x" });
        move_ahead(&mut booking, "", 0);
        assert_eq!(
            booking,
            json!({ "at": "2031-03-04T10:00:00Z", "guest": { "date_of_birth": "1990-05-17" }, "note": "x" })
        );
    }
}
