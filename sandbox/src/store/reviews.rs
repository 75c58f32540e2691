//! The KYB reviews under way: which customer takes which step when.

use super::{Connection, StoreError};
use sqlx::Row as _;

/// A step that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Review {
    /// The customer under review.
    pub(crate) customer_id: String,
    /// Its organisation.
    pub(crate) org: String,
    /// The step's name.
    pub(crate) step: String,
}

/// Plans a customer's next step, in place of the one planned before.
pub(crate) async fn plan(
    connection: &mut Connection,
    org: &str,
    customer: &str,
    step: &str,
    due_at: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO kyb_reviews (customer_id, org, step, due_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (customer_id) DO UPDATE SET step = $3, due_at = $4",
    )
    .bind(customer)
    .bind(org)
    .bind(step)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes away what is planned for a customer.
pub(crate) async fn clear(connection: &mut Connection, customer: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM kyb_reviews WHERE customer_id = $1").bind(customer).execute(connection).await?;
    Ok(())
}

/// The steps that are due, in the order they became due.
pub(crate) async fn due(connection: &mut Connection, now: i64, limit: i64) -> Result<Vec<Review>, StoreError> {
    let rows =
        sqlx::query("SELECT customer_id, org, step FROM kyb_reviews WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
            .bind(now)
            .bind(limit)
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|row| {
            Ok(Review {
                customer_id: row.try_get("customer_id")?,
                org: row.try_get("org")?,
                step: row.try_get("step")?,
            })
        })
        .collect()
}

/// When the next step is due.
pub(crate) async fn next_due(connection: &mut Connection) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT MIN(due_at) FROM kyb_reviews").fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}
