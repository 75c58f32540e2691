//! The crates of all small documents are compiled without a warning, and asked what they accept: the instances under
//! `x-valid` and `x-invalid` of each schema.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::{Golden, crate_name, goldens, workspace_root};

/// What the program that asks them does with each case.
const ASK: &str = r#"
fn ask(name: &str, components: &[counterpart_runtime::Component], cases: &[(&str, &str, bool)]) -> usize {
    for (schema, json, valid) in cases {
        let Some(component) = components.iter().find(|component| component.name == *schema) else {
            println!("WRONG {name}: no component {schema}");
            continue;
        };
        match ((component.check)(json.as_bytes()), valid) {
            (Ok(()), false) => println!("WRONG {name}: {schema} accepts {json}"),
            (Err(why), true) => println!("WRONG {name}: {schema} refuses {json}: {why}"),
            (Err(why), false) if why.is_empty() => println!("WRONG {name}: {schema} does not say why {json} is refused"),
            (Err(_), false) => {}
            (Ok(()), true) => match (component.round_trip)(json.as_bytes()) {
                Err(why) => println!("WRONG {name}: {schema} does not read {json} twice: {why}"),
                Ok(once) => match (component.round_trip)(&once) {
                    Ok(twice) if once == twice => {}
                    _ => println!("WRONG {name}: {schema} does not read what it wrote for {json}"),
                },
            },
        }
    }
    cases.len()
}
"#;

#[test]
fn golden_crates_compile_and_judge() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    let runtime = workspace_root().join("runtime");
    let runtime = runtime.to_str().expect("a path that is text");
    let goldens = goldens(runtime);
    let mut cases = 0;
    let mut main = String::from(ASK);
    main.push_str("fn main() {\n    let mut cases = 0;\n");
    let mut dependencies = String::new();
    for golden in &goldens {
        golden
            .files
            .write(&root.join(&golden.name))
            .expect("written");
        let name = crate_name(&golden.name);
        _ = writeln!(
            dependencies,
            "{name} = {{ path = \"../{}\", features = [\"components\", \"client\"] }}",
            golden.name
        );
        let list = case_list(golden);
        cases += list.len();
        let module = name.replace('-', "_");
        _ = writeln!(
            main,
            "    cases += ask({:?}, {module}::components::COMPONENTS, &{list:?});",
            golden.name
        );
    }
    main.push_str("    println!(\"{cases} cases\");\n}\n");
    write_witness(&root, &dependencies, runtime, &main);

    let output = Command::new(env!("CARGO"))
        .args(["run", "--offline", "--package", "witness"])
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env_remove("RUSTFLAGS")
        .current_dir(&root)
        .output()
        .expect("cargo runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stderr}{stdout}");
    assert!(!stderr.contains("warning"), "{stderr}");
    assert!(!stdout.contains("WRONG"), "{stdout}");
    assert!(stdout.contains(&format!("{cases} cases")), "{stdout}");
    assert!(cases > 150, "only {cases} cases");
    check_parts(&root);
}

/// Parts of a crate with a feature per tag, each without a warning.
fn check_parts(root: &Path) {
    for features in [
        "",
        "server",
        "client",
        "server,pets",
        "client,owners-and-more",
        "server,client,client2",
        "server,webhooks",
    ] {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--package", "golden-tag-features"])
            .args(["--no-default-features", "--features", features])
            .env("CARGO_TARGET_DIR", root.join("target"))
            .env_remove("RUSTFLAGS")
            .current_dir(root)
            .output()
            .expect("cargo runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{features}: {stderr}");
        assert!(!stderr.contains("warning"), "{features}: {stderr}");
    }
}

/// A workspace of its own around the crates, with the same versions as this one.
fn write_witness(root: &Path, dependencies: &str, runtime: &str, main: &str) {
    let witness = root.join("witness");
    fs::create_dir_all(witness.join("src")).expect("a folder");
    fs::copy(workspace_root().join("Cargo.lock"), root.join("Cargo.lock")).expect("a lock file");
    fs::write(
        root.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"witness\"]\n\n[profile.dev]\ndebug = false\n",
    )
    .expect("written");
    let manifest = format!(
        "[package]\nname = \"witness\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         counterpart-runtime = {{ path = {runtime:?} }}\n{dependencies}"
    );
    fs::write(witness.join("Cargo.toml"), manifest).expect("written");
    fs::write(witness.join("src/main.rs"), main).expect("written");
}

/// Component, instance, and whether it is valid. Schemas that requests have to themselves have lists of their own.
fn case_list(golden: &Golden) -> Vec<(String, String, bool)> {
    let mut cases = Vec::new();
    let api = golden.api.split_by_direction();
    for (name, id) in &api.components {
        let keys = if golden.api.components.contains_key(name) {
            ["x-valid", "x-invalid"]
        } else {
            ["x-valid-request", "x-invalid-request"]
        };
        for (key, valid) in keys.into_iter().zip([true, false]) {
            let extensions = &api.schema(*id).extensions;
            let values = extensions
                .get(key)
                .and_then(counterpart_model::api::Value::as_array)
                .unwrap_or_default();
            cases.extend(
                values
                    .iter()
                    .map(|value| (name.clone(), value.to_serde().to_string(), valid)),
            );
        }
    }
    cases
}
