//! Several reports of shards as one.

use super::{Found, Record, Summary, group::rank};
use std::collections::BTreeSet;

/// Why reports are no parts of one run.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to merge.
    #[error("no report to merge: name the report.json of each shard")]
    Nothing,
    /// They are about different things.
    #[error(
        "the reports are not of one run: {what} is `{one}` in the first and `{other}` in another"
    )]
    Different {
        /// What differs.
        what: &'static str,
        /// In the first.
        one: String,
        /// In another.
        other: String,
    },
    /// The same check of the same operation twice.
    #[error(
        "{check} of {operation} is in two of the reports: were they made with different --shard K/N of one N?"
    )]
    Twice {
        /// The check.
        check: String,
        /// The operation.
        operation: String,
    },
}

/// One report of all: findings of one cause become one again.
///
/// # Errors
/// When they are not of one run, or have entries in common.
pub fn merge(records: Vec<Record>) -> Result<Record, MergeError> {
    let mut records = records.into_iter();
    let mut all = records.next().ok_or(MergeError::Nothing)?;
    for other in records {
        let different = [
            (
                "the API",
                format!("{} {}", all.api.title, all.api.version),
                format!("{} {}", other.api.title, other.api.version),
            ),
            ("the seed", all.seed.to_string(), other.seed.to_string()),
        ];
        for (what, one, other) in different {
            if one != other {
                return Err(MergeError::Different { what, one, other });
            }
        }
        add(&mut all, other);
    }
    let mut met = BTreeSet::new();
    for entry in &all.entries {
        if !met.insert((&entry.check, &entry.operation)) {
            return Err(MergeError::Twice {
                check: entry.check.clone(),
                operation: entry.operation.clone(),
            });
        }
    }
    all.summary = Summary::of(&all.entries);
    for list in [&mut all.findings, &mut all.notes] {
        list.sort_by_key(|found| rank(&found.check));
    }
    Ok(all)
}

fn add(all: &mut Record, other: Record) {
    all.requests += other.requests;
    // They ran beside each other.
    all.milliseconds = all.milliseconds.max(other.milliseconds);
    all.budget_used_up |= other.budget_used_up;
    all.harmed = all.harmed.take().or(other.harmed);
    all.made += other.made;
    all.cleaned_up += other.cleaned_up;
    all.shards.extend(other.shards);
    all.entries.extend(other.entries);
    for rule in other.rules {
        if !all.rules.contains(&rule) {
            all.rules.push(rule);
        }
    }
    all.coverage.merge(other.coverage);
    join(&mut all.findings, other.findings);
    join(&mut all.notes, other.notes);
}

fn join(all: &mut Vec<Found>, others: Vec<Found>) {
    for found in others {
        match all.iter_mut().find(|known| known.id == found.id) {
            None => all.push(found),
            Some(known) => {
                known.count += found.count;
                for operation in found.operations {
                    if !known.operations.contains(&operation) {
                        known.operations.push(operation);
                    }
                }
            }
        }
    }
}
