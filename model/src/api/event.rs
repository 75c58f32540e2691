//! What an API sends of its own accord.

use super::{Operation, OperationId};

/// A webhook (OAS 3.1 §4.8.1 `webhooks`, or `x-webhooks` of a 3.0 document): the request the API
/// makes to whoever subscribed.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its key in the document, for example `customer.status_changed`.
    pub name: String,
    /// The request, whose `path` is empty.
    pub operation: Operation,
}

/// A request that the API makes because of an operation (OAS §4.8.18).
#[derive(Clone, Debug)]
pub struct Callback {
    /// Its key under `callbacks`.
    pub name: String,
    /// The runtime expression that gives its URL: `{$request.body#/callbackUrl}`.
    pub expression: String,
    /// The operation that causes it.
    pub caused_by: OperationId,
    /// The request, whose `path` is empty.
    pub operation: Operation,
}
