//! Accounts: opened for active customers, closed when nothing is left in them.

use super::customers;
use super::events::{self, Subject};
use super::values::{
    AccountStatus, AccountType, Capability, Chain, CustomerStatus, Lifecycle as _,
};
use super::{Metadata, Work, millis, money, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::fault::Switch;
use crate::ids;
use crate::store::balances::{self, Balances};
use crate::store::record::{Cell, get, insert, update};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An account, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) customer_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: AccountType,
    pub(crate) status: AccountStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chain: Option<Chain>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

record!(Account, "accounts", |account| [
    "customer_id" => Cell::from(account.customer_id.as_str()),
    "type" => Cell::from(account.kind.as_str()),
    "status" => Cell::from(account.status.as_str()),
    "created_at" => millis(&account.created_at),
]);

impl Account {
    /// What the account holds: its currency, or its asset.
    pub(crate) fn holds(&self) -> &str {
        self.currency
            .as_deref()
            .or(self.asset.as_deref())
            .unwrap_or_default()
    }
}

/// An account that is to be opened: a request that is valid by the document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewAccount {
    customer_id: String,
    #[serde(rename = "type")]
    kind: AccountType,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    asset: Option<String>,
    #[serde(default)]
    chain: Option<Chain>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    purpose: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

/// The account of an id.
pub(crate) async fn load(work: &mut Work<'_>, id: &str) -> Result<Account, Failure> {
    get(work.connection, &work.org, id)
        .await?
        .ok_or_else(|| Failure::not_found("account"))
}

/// Opens an account.
pub(crate) async fn open(work: &mut Work<'_>, new: NewAccount) -> Result<Account, Failure> {
    let customer = customers::load(work, &new.customer_id).await?;
    let active = customer.status == CustomerStatus::Active
        || work.faults.lie(Switch::AnyCustomerOpensAccounts);
    let capable = customer.can(Capability::Accounts) || work.faults.lie(Switch::CapabilityIgnored);
    let not_active = Failure::unprocessable("customer_not_active", "The customer is not active.");
    let not_capable = Failure::unprocessable(
        "capability_missing",
        "The customer lacks the capability `accounts`.",
    );
    if work.faults.lie(Switch::GateOrder) && !capable {
        return Err(not_capable);
    }
    if !active {
        return Err(not_active);
    }
    // A customer that is not active has no capabilities yet; opening accounts for it means not asking for them.
    if !capable && customer.status == CustomerStatus::Active {
        return Err(not_capable);
    }
    let now = rfc3339(work.now);
    let metadata = if work.faults.lie(Switch::MetadataLost) {
        Metadata::new()
    } else {
        new.metadata
    };
    let account = Account {
        id: ids::fresh("acc"),
        customer_id: new.customer_id,
        kind: new.kind,
        status: AccountStatus::Active,
        currency: new.currency,
        asset: new.asset,
        chain: new.chain,
        label: new.label,
        purpose: new.purpose,
        metadata,
        created_at: now.clone(),
        updated_at: now,
    };
    insert(work.connection, &work.org, &account).await?;
    let nothing = Balances {
        currency: account.holds().to_owned(),
        available: 0,
        pending: 0,
        held: 0,
    };
    balances::put(work.connection, &account.id, &nothing).await?;
    let now = value(&account);
    let subject = Subject {
        kind: "account",
        id: &account.id,
        now,
    };
    events::emit(work, "account.created", subject, None).await?;
    Ok(account)
}

/// Closes an account for good.
pub(crate) async fn close(work: &mut Work<'_>, id: &str) -> Result<Account, Failure> {
    let before = load(work, id).await?;
    let again = before.status == AccountStatus::Closed && work.faults.lie(Switch::CloseTwice);
    if !before.status.can_become(AccountStatus::Closed) && !again {
        return Err(Failure::unprocessable(
            "invalid_state_transition",
            "The account is closed already.",
        ));
    }
    let left = balances::get(work.connection, id).await?;
    if let Some(left) = left {
        let money =
            (left.available != 0 || left.held != 0) && !work.faults.lie(Switch::CloseWithBalance);
        let pending = left.pending != 0 && !work.faults.lie(Switch::CloseWithPending);
        if money || pending {
            return Err(Failure::unprocessable(
                "account_balance_not_zero",
                "The account still has a balance or pending transactions.",
            ));
        }
    }
    if work.faults.lie(Switch::CloseForgotten) {
        return Ok(Account {
            status: AccountStatus::Closed,
            ..before
        });
    }
    become_status(work, before, AccountStatus::Closed).await
}

/// Gives an account another status, and logs it.
pub(crate) async fn become_status(
    work: &mut Work<'_>,
    before: Account,
    status: AccountStatus,
) -> Result<Account, Failure> {
    let after = Account {
        status,
        updated_at: rfc3339(work.now),
        ..before.clone()
    };
    update(work.connection, &after).await?;
    let subject = Subject {
        kind: "account",
        id: &after.id,
        now: value(&after),
    };
    let previous = json!({ "status": before.status });
    events::emit(work, "account.status_changed", subject, Some(previous)).await?;
    Ok(after)
}

/// The four balances of an account, as the document lists them.
pub(crate) async fn balance_list(work: &mut Work<'_>, id: &str) -> Result<Value, Failure> {
    let account = load(work, id).await?;
    let nothing = Balances {
        currency: account.holds().to_owned(),
        available: 0,
        pending: 0,
        held: 0,
    };
    let balances = balances::get(work.connection, id).await?.unwrap_or(nothing);
    let row = |kind: &str, amount: i64| json!({ "type": kind, "currency": balances.currency, "amount": money::text(amount, &balances.currency) });
    Ok(json!({ "items": [
        row("available", balances.available),
        row("pending", balances.pending),
        row("held", balances.held),
        row("total", balances.total()),
    ] }))
}

fn value(account: &Account) -> Value {
    serde_json::to_value(account).unwrap_or_default()
}
