//! `cargo xtask mock`: a server for any document.

use anyhow::{Context as _, Result};
use clap::Args;
use counterpart_mock::Options;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

const HELP: &str = "\
Examples:
  cargo xtask mock --spec petstore.yaml --listen 127.0.0.1:8080
  curl -H 'Prefer: code=404' http://127.0.0.1:8080/pets/1      another documented answer

Exit codes:
  0  stopped
  2  could not run";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The OpenAPI document, YAML or JSON
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    listen: SocketAddr,
    /// What generated values are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

/// Runs a mock until it is asked to stop.
///
/// # Errors
/// When the document cannot be used, or the address cannot be had.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let loaded = counterpart_model::load(&arguments.spec);
    for diagnostic in &loaded.diagnostics {
        if diagnostic.severity == counterpart_model::Severity::Error {
            anstream::eprintln!("{}\n", diagnostic.render_styled());
        }
    }
    let api = loaded
        .api
        .with_context(|| format!("{} cannot be used", arguments.spec.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let options = Options {
            seed: arguments.seed,
            ..Options::default()
        };
        let running = counterpart_mock::start(&Arc::new(api), arguments.listen, options).await?;
        println!("{}", running.base_url);
        tokio::signal::ctrl_c()
            .await
            .context("cannot wait for the signal to stop")?;
        Ok(ExitCode::SUCCESS)
    })
}
