//! `resource.*` and `etag.*`: what is written is what is read.
//!
//! A *family* is a collection and its items, found by their paths: `POST /artists`, `GET /artists`,
//! `GET /artists/{id}`, `PATCH`, `PUT`, `DELETE`, and actions such as `POST /artists/{id}/approve`. Each check makes
//! resources of its own, so that nothing of anybody else's is changed.

mod action;
mod action_again;
mod action_starts;
mod action_text;
mod action_told;
mod below;
mod below_text;
mod bytes;
mod checksum;
mod children;
mod compare;
mod conflict;
mod counted;
mod counted_by;
mod created;
mod defaults;
mod deleted;
mod deleted_after;
mod deleted_text;
mod elsewhere;
mod etag;
mod etag_guard;
mod faithful;
mod family;
mod found;
mod guarded;
mod initial;
mod listed;
mod location;
mod made;
mod patched;
mod progress;
mod progress_stop;
mod progress_stop_text;
mod progress_text;
mod prose;
mod read_only;
mod replaced;
mod restored;
mod restored_same;
mod restored_text;
mod safe;
mod secret;
mod transition;
mod transition_text;
mod unchanged;
mod unchanged_list;
mod updated;
mod upload;
mod versioned;

use super::{Check, Phase};
use crate::{
    context::Context,
    finding::{Finding, Verdict},
};
use counterpart_model::api::{Api, Operation};
use family::Family;
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

pub(super) use compare::variant;

/// The checks on resources.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    fn of<T: FamilyCheck + 'static>(inner: T) -> Arc<dyn Check> {
        Arc::new(Resourceful(inner))
    }
    vec![
        of(created::Created),
        of(created::Unique),
        of(conflict::Conflict),
        of(location::Location),
        of(initial::Initial),
        of(defaults::Defaults),
        of(read_only::ReadOnly),
        of(listed::Listed),
        of(counted::Counted),
        of(children::Children),
        of(elsewhere::Elsewhere),
        of(safe::Safe),
        of(updated::Updated),
        of(unchanged::Unchanged),
        of(patched::Patched),
        of(action::Action),
        of(transition::Transition),
        of(guarded::Guarded),
        of(progress::Progress),
        of(bytes::Bytes),
        of(etag::NoneMatch),
        of(etag::Match),
        of(deleted::Deleted),
        of(restored::Restored),
    ]
}

/// A check on one operation of a family.
trait FamilyCheck: Send + Sync {
    fn id(&self) -> &'static str;
    fn about(&self) -> &'static str;
    /// Whether it is about this operation of the family.
    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool;
    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict>;
}

/// An operation and its family.
struct Subject<'a> {
    context: &'a Context,
    operation: &'a Operation,
    family: Family<'a>,
}

impl Subject<'_> {
    /// A finding that quotes what the operation is for.
    fn finding(&self, check: &'static str, title: impl Into<String>, promise: &str) -> Finding {
        let title = title.into();
        Finding::new(check, &self.operation.id, title.clone())
            .promise(promise, &self.operation.origin)
            .cause(format!("{check} {} {title}", self.operation.id))
    }
}

struct Resourceful<T>(T);

impl<T: FamilyCheck> Check for Resourceful<T> {
    fn id(&self) -> &'static str {
        self.0.id()
    }

    fn about(&self) -> &'static str {
        self.0.about()
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn writes(&self, _: &Operation) -> bool {
        true
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        self.0.concerns(&Family::of(api, operation), api)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let subject = Subject {
                context,
                operation,
                family: Family::of(&context.api, operation),
            };
            self.0.judge(&subject).await
        }
        .boxed()
    }
}
