//! `openfx-sandbox`: the OpenFX reference deployment.

use clap::Parser;
use openfx_sandbox::cli::{self, Args};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Runs the OpenFX reference deployment.
#[derive(Debug, Parser)]
#[command(name = "openfx-sandbox", version)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match cli::run(Cli::parse().args, &mut std::io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("openfx-sandbox: {error}");
            ExitCode::from(2)
        }
    }
}
