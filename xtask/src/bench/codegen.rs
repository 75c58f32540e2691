//! `cargo xtask bench codegen`: documents to formatted Rust, each in a process of its own.

use anyhow::{Context as _, Result, bail, ensure};
use counterpart_codegen::{Config, Generator};
use std::{fs, path::Path, process::Command};

/// Clock ticks a second in `/proc` (a constant of the Linux user interface).
const TICKS: f64 = 100.0;

/// What one document took.
#[derive(Clone, Debug)]
struct Cost {
    name: String,
    bytes: f64,
    seconds: f64,
    peak_mb: f64,
    lines: u64,
}

/// Measures every document of the corpus.
///
/// # Errors
/// When there is no corpus, or a document gives no crate.
pub(super) fn measure() -> Result<()> {
    let shared = std::env::var_os("COUNTERPART_SHARED")
        .context("COUNTERPART_SHARED is not set: it names the folder that holds specs/")?;
    let dir = Path::new(&shared).join("specs");
    let manifest = fs::read_to_string(dir.join("MANIFEST.tsv"))
        .with_context(|| format!("cannot read the manifest in {}", dir.display()))?;
    let names = manifest
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .filter(|name| !name.is_empty());
    println!(
        "{:<46} {:>9} {:>8} {:>9} {:>8}",
        "document", "KiB", "CPU s", "peak MB", "lines"
    );
    let mut costs = Vec::new();
    for name in names {
        let cost = child(&dir, name)?;
        println!(
            "{:<46} {:>9.0} {:>8.2} {:>9.0} {:>8}",
            cost.name,
            cost.bytes / 1024.0,
            cost.seconds,
            cost.peak_mb,
            cost.lines
        );
        costs.push(cost);
    }
    ensure!(!costs.is_empty(), "the manifest lists no document");
    fit(&costs);
    super::compile::measure(&dir)
}

/// How well a line through the origin tells CPU time from size, and what it says of the largest document.
fn fit(costs: &[Cost]) {
    let of = |by: &dyn Fn(&Cost) -> f64| {
        let (mut xy, mut xx) = (0.0, 0.0);
        for cost in costs {
            xy += by(cost) * cost.seconds;
            xx += by(cost) * by(cost);
        }
        let slope = xy / xx;
        #[expect(clippy::cast_precision_loss, reason = "a few dozen documents")]
        let mean = costs.iter().map(|cost| cost.seconds).sum::<f64>() / costs.len() as f64;
        let (mut wrong, mut spread) = (0.0, 0.0);
        for cost in costs {
            wrong += (cost.seconds - slope * by(cost)).powi(2);
            spread += (cost.seconds - mean).powi(2);
        }
        (slope, 1.0 - wrong / spread)
    };
    #[expect(clippy::cast_precision_loss, reason = "lines of code")]
    let lines = |cost: &Cost| cost.lines as f64;
    let (slope, fits) = of(&|cost| cost.bytes);
    println!(
        "CPU time = {:.2} s per MB of document (R² {fits:.3})",
        slope * 1e6
    );
    let (slope, fits) = of(&lines);
    println!(
        "CPU time = {:.2} s per 100,000 lines of Rust (R² {fits:.3})",
        slope * 1e5
    );
}

fn child(dir: &Path, name: &str) -> Result<Cost> {
    let path = dir.join(name);
    let output = Command::new(std::env::current_exe()?)
        .args(["bench", "codegen", "--here", "--one"])
        .arg(&path)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.split_whitespace();
    let (Some(seconds), Some(peak), Some(lines)) = (words.next(), words.next(), words.next())
    else {
        bail!("{name}: {}", String::from_utf8_lossy(&output.stderr));
    };
    #[expect(clippy::cast_precision_loss, reason = "sizes of files")]
    let bytes = fs::metadata(&path)?.len() as f64;
    Ok(Cost {
        name: name.to_owned(),
        bytes,
        seconds: seconds.parse()?,
        peak_mb: peak.parse::<f64>()? / 1024.0,
        lines: lines.parse()?,
    })
}

/// Generates from one document in this process, and prints CPU seconds, peak memory in kB, and lines of Rust.
///
/// # Errors
/// When it gives no crate, or the system does not say what it took.
pub(super) fn one(path: &Path) -> Result<()> {
    let loaded = counterpart_model::load(path);
    let api = loaded.api.context("the document cannot be used")?;
    let files = Generator::new(&api).config(Config::default()).generate()?;
    println!("{} {} {}", cpu_seconds()?, peak_kb()?, files.rust_lines());
    Ok(())
}

/// User and system time of this process (fields 14 and 15 of its `stat`).
fn cpu_seconds() -> Result<f64> {
    seconds_at(11)
}

/// User and system time of the processes this one has waited for, and theirs (fields 16 and 17).
pub(super) fn child_seconds() -> Result<f64> {
    seconds_at(13)
}

/// Two fields of `/proc/self/stat`, that many after the process's name.
fn seconds_at(first: usize) -> Result<f64> {
    let text = fs::read_to_string("/proc/self/stat").context("this needs Linux's /proc")?;
    let after = text
        .rsplit_once(')')
        .context("/proc/self/stat has another form")?
        .1;
    let ticks: f64 = after
        .split_whitespace()
        .skip(first)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS)
}

/// The most memory this process ever held, from `/proc/self/status`.
fn peak_kb() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/status").context("this needs Linux's /proc")?;
    let line = text
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .context("/proc/self/status says no peak")?;
    let number = line
        .split_whitespace()
        .nth(1)
        .context("/proc/self/status says no peak")?;
    Ok(number.parse()?)
}
