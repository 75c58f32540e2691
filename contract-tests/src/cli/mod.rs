//! The command line: `contract-tests`, and `cargo xtask contract` on top of it.

mod args;
mod command;
mod explain;
mod init;
mod pipe;
mod progress;

pub use args::Args;
pub use command::{Command, ReportCommand};
pub use pipe::end_with_the_reader;

use crate::{
    auth::Credentials,
    config::{Baseline, Config},
    finding::Severity,
    report::{self, Har, Record},
    suite::{Report, Suite},
};
use counterpart_model::{Loaded, api::Api};
use futures::future::BoxFuture;
use std::{
    any::Any,
    path::{Path, PathBuf},
    sync::Arc,
};

/// How a run ended, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that applies was looked at, and nothing was found: 0.
    Clean,
    /// Something was found: 1.
    Findings,
    /// The run could not be made: 2.
    CouldNotRun,
}

impl Exit {
    /// The code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::CouldNotRun => 2,
        }
    }
}

/// A deployment that was started to be checked.
pub struct Deployment {
    /// Its base URL.
    pub base_url: String,
    /// Credentials for it.
    pub credentials: Credentials,
    /// What stops it when it is dropped.
    pub running: Box<dyn Any + Send>,
}

/// Starts a deployment, or says why it cannot.
pub type Start = Box<dyn FnOnce() -> BoxFuture<'static, Result<Deployment, String>> + Send>;

/// What is taken where neither the arguments nor `contract.toml` say it.
#[derive(Default)]
pub struct Defaults {
    /// The document.
    pub spec: Option<PathBuf>,
    /// The folder for reports.
    pub report_dir: Option<PathBuf>,
    /// A deployment of that document, started only when it is needed.
    pub deployment: Option<Start>,
}

/// Runs the contract tests as the arguments say, and prints the report on standard output.
pub async fn run(args: &Args, defaults: Defaults) -> Exit {
    match try_run(args, defaults).await {
        Ok(exit) => exit,
        Err(message) => {
            anstream::eprintln!("error: {message}");
            Exit::CouldNotRun
        }
    }
}

async fn try_run(args: &Args, defaults: Defaults) -> Result<Exit, String> {
    if let Some(command) = &args.command {
        return command::run(command, args, defaults).await;
    }
    let folder = args.report_dir.clone().or(defaults.report_dir.clone());
    let (config, own) = read_config(args)?;
    let mut ready = prepare(args, defaults).await?;
    let traffic = match (&folder, args.har) {
        (_, false) => None,
        (Some(folder), true) => {
            let har =
                Har::create(&folder.join("traffic.har")).map_err(|error| error.to_string())?;
            Some(Arc::new(har))
        }
        (None, true) => return Err("--har: where to? Name a folder with --report-dir".to_owned()),
    };
    if let Some(traffic) = &traffic {
        ready.suite = ready.suite.traffic(Arc::clone(traffic));
    }
    let result = run_suite(args, &ready).await;
    let after = config.hooks.after(&own).await;
    let mut record = Record::of(&result?);
    after.map_err(|error| error.to_string())?;
    if let Some(traffic) = &traffic {
        let path = traffic.finish().map_err(|error| error.to_string())?;
        anstream::println!("traffic: {}", path.display());
    }
    accept(args, &config, &own, &mut record)?;
    if let Some(path) = &args.write_baseline {
        let today = jiff::Zoned::now().date();
        let expires = today.saturating_add(jiff::Span::new().days(90));
        let text = toml::to_string(&Baseline::of(&record, expires)).map_err(|it| it.to_string())?;
        report::write(path, &text).map_err(|error| error.to_string())?;
        anstream::println!("baseline: {}", path.display());
    }
    tell(args, &config, &record, folder.as_deref())
}

/// The baseline that arguments or configuration name.
fn baseline(args: &Args, config: &Config, own: &Path) -> Result<Option<Baseline>, String> {
    let configured = config.baseline.as_ref().map(|path| own.join(path));
    let path = args.baseline.clone().or(configured);
    let baseline = path.map(|path| Baseline::read(&path)).transpose();
    baseline.map_err(|error| error.to_string())
}

/// Marks what the baseline puts up with.
fn accept(args: &Args, config: &Config, own: &Path, record: &mut Record) -> Result<(), String> {
    let chosen = args.settings(config)?;
    let ended = !args.fail_fast && !record.budget_used_up && record.harmed.is_none();
    let whole = ended && chosen.checks.is_empty() && chosen.operations.is_empty();
    // A shard has seen its own operations only; the reports of all of them together are a whole run again.
    let whole = whole && chosen.shard.is_none();
    if let Some(baseline) = baseline(args, config, own)? {
        for told in baseline.apply(record, jiff::Zoned::now().date(), whole) {
            anstream::eprintln!("warning: {told}");
        }
    }
    Ok(())
}

/// Prints a report, writes it where that was asked for, and says how the run ended.
fn tell(
    args: &Args,
    config: &Config,
    record: &Record,
    folder: Option<&Path>,
) -> Result<Exit, String> {
    anstream::print!("{}", report::terminal(record));
    if let Some(folder) = folder {
        let written = report::write_all(record, folder).map_err(|error| error.to_string())?;
        for path in written {
            anstream::println!("report: {}", path.display());
        }
    }
    Ok(exit(args, config, record))
}

