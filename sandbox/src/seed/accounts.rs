//! Accounts of each type, their ledger, and their deposit instructions.

use super::{Gardener, HOUR, Planted, START};
use crate::clock::rfc3339;
use crate::domain::accounts::Account;
use crate::domain::addresses::address;
use crate::domain::customers::Customer;
use crate::domain::instructions::{BlockchainAddress, make_number};
use crate::domain::ledger::Transaction;
use crate::domain::money;
use crate::domain::values::{
    AccountStatus, AccountType, Capability, Chain, CustomerStatus, NumberType,
};
use crate::store::balances::Balances;
use rand::Rng as _;
use serde_json::{Map, json};
use std::collections::HashMap;

/// What is planned for an account's balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Balance {
    /// Nothing: it can be closed.
    Zero,
    /// Money, with the ledger entries that brought it.
    Money,
    /// Only a pending deposit.
    Pending,
    /// Only money that is set aside.
    Held,
}

const CURRENCIES: [&str; 5] = ["USD", "EUR", "GBP", "JPY", "CHF"];
const PAIRS: [(&str, Chain); 7] = [
    ("USDC", Chain::Ethereum),
    ("USDT", Chain::Tron),
    ("USDC", Chain::Solana),
    ("PYUSD", Chain::Ethereum),
    ("EURC", Chain::Base),
    ("USDT", Chain::Polygon),
    ("USDC", Chain::Sui),
];
const PURPOSES: [&str; 8] = [
    "operating",
    "payroll",
    "vendor_payments",
    "treasury",
    "collections",
    "disbursement",
    "escrow",
    "other",
];
const NUMBERS: &[NumberType] = NumberType::ALL;

