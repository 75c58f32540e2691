//! The ledger: entries are added, and never change.

use super::accounts::Account;
use super::{Work, millis, money, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::ids;
use crate::store::balances::{self, Balances};
use crate::store::record::{Cell, insert};
use serde::{Deserialize, Serialize};

/// A ledger entry, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) account_id: String,
    pub(crate) customer_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) direction: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) balance: String,
    /// Always told: null where there is no other side.
    pub(crate) linked_transaction_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transaction_group_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) created_at: String,
}

record!(Transaction, "transactions", |transaction| [
    "account_id" => Cell::from(transaction.account_id.as_str()),
    "customer_id" => Cell::from(transaction.customer_id.as_str()),
    "created_at" => millis(&transaction.created_at),
]);

/// Pays money in, from nowhere: what a sandbox is for. A pending deposit changes no ledger entry yet.
pub(crate) async fn deposit(
    work: &mut Work<'_>,
    account: &Account,
    minor: i64,
    pending: bool,
) -> Result<(), Failure> {
    let currency = account.holds().to_owned();
    let nothing = Balances {
        currency: currency.clone(),
        available: 0,
        pending: 0,
        held: 0,
    };
    let mut balances = balances::get(work.connection, &account.id)
        .await?
        .unwrap_or(nothing);
    if pending {
        balances.pending = balances.pending.saturating_add(minor);
        return Ok(balances::put(work.connection, &account.id, &balances).await?);
    }
    balances.available = balances.available.saturating_add(minor);
    balances::put(work.connection, &account.id, &balances).await?;
    let entry = Transaction {
        id: ids::fresh("txn"),
        account_id: account.id.clone(),
        customer_id: account.customer_id.clone(),
        kind: "adjustment".to_owned(),
        direction: if minor < 0 { "debit" } else { "credit" }.to_owned(),
        amount: money::text(minor.saturating_abs(), &currency),
        balance: money::text(balances.total(), &currency),
        currency,
        linked_transaction_id: None,
        transaction_group_id: None,
        reference_type: None,
        reference_id: None,
        description: Some("Sandbox deposit".to_owned()),
        created_at: rfc3339(work.now),
    };
    Ok(insert(work.connection, &work.org, &entry).await?)
}
