//! `cargo xtask fuzz`: damaged documents through reader, normaliser, lowering and generator.
//!
//! A worker process takes real documents, damages them ([`mutate`]) and runs them through; this one watches it. A panic,
//! a crash, a case that takes too long and memory beyond the limit are findings; the damaged document is kept.

mod mutate;
mod worker;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

const HELP: &str = "\
Examples:
  cargo xtask fuzz --seconds 60                      every target for a minute
  cargo xtask fuzz --target generate --seconds 1200  one of them, for long
  cargo xtask fuzz --target lower --seed 7 --case 1234   one case again

Exit codes:
  0  no panic, crash, hang or runaway memory
  1  there was one; the document is in target/fuzz/
  2  could not run";

/// A case may take so long.
const PATIENCE: Duration = Duration::from_secs(20);
/// A worker may have so much memory.
const MEMORY_MB: u64 = 2048;

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// How long each target is run, in seconds
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
    /// Only this target
    #[arg(long, value_enum)]
    target: Option<Target>,
    /// The first seed
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// Documents to damage: the repository's own small ones, and those of $COUNTERPART_SHARED/specs up to 400 KB otherwise
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Only this case of the seed, and print its document
    #[arg(long, value_name = "N")]
    case: Option<u64>,
    /// Be the worker
    #[arg(long, hide = true)]
    worker: bool,
}

/// What is fuzzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Target {
    /// Damaged bytes through the reader, and whatever can still be read through all of the rest
    Read,
    /// Damaged trees through normaliser and lowering
    Lower,
    /// Damaged trees through the generator, whose output has to be Rust
    Generate,
}

impl Target {
    const ALL: [Self; 3] = [Self::Read, Self::Lower, Self::Generate];

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Lower => "lower",
            Self::Generate => "generate",
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When there is nothing to damage, or a worker cannot be started.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let documents = documents(arguments.dir.as_deref())?;
    if arguments.worker || arguments.case.is_some() {
        let target = arguments.target.unwrap_or(Target::Generate);
        worker::run(target, arguments.seed, arguments.case, &documents)?;
        return Ok(ExitCode::SUCCESS);
    }
    let out = crate::workspace_root().join("target/fuzz");
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    println!("{} documents to damage", documents.len());
    let mut found = 0;
    for target in Target::ALL {
        if arguments.target.is_none_or(|only| only == target) {
            found += watch(target, arguments, &out)?;
        }
    }
    Ok(ExitCode::from(u8::from(found > 0)))
}

/// Small documents of the repository, and of real companies where there are some.
fn documents(dir: Option<&Path>) -> Result<Vec<PathBuf>> {
    let root = crate::workspace_root();
    let shared = std::env::var_os("COUNTERPART_SHARED").map(|dir| Path::new(&dir).join("specs"));
    let dirs: Vec<PathBuf> = match dir {
        Some(dir) => vec![dir.to_owned()],
        None => [
            Some(root.join("spec")),
            Some(root.join("codegen/tests/golden")),
            Some(root.join("model/tests/broken")),
            shared,
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    let mut found = Vec::new();
    for dir in dirs {
        let entries =
            fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))?;
        for entry in entries {
            let path = entry?.path();
            let known = path
                .extension()
                .is_some_and(|it| it == "yaml" || it == "json");
            if known && fs::metadata(&path)?.len() <= 400_000 {
                found.push(path);
            }
        }
    }
    found.sort();
    ensure!(!found.is_empty(), "there is no document to damage");
    Ok(found)
}

/// Watches workers on one target until the time is over; how many things were found.
fn watch(target: Target, arguments: &Arguments, out: &Path) -> Result<usize> {
    let ends = Instant::now() + Duration::from_secs(arguments.seconds);
    let (mut seed, mut cases, mut usable) = (arguments.seed, 0_u64, 0_u64);
    let (mut peak, mut found) = (0_u64, 0_usize);
    while Instant::now() < ends {
        let mut worker = start(target, seed, arguments.dir.as_deref())?;
        let lines = listen(&mut worker)?;
        let mut last = None;
        let trouble = loop {
            if Instant::now() >= ends {
                break None;
            }
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => match line.strip_prefix("panic ") {
                    Some(why) => break Some(why.to_owned()),
                    None => {
                        let (case, read) = line.split_once(' ').unwrap_or((&line, "0"));
                        last = case.parse().ok().or(last);
                        cases += 1;
                        usable += u64::from(read == "1");
                    }
                },
                Err(RecvTimeoutError::Timeout) => {
                    break Some(format!("no end after {} s", PATIENCE.as_secs()));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = worker.wait()?;
                    break Some(format!("the worker ended: {status}"));
                }
            }
            let memory = resident_mb(worker.id());
            peak = peak.max(memory);
            if memory > MEMORY_MB {
                break Some(format!("{memory} MB of memory"));
            }
        };
        // It may have ended by itself.
        let _ = worker.kill();
        worker.wait()?;
        if let Some(why) = trouble {
            found += 1;
            let case = last.map_or(0, |last: u64| last + 1);
            println!("{}: seed {seed}, case {case}: {why}", target.name());
            println!(
                "  again: cargo xtask fuzz --target {} --seed {seed} --case {case}",
                target.name()
            );
            if let Err(error) = worker::keep(target, seed, case, arguments.dir.as_deref(), out) {
                println!("  its document was not kept: {error}");
            }
        }
        seed += 1;
    }
    println!(
        "{:<9} {cases} cases in {} s, {usable} of them usable; {found} found, {peak} MB at most",
        target.name(),
        arguments.seconds
    );
    Ok(found)
}

fn start(target: Target, seed: u64, dir: Option<&Path>) -> Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["fuzz", "--worker", "--target", target.name(), "--seed"])
        .arg(seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(dir) = dir {
        command.arg("--dir").arg(dir);
    }
    command.spawn().context("cannot start a worker")
}

/// The worker's lines: the number of each case that is done, or what went wrong.
fn listen(worker: &mut Child) -> Result<mpsc::Receiver<String>> {
    let stdout = worker
        .stdout
        .take()
        .context("the worker has no standard output")?;
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    Ok(lines)
}

/// How much memory a process holds, from `/proc`; 0 where that is not told.
fn resident_mb(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/statm")).unwrap_or_default();
    let pages = text.split_whitespace().nth(1);
    pages
        .and_then(|pages| pages.parse::<u64>().ok())
        .unwrap_or(0)
        * 4096
        / 1_000_000
}
