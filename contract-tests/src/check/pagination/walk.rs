//! Walking a list from page to page, and what was found on the way.

use super::list::{List, Page};
use crate::{
    context::{Context, Resource},
    request::Request,
    rules::{Pagination, PagingStyle, Stated},
};
use counterpart_model::api::Operation;
use futures::{StreamExt as _, stream};
use indexmap::IndexMap;
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// A walk goes on for at most this many pages.
const PAGES: usize = 80;
/// And for at most this many items.
const ITEMS: usize = 6000;
/// A list below another resource is looked for under at most this many of them.
const PARENTS: usize = 32;
/// A list that has this many items is long enough.
const ENOUGH: usize = 20;
/// A walk in small pages has about this many of them.
const SMALL_PAGES: usize = 15;

/// A walk through a list.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// The size of pages that was asked for.
    pub(crate) size: u64,
    /// The pages.
    pub(crate) pages: Vec<Page>,
    /// How it ended.
    pub(crate) ended: Ended,
}

/// How a walk ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A page said that it is the last one.
    AtEnd,
    /// A page led to a place that was visited before: this query.
    Repeated(String),
    /// There were more pages than a tester walks.
    Tired,
    /// A page could not be had, and why.
    Broken(String),
}

impl Walk {
    /// Walks from a request to the end.
    pub(crate) async fn from(context: &Context, list: &List, request: Request, size: u64) -> Self {
        let mut walk = Self {
            size,
            pages: Vec::new(),
            ended: Ended::AtEnd,
        };
        let mut visited = HashSet::new();
        let mut items = 0;
        let mut next = Some(request);
        while let Some(request) = next {
            if walk.pages.len() >= PAGES || items >= ITEMS {
                walk.ended = Ended::Tired;
                break;
            }
            let body = request.body.clone();
            let asked = request.raw_query();
            if !visited.insert((request.path.clone(), asked.clone(), body.clone())) {
                let body =
                    String::from_utf8_lossy(body.as_deref().unwrap_or_default()).into_owned();
                walk.ended = Ended::Repeated(if asked.is_empty() { body } else { asked });
                break;
            }
            match list.ask(context, request.clone()).await {
                Ok(page) => {
                    items += page.items.len();
                    next = list.following(context, &request, &page);
                    // Nothing is known to lead on from a page that is full, or says that more follow.
                    let sized = list.rule.parameters.size().is_some();
                    let full = sized && u64::try_from(page.items.len()).is_ok_and(|it| it >= size);
                    let cut = list.rule.style == PagingStyle::Whole
                        && (page.more == Some(true) || full && size > 0);
                    if cut {
                        let why = "it may have more items than are shown, and nothing leads on";
                        walk.ended = Ended::Broken(why.to_owned());
                    }
                    walk.pages.push(page);
                }
                // Beyond the last page some answer 404: pagination.beyond asks whether they may.
                Err(none)
                    if none.status == Some(404)
                        && items > 0
                        && matches!(list.rule.style, PagingStyle::Page | PagingStyle::Offset) =>
                {
                    next = None;
                }
                Err(why) => {
                    walk.ended = Ended::Broken(why.into());
                    break;
                }
            }
        }
        walk
    }

    /// Walks the whole list in pages of this size.
    pub(crate) async fn sized(context: &Context, list: &List, size: u64) -> Self {
        Self::from(context, list, list.sized(size), size).await
    }

    /// The items, in order.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Value> {
        self.pages.iter().flat_map(|page| &page.items)
    }

    /// What identifies the items, in order.
    pub(crate) fn ids(&self, list: &List) -> Vec<String> {
        self.items().map(|item| list.identity(item)).collect()
    }

    /// Whether it came to the end.
    pub(crate) fn is_whole(&self) -> bool {
        self.ended == Ended::AtEnd
    }
}

/// A list as pages of the largest size show it, and the same in small pages.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The list.
    pub(crate) list: List,
    /// The walk in pages of the largest size.
    pub(crate) walk: Walk,
    /// What identifies its items.
    pub(crate) ids: Vec<String>,
    small: OnceCell<Vec<Walk>>,
}

impl Reference {
    /// Walks in small pages, of sizes that follow each other, so that boundaries fall differently; one more has a last page
    /// with a single item.
    pub(crate) async fn small(&self, context: &Context) -> &[Walk] {
        self.small
            .get_or_init(|| async {
                let least = self.list.sizes.least.unwrap_or(1).max(1);
                let size = u64::try_from(self.ids.len().div_ceil(SMALL_PAGES))
                    .unwrap_or(1)
                    .clamp(least, self.list.largest().max(least));
                let largest = self.list.largest().max(least);
                let mut sizes = vec![size, (size + 1).min(largest)];
                let count = u64::try_from(self.ids.len()).unwrap_or(0);
                let lonely =
                    |size: &u64| size.checked_sub(1).is_some_and(|it| it > 0) && count % size == 1;
                if !sizes.iter().any(lonely) {
                    sizes.extend((size.max(2)..=largest.min(count)).find(lonely));
                }
                let walks = sizes.into_iter();
                let walks = walks.map(|size| Walk::sized(context, &self.list, size));
                futures::future::join_all(walks).await
            })
            .await
    }

