//! Brings a database up to the schema this sandbox knows.

use super::{Store, StoreError};
use sqlx::Row as _;

/// The steps, oldest first; a database's version is the number of steps it has taken.
const STEPS: &[&str] = &[include_str!("../../migrations/0001_initial.sql")];

/// Takes the steps that are missing, all in one transaction.
pub(super) async fn run(store: &Store) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .execute(&mut *tx)
        .await?;
    let found: i64 = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .fetch_one(&mut *tx)
        .await?
        .try_get(0)?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    let taken = usize::try_from(found).unwrap_or(0);
    for (index, step) in STEPS.iter().enumerate().skip(taken) {
        sqlx::raw_sql(*step).execute(&mut *tx).await?;
        let version = i64::try_from(index + 1).unwrap_or(i64::MAX);
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
