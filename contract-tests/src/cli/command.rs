//! What can be done beside a run.

use super::{Args, Defaults, Exit, explain, init};
use crate::report::{self, Record};
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// What can be done beside a run.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Write a contract.toml with comments, for the document of --spec
    Init {
        /// Where to
        #[arg(long, value_name = "FILE", default_value = "contract.toml")]
        out: PathBuf,
    },
    /// Print the JSON Schema of contract.toml
    Schema,
    /// Tell what a check, a diagnostic's code or a finding means
    Explain {
        /// `pagination.limit`, `CP0301`, or the id of a finding in the last report
        #[arg(value_name = "WHAT")]
        what: String,
    },
    /// Run just what led to a finding of the last report once more
    Replay {
        /// The finding's id: `CP-1a2b3c4d`
        #[arg(value_name = "FINDING")]
        finding: String,
    },
    /// Work with reports
    #[command(subcommand)]
    Report(ReportCommand),
}

/// What can be done with reports.
#[derive(Clone, Debug, Subcommand)]
pub enum ReportCommand {
    /// Put the reports of shards together, into the folder of --report-dir
    Merge {
        /// The report.json of each shard
        #[arg(value_name = "REPORT", required = true)]
        reports: Vec<PathBuf>,
    },
}

/// Does it.
pub(super) async fn run(
    command: &Command,
    args: &Args,
    defaults: Defaults,
) -> Result<Exit, String> {
    let folder = args
        .report_dir
        .clone()
        .or_else(|| defaults.report_dir.clone());
    match command {
        Command::Init { out } => {
            let spec = args.spec.clone().or(defaults.spec);
            init::write(out, spec.as_deref(), args.base_url.as_deref())?;
            anstream::println!("written: {}", out.display());
            Ok(Exit::Clean)
        }
        Command::Schema => {
            anstream::println!("{}", init::schema());
            Ok(Exit::Clean)
        }
        Command::Explain { what } => {
            let text = explain::explain(what, || last(folder.as_deref()))?;
            anstream::print!("{text}");
            Ok(Exit::Clean)
        }
        Command::Replay { finding } => replay(finding, args, defaults, folder.as_deref()).await,
        Command::Report(ReportCommand::Merge { reports }) => {
            let folder = folder.ok_or("where to? Name a folder with --report-dir")?;
            merge(reports, &folder, args)
        }
    }
}

/// The last report.
fn last(folder: Option<&Path>) -> Result<Record, String> {
    let folder = folder.ok_or("which report? Name its folder with --report-dir")?;
    Record::read(&folder.join("report.json")).map_err(|error| error.to_string())
}

fn merge(reports: &[PathBuf], folder: &Path, args: &Args) -> Result<Exit, String> {
    let records: Result<Vec<Record>, _> = reports.iter().map(|path| Record::read(path)).collect();
    let records = records.map_err(|error| error.to_string())?;
    let mut merged = report::merge(records).map_err(|error| error.to_string())?;
    let (config, own) = super::read_config(args)?;
    super::accept(args, &config, &own, &mut merged)?;
    super::tell(args, &config, &merged, Some(folder))
}

async fn replay(
    id: &str,
    args: &Args,
    defaults: Defaults,
    folder: Option<&Path>,
) -> Result<Exit, String> {
    let record = last(folder)?;
    let known = record.find(id).ok_or_else(|| {
        let some: Vec<&str> = record
            .findings
            .iter()
            .map(|found| found.id.as_str())
            .collect();
        match some.as_slice() {
            [] => "the last report has no finding".to_owned(),
            some => format!(
                "the last report has no finding `{id}`; it has {}",
                report::some(some, 8)
            ),
        }
    })?;
    let mut args = args.clone();
    args.checks = vec![known.check.clone()];
    args.operations.clone_from(&known.operations);
    args.seed = Some(record.seed);
    args.spec = args
        .spec
        .or_else(|| record.document.as_ref().map(PathBuf::from));
    // What was booted for that run is gone: one is booted again. What was there before is asked again.
    let usual = match (&args.spec, &defaults.spec) {
        (Some(spec), Some(usual)) => super::same_file(spec, usual) && defaults.deployment.is_some(),
        _ => false,
    };
    if args.base_url.is_none() && !usual {
        args.base_url = Some(record.base_url.clone());
    }
    let ready = super::prepare(&args, defaults).await?;
    let run = super::run_suite(&args, &ready).await?;
    let mut again = Record::of(&run);
    let (config, own) = super::read_config(&args)?;
    super::accept(&args, &config, &own, &mut again)?;
    let found = again.find(&known.id).is_some();
    anstream::print!("{}", report::terminal(&again));
    if found {
        anstream::println!("{} is found again", known.id);
        Ok(Exit::Findings)
    } else {
        anstream::println!("{} is not found any more", known.id);
        Ok(super::exit(&args, &config, &again))
    }
}
