//! `cargo xtask tidy`: the arrows between the crates, checked from cargo's own metadata.

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeMap;

/// Which crates of ours each crate of ours may link. A crate that is not listed is a mistake, so that
/// a new one has to take its place on the map.
const ARROWS: &[(&str, &[&str])] = &[
    ("counterpart-model", &[]),
    ("counterpart-runtime", &[]),
    ("counterpart-codegen", &["counterpart-model"]),
    ("counterpart-contract-tests", &["counterpart-model"]),
    ("openfx", &["counterpart-runtime"]),
    ("openfx-sandbox", &["openfx", "counterpart-runtime"]),
    (
        "counterpart-mock",
        &[
            "counterpart-model",
            "counterpart-runtime",
            "counterpart-contract-tests",
        ],
    ),
    ("counterpart-gallery", &["counterpart-model"]),
    ("platnova", &["counterpart-runtime"]),
    ("platnova-sandbox", &["platnova", "counterpart-runtime"]),
    (
        "xtask",
        &[
            "counterpart-model",
            "counterpart-codegen",
            "counterpart-contract-tests",
            "counterpart-runtime",
            "openfx",
            "openfx-sandbox",
            "platnova-sandbox",
            "counterpart-mock",
            "counterpart-gallery",
        ],
    ),
];

/// Crates that only one crate of ours may link: their types are kept out of everybody else's way.
const PRIVATE: &[(&str, &[&str])] = &[
    ("openapiv3", &["counterpart-model"]),
    ("saphyr-parser", &["counterpart-model"]),
    (
        "jsonschema",
        &["counterpart-contract-tests", "counterpart-gallery"],
    ),
    ("anyhow", &["xtask"]),
    ("miette", &["xtask"]),
];

/// Checks every arrow and prints what breaks one.
///
/// # Errors
/// When an arrow is broken, or cargo cannot say what depends on what.
pub(crate) fn run() -> Result<()> {
    let metadata = MetadataCommand::new().exec().context("cargo metadata")?;
    let ours: BTreeMap<&str, &cargo_metadata::Package> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.as_str(), package))
        .collect();
    let mut broken = Vec::new();
    for (name, package) in &ours {
        let Some((_, allowed)) = ARROWS.iter().find(|(listed, _)| listed == name) else {
            broken.push(format!(
                "{name} has no place on the map: add it to xtask/src/tidy.rs"
            ));
            continue;
        };
        for dependency in &package.dependencies {
            // Tests may hold any two witnesses against each other.
            if dependency.kind == DependencyKind::Development {
                continue;
            }
            let to = dependency.name.as_str();
            if ours.contains_key(to) && !allowed.contains(&to) {
                broken.push(format!("{name} must not depend on {to}"));
            }
            if let Some((_, owners)) = PRIVATE.iter().find(|(private, _)| *private == to)
                && !owners.contains(name)
            {
                broken.push(format!(
                    "{name} must not depend on {to}: only {} may",
                    owners.join(", ")
                ));
            }
        }
    }
    for (name, _) in ARROWS {
        if !ours.contains_key(name) {
            broken.push(format!(
                "{name} is on the map in xtask/src/tidy.rs, but not in the workspace"
            ));
        }
    }
    if broken.is_empty() {
        println!("tidy: {} crates, every arrow holds", ours.len());
        return Ok(());
    }
    bail!(
        "the arrows between the crates are broken (docs/architecture.md):\n  {}",
        broken.join("\n  ")
    )
}
