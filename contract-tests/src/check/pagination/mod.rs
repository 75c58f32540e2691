//! `pagination.*`: how lists behave from page to page.
//!
//! Each list is walked once in pages of the largest size ([`walk::Reference`]); every check compares
//! something with that. Where they differ, the list is walked again before anybody is accused: others
//! may have added to it meanwhile.

mod asking;
mod backward;
mod beyond;
mod complete;
mod cursor;
mod default;
mod disturbed;
pub(in crate::check) mod duplicates;
mod echo;
mod exclusive;
mod has_more;
mod limit;
mod link_end;
mod link_query;
mod links;
pub(crate) mod list;
mod order;
mod sort;
mod terminates;
pub(crate) mod total;
mod unknown_cursor;
mod unknown_token;
pub(crate) mod walk;

use super::{Check, Phase};
use crate::{
    context::Context,
    finding::{Finding, Verdict},
    rules::Pagination,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;
use walk::{Lists, Reference};

/// The checks on pagination.
pub(super) fn checks(lists: &Arc<Lists>) -> Vec<Arc<dyn Check>> {
    fn of<T: PageCheck + 'static>(lists: &Arc<Lists>, inner: T) -> Arc<dyn Check> {
        Arc::new(Paged {
            lists: Arc::clone(lists),
            inner,
        })
    }
    vec![
        of(lists, limit::Limit),
        of(lists, default::Default),
        of(lists, complete::Complete),
        of(lists, duplicates::Duplicates),
        of(lists, terminates::Terminates),
        of(lists, order::Order),
        of(lists, sort::Sort),
        of(lists, has_more::HasMore),
        of(lists, total::Total),
        of(lists, beyond::Beyond),
        of(lists, echo::Echo),
        of(lists, links::Links),
        of(lists, link_query::LinkQuery),
        of(lists, cursor::Cursor),
        of(lists, backward::Backward),
        of(lists, exclusive::Exclusive),
        of(lists, unknown_cursor::UnknownCursor),
        Arc::new(disturbed::Disturbed::Added),
        Arc::new(disturbed::Disturbed::Removed),
    ]
}

/// A check on a list that was walked.
trait PageCheck: Send + Sync {
    fn id(&self) -> &'static str;
    fn about(&self) -> &'static str;
    /// Whether it has anything to say about a list that is paged so.
    fn concerns(&self, _rule: &Pagination, _api: &Api, _operation: &Operation) -> bool {
        true
    }
    /// Whether it has anything to say about a list that is not paged, too.
    fn concerns_whole(&self, _rule: &Pagination, _api: &Api, _operation: &Operation) -> bool {
        false
    }
    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict>;
}

/// A list that was walked, and who asks.
struct Listed<'a> {
    context: &'a Context,
    operation: &'a Operation,
    reference: Arc<Reference>,
}

impl Listed<'_> {
    /// A finding that quotes the rule in these words.
    fn finding(&self, check: &'static str, title: impl Into<String>, promise: &str) -> Finding {
        Finding::new(check, &self.operation.id, title)
            .promise(
                self.reference.list.rule.promise(promise),
                &self.reference.list.rule.origin,
            )
            .cause(format!("{check} {} {promise}", self.operation.id))
    }

    /// Why nothing can be said when the list has fewer items than this.
    fn too_short(&self, least: usize) -> Option<Verdict> {
        let count = self.reference.ids.len();
        (count < least).then(|| {
            Verdict::not_exercised(format!(
                "the list has {count} items; this needs {least} at least"
            ))
        })
    }
}

struct Paged<T> {
    lists: Arc<Lists>,
    inner: T,
}

impl<T: PageCheck> Check for Paged<T> {
    fn id(&self) -> &'static str {
        self.inner.id()
    }

    fn about(&self) -> &'static str {
        self.inner.about()
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        match Pagination::of(api, None, operation) {
            Ok(Some(rule)) => self.inner.concerns(&rule, api, operation),
            Ok(None) => Pagination::whole(api, operation)
                .is_some_and(|rule| self.inner.concerns_whole(&rule, api, operation)),
            // What cannot be read is told when it runs.
            Err(_) => true,
        }
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            match self.lists.reference(context, operation).await {
                Ok(reference) => {
                    let listed = Listed {
                        context,
                        operation,
                        reference,
                    };
                    self.inner.judge(&listed).await
                }
                Err(why) => Verdict::not_exercised(why),
            }
        }
        .boxed()
    }
}

/// The first few of some identifiers, for people.
fn some(ids: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(String::as_str).collect();
    match ids.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
