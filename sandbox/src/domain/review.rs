//! What the system does by itself: the KYB review of a customer, and the progress of an onboarding.
//!
//! A review takes three steps: it begins, it decides, and after an approval it grants the remaining capabilities.
//! How it decides is the consumer's to choose in the sandbox: metadata `sandbox_kyb` may be `rejected` or
//! `requires_info`; everything else is approved.

use super::customers::{self, Customer};
use super::values::{Capability, CustomerStatus, KybStatus, Lifecycle as _};
use super::{Work, onboardings};
use crate::failure::Failure;
use crate::fault::Switch;
use crate::store::tasks::{self, Task};
use serde_json::Value;

/// Takes one step.
pub(crate) async fn step(work: &mut Work<'_>, task: &Task) -> Result<(), Failure> {
    tasks::clear(work.connection, &task.subject_id).await?;
    match task.step.as_str() {
        "kyb.begin" => begin(work, &task.subject_id).await,
        "kyb.decide" => {
            let customer = customers::load(work, &task.subject_id).await?;
            let outcome = match customer.metadata.get("sandbox_kyb").and_then(Value::as_str) {
                Some("rejected") => KybStatus::Rejected,
                Some("requires_info") => KybStatus::RequiresInfo,
                _ => KybStatus::Approved,
            };
            decide(work, customer, outcome).await.map(drop)
        }
        "kyb.extend" => extend(work, &task.subject_id).await,
        _ => onboardings::advance(work, &task.subject_id).await,
    }
}

async fn plan(work: &mut Work<'_>, id: &str, step: &str) -> Result<(), Failure> {
    let due = work.now + work.step_millis;
    Ok(tasks::plan(work.connection, &work.org, id, step, due).await?)
}

async fn begin(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let before = customers::load(work, id).await?;
    if !before.status.can_become(CustomerStatus::UnderReview) {
        return Ok(());
    }
    let mut after = before.clone();
    after.status = CustomerStatus::UnderReview;
    if work.faults.lie(Switch::ReviewJumps) {
        after.status = CustomerStatus::Suspended;
    }
    customers::change(work, &before, after).await?;
    plan(work, id, "kyb.decide").await
}

/// Ends a review, or takes it up again, as far as the lifecycle allows it.
pub(crate) async fn decide(
    work: &mut Work<'_>,
    before: Customer,
    outcome: KybStatus,
) -> Result<Customer, Failure> {
    let status = match (outcome, before.status) {
        (KybStatus::Approved, CustomerStatus::UnderReview | CustomerStatus::Submitted) => {
            CustomerStatus::Active
        }
        (KybStatus::Approved, CustomerStatus::Suspended) => CustomerStatus::Active,
        (KybStatus::Rejected, CustomerStatus::UnderReview | CustomerStatus::Suspended) => {
            CustomerStatus::Rejected
        }
        // An active customer that has to tell more is suspended until it has.
        (KybStatus::RequiresInfo, CustomerStatus::Active) => CustomerStatus::Suspended,
        (KybStatus::RequiresInfo | KybStatus::Pending, status) => status,
        _ => return Err(refused()),
    };
    if !before.kyb_status.can_become(outcome) {
        return Err(refused());
    }
    let mut after = before.clone();
    after.status = status;
    after.kyb_status = outcome;
    if outcome == KybStatus::Approved && after.capabilities.is_empty() {
        after.capabilities = vec![Capability::Accounts, Capability::Payments];
    }
    let after = customers::change(work, &before, after).await?;
    if outcome == KybStatus::Approved {
        plan(work, &after.id, "kyb.extend").await?;
    }
    Ok(after)
}

async fn extend(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let before = customers::load(work, id).await?;
    if before.status == CustomerStatus::Active {
        let after = Customer {
            capabilities: Capability::ALL.to_vec(),
            ..before.clone()
        };
        customers::change(work, &before, after).await?;
    }
    Ok(())
}

fn refused() -> Failure {
    Failure::unprocessable(
        "invalid_state_transition",
        "The lifecycle has no such step.",
    )
}
