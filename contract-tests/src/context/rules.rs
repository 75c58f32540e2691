//! The rules of lists, read once for each operation: what prose tells takes time to find.

use super::Context;
use crate::rules::{Filter, Pagination, RuleError, Stated};
use counterpart_model::api::{Operation, OperationId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// A rule of a kind, where there is one; the error says why it cannot be read.
type Rule<T> = Result<Option<Stated<T>>, RuleError>;

/// What was read so far.
#[derive(Default)]
pub(super) struct Rules {
    paging: Mutex<HashMap<OperationId, Rule<Pagination>>>,
    filters: Mutex<HashMap<OperationId, Rule<Vec<Filter>>>>,
}

impl Context {
    /// How an operation is paged, where the document says it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn paging(&self, operation: &Operation) -> Rule<Pagination> {
        known(&self.rules.paging, operation, || {
            Pagination::of(&self.api, self.document.as_deref(), operation)
        })
    }

    /// The filters of an operation, where the document states any.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn filters(&self, operation: &Operation) -> Rule<Vec<Filter>> {
        known(&self.rules.filters, operation, || {
            Filter::of(&self.api, self.document.as_deref(), operation)
        })
    }
}

fn known<T: Clone>(
    known: &Mutex<HashMap<OperationId, T>>,
    operation: &Operation,
    read: impl FnOnce() -> T,
) -> T {
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let found = lock().get(&operation.id).cloned();
    found.unwrap_or_else(|| {
        // Others read theirs meanwhile.
        let rule = read();
        lock().insert(operation.id.clone(), rule.clone());
        rule
    })
}
