//! A collection and its items, by their paths.

use crate::{paths, rules::infer::says};
use counterpart_model::api::{Api, Method, Operation, StatusKey};

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
    /// Whether it was found from the operation that makes items: `POST` on the collection, or `PUT` below a new name.
    pub(super) fn creates(&self) -> bool {
        self.role == Role::Create || self.create.is_some_and(|create| create.id == self.own.id)
    }

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
                .or_else(|| {
                    let home = paths::home(api, path);
                    let read = paths::on_items(api, Method::Get, home)?;
                    (home != path).then(|| paths::plain(&read.path))
                })
        };
        // `/ports/{port}/close` and `/ports/{port}:close` (AIP-136).
        let below = [path.rsplit_once('/'), path.rsplit_once(':')]
            .into_iter()
            .flatten()
            .map(|(item, _)| item)
            .find(|item| paths::item(item).is_some());
        let acts = paths::item(path).is_none() && item.is_none() && below.is_some();
        // What is posted where it is listed is made there, though nothing stands on it alone.
        // What is sent to others is not what is received.
        let received = paths::at(api, Method::Get, path).is_some_and(|list| {
            let said = [&list.summary, &list.description];
            let words = ["received", "inbox", "addressed to", "sent to you"];
            said.into_iter().flatten().any(|it| says(it, &words))
        });
        let nowhere = item.is_none() && below.is_none() && !received;
        let own_only = (acts || nowhere) && paths::is_listed_only(api, path);
        let (acts, below) = (acts && !own_only, below.filter(|_| !own_only));
        let item = item.or(below).unwrap_or_default();
        let collection = match own_only {
            true => path,
            false => paths::item(item).map_or("", |(collection, _)| collection),
        };
        let find = |method: Method, path: &str| paths::at(api, method, path);
        // Items that are asked for by a path of their own are made and listed below something else.
        let place = |method: Method| {
            let of = Some(collection).filter(|_| own_only || !item.is_empty())?;
            find(method, of).or_else(|| paths::away(api, method, of))
        };
        let (create, list) = (place(Method::Post), place(Method::Get));
        let is = |other: Option<&Operation>| other.is_some_and(|it| paths::plain(&it.path) == path);
        // What is put below a name of the client's is made by that.
        let put = || {
            let put = find(Method::Put, item).filter(|_| !item.is_empty())?;
            put.responses
                .contains_key(&StatusKey::Code(201))
                .then_some(put)
        };
        let role = match (operation.method, path == item) {
            (Method::Get, true) => Role::Read,
            (Method::Put | Method::Patch, true) => Role::Update,
            (Method::Delete, true) => Role::Delete,
            (Method::Post, false) if acts => Role::Act,
            (Method::Post, false) if path == collection || is(create) => Role::Create,
            (Method::Get, false) if path == collection || is(list) => Role::List,
            _ => Role::Other,
        };
        Self {
            own: operation,
            role,
            create: create.or_else(put),
            list,
            read: find(Method::Get, item).filter(|_| !item.is_empty()),
            update: find(Method::Patch, item)
                .or_else(|| find(Method::Put, item))
                .filter(|_| !item.is_empty()),
        }
    }
}
