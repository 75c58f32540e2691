//! `cargo xtask differential`: the types of every document of a folder against the `jsonschema` crate.
//!
//! Instances are made from the schemas, on both sides of each limit and at random. The generated type and the
//! validator have to agree on each, and what a type reads and writes again has to stay valid. Whole numbers beyond 64 bits
//! are counted apart: without a format an integer is an `i64`. Long work, no part of CI.

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use counterpart_codegen::{Config, Generator as Codegen};
use counterpart_contract_tests::{
    generate::{Generator, Rng},
    judge::Judge,
};
use counterpart_model::{Api, Direction, api::SchemaId};
use serde_json::Value;
use std::{
    collections::HashMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
};

const HELP: &str = "\
Examples:
  cargo xtask differential --dir ../shared/specs --only oxide     documents with `oxide` in their name
  cargo xtask differential --dir ../shared/specs --random 1000    a thousand random instances of each schema

The folder is $COUNTERPART_SHARED/specs where --dir is not given. Crates, instances and disagreements are left in
target/differential.

Exit codes:
  0  at least 999 of 1,000 instances of each document are judged alike
  1  not so
  2  could not run";

/// What can be asked.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The folder: documents, or a MANIFEST.tsv that lists them in its first column
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Only documents with this in their name; can be given several times
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Random instances of each schema
    #[arg(long, value_name = "N", default_value_t = 100)]
    random: usize,
    /// What the instances are drawn from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Documents of more bytes are left out
    #[arg(long, value_name = "BYTES", default_value_t = 3_000_000)]
    most: u64,
}

/// The program: a line in is a type and an instance; a line out is `-`, or what the type wrote again.
const PROGRAM: &str = r##"
use counterpart_runtime::Component;
use std::io::{BufRead as _, Write as _};

fn main() {
    let tables: [&[Component]; 3] =
        [subject::components::COMPONENTS, subject::components::INLINE, subject::components::BODIES];
    let all: Vec<&Component> = tables.into_iter().flatten().collect();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if std::env::args().nth(1).as_deref() == Some("list") {
        for component in all {
            writeln!(out, "{}\t{}", component.name, component.pointer).expect("written");
        }
        return;
    }
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (number, json) = line.split_once('\t').expect("a case");
        let component = all[number.parse::<usize>().expect("a number")];
        match (component.round_trip)(json.as_bytes()) {
            Ok(again) => out.write_all(&again).expect("written"),
            Err(_) => out.write_all(b"-").expect("written"),
        }
        out.write_all(b"\n").expect("written");
    }
}
"##;

/// Runs the command.
///
/// # Errors
/// When there is no such folder, or nothing in it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let dir = crate::corpus::folder(arguments.dir.as_deref())?;
    println!(
        "{:<46} {:>7} {:>8} {:>9} {:>9} {:>10} {:>13}",
        "document", "types", "examples", "valid", "invalid", "beyond i64", "disagreements"
    );
    let (mut documents, mut bad) = (0_usize, 0_usize);
    for name in crate::corpus::documents(&dir)? {
        let wanted =
            arguments.only.is_empty() || arguments.only.iter().any(|part| name.contains(part));
        let bytes = fs::metadata(dir.join(&name)).map_or(0, |data| data.len());
        if !wanted || bytes > arguments.most {
            continue;
        }
        documents += 1;
        match one(&dir.join(&name), &name, arguments) {
            Ok(tally) => {
                let total = tally.valid + tally.invalid;
                bad += usize::from(tally.wrong.len() * 1000 > total);
                println!(
                    "{name:<46} {:>7} {:>8} {:>9} {:>9} {:>10} {:>13}",
                    tally.types,
                    tally.examples,
                    tally.valid,
                    tally.invalid,
                    tally.beyond,
                    tally.wrong.len()
                );
                for line in tally.wrong.iter().take(3) {
                    println!("    {}", line.chars().take(400).collect::<String>());
                }
            }
            Err(error) => {
                bad += 1;
                println!("{name:<46} {error:#}");
            }
        }
    }
    ensure!(documents > 0, "no document in {} to try", dir.display());
    println!("{documents} documents, seed {}", arguments.seed);
    Ok(ExitCode::from(u8::from(bad > 0)))
}