    /// Whether the list is still what it was: nobody added or took away anything meanwhile.
    pub(crate) async fn is_unchanged(&self, context: &Context) -> bool {
        let now = Walk::sized(context, &self.list, self.list.largest()).await;
        let (mut now, mut then) = (now.ids(&self.list), self.ids.clone());
        now.sort();
        then.sort();
        now == then
    }
}

type Slot = Arc<OnceCell<Result<Arc<Reference>, String>>>;

/// The lists of a run, each walked once for all checks.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<IndexMap<String, Slot>>);

impl Lists {
    /// The list of an operation. The error says why there is none to look at.
    pub(crate) async fn reference(
        &self,
        context: &Context,
        operation: &Operation,
    ) -> Result<Arc<Reference>, String> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(operation.id.0.clone()).or_default())
        };
        slot.get_or_init(|| async { fresh(context, operation).await.map(Arc::new) })
            .await
            .clone()
    }
}

/// Walks a list now, the longest one where it stands below other resources.
pub(crate) async fn fresh(context: &Context, operation: &Operation) -> Result<Reference, String> {
    let rule = rule_of(context, operation)?;
    let parents = context.resources(operation).await;
    let seeded = context.seeded(operation, None);
    let mut lists: Vec<List> = seeded
        .iter()
        .chain(parents.iter().take(PARENTS))
        .filter_map(|parent| List::new(context, operation, rule.clone(), parent))
        .collect();
    let wider = lists.first().map(|list| list.wider(context, operation));
    lists.extend(wider.unwrap_or_default());
    let list = match lists.as_slice() {
        [] => return Err("nothing is known that it could be the list of".to_owned()),
        [only] => only.clone(),
        several => longest(context, several).await?,
    };
    walked(context, list).await
}

/// Walks the list below one resource now.
pub(crate) async fn below(
    context: &Context,
    operation: &Operation,
    parent: &Resource,
) -> Result<Reference, String> {
    let rule = rule_of(context, operation)?;
    let list = List::new(context, operation, rule, parent)
        .ok_or_else(|| "no request can be made to list".to_owned())?;
    walked(context, list).await
}

fn rule_of(context: &Context, operation: &Operation) -> Result<Stated<Pagination>, String> {
    context
        .paging(operation)
        .map_err(|error| error.to_string())?
        .or_else(|| Pagination::whole(&context.api, operation))
        .ok_or_else(|| "the document does not say how it is paged".to_owned())
}

async fn walked(context: &Context, list: List) -> Result<Reference, String> {
    let mut list = list;
    let mut walk = Walk::sized(context, &list, list.largest()).await;
    // Who does not want to count is asked without.
    if let (true, Some(plain)) = (walk.pages.is_empty(), list.uncounted()) {
        list = plain;
        walk = Walk::sized(context, &list, list.largest()).await;
    }
    if let (Ended::Broken(why), true) = (&walk.ended, walk.pages.is_empty()) {
        return Err(why.clone());
    }
    if !identifies(&list, &walk) {
        list.rule.rule.identity = None;
    }
    let ids = walk.ids(&list);
    Ok(Reference {
        list,
        walk,
        ids,
        small: OnceCell::new(),
    })
}

/// Whether what is taken for the identity of items is one: several may have a `key` or a `name` each of its own.
fn identifies(list: &List, walk: &Walk) -> bool {
    let place = list.rule.identity.as_ref();
    let named = |it: String| it == "key" || it == "name";
    let named = place.is_some_and(|place| place.segments().any(named));
    if !named || list.rule.cursor.is_some() {
        return true;
    }
    let mut known: std::collections::HashMap<String, &Value> = std::collections::HashMap::new();
    walk.items().all(|item| {
        let same = known.insert(list.identity(item), item);
        same.is_none_or(|other| other == item)
    })
}

/// How many members of some items have several values, but few: what a list can be filtered by.
fn variety(items: &[Value]) -> usize {
    let mut values: IndexMap<&str, HashSet<String>> = IndexMap::new();
    for (name, value) in items.iter().filter_map(Value::as_object).flatten() {
        if !value.is_object() && !value.is_array() {
            values.entry(name).or_default().insert(value.to_string());
        }
    }
    let few = |found: &&HashSet<String>| found.len() > 1 && found.len() <= items.len() / 2;
    values.values().filter(few).count()
}

async fn longest(context: &Context, lists: &[List]) -> Result<List, String> {
    let mut asked = stream::iter(lists.to_vec())
        .map(|list| async move {
            let page = list.ask(context, list.sized(list.largest())).await;
            (list, page)
        })
        .buffered(4);
    let mut best: Option<((usize, usize), List)> = None;
    let mut why = "no list could be had".to_owned();
    while let Some((list, page)) = asked.next().await {
        match page {
            Ok(page) => {
                let worth = (page.items.len().min(ENOUGH), variety(&page.items));
                if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                    best = Some((worth, list));
                }
            }
            Err(reason) => why = reason.into(),
        }
    }
    best.map(|(_, list)| list).ok_or(why)
}
