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
    let mut conditions = String::from("org = $1");
    for (column, compare, cell) in &query.filters {
        cells.push(cell.clone());
        conditions.push_str(&format!(" AND {column} {} ${}", compare.sql(), cells.len()));
    }
    // Rows ascend when the list is oldest first and we go forward, or newest first and we go back.
    let backward = matches!(query.cursor, Cursor::Before(_));
    let ascending = (query.order == Order::OldestFirst) != backward;
    if let Cursor::After(id) | Cursor::Before(id) = &query.cursor {
        let Some(place) = place_of::<R>(connection, query.org, id).await? else { return Ok(None) };
        cells.push(Cell::Integer(if ascending { place + query.drift } else { place - query.drift }));
        conditions.push_str(&format!(" AND seq {} ${}", if ascending { ">" } else { "<" }, cells.len()));
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
    let mut items = rows.iter().take(limit).map(|row| decode(row, "(list)")).collect::<Result<Vec<R>, _>>()?;
    if backward {
        items.reverse();
    }
    Ok(Some(Page { items, has_more }))
}

async fn place_of<R: Record>(connection: &mut Connection, org: &str, id: &str) -> Result<Option<i64>, StoreError> {
    let sql = format!("SELECT seq FROM {} WHERE id = $1 AND org = $2", R::TABLE);
    let row = bind(sql, [id.into(), org.into()]).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}
