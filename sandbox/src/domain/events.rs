//! The log of what happened, and who is told.

use super::subscriptions::Subscription;
use super::{Work, millis, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::fault::{Switch, events::log_of};
use crate::ids;
use crate::store::deliveries;
use crate::store::record::{Cell, find, insert};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An event, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) created_at: String,
    pub(crate) data: Value,
}

record!(Event, "events", |event| [
    "type" => Cell::from(event.kind.as_str()),
    "created_at" => millis(&event.created_at),
]);

/// What an event is about.
pub(crate) struct Subject<'a> {
    /// The kind of resource.
    pub(crate) kind: &'static str,
    /// The resource.
    pub(crate) id: &'a str,
    /// The resource now.
    pub(crate) now: Value,
}

/// Logs an event and puts it into the queue of everybody who subscribed to its type.
pub(crate) async fn emit(
    work: &mut Work<'_>,
    kind: &'static str,
    subject: Subject<'_>,
    previous: Option<Value>,
) -> Result<(), Failure> {
    let mut data =
        json!({ "resourceType": subject.kind, "resourceId": subject.id, "snapshot": subject.now });
    if let (Some(previous), Some(object)) = (previous, data.as_object_mut()) {
        object.insert("previousAttributes".to_owned(), previous);
    }
    let event = Event {
        id: ids::fresh("evt"),
        kind: kind.to_owned(),
        created_at: rfc3339(work.now),
        data,
    };
    insert(work.connection, log_of(work.faults, &work.org), &event).await?;
    if work.faults.lie(Switch::EventNotSent) {
        return Ok(());
    }
    let cell = Cell::from("active");
    for subscription in find::<Subscription>(work.connection, &work.org, "status", cell).await? {
        if subscription.wants(kind) || work.faults.lie(Switch::AllTypesSent) {
            deliveries::enqueue(work.connection, &event.id, &subscription.id, work.now).await?;
        }
    }
    Ok(())
}
