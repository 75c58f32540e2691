//! The contract tests' own proof, a test a fault: the check that is meant to find it does, and on the
//! sandbox without a fault nothing is found.

use libtest_mimic::{Arguments, Trial};
use openfx_sandbox::Fault;
use std::{path::Path, process::ExitCode, sync::Arc};
use xtask::fault_run::{Subject, prove};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/openfx.yaml");
    let made = tokio::runtime::Runtime::new()
        .map_err(|error| error.to_string())
        .and_then(|runtime| Ok((Arc::new(runtime), Subject::load(&spec)?)));
    let (runtime, subject) = match made {
        Ok(made) => made,
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::from(2);
        }
    };
    let faults = std::iter::once(None).chain(openfx_sandbox::faults().iter().map(Some));
    let trials = faults
        .map(|fault: Option<&'static Fault>| {
            let name = fault.map_or("honest::no finding".to_owned(), |fault| {
                format!("{}::{}", fault.category, fault.name)
            });
            let (runtime, subject) = (Arc::clone(&runtime), subject.clone());
            Trial::test(name, move || {
                let proof = runtime.block_on(prove(&subject, fault, false))?;
                if proof.holds() {
                    Ok(())
                } else {
                    Err(proof.to_string().into())
                }
            })
        })
        .collect();
    // Sandboxes may be looking up hosts that subscriptions name: nobody waits for that.
    libtest_mimic::run(&arguments, trials).exit()
}
