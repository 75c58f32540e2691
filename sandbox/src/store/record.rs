//! Resources as rows: the body as the document shows it, beside the columns it is found by.

use super::{Connection, StoreError};
use sqlx::{AssertSqlSafe, Row as _};

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Text.
    Text(String),
    /// A number; times are milliseconds since 1970.
    Integer(i64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// A resource that has a table of its own.
pub(crate) trait Record: Sized + Send + Sync {
    /// The table. It becomes part of statements, so it is a constant of this crate.
    const TABLE: &'static str;

    /// The resource's id.
    fn id(&self) -> &str;
    /// The columns beside `seq`, `id`, `org` and `body`.
    fn columns(&self) -> Vec<(&'static str, Cell)>;
    /// The body as JSON.
    fn encode(&self) -> String;
    /// The resource, from its body.
    fn decode(body: &str) -> Option<Self>;
}

/// A query with cells bound in order.
pub(super) fn bind<'q>(
    sql: String,
    cells: impl IntoIterator<Item = Cell>,
) -> sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    // The statements are put together from this crate's constants only; every value is bound.
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for cell in cells {
        query = match cell {
            Cell::Text(text) => query.bind(text),
            Cell::Integer(number) => query.bind(number),
        };
    }
    query
}

/// The next number of a table. The row of the sequence stays locked until the transaction ends, so numbers
/// become visible in their order.
async fn next_number(connection: &mut Connection, table: &'static str) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO sequences (name, value) VALUES ($1, 1) \
         ON CONFLICT (name) DO UPDATE SET value = sequences.value + 1 RETURNING value",
    )
    .bind(table)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}

/// Adds a resource at the end of its table.
pub(crate) async fn insert<R: Record>(
    connection: &mut Connection,
    org: &str,
    record: &R,
) -> Result<(), StoreError> {
    let seq = next_number(connection, R::TABLE).await?;
    let columns = record.columns();
    let mut names = String::from("seq, id, org, body");
    let mut places = String::from("$1, $2, $3, $4");
    for (index, (column, _)) in columns.iter().enumerate() {
        names.push_str(", ");
        names.push_str(column);
        places.push_str(&format!(", ${}", index + 5));
    }
    let sql = format!("INSERT INTO {} ({names}) VALUES ({places})", R::TABLE);
    let head = [
        Cell::Integer(seq),
        record.id().into(),
        org.into(),
        Cell::Text(record.encode()),
    ];
    bind(
        sql,
        head.into_iter()
            .chain(columns.into_iter().map(|(_, cell)| cell)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a changed resource back.
pub(crate) async fn update<R: Record>(
    connection: &mut Connection,
    record: &R,
) -> Result<(), StoreError> {
    let columns = record.columns();
    let mut sets = String::from("body = $2");
    for (index, (column, _)) in columns.iter().enumerate() {
        sets.push_str(&format!(", {column} = ${}", index + 3));
    }
    let sql = format!("UPDATE {} SET {sets} WHERE id = $1", R::TABLE);
    let head = [record.id().into(), Cell::Text(record.encode())];
    bind(
        sql,
        head.into_iter()
            .chain(columns.into_iter().map(|(_, cell)| cell)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads one resource of an organisation; another organisation's is not there.
pub(crate) async fn get<R: Record>(
    connection: &mut Connection,
    org: &str,
    id: &str,
) -> Result<Option<R>, StoreError> {
    let sql = format!("SELECT body FROM {} WHERE id = $1 AND org = $2", R::TABLE);
    let row = bind(sql, [id.into(), org.into()])
        .fetch_optional(connection)
        .await?;
    row.map(|row| decode(&row, id)).transpose()
}

/// Whether the resource exists, in whichever organisation.
pub(crate) async fn owner<R: Record>(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<String>, StoreError> {
    let sql = format!("SELECT org FROM {} WHERE id = $1", R::TABLE);
    let row = bind(sql, [id.into()]).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// The resources that have a value in a column, oldest first.
pub(crate) async fn find<R: Record>(
    connection: &mut Connection,
    org: &str,
    column: &'static str,
    cell: Cell,
) -> Result<Vec<R>, StoreError> {
    let sql = format!(
        "SELECT body FROM {} WHERE org = $1 AND {column} = $2 ORDER BY seq",
        R::TABLE
    );
    let rows = bind(sql, [org.into(), cell]).fetch_all(connection).await?;
    rows.iter().map(|row| decode(row, "(list)")).collect()
}

/// Takes a resource away.
pub(crate) async fn delete<R: Record>(
    connection: &mut Connection,
    org: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let sql = format!("DELETE FROM {} WHERE id = $1 AND org = $2", R::TABLE);
    let done = bind(sql, [id.into(), org.into()])
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// How many resources a table holds, in all organisations.
pub(crate) async fn count<R: Record>(connection: &mut Connection) -> Result<i64, StoreError> {
    let sql = format!("SELECT COUNT(*) FROM {}", R::TABLE);
    Ok(bind(sql, []).fetch_one(connection).await?.try_get(0)?)
}

/// The resource of a row that starts with `body`.
pub(super) fn decode<R: Record>(row: &sqlx::sqlite::SqliteRow, id: &str) -> Result<R, StoreError> {
    let body: String = row.try_get("body")?;
    R::decode(&body).ok_or_else(|| StoreError::Corrupt {
        table: R::TABLE,
        id: id.to_owned(),
    })
}
