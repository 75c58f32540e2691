//! `cargo xtask mutual`: the mock of every document under the contract tests. One reads the document to answer, the other to
//! ask: where they disagree, one of them is wrong. A mock has no state and takes any credentials, so checks that are
//! about either are left out.

use anyhow::{Result, ensure};
use clap::Args;
use counterpart_contract_tests::{
    Suite,
    auth::{Credentials, Identity, Secret},
    config::Settings,
    event::Silent,
    finding::Outcome,
};
use counterpart_model::api::Api;
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

const HELP: &str = "\
Examples:
  cargo xtask mutual --dir ../shared/specs --only oxide     documents with `oxide` in their name
  cargo xtask mutual --max-requests 20000

The folder is $COUNTERPART_SHARED/specs where --dir is not given.

Exit codes:
  0  nothing found
  1  findings
  2  could not run";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The folder: documents, or a MANIFEST.tsv that lists them in its first column
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Only documents with this in their name; can be given several times
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// At most this many requests to each mock
    #[arg(long, default_value_t = 5000, value_name = "N")]
    max_requests: u64,
    /// What both sides draw their values from
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// How many findings of a document are shown
    #[arg(long, default_value_t = 3, value_name = "N")]
    show: usize,
}

/// Runs the command.
///
/// # Errors
/// When there is no such folder, or nothing in it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let dir = crate::corpus::folder(arguments.dir.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    println!(
        "{:<46} {:>11} {:>9} {:>7} {:>13} {:>9} {:>8}",
        "document", "reached", "requests", "passed", "not exercised", "findings", "seconds"
    );
    let (mut documents, mut found) = (0_usize, 0_usize);
    for name in crate::corpus::documents(&dir)? {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|part| name.contains(part)) {
            continue;
        }
        documents += 1;
        match runtime.block_on(one(&dir.join(&name), &name, arguments)) {
            Ok(findings) => found += findings,
            Err(error) => {
                println!("{name:<46} {error:#}");
                // A document without operations has nothing to ask.
                found += usize::from(!error.to_string().contains("no operation"));
            }
        }
    }
    ensure!(documents > 0, "no document in {} to try", dir.display());
    println!(
        "{documents} documents, {found} findings, seed {}",
        arguments.seed
    );
    Ok(ExitCode::from(u8::from(found > 0)))
}

async fn one(spec: &Path, name: &str, arguments: &Arguments) -> Result<usize> {
    let loaded = counterpart_model::load(spec);
    let api = loaded
        .api
        .ok_or_else(|| anyhow::anyhow!("the document cannot be used"))?;
    ensure!(!api.operations.is_empty(), "no operation");
    let api = Arc::new(api);
    let options = counterpart_mock::Options {
        seed: arguments.seed,
        ..counterpart_mock::Options::default()
    };
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = counterpart_mock::start(&api, anywhere, options).await?;
    let settings = Settings {
        seed: arguments.seed,
        max_requests: Some(arguments.max_requests),
        ..Settings::default()
    };
    let suite = Suite::new(Arc::clone(&api), loaded.document.map(Arc::new))
        .credentials(credentials(&api))
        .settings(settings);
    let report = suite.run_at(&running.base_url, &Silent).await?;
    let reached: HashSet<&str> = report
        .entries
        .iter()
        .filter(|entry| entry.verdict.cases > 0)
        .map(|entry| entry.operation.0.as_str())
        .collect();
    let findings: Vec<_> = report
        .entries
        .iter()
        .flat_map(|entry| &entry.verdict.findings)
        .collect();
    println!(
        "{name:<46} {:>5}/{:<5} {:>9} {:>7} {:>13} {:>9} {:>8.1}",
        reached.len(),
        api.operations.len(),
        report.requests,
        report.count(Outcome::Passed),
        report.count(Outcome::NotExercised),
        findings.len(),
        report.elapsed.as_secs_f64()
    );
    for finding in findings.iter().take(arguments.show) {
        println!(
            "    {} {}: {}; expected {}, got {}",
            finding.check, finding.operation, finding.title, finding.expected, finding.actual
        );
    }
    Ok(findings.len())
}

/// Something for every security scheme: the mock looks whether it is there.
fn credentials(api: &Api) -> Credentials {
    let mut main = Identity::default();
    for name in api.security_schemes.keys() {
        main.values
            .insert(name.clone(), Secret::new("mock:mock".to_owned()));
    }
    Credentials {
        main,
        ..Credentials::default()
    }
}