impl Gardener<'_> {
    /// Plants accounts for everybody who may have some, or might when they were opened.
    pub(super) fn accounts(&mut self, customers: &[Customer]) -> Vec<Planted> {
        let mut planted = Vec::new();
        let holders = customers
            .iter()
            .filter(|customer| customer.can(Capability::Accounts));
        for (nth, customer) in holders.enumerate() {
            let closed = customer.status == CustomerStatus::Closed;
            for index in nth * 3..nth * 3 + 3 {
                let millis =
                    START + 20 * 24 * HOUR + i64::try_from(index / 2).unwrap_or(0) * 4 * HOUR;
                let status = match index % 11 {
                    _ if closed => AccountStatus::Closed,
                    4 => AccountStatus::Suspended,
                    7 => AccountStatus::Pending,
                    9 => AccountStatus::Closed,
                    _ => AccountStatus::Active,
                };
                let balance = match index % 5 {
                    _ if status == AccountStatus::Closed => Balance::Zero,
                    0 | 3 => Balance::Money,
                    1 if nth % 3 == 0 => Balance::Pending,
                    2 if nth % 4 == 1 => Balance::Held,
                    _ => Balance::Zero,
                };
                let account = self.account(index, &customer.id, status, millis);
                self.batch.put(&account);
                let first = if status == AccountStatus::Pending {
                    status
                } else {
                    AccountStatus::Active
                };
                let created = Account {
                    status: first,
                    updated_at: rfc3339(millis),
                    ..account.clone()
                };
                let data = json!({ "resourceType": "account", "resourceId": account.id, "snapshot": created });
                self.note(millis, "account.created", data);
                if matches!(status, AccountStatus::Suspended | AccountStatus::Closed) {
                    let data = json!({
                        "resourceType": "account", "resourceId": account.id, "snapshot": account,
                        "previousAttributes": { "status": "active" },
                    });
                    self.note(millis + HOUR, "account.status_changed", data);
                }
                planted.push(Planted { account, balance });
            }
        }
        planted
    }

    fn account(
        &mut self,
        index: usize,
        customer: &str,
        status: AccountStatus,
        millis: i64,
    ) -> Account {
        let kind = match index % 3 {
            0 => AccountType::DemandDeposit,
            1 => AccountType::Wallet,
            _ => AccountType::Virtual,
        };
        let pair = PAIRS
            .get(index % PAIRS.len())
            .filter(|_| kind == AccountType::Wallet);
        let currency = CURRENCIES
            .get(index % CURRENCIES.len())
            .filter(|_| kind != AccountType::Wallet);
        let mut metadata = Map::new();
        if index.is_multiple_of(4) {
            metadata.insert("cost_center".to_owned(), json!(format!("cc-{index}")));
        }
        Account {
            id: self.id("acc", millis),
            customer_id: customer.to_owned(),
            kind,
            status,
            currency: currency.map(|&currency| currency.to_owned()),
            asset: pair.map(|(asset, _)| (*asset).to_owned()),
            chain: pair.map(|(_, chain)| *chain),
            label: match index % 3 {
                0 => Some(format!("Account {index}")),
                1 => index.is_multiple_of(2).then(|| "L".repeat(100)),
                _ => None,
            },
            purpose: PURPOSES.get(index % 9).map(|&purpose| purpose.to_owned()),
            metadata,
            created_at: rfc3339(millis),
            updated_at: rfc3339(if status == AccountStatus::Active {
                millis
            } else {
                millis + HOUR
            }),
        }
    }

    /// Plants ledger entries, in the order in which they happened, and the balances they lead to.
    pub(super) fn ledger(&mut self, planted: &[Planted]) {
        const ENTRIES: [(&str, &str, i64); 8] = [
            ("payment_in", "credit", 125_000),
            ("fee", "debit", 150),
            ("payment_out", "debit", 20_000),
            ("conversion_credit", "credit", 5_025),
            ("transfer_out", "debit", 1_000),
            ("adjustment", "credit", 1),
            ("reversal", "debit", 2_500),
            ("auto_conversion_debit", "debit", 99),
        ];
        let moving: Vec<&Planted> = planted
            .iter()
            .filter(|one| one.balance == Balance::Money)
            .collect();
        let mut running: HashMap<&str, i64> = HashMap::new();
        let mut last: HashMap<&str, String> = HashMap::new();
        let first = START + 50 * 24 * HOUR;
        for (step, (kind, direction, minor)) in ENTRIES.iter().enumerate() {
            for (nth, one) in moving.iter().enumerate() {
                // The first accounts have all entries, later ones fewer, so that the ledger has several pages.
                if step > 2 && nth % 4 != 0 {
                    continue;
                }
                let place = i64::try_from(step * moving.len() + nth).unwrap_or(0);
                let millis = first + place / 2 * HOUR;
                let account = &one.account;
                let balance = running.entry(account.id.as_str()).or_insert(0);
                *balance += if *direction == "credit" {
                    *minor
                } else {
                    -*minor
                };
                let balance = *balance;
                let id = self.id("txn", millis);
                let linked = last
                    .insert(account.id.as_str(), id.clone())
                    .filter(|_| *kind == "reversal");
                let entry = Transaction {
                    id,
                    account_id: account.id.clone(),
                    customer_id: account.customer_id.clone(),
                    kind: (*kind).to_owned(),
                    direction: (*direction).to_owned(),
                    amount: money::text(*minor, account.holds()),
                    currency: account.holds().to_owned(),
                    balance: money::text(balance, account.holds()),
                    linked_transaction_id: linked,
                    transaction_group_id: (step % 2 == 0).then(|| self.id("grp", millis)),
                    reference_type: (*kind == "payment_out").then(|| "payment".to_owned()),
                    reference_id: (*kind == "payment_out").then(|| self.id("pmt", millis)),
                    description: (nth % 2 == 0).then(|| format!("Entry {place}")),
                    created_at: rfc3339(millis),
                };
                self.batch.put(&entry);
            }
        }
        for one in planted {
            let available = running.get(one.account.id.as_str()).copied().unwrap_or(0);
            let balances = Balances {
                currency: one.account.holds().to_owned(),
                available,
                pending: if one.balance == Balance::Pending {
                    4_200
                } else {
                    0
                },
                held: if one.balance == Balance::Held {
                    10_000
                } else {
                    0
                },
            };
            self.balances.push((one.account.id.clone(), balances));
        }
    }

    /// Plants deposit instructions: several pages for the first account of each kind, a few for others.
    pub(super) fn instructions(&mut self, planted: &[Planted]) {
        let (mut fiat, mut wallets) = (0, 0);
        for one in planted
            .iter()
            .filter(|one| one.account.status == AccountStatus::Active)
        {
            let wallet = one.account.kind == AccountType::Wallet;
            let seen = if wallet { &mut wallets } else { &mut fiat };
            *seen += 1;
            let number = match *seen {
                1 => 120,
                n if n % 3 == 0 => 2,
                _ => 0,
            };
            for index in 0..number {
                let millis = START + 100 * 24 * HOUR + i64::try_from(index / 2).unwrap_or(0) * HOUR;
                self.instruction(&one.account, index, millis);
            }
        }
    }

    fn instruction(&mut self, account: &Account, index: usize, millis: i64) {
        let status = if index % 10 == 5 {
            "suspended"
        } else {
            "active"
        }
        .to_owned();
        if let (Some(chain), Some(asset)) = (account.chain, &account.asset) {
            let deposit = BlockchainAddress {
                id: self.id("ba", millis),
                account_id: account.id.clone(),
                chain,
                asset: asset.clone(),
                address: address(chain, self.random.random()),
                status,
                created_at: rfc3339(millis),
            };
            self.batch.put(&deposit);
            return;
        }
        let kind = NUMBERS
            .get(index % NUMBERS.len())
            .copied()
            .unwrap_or(NumberType::Iban);
        let random = self.random.random();
        let mut number = make_number(&account.id, kind, random, &rfc3339(millis));
        number.id = self.id("an", millis);
        number.status = status;
        if index.is_multiple_of(4) {
            number.auto_convert =
                Some(json!({ "enabled": index.is_multiple_of(8), "convertToCurrency": "USDC" }));
        }
        self.batch.put(&number);
    }
}
