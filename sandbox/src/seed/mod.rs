//! What a new sandbox holds: two organisations, deterministic by the seed, with something for every rule of the
//! document to hold or to refuse.

mod accounts;
mod customers;
mod history;

use crate::clock::rfc3339;
use crate::credentials::{HOME, OTHER};
use crate::domain::accounts::Account;
use crate::domain::customers::Customer;
use crate::domain::events::Event;
use crate::domain::subscriptions::Subscription;
use crate::ids;
use crate::store::balances::{self, Balances};
use crate::store::batch::Batch;
use crate::store::record::count;
use crate::store::secrets::{self, Secrets};
use crate::store::{Connection, Store, StoreError};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Map;

/// 2026-01-05T09:00:00Z.
const START: i64 = 1_767_603_600_000;
pub(super) const HOUR: i64 = 3_600_000;

/// Writes the seed data, unless the database holds customers already.
pub(crate) async fn plant(store: &Store, seed: u64) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    if count::<Customer>(&mut tx).await? == 0 {
        // One organisation after the other, so that each one's rows lie together.
        for (org, customers) in [(HOME, 144), (OTHER, 12)] {
            let mut gardener = Gardener {
                connection: &mut tx,
                org,
                random: StdRng::seed_from_u64(seed ^ u64::from(org == OTHER)),
                events: Vec::new(),
                batch: Batch::default(),
                balances: Vec::new(),
                secrets: Vec::new(),
            };
            let customers = gardener.customers(customers);
            let accounts = gardener.accounts(&customers);
            gardener.ledger(&accounts);
            gardener.instructions(&accounts);
            gardener.subscriptions(if org == HOME { 60 } else { 2 });
            gardener.log();
            gardener.write().await?;
        }
    }
    tx.commit().await.map_err(StoreError::from)
}

/// Plants one organisation's data.
struct Gardener<'a> {
    connection: &'a mut Connection,
    org: &'static str,
    random: StdRng,
    events: Vec<(i64, Event)>,
    batch: Batch,
    balances: Vec<(String, Balances)>,
    secrets: Vec<String>,
}

/// A planted account with what is planned for its balance.
struct Planted {
    account: Account,
    balance: accounts::Balance,
}

