//! The model every reader of a document shares: plain, documented data.
//!
//! [`Api`] is what remains of an OpenAPI document once spelling is out of the way: references are
//! resolved to ids, schemas of every dialect mean JSON Schema 2020-12, and each node still knows
//! where in the document it stands ([`Origin`]). It holds words, not Rust identifiers, and keywords,
//! not code: what to make of them is each reader's own business.
//!
//! Invariants: ids instead of lifetimes; document order everywhere; numbers keep their text;
//! recursion is an ordinary id, found with [`Api::is_recursive`]; nothing is lost in silence.

mod event;
mod json_schema;
mod operation;
mod schema;
mod security;
mod shape;
mod split;
mod value;

pub use event::{Callback, Event};
pub use json_schema::Direction;
pub use operation::{
    Body, Example, Header, Link, MediaType, Method, Operation, OperationId, Parameter,
    ParameterContent, ParameterLocation, Response, Server, ServerVariable, StatusKey, Style,
};
pub use schema::{
    ArrayKeywords, Discriminator, NumberKeywords, ObjectKeywords, Schema, SchemaId, SchemaRole,
    StringKeywords, TypeSet,
};
pub use security::{ApiKeyLocation, SecurityKind, SecurityRequirement, SecurityScheme};
pub use shape::{
    Additional, AnyReason, EnumShape, Field, IntegerWidth, ObjectShape, Shape, StringFormat,
    UnionKind, UnionShape, Variant,
};
pub use value::{Number, Value};

use crate::Origin;
use indexmap::IndexMap;

/// One API, as its document describes it.
#[derive(Clone, Debug)]
pub struct Api {
    /// `info.title`; "API" where the document has none.
    pub title: String,
    /// `info.version`, as text, whatever its spelling.
    pub version: String,
    /// `info.description`, CommonMark.
    pub description: Option<String>,
    /// The document's `openapi` field, for example `3.0.3`.
    pub openapi: String,
    /// `servers`, in document order; one with the URL `/` where the document has none (OAS §4.8.1).
    pub servers: Vec<Server>,
    /// Every tag: the declared ones first, then those only operations name, in document order.
    pub tags: Vec<Tag>,
    /// Every operation under `paths`, in document order.
    pub operations: Vec<Operation>,
    /// What the API sends: `webhooks` (OAS 3.1) and `x-webhooks` (the same in a 3.0 document).
    pub events: Vec<Event>,
    /// `callbacks` of operations (OAS §4.8.18), in document order; a shared one stands with the first operation.
    pub callbacks: Vec<Callback>,
    /// Every schema of the document, component or inline, in document order; indexed by [`SchemaId`].
    pub schemas: Vec<Schema>,
    /// `components.schemas` by name.
    pub components: IndexMap<String, SchemaId>,
    /// `components.securitySchemes` by name.
    pub security_schemes: IndexMap<String, SecurityScheme>,
    /// The root's `x-…` members.
    pub extensions: IndexMap<String, Value>,
    /// Where the document's root stands.
    pub origin: Origin,
    /// Whether each schema can lead back to itself, by id.
    pub(crate) recursive: Vec<bool>,
}

/// A tag (OAS §4.8.22).
#[derive(Clone, Debug)]
pub struct Tag {
    /// The tag's name, as written.
    pub name: String,
    /// Its description, CommonMark.
    pub description: Option<String>,
}

impl Api {
    /// What the API sends: the requests of its events, then of its callbacks.
    pub fn sent(&self) -> impl Iterator<Item = &Operation> {
        let events = self.events.iter().map(|event| &event.operation);
        let callbacks = self.callbacks.iter().map(|callback| &callback.operation);
        events.chain(callbacks)
    }

    /// The schema with this id.
    ///
    /// # Panics
    /// Never for an id that this `Api` handed out.
    #[must_use]
    pub fn schema(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.index()]
    }

    /// The schema at the end of a chain of bare references: itself, unless it is nothing but a
    /// `$ref` (siblings that constrain make it more than that). A cycle of bare references ends
    /// where it was entered.
    #[must_use]
    pub fn resolve(&self, id: SchemaId) -> SchemaId {
        let mut at = id;
        for _ in 0..self.schemas.len() {
            match self.schema(at).bare_reference() {
                Some(next) if next != id => at = next,
                _ => break,
            }
        }
        at
    }

    /// The operation with this `operationId` (declared or derived).
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.id.0 == id)
    }

    /// Whether a schema can lead back to itself, so that a type made of it needs indirection.
    #[must_use]
    pub fn is_recursive(&self, id: SchemaId) -> bool {
        self.recursive.get(id.index()).copied().unwrap_or(false)
    }

    /// The ids of all schemas, in document order.
    pub fn schema_ids(&self) -> impl Iterator<Item = SchemaId> + use<> {
        (0..self.schemas.len()).map(SchemaId::from_index)
    }
}
