//! The faults, as data: a file per group of categories.

mod auth;
mod deliveries;
mod edit;
mod filters;
mod lists;
mod metadata;
mod parts;
mod requests;
mod responses;
mod rules;
mod transport;
mod valid;
mod values;

use super::{Answer, Asked, Fault, Lie, Switch};

/// Every fault, in the order in which they are listed.
pub(super) fn all() -> Vec<Fault> {
    let groups: [Vec<Fault>; 12] = [
        responses::faults(),
        values::faults(),
        transport::faults(),
        lists::faults(),
        filters::faults(),
        metadata::faults(),
        requests::faults(),
        parts::faults(),
        valid::faults(),
        auth::faults(),
        rules::faults(),
        deliveries::faults(),
    ];
    groups.into_iter().flatten().collect()
}

/// What the faults of one category have in common.
#[derive(Clone, Copy)]
struct Group(&'static str);

impl Group {
    /// A fault that edits answers.
    fn answer(
        self,
        name: &'static str,
        check: &'static str,
        summary: &'static str,
        edit: fn(&Asked, &mut Answer, u64),
    ) -> Fault {
        Fault {
            name,
            category: self.0,
            summary,
            check,
            lie: Lie::Answer(edit),
        }
    }

    /// A fault that mends or spoils requests.
    fn ask(
        self,
        name: &'static str,
        check: &'static str,
        summary: &'static str,
        mend: fn(&mut Asked),
    ) -> Fault {
        Fault {
            name,
            category: self.0,
            summary,
            check,
            lie: Lie::Ask(mend),
        }
    }

    /// A fault that breaks a rule.
    fn act(
        self,
        name: &'static str,
        check: &'static str,
        summary: &'static str,
        switch: Switch,
    ) -> Fault {
        Fault {
            name,
            category: self.0,
            summary,
            check,
            lie: Lie::Act(switch),
        }
    }
}
