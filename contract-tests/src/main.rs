//! `contract-tests`: the command.

use clap::Parser as _;
use counterpart_contract_tests::cli::{Args, Defaults, Exit, end_with_the_reader, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    end_with_the_reader();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let code = if error.use_stderr() {
                Exit::CouldNotRun.code()
            } else {
                0
            };
            // Nothing is left to do when even this cannot be printed.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    ExitCode::from(run(&args, Defaults::default()).await.code())
}
