//! `cargo xtask sandbox`: the OpenFX reference deployment.

use anyhow::Result;
use openfx_sandbox::cli;
use std::io;

/// Runs the sandbox until it is asked to stop.
///
/// # Errors
/// When it cannot start.
pub(crate) fn run(arguments: cli::Args) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(cli::run(arguments, &mut io::stdout()))?)
}
