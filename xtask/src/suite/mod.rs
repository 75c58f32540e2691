//! `cargo xtask suite`: the JSON Schema Test Suite through generated types.
//!
//! Each schema becomes a component of a document, the documents become crates, and a program that links the crates
//! reads every instance with the generated type. Long work, so no part of CI.

mod collect;
mod runner;

use anyhow::{Context as _, Result};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const HELP: &str = "\
Examples:
  cargo xtask suite --dir ../shared/json-schema-test-suite    draft 2020-12 in 3.1 documents, draft 4 in 3.0 documents

The folder is $COUNTERPART_SHARED/json-schema-test-suite where --dir is not given. The crates are left in target/suite.

Exit codes:
  0  every instance was judged as the suite says, but for those listed as left out
  1  one was not
  2  could not run";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The suite: the folder that holds tests/
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the suite is not there, or the crates cannot be built.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let dir = match &arguments.dir {
        Some(dir) => dir.clone(),
        None => {
            let shared = std::env::var_os("COUNTERPART_SHARED")
                .context("no --dir, and COUNTERPART_SHARED is not set")?;
            Path::new(&shared).join("json-schema-test-suite")
        }
    };
    let mut groups = Vec::new();
    for part in collect::PARTS {
        groups.extend(collect::groups(&dir, part)?);
    }
    println!("{} groups of schemas", groups.len());
    let verdicts = runner::judge(&groups)?;
    let mut failed = false;
    for part in collect::PARTS {
        failed |= report(part, &groups, &verdicts);
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// Prints what came of one part; whether it counts as failed.
fn report(part: &collect::Part, groups: &[collect::Group], verdicts: &[Vec<bool>]) -> bool {
    let (mut total, mut right, mut left_out, mut wrong) = (0_usize, 0_usize, 0_usize, Vec::new());
    let mut used: Vec<(&str, usize)> = Vec::new();
    for (group, verdicts) in groups.iter().zip(verdicts) {
        if group.part != part.name {
            continue;
        }
        for (test, verdict) in group.tests.iter().zip(verdicts) {
            total += 1;
            if *verdict == test.valid {
                right += 1;
            } else if let Some(reason) = collect::reason(group) {
                left_out += 1;
                match used.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, count)) => *count += 1,
                    None => used.push((reason, 1)),
                }
            } else {
                wrong.push(format!(
                    "{}: {}: {} [valid: {}, generated type: {verdict}]",
                    group.file, group.title, test.title, test.valid
                ));
            }
        }
    }
    println!(
        "{}: {right} of {total} instances judged as the suite says; {left_out} left out, {} wrong",
        part.name,
        wrong.len()
    );
    for (reason, count) in used {
        println!("  left out, {count}: {reason}");
    }
    for line in &wrong {
        println!("  wrong: {line}");
    }
    part.required && !wrong.is_empty()
}
