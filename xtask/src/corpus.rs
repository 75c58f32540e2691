//! `cargo xtask corpus`: every document of a folder through the generator, and what comes out through the compiler.
//! Long work, so no part of CI.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use counterpart_codegen::{Config, Generator};
use counterpart_model::Severity;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

const HELP: &str = "\
Examples:
  cargo xtask corpus --dir ../shared/specs               every document that its MANIFEST.tsv lists
  cargo xtask corpus --dir ../shared/specs --only oxide  those with `oxide` in their name
  cargo xtask corpus --dir my-documents --no-check       generate only

The folder is $COUNTERPART_SHARED/specs where --dir is not given. Crates, and what the compiler said of each, are left
in target/corpus.

Exit codes:
  0  every document gave a crate that checks without an error or a warning
  1  one did not
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
    /// Generate only
    #[arg(long)]
    no_check: bool,
}

/// What came of one document.
struct Outcome {
    name: String,
    generated: Result<Generated>,
    /// Errors and warnings of the compiler, and seconds; `None` where it was not asked.
    checked: Option<(usize, usize, f64)>,
}

struct Generated {
    operations: usize,
    schemas: usize,
    warnings: usize,
    typed: counterpart_codegen::Typed,
    lines: usize,
    millis: u128,
}

/// Runs the command.
///
/// # Errors
/// When there is no such folder, or nothing in it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let dir = folder(arguments.dir.as_deref())?;
    let documents: Vec<String> = documents(&dir)?
        .into_iter()
        .filter(|name| {
            arguments.only.is_empty() || arguments.only.iter().any(|part| name.contains(part))
        })
        .collect();
    if documents.is_empty() {
        bail!("no document in {} to try", dir.display());
    }
    let root = crate::workspace_root();
    let target = root.join("target/corpus");
    println!(
        "{:<46} {:>5} {:>7} {:>8} {:>13} {:>7} {:>6}  check",
        "document", "ops", "schemas", "warnings", "typed", "lines", "ms"
    );
    let mut failed = 0;
    for name in &documents {
        let outcome = one(&dir, name, &root, &target, arguments.no_check);
        failed += usize::from(!outcome.is_fine());
        outcome.print();
    }
    println!(
        "{} documents, {} without a fault",
        documents.len(),
        documents.len() - failed
    );
    Ok(ExitCode::from(u8::from(failed > 0)))
}

impl Outcome {
    fn is_fine(&self) -> bool {
        self.generated.is_ok()
            && self
                .checked
                .is_none_or(|(errors, warnings, _)| errors + warnings == 0)
    }

    fn print(&self) {
        match &self.generated {
            Err(error) => println!("{:<46} {error:#}", self.name),
            Ok(made) => {
                let check = match self.checked {
                    None => String::new(),
                    Some((0, 0, seconds)) => format!("ok, {seconds:.1} s"),
                    Some((errors, warnings, seconds)) => {
                        format!("{errors} errors, {warnings} warnings, {seconds:.1} s")
                    }
                };
                println!(
                    "{:<46} {:>5} {:>7} {:>8} {:>13} {:>7} {:>6}  {check}",
                    self.name,
                    made.operations,
                    made.schemas,
                    made.warnings,
                    format!("{}/{}", made.typed.typed, made.typed.total),
                    made.lines,
                    made.millis
                );
            }
        }
    }
}

/// The folder that is meant.
pub(crate) fn folder(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(dir) = given {
        return Ok(dir.to_owned());
    }
    let shared = std::env::var_os("COUNTERPART_SHARED")
        .context("no --dir, and COUNTERPART_SHARED is not set")?;
    Ok(Path::new(&shared).join("specs"))
}

/// A document's name as the name of a folder.
pub(crate) fn short(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

/// The documents of a folder, in the order of its manifest or of their names.
pub(crate) fn documents(dir: &Path) -> Result<Vec<String>> {
    if let Ok(manifest) = fs::read_to_string(dir.join("MANIFEST.tsv")) {
        let names = manifest
            .lines()
            .skip(1)
            .filter_map(|line| line.split('\t').next());
        return Ok(names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect());
    }
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
        })
        .collect();
    names.sort();
    Ok(names)
}

fn one(dir: &Path, name: &str, root: &Path, target: &Path, no_check: bool) -> Outcome {
    let short = short(name);
    let out = target.join("crates").join(&short);
    let generated = generate(&dir.join(name), root, &out);
    let checked = (generated.is_ok() && !no_check).then(|| check(&out, target, &short));
    Outcome {
        name: name.to_owned(),
        generated,
        checked,
    }
}

fn generate(spec: &Path, root: &Path, out: &Path) -> Result<Generated> {
    let started = Instant::now();
    let loaded = counterpart_model::load(spec);
    let warnings = loaded
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Warning)
        .count();
    let Some(api) = loaded.api else {
        let first = loaded
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.severity == Severity::Error)
            .map_or_else(String::new, ToString::to_string);
        bail!("{first}");
    };
    let files = Generator::new(&api)
        .config(Config {
            crate_name: Some("corpus-member".to_owned()),
            runtime_path: root.join("runtime").to_string_lossy().into_owned(),
            workspace: true,
            ..Config::default()
        })
        .generate()?;
    let made = Generated {
        operations: api.operations.len(),
        schemas: api.components.len(),
        warnings,
        typed: files.typed(),
        lines: files.rust_lines(),
        millis: started.elapsed().as_millis(),
    };
    files.write(out)?;
    Ok(made)
}

/// Checks a crate; its dependencies are compiled once for all of them.
fn check(out: &Path, target: &Path, short: &str) -> (usize, usize, f64) {
    let started = Instant::now();
    let result = Command::new(env!("CARGO"))
        .current_dir(out)
        .env("CARGO_TARGET_DIR", target.join("target"))
        .args(["check", "--all-features", "--quiet"])
        .output();
    let text = match result {
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => format!("error: cannot run cargo: {error}"),
    };
    let _ = fs::write(target.join(format!("{short}.log")), &text);
    let begin = |what: &str| {
        text.lines()
            .filter(|line| {
                line.starts_with(what)
                    && !line.contains("could not compile")
                    && !line.contains("generated ")
            })
            .count()
    };
    (
        begin("error"),
        begin("warning"),
        started.elapsed().as_secs_f64(),
    )
}
