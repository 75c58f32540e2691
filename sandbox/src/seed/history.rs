//! How the customers came to be what they are, told as events.

use super::{Gardener, HOUR};
use crate::clock::rfc3339;
use crate::domain::customers::Customer;
use crate::domain::values::{CustomerStatus as S, KybStatus as K};
use serde_json::{Map, json};

/// A state on the way: when, status, KYB status.
type Stage = (i64, S, K);

impl Gardener<'_> {
    /// Tells the history of a customer.
    pub(super) fn customer_history(&mut self, customer: &Customer, millis: i64) {
        let mut before = (millis, S::Draft, K::NotStarted);
        let mut capabilities = Vec::new();
        for stage in stages(customer, millis) {
            let (at, status, kyb_status) = stage;
            let mut previous = Map::new();
            if before.1 != status {
                previous.insert("status".to_owned(), json!(before.1));
            }
            if before.2 != kyb_status {
                previous.insert("kybStatus".to_owned(), json!(before.2));
            }
            let granted = if before.1 == S::UnderReview && status == S::Active {
                customer.capabilities.clone()
            } else {
                capabilities.clone()
            };
            if granted != capabilities {
                previous.insert("capabilities".to_owned(), json!(capabilities));
            }
            capabilities = granted;
            let snapshot = Customer {
                status,
                kyb_status,
                capabilities: capabilities.clone(),
                updated_at: rfc3339(at),
                ..customer.clone()
            };
            for (field, kind) in [
                ("status", "customer.status_changed"),
                ("kybStatus", "customer.kyb_status_changed"),
            ] {
                if previous.contains_key(field) {
                    let data = json!({
                        "resourceType": "customer", "resourceId": customer.id, "snapshot": snapshot,
                        "previousAttributes": previous,
                    });
                    self.note(at, kind, data);
                }
            }
            before = stage;
        }
    }
}

/// The states a customer went through after it was a draft, by steps that the lifecycle has.
fn stages(customer: &Customer, millis: i64) -> Vec<Stage> {
    let submitted = (millis + HOUR, S::Submitted, K::Pending);
    let reviewed = (millis + HOUR + HOUR / 2, S::UnderReview, K::Pending);
    let active = (millis + 2 * HOUR, S::Active, K::Approved);
    let end = (millis + 3 * HOUR, customer.status, customer.kyb_status);
    match customer.status {
        S::Draft => Vec::new(),
        S::Submitted => vec![submitted],
        S::UnderReview if customer.kyb_status == K::Pending => vec![submitted, reviewed],
        S::UnderReview | S::Rejected => vec![submitted, reviewed, end],
        S::Active => vec![submitted, reviewed, active],
        S::Suspended | S::Closed => vec![submitted, reviewed, active, end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::values::{EntityType, Lifecycle as _};

    #[test]
    fn histories_take_only_steps_of_the_lifecycle() {
        let states = [
            (S::Draft, K::NotStarted),
            (S::Submitted, K::Pending),
            (S::UnderReview, K::Pending),
            (S::UnderReview, K::RequiresInfo),
            (S::Active, K::Approved),
            (S::Rejected, K::Rejected),
            (S::Suspended, K::Approved),
            (S::Suspended, K::RequiresInfo),
            (S::Closed, K::Approved),
        ];
        for (status, kyb_status) in states {
            let customer = Customer {
                id: "cus_1".to_owned(),
                entity_id: "ent_1".to_owned(),
                kind: EntityType::Business,
                status,
                kyb_status,
                capabilities: Vec::new(),
                source_of_funds: None,
                source_of_funds_description: None,
                metadata: Map::new(),
                created_at: rfc3339(0),
                updated_at: rfc3339(0),
            };
            let mut at = (S::Draft, K::NotStarted);
            for (_, status, kyb) in stages(&customer, 0) {
                assert!(
                    at.0 == status || at.0.can_become(status),
                    "{:?} to {status:?}",
                    at.0
                );
                assert!(at.1 == kyb || at.1.can_become(kyb), "{:?} to {kyb:?}", at.1);
                at = (status, kyb);
            }
            assert_eq!(at, (customer.status, customer.kyb_status));
        }
    }
}
