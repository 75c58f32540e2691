//! `pagination.insertion`, `pagination.deletion`

use super::{
    super::{Check, Phase},
    walk::{self, Ended},
};
use crate::{
    context::Context,
    finding::{Finding, Verdict},
    paths,
    rules::{Pagination, PagingStyle, infer},
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::collections::HashSet;

/// Items that are added, or taken away, during a walk shift nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disturbed {
    /// One is added.
    Added,
    /// One that was passed already is taken away.
    Removed,
}

fn create_for<'a>(api: &'a Api, list: &Operation) -> Option<&'a Operation> {
    paths::create(api, paths::listed(list))
}

fn delete_for<'a>(api: &'a Api, list: &Operation) -> Option<&'a Operation> {
    paths::on_items(api, Method::Delete, paths::listed(list))
}

impl Check for Disturbed {
    fn id(&self) -> &'static str {
        match self {
            Self::Added => "pagination.insertion",
            Self::Removed => "pagination.deletion",
        }
    }

    fn about(&self) -> &'static str {
        match self {
            Self::Added => {
                "While items are added during a walk, none of those that were there is missed or comes twice."
            }
            Self::Removed => {
                "While an item that was passed is taken away during a walk, none of the others is missed or comes twice."
            }
        }
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn writes(&self, _: &Operation) -> bool {
        true
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        // Only cursors that name items promise it by themselves; of tokens a description may say so.
        let promised = match Pagination::of(api, None, operation) {
            Ok(Some(rule)) => {
                let named = rule.style == PagingStyle::Cursor;
                let token = matches!(rule.style, PagingStyle::PageToken | PagingStyle::Link);
                let told = || infer::undisturbed(api, operation, *self == Self::Removed);
                rule.why.is_none() || named || token && told()
            }
            _ => operation.extensions.contains_key("x-pagination"),
        };
        let can = create_for(api, operation).is_some()
            && (*self == Self::Added || delete_for(api, operation).is_some());
        promised && !operation.path.contains('{') && can
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(create) = create_for(&context.api, operation) else {
                return Verdict::not_exercised("nothing can be added to it");
            };
            // What is taken away was made for it: the newest one is on the first page, or on none that was passed.
            let ours = match delete_for(&context.api, operation).filter(|_| *self == Self::Removed)
            {
                None => None,
                Some(delete) => match context.make_resource(delete).await {
                    Some(resource) => context.bare_request(delete, &resource),
                    None => return Verdict::not_exercised("nothing could be made to take away"),
                },
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
            let (mut disturbed, mut gone) = (false, None);
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
                if disturbed {
                    continue;
                }
                match &ours {
                    None => {
                        disturbed = true;
                        if let Err(why) = context.accepted(create).await {
                            return Verdict::not_exercised(format!(
                                "nothing could be added: {why}"
                            ));
                        }
                    }
                    Some(request) => {
                        let is_ours = |item: &&Value| {
                            let end = format!(
                                "/{}",
                                crate::request::percent_encode(&list.identity(item))
                            );
                            request.path.ends_with(&end)
                        };
                        // The last one of a page is what the next page continues after.
                        let passed = page
                            .items
                            .split_last()
                            .map_or(&[][..], |(_, passed)| passed);
                        let Some(item) = passed.iter().find(is_ours) else {
                            continue;
                        };
                        gone = Some(list.identity(item));
                        disturbed = true;
                        let exchange = context.send(request.clone()).await;
                        if !exchange.succeeded() {
                            return Verdict::not_exercised("it could not be taken away");
                        }
                    }
                }
            }
            if !disturbed {
                return Verdict::not_exercised(
                    "what was made stands on no page that others follow",
                );
            }
            let mut verdict = Verdict::default();
            let lost: Vec<String> = reference
                .ids
                .iter()
                .filter(|id| !seen.contains(*id) && gone.as_ref() != Some(*id))
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
                match self {
                    Self::Added => format!("{what} when another one is added during a walk"),
                    Self::Removed => {
                        format!("{what} when one that was passed is taken away during a walk")
                    }
                },
            )
            .promise(
                "what is added or taken away meanwhile shifts nothing",
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
