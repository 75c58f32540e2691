//! Generated files: written as a whole, or compared with what is there.

use crate::emit::HEADER;
use crate::error::Error;
use crate::plan::Typed;
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The files of a generated crate.
#[derive(Clone, Debug)]
pub struct FileSet {
    files: BTreeMap<String, String>,
    warnings: Vec<String>,
    typed: Typed,
}

/// What writing changed, or would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub added: Vec<String>,
    /// Files with another text.
    pub changed: Vec<String>,
    /// Files that were generated before and are not any more.
    pub removed: Vec<String>,
}

impl Changes {
    /// Whether everything was current.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

impl FileSet {
    pub(crate) fn new(files: Vec<(String, String)>, warnings: Vec<String>, typed: Typed) -> Self {
        Self {
            files: files.into_iter().collect(),
            warnings,
            typed,
        }
    }

    /// Path and text of each file, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// What could not be generated as the document says it, each with its place.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How many of the document's schemas have a Rust type.
    #[must_use]
    pub const fn typed(&self) -> Typed {
        self.typed
    }

    /// How many lines of Rust there are.
    #[must_use]
    pub fn rust_lines(&self) -> usize {
        self.files()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(_, text)| text.lines().count())
            .sum()
    }

    /// What [`FileSet::write`] would change in a folder.
    ///
    /// # Errors
    /// Where the folder cannot be read, or holds something that was not generated.
    pub fn compare(&self, folder: &Path) -> Result<Changes, Error> {
        let mut changes = Changes::default();
        for (path, text) in &self.files {
            match read(&folder.join(path))? {
                None => changes.added.push(path.clone()),
                Some(there) if there == *text => {}
                Some(_) => changes.changed.push(path.clone()),
            }
        }
        changes.removed = generated_before(folder)?
            .into_iter()
            .filter(|path| !self.files.contains_key(path))
            .collect();
        Ok(changes)
    }

    /// A unified diff from what is in a folder to what would be written; empty where it is current.
    ///
    /// # Errors
    /// As for [`FileSet::compare`].
    pub fn diff(&self, folder: &Path) -> Result<String, Error> {
        let changes = self.compare(folder)?;
        let mut out = String::new();
        for path in changes
            .added
            .iter()
            .chain(&changes.changed)
            .chain(&changes.removed)
        {
            let old = read(&folder.join(path))?.unwrap_or_default();
            let new = self.files.get(path).map_or("", String::as_str);
            let diff = TextDiff::from_lines(old.as_str(), new);
            out.push_str(
                &diff
                    .unified_diff()
                    .context_radius(2)
                    .header(path, path)
                    .to_string(),
            );
        }
        Ok(out)
    }

    /// Writes the files into a folder, and removes those that were generated before and are not any more. Every new
    /// text is on disk before the first file is replaced.
    ///
    /// # Errors
    /// Where something cannot be written, or the folder holds something that was not generated.
    pub fn write(&self, folder: &Path) -> Result<Changes, Error> {
        refuse_foreign(folder)?;
        let changes = self.compare(folder)?;
        let mut staged = Vec::new();
        for path in changes.added.iter().chain(&changes.changed) {
            let target = folder.join(path);
            let parent = target.parent().unwrap_or(folder).to_path_buf();
            let io = |action, source| Error::Io {
                action,
                path: target.clone(),
                source,
            };
            fs::create_dir_all(&parent).map_err(|source| io("create the folder of", source))?;
            let mut file =
                tempfile::NamedTempFile::new_in(&parent).map_err(|source| io("write", source))?;
            let text = self.files.get(path).map_or("", String::as_str);
            file.write_all(text.as_bytes())
                .map_err(|source| io("write", source))?;
            staged.push((file, target));
        }
        for (file, target) in staged {
            persist(file, &target)?;
        }
        for path in &changes.removed {
            let target = folder.join(path);
            fs::remove_file(&target).map_err(|source| Error::Io {
                action: "remove",
                path: target,
                source,
            })?;
        }
        Ok(changes)
    }
}

/// Moves a finished file to its place, readable as files are.
fn persist(file: tempfile::NamedTempFile, target: &Path) -> Result<(), Error> {
    let io = |source| Error::Io {
        action: "write",
        path: target.to_path_buf(),
        source,
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))
            .map_err(io)?;
    }
    file.persist(target)
        .map(drop)
        .map_err(|error| io(error.error))
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        // Not text: surely not what would be written.
        Err(source) if source.kind() == std::io::ErrorKind::InvalidData => Ok(Some(String::new())),
        Err(source) => Err(Error::Io {
            action: "read",
            path: path.to_path_buf(),
            source,
        }),
    }
}

/// A folder with files in it has to be a generated crate.
fn refuse_foreign(folder: &Path) -> Result<(), Error> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            return Err(Error::Io {
                action: "read",
                path: folder.to_path_buf(),
                source,
            });
        }
    };
    if entries.next().is_none() {
        return Ok(());
    }
    match read(&folder.join("Cargo.toml"))? {
        Some(manifest)
            if manifest
                .lines()
                .next()
                .is_some_and(|first| first.contains(HEADER)) =>
        {
            Ok(())
        }
        _ => Err(Error::Foreign {
            path: folder.to_path_buf(),
        }),
    }
}

/// The files under `src` that carry the generator's header.
fn generated_before(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    let mut queue = vec![PathBuf::from("src")];
    while let Some(relative) = queue.pop() {
        let path = folder.join(&relative);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => continue,
            Err(source) => {
                return Err(Error::Io {
                    action: "read",
                    path,
                    source,
                });
            }
        };
        for entry in entries {
            let entry = entry.map_err(|source| Error::Io {
                action: "read",
                path: path.clone(),
                source,
            })?;
            let relative = relative.join(entry.file_name());
            if entry.path().is_dir() {
                queue.push(relative);
            } else if relative
                .extension()
                .is_some_and(|extension| extension == "rs")
                && read(&entry.path())?.is_some_and(|text| {
                    text.lines()
                        .next()
                        .is_some_and(|first| first.contains(HEADER))
                })
            {
                found.insert(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(found)
}
