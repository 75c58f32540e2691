//! What OpenFX is about: customers and their review, accounts, the ledger, events. The rules are here, each
//! stated once; nothing else moves a resource.

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod customers;
pub(crate) mod entities;
pub(crate) mod events;
pub(crate) mod instructions;
pub(crate) mod ledger;
pub(crate) mod money;
pub(crate) mod onboardings;
pub(crate) mod review;
pub(crate) mod subscriptions;
pub(crate) mod values;

use crate::fault::Faults;
use crate::store::Connection;
use serde_json::{Map, Value};

/// Metadata, as the consumer gave it.
pub(crate) type Metadata = Map<String, Value>;

/// One unit of work on the store: whose it is, and when it happens.
pub(crate) struct Work<'a> {
    /// The connection, in a transaction when something is written.
    pub(crate) connection: &'a mut Connection,
    /// The organisation.
    pub(crate) org: String,
    /// The time, taken after the transaction began, so that times never run backwards along the lists.
    pub(crate) now: i64,
    /// How long each step takes that the system does by itself.
    pub(crate) step_millis: i64,
    /// The rules that are broken on purpose.
    pub(crate) faults: Faults,
}

/// Implements `Record` for a serde type with `id` and `created_at`, whose further columns are given as
/// `"column" => field`.
macro_rules! record {
    ($type:ty, $table:literal, |$self:ident| [$($column:literal => $cell:expr),* $(,)?]) => {
        impl crate::store::record::Record for $type {
            const TABLE: &'static str = $table;

            fn id(&self) -> &str {
                &self.id
            }

            fn columns(&self) -> Vec<(&'static str, crate::store::record::Cell)> {
                let $self = self;
                vec![$(($column, $cell.into())),*]
            }

            fn encode(&self) -> String {
                // Plain data with text keys always becomes JSON.
                serde_json::to_string(self).unwrap_or_default()
            }

            fn decode(body: &str) -> Option<Self> {
                serde_json::from_str(body).ok()
            }
        }
    };
}
pub(crate) use record;

/// RFC 3339 text as milliseconds, for columns; records hold times this crate wrote itself.
pub(crate) fn millis(text: &str) -> i64 {
    crate::clock::millis_of(text).unwrap_or(0)
}
