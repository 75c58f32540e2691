//! Onboardings: an entity and its customer in a single call.

use super::customers::Customer;
use super::entities::{Entity, Relationship};
use super::events::{self, Subject};
use super::values::{CustomerStatus, EntityType, KybStatus, Lifecycle as _, OnboardingStatus};
use super::{Metadata, Work, millis, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::fault::Switch;
use crate::ids;
use crate::store::record::{Cell, find, get, insert, update};
use crate::store::tasks;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An onboarding, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Onboarding {
    pub(crate) id: String,
    pub(crate) status: OnboardingStatus,
    pub(crate) entity_id: String,
    pub(crate) customer_id: String,
    pub(crate) relationship_ids: Vec<String>,
    pub(crate) kyb_status: KybStatus,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

record!(Onboarding, "onboardings", |onboarding| [
    "customer_id" => Cell::from(onboarding.customer_id.as_str()),
    "status" => Cell::from(onboarding.status.as_str()),
    "created_at" => millis(&onboarding.created_at),
]);

/// Who is to be onboarded: a request that is valid by the document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewOnboarding {
    entity_type: String,
    #[serde(default)]
    entity_id: Option<String>,
    #[serde(default)]
    relationships: Vec<NewRelationship>,
    #[serde(default)]
    source_of_funds: Option<String>,
    #[serde(default)]
    source_of_funds_description: Option<String>,
    #[serde(default)]
    auto_submit: bool,
    #[serde(default)]
    metadata: Metadata,
    /// The rest is identity, and goes to the entity.
    #[serde(flatten)]
    identity: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewRelationship {
    entity_id: String,
    role: String,
    #[serde(default)]
    ownership_percentage: Option<serde_json::Number>,
}

/// Onboards a customer.
pub(crate) async fn create(work: &mut Work<'_>, new: NewOnboarding) -> Result<Onboarding, Failure> {
    let (entity, relationship_ids) = entity(work, &new).await?;
    let now = rfc3339(work.now);
    let (status, kyb_status) = if new.auto_submit {
        (CustomerStatus::Submitted, KybStatus::Pending)
    } else {
        (CustomerStatus::Draft, KybStatus::NotStarted)
    };
    let metadata = if work.faults.lie(Switch::MetadataLost) {
        Metadata::new()
    } else {
        new.metadata
    };
    let customer = Customer {
        id: ids::fresh("cus"),
        entity_id: entity.id.clone(),
        kind: entity.kind,
        status,
        kyb_status,
        capabilities: Vec::new(),
        source_of_funds: new.source_of_funds,
        source_of_funds_description: new.source_of_funds_description,
        metadata,
        created_at: now.clone(),
        updated_at: now.clone(),
    };
    insert(work.connection, &work.org, &customer).await?;
    let onboarding = Onboarding {
        id: ids::fresh("onb"),
        status: OnboardingStatus::Pending,
        entity_id: entity.id,
        customer_id: customer.id.clone(),
        relationship_ids,
        kyb_status,
        created_at: now.clone(),
        updated_at: now,
    };
    insert(work.connection, &work.org, &onboarding).await?;
    let due = work.now + work.step_millis;
    tasks::plan(
        work.connection,
        &work.org,
        &onboarding.id,
        "onboarding.advance",
        due,
    )
    .await?;
    if new.auto_submit {
        tasks::plan(work.connection, &work.org, &customer.id, "kyb.begin", due).await?;
    }
    Ok(onboarding)
}

/// The entity to onboard: a known one, or a new one with its relationships.
async fn entity(
    work: &mut Work<'_>,
    new: &NewOnboarding,
) -> Result<(Entity, Vec<String>), Failure> {
    if let Some(id) = &new.entity_id {
        let known = get::<Entity>(work.connection, &work.org, id).await?;
        return known
            .map(|entity| (entity, Vec::new()))
            .ok_or_else(|| Failure::not_found("entity"));
    }
    let mut relationships = Vec::with_capacity(new.relationships.len());
    for relationship in &new.relationships {
        if get::<Entity>(work.connection, &work.org, &relationship.entity_id)
            .await?
            .is_none()
        {
            return Err(Failure::not_found("entity"));
        }
        relationships.push(Relationship {
            id: ids::fresh("erel"),
            entity_id: relationship.entity_id.clone(),
            role: relationship.role.clone(),
            ownership_percentage: relationship.ownership_percentage.clone(),
        });
    }
    let entity = Entity {
        id: ids::fresh("ent"),
        kind: if new.entity_type == "individual" {
            EntityType::Individual
        } else {
            EntityType::Business
        },
        identity: Value::Object(new.identity.clone()),
        relationships,
    };
    insert(work.connection, &work.org, &entity).await?;
    let ids = entity
        .relationships
        .iter()
        .map(|relationship| relationship.id.clone())
        .collect();
    Ok((entity, ids))
}

/// Moves an onboarding one step on.
pub(crate) async fn advance(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let Some(mut onboarding) = get::<Onboarding>(work.connection, &work.org, id).await? else {
        return Ok(());
    };
    let next = match onboarding.status {
        OnboardingStatus::Pending => OnboardingStatus::Processing,
        OnboardingStatus::Processing => OnboardingStatus::Completed,
        OnboardingStatus::Completed | OnboardingStatus::Failed => return Ok(()),
    };
    debug_assert!(
        onboarding.status.can_become(next),
        "the document lists this step"
    );
    onboarding.status = next;
    onboarding.updated_at = rfc3339(work.now);
    update(work.connection, &onboarding).await?;
    if next == OnboardingStatus::Completed {
        let now = serde_json::to_value(&onboarding).unwrap_or_default();
        let subject = Subject {
            kind: "onboarding",
            id,
            now,
        };
        return events::emit(work, "onboarding.completed", subject, None).await;
    }
    let due = work.now + work.step_millis;
    Ok(tasks::plan(work.connection, &work.org, id, "onboarding.advance", due).await?)
}

/// Tells the onboardings of a customer how its verification stands.
pub(crate) async fn follow(work: &mut Work<'_>, customer: &Customer) -> Result<(), Failure> {
    let cell = Cell::from(customer.id.as_str());
    for mut onboarding in
        find::<Onboarding>(work.connection, &work.org, "customer_id", cell).await?
    {
        onboarding.kyb_status = customer.kyb_status;
        onboarding.updated_at = rfc3339(work.now);
        update(work.connection, &onboarding).await?;
    }
    Ok(())
}
