//! `cargo xtask codegen`: an OpenAPI document becomes a Rust crate.

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use counterpart_codegen::{Config, Enums, Formats, Generator};
use counterpart_model::{Diagnostic, Options, Severity};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "\
Examples:
  cargo xtask codegen                                      spec/openfx.yaml -> generated/, spec/platnova.yaml -> platnova/api/
  cargo xtask codegen --check                              are they current?
  cargo xtask codegen --spec petstore.yaml --out ../pets   a complete crate anywhere

Exit codes:
  0  written, or current
  1  --check found files that would change; their diff is on standard output
  2  could not run, or the document cannot be used; why is on standard error";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The OpenAPI document, YAML or JSON
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// The folder of the crate: empty, missing, or generated before
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// Choices: types of formats, names, tags (docs/codegen.md). `codegen.toml` beside the document is found by itself
    #[arg(long, value_name = "FILE", requires = "spec")]
    config: Option<PathBuf>,
    /// Follow references to other hosts, over http and https; without it the network is never used
    #[arg(long)]
    allow_remote_refs: bool,
    /// Take warnings on the document for errors
    #[arg(long)]
    strict: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    check: bool,
    /// The crate's name, from the document's title otherwise
    #[arg(long, value_name = "NAME", requires = "spec")]
    name: Option<String>,
    /// Only operations with this first tag, and what they use; can be given several times
    #[arg(long, value_name = "TAG", requires = "spec")]
    tag: Vec<String>,
    /// Keep values that an enum of responses does not list, instead of refusing them
    #[arg(long, requires = "spec")]
    open_enums: bool,
    /// Print notes too, not only warnings and errors
    #[arg(long)]
    notes: bool,
}

/// The crates that are checked in: document, folder, name, and where the runtime is from there.
const OWN: [(&str, &str, &str, &str); 2] = [
    ("spec/openfx.yaml", "generated", "openfx", "../runtime"),
    (
        "spec/platnova.yaml",
        "platnova/api",
        "platnova",
        "../../runtime",
    ),
];

/// Runs the command.
///
/// # Errors
/// When it could not run, or the document cannot be used.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = crate::workspace_root();
    if let (Some(spec), Some(out)) = (&arguments.spec, &arguments.out) {
        let config = config(arguments, &root, spec, out)?;
        return Ok(ExitCode::from(u8::from(!make(
            arguments, spec, out, config,
        )?)));
    }
    let here = crate::from_here(&root);
    let mut current = true;
    for (spec, out, name, runtime) in OWN {
        let config = Config {
            crate_name: Some(name.to_owned()),
            runtime_path: runtime.to_owned(),
            ..Config::default()
        };
        current &= make(arguments, &here.join(spec), &here.join(out), config)?;
    }
    Ok(ExitCode::from(u8::from(!current)))
}

/// Makes one crate, or tells whether it is current.
fn make(arguments: &Arguments, spec: &Path, out: &Path, config: Config) -> Result<bool> {
    let started = Instant::now();
    let options = Options {
        assert_formats: config.formats == Formats::Asserted,
        fetch: arguments.allow_remote_refs.then(crate::fetch::over_http),
        ..Options::default()
    };
    let loaded = counterpart_model::load_with(spec, &options);
    let errors = tell(&loaded.diagnostics, arguments);
    let api = loaded.api.filter(|_| errors == 0);
    let api = api.with_context(|| {
        let plural = if errors == 1 { "" } else { "s" };
        let what = if arguments.strict {
            "error or warning"
        } else {
            "error"
        };
        format!(
            "{} cannot be used: {errors} {what}{plural}, above",
            spec.display()
        )
    })?;
    let files = Generator::new(&api).config(config).generate()?;
    for warning in files.warnings() {
        anstream::eprintln!("warning: {warning}");
    }
    let read = || {
        format!(
            "{} operations, {} schemas",
            api.operations.len(),
            api.components.len()
        )
    };
    if arguments.check {
        let diff = files.diff(out)?;
        if diff.is_empty() {
            println!("{} is current ({})", out.display(), read());
            return Ok(true);
        }
        print!("{diff}");
        eprintln!(
            "{} is not current: run `cargo xtask codegen` and commit what it writes",
            out.display()
        );
        return Ok(false);
    }
    let changes = files.write(out)?;
    println!(
        "{}: {} ({} of {} schemas typed) in {} files, {} lines of Rust, {} ms; {} added, {} changed, {} removed",
        out.display(),
        read(),
        files.typed().typed,
        files.typed().total,
        files.files().count(),
        files.rust_lines(),
        started.elapsed().as_millis(),
        changes.added.len(),
        changes.changed.len(),
        changes.removed.len()
    );
    Ok(true)
}

/// Prints what is to be said about the document; the number of errors.
fn tell(diagnostics: &[Diagnostic], arguments: &Arguments) -> usize {
    let notes = arguments.notes;
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    for diagnostic in diagnostics {
        if notes || diagnostic.severity != Severity::Note {
            anstream::eprintln!("{}\n", diagnostic.render_styled());
        }
    }
    let hidden = if notes { 0 } else { count(Severity::Note) };
    if hidden > 0 {
        let plural = if hidden == 1 { "" } else { "s" };
        eprintln!("{hidden} note{plural} on the document: --notes shows them");
    }
    let strict = if arguments.strict {
        count(Severity::Warning)
    } else {
        0
    };
    count(Severity::Error) + strict
}

/// A crate for any document stands alone and finds the runtime in this checkout.
fn config(arguments: &Arguments, root: &Path, spec: &Path, out: &Path) -> Result<Config> {
    let runtime = root.join("runtime");
    let runtime = runtime
        .canonicalize()
        .with_context(|| format!("cannot find {}", runtime.display()))?;
    if let Some(name) = &arguments.name {
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        ensure!(
            plain && name.starts_with(|first: char| first.is_ascii_alphabetic()),
            "`{name}` is no name of a crate"
        );
    }
    ensure!(!out.is_file(), "{} is a file", out.display());
    let mut config = choices(arguments, spec)?;
    config.workspace = true;
    if config.runtime_path == Config::default().runtime_path {
        config.runtime_path = runtime.to_string_lossy().into_owned();
    }
    if arguments.name.is_some() {
        config.crate_name.clone_from(&arguments.name);
    }
    config.tags.extend(arguments.tag.iter().cloned());
    if arguments.open_enums {
        config.response_enums = Enums::Open;
    }
    Ok(config)
}

/// What `codegen.toml` says.
fn choices(arguments: &Arguments, spec: &Path) -> Result<Config> {
    let path = match &arguments.config {
        Some(path) => path.clone(),
        None => match spec.parent().map(|folder| folder.join("codegen.toml")) {
            Some(path) if path.is_file() => path,
            _ => return Ok(Config::default()),
        },
    };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Config::from_toml(&text).map_err(|error| anyhow::anyhow!("{}:{error}", path.display()))
}
