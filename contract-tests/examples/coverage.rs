//! Prints how many constraints of a document the generated instances stand on both sides of:
//! `cargo run -p counterpart-contract-tests --example coverage -- --spec spec/openfx.yaml`

use clap::Parser;
use counterpart_contract_tests::generate::coverage;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// The command line.
#[derive(Parser)]
struct Arguments {
    /// The OpenAPI document.
    #[arg(long)]
    spec: PathBuf,
    /// Lists the constraints that no instance stands at, or that none breaks.
    #[arg(long)]
    missing: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let loaded = counterpart_model::load(&arguments.spec);
    let Some(api) = loaded.api else {
        for diagnostic in &loaded.diagnostics {
            anstream::eprintln!("{}", diagnostic.render());
        }
        return ExitCode::FAILURE;
    };
    let coverage = coverage(&Arc::new(api));
    anstream::print!("{coverage}");
    if arguments.missing {
        for (pointer, keyword) in &coverage.unmet {
            anstream::println!("valid {keyword} of {pointer}");
        }
        for (pointer, keyword, why) in &coverage.missing {
            anstream::println!("invalid {keyword} of {pointer}: {why}");
        }
    }
    ExitCode::SUCCESS
}
