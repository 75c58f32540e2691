//! The contract tests on an API whose document has no extensions: each lie of the gallery is noticed, and nothing is
//! found where there is none, described in 3.1 and in 3.0.

use counterpart_gallery::Fault;
use libtest_mimic::{Arguments, Trial};
use std::{path::Path, process::ExitCode, sync::Arc};
use xtask::gallery::{Subject, check, findings};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let load = |name: &str| Subject::load(&root.join(name)).map_err(|error| error.to_string());
    let made = tokio::runtime::Runtime::new()
        .map_err(|error| error.to_string())
        .and_then(|runtime| {
            Ok((
                Arc::new(runtime),
                load("spec/gallery.yaml")?,
                load("spec/gallery-3.0.yaml")?,
            ))
        });
    let (runtime, newer, older) = match made {
        Ok(made) => made,
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::from(2);
        }
    };
    let trial = |name: String, subject: &Subject, fault: Option<&'static Fault>, seed: u64| {
        let (runtime, subject) = (Arc::clone(&runtime), subject.clone());
        Trial::test(name, move || {
            let report = runtime
                .block_on(check(&subject, fault, seed, fault.is_none()))
                .map_err(|error| error.to_string())?;
            let (found, _) = findings(&report);
            match fault {
                Some(_) if found.is_empty() => Err("nothing was noticed".into()),
                None if !found.is_empty() => Err(found.join("\n").into()),
                _ => Ok(()),
            }
        })
    };
    let mut trials: Vec<Trial> = (0..4)
        .flat_map(|seed| {
            [
                trial(format!("honest::3.1, seed {seed}"), &newer, None, seed),
                trial(format!("honest::3.0, seed {seed}"), &older, None, seed),
            ]
        })
        .collect();
    trials.extend(counterpart_gallery::faults().iter().map(|fault| {
        let name = format!("{}::{}", fault.category, fault.name);
        trial(name, &newer, Some(fault), 0)
    }));
    let (of_reports, subject) = (Arc::clone(&runtime), newer.clone());
    trials.push(Trial::test("reports::a finding at its line", move || {
        let fault = counterpart_gallery::faults()
            .iter()
            .find(|fault| fault.name == "artist-default-size");
        let report = of_reports
            .block_on(check(&subject, fault, 0, true))
            .map_err(|error| error.to_string())?;
        let record = counterpart_contract_tests::report::Record::of(&report);
        let sarif = counterpart_contract_tests::report::sarif(&record);
        let rule = sarif
            .pointer("/runs/0/results/0/ruleId")
            .and_then(|it| it.as_str());
        let line = sarif.pointer("/runs/0/results/0/locations/0/physicalLocation/region/startLine");
        let rules = sarif
            .pointer("/runs/0/tool/driver/rules")
            .and_then(|it| it.as_array());
        let known = rules.is_some_and(|rules| rules.iter().any(|it| it["id"].as_str() == rule));
        let summary = counterpart_contract_tests::report::markdown(&record);
        let told = rule.is_some_and(|rule| summary.contains(&format!("| `{rule}` ")));
        // `listArtists` stands there.
        let right = line
            .and_then(|it| it.as_u64())
            .is_some_and(|line| (30..70).contains(&line));
        if known && told && right {
            Ok(())
        } else {
            Err(format!("{rule:?} {line:?}\n{summary}").into())
        }
    }));
    libtest_mimic::run(&arguments, trials).exit()
}
