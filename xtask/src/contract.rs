//! `cargo xtask contract`: the contract tests, on the embedded sandbox unless told otherwise.

use crate::{deployment, from_here, workspace_root};
use anyhow::{Context as _, Result};
use counterpart_contract_tests::cli::{self, Args, Defaults};
use futures::FutureExt as _;
use openfx_sandbox::{Fault, Sandbox};
use std::path::Path;
use std::process::ExitCode;

/// What can be asked.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    args: Args,
    /// Break the embedded sandbox in this one way first; `cargo xtask sandbox --list-faults` tells all
    #[arg(long, value_name = "NAME", conflicts_with = "base_url", global = true)]
    fault: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When no runtime can be had. All else ends in an exit code.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = from_here(&workspace_root());
    let fault = match &arguments.fault {
        None => None,
        Some(name) => Some(Fault::named(name).with_context(|| {
            format!("there is no fault `{name}`: `cargo xtask sandbox --list-faults` tells all")
        })?),
    };
    let second = root.join("spec/platnova.yaml");
    let of_second = fault.is_none()
        && arguments
            .args
            .spec
            .as_deref()
            .is_some_and(|spec| same(spec, &second));
    let (spec, start): (_, cli::Start) = if of_second {
        (second, Box::new(|| deployment::start_platnova().boxed()))
    } else {
        let start = move || deployment::start(Sandbox::builder().fault(fault)).boxed();
        (root.join("spec/openfx.yaml"), Box::new(start))
    };
    let defaults = Defaults {
        spec: Some(spec),
        report_dir: Some(root.join("target/contract")),
        deployment: Some(start),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let exit = runtime.block_on(cli::run(&arguments.args, defaults));
    // The sandbox may be looking up hosts that subscriptions name: nobody waits for that.
    runtime.shutdown_background();
    Ok(ExitCode::from(exit.code()))
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
