//! What an account holds, in minor units.

use super::{Connection, StoreError};
use sqlx::Row as _;

/// The balances of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Balances {
    /// The account's currency or asset.
    pub(crate) currency: String,
    /// What can be spent.
    pub(crate) available: i64,
    /// What is on its way.
    pub(crate) pending: i64,
    /// What is set aside.
    pub(crate) held: i64,
}

impl Balances {
    /// Everything together.
    pub(crate) fn total(&self) -> i64 {
        self.available
            .saturating_add(self.pending)
            .saturating_add(self.held)
    }
}

/// Writes an account's balances.
pub(crate) async fn put(
    connection: &mut Connection,
    account: &str,
    balances: &Balances,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO balances (account_id, currency, available, pending, held) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account_id) DO UPDATE SET available = $3, pending = $4, held = $5",
    )
    .bind(account)
    .bind(&balances.currency)
    .bind(balances.available)
    .bind(balances.pending)
    .bind(balances.held)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads an account's balances.
pub(crate) async fn get(
    connection: &mut Connection,
    account: &str,
) -> Result<Option<Balances>, StoreError> {
    let row = sqlx::query(
        "SELECT currency, available, pending, held FROM balances WHERE account_id = $1",
    )
    .bind(account)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Balances {
        currency: row.try_get("currency")?,
        available: row.try_get("available")?,
        pending: row.try_get("pending")?,
        held: row.try_get("held")?,
    }))
}
