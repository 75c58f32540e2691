//! Entities: who a person or a business is. No customer carries any of it.

use super::record;
use super::values::EntityType;
use crate::store::record::Cell;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An entity.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entity {
    /// The identifier.
    pub(crate) id: String,
    /// Whether it is a person or a business.
    #[serde(rename = "type")]
    pub(crate) kind: EntityType,
    /// The identity, as it was given.
    pub(crate) identity: Value,
    /// Relationships to other entities, with the identifiers they were given.
    pub(crate) relationships: Vec<Relationship>,
}

/// A person who owns, directs or signs for a business.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Relationship {
    /// The identifier.
    pub(crate) id: String,
    /// The person.
    pub(crate) entity_id: String,
    /// How the person is related.
    pub(crate) role: String,
    /// The share, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ownership_percentage: Option<serde_json::Number>,
}

record!(Entity, "entities", |entity| ["type" => Cell::from(entity.kind.as_str())]);