/// How many types are compared at a time: the validators of more would not fit into memory for the largest documents.
const BATCH: usize = 20;

/// What came of one document.
#[derive(Default)]
struct Tally {
    types: usize,
    /// Examples of the document's own.
    examples: usize,
    valid: usize,
    invalid: usize,
    /// Judged otherwise, but with a whole number beyond 64 bits in it.
    beyond: usize,
    wrong: Vec<String>,
}

fn one(spec: &Path, name: &str, arguments: &Arguments) -> Result<Tally> {
    let api = counterpart_model::load(spec)
        .api
        .context("the document cannot be used")?
        .split_by_direction()
        .into_owned();
    let folder = crate::workspace_root()
        .join("target/differential")
        .join(crate::corpus::short(name));
    build(&api, &folder, &crate::corpus::short(name))?;
    let program = folder
        .join("../target/debug")
        .join(format!("runner-{}", crate::corpus::short(name)));
    let listed = Command::new(&program).arg("list").output()?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let places = Places::of(&api);
    let examples = examples(&api);
    let api = Arc::new(api);
    let mut tally = Tally::default();
    let listed: Vec<(usize, &str)> = listed.lines().enumerate().collect();
    // Cases and validators of a large document would not fit into memory at once.
    for batch in listed.chunks(BATCH) {
        let judge = Judge::new(Arc::clone(&api));
        let mut cases: Vec<(SchemaId, Value)> = Vec::new();
        let mut input = String::new();
        for (number, line) in batch {
            let (name, pointer) = line.split_once('\t').unwrap_or((line, ""));
            let Some(schema) = places.schema(name, pointer) else {
                bail!("no schema at {pointer}");
            };
            tally.types += 1;
            let own = examples.get(&api.resolve(schema));
            let own: Vec<Value> = own.cloned().unwrap_or_default();
            tally.examples += own.len();
            for value in own.into_iter().chain(instances(&judge, schema, arguments)) {
                _ = writeln!(input, "{number}\t{value}");
                cases.push((schema, value));
            }
        }
        let path = folder.join("cases.tsv");
        fs::write(&path, input)?;
        let output = Command::new(&program)
            .stdin(Stdio::from(fs::File::open(&path)?))
            .output()?;
        ensure!(
            output.status.success(),
            "the program failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let answers = String::from_utf8_lossy(&output.stdout);
        for ((schema, value), answer) in cases.iter().zip(answers.lines()) {
            compare(&judge, *schema, value, answer, &mut tally);
        }
    }
    ensure!(
        tally.types >= api.components.len(),
        "only {} types were listed",
        tally.types
    );
    let all: String = tally.wrong.iter().map(|line| format!("{line}\n")).collect();
    fs::write(folder.join("disagreements.txt"), all)?;
    Ok(tally)
}

/// The examples that stand in the document, by the schema they are of.
fn examples(api: &Api) -> HashMap<SchemaId, Vec<Value>> {
    let mut found: HashMap<SchemaId, Vec<Value>> = HashMap::new();
    let mut add = |schema: SchemaId, value: Value| {
        let known = found.entry(api.resolve(schema)).or_default();
        if !known.contains(&value) {
            known.push(value);
        }
    };
    for schema in &api.schemas {
        for example in &schema.examples {
            add(schema.id, example.to_serde());
        }
    }
    for operation in api.operations.iter().chain(api.sent()) {
        for parameter in &operation.parameters {
            let Some(schema) = parameter.schema() else {
                continue;
            };
            for example in &parameter.examples {
                add(schema, example.value.to_serde());
            }
        }
        let bodies = operation.body.iter().map(|body| &body.content);
        let answers = operation
            .responses
            .values()
            .map(|response| &response.content);
        for media in bodies.chain(answers).flat_map(|content| content.values()) {
            let Some(schema) = media.schema else { continue };
            for example in &media.examples {
                add(schema, example.value.to_serde());
            }
        }
    }
    found
}

/// Which schema a type stands for: several may stand at one pointer, in different files or by different names.
struct Places {
    named: HashMap<(String, String), SchemaId>,
    any: HashMap<String, SchemaId>,
}

impl Places {
    fn of(api: &Api) -> Self {
        let mut places = Self {
            named: HashMap::new(),
            any: HashMap::new(),
        };
        for schema in &api.schemas {
            let pointer = schema.origin.pointer.to_string();
            let name = schema.place.join(" ");
            places
                .named
                .entry((name, pointer.clone()))
                .or_insert(schema.id);
            places.any.entry(pointer).or_insert(schema.id);
        }
        for (name, id) in &api.components {
            let pointer = api.schema(*id).origin.pointer.to_string();
            places.named.insert((name.clone(), pointer), *id);
        }
        places
    }

    fn schema(&self, name: &str, pointer: &str) -> Option<SchemaId> {
        let named = self.named.get(&(name.to_owned(), pointer.to_owned()));
        named.or_else(|| self.any.get(pointer)).copied()
    }
}

/// Whether a whole number in it is beyond 64 bits, which no integer type here holds.
fn is_beyond(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            !number.is_i64()
                && number
                    .as_f64()
                    .is_some_and(|float| float.fract() == 0.0 && float.abs() >= 9.2e18)
        }
        Value::Array(items) => items.iter().any(is_beyond),
        Value::Object(members) => members.values().any(is_beyond),
        _ => false,
    }
}

