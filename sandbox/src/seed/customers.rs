//! Customers in every status, with their entities and onboardings.

use super::{Gardener, HOUR, START};
use crate::clock::rfc3339;
use crate::domain::Metadata;
use crate::domain::customers::Customer;
use crate::domain::entities::{Entity, Relationship};
use crate::domain::onboardings::Onboarding;
use crate::domain::values::{Capability, CustomerStatus, EntityType, KybStatus, OnboardingStatus};
use serde_json::{Map, Value, json};

/// Status, KYB status and capabilities, over and over.
const STATES: &[(CustomerStatus, KybStatus, &[Capability])] = &[
    (CustomerStatus::Active, KybStatus::Approved, ALL),
    (CustomerStatus::Draft, KybStatus::NotStarted, &[]),
    (
        CustomerStatus::Active,
        KybStatus::Approved,
        &[Capability::Accounts, Capability::Payments],
    ),
    (CustomerStatus::Submitted, KybStatus::Pending, &[]),
    (CustomerStatus::UnderReview, KybStatus::Pending, &[]),
    (CustomerStatus::Active, KybStatus::Approved, &[]),
    (CustomerStatus::Suspended, KybStatus::RequiresInfo, ALL),
    (CustomerStatus::Rejected, KybStatus::Rejected, &[]),
    (CustomerStatus::Active, KybStatus::Approved, ALL),
    (CustomerStatus::UnderReview, KybStatus::RequiresInfo, &[]),
    (CustomerStatus::Closed, KybStatus::Approved, ALL),
    (CustomerStatus::Suspended, KybStatus::Approved, ALL),
];
const ALL: &[Capability] = Capability::ALL;

const FUNDS: [Option<&str>; 9] = [
    Some("business_revenue"),
    Some("venture_capital"),
    Some("private_equity"),
    Some("personal_savings"),
    Some("loans_or_credit"),
    Some("grants"),
    Some("investment_income"),
    Some("other"),
    None,
];

impl Gardener<'_> {
    /// Plants customers; three at a time share the moment they were made in.
    pub(super) fn customers(&mut self, number: usize) -> Vec<Customer> {
        let mut planted: Vec<Customer> = Vec::with_capacity(number);
        for (index, (status, kyb_status, capabilities)) in
            STATES.iter().cycle().take(number).enumerate()
        {
            let millis = START + i64::try_from(index / 3).unwrap_or(0) * 6 * HOUR;
            let kind = if index % 4 == 1 {
                EntityType::Individual
            } else {
                EntityType::Business
            };
            // Now and then a further customer of an entity that is known already.
            let known = planted
                .last()
                .filter(|_| index % 10 == 9)
                .map(|c| (c.entity_id.clone(), c.kind));
            let (entity_id, kind, relationship_ids) = match known {
                Some((entity, kind)) => (entity, kind, Vec::new()),
                None => self.entity(index, kind, millis, planted.first()),
            };
            let draft = *status == CustomerStatus::Draft;
            let source_of_funds = FUNDS.get(index % FUNDS.len()).copied().flatten();
            let customer = Customer {
                id: self.id("cus", millis),
                entity_id,
                kind,
                status: *status,
                kyb_status: *kyb_status,
                capabilities: capabilities.to_vec(),
                source_of_funds: source_of_funds.map(str::to_owned),
                source_of_funds_description: (source_of_funds == Some("other"))
                    .then(|| elaboration(index)),
                metadata: metadata(index),
                created_at: rfc3339(millis),
                updated_at: rfc3339(if draft { millis } else { millis + 3 * HOUR }),
            };
            self.batch.put(&customer);
            self.onboarding(index, &customer, relationship_ids, millis);
            self.customer_history(&customer, millis);
            planted.push(customer);
        }
        planted
    }

    fn entity(
        &mut self,
        index: usize,
        kind: EntityType,
        millis: i64,
        first: Option<&Customer>,
    ) -> (String, EntityType, Vec<String>) {
        let identity = match kind {
            EntityType::Individual => {
                json!({ "fullName": format!("Person {index}"), "nationality": "GB" })
            }
            EntityType::Business => {
                json!({ "legalName": format!("Business {index} Ltd"), "jurisdiction": "GB" })
            }
        };
        let mut relationships = Vec::new();
        if let (EntityType::Business, Some(first), 0) = (kind, first, index % 5) {
            relationships.push(Relationship {
                id: self.id("erel", millis),
                entity_id: first.entity_id.clone(),
                role: "director".to_owned(),
                ownership_percentage: None,
            });
        }
        let entity = Entity {
            id: self.id("ent", millis),
            kind,
            identity,
            relationships,
        };
        self.batch.put(&entity);
        let ids = entity
            .relationships
            .into_iter()
            .map(|relationship| relationship.id)
            .collect();
        (entity.id, kind, ids)
    }

    fn onboarding(
        &mut self,
        index: usize,
        customer: &Customer,
        relationship_ids: Vec<String>,
        millis: i64,
    ) {
        let status = if index % 25 == 24 {
            OnboardingStatus::Failed
        } else {
            OnboardingStatus::Completed
        };
        let onboarding = Onboarding {
            id: self.id("onb", millis),
            status,
            entity_id: customer.entity_id.clone(),
            customer_id: customer.id.clone(),
            relationship_ids,
            kyb_status: customer.kyb_status,
            created_at: rfc3339(millis),
            updated_at: rfc3339(millis + 2_000),
        };
        self.batch.put(&onboarding);
        if status == OnboardingStatus::Completed {
            let mut then = onboarding.clone();
            then.kyb_status = KybStatus::NotStarted;
            let data =
                json!({ "resourceType": "onboarding", "resourceId": then.id, "snapshot": then });
            self.note(millis + 2_000, "onboarding.completed", data);
        }
    }
}

/// Texts of up to the longest that the document allows.
fn elaboration(index: usize) -> String {
    if index % 2 == 1 {
        "ü".repeat(500)
    } else {
        format!("Explained under number {index}")
    }
}

/// Metadata of every kind the document allows.
fn metadata(index: usize) -> Metadata {
    let mut map = Map::new();
    match index % 8 {
        0 => {}
        1 => drop(map.insert("region".to_owned(), Value::Null)),
        2 => drop(map.insert("note".to_owned(), json!("x".repeat(500)))),
        3 => drop(map.insert("k".repeat(40), json!("a key of forty characters"))),
        4 if index == 4 => {
            (0..50).for_each(|key| drop(map.insert(format!("key_{key}"), json!(key.to_string()))))
        }
        5 => drop(map.insert("name".to_owned(), json!("Zürich 東京 🏦"))),
        6 => drop(map.insert("empty".to_owned(), json!(""))),
        _ => {
            map.insert("internal_ref".to_owned(), json!(format!("crm-{index:04}")));
            map.insert("tier".to_owned(), json!("gold"));
        }
    }
    map
}
