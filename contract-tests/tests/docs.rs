//! `docs/checks.md` is written from the checks themselves, and each check has a lie that only shows it can fire.

use counterpart_contract_tests::check::registry;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

/// Checks that no fault of the sandbox makes fire, each with the reason. Empty is the aim.
const WITHOUT_FAULT: &[(&str, &str)] = &[];

fn page() -> String {
    let mut faults: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fault in openfx_sandbox::faults() {
        faults.entry(fault.check).or_default().push(fault.name);
    }
    let mut text = String::from(
        "# The checks\n\n\
         What the contract tests hold a deployment to. Ids are stable: never renamed, never used again. Each runs for every\n\
         operation that it has anything to say about, and ends as *passed*, *finding* or *not exercised* (with the reason).\n\
         Checks that need a rule OpenAPI has no words for read it from an extension ([extensions.md](extensions.md)).\n\n\
         `--check 'GLOB'` runs some of them. The last column names faults of the sandbox ([faults.md](faults.md)) that the\n\
         check is proved to find, by `cargo test -p xtask --test faults`.\n\n\
         This page is written from the code: `UPDATE_DOCS=1 cargo test -p counterpart-contract-tests --test docs`.\n",
    );
    let mut family = String::new();
    let mut checks: Vec<(&str, &str)> = registry::checks()
        .iter()
        .map(|check| (check.id(), check.about()))
        .collect();
    checks.sort_by_key(|(id, _)| id.split('.').next().map(str::to_owned));
    for (id, about) in checks {
        let own = id.split('.').next().unwrap_or(id);
        if own != family {
            own.clone_into(&mut family);
            let _ = write!(
                text,
                "\n## `{own}.*`\n\n| check | holds a deployment to | finds, for example |\n| --- | --- | --- |\n"
            );
        }
        let shown = faults.get(id).map_or_else(String::new, |names| {
            let some: Vec<String> = names
                .iter()
                .take(3)
                .map(|name| format!("`{name}`"))
                .collect();
            some.join(", ")
        });
        let about = about.replace('|', "\\|");
        let _ = writeln!(text, "| `{id}` | {about} | {shown} |");
    }
    text
}

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/checks.md");
    let wanted = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).expect("docs/checks.md can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/checks.md is not current: run it again with UPDATE_DOCS=1"
    );
}

#[test]
fn each_check_has_a_fault_and_each_fault_a_check() {
    let checks: Vec<&str> = registry::checks().iter().map(|check| check.id()).collect();
    for fault in openfx_sandbox::faults() {
        assert!(
            checks.contains(&fault.check),
            "{} is to be found by {}, which does not exist",
            fault.name,
            fault.check
        );
    }
    for check in checks {
        let found = openfx_sandbox::faults()
            .iter()
            .any(|fault| fault.check == check);
        let excused = WITHOUT_FAULT.iter().any(|(id, _)| *id == check);
        assert_ne!(
            found, excused,
            "{check}: has a fault: {found}; excused: {excused}"
        );
    }
}
