//! The command line: `contract-tests`, and `cargo xtask contract` on top of it.

mod args;
mod progress;

pub use args::Args;

use crate::{
    auth::Credentials,
    config::{Config, Settings},
    report,
    suite::Suite,
};
use counterpart_model::{Loaded, api::Api};
use std::{path::Path, sync::Arc};

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

/// A deployment to check where no base URL is given.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Its base URL.
    pub base_url: String,
    /// Credentials for it.
    pub credentials: Credentials,
}

/// Runs the contract tests as the arguments say, and prints the report on standard output.
///
/// `embedded` is what is checked when neither the arguments nor `contract.toml` name a base URL.
pub async fn run(args: &Args, embedded: Option<Deployment>) -> Exit {
    match try_run(args, embedded).await {
        Ok(exit) => exit,
        Err(message) => {
            anstream::eprintln!("error: {message}");
            Exit::CouldNotRun
        }
    }
}

async fn try_run(args: &Args, embedded: Option<Deployment>) -> Result<Exit, String> {
    let (config, folder) = read_config(args)?;
    let settings = args.settings(&config)?;
    let spec = args
        .spec
        .clone()
        .or_else(|| config.spec.as_ref().map(|spec| folder.join(spec)))
        .ok_or("no document: give --spec FILE, or `spec` in contract.toml")?;
    let (api, document) = load(&spec)?;
    let given = args.base_url.clone().or_else(|| config.base_url.clone());
    let (base_url, mut credentials) = match (given, embedded) {
        (Some(base_url), _) => (base_url, Credentials::default()),
        (None, Some(deployment)) => (deployment.base_url, deployment.credentials),
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
    args.lay_over(&api, &mut credentials)?;
    check(args, api, document, settings, &base_url, credentials).await
}

async fn check(
    args: &Args,
    api: Arc<Api>,
    document: Option<Arc<counterpart_model::Document>>,
    settings: Settings,
    base_url: &str,
    credentials: Credentials,
) -> Result<Exit, String> {
    let suite = Suite::new(api, document)
        .credentials(credentials)
        .settings(settings);
    let progress = progress::Progress::new(args.quiet);
    let result = suite.run(base_url, &progress).await;
    progress.finish();
    let run = result.map_err(|error| error.to_string())?;
    anstream::print!("{}", report::terminal(&run));
    if let Some(folder) = &args.report_dir {
        let written = report::write_all(&run, folder).map_err(|error| error.to_string())?;
        for path in written {
            anstream::println!("report: {}", path.display());
        }
    }
    Ok(if run.has_findings() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

fn read_config(args: &Args) -> Result<(Config, std::path::PathBuf), String> {
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
        anstream::eprintln!(
            "{warnings} warnings about the document ({}); `cargo xtask codegen --spec {0} --check` shows them",
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
