//! `x-webhook-subscription`: how to be told of events.

use super::{Pointer, RuleError, Stated, of_operation};
use counterpart_model::{Document, api::Operation};
use serde::Deserialize;
use serde_json::Value;

/// The extension.
pub(crate) const NAME: &str = "x-webhook-subscription";

/// How to subscribe.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Where in the request the URL stands.
    pub url: Pointer,
    /// Where in the request the list of event types stands.
    pub events: Option<Pointer>,
    /// What stands for every event type.
    pub all: Option<Value>,
    /// Where in the answer the subscription's id stands.
    pub id: Option<Pointer>,
    /// Where in the answer the signing secret stands.
    pub secret: Option<Pointer>,
    /// The operation that ends a subscription.
    pub delete: Option<String>,
    /// The operation that makes a new secret.
    pub rotate: Option<String>,
    /// The log of events.
    pub event_log: Option<EventLog>,
    /// How often a failed delivery is tried again.
    pub retries: Option<u32>,
    /// Within how many seconds after a delivery failed it is tried again.
    pub retry_within: Option<u32>,
}

/// The log of events.
#[derive(Clone, Debug, Deserialize)]
pub struct EventLog {
    /// The operation that lists it.
    pub operation: String,
    /// Where in its answer the events stand.
    pub items: Pointer,
    /// Where in an event its id stands.
    pub id: Pointer,
    /// Where in an event its type stands.
    pub r#type: Pointer,
    /// Where in an event the resource stands, as it is after what happened.
    pub snapshot: Option<Pointer>,
    /// Where in an event the old values of what changed stand.
    pub previous: Option<Pointer>,
}

impl Subscription {
    /// Whether the document says of an operation how to subscribe with it.
    #[must_use]
    pub fn is_stated(operation: &Operation) -> bool {
        operation.extensions.contains_key(NAME)
    }

    /// How an operation subscribes, where the document says it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(
        document: Option<&Document>,
        operation: &Operation,
    ) -> Result<Option<Stated<Self>>, RuleError> {
        of_operation(document, operation, NAME)
    }
}
