//! What was answered under an idempotency key, written in the same transaction as the effect itself, so that
//! a crash between the two is impossible.

use super::{Connection, StoreError};
use sqlx::Row as _;

/// The scope of a key: whose it is. What it was used for is in the fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    /// The credential's name.
    pub(crate) credential: String,
    /// The key.
    pub(crate) key: String,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    /// A digest of the request.
    pub(crate) fingerprint: String,
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
}

/// What was answered under a key since a time.
pub(crate) async fn get(
    connection: &mut Connection,
    scope: &Scope,
    since: i64,
) -> Result<Option<Answered>, StoreError> {
    let row = sqlx::query(
        "SELECT fingerprint, status, body FROM idempotency_keys \
         WHERE credential = $1 AND idempotency_key = $2 AND created_at >= $3",
    )
    .bind(&scope.credential)
    .bind(&scope.key)
    .bind(since)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let status: i64 = row.try_get("status")?;
    Ok(Some(Answered {
        fingerprint: row.try_get("fingerprint")?,
        status: u16::try_from(status).unwrap_or(500),
        body: row.try_get("body")?,
    }))
}

/// Notes what is answered under a key.
pub(crate) async fn put(
    connection: &mut Connection,
    scope: &Scope,
    answered: &Answered,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO idempotency_keys \
         (credential, idempotency_key, fingerprint, status, body, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential, idempotency_key) \
         DO UPDATE SET fingerprint = $3, status = $4, body = $5, created_at = $6",
    )
    .bind(&scope.credential)
    .bind(&scope.key)
    .bind(&answered.fingerprint)
    .bind(i64::from(answered.status))
    .bind(&answered.body)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
