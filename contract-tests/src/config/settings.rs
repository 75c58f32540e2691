//! What a run does and does not do.

use super::Baseline;
use crate::{auth::Secret, finding::Severity};
use indexmap::IndexMap;
use std::{fmt, str::FromStr, time::Duration};

/// What a run does and does not do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What random choices start from: the same seed asks the same questions.
    pub seed: u64,
    /// Whether requests that write may go to a host that is not this machine.
    pub allow_writes: bool,
    /// Headers on every request. Their values are never shown.
    pub headers: Vec<(String, Secret)>,
    /// At most this many requests.
    pub max_requests: Option<u64>,
    /// At most this many valid values, and as many invalid ones, are tried of each operation.
    pub cases: usize,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// How long one response may take.
    pub timeout: Duration,
    /// How long one response may be, in bytes.
    pub max_response_bytes: usize,
    /// Only checks whose id matches one of these globs; all for an empty list.
    pub checks: Vec<String>,
    /// Only operations whose id matches one of these globs; all for an empty list.
    pub operations: Vec<String>,
    /// Whether differences that break no promise are findings too.
    pub strict: bool,
    /// Check globs and how grave what they find is; the last that matches counts.
    pub severities: Vec<(String, Severity)>,
    /// Which part of the operations is checked.
    pub shard: Option<Shard>,
    /// At most this many requests are begun in a second.
    pub requests_per_second: Option<u32>,
    /// Whether what the run has made is deleted at its end, where the document has an operation for it.
    pub cleanup: bool,
    /// Values that exist in the deployment, by the name of the parameter.
    pub data: IndexMap<String, Vec<String>>,
    /// What is done otherwise with single operations.
    pub overrides: IndexMap<String, Override>,
    /// Send nothing more once a check whose id matches this glob has found something.
    pub stop_at: Option<String>,
    /// What is put up with: nothing in it stops a run.
    pub baseline: Baseline,
}

/// What is done otherwise with one operation.
#[derive(Clone, Debug, Default)]
pub struct Override {
    /// Why it is never called.
    pub skip: Option<String>,
    /// Globs of checks that are not held against it.
    pub without: Vec<String>,
    /// A JSON body that the deployment accepts.
    pub body: Option<serde_json::Value>,
    /// Values that exist for this operation only, by the name of the parameter.
    pub data: IndexMap<String, Vec<String>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            allow_writes: false,
            headers: Vec::new(),
            max_requests: None,
            cases: 500,
            concurrency: 8,
            timeout: Duration::from_secs(15),
            max_response_bytes: 16 << 20,
            checks: Vec::new(),
            operations: Vec::new(),
            strict: false,
            severities: Vec::new(),
            shard: None,
            requests_per_second: None,
            cleanup: false,
            data: IndexMap::new(),
            overrides: IndexMap::new(),
            stop_at: None,
            baseline: Baseline::default(),
        }
    }
}

impl Settings {
    /// Whether a check is to run.
    #[must_use]
    pub fn wants_check(&self, id: &str) -> bool {
        self.checks.is_empty() || self.checks.iter().any(|glob| matches_glob(glob, id))
    }

    /// Why a check is not run on an operation, where somebody has said so.
    #[must_use]
    pub fn leaves_out(&self, check: &str, operation: &str) -> Option<String> {
        let own = self.overrides.get(operation)?;
        if let Some(why) = &own.skip {
            return Some(format!("left out: {why}"));
        }
        let without = own.without.iter().any(|glob| matches_glob(glob, check));
        without.then(|| "left out by the settings".to_owned())
    }

    /// The values that are known to exist for a parameter of an operation.
    #[must_use]
    pub fn known(&self, operation: &str, parameter: &str) -> &[String] {
        let own = self.overrides.get(operation);
        own.and_then(|own| own.data.get(parameter))
            .or_else(|| self.data.get(parameter))
            .map_or(&[], Vec::as_slice)
    }

    /// Whether an operation is asked for by its whole name.
    #[must_use]
    pub fn names_operation(&self, id: &str) -> bool {
        self.operations.iter().any(|name| name == id)
    }

    /// Whether an operation is to be checked.
    #[must_use]
    pub fn wants_operation(&self, id: &str) -> bool {
        let ours = self.shard.is_none_or(|shard| shard.holds(id));
        let wanted = || self.operations.iter().any(|glob| matches_glob(glob, id));
        ours && (self.operations.is_empty() || wanted())
    }
}

/// One of several parts of a run: each operation belongs to one of them, by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u32,
    /// Of how many.
    pub total: u32,
}

impl Shard {
    /// Whether an operation belongs to it.
    #[must_use]
    pub fn holds(self, operation: &str) -> bool {
        let hash = crate::hash::of(operation);
        // The low digits of this hash repeat for names that differ in their last letters only.
        (hash ^ (hash >> 15)) % self.total.max(1) + 1 == self.index
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.total)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parts =
            parts.and_then(|(index, total)| Some((index.parse().ok()?, total.parse().ok()?)));
        match parts {
            Some((index, total)) if index >= 1 && index <= total => Ok(Self { index, total }),
            _ => Err(format!(
                "`{text}` is no shard: write K/N, such as 2/5, with K from 1 to N"
            )),
        }
    }
}

/// Whether a text matches a pattern in which `*` stands for any text.
#[must_use]
pub fn matches_glob(glob: &str, text: &str) -> bool {
    let Some((first, rest)) = glob.split_once('*') else {
        return glob == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.len() >= part.len() && text.ends_with(part);
        }
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}
