//! Deposit instructions: account numbers for fiat accounts, blockchain addresses for wallets.

use super::accounts::{self, Account};
use super::values::{AccountStatus, AccountType, Capability, Chain, KybStatus, NumberType};
use super::{Work, addresses, customers, millis, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::fault::Switch;
use crate::ids;
use crate::store::record::{Cell, Record, get, insert};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An account number, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountNumber {
    pub(crate) id: String,
    pub(crate) account_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: NumberType,
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) routing_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account_number_last4: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) iban: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sort_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auto_convert: Option<Value>,
    pub(crate) created_at: String,
}

record!(AccountNumber, "account_numbers", |number| [
    "account_id" => Cell::from(number.account_id.as_str()),
    "created_at" => millis(&number.created_at),
]);

/// A blockchain address, as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlockchainAddress {
    pub(crate) id: String,
    pub(crate) account_id: String,
    pub(crate) chain: Chain,
    pub(crate) asset: String,
    pub(crate) address: String,
    pub(crate) status: String,
    pub(crate) created_at: String,
}

record!(BlockchainAddress, "blockchain_addresses", |address| [
    "account_id" => Cell::from(address.account_id.as_str()),
    "created_at" => millis(&address.created_at),
]);

/// An account number that is to be made: a request that is valid by the document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewAccountNumber {
    #[serde(rename = "type")]
    kind: NumberType,
    #[serde(default)]
    auto_convert: Option<Value>,
}

/// A blockchain address that is to be made: a request that is valid by the document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewBlockchainAddress {
    asset: String,
    chain: Chain,
}

/// Something that belongs to an account.
pub(crate) trait OfAccount: Record {
    /// The account.
    fn account_id(&self) -> &str;
}

impl OfAccount for AccountNumber {
    fn account_id(&self) -> &str {
        &self.account_id
    }
}

impl OfAccount for BlockchainAddress {
    fn account_id(&self) -> &str {
        &self.account_id
    }
}

/// Something of an account; what belongs to another account is not found.
pub(crate) async fn load<R: OfAccount>(
    work: &mut Work<'_>,
    account: &str,
    id: &str,
    what: &str,
) -> Result<R, Failure> {
    accounts::load(work, account).await?;
    let found = get::<R>(work.connection, &work.org, id).await?;
    found
        .filter(|one| one.account_id() == account)
        .ok_or_else(|| Failure::not_found(what))
}

/// Makes an account number with the caller's randomness.
pub(crate) fn make_number(
    account: &str,
    kind: NumberType,
    random: [u8; 32],
    now: &str,
) -> AccountNumber {
    let digits = |from: usize, length: usize| {
        addresses::digits(&random, 32)
            .get(from..from + length)
            .map(str::to_owned)
    };
    let us = matches!(kind, NumberType::UsAch | NumberType::UsFedwire);
    AccountNumber {
        id: String::new(),
        account_id: account.to_owned(),
        kind,
        status: "active".to_owned(),
        routing_number: us.then(|| "021000021".to_owned()),
        account_number_last4: if kind == NumberType::Iban {
            None
        } else {
            digits(0, 4)
        },
        iban: (kind == NumberType::Iban).then(|| addresses::iban(&random)),
        bic: (kind == NumberType::Iban).then(|| "COBADEFFXXX".to_owned()),
        sort_code: if kind == NumberType::UkSortCode {
            digits(4, 6)
        } else {
            None
        },
        auto_convert: None,
        created_at: now.to_owned(),
    }
}

/// Issues an account number.
pub(crate) async fn create_number(
    work: &mut Work<'_>,
    account: &str,
    new: NewAccountNumber,
) -> Result<AccountNumber, Failure> {
    let account = accounts::load(work, account).await?;
    let fiat = account.kind != AccountType::Wallet;
    gates(work, &account, fiat, "A wallet has no account numbers.").await?;
    let mut number = make_number(&account.id, new.kind, rand::random(), &rfc3339(work.now));
    number.id = ids::fresh("an");
    number.auto_convert = new.auto_convert;
    insert(work.connection, &work.org, &number).await?;
    Ok(number)
}

/// Issues a blockchain address.
pub(crate) async fn create_address(
    work: &mut Work<'_>,
    account: &str,
    new: NewBlockchainAddress,
) -> Result<BlockchainAddress, Failure> {
    let account = accounts::load(work, account).await?;
    let wallet = account.kind == AccountType::Wallet;
    gates(
        work,
        &account,
        wallet,
        "Only wallets have blockchain addresses.",
    )
    .await?;
    let customer = customers::load(work, &account.customer_id).await?;
    if !customer.can(Capability::Crypto) && !work.faults.lie(Switch::CryptoCapabilityIgnored) {
        return Err(Failure::unprocessable(
            "capability_missing",
            "The customer lacks the capability `crypto`.",
        ));
    }
    let matches =
        account.chain == Some(new.chain) && account.asset.as_deref() == Some(new.asset.as_str());
    if !matches && !work.faults.lie(Switch::AnyAssetAndChain) {
        return Err(Failure::unprocessable(
            "asset_chain_mismatch",
            "Asset and chain have to be the account's.",
        ));
    }
    let address = BlockchainAddress {
        id: ids::fresh("ba"),
        account_id: account.id,
        chain: new.chain,
        asset: new.asset,
        address: addresses::address(new.chain, rand::random()),
        status: "active".to_owned(),
        created_at: rfc3339(work.now),
    };
    insert(work.connection, &work.org, &address).await?;
    Ok(address)
}

/// What both kinds of instructions need, in the document's order: the right type, an active account, an approved
/// customer.
async fn gates(
    work: &mut Work<'_>,
    account: &Account,
    right_type: bool,
    why: &'static str,
) -> Result<(), Failure> {
    if !right_type && !work.faults.lie(Switch::AnyAccountType) {
        return Err(Failure::unprocessable("account_type_mismatch", why));
    }
    if account.status != AccountStatus::Active && !work.faults.lie(Switch::AnyAccountStatus) {
        return Err(Failure::unprocessable(
            "account_not_active",
            "The account is not active.",
        ));
    }
    let customer = customers::load(work, &account.customer_id).await?;
    if customer.kyb_status != KybStatus::Approved && !work.faults.lie(Switch::KybIgnored) {
        return Err(Failure::unprocessable(
            "kyb_not_approved",
            "The customer's verification is not approved.",
        ));
    }
    Ok(())
}
