//! The process that runs damaged documents through.

use super::Target;
use super::mutate::{Source, damaged_bytes, damaged_tree};
use anyhow::{Context as _, Result};
use counterpart_codegen::Generator;
use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Runs cases, one after another, until it is stopped; or one of them, whose document it prints.
pub(super) fn run(
    target: Target,
    seed: u64,
    only: Option<u64>,
    documents: &[PathBuf],
) -> Result<()> {
    let sources = sources(documents)?;
    if let Some(case) = only {
        let document = document(target, &sources, seed, case);
        println!("{}", String::from_utf8_lossy(&document));
        through(target, &document);
        return Ok(());
    }
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = std::io::stdout().lock();
    for case in 0.. {
        let document = document(target, &sources, seed, case);
        match catch_unwind(AssertUnwindSafe(|| through(target, &document))) {
            Ok(usable) => writeln!(out, "{case} {}", u8::from(usable))?,
            Err(payload) => {
                let why = payload
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| payload.downcast_ref::<&str>().copied());
                writeln!(
                    out,
                    "panic {}",
                    why.unwrap_or("without a word").replace('\n', " ")
                )?;
                return Ok(());
            }
        }
        out.flush()?;
    }
    Ok(())
}

/// Writes the document of a case to a folder.
pub(super) fn keep(
    target: Target,
    seed: u64,
    case: u64,
    dir: Option<&Path>,
    out: &Path,
) -> Result<()> {
    let sources = sources(&super::documents(dir)?)?;
    let path = out.join(format!("{}-{seed}-{case}.yaml", target.name()));
    fs::write(&path, document(target, &sources, seed, case))
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("  document: {}", path.display());
    Ok(())
}

fn sources(documents: &[PathBuf]) -> Result<Vec<Source>> {
    documents
        .iter()
        .map(|path| {
            let bytes =
                fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Source::new(bytes))
        })
        .collect()
}

fn document(target: Target, sources: &[Source], seed: u64, case: u64) -> Vec<u8> {
    match target {
        Target::Read => damaged_bytes(sources, seed, case),
        Target::Lower | Target::Generate => damaged_tree(sources, seed, case),
    }
}

/// Runs a document through; whether there was an API in it. What comes out has to be Rust.
///
/// # Panics
/// Where something is wrong: that is what is looked for.
fn through(target: Target, document: &[u8]) -> bool {
    let text = String::from_utf8_lossy(document).into_owned();
    let loaded = counterpart_model::load_str("fuzz.yaml", text);
    for diagnostic in &loaded.diagnostics {
        assert!(!diagnostic.render().is_empty(), "a diagnostic says nothing");
    }
    let Some(api) = loaded.api else {
        assert!(
            !loaded.diagnostics.is_empty(),
            "a document was refused without a word"
        );
        return false;
    };
    if target == Target::Lower {
        return true;
    }
    let files = Generator::new(&api)
        .generate()
        .unwrap_or_else(|error| panic!("not generated: {error}"));
    for (path, text) in files.files().filter(|(path, _)| path.ends_with(".rs")) {
        if let Err(error) = syn::parse_file(text) {
            panic!("{path} is not Rust: {error}");
        }
    }
    true
}
