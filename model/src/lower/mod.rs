//! Document to model: everything an `Api` holds, read tolerantly, each mend with a diagnostic.

mod body;
mod operation;
mod parameter;
mod read;
mod response;
mod role;
mod root;
mod schema;
mod security;
mod server;

use crate::{
    Diagnostic, Document, Origin,
    api::{Api, SchemaId, Value},
    diagnostic::{Code, Sink},
    document::{operations, sites, version, version::Version},
    read::{NodeId, NodeRef},
    refs::{Refs, cycles, in_place},
};
use indexmap::IndexMap;
use std::{cell::RefCell, collections::HashMap};

/// What every part of lowering needs.
pub(crate) struct Context<'t> {
    document: &'t Document,
    version: Version,
    refs: Refs<'t>,
    sink: &'t Sink,
    /// Schema of each node, by the node's index; `u32::MAX` where it is none.
    ids: Vec<u32>,
    /// Schemas that no text stands for: assumed, broken, or made by mending. Numbered after the
    /// document's own.
    added: RefCell<Vec<Added>>,
    /// How many schemas the document's text has.
    own: usize,
    /// The id of each operation, by its node.
    operations: HashMap<NodeId, String>,
}

/// A schema that was added to the document's own.
struct Added {
    origin: Origin,
    place: Vec<String>,
    broken: bool,
}

impl<'t> Context<'t> {
    /// The schema that stands at this node.
    fn schema_at(&self, node: NodeRef<'_>) -> SchemaId {
        match self.ids.get(node.id.index()) {
            Some(id) if *id != u32::MAX => SchemaId::from_index(*id as usize),
            _ => self.add(node.origin(), vec!["schema".to_owned()], true),
        }
    }

    /// A schema for what the document does not say (`broken: false`), or says in vain.
    fn add(&self, origin: Origin, place: Vec<String>, broken: bool) -> SchemaId {
        let mut added = self.added.borrow_mut();
        added.push(Added {
            origin,
            place,
            broken,
        });
        SchemaId::from_index(self.own + added.len() - 1)
    }

    fn warn(&self, node: NodeRef<'_>, code: Code, message: impl Into<String>) {
        self.sink
            .push(Diagnostic::new(code, message).at(node.key_span()));
    }

    fn tell(&self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }
}

/// The model of a document, as far as there is one.
pub(crate) fn lower(document: &Document, options: &crate::Options, sink: &Sink) -> Option<Api> {
    let root = document.root();
    let (version, openapi) = version::detect(root, sink)?;
    let refs = Refs {
        files: &document.files,
        sink,
    };
    let operation_sites = operations::list(root, &refs, sink);
    let sites = sites::find(root, &operation_sites, &document.files);
    let slots = schema::number(&sites, document);
    let mut ids = vec![u32::MAX; document.tree.len()];
    for (id, slot) in slots.iter().enumerate() {
        if let schema::Slot::Text { site } = slot {
            ids[sites[*site].node.index()] = u32::try_from(id).unwrap_or(u32::MAX);
        }
    }
    let context = Context {
        document,
        version,
        refs,
        sink,
        ids,
        added: RefCell::default(),
        own: slots.len(),
        operations: operation_sites
            .iter()
            .map(|site| (site.node.id, site.id.clone()))
            .collect(),
    };

    let mut schemas = schema::read_all(&context, options, &sites, &slots);
    let operations: Vec<_> = operation_sites
        .iter()
        .map(|site| (site, operation::read(&context, site)))
        .collect();
    let mut api = root::read(&context, root, openapi);
    for (site, operation) in operations {
        let name = site.event.clone();
        match (name, &site.callback) {
            (Some(name), Some((expression, owner))) => api.callbacks.push(crate::api::Callback {
                name,
                expression: expression.clone(),
                caused_by: crate::api::OperationId(
                    context.operations.get(owner).cloned().unwrap_or_default(),
                ),
                operation,
            }),
            (Some(name), None) => api.events.push(crate::api::Event { name, operation }),
            (None, _) => api.operations.push(operation),
        }
    }
    root::complete_tags(&mut api);
    for added in context.added.take() {
        let id = SchemaId::from_index(schemas.len());
        schemas.push(schema::added(id, added));
    }
    in_place::mend(&mut schemas, sink);
    schema::shapes(&mut schemas, sink);
    api.recursive = cycles::recursive(&schemas);
    api.schemas = schemas;
    role::assign(&mut api);
    Some(api)
}

/// The `x-…` members of an object.
fn extensions(node: NodeRef<'_>) -> IndexMap<String, Value> {
    node.members()
        .filter(|(name, _)| name.starts_with("x-"))
        .map(|(name, value)| (name.to_owned(), value.to_value()))
        .collect()
}
