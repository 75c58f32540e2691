//! A collection and its items, by their paths.

use crate::paths;
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
        let path = paths::plain(&operation.path);
        let item = if paths::item(path).is_some() {
            Some(path)
        } else {
            // An action stands below an item; a collection has items below it.
            api.operations
                .iter()
                .map(|other| paths::plain(&other.path))
                .find(|other| paths::is_item_of(other, path))
        };
        let below = path
            .rsplit_once('/')
            .map(|(item, _)| item)
            .filter(|item| paths::item(item).is_some());
        let acts = paths::item(path).is_none() && item.is_none() && below.is_some();
        let item = item.or(below).unwrap_or_default();
        let collection = paths::item(item).map_or("", |(collection, _)| collection);
        let find = |method: Method, path: &str| paths::at(api, method, path);
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
