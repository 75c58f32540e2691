//! `cargo xtask gallery`: the contract tests on an API whose document has no extensions, a lie at a time.

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use counterpart_contract_tests::{
    Report, Suite,
    auth::{Credentials, Identity, Secret},
    config::{Settings, matches_glob},
    context::Prepared,
    event::{Event, Listener},
    finding::Outcome,
};
use counterpart_gallery::Fault;
use counterpart_model::{Api, Document};
use futures::{StreamExt as _, stream};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

const HELP: &str = "\
Examples:
  cargo xtask gallery                          every lie has to be noticed, and nothing where there is none
  cargo xtask gallery --only 'filter-*'        some of them
  cargo xtask gallery --only honest --seeds 20 no lie, with twenty seeds: nothing may be found
  cargo xtask gallery --spec spec/gallery-3.0.yaml
  cargo xtask gallery --listen 127.0.0.1:8080  a deployment to talk to (X-Api-Key: gallery-key)

Exit codes:
  0  98 of 100 lies were noticed, and nothing was found without one
  1  not so
  2  could not run";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The document: spec/gallery.yaml where it is not given
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Only lies whose name matches; `honest` is the gallery without one
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// With how many seeds the honest gallery is checked
    #[arg(long, value_name = "N", default_value_t = 2)]
    seeds: u64,
    /// How many galleries are checked at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Serve a gallery at this address instead, until it is stopped; with --only, with that lie
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Go on after the first finding, print all of them, and what was not exercised
    #[arg(long)]
    whole: bool,
}

/// Nobody looks on.
struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _: &Event<'_>) {}
}

/// The document, read once.
#[derive(Clone)]
pub struct Subject {
    api: Arc<Api>,
    document: Option<Arc<Document>>,
    prepared: Prepared,
    text: Arc<str>,
}

impl Subject {
    /// Reads a document.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn load(spec: &Path) -> Result<Self> {
        let loaded = counterpart_model::load(spec);
        let api = loaded
            .api
            .with_context(|| format!("{} cannot be used", spec.display()))?;
        let api = Arc::new(api);
        Ok(Self {
            prepared: Prepared::new(&api, Settings::default().seed),
            document: loaded.document.map(Arc::new),
            text: std::fs::read_to_string(spec)?.into(),
            api,
        })
    }
}

/// Runs the command.
///
/// # Errors
/// When it could not run.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(prove(arguments))
}