fn compare(judge: &Judge, schema: SchemaId, value: &Value, answer: &str, tally: &mut Tally) {
    let valid = judge.is_valid(schema, Direction::Neutral, value);
    *if valid {
        &mut tally.valid
    } else {
        &mut tally.invalid
    } += 1;
    if is_beyond(value) {
        tally.beyond += usize::from(valid != (answer != "-"));
        return;
    }
    let place = || judge.api().schema(schema).origin.pointer.to_string();
    if valid != (answer != "-") {
        let who = if valid { "type refuses" } else { "type takes" };
        let why: Vec<String> = judge
            .violations(schema, Direction::Neutral, value)
            .into_iter()
            .take(3)
            .map(|violation| format!("{} {}", violation.pointer, violation.message))
            .collect();
        tally
            .wrong
            .push(format!("{}: the {who} {value} {}", place(), why.join("; ")));
    } else if valid {
        let again = serde_json::from_str::<Value>(answer);
        let fine = again
            .as_ref()
            .is_ok_and(|again| again == value || judge.is_valid(schema, Direction::Neutral, again));
        if !fine {
            tally
                .wrong
                .push(format!("{}: {value} comes back as {answer}", place()));
        }
    }
}

fn instances(judge: &Judge, schema: SchemaId, arguments: &Arguments) -> Vec<Value> {
    let generator = Generator::with_judge(judge.clone(), Direction::Neutral, arguments.seed);
    let mut rng = Rng::new(arguments.seed ^ u64::try_from(schema.index()).unwrap_or(0));
    let limits = [generator.positives(schema), generator.negatives(schema)];
    let limits = limits
        .into_iter()
        .flat_map(|cases| cases.cases.clone())
        .map(|case| case.value);
    let random = (0..arguments.random).map(|_| generator.random(schema, &mut rng));
    limits.chain(random).collect()
}

/// Generates the crate, and builds the program that links it.
fn build(api: &Api, folder: &Path, short: &str) -> Result<()> {
    let root = crate::workspace_root();
    let runtime = root.join("runtime").to_string_lossy().into_owned();
    let files = Codegen::new(api)
        .config(Config {
            crate_name: Some("subject".to_owned()),
            runtime_path: runtime.clone(),
            ..Config::default()
        })
        .generate()?;
    files.write(&folder.join("subject"))?;
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/main.rs"), PROGRAM)?;
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[workspace]\nmembers = [\"subject\"]\n\n[package]\nname = \"runner-{short}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ncounterpart-runtime = {{ path = {runtime:?}, default-features = false }}\n\
             subject = {{ path = \"subject\", features = [\"components\"] }}\n"
        ),
    )?;
    let built = Command::new(env!("CARGO"))
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("../target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .args(["build", "--quiet"])
        .output()
        .context("cannot run cargo")?;
    ensure!(
        built.status.success(),
        "its crate does not build: {}",
        String::from_utf8_lossy(&built.stderr)
            .lines()
            .find(|line| line.starts_with("error"))
            .unwrap_or_default()
    );
    Ok(())
}
