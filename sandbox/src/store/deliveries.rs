//! The queue of webhook deliveries.

use super::{Connection, StoreError};
use sqlx::Row as _;

/// One event on its way to one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The event.
    pub(crate) event_id: String,
    /// The subscription.
    pub(crate) subscription_id: String,
    /// The organisation of both.
    pub(crate) org: String,
    /// How often it was tried.
    pub(crate) attempts: i64,
}

/// Puts a delivery into the queue.
pub(crate) async fn enqueue(
    connection: &mut Connection,
    event: &str,
    subscription: &str,
    due_at: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO webhook_deliveries (event_id, subscription_id, attempts, due_at, state) \
         VALUES ($1, $2, 0, $3, 'waiting')",
    )
    .bind(event)
    .bind(subscription)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The deliveries that are due, the longest waiting first.
pub(crate) async fn due(
    connection: &mut Connection,
    now: i64,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let rows = sqlx::query(
        "SELECT d.event_id, d.subscription_id, d.attempts, e.org FROM webhook_deliveries d \
         JOIN events e ON e.id = d.event_id \
         WHERE d.state = 'waiting' AND d.due_at <= $1 ORDER BY d.due_at, e.seq LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Delivery {
                event_id: row.try_get("event_id")?,
                subscription_id: row.try_get("subscription_id")?,
                org: row.try_get("org")?,
                attempts: row.try_get("attempts")?,
            })
        })
        .collect()
}

/// When the next delivery is due.
pub(crate) async fn next_due(connection: &mut Connection) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT MIN(due_at) FROM webhook_deliveries WHERE state = 'waiting'")
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}

/// Notes how a try went: `delivered`, `failed`, or `waiting` for the next one.
pub(crate) async fn settle(
    connection: &mut Connection,
    delivery: &Delivery,
    state: &'static str,
    due_at: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE webhook_deliveries SET attempts = $3, state = $4, due_at = $5 \
         WHERE event_id = $1 AND subscription_id = $2",
    )
    .bind(&delivery.event_id)
    .bind(&delivery.subscription_id)
    .bind(delivery.attempts)
    .bind(state)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops what a deleted subscription would still have received.
pub(crate) async fn cancel(
    connection: &mut Connection,
    subscription: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE webhook_deliveries SET state = 'cancelled' WHERE subscription_id = $1 AND state = 'waiting'")
        .bind(subscription)
        .execute(connection)
        .await?;
    Ok(())
}
