//! Findings that somebody has agreed to put up with, for a while and with a reason.

use super::{ConfigError, matches_glob};
use crate::{
    finding::Finding,
    report::{Found, Record, short_id},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A baseline file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// What is put up with.
    #[serde(default, rename = "finding")]
    pub findings: Vec<Known>,
}

/// What is put up with: a finding by its id, or all of a check at some operations.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The id: `CP-1a2b3c4d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A glob of check ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// A glob of operation ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Why it is put up with.
    pub reason: String,
    /// The last day on which it is, as `2027-01-31`.
    pub expires: Option<String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When the file cannot be read, or an entry names nothing, has no reason or no date.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|reason| ConfigError::Read {
            path: path.to_owned(),
            reason,
        })?;
        let bad = |reason: String| ConfigError::Parse {
            path: path.to_owned(),
            reason,
        };
        let baseline: Self = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
        for (at, known) in baseline.findings.iter().enumerate() {
            let at = at + 1;
            if known.id.is_none() && known.check.is_none() {
                return Err(bad(format!("finding {at} names neither `id` nor `check`")));
            }
            if known.reason.trim().is_empty() {
                return Err(bad(format!("finding {at} has no reason")));
            }
            if let Some(date) = &known.expires
                && date.parse::<Date>().is_err()
            {
                return Err(bad(format!(
                    "finding {at}: `expires` is \"{date}\", which is no date: write it as \"2027-01-31\""
                )));
            }
        }
        Ok(baseline)
    }

    /// Whether a single finding is put up with.
    #[must_use]
    pub fn holds(&self, finding: &Finding, today: Date) -> bool {
        let operation = finding.operation.0.as_str();
        let mut current = self.findings.iter().filter(|known| !known.expired(today));
        current.any(|known| {
            known.means(&short_id(&finding.cause), finding.check) && known.covers(operation)
        })
    }

    /// Marks what is put up with, and says which entries are of no use any more: after a `whole` run also those that
    /// were not found.
    pub fn apply(&self, record: &mut Record, today: Date, whole: bool) -> Vec<String> {
        let mut told = Vec::new();
        for known in &self.findings {
            let name = known.name();
            if known.expired(today) {
                told.push(format!(
                    "{name} in the baseline has expired ({}): it counts again",
                    known.expires.as_deref().unwrap_or_default()
                ));
                continue;
            }
            let mut any = false;
            for found in record.findings.iter_mut().filter(|found| known.is(found)) {
                any = true;
                let until = known.expires.as_ref().map(|date| format!(", until {date}"));
                found.accepted = Some(format!("{}{}", known.reason, until.unwrap_or_default()));
            }
            // A run of a part, or one that stopped, has not looked for all of it.
            if !any && whole {
                told.push(format!("{name} in the baseline was not found: take it out"));
            }
        }
        told
    }

    /// A baseline of everything that a run has found and nobody has put up with yet.
    #[must_use]
    pub fn of(record: &Record, expires: Date) -> Self {
        let open = record
            .findings
            .iter()
            .filter(|found| found.accepted.is_none());
        let known = |found: &Found| Known {
            id: Some(found.id.clone()),
            check: Some(found.check.clone()),
            operation: None,
            reason: format!("TODO: why? ({})", found.title),
            expires: Some(expires.to_string()),
        };
        Self {
            findings: open.map(known).collect(),
        }
    }
}

impl Known {
    fn name(&self) -> String {
        let parts = [&self.id, &self.check, &self.operation];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join(" ")
    }

    fn expired(&self, today: Date) -> bool {
        let date = self.expires.as_ref().and_then(|date| date.parse().ok());
        date.is_some_and(|date: Date| date < today)
    }

    /// Whether it means a finding: all of it, where it was found at several operations.
    fn is(&self, found: &Found) -> bool {
        self.means(&found.id, &found.check) && found.operations.iter().all(|id| self.covers(id))
    }

    fn means(&self, id: &str, check: &str) -> bool {
        let by_id = self.id.as_ref();
        let by_check = self.check.as_ref();
        by_id.is_none_or(|known| known.eq_ignore_ascii_case(id))
            && by_check.is_none_or(|glob| matches_glob(glob, check))
    }

    fn covers(&self, operation: &str) -> bool {
        let glob = self.operation.as_ref();
        glob.is_none_or(|glob| matches_glob(glob, operation))
    }
}
