//! Reports as files: whole or not at all.

use super::{html, json, junit, markdown, sarif};
use crate::suite::Report;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file system refused.
    #[error("cannot write {path}: {reason}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// A form could not hold the text.
    #[error("cannot make {name}: {reason}")]
    Render {
        /// The report.
        name: &'static str,
        /// Why.
        reason: String,
    },
}

/// Writes `report.json`, `junit.xml`, `report.sarif`, `summary.md` and `report.html` into a folder and says where they lie.
///
/// # Errors
/// When one cannot be made or written; what is written is always whole.
pub fn write_all(report: &Report, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let render = |name, reason: String| ReportError::Render { name, reason };
    let pretty = serde_json::to_string_pretty(&json(report))
        .map_err(|error| render("report.json", error.to_string()))?;
    let sarif = serde_json::to_string_pretty(&sarif(report))
        .map_err(|error| render("report.sarif", error.to_string()))?;
    let junit = junit(report).map_err(|error| render("junit.xml", error.to_string()))?;
    let html = html(report).map_err(|error| render("report.html", error.to_string()))?;
    fs::create_dir_all(folder).map_err(|reason| ReportError::Write {
        path: folder.to_owned(),
        reason,
    })?;
    let mut written = Vec::new();
    for (name, text) in [
        ("report.json", pretty),
        ("junit.xml", junit),
        ("report.sarif", sarif),
        ("summary.md", markdown(report)),
        ("report.html", html),
    ] {
        let path = folder.join(name);
        let partial = folder.join(format!(".{name}.partial"));
        fs::write(&partial, text)
            .and_then(|()| fs::rename(&partial, &path))
            .map_err(|reason| ReportError::Write {
                path: path.clone(),
                reason,
            })?;
        written.push(path);
    }
    Ok(written)
}
