//! What the system will do by itself: which customer or onboarding takes which step when.

use super::{Connection, StoreError};
use sqlx::Row as _;

/// A step that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    /// The customer or the onboarding.
    pub(crate) subject_id: String,
    /// Its organisation.
    pub(crate) org: String,
    /// The step's name.
    pub(crate) step: String,
}

/// Plans the next step of something, in place of the one planned before.
pub(crate) async fn plan(
    connection: &mut Connection,
    org: &str,
    subject: &str,
    step: &str,
    due_at: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tasks (subject_id, org, step, due_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (subject_id) DO UPDATE SET step = $3, due_at = $4",
    )
    .bind(subject)
    .bind(org)
    .bind(step)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes away what is planned for something.
pub(crate) async fn clear(connection: &mut Connection, subject: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM tasks WHERE subject_id = $1")
        .bind(subject)
        .execute(connection)
        .await?;
    Ok(())
}

/// The steps that are due, in the order they became due.
pub(crate) async fn due(
    connection: &mut Connection,
    now: i64,
    limit: i64,
) -> Result<Vec<Task>, StoreError> {
    let rows = sqlx::query(
        "SELECT subject_id, org, step FROM tasks WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Task {
                subject_id: row.try_get("subject_id")?,
                org: row.try_get("org")?,
                step: row.try_get("step")?,
            })
        })
        .collect()
}

/// When the next step is due.
pub(crate) async fn next_due(connection: &mut Connection) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT MIN(due_at) FROM tasks")
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}
