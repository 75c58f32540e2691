//! Documents → crates → a program that judges.

use super::collect::{Group, moved};
use anyhow::{Context as _, Result, ensure};
use counterpart_codegen::{Config, Generator};
use counterpart_model::Options;
use serde_json::{Map, Value, json};
use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// The program: a line in is a crate, a component and an instance; a line out says whether it is valid.
const PROGRAM: &str = r##"
use counterpart_runtime::Component;
use std::{collections::HashMap, io::BufRead as _};

fn main() {
    let mut known: HashMap<(&str, &str), &Component> = HashMap::new();
    for (name, components) in ALL {
        for component in *components {
            known.insert((name, component.name), component);
        }
    }
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let mut parts = line.splitn(3, '\t');
        let (Some(name), Some(component), Some(json)) = (parts.next(), parts.next(), parts.next()) else {
            panic!("not a case: {line}");
        };
        let component = known.get(&(name, component)).unwrap_or_else(|| panic!("no {name} {component}"));
        println!("{}", (component.check)(json.as_bytes()).is_ok());
    }
}
"##;

/// Judges all instances of all groups by generated types.
///
/// # Errors
/// When a crate cannot be generated or built.
pub(super) fn judge(groups: &[Group]) -> Result<Vec<Vec<bool>>> {
    let root = crate::workspace_root();
    let folder = root.join("target/suite");
    let homes = homes(groups);
    let mut crates: Vec<(&str, &Group)> = Vec::new();
    for (home, group) in homes.iter().zip(groups) {
        if !crates.iter().any(|(known, _)| known == home) {
            crates.push((home, group));
        }
    }
    for (home, first) in &crates {
        let members = homes
            .iter()
            .zip(groups)
            .enumerate()
            .filter(|(_, (known, _))| known == home)
            .map(|(number, (_, group))| (number, group));
        let out = folder.join(home);
        generate(
            &root,
            &out,
            home,
            first.openapi,
            first.asserts_formats(),
            members,
        )?;
    }
    program(&root, &folder, &crates)?;
    let mut input = String::new();
    for (number, (home, group)) in homes.iter().zip(groups).enumerate() {
        for test in &group.tests {
            _ = writeln!(input, "{home}\tG{number}\t{}", test.data);
        }
    }
    let verdicts = run(&folder, input)?;
    let mut verdicts = verdicts.into_iter();
    Ok(groups
        .iter()
        .map(|group| verdicts.by_ref().take(group.tests.len()).collect())
        .collect())
}

/// The crate of each group: one for all of a version, but for schemas with names of their own.
fn homes(groups: &[Group]) -> Vec<String> {
    let homes = groups.iter().enumerate().map(|(number, group)| {
        if group.has_names() {
            format!("suite-{number}")
        } else {
            let formats = if group.asserts_formats() {
                ""
            } else {
                "-annotated"
            };
            format!("suite-of-{}{formats}", group.openapi.replace('.', "-"))
        }
    });
    homes.collect()
}

fn generate<'a>(
    root: &Path,
    out: &Path,
    name: &str,
    openapi: &str,
    asserts: bool,
    members: impl Iterator<Item = (usize, &'a Group)>,
) -> Result<()> {
    let schemas: Map<String, Value> = members
        .map(|(number, group)| {
            let name = format!("G{number}");
            let schema = moved(&group.schema, &name);
            (name, schema)
        })
        .collect();
    let document = json!({
        "openapi": openapi,
        "info": { "title": name, "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    let options = Options {
        as_meant: false,
        assert_formats: asserts,
        ..Options::default()
    };
    let loaded = counterpart_model::load_str_with("suite.json", document.to_string(), &options);
    let api = loaded
        .api
        .with_context(|| format!("the document of {name} cannot be used"))?;
    let files = Generator::new(&api)
        .config(Config {
            crate_name: Some(name.to_owned()),
            runtime_path: root.join("runtime").to_string_lossy().into_owned(),
            ..Config::default()
        })
        .generate()?;
    files.write(out)?;
    Ok(())
}

fn program(root: &Path, folder: &Path, crates: &[(&str, &Group)]) -> Result<()> {
    let mut manifest = format!(
        "[workspace]\nmembers = [{}]\n\n[package]\nname = \"suite-runner\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ncounterpart-runtime = {{ path = {:?}, default-features = false }}\n",
        crates
            .iter()
            .map(|(name, _)| format!("{name:?}"))
            .collect::<Vec<_>>()
            .join(", "),
        root.join("runtime").display().to_string()
    );
    let mut rows = String::new();
    for (name, _) in crates {
        _ = writeln!(
            manifest,
            "{name} = {{ path = {name:?}, default-features = false, features = [\"components\"] }}"
        );
        _ = writeln!(
            rows,
            "    ({name:?}, {}::components::COMPONENTS),",
            name.replace('-', "_")
        );
    }
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(
        folder.join("src/main.rs"),
        format!("{PROGRAM}\nconst ALL: &[(&str, &[Component])] = &[\n{rows}];\n"),
    )?;
    Ok(())
}

fn run(folder: &Path, input: String) -> Result<Vec<bool>> {
    println!("building");
    let built = Command::new(env!("CARGO"))
        .current_dir(folder)
        .args(["build", "--quiet"])
        .env_remove("CARGO_TARGET_DIR")
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the generated crates do not build");
    let cases = folder.join("cases.tsv");
    fs::write(&cases, input)?;
    let output = Command::new(folder.join("target/debug/suite-runner"))
        .stdin(Stdio::from(fs::File::open(&cases)?))
        .output()
        .context("cannot run the program")?;
    ensure!(
        output.status.success(),
        "the program failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| line == "true").collect())
}