async fn prove(arguments: &Arguments) -> Result<ExitCode> {
    let started = Instant::now();
    let spec = arguments.spec.clone();
    let spec = spec.unwrap_or_else(|| crate::workspace_root().join("spec/gallery.yaml"));
    let subject = Subject::load(&spec)?;
    if let Some(address) = arguments.listen {
        return serve(&subject, arguments, address).await;
    }
    let wanted = |name: &str| {
        arguments.only.is_empty() || arguments.only.iter().any(|glob| matches_glob(glob, name))
    };
    let mut false_findings = 0;
    if wanted("honest") {
        for seed in 0..arguments.seeds {
            let report = check(&subject, None, seed, true).await?;
            let (titles, _) = findings(&report);
            println!(
                "honest, seed {seed}: {} findings, {} passed, {} not exercised, {} requests, {:.1} s",
                titles.len(),
                report.count(Outcome::Passed),
                report.count(Outcome::NotExercised),
                report.requests,
                report.elapsed.as_secs_f64()
            );
            for title in &titles {
                println!("       {title}");
            }
            let idle = report.entries.iter().filter(|entry| {
                arguments.whole && entry.verdict.outcome() == Outcome::NotExercised
            });
            for entry in idle {
                let why = entry.verdict.not_exercised.join("; ");
                println!(
                    "       not exercised: {} {}: {why}",
                    entry.check, entry.operation
                );
            }
            false_findings += titles.len();
        }
    }
    let faults: Vec<&'static Fault> = counterpart_gallery::faults()
        .iter()
        .filter(|fault| wanted(fault.name))
        .collect();
    ensure!(
        !faults.is_empty() || wanted("honest"),
        "no lie has such a name"
    );
    let mut running = stream::iter(faults)
        .map(|fault| {
            let subject = &subject;
            async move { (fault, check(subject, Some(fault), 0, arguments.whole).await) }
        })
        .buffered(arguments.jobs.max(1));
    let mut categories: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    while let Some((fault, report)) = running.next().await {
        let (titles, requests) = match &report {
            Ok(report) => findings(report),
            // A lie may be so great that nothing can be checked: that is no way of noticing it.
            Err(error) => {
                println!("MISSED {:<32} {error:#}", fault.name);
                (Vec::new(), 0)
            }
        };
        let count = categories.entry(fault.category).or_default();
        count.1 += 1;
        count.0 += usize::from(!titles.is_empty());
        match titles.first() {
            Some(title) => println!("ok     {:<32} {requests:>5} requests  {title}", fault.name),
            None => {
                println!("MISSED {:<32} {requests:>5} requests", fault.name);
                missed.push(fault.name);
            }
        }
        for title in titles.iter().skip(1).filter(|_| arguments.whole) {
            println!("       {title}");
        }
    }
    println!("\n{:<22} noticed  of", "category");
    for (category, (noticed, total)) in &categories {
        println!("{category:<22} {noticed:>7} {total:>3}");
    }
    let noticed: usize = categories.values().map(|(noticed, _)| noticed).sum();
    let total: usize = categories.values().map(|(_, total)| total).sum();
    println!("{:<22} {noticed:>7} {total:>3}", "all");
    println!("{:.0} seconds", started.elapsed().as_secs_f64());
    if !missed.is_empty() {
        println!("missed: {}", missed.join(", "));
    }
    let fine = false_findings == 0 && noticed * 100 >= total * 98;
    Ok(ExitCode::from(u8::from(!fine)))
}

/// Serves a gallery until it is stopped.
async fn serve(subject: &Subject, arguments: &Arguments, address: SocketAddr) -> Result<ExitCode> {
    let fault = match arguments.only.as_slice() {
        [] => None,
        [name] => {
            let mut all = counterpart_gallery::faults().iter();
            let fault = all.find(|fault| fault.name == name);
            Some(fault.with_context(|| format!("there is no lie `{name}`"))?)
        }
        _ => bail!("--listen serves one gallery: one lie at most"),
    };
    let running = counterpart_gallery::listen_on(&subject.text, fault, address).await?;
    println!("{}", running.base_url);
    tokio::signal::ctrl_c()
        .await
        .context("cannot wait for the signal to stop")?;
    Ok(ExitCode::SUCCESS)
}

/// Checks a gallery.
///
/// # Errors
/// When it does not start, or cannot be checked.
pub async fn check(
    subject: &Subject,
    fault: Option<&'static Fault>,
    seed: u64,
    whole: bool,
) -> Result<Report> {
    let gallery = counterpart_gallery::start_as(&subject.text, fault).await?;
    let settings = Settings {
        seed,
        stop_at: (!whole).then(|| "*".to_owned()),
        ..Settings::default()
    };
    let key = Secret::new(counterpart_gallery::API_KEY.to_owned());
    let credentials = Credentials {
        main: Identity {
            values: [("apiKey".to_owned(), key)].into_iter().collect(),
            key: None,
        },
        ..Credentials::default()
    };
    let suite = Suite::new(Arc::clone(&subject.api), subject.document.clone())
        .credentials(credentials)
        .settings(settings);
    let suite = if seed == Settings::default().seed {
        suite.prepared(subject.prepared.clone())
    } else {
        suite
    };
    Ok(suite.run_at(&gallery.base_url, &Nobody).await?)
}

/// What was found, and how many requests it took.
#[must_use]
pub fn findings(report: &Report) -> (Vec<String>, u64) {
    let findings = report
        .entries
        .iter()
        .flat_map(|entry| &entry.verdict.findings);
    let titles = findings
        .map(|finding| {
            format!(
                "{} {}: {} (expected {}, got {})",
                finding.check, finding.operation, finding.title, finding.expected, finding.actual
            )
        })
        .collect();
    (titles, report.requests)
}
