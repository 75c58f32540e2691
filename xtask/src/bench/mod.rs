//! `cargo xtask bench`: ratios against a peer, in one run. Never a test: machines differ, ratios less so.

mod codegen;
mod compile;
mod contract;

pub(crate) use compile::wrapped;

use anyhow::{Context as _, Result, ensure};
use counterpart_contract_tests::judge::Judge;
use counterpart_model::{Api, Direction};
use counterpart_runtime::Instance as _;
use openfx::types::CustomerList;
use serde_json::{Value, json};
use std::{
    hint::black_box,
    path::PathBuf,
    process::{Command, ExitCode},
    sync::Arc,
    time::{Duration, Instant},
};

const HELP: &str = "\
Examples:
  cargo xtask bench            reading, validating, writing; reading documents
  cargo xtask bench codegen    every document under $COUNTERPART_SHARED/specs to Rust: CPU time, memory, lines;
                               and the compiler's time for two of them, beside a peer's crate
  cargo xtask bench contract --peer st
                               the contract tests on the gallery, beside Schemathesis

Each figure is the median of many rounds; what counts is the ratio.";

/// What can be asked.
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// What is measured
    #[arg(value_enum, default_value_t = What::Types)]
    what: What,
    /// The peer of the contract tests: Schemathesis' `st`
    #[arg(long, value_name = "PROGRAM")]
    peer: Option<PathBuf>,
    /// How many lies of the gallery are told beside the peer
    #[arg(long, value_name = "N", default_value_t = 12)]
    lies: usize,
    /// Measure in this process, as it was built
    #[arg(long)]
    here: bool,
    /// Generate from this document only, and print what it took
    #[arg(long, value_name = "FILE", hide = true)]
    one: Option<PathBuf>,
}

/// What can be measured.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum What {
    /// Generated types, and reading documents
    Types,
    /// Generating
    Codegen,
    /// The contract tests
    Contract,
}

/// How long one thing is measured.
const TIME: Duration = Duration::from_millis(1500);

/// Runs the command: builds itself with optimization first.
///
/// # Errors
/// When it cannot be built, or what is measured is not what it should be.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if let Some(path) = &arguments.one {
        codegen::one(path)?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.here {
        match arguments.what {
            What::Types => measure()?,
            What::Codegen => codegen::measure()?,
            What::Contract => contract::measure(arguments.peer.as_deref(), arguments.lies)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let status = Command::new(env!("CARGO"))
        .current_dir(crate::workspace_root())
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
            match arguments.what {
                What::Types => "types",
                What::Codegen => "codegen",
                What::Contract => "contract",
            },
            "--here",
            "--lies",
            &arguments.lies.to_string(),
        ])
        .args(
            arguments
                .peer
                .iter()
                .flat_map(|peer| ["--peer".into(), peer.clone().into_os_string()]),
        )
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the measured build failed");
    Ok(ExitCode::SUCCESS)
}

fn measure() -> Result<()> {
    let spec = crate::workspace_root().join("spec/openfx.yaml");
    let text = std::fs::read_to_string(&spec)?;
    let api = counterpart_model::load(&spec)
        .api
        .context("the document cannot be used")?;
    page_of_customers(Arc::new(api))?;
    reading(&text)
}

/// A page of 200 customers: read and validated by the generated type, against reading it as plain JSON,
/// and against reading it so and judging it by the `jsonschema` crate.
fn page_of_customers(api: Arc<Api>) -> Result<()> {
    let page = page().to_string();
    let bytes = page.as_bytes();
    let schema = api
        .components
        .get("CustomerList")
        .copied()
        .context("no CustomerList")?;
    let judge = Judge::new(api);
    let value: Value = serde_json::from_slice(bytes)?;
    ensure!(
        judge.is_valid(schema, Direction::Response, &value),
        "the page is not valid"
    );
    ensure!(
        CustomerList::from_json(bytes).is_ok(),
        "the type refuses the page"
    );
    println!("a page of 200 customers, {} KiB", bytes.len() / 1024);
    let ours = median(|| CustomerList::from_json(black_box(bytes)).is_ok());
    let plain = median(|| serde_json::from_slice::<Value>(black_box(bytes)).is_ok());
    let judged = median(|| {
        serde_json::from_slice::<Value>(black_box(bytes))
            .is_ok_and(|value| judge.is_valid(schema, Direction::Response, &value))
    });
    line("generated type: read and validated", ours, ours);
    line("serde_json::Value: read, not validated", plain, ours);
    line("serde_json::Value, then jsonschema", judged, ours);
    let written = CustomerList::from_json(bytes).map_err(|_| anyhow::anyhow!("refused"))?;
    let write = median(|| black_box(&written).to_json().len() > 2);
    let plain_write = median(|| serde_json::to_vec(black_box(&value)).is_ok());
    line("generated type: written", write, write);
    line("serde_json::Value: written", plain_write, write);
    Ok(())
}

/// Reading documents: twice the text is to take twice the time.
fn reading(text: &str) -> Result<()> {
    let (paths, rest) = text
        .split_once("\ncomponents:\n")
        .context("no components")?;
    let (head, schemas) = rest.split_once("\n  schemas:\n").context("no schemas")?;
    let whole = |times: usize| {
        let mut text = format!("{paths}\ncomponents:\n{head}\n  schemas:\n{schemas}");
        for copy in 1..times {
            for line in schemas.lines() {
                let name = line
                    .strip_prefix("    ")
                    .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
                match name {
                    Some(name) => text.push_str(&format!("\n    Copy{copy}{name}")),
                    None => {
                        text.push('\n');
                        text.push_str(line);
                    }
                }
            }
        }
        text
    };
    let (one, four) = (whole(1), whole(4));
    let read = |text: &str| {
        counterpart_model::load_str("bench.yaml", text)
            .api
            .is_some()
    };
    ensure!(read(&one) && read(&four), "the copies cannot be read");
    println!("\nreading and modelling a document");
    let small = median(|| read(black_box(&one)));
    let large = median(|| read(black_box(&four)));
    line(&format!("{} KiB", one.len() / 1024), small, small);
    line(&format!("{} KiB", four.len() / 1024), large, small);
    Ok(())
}

fn line(what: &str, time: Duration, base: Duration) {
    let ratio = time.as_secs_f64() / base.as_secs_f64().max(f64::MIN_POSITIVE);
    println!(
        "  {what:<42} {:>10.1} µs  {ratio:>6.2} ×",
        time.as_secs_f64() * 1e6
    );
}

/// The median time of one call, over as many calls as there is time for.
fn median(mut call: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    let mut times = Vec::new();
    while started.elapsed() < TIME || times.len() < 5 {
        let at = Instant::now();
        assert!(call(), "what is measured failed");
        times.push(at.elapsed());
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn page() -> Value {
    let items: Vec<Value> = (0..200)
        .map(|number| {
            json!({
                "id": format!("cus_{number:016x}"),
                "entityId": format!("ent_{number:016x}"),
                "type": "business",
                "status": "active",
                "kybStatus": "approved",
                "capabilities": ["accounts", "payments"],
                "sourceOfFunds": "business_revenue",
                "metadata": { "internal_ref": format!("crm-{number}"), "note": null },
                "createdAt": "2026-01-05T09:00:00Z",
                "updatedAt": "2026-01-05T12:00:00Z",
            })
        })
        .collect();
    let last = items.last().and_then(|item| item.get("id")).cloned();
    json!({ "items": items, "pagination": { "hasMore": true, "nextCursor": last } })
}
