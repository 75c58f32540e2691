//! A collection and its items, by their paths.

use counterpart_model::api::{Api, Method, Operation};

/// The operations that are about the same resources as one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family<'a> {
    /// The operation it was found from.
    pub(super) own: &'a Operation,
    /// What that is to the family.
    pub(super) role: Role,
    /// `POST` on the collection.
    pub(super) create: Option<&'a Operation>,
    /// `GET` on the collection.
    pub(super) list: Option<&'a Operation>,
    /// `GET` on an item.
    pub(super) read: Option<&'a Operation>,
    /// `PATCH`, or else `PUT`, on an item.
    pub(super) update: Option<&'a Operation>,
}

/// What an operation is to its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Makes an item.
    Create,
    /// Lists them.
    List,
    /// Reads one.
    Read,
    /// Changes or replaces one.
    Update,
    /// Removes one.
    Delete,
    /// Something else with one: `POST /loans/{id}/approve`.
    Act,
    /// None of these.
    Other,
}

impl<'a> Family<'a> {
    /// The family of an operation.
    pub(super) fn of(api: &'a Api, operation: &'a Operation) -> Self {
        let path = operation.path.as_str();
        let item = if path.ends_with('}') {
            Some(path)
        } else {
            // An action stands below an item; a collection has items below it.
            api.operations
                .iter()
                .map(|other| other.path.as_str())
                .find(|other| is_item_of(other, path))
        };
        let below = path
            .rsplit_once('/')
            .map(|(item, _)| item)
            .filter(|item| item.ends_with('}'));
        let acts = !path.ends_with('}') && item.is_none() && below.is_some();
        let item = item.or(below).unwrap_or_default();
        let collection = item
            .rsplit_once('/')
            .map_or("", |(collection, _)| collection);
        let find = |method: Method, path: &str| {
            api.operations
                .iter()
                .find(|other| other.method == method && other.path == path)
        };
        let role = match (operation.method, path == item) {
            (Method::Get, true) => Role::Read,
            (Method::Put | Method::Patch, true) => Role::Update,
            (Method::Delete, true) => Role::Delete,
            (Method::Post, false) if acts => Role::Act,
            (Method::Post, false) if path == collection => Role::Create,
            (Method::Get, false) if path == collection => Role::List,
            _ => Role::Other,
        };
        Self {
            own: operation,
            role,
            create: find(Method::Post, collection),
            list: find(Method::Get, collection),
            read: find(Method::Get, item),
            update: find(Method::Patch, item).or_else(|| find(Method::Put, item)),
        }
    }
}

/// Whether a path is that of the items of a collection: one parameter more.
fn is_item_of(path: &str, collection: &str) -> bool {
    path.strip_prefix(collection)
        .and_then(|rest| rest.strip_prefix("/{"))
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|name| !name.contains(['{', '}', '/']))
}
