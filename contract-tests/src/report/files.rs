//! Reports as files: whole or not at all.

use super::{Record, html, junit, markdown, sarif};
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
pub fn write_all(record: &Record, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let render = |name, reason: String| ReportError::Render { name, reason };
    let json = serde_json::to_string_pretty(record)
        .map_err(|error| render("report.json", error.to_string()))?;
    let sarif = serde_json::to_string_pretty(&sarif(record))
        .map_err(|error| render("report.sarif", error.to_string()))?;
    let junit = junit(record).map_err(|error| render("junit.xml", error.to_string()))?;
    let html = html(record).map_err(|error| render("report.html", error.to_string()))?;
    let mut written = Vec::new();
    for (name, text) in [
        ("report.json", json),
        ("junit.xml", junit),
        ("report.sarif", sarif),
        ("summary.md", markdown(record)),
        ("report.html", html),
    ] {
        let path = folder.join(name);
        write(&path, &text)?;
        written.push(path);
    }
    Ok(written)
}

/// Writes a file, whole or not at all, and the folder it lies in.
///
/// # Errors
/// When the file system refuses.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), ReportError> {
    let fail = |reason| ReportError::Write {
        path: path.to_owned(),
        reason,
    };
    let partial = partial(path).map_err(fail)?;
    fs::write(&partial, text)
        .and_then(|()| fs::rename(&partial, path))
        .map_err(fail)
}

/// Where a file lies while it is not whole yet: beside its place, in a folder that is there.
pub(super) fn partial(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(folder.join(format!(".{name}.partial")))
}
