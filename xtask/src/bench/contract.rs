//! The contract tests beside a peer: the same servers, the same document, the same time.
//!
//! The peer is Schemathesis, from PyPI; it is not installed here. On the gallery without a lie both are counted in
//! requests a second, by the server, and in findings, all of them false. Then the gallery tells one lie after another, and
//! what counts is when the first finding comes. Checks of the peer's that accuse the gallery without a lie are left out
//! there, as whoever uses it would.

use crate::gallery::{self, Subject};
use anyhow::{Context as _, Result, ensure};
use counterpart_gallery::{API_KEY, Fault, Running};
use std::{
    path::Path,
    process::{Output, Stdio},
    time::{Duration, Instant},
};
use tokio::process::Command;

/// Checks of the peer's that find something on the gallery without a lie.
const UNTRUE: &str =
    "positive_data_acceptance,ensure_resource_availability,negative_data_rejection";
/// After so long it is looked how much was found.
const MARKS: [u64; 2] = [10, 60];

/// Measures.
///
/// # Errors
/// When a gallery does not start, or the peer does not run.
pub(super) fn measure(peer: Option<&Path>, faults: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(both(peer, faults))
}

async fn both(peer: Option<&Path>, count: usize) -> Result<()> {
    let spec = crate::workspace_root().join("spec/gallery.yaml");
    let subject = Subject::load(&spec)?;
    // What was worked out for the first run serves the second: both are counted from nothing.
    let started = Instant::now();
    let report = gallery::check(&Subject::load(&spec)?, None, 0, true).await?;
    let took = started.elapsed();
    let ours = rate(report.requests, took);
    println!(
        "no lie: counterpart {} requests in {:.1} s ({ours:.0}/s), {} findings",
        report.requests,
        took.as_secs_f64(),
        gallery::findings(&report).0.len()
    );
    // A path stays the same wherever the peer is run; a name is looked for on the PATH.
    let peer = peer.map(|peer| peer.canonicalize().unwrap_or_else(|_| peer.to_path_buf()));
    let Some(peer) = peer.as_deref() else {
        println!("no peer: --peer names the `st` of Schemathesis");
        return Ok(());
    };
    let version = Command::new(peer).arg("--version").output().await;
    let version = version.with_context(|| format!("cannot run {}", peer.display()))?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let longest = *MARKS.last().unwrap_or(&60);
    let running = counterpart_gallery::start(None).await?;
    let started = Instant::now();
    let output = schemathesis(peer, &spec, &running, longest, &[]).await?;
    let took = started.elapsed();
    let theirs = rate(running.requests(), took);
    println!(
        "no lie: {version} {} requests in {:.1} s ({theirs:.0}/s), {} findings",
        running.requests(),
        took.as_secs_f64(),
        failures(&output)
    );
    println!("requests a second: {:.1} times as many", ours / theirs);
    let all = counterpart_gallery::faults();
    let step = (all.len() / count.max(1)).max(1);
    println!(
        "\n{:<32} {:>12} {:>14}",
        "lie", "counterpart", "schemathesis"
    );
    let mut found: Vec<[Option<Duration>; 2]> = Vec::new();
    for fault in all.iter().step_by(step).take(count) {
        let times = [
            first_of_ours(&subject, fault).await?,
            first_of_theirs(peer, &spec, fault, longest).await?,
        ];
        let shown = times.map(|time| {
            time.map_or_else(
                || "not found".to_owned(),
                |time| format!("{:.1} s", time.as_secs_f64()),
            )
        });
        println!("{:<32} {:>12} {:>14}", fault.name, shown[0], shown[1]);
        found.push(times);
    }
    for mark in MARKS {
        let within = |tool: usize| {
            let times = found
                .iter()
                .filter_map(|times| times.get(tool).copied().flatten());
            times.filter(|time| time.as_secs() < mark).count()
        };
        println!(
            "found after {mark} s: counterpart {} of {}, schemathesis {}",
            within(0),
            found.len(),
            within(1)
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn rate(requests: u64, took: Duration) -> f64 {
    requests as f64 / took.as_secs_f64().max(0.001)
}

async fn first_of_ours(subject: &Subject, fault: &'static Fault) -> Result<Option<Duration>> {
    let started = Instant::now();
    let report = gallery::check(subject, Some(fault), 0, false).await?;
    let (titles, _) = gallery::findings(&report);
    Ok((!titles.is_empty()).then(|| started.elapsed()))
}

async fn first_of_theirs(
    peer: &Path,
    spec: &Path,
    fault: &'static Fault,
    seconds: u64,
) -> Result<Option<Duration>> {
    let running = counterpart_gallery::start(Some(fault)).await?;
    let started = Instant::now();
    let arguments = ["--max-failures", "1", "--exclude-checks", UNTRUE];
    let output = schemathesis(peer, spec, &running, seconds, &arguments).await?;
    Ok((failures(&output) > 0).then(|| started.elapsed()))
}

async fn schemathesis(
    peer: &Path,
    spec: &Path,
    running: &Running,
    seconds: u64,
    arguments: &[&str],
) -> Result<Output> {
    // It keeps a cache where it is run.
    let folder = crate::workspace_root().join("target/peer");
    std::fs::create_dir_all(&folder)?;
    let output = Command::new(peer)
        .current_dir(folder)
        .arg("run")
        .arg(spec)
        .args(["--url", &running.base_url])
        .args(["-H", &format!("X-Api-Key: {API_KEY}")])
        .args(["--max-time", &seconds.to_string()])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await?;
    // 0: nothing found; 1: findings.
    let ran = matches!(output.status.code(), Some(0 | 1));
    ensure!(
        ran,
        "the peer did not run: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}

/// How many failures a run of the peer's tells of, in its last line: `6 failures in 30.02s`.
fn failures(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut pairs = words.windows(2).rev();
    pairs
        .find(|pair| matches!(pair, [_, "failures" | "failure"]))
        .and_then(|pair| pair.first()?.parse().ok())
        .unwrap_or(0)
}
