//! Many new resources at once, in few statements.

use super::record::{Cell, Record, bind};
use super::{Connection, StoreError};
use sqlx::Row as _;

/// How many rows go into one statement.
const ROWS: usize = 64;

/// New rows of several tables, in the order in which they were put there.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    name: &'static str,
    columns: Vec<&'static str>,
    /// Cells of `id`, `body` and the columns.
    rows: Vec<Vec<Cell>>,
}

impl Batch {
    /// Puts a resource at the end of its table.
    pub(crate) fn put<R: Record>(&mut self, record: &R) {
        let (columns, cells): (Vec<_>, Vec<_>) = record.columns().into_iter().unzip();
        let mut row = vec![Cell::from(record.id()), Cell::Text(record.encode())];
        row.extend(cells);
        match self.tables.iter_mut().find(|table| table.name == R::TABLE) {
            Some(table) => table.rows.push(row),
            None => self.tables.push(Table {
                name: R::TABLE,
                columns,
                rows: vec![row],
            }),
        }
    }

    /// Writes everything, table by table in the order in which they were first put to.
    pub(crate) async fn write(
        self,
        connection: &mut Connection,
        org: &str,
    ) -> Result<(), StoreError> {
        for table in self.tables {
            let last = reserve(connection, table.name, table.rows.len()).await?;
            let mut number = last - i64::try_from(table.rows.len()).unwrap_or(0);
            let mut rows = table.rows.into_iter().peekable();
            while rows.peek().is_some() {
                let mut cells = Vec::new();
                let mut places = Vec::new();
                for row in rows.by_ref().take(ROWS) {
                    number += 1;
                    let from = cells.len();
                    cells.push(Cell::Integer(number));
                    cells.push(Cell::from(org));
                    cells.extend(row);
                    let list: Vec<String> = (from + 1..=cells.len())
                        .map(|place| format!("${place}"))
                        .collect();
                    places.push(format!("({})", list.join(", ")));
                }
                let mut names = String::from("seq, org, id, body");
                table
                    .columns
                    .iter()
                    .for_each(|column| names.extend([", ", column]));
                let sql = format!(
                    "INSERT INTO {} ({names}) VALUES {}",
                    table.name,
                    places.join(", ")
                );
                bind(sql, cells).execute(&mut *connection).await?;
            }
        }
        Ok(())
    }
}

/// Takes as many numbers as there are rows; gives the last one.
async fn reserve(
    connection: &mut Connection,
    table: &'static str,
    rows: usize,
) -> Result<i64, StoreError> {
    let rows = i64::try_from(rows).unwrap_or(0);
    let row = sqlx::query(
        "INSERT INTO sequences (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = sequences.value + $2 RETURNING value",
    )
    .bind(table)
    .bind(rows)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}
