//! Where the judge is, and what it has to say.

use crate::json::Value;
use crate::schema::compile::Node;
use crate::schema::{Location, Violation, Violations, push_token, shorten, shown};
use std::fmt::Write as _;

/// A place in the instance, as the way from its root; a pointer is only made of it when there is something to say.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    outer: Option<&'p Place<'p>>,
    step: Step<'p>,
    /// Whether values may not be shown here.
    secret: bool,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    None,
    Member(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    pub(super) const ROOT: Self = Self {
        outer: None,
        step: Step::None,
        secret: false,
    };

    pub(super) const fn member<'q>(&'q self, name: &'q str) -> Place<'q> {
        Place {
            outer: Some(self),
            step: Step::Member(name),
            secret: self.secret,
        }
    }

    pub(super) const fn item(&self, index: usize) -> Place<'_> {
        Place {
            outer: Some(self),
            step: Step::Item(index),
            secret: self.secret,
        }
    }

    /// The same place; secret, if a schema says so.
    pub(super) const fn with(self, secret: bool) -> Self {
        Self {
            secret: self.secret || secret,
            ..self
        }
    }

    pub(super) fn pointer(&self) -> String {
        let mut pointer = self.outer.map(Self::pointer).unwrap_or_default();
        match self.step {
            Step::None => {}
            Step::Member(name) => push_token(&mut pointer, name),
            Step::Item(index) => _ = write!(pointer, "/{index}"),
        }
        pointer
    }
}

/// A value held to a schema.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) value: &'a Value,
    pub(super) place: &'a Place<'a>,
}

/// What a keyword says and what is wrong, in words.
pub(super) type Story = (Option<String>, String);

/// What was found out.
pub(super) struct Out {
    failed: bool,
    /// The violations, where all of them are wanted.
    all: Option<Violations>,
}

impl Out {
    /// Collects everything.
    pub(super) const fn all() -> Self {
        Self {
            failed: false,
            all: Some(Violations::new()),
        }
    }

    /// Ends with the first thing wrong.
    pub(super) const fn first() -> Self {
        Self {
            failed: false,
            all: None,
        }
    }

    pub(super) const fn failed(&self) -> bool {
        self.failed
    }

    /// Whether nothing more needs to be found.
    pub(super) fn done(&self) -> bool {
        self.all.as_ref().map_or(self.failed, Violations::is_full)
    }

    pub(super) const fn wants_all(&self) -> bool {
        self.all.is_some()
    }

    pub(super) fn into_violations(self) -> Violations {
        self.all.unwrap_or_default()
    }

    /// Notes that a keyword does not hold.
    pub(super) fn tell(
        &mut self,
        at: &At<'_>,
        keyword: &'static str,
        story: impl FnOnce() -> Story,
    ) {
        self.failed = true;
        if let Some(all) = &mut self.all {
            let mut violation = violation(at, keyword, story());
            violation.found = Some(if at.place.secret {
                "***".to_owned()
            } else {
                shown(at.value)
            });
            all.push(violation);
        }
    }

    /// The same where something is missing or unknown, so that there is nothing to show.
    pub(super) fn tell_absent(
        &mut self,
        at: &At<'_>,
        keyword: &'static str,
        story: impl FnOnce() -> Story,
    ) {
        self.failed = true;
        if let Some(all) = &mut self.all {
            all.push(violation(at, keyword, story()));
        }
    }

    /// Notes that schemas lead into each other without end.
    pub(super) fn unjudgeable(&mut self, place: &Place<'_>) {
        self.failed = true;
        if let Some(all) = &mut self.all {
            let words =
                "leads to a schema that cannot be judged: it is missing, or leads into itself";
            let mut violation = Violation::new(Location::Body, "", "$ref", words);
            violation.pointer = place.pointer();
            all.push(violation);
        }
    }

    /// Takes over what a variant has to say.
    pub(super) fn append(&mut self, violations: Violations) {
        self.failed = true;
        if let Some(all) = &mut self.all {
            all.append(violations);
        }
    }
}

fn violation(at: &At<'_>, keyword: &'static str, (limit, words): Story) -> Violation {
    let mut violation = Violation::new(Location::Body, "", keyword, words);
    violation.pointer = at.place.pointer();
    violation.limit = limit.map(|limit| shorten(&limit));
    violation.schema.clone_from(&at.node.place);
    violation
}
