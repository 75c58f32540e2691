//! The commands people type. One module a command; this file only knows their names.

#[cfg(feature = "deployment")]
mod bench;
mod ci;
mod codegen;
#[cfg(feature = "deployment")]
mod contract;
mod corpus;
#[cfg(feature = "deployment")]
mod deployment;
#[cfg(feature = "deployment")]
mod differential;
#[cfg(feature = "deployment")]
pub mod fault_run;
#[cfg(feature = "deployment")]
mod faults;
mod fetch;
mod fuzz;
#[cfg(feature = "deployment")]
pub mod gallery;
#[cfg(feature = "deployment")]
mod mock;
#[cfg(feature = "deployment")]
mod mutual;
#[cfg(feature = "deployment")]
mod sandbox;
mod suite;
mod tidy;

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", about = "The commands people type", long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the Rust crate for an OpenAPI document.
    Codegen(codegen::Arguments),
    /// Check a deployment against its document; the embedded OpenFX sandbox unless told otherwise.
    #[cfg(feature = "deployment")]
    Contract(Box<contract::Arguments>),
    /// Break the sandbox in every way it can be broken, and see whether the contract tests notice.
    #[cfg(feature = "deployment")]
    Faults(faults::Arguments),
    /// Measure: ratios against peers, in one run.
    #[cfg(feature = "deployment")]
    Bench(bench::Arguments),
    /// Do what CI does.
    Ci,
    /// Generate a crate for every document of a folder, and check each.
    Corpus(corpus::Arguments),
    /// Hold the generated types of every document of a folder against the jsonschema crate.
    #[cfg(feature = "deployment")]
    Differential(differential::Arguments),
    /// Damage documents and run them through reader, normaliser, lowering and generator.
    Fuzz(fuzz::Arguments),
    /// Run a server for any document: valid answers, strict requests.
    #[cfg(feature = "deployment")]
    Mock(mock::Arguments),
    /// Hold the mock of every document of a folder against the contract tests.
    #[cfg(feature = "deployment")]
    Mutual(mutual::Arguments),
    /// Prove the contract tests on an API whose document has no extensions: a lie at a time.
    #[cfg(feature = "deployment")]
    Gallery(gallery::Arguments),
    /// Run the OpenFX reference deployment.
    #[cfg(feature = "deployment")]
    Sandbox(openfx_sandbox::cli::Args),
    /// The JSON Schema Test Suite through generated types.
    Suite(suite::Arguments),
    /// Check the direction of the arrows between the crates.
    Tidy,
}

/// Does what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    #[cfg(feature = "deployment")]
    counterpart_contract_tests::cli::end_with_the_reader();
    #[cfg(feature = "deployment")]
    if let Some(code) = bench::wrapped() {
        return ExitCode::from(u8::try_from(code).unwrap_or(1));
    }
    let result = match Cli::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Contract(arguments) => contract::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Faults(arguments) => faults::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Corpus(arguments) => corpus::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Differential(arguments) => differential::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Mock(arguments) => mock::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Mutual(arguments) => mutual::run(&arguments),
        #[cfg(feature = "deployment")]
        Command::Gallery(arguments) => gallery::run(&arguments),
        Command::Ci => ci::run().map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "deployment")]
        Command::Sandbox(arguments) => sandbox::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Suite(arguments) => suite::run(&arguments),
        Command::Tidy => tidy::run().map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        anstream::eprintln!("error: {}", told(&error));
        ExitCode::from(2)
    })
}

/// An error and its causes, each said once: many errors say their cause themselves.
fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// The folder of the workspace this command was built in.
pub(crate) fn workspace_root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// A path as short as it can be said from the current folder.
pub(crate) fn from_here(path: &Path) -> PathBuf {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok())
        .map_or_else(|| path.to_path_buf(), Path::to_path_buf)
}
