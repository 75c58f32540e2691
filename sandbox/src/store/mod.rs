//! Where the state is kept: SQLite through sqlx, in statements PostgreSQL understands too.
//!
//! Everything that is SQLite's own (how a connection is opened, how a writing transaction begins) is in
//! this file; the rest of the crate speaks to a [`Connection`].

pub(crate) mod balances;
pub(crate) mod batch;
pub(crate) mod deliveries;
pub(crate) mod idempotency;
mod migrate;
pub(crate) mod page;
pub(crate) mod record;
pub(crate) mod secrets;
pub(crate) mod tasks;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A connection to the store, in or outside a transaction.
pub(crate) type Connection = sqlx::SqliteConnection;
/// A transaction: its effects are kept when it is committed, and only then.
pub(crate) type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database could not be opened.
    #[error("cannot open the database {path}: {source}")]
    Open {
        /// The file, or `(memory)`.
        path: String,
        /// What the driver says.
        #[source]
        source: sqlx::Error,
    },
    /// The database was written by a later version of the sandbox.
    #[error("the database has schema version {found}; this sandbox knows versions up to {known}")]
    TooNew {
        /// The version found.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// A statement failed.
    #[error("the store failed: {0}")]
    Statement(#[from] sqlx::Error),
    /// A stored body is not what was written.
    #[error("the stored {table} {id} cannot be read back")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
    },
}

/// Where the database is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Database {
    /// In memory: gone when the sandbox stops.
    #[default]
    Memory,
    /// In a file, made when it is not there.
    File(PathBuf),
}

/// The store.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pool: sqlx::SqlitePool,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(database: &Database) -> Result<Self, StoreError> {
        let options = match database {
            Database::Memory => SqliteConnectOptions::new().in_memory(true),
            Database::File(path) => file_options(path),
        };
        // A database in memory belongs to its one connection, which therefore has to stay.
        let connections = if *database == Database::Memory { 1 } else { 4 };
        let pool = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(connections)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.foreign_keys(true).statement_cache_capacity(256))
            .await
            .map_err(|source| StoreError::Open {
                path: name(database),
                source,
            })?;
        let store = Self { pool };
        migrate::run(&store).await.map_err(|error| match error {
            StoreError::Statement(source) => StoreError::Open {
                path: name(database),
                source,
            },
            other => other,
        })?;
        Ok(store)
    }

    /// A connection to read from.
    pub(crate) async fn read(
        &self,
    ) -> Result<sqlx::pool::PoolConnection<sqlx::Sqlite>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    /// Begins a transaction that will write. It waits for its turn at the start, not in the middle, where
    /// SQLite could only make it fail.
    pub(crate) async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Closes the store after what is under way.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

fn file_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        // A commit is in the log, and the log on the disk, before the answer goes out.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30))
}

fn name(database: &Database) -> String {
    match database {
        Database::Memory => "(memory)".to_owned(),
        Database::File(path) => path.display().to_string(),
    }
}
