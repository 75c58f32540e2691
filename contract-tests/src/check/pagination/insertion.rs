//! `pagination.insertion`

use super::{
    super::{Check, Phase},
    walk::{self, Ended},
};
use crate::{
    context::Context,
    finding::{Finding, Verdict},
    rules::{Pagination, PagingStyle},
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::collections::HashSet;

/// Items that are added during a walk shift nothing.
pub(super) struct Insertion;

fn create_for<'a>(api: &'a Api, list: &Operation) -> Option<&'a Operation> {
    api.operations
        .iter()
        .find(|other| other.method == Method::Post && other.path == list.path)
}

impl Check for Insertion {
    fn id(&self) -> &'static str {
        "pagination.insertion"
    }

    fn about(&self) -> &'static str {
        "While items are added during a walk, none of those that were there is missed or comes twice."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn writes(&self, _: &Operation) -> bool {
        true
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        // Only cursors that name items promise it by themselves.
        let promised = match Pagination::of(api, None, operation) {
            Ok(Some(rule)) => rule.why.is_none() || rule.style == PagingStyle::Cursor,
            _ => operation.extensions.contains_key("x-pagination"),
        };
        promised && !operation.path.contains('{') && create_for(api, operation).is_some()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(create) = create_for(&context.api, operation) else {
                return Verdict::not_exercised("nothing can be added to it");
            };
            let reference = match walk::fresh(context, operation).await {
                Ok(reference) => reference,
                Err(why) => return Verdict::not_exercised(why),
            };
            let list = &reference.list;
            if reference.ids.len() < 4 || reference.walk.ended != Ended::AtEnd {
                return Verdict::not_exercised("the list is too short or too long");
            }
            let size = u64::try_from(reference.ids.len().div_ceil(4)).unwrap_or(1);
            let size = size.clamp(1, list.largest());
            let mut next = Some(list.sized(size));
            let (mut seen, mut twice) = (HashSet::new(), None);
            let mut steps = Vec::new();
            let mut added = false;
            while let Some(request) = next.take() {
                if steps.len() > 50 {
                    return Verdict::not_exercised("walking it took too many pages");
                }
                let page = match list.ask(context, request.clone()).await {
                    Ok(page) => page,
                    Err(why) => return Verdict::not_exercised(why),
                };
                for item in &page.items {
                    let id = list.identity(item);
                    if !seen.insert(id.clone()) {
                        twice.get_or_insert(id);
                    }
                }
                steps.push(page.exchange.clone());
                next = list.following(context, &request, &page);
                if !added {
                    added = true;
                    if let Err(why) = context.accepted(create).await {
                        return Verdict::not_exercised(format!("nothing could be added: {why}"));
                    }
                }
            }
            let mut verdict = Verdict::default();
            let lost: Vec<String> = reference
                .ids
                .iter()
                .filter(|id| !seen.contains(*id))
                .cloned()
                .collect();
            let problem = match (&twice, lost.is_empty()) {
                (Some(id), _) => Some(("an item comes twice", format!("{id} twice"))),
                (None, false) => Some((
                    "items are missed",
                    format!("without {}", super::some(&lost)),
                )),
                (None, true) => None,
            };
            let Some((what, actual)) = problem else {
                verdict.pass();
                return verdict;
            };
            // Somebody may have taken items away meanwhile.
            if twice.is_none() {
                let now = walk::fresh(context, operation).await;
                if now.is_ok_and(|now| lost.iter().any(|id| !now.ids.contains(id))) {
                    return Verdict::not_exercised("items were taken away meanwhile");
                }
            }
            let mut finding = Finding::new(
                self.id(),
                &operation.id,
                format!("{what} when another one is added during a walk"),
            )
            .promise(
                "items added meanwhile shift nothing that was passed already",
                &list.rule.origin,
            )
            .expected("each item that was there, once", actual);
            for step in steps.iter().take(3) {
                finding = finding.step(step);
            }
            verdict.fail(finding);
            verdict
        }
        .boxed()
    }
}
