//! What the gallery knows.

use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Everything, as the document's own JSON.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) artists: Vec<Value>,
    pub(crate) artworks: Vec<Value>,
    pub(crate) loans: Vec<Value>,
    pub(crate) visits: Vec<Value>,
    pub(crate) patrons: Vec<Value>,
    /// By their names.
    pub(crate) rooms: BTreeMap<String, Value>,
    /// How many loans were forgotten.
    pub(crate) forgotten: usize,
    pub(crate) images: HashMap<String, Bytes>,
    /// Idempotency key → body of the request, and the loan.
    pub(crate) keys: HashMap<String, (Value, Value)>,
    pub(crate) next: u64,
}

impl State {
    /// A gallery in which something has happened before.
    pub(crate) fn seeded() -> Self {
        let mut state = Self::default();
        let countries = ["FR", "DE", "IT", "NL", "ES"];
        let mut names: Vec<String> = ["Ada", "Bo", "Cy", "Di", "Eli", "Fay", "Gus"]
            .iter()
            .flat_map(|first| ["Lark", "Moss", "North"].map(|last| format!("{first} {last}")))
            .collect();
        names.sort();
        for (at, name) in names.iter().enumerate() {
            let at_time = state.now();
            state.artists.push(json!({
                "id": uuid::Uuid::now_v7().to_string(), "name": name, "country": countries[at % 5],
                "born": 1900 + 7 * (at % 12), "active": at % 3 != 0, "created_at": at_time, "updated_at": at_time,
            }));
        }
        for at in 0..26_usize {
            let details = match at % 3 {
                0 => {
                    json!({ "kind": "painting", "width_cm": 40 + at, "height_cm": 30.5, "technique": "oil" })
                }
                1 => json!({ "kind": "sculpture", "weight_kg": 12.5, "material": "bronze" }),
                _ => json!({ "kind": "photograph", "edition": at }),
            };
            let status = ["available", "on_loan", "available", "sold"][at % 4];
            let id = state.artwork_id();
            let created = state.now();
            state.artworks.push(json!({
                "id": id, "title": format!("Study {}", (at * 7) % 26), "artist_name": names[at % 6],
                "status": status, "price": { "amount": 1000 * ((at * 5) % 13), "currency": "EUR" },
                "details": details, "created_at": created, "version": 1,
            }));
        }
        for at in 0..17_u64 {
            let status = ["requested", "approved", "cancelled"][(at % 3) as usize];
            let id = state.loan_id();
            let created = state.now();
            state.loans.push(json!({
                "id": id, "borrower": format!("Museum {at}"), "from": "2026-03-01", "days": 10 + at,
                "insurance": "full", "purpose": null, "status": status, "created_at": created,
            }));
        }
        for at in 0..23_u64 {
            let id = state.count();
            state.visits.push(json!({
                "id": id, "day": format!("2026-0{}-{:02}", 1 + at % 6, 1 + (at * 5) % 28), "visitors": 1 + at,
                "reference": format!("V-{id}"), "guided": at % 2 == 0, "language": (["en", "de", "fr"][(at % 3) as usize]),
            }));
        }
        for at in 0..14_usize {
            let tier = ["friend", "donor", "friend", "founder"][at % 4];
            let id = state.patron_id();
            let since = state.now();
            state.patrons.push(json!({ "type": "patrons", "id": id, "attributes": {
                "name": names[(at * 5) % names.len()], "card": format!("CRD{:05}", 100 + at), "tier": tier,
                "newsletter": at % 2 == 0, "since": since, "status": if at % 5 == 4 { "former" } else { "active" },
            }}));
        }
        for at in 0..9_usize {
            let room = json!({ "title": format!("Room {at}"), "seats": 10 * at });
            state.rooms.insert(format!("hall-{at}"), room);
        }
        state
    }

    pub(crate) fn count(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A moment after all others.
    pub(crate) fn now(&mut self) -> String {
        let count = i64::try_from(self.count()).unwrap_or_default();
        let start = jiff::Timestamp::from_second(1_750_000_000).unwrap_or_default();
        start
            .checked_add(jiff::SignedDuration::from_secs(count * 60))
            .unwrap_or(start)
            .to_string()
    }

    pub(crate) fn artwork_id(&mut self) -> String {
        let mut number = self.count().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut id = String::from("aw_");
        for _ in 0..12 {
            let digit = u32::try_from(number % 36).unwrap_or_default();
            id.push(char::from_digit(digit, 36).unwrap_or('0'));
            number /= 36;
        }
        id
    }

    pub(crate) fn patron_id(&mut self) -> String {
        format!("pt-{:06}", self.count().wrapping_mul(73_687) % 1_000_000)
    }

    pub(crate) fn loan_id(&mut self) -> String {
        format!(
            "ln_{:08}",
            self.count().wrapping_mul(7_368_787) % 100_000_000
        )
    }
}

/// Where a thing with this id stands.
pub(crate) fn position(list: &[Value], id: &str) -> Option<usize> {
    list.iter().position(|item| match &item["id"] {
        Value::String(text) => text == id,
        other => other.as_u64() == id.parse().ok(),
    })
}
