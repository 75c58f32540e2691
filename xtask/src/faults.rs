//! `cargo xtask faults`: the contract tests' own proof. Each fault of the sandbox has to be found.

use crate::fault_run::{Proof, Subject};
use crate::{fault_run, workspace_root};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use counterpart_contract_tests::config::matches_glob;
use futures::{StreamExt as _, stream};
use openfx_sandbox::Fault;
use std::{collections::BTreeMap, process::ExitCode, time::Instant};

const HELP: &str = "\
Examples:
  cargo xtask faults                       every fault
  cargo xtask faults --only 'webhook-*'    some of them
  cargo xtask faults --only honest         no fault: nothing may be found

Exit codes:
  0  every fault was found by the check that is meant to find it, and the honest sandbox gave no finding
  1  some were not; they are listed at the end
  2  could not run";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// Only faults whose name matches; `honest` is the sandbox without one
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// How many sandboxes are checked at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Run all checks against each fault, and tell which others notice it
    #[arg(long)]
    all_checks: bool,
}

/// Runs the command.
///
/// # Errors
/// When it could not run.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let exit = runtime.block_on(prove(arguments));
    // Sandboxes may be looking up hosts that subscriptions name: nobody waits for that.
    runtime.shutdown_background();
    exit
}

async fn prove(arguments: &Arguments) -> Result<ExitCode> {
    let started = Instant::now();
    let wanted = |name: &str| {
        arguments.only.is_empty() || arguments.only.iter().any(|glob| matches_glob(glob, name))
    };
    let subject = Subject::load(&workspace_root().join("spec/openfx.yaml"))
        .map_err(anyhow::Error::msg)
        .context("the document")?;
    let honest = wanted("honest").then_some(None);
    let faults: Vec<Option<&'static Fault>> = honest
        .into_iter()
        .chain(
            openfx_sandbox::faults()
                .iter()
                .filter(|fault| wanted(fault.name))
                .map(Some),
        )
        .collect();
    ensure!(
        !faults.is_empty(),
        "no fault matches; `cargo xtask sandbox --list-faults` tells all"
    );
    let mut running = stream::iter(faults)
        .map(|fault| fault_run::prove(&subject, fault, arguments.all_checks))
        .buffered(arguments.jobs.max(1));
    let mut categories: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    while let Some(proof) = running.next().await {
        let proof = proof.map_err(anyhow::Error::msg)?;
        println!("{proof}");
        if proof.fault.is_some() {
            let count = categories.entry(proof.category()).or_default();
            count.1 += 1;
            count.0 += usize::from(proof.holds());
        }
        if !proof.holds() {
            missed.push(proof);
        }
    }
    summary(&categories, &missed, started);
    Ok(ExitCode::from(u8::from(!missed.is_empty())))
}

fn summary(
    categories: &BTreeMap<&'static str, (usize, usize)>,
    missed: &[Proof],
    started: Instant,
) {
    println!("\n{:<22} caught  of", "category");
    for (category, (caught, total)) in categories {
        println!("{category:<22} {caught:>6} {total:>3}");
    }
    let caught: usize = categories.values().map(|(caught, _)| caught).sum();
    let total: usize = categories.values().map(|(_, total)| total).sum();
    println!("{:<22} {caught:>6} {total:>3}", "all");
    println!("{:.0} seconds", started.elapsed().as_secs_f64());
    for proof in missed {
        println!("not as it should be: {proof}");
    }
}
