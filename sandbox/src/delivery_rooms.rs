//! What is under way to whom: nobody is sent the same thing twice at once, and no receiver holds up another.

use crate::store::deliveries::Delivery;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;

/// Deliveries under way at once to one origin.
const AT_ONCE: usize = 16;

/// Room for deliveries, for each origin (RFC 6454) its own, so that a slow or dead receiver holds up nobody else.
#[derive(Debug, Default)]
pub(crate) struct Rooms(Mutex<HashMap<String, Weak<Semaphore>>>);

impl Rooms {
    /// The room of a receiver. It is there for as long as somebody uses it or waits for it.
    pub(crate) fn of(&self, url: &url::Url) -> Arc<Semaphore> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = url.origin().ascii_serialization();
        if let Some(room) = rooms.get(&origin).and_then(Weak::upgrade) {
            return room;
        }
        rooms.retain(|_, room| room.strong_count() > 0);
        let room = Arc::new(Semaphore::new(AT_ONCE));
        rooms.insert(origin, Arc::downgrade(&room));
        room
    }
}

/// The event and the subscription of a delivery.
type Key = (String, String);

/// What waits for room or is being sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnderWay(Arc<Mutex<HashSet<Key>>>);

impl UnderWay {
    /// The turn of a delivery; `None` while the same one is under way.
    pub(crate) fn begin(&self, delivery: &Delivery) -> Option<Turn> {
        let key = (delivery.event_id.clone(), delivery.subscription_id.clone());
        self.keys().insert(key.clone()).then(|| Turn {
            key,
            under_way: self.clone(),
        })
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, HashSet<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A delivery that is under way, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    key: Key,
    under_way: UnderWay,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.under_way.keys().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> url::Url {
        url::Url::parse(text).expect("a URL")
    }

    #[test]
    fn each_origin_has_room_of_its_own() {
        let rooms = Rooms::default();
        let full = rooms.of(&url("http://127.0.0.1:1/a"));
        let taken: Vec<_> = (0..AT_ONCE)
            .map(|_| full.try_acquire().expect("room"))
            .collect();
        assert!(
            rooms
                .of(&url("http://127.0.0.1:1/b"))
                .try_acquire()
                .is_err(),
            "the same origin is full"
        );
        assert!(
            rooms.of(&url("http://127.0.0.1:2/a")).try_acquire().is_ok(),
            "another is not"
        );
        drop(taken);
        drop(full);
        let _other = rooms.of(&url("http://127.0.0.1:3/"));
        assert_eq!(
            rooms.0.lock().expect("no panic").len(),
            1,
            "unused rooms are gone"
        );
    }

    #[test]
    fn a_delivery_is_under_way_once() {
        let under_way = UnderWay::default();
        let delivery = Delivery {
            event_id: "e".to_owned(),
            subscription_id: "s".to_owned(),
            org: "o".to_owned(),
            attempts: 0,
        };
        let turn = under_way.begin(&delivery);
        assert!(turn.is_some());
        assert!(under_way.begin(&delivery).is_none());
        drop(turn);
        assert!(under_way.begin(&delivery).is_some());
    }
}
