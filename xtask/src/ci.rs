//! `cargo xtask ci`: what CI does, here.

use anyhow::{Context as _, Result, bail};
use std::process::Command;

/// Runs `.ci/run`, the one list of steps, and passes its failure on.
///
/// # Errors
/// When a step fails, or there is no `bash` to run it with.
pub(crate) fn run() -> Result<()> {
    let script = crate::workspace_root().join(".ci/run");
    let status = Command::new("bash")
        .arg(&script)
        .status()
        .with_context(|| format!("cannot run {} (it needs bash)", script.display()))?;
    if !status.success() {
        bail!(
            "{} failed: the step named last above says why",
            script.display()
        );
    }
    Ok(())
}
