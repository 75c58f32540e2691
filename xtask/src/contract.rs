//! `cargo xtask contract`: the contract tests, on the embedded sandbox unless told otherwise.

use crate::{deployment, workspace_root};
use anyhow::Result;
use counterpart_contract_tests::cli::{self, Args, Defaults};
use futures::FutureExt as _;
use openfx_sandbox::Sandbox;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// When no runtime can be had. All else ends in an exit code.
pub(crate) fn run(arguments: &Args) -> Result<ExitCode> {
    let root = workspace_root();
    let defaults = Defaults {
        spec: Some(root.join("spec/openfx.yaml")),
        report_dir: Some(root.join("target/contract")),
        deployment: Some(Box::new(|| deployment::start(Sandbox::builder()).boxed())),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let exit = runtime.block_on(cli::run(arguments, defaults));
    // The sandbox may be looking up hosts that subscriptions name: nobody waits for that.
    runtime.shutdown_background();
    Ok(ExitCode::from(exit.code()))
}
