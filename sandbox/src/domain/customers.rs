//! Customers: what a person or a business can do on this program.

use super::events::{self, Subject};
use super::onboardings;
use super::values::{Capability, CustomerStatus, EntityType, KybStatus};
use super::{Metadata, Work, millis, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::fault::Switch;
use crate::store::record::{Cell, get, update};
use crate::store::tasks;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A customer, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) entity_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: EntityType,
    pub(crate) status: CustomerStatus,
    pub(crate) kyb_status: KybStatus,
    pub(crate) capabilities: Vec<Capability>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_of_funds: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_of_funds_description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

record!(Customer, "customers", |customer| [
    "entity_id" => Cell::from(customer.entity_id.as_str()),
    "status" => Cell::from(customer.status.as_str()),
    "created_at" => millis(&customer.created_at),
]);

impl Customer {
    /// Whether the customer may do something.
    pub(crate) fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }
}

/// The customer of an id.
pub(crate) async fn load(work: &mut Work<'_>, id: &str) -> Result<Customer, Failure> {
    get(work.connection, &work.org, id)
        .await?
        .ok_or_else(|| Failure::not_found("customer"))
}

/// Submits a draft for review.
pub(crate) async fn submit(work: &mut Work<'_>, id: &str) -> Result<Customer, Failure> {
    let before = load(work, id).await?;
    let terminal = matches!(
        before.status,
        CustomerStatus::Rejected | CustomerStatus::Closed
    );
    let lenient = work.faults.lie(Switch::SubmitAnyState) && !terminal
        || work.faults.lie(Switch::TerminalRevived) && terminal;
    if before.status != CustomerStatus::Draft && !lenient {
        return Err(Failure::unprocessable(
            "invalid_state_transition",
            "Only a draft can be submitted.",
        ));
    }
    let mut after = before.clone();
    after.status = CustomerStatus::Submitted;
    after.kyb_status = KybStatus::Pending;
    if work.faults.lie(Switch::SubmitActivates) {
        after.status = CustomerStatus::Active;
        after.kyb_status = KybStatus::Approved;
    }
    if work.faults.lie(Switch::SubmitSkipsKyb) {
        after.status = CustomerStatus::UnderReview;
    }
    if work.faults.lie(Switch::KybInconsistent) {
        after.kyb_status = KybStatus::NotStarted;
    }
    if work.faults.lie(Switch::SubmitForgotten) {
        return Ok(after);
    }
    let after = change(work, &before, after).await?;
    let due = work.now + work.step_millis;
    tasks::plan(work.connection, &work.org, id, "kyb.begin", due).await?;
    Ok(after)
}

/// Writes a changed customer, tells its onboardings, and logs the events of what changed.
pub(crate) async fn change(
    work: &mut Work<'_>,
    before: &Customer,
    mut after: Customer,
) -> Result<Customer, Failure> {
    after.updated_at = rfc3339(work.now);
    update(work.connection, &after).await?;
    if before.kyb_status != after.kyb_status {
        onboardings::follow(work, &after).await?;
    }
    let previous = previous(before, &after);
    for (field, kind) in [
        ("status", "customer.status_changed"),
        ("kybStatus", "customer.kyb_status_changed"),
    ] {
        if previous.contains_key(field) {
            let subject = Subject {
                kind: "customer",
                id: &after.id,
                now: value(&after),
            };
            events::emit(work, kind, subject, Some(Value::Object(previous.clone()))).await?;
        }
    }
    Ok(after)
}

/// The old values of what changed.
fn previous(before: &Customer, after: &Customer) -> Map<String, Value> {
    let mut previous = Map::new();
    if before.status != after.status {
        previous.insert("status".to_owned(), json!(before.status));
    }
    if before.kyb_status != after.kyb_status {
        previous.insert("kybStatus".to_owned(), json!(before.kyb_status));
    }
    if before.capabilities != after.capabilities {
        previous.insert("capabilities".to_owned(), json!(before.capabilities));
    }
    previous
}

fn value(customer: &Customer) -> Value {
    serde_json::to_value(customer).unwrap_or_default()
}