fn exit(args: &Args, config: &Config, record: &Record) -> Exit {
    let least = args.fail_on.or(config.fail_on).unwrap_or(Severity::Note);
    match (record.failing(least).next(), &record.harmed) {
        (Some(_), _) => Exit::Findings,
        // What was not looked at is not clean.
        (None, Some(_)) => Exit::CouldNotRun,
        (None, None) => Exit::Clean,
    }
}

/// Runs a suite and shows how it goes.
async fn run_suite(args: &Args, ready: &Ready) -> Result<Report, String> {
    let progress = progress::Progress::new(args.quiet);
    let result = ready.suite.run_at(&ready.base_url, &progress).await;
    progress.finish();
    result.map_err(|error| error.to_string())
}

/// A suite, and the deployment it is for.
pub struct Ready {
    /// The suite, with credentials and settings.
    pub suite: Suite,
    /// The deployment's base URL.
    pub base_url: String,
    /// What stops the deployment when it is dropped, where it was started for this.
    pub running: Option<Box<dyn Any + Send>>,
}

/// Reads the document and the configuration, and starts the default deployment where no other is named.
///
/// # Errors
/// When something is missing or cannot be used; the text says what to do.
pub async fn prepare(args: &Args, defaults: Defaults) -> Result<Ready, String> {
    let (config, folder) = read_config(args)?;
    let mut settings = args.settings(&config)?;
    // Whether a baseline can be used is better known before a long run than after it.
    settings.baseline = baseline(args, &config, &folder)?.unwrap_or_default();
    let chosen = args
        .spec
        .clone()
        .or_else(|| config.spec.as_ref().map(|spec| folder.join(spec)));
    // The deployment belongs to the default document: it stands for no other.
    let deployment = match (&chosen, &defaults.spec) {
        (Some(chosen), Some(usual)) if !same_file(chosen, usual) => None,
        _ => defaults.deployment,
    };
    let spec = chosen
        .or(defaults.spec)
        .ok_or("no document: give --spec FILE, or `spec` in contract.toml")?;
    let (mut api, document) = load(&spec)?;
    if !config.rules.is_empty() {
        config.state_rules(Arc::make_mut(&mut api))?;
    }
    config.check_operations(&api)?;
    let hook = |error: crate::config::HookError| error.to_string();
    config.hooks.before(&folder).await.map_err(hook)?;
    let given = args.base_url.clone().or_else(|| config.base_url.clone());
    let (base_url, mut credentials, running) = match (given, deployment) {
        (Some(base_url), _) => (base_url, Credentials::default(), None),
        (None, Some(start)) => {
            let started = start().await?;
            (started.base_url, started.credentials, Some(started.running))
        }
        (None, None) => {
            return Err(format!(
                "no deployment: give --base-url URL, or `base-url` in contract.toml. The document's own servers are not \
                 taken unasked: {}",
                api.servers
                    .iter()
                    .map(|server| server.default_url())
                    .collect::<Vec<_>>()
                    .join(", ")
            ));
        }
    };
    let configured = config
        .credentials(&folder)
        .map_err(|error| error.to_string())?;
    if !configured.main.is_empty() {
        credentials = configured;
    }
    credentials
        .main
        .values
        .extend(config.hooks.tokens(&folder).await.map_err(hook)?);
    args.lay_over(&api, &mut credentials)?;
    let suite = Suite::new(api, document)
        .credentials(credentials)
        .settings(settings);
    Ok(Ready {
        suite,
        base_url,
        running,
    })
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

fn read_config(args: &Args) -> Result<(Config, PathBuf), String> {
    let here = Path::new(".").to_owned();
    let path = match &args.config {
        Some(path) => path.clone(),
        // Without being told, only the usual name in the usual place.
        None if Path::new("contract.toml").is_file() => Path::new("contract.toml").to_owned(),
        None => return Ok((Config::default(), here)),
    };
    let config = Config::read(&path).map_err(|error| error.to_string())?;
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    Ok((config, folder.map_or(here, Path::to_owned)))
}

type Document = (Arc<Api>, Option<Arc<counterpart_model::Document>>);

/// The API of a document. What is wrong with the document goes to standard error.
fn load(path: &Path) -> Result<Document, String> {
    let Loaded {
        api,
        diagnostics,
        document,
    } = counterpart_model::load(path);
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == counterpart_model::Severity::Error)
        .map(|diagnostic| diagnostic.render())
        .collect();
    let warnings = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == counterpart_model::Severity::Warning)
        .count();
    if warnings > 0 {
        let word = if warnings == 1 { "warning" } else { "warnings" };
        anstream::eprintln!(
            "{warnings} {word} about the document ({}); `cargo xtask codegen --spec {0} --check` shows them",
            path.display()
        );
    }
    match api {
        Some(api) => Ok((Arc::new(api), document.map(Arc::new))),
        None => Err(format!(
            "the document cannot be read\n{}",
            errors.join("\n")
        )),
    }
}
