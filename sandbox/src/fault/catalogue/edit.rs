//! What edits of answers have in common.

use crate::fault::{Answer, Asked};
use serde_json::{Map, Value};

pub(super) const CUSTOMERS: &[&str] = &["listCustomers", "getCustomer", "submitCustomer"];
pub(super) const ACCOUNTS: &[&str] = &[
    "listAccounts",
    "getAccount",
    "createAccount",
    "closeAccount",
];
pub(super) const TRANSACTIONS: &[&str] = &["listTransactions", "getTransaction"];
pub(super) const ADDRESSES: &[&str] = &[
    "listBlockchainAddresses",
    "getBlockchainAddress",
    "createBlockchainAddress",
];
pub(super) const NUMBERS: &[&str] = &[
    "listAccountNumbers",
    "getAccountNumber",
    "createAccountNumber",
];

/// Changes the resources in successful answers of some operations.
pub(super) fn each(
    asked: &Asked,
    answer: &mut Answer,
    operations: &[&str],
    change: impl FnMut(&mut Map<String, Value>),
) {
    if answer.ok() && asked.is(operations) {
        answer.resources(change);
    }
}

/// Changes a member that is there.
pub(super) fn member(
    object: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&str) -> Value,
) {
    if let Some(Value::String(text)) = object.get(name) {
        let changed = change(text);
        object.insert(name.to_owned(), changed);
    }
}
