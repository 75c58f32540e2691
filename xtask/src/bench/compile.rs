//! What the compiler takes for generated crates, and a peer's for the same document.
//!
//! The peer is progenitor, built from the registry into `target/peer` when it is first needed. Checking a crate alone
//! means that its dependencies have been checked before.

use super::codegen::child_seconds;
use anyhow::{Context as _, Result, ensure};
use counterpart_codegen::{Config, Generator};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// The peer, and the version the figures in `docs/corpus.md` are of.
const PEER: (&str, &str) = ("cargo-progenitor", "0.15.1");

/// Where the wrapper of the compiler writes what the compiler held at most, in kB.
const MEMORY: &str = "COUNTERPART_BENCH_MEMORY";

/// Runs the compiler in cargo's place and notes its peak memory, where this process was started for that.
pub(crate) fn wrapped() -> Option<i32> {
    let note = std::env::var_os(MEMORY)?;
    let mut words = std::env::args_os().skip(1);
    let mut child = Command::new(words.next()?).args(words).spawn().ok()?;
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_of(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().ok()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let known = fs::read_to_string(&note).ok();
    let known = known.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    fs::write(note, peak.max(known).to_string()).ok()?;
    Some(status.code().unwrap_or(1))
}

fn peak_of(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Measures the documents that have a mark: a peer's figures for one, a limit for the other.
///
/// # Errors
/// When a crate cannot be generated or does not check, or the peer cannot be had.
pub(super) fn measure(specs: &Path) -> Result<()> {
    let folder = crate::workspace_root().join("target/peer");
    fs::create_dir_all(&folder)?;
    let nexus = specs.join("oxide-nexus.json");
    if nexus.is_file() {
        beside_the_peer(&folder, &nexus)?;
    }
    let github = specs.join("github.json");
    if github.is_file() {
        let out = folder.join("github");
        ours(&github, &out)?;
        let cost = alone(&out, &["--all-features"])?;
        println!(
            "checking GitHub's crate alone, all features: {:.1} s of CPU, {:.1} GB at most",
            cost.seconds,
            cost.peak_kb / 1e6
        );
    }
    Ok(())
}

fn beside_the_peer(folder: &Path, spec: &Path) -> Result<()> {
    let tool = peer(folder)?;
    let theirs = folder.join("nexus-peer");
    remove(&theirs)?;
    let before = child_seconds()?;
    run(Command::new(tool)
        .args(["progenitor", "--name", "nexus-peer", "--version", "0.1.0"])
        .arg("--input")
        .arg(spec)
        .arg("--output")
        .arg(&theirs))?;
    let generated = child_seconds()? - before;
    // A workspace of its own, in whatever folder.
    let manifest = theirs.join("Cargo.toml");
    let mut text = fs::read_to_string(&manifest)?;
    text.push_str("\n[workspace]\n");
    fs::write(&manifest, text)?;
    let out = folder.join("nexus");
    ours(spec, &out)?;
    let client = client_features(&out)?;
    let client: Vec<&str> = client.iter().map(String::as_str).collect();
    let first = first(&out, &client)?;
    let all = alone(&out, &["--all-features"])?;
    let client = alone(&out, &client)?;
    let peer = alone(&theirs, &[])?;
    let (lines, peer_lines) = (lines(&out)?, lines(&theirs)?);
    println!(
        "oxide-nexus.json beside {} {}, a client without a server:",
        PEER.0, PEER.1
    );
    println!("  generating: theirs {generated:.2} s of CPU");
    println!(
        "  lines: {lines} with server and validation, theirs {peer_lines}: {:.2}",
        ratio(lines, peer_lines)
    );
    for (what, cost) in [("types, server, client", &all), ("types, client", &client)] {
        println!(
            "  checking the crate alone, {what}: {:.1} s of CPU, theirs {:.1}: {:.2}",
            cost.seconds,
            peer.seconds,
            cost.seconds / peer.seconds
        );
    }
    println!(
        "  first check with dependencies, types and client: {:.1} s of CPU",
        first.seconds
    );
    Ok(())
}

/// The client with the operations of every tag: where there is a feature for each tag, none is on unasked.
fn client_features(folder: &Path) -> Result<[String; 3]> {
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml"))?.parse()?;
    let by_tag = manifest
        .get("features")
        .is_some_and(|features| features.get("all-tags").is_some());
    let features = if by_tag { "client,all-tags" } else { "client" };
    Ok(["--no-default-features", "--features", features].map(str::to_owned))
}

#[expect(clippy::cast_precision_loss, reason = "lines of code")]
fn ratio(ours: usize, theirs: usize) -> f64 {
    ours as f64 / theirs as f64
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn ours(spec: &Path, out: &Path) -> Result<()> {
    let api = counterpart_model::load(spec).api;
    let api = api.with_context(|| format!("{} cannot be used", spec.display()))?;
    let runtime = crate::workspace_root().join("runtime");
    let config = Config {
        runtime_path: runtime.to_string_lossy().into_owned(),
        workspace: true,
        ..Config::default()
    };
    Generator::new(&api).config(config).generate()?.write(out)?;
    Ok(())
}

/// What a run of the compiler took.
struct Cost {
    seconds: f64,
    peak_kb: f64,
}

/// Checks a crate whose dependencies have been checked.
fn alone(folder: &Path, features: &[&str]) -> Result<Cost> {
    check(folder, features)?;
    // As if it had been written just now.
    let library = folder.join("src/lib.rs");
    let text = fs::read(&library)?;
    fs::write(&library, text)?;
    check(folder, features)
}

/// Checks a crate and everything it stands on.
fn first(folder: &Path, features: &[&str]) -> Result<Cost> {
    remove(&folder.join("target"))?;
    check(folder, features)
}

fn check(folder: &Path, features: &[&str]) -> Result<Cost> {
    let note = folder.join("memory.txt");
    fs::write(&note, "0")?;
    let before = child_seconds()?;
    run(Command::new(env!("CARGO"))
        .current_dir(folder)
        .args(["check", "--quiet"])
        .args(features)
        .env_remove("CARGO_TARGET_DIR")
        // Whole, not what is left over of the time before.
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTC_WRAPPER", std::env::current_exe()?)
        .env(MEMORY, &note))?;
    Ok(Cost {
        seconds: child_seconds()? - before,
        peak_kb: fs::read_to_string(&note)?.parse()?,
    })
}

/// The peer's program.
fn peer(folder: &Path) -> Result<PathBuf> {
    let tool = folder.join("bin").join(PEER.0);
    if !tool.is_file() {
        println!("building {} {}", PEER.0, PEER.1);
        run(Command::new(env!("CARGO"))
            .args([
                "install",
                PEER.0,
                "--version",
                PEER.1,
                "--locked",
                "--quiet",
                "--root",
            ])
            .arg(folder)
            .env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(tool)
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    ensure!(
        output.status.success(),
        "{name} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Lines of Rust below a folder's `src`.
fn lines(folder: &Path) -> Result<usize> {
    let mut queue = vec![folder.join("src")];
    let mut count = 0;
    while let Some(at) = queue.pop() {
        for entry in fs::read_dir(&at)? {
            let path = entry?.path();
            if path.is_dir() {
                queue.push(path);
            } else if path.extension() == Some(OsStr::new("rs")) {
                count += fs::read_to_string(&path)?.lines().count();
            }
        }
    }
    Ok(count)
}