impl Gardener<'_> {
    /// An identifier of a time.
    fn id(&mut self, prefix: &str, millis: i64) -> String {
        ids::at(prefix, millis, self.random.random())
    }

    /// Notes an event for the log.
    fn note(&mut self, millis: i64, kind: &str, data: serde_json::Value) {
        let id = self.id("evt", millis);
        let event = Event {
            id,
            kind: kind.to_owned(),
            created_at: rfc3339(millis),
            data,
        };
        self.events.push((millis, event));
    }

    /// Adds the log, in the order in which things happened.
    fn log(&mut self) {
        let mut events = std::mem::take(&mut self.events);
        events.sort_by_key(|(millis, _)| *millis);
        events.iter().for_each(|(_, event)| self.batch.put(event));
    }

    /// Writes everything.
    async fn write(self) -> Result<(), StoreError> {
        self.batch.write(self.connection, self.org).await?;
        for (account, balances) in &self.balances {
            balances::put(self.connection, account, balances).await?;
        }
        for subscription in &self.secrets {
            let secret = Secrets {
                secret: ids::signing_secret(),
                previous: None,
            };
            secrets::put(self.connection, subscription, &secret).await?;
        }
        Ok(())
    }

    /// Subscriptions, all disabled: nobody is called that did not ask.
    fn subscriptions(&mut self, number: usize) {
        const TYPES: [&str; 6] = [
            "*",
            "customer.status_changed",
            "customer.kyb_status_changed",
            "onboarding.completed",
            "account.created",
            "account.status_changed",
        ];
        for index in 0..number {
            let millis = START + i64::try_from(index / 2).unwrap_or(0) * HOUR;
            let subscription = Subscription {
                id: self.id("wsub", millis),
                url: format!("https://example.com/webhooks/{index}"),
                event_types: TYPES
                    .iter()
                    .cycle()
                    .skip(index)
                    .take(1 + index % 3)
                    .map(|&t| t.to_owned())
                    .collect(),
                status: "disabled".to_owned(),
                description: (index % 2 == 0).then(|| format!("Receiver {index}")),
                metadata: Map::new(),
                created_at: rfc3339(millis),
                updated_at: rfc3339(millis),
            };
            self.batch.put(&subscription);
            self.secrets.push(subscription.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::Transaction;
    use crate::domain::values::{
        AccountStatus, AccountType, Capability, Chain, CustomerStatus, KybStatus,
    };
    use crate::store::Database;
    use crate::store::record::{Cell, find};
    use std::collections::HashSet;

    async fn planted() -> Store {
        let store = Store::open(&Database::Memory).await.unwrap();
        plant(&store, 1).await.unwrap();
        store
    }

    #[tokio::test]
    async fn every_list_has_several_pages_and_every_state_is_there() {
        let store = planted().await;
        let mut connection = store.read().await.unwrap();
        let active = find::<Account>(&mut connection, HOME, "status", Cell::from("active"))
            .await
            .unwrap();
        let seen: HashSet<AccountType> = active.iter().map(|account| account.kind).collect();
        assert_eq!(seen.len(), AccountType::ALL.len());
        let chains: HashSet<Chain> = active.iter().filter_map(|account| account.chain).collect();
        assert!(chains.len() >= 6, "{chains:?}");
        for status in CustomerStatus::ALL {
            let found =
                find::<Customer>(&mut connection, HOME, "status", Cell::from(status.as_str()))
                    .await
                    .unwrap();
            assert!(found.len() > 5, "{status:?}");
        }
        for status in AccountStatus::ALL {
            let found =
                find::<Account>(&mut connection, HOME, "status", Cell::from(status.as_str()))
                    .await
                    .unwrap();
            assert!(found.len() > 2, "{status:?}");
        }
        assert!(count::<Customer>(&mut connection).await.unwrap() > 120);
        assert!(count::<Account>(&mut connection).await.unwrap() > 120);
        assert!(count::<Transaction>(&mut connection).await.unwrap() > 200);
        assert!(count::<Event>(&mut connection).await.unwrap() > 200);
    }

    #[tokio::test]
    async fn each_gate_has_somebody_it_stops() {
        let store = planted().await;
        let mut connection = store.read().await.unwrap();
        let active = find::<Customer>(&mut connection, HOME, "status", Cell::from("active"))
            .await
            .unwrap();
        assert!(
            active
                .iter()
                .any(|customer| !customer.can(Capability::Accounts))
        );
        let mut stopped = HashSet::new();
        for account in find::<Account>(&mut connection, HOME, "status", Cell::from("active"))
            .await
            .unwrap()
        {
            let customers = find::<Customer>(
                &mut connection,
                HOME,
                "id",
                Cell::from(account.customer_id.as_str()),
            )
            .await
            .unwrap();
            let customer = customers.first().unwrap();
            let approved = customer.kyb_status == KybStatus::Approved;
            let wallet = account.kind == AccountType::Wallet;
            stopped.insert((wallet, approved, customer.can(Capability::Crypto)));
        }
        assert!(
            stopped.contains(&(true, true, false)),
            "wallet of a customer without crypto"
        );
        assert!(
            stopped.contains(&(true, false, true)),
            "wallet of a customer that is not approved"
        );
        assert!(
            stopped.contains(&(false, false, true)),
            "fiat account of a customer that is not approved"
        );
        assert!(stopped.contains(&(true, true, true)) && stopped.contains(&(false, true, true)));
    }

    #[tokio::test]
    async fn the_same_seed_gives_the_same_data() {
        let (one, two) = (planted().await, planted().await);
        for table in [
            "customers",
            "onboardings",
            "accounts",
            "transactions",
            "events",
            "account_numbers",
        ] {
            let sql = format!(
                "SELECT group_concat(body, ';') FROM (SELECT body FROM {table} ORDER BY seq)"
            );
            let mut texts = Vec::new();
            for store in [&one, &two] {
                let mut connection = store.read().await.unwrap();
                let text: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone()))
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                texts.push(text);
            }
            assert_eq!(texts.first(), texts.last(), "{table}");
        }
    }
}
