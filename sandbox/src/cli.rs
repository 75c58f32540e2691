//! The command line, for the binary and for `cargo xtask sandbox`.

use crate::credentials::Credentials;
use crate::fault::{Fault, faults};
use crate::run::{Sandbox, SandboxError};
use crate::store::Database;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Runs the OpenFX reference deployment.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Keep the state in this SQLite file, made when it is not there. In memory by default.
    #[arg(long, value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// Which seed data a new database gets.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Offer control endpoints under `/_sandbox`, without credentials.
    #[arg(long)]
    pub control: bool,
    /// Lie in this one way; `--list-faults` tells all.
    #[arg(long, value_name = "NAME")]
    pub fault: Option<String>,
    /// List the faults and stop.
    #[arg(long)]
    pub list_faults: bool,
    /// How long each step of reviews and onboardings takes, in milliseconds.
    #[arg(long, default_value_t = 300, value_name = "MS")]
    pub kyb_delay: u64,
    /// How many requests a minute each caller may make.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=2_147_483_647))]
    pub rate_limit: u32,
    /// Take the credentials of an earlier run, as `--print-credentials` wrote them, in place of fresh ones.
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,
    /// Write the credentials of this run to a file, as TOML; `-` is the standard output.
    #[arg(long, value_name = "FILE")]
    pub print_credentials: Option<PathBuf>,
}

/// Why the command fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// There is no such fault.
    #[error("there is no fault `{0}`; `--list-faults` tells all")]
    UnknownFault(String),
    /// The sandbox does not start.
    #[error(transparent)]
    Start(#[from] SandboxError),
    /// The credentials cannot be read.
    #[error("cannot read the credentials in {path}: {source}")]
    ReadCredentials {
        /// Where from.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The credentials cannot be written.
    #[error("cannot write the credentials to {path}: {source}")]
    Credentials {
        /// Where to.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Nothing can be printed.
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

/// Does what the arguments say, until the process is asked to stop.
///
/// # Errors
/// When the sandbox cannot start, or its output cannot be written.
pub async fn run(args: Args, out: &mut (impl Write + Send)) -> Result<(), CliError> {
    if args.list_faults {
        for fault in faults() {
            writeln!(
                out,
                "{:<32} {:<20} {:<26} {}",
                fault.name, fault.category, fault.check, fault.summary
            )?;
        }
        return Ok(());
    }
    let fault = match args.fault {
        Some(name) => Some(Fault::named(&name).ok_or(CliError::UnknownFault(name))?),
        None => None,
    };
    let mut builder = Sandbox::builder();
    if let Some(path) = &args.credentials {
        builder = builder.credentials(read_credentials(path)?);
    }
    let running = builder
        .database(args.database.map_or(Database::Memory, Database::File))
        .seed(args.seed)
        .control(args.control)
        .kyb_delay(Duration::from_millis(args.kyb_delay))
        .rate_limit(args.rate_limit)
        .fault(fault)
        .start(args.listen)
        .await?;
    if let Some(path) = args.print_credentials {
        let text = running.credentials.to_toml();
        let written = if path.as_os_str() == "-" {
            write!(out, "{text}")
        } else {
            write_private(&path, &text)
        };
        written.map_err(|source| CliError::Credentials {
            path: path.display().to_string(),
            source,
        })?;
    }
    writeln!(out, "listening on {}", running.base_url)?;
    out.flush()?;
    stop_asked().await?;
    running.shutdown().await;
    Ok(())
}

fn read_credentials(path: &std::path::Path) -> Result<Credentials, CliError> {
    let failed = |source| CliError::ReadCredentials {
        path: path.display().to_string(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    // What is wrong with a key is not told in detail: the text is a secret.
    Credentials::from_toml(&text)
        .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// Writes a file that only its owner can read.
fn write_private(path: &std::path::Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Waits for an interrupt or for a request to terminate.
async fn stop_asked() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
