//! Pages of a list, in both directions, that stay right while rows are added.
//!
//! A cursor is an item's id. Its place is the row's number, which never changes and only grows, so that no
//! insertion can move an item across a page boundary.

use super::record::{Cell, Record, bind, decode};
use super::{Connection, StoreError};
use sqlx::Row as _;

/// Which items of a list, counted from a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cursor {
    /// From the start of the list.
    Start,
    /// After an item, in the list's order.
    After(String),
    /// Before an item, in the list's order.
    Before(String),
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As the items were made.
    OldestFirst,
    /// The latest item first.
    NewestFirst,
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    /// `=`
    Is,
    /// `<>`
    IsNot,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
}

impl Compare {
    fn sql(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "<>",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
        }
    }
}

/// A question for a page.
#[derive(Clone, Debug)]
pub(crate) struct Query<'a> {
    /// Whose items.
    pub(crate) org: &'a str,
    /// Whether everybody's items are listed: false, except when the sandbox lies.
    pub(crate) everybody: bool,
    /// The conditions, all of which hold.
    pub(crate) filters: Vec<(&'static str, Compare, Cell)>,
    /// The number of items at most.
    pub(crate) limit: i64,
    /// Where the page begins.
    pub(crate) cursor: Cursor,
    /// The list's order.
    pub(crate) order: Order,
    /// By how many rows the page begins away from where it should: 0, except when the sandbox lies.
    pub(crate) drift: i64,
    /// Whether a cursor is the time of its item: false, except when the sandbox lies.
    pub(crate) by_time: bool,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page<R> {
    /// The items, in the list's order.
    pub(crate) items: Vec<R>,
    /// Whether there are more in the direction of travel.
    pub(crate) has_more: bool,
}

/// Reads a page; `None` when the cursor names no item of the organisation.
pub(crate) async fn page<R: Record>(
    connection: &mut Connection,
    query: &Query<'_>,
) -> Result<Option<Page<R>>, StoreError> {
    let mut cells = vec![Cell::from(query.org)];
    let mut conditions = String::from(if query.everybody {
        "org <> $1 || 'x'"
    } else {
        "org = $1"
    });
    for (column, compare, cell) in &query.filters {
        cells.push(cell.clone());
        conditions.push_str(&format!(" AND {column} {} ${}", compare.sql(), cells.len()));
    }
    // Rows ascend when the list is oldest first and we go forward, or newest first and we go back.
    let backward = matches!(query.cursor, Cursor::Before(_));
    let ascending = (query.order == Order::OldestFirst) != backward;
    if let Cursor::After(id) | Cursor::Before(id) = &query.cursor {
        let column = if query.by_time { "created_at" } else { "seq" };
        let Some(place) = place_of::<R>(connection, query, column, id).await? else {
            return Ok(None);
        };
        cells.push(Cell::Integer(if ascending {
            place + query.drift
        } else {
            place - query.drift
        }));
        conditions.push_str(&format!(
            " AND {column} {} ${}",
            if ascending { ">" } else { "<" },
            cells.len()
        ));
    }
    // One more than asked for tells whether there are more.
    cells.push(Cell::Integer(query.limit.saturating_add(1)));
    let sql = format!(
        "SELECT body FROM {} WHERE {conditions} ORDER BY seq {} LIMIT ${}",
        R::TABLE,
        if ascending { "ASC" } else { "DESC" },
        cells.len()
    );
    let rows = bind(sql, cells).fetch_all(connection).await?;
    let limit = usize::try_from(query.limit).unwrap_or(0);
    let has_more = rows.len() > limit;
    let mut items = rows
        .iter()
        .take(limit)
        .map(|row| decode(row, "(list)"))
        .collect::<Result<Vec<R>, _>>()?;
    if backward {
        items.reverse();
    }
    Ok(Some(Page { items, has_more }))
}

async fn place_of<R: Record>(
    connection: &mut Connection,
    query: &Query<'_>,
    column: &'static str,
    id: &str,
) -> Result<Option<i64>, StoreError> {
    let sql = format!(
        "SELECT {column} FROM {} WHERE id = $1 AND org = $2",
        R::TABLE
    );
    let row = bind(sql, [id.into(), query.org.into()])
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::Transaction;
    use crate::store::record::insert;
    use crate::store::{Database, Store};

    fn entry(number: i64) -> Transaction {
        Transaction {
            id: format!("txn_{number}"),
            account_id: "acc_1".to_owned(),
            customer_id: "cus_1".to_owned(),
            kind: "fee".to_owned(),
            direction: "debit".to_owned(),
            amount: "1.00".to_owned(),
            currency: "USD".to_owned(),
            balance: "1.00".to_owned(),
            linked_transaction_id: None,
            transaction_group_id: None,
            reference_type: None,
            reference_id: None,
            description: None,
            // All in one moment: only the row's number tells them apart.
            created_at: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    fn query(cursor: Cursor) -> Query<'static> {
        Query {
            org: "a",
            everybody: false,
            filters: Vec::new(),
            limit: 3,
            cursor,
            order: Order::OldestFirst,
            drift: 0,
            by_time: false,
        }
    }

    async fn numbers(connection: &mut Connection, cursor: Cursor) -> (Vec<String>, bool) {
        let page = page::<Transaction>(connection, &query(cursor))
            .await
            .unwrap()
            .unwrap();
        (
            page.items.into_iter().map(|item| item.id).collect(),
            page.has_more,
        )
    }

    #[tokio::test]
    async fn pages_stay_right_while_rows_are_added() {
        let store = Store::open(&Database::Memory).await.unwrap();
        let mut connection = store.read().await.unwrap();
        sqlx::query("PRAGMA foreign_keys = OFF")
            .execute(&mut *connection)
            .await
            .unwrap();
        for number in 0..4 {
            insert(&mut connection, "a", &entry(number)).await.unwrap();
            insert(&mut connection, "b", &entry(number + 100))
                .await
                .unwrap();
        }
        assert_eq!(
            numbers(&mut connection, Cursor::Start).await,
            (ids(&[0, 1, 2]), true)
        );
        insert(&mut connection, "a", &entry(4)).await.unwrap();
        assert_eq!(
            numbers(&mut connection, Cursor::After("txn_2".into())).await,
            (ids(&[3, 4]), false)
        );
        insert(&mut connection, "a", &entry(5)).await.unwrap();
        assert_eq!(
            numbers(&mut connection, Cursor::After("txn_2".into())).await,
            (ids(&[3, 4, 5]), false)
        );
        insert(&mut connection, "a", &entry(6)).await.unwrap();
        assert_eq!(
            numbers(&mut connection, Cursor::After("txn_2".into())).await,
            (ids(&[3, 4, 5]), true)
        );
        assert_eq!(
            numbers(&mut connection, Cursor::Before("txn_5".into())).await,
            (ids(&[2, 3, 4]), true)
        );
        assert_eq!(
            numbers(&mut connection, Cursor::Before("txn_2".into())).await,
            (ids(&[0, 1]), false)
        );
        assert_eq!(
            numbers(&mut connection, Cursor::Before("txn_3".into())).await,
            (ids(&[0, 1, 2]), false)
        );
    }

    #[tokio::test]
    async fn a_cursor_of_somebody_else_names_nothing() {
        let store = Store::open(&Database::Memory).await.unwrap();
        let mut connection = store.read().await.unwrap();
        sqlx::query("PRAGMA foreign_keys = OFF")
            .execute(&mut *connection)
            .await
            .unwrap();
        insert(&mut connection, "b", &entry(1)).await.unwrap();
        for cursor in [
            Cursor::After("txn_1".into()),
            Cursor::Before("txn_1".into()),
            Cursor::After("txn_9".into()),
        ] {
            assert_eq!(
                page::<Transaction>(&mut connection, &query(cursor))
                    .await
                    .unwrap(),
                None
            );
        }
    }

    fn ids(numbers: &[i64]) -> Vec<String> {
        numbers
            .iter()
            .map(|number| format!("txn_{number}"))
            .collect()
    }
}
