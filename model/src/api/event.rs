//! What an API sends of its own accord.

use super::Operation;

/// A webhook (OAS 3.1 §4.8.1 `webhooks`, or `x-webhooks` of a 3.0 document): the request the API
/// makes to whoever subscribed.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its key in the document, for example `customer.status_changed`.
    pub name: String,
    /// The request, whose `path` is empty.
    pub operation: Operation,
}
