//! The sandbox's lies, one at a time.
//!
//! A [`Fault`] breaks the document in exactly one way, so that a contract test can be held to finding it. It
//! works in one of three ways: it edits answers on their way out, it mends invalid requests on their way in
//! (so that they seem to be accepted), or it turns a named [`Switch`] in the code that implements the rules.

mod catalogue;
pub(crate) mod events;
mod exchange;
pub(crate) mod layer;
mod operations;
mod switch;

pub(crate) use exchange::{Answer, Asked};
pub(crate) use operations::Operations;
pub(crate) use switch::{Faults, Switch};

use std::sync::LazyLock;

/// One way to break the document.
#[derive(Debug)]
pub struct Fault {
    /// The name, as `--fault` takes it.
    pub name: &'static str,
    /// What it is about.
    pub category: &'static str,
    /// What the sandbox does wrong.
    pub summary: &'static str,
    /// The contract check that is expected to find it.
    pub check: &'static str,
    pub(crate) lie: Lie,
}

/// How a fault works.
#[derive(Clone, Copy)]
pub(crate) enum Lie {
    /// Edits answers. The number counts the exchanges since the start.
    Answer(fn(&Asked, &mut Answer, u64)),
    /// Mends or spoils requests before they are judged.
    Ask(fn(&mut Asked)),
    /// Changes how the rules are kept.
    Act(Switch),
}

impl std::fmt::Debug for Lie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer(_) => f.write_str("Answer"),
            Self::Ask(_) => f.write_str("Ask"),
            Self::Act(switch) => write!(f, "Act({switch:?})"),
        }
    }
}

impl Fault {
    /// The fault of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        faults().iter().find(|fault| fault.name == name)
    }
}

/// All faults, category by category.
#[must_use]
pub fn faults() -> &'static [Fault] {
    static ALL: LazyLock<Vec<Fault>> = LazyLock::new(catalogue::all);
    &ALL
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_and_every_fault_says_what_finds_it() {
        let mut seen = BTreeSet::new();
        for fault in super::faults() {
            assert!(seen.insert(fault.name), "{} twice", fault.name);
            assert!(
                fault
                    .name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                fault.name
            );
            assert!(
                fault.check.contains('.') && !fault.summary.is_empty(),
                "{}",
                fault.name
            );
        }
        assert!(seen.len() >= 70, "{} faults", seen.len());
    }

    /// The page that lists the faults is this crate's to keep true.
    #[test]
    fn the_page_lists_every_fault() {
        let page = include_str!("../../../docs/faults.md");
        for fault in super::faults() {
            let row = format!(
                "| `{}` | {} | `{}` |",
                fault.name, fault.summary, fault.check
            );
            assert!(page.contains(&row), "docs/faults.md lacks: {row}");
        }
    }
}
