//! Signing secrets of webhook subscriptions, apart from what lists and reads show.

use super::{Connection, StoreError};
use sqlx::Row as _;

/// The secrets of a subscription.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secrets {
    /// The secret deliveries are signed with.
    pub(crate) secret: String,
    /// The one before it, while it is still honoured.
    pub(crate) previous: Option<(String, i64)>,
}

/// Writes a subscription's secrets.
pub(crate) async fn put(
    connection: &mut Connection,
    subscription: &str,
    secrets: &Secrets,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO webhook_secrets (subscription_id, secret, previous_secret, previous_expires_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (subscription_id) \
         DO UPDATE SET secret = $2, previous_secret = $3, previous_expires_at = $4",
    )
    .bind(subscription)
    .bind(&secrets.secret)
    .bind(secrets.previous.as_ref().map(|(secret, _)| secret))
    .bind(secrets.previous.as_ref().map(|(_, expires)| *expires))
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads a subscription's secrets.
pub(crate) async fn get(
    connection: &mut Connection,
    subscription: &str,
) -> Result<Option<Secrets>, StoreError> {
    let row = sqlx::query(
        "SELECT secret, previous_secret, previous_expires_at FROM webhook_secrets WHERE subscription_id = $1",
    )
    .bind(subscription)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let previous: Option<String> = row.try_get("previous_secret")?;
    let expires: Option<i64> = row.try_get("previous_expires_at")?;
    Ok(Some(Secrets {
        secret: row.try_get("secret")?,
        previous: previous.zip(expires),
    }))
}
