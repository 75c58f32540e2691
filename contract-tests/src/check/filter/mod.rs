//! `filter.*`: lists heed their filters (`x-filters`).
//!
//! Values are taken from items of the unfiltered list, so that each filter has something to find and
//! something to leave out. Where a list has changed meanwhile, nobody is accused.

mod applied;
mod combined;
mod complete;
mod empty;
mod pages;
mod projection;
mod range;
mod reversed;
mod several;
mod text;

use super::{
    Check, Phase,
    pagination::{
        list::{List, Page},
        total::totals_of,
        walk::{Lists, Reference, Walk},
    },
};
use crate::{
    context::{Context, identity::item_schema_of},
    finding::{Finding, Verdict},
    request::Request,
    rules::{Filter, Stated, infer::property},
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, SchemaId, TypeSet},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// This many values are tried of one filter.
const VALUES: usize = 3;

/// The checks on filters.
pub(super) fn checks(lists: &Arc<Lists>) -> Vec<Arc<dyn Check>> {
    fn of<T: FilterCheck + 'static>(lists: &Arc<Lists>, inner: T) -> Arc<dyn Check> {
        Arc::new(Filtering {
            lists: Arc::clone(lists),
            inner,
        })
    }
    vec![
        of(lists, applied::Applied),
        of(lists, complete::Complete),
        of(lists, combined::Combined),
        of(lists, empty::Empty),
        of(lists, pages::Pages),
        of(lists, range::Range),
        of(lists, reversed::Reversed),
        of(lists, several::Several),
        of(lists, projection::Projected),
        of(lists, text::Text),
    ]
}

/// A check on a list with filters.
trait FilterCheck: Send + Sync {
    fn id(&self) -> &'static str;
    fn about(&self) -> &'static str;
    /// Whether it is about this list.
    fn concerns(&self, api: &Api, operation: &Operation) -> bool {
        Filter::is_stated(api, operation)
    }
    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict>;
}

/// A list that was walked without filters, and what its filters are.
struct Listed<'a> {
    context: &'a Context,
    operation: &'a Operation,
    reference: Arc<Reference>,
    filters: Stated<Vec<Filter>>,
}

impl Listed<'_> {
    fn list(&self) -> &List {
        &self.reference.list
    }

    /// The items of the whole list.
    fn items(&self) -> impl Iterator<Item = &Value> {
        self.reference.walk.items()
    }

    /// Values that a filter can be tried with: of items, those first that leave something out.
    fn values(&self, filter: &Filter) -> Vec<String> {
        let mut known: Vec<(String, usize)> = Vec::new();
        for item in self.items() {
            for text in filter.values_of(item) {
                match known.iter_mut().find(|(seen, _)| *seen == text) {
                    Some((_, count)) => *count += 1,
                    None => known.push((text, 1)),
                }
            }
        }
        let total = self.reference.ids.len();
        let telling = |count: usize| count < total;
        // One from the middle: ranges cut the list in two.
        let middle = known.len() / 2;
        known.rotate_left(middle);
        known.sort_by_key(|(_, count)| !telling(*count));
        known
            .into_iter()
            .map(|(text, _)| text)
            .filter(|text| self.fits(&[(filter, text)]))
            .take(VALUES)
            .collect()
    }

    /// Whether the document lets parameters have these values.
    fn fits(&self, filters: &[(&Filter, &str)]) -> bool {
        // Quotes within quotes are written in many ways.
        let plain = |(filter, value): &(&Filter, &str)| {
            !filter.is_phrase() || !value.contains(['\'', '"', '\\'])
        };
        let written = self.list().filtered(self.list().base.clone(), filters);
        let judge = &self.context.judge;
        if self.list().rule.in_body {
            let body = self.context.body_schema(self.operation);
            return body.zip(written.json()).is_none_or(|((_, schema), body)| {
                judge.is_valid(schema, Direction::Request, &body)
            });
        }
        filters.iter().all(plain)
            && filters.iter().all(|(filter, _)| {
                let mut parameters = self.operation.parameters.iter();
                let parameter = parameters.find(|it| it.name == filter.parameter);
                let schema = parameter.and_then(counterpart_model::api::Parameter::schema);
                let mut sent = written.query.iter();
                match (schema, sent.find(|(name, _)| *name == filter.parameter)) {
                    (Some(schema), Some((_, text))) => judge.is_valid(
                        schema,
                        Direction::Request,
                        &read(&self.context.api, schema, text),
                    ),
                    _ => true,
                }
            })
    }

    /// The values of a range that some items are in, and some before and after: those a quarter from either end.
    fn spread(&self, low: &Filter, high: &Filter) -> Option<(String, String)> {
        let numbers = |it: &Value| low.item.get(it).is_some_and(Value::is_number);
        let numbers = self.items().any(numbers);
        let mut known: Vec<String> = self.items().flat_map(|item| low.values_of(item)).collect();
        // Each kind by an order of its own: a comparison that changes its mind sorts nothing.
        let number = |text: &str| text.parse::<f64>().unwrap_or_default();
        let moment = |text: &str| text.parse::<jiff::Timestamp>();
        if numbers {
            known.sort_by(|one, other| number(one).total_cmp(&number(other)));
        } else if known.iter().all(|it| moment(it).is_ok()) {
            known.sort_by_key(|it| moment(it).ok());
        } else {
            known.sort();
        }
        known.dedup();
        let quarter = known.len() / 4;
        let first = known.get(quarter)?;
        let last = known.get(known.len().checked_sub(1 + quarter)?)?;
        let values = [(low, first.as_str()), (high, last.as_str())];
        (first != last && self.fits(&values)).then(|| (first.clone(), last.clone()))
    }

    /// The two ends of each range: filters on one property, at least a value and at most a value.
    fn ends(&self) -> impl Iterator<Item = (&Filter, &Filter)> {
        let filters = &self.filters.rule;
        let lows = filters.iter().filter(|it| it.is_low() && !it.is_phrase());
        lows.filter_map(|low| {
            let mut highs = filters
                .iter()
                .filter(|it| it.is_high() && it.item == low.item);
            Some((low, highs.find(|it| !it.is_phrase())?))
        })
    }

    /// What is wrong with the totals that the pages of a filtered list tell, when it was walked to its end.
    async fn miscounted(&self, check: &'static str, walk: &Walk, asked: &str) -> Option<Finding> {
        let rule = &self.list().rule;
        if !walk.is_whole() || rule.response.total_of_all {
            return None;
        }
        let count = u64::try_from(walk.ids(self.list()).len()).unwrap_or(u64::MAX);
        let wrong = |page: &Page| totals_of(page, rule).into_iter().find(|it| *it != count);
        let (page, total) = walk.pages.iter().find_map(|it| Some((it, wrong(it)?)))?;
        if !self.reference.is_unchanged(self.context).await {
            return None;
        }
        let title = format!("the total of a list with {asked} counts others");
        let finding = self.finding(check, title).input(asked);
        Some(
            finding
                .expected(count.to_string(), total.to_string())
                .step(&page.exchange),
        )
    }

    /// A value of a filter that no item has, where its schema lists the values.
    fn unused(&self, filter: &Filter) -> Option<String> {
        let api = &self.context.api;
        let mut parameters = self.operation.parameters.iter();
        let schema = parameters
            .find(|it| it.name == filter.parameter)?
            .schema()?;
        let values = api.schema(api.resolve(schema)).enumeration.as_ref()?;
        // `all` and `none` are values of the filter only.
        let mut place = item_schema_of(api, self.operation)?;
        for name in filter.item.segments() {
            place = property(api, place, &name)?.1;
        }
        let own = api.schema(api.resolve(place));
        let items = own.array.items.map(|items| api.schema(api.resolve(items)));
        let owned = items.unwrap_or(own).enumeration.as_ref()?;
        let owned: Vec<&str> = owned.iter().filter_map(|it| it.as_str()).collect();
        let held: Vec<String> = self
            .items()
            .flat_map(|item| filter.values_of(item))
            .collect();
        let mut values = values.iter().filter_map(|it| it.as_str());
        let whole = self.reference.walk.is_whole();
        values
            .find(|it| whole && owned.contains(it) && !held.iter().any(|known| known == it))
            .map(str::to_owned)
    }

    /// Text from the middle of an item's value, where a filter takes what values begin with.
    fn inner(&self, filter: &Filter) -> Option<String> {
        let mut all = self.items().filter_map(|item| filter.inner_of(item));
        all.find(|text| self.fits(&[(filter, text)]))
    }

    /// The request for a page with these filters.
    fn request(&self, filters: &[(&Filter, &str)], size: u64) -> Request {
        self.list().filtered(self.list().sized(size), filters)
    }

    /// Walks the filtered list in pages of this size.
    async fn walk(&self, filters: &[(&Filter, &str)], size: u64) -> Walk {
        Walk::from(self.context, self.list(), self.request(filters, size), size).await
    }

    /// The first item of a walk that does not pass a filter, and the page it is on.
    fn intruder<'w>(
        &self,
        walk: &'w Walk,
        filters: &[(&Filter, &str)],
    ) -> Option<(&'w super::pagination::list::Page, &'w Value)> {
        walk.pages.iter().find_map(|page| {
            let item = page.items.iter().find(|item| {
                filters
                    .iter()
                    .any(|(filter, value)| filter.passes(item, value) == Some(false))
            })?;
            Some((page, item))
        })
    }

    /// What identifies the items of the whole list that pass, sorted.
    fn passing(&self, filters: &[(&Filter, &str)]) -> Vec<String> {
        let passes = |item: &&Value| {
            filters
                .iter()
                .all(|(filter, value)| filter.surely_passes(item, value))
        };
        let mut ids: Vec<String> = self
            .items()
            .filter(passes)
            .map(|item| self.list().identity(item))
            .collect();
        ids.sort();
        ids
    }

    /// A finding that quotes the rule.
    fn finding(&self, check: &'static str, title: impl Into<String>) -> Finding {
        Finding::new(check, &self.operation.id, title)
            .promise(
                self.filters
                    .promise("each item of the list passes its filters"),
                &self.filters.origin,
            )
            .cause(format!("{check} {}", self.operation.id))
    }
}

/// The value that a parameter of a query means.
fn read(api: &Api, schema: SchemaId, text: &str) -> Value {
    let types = |id: SchemaId| api.schema(api.resolve(id)).types;
    let own = api.schema(api.resolve(schema));
    let plain = || Value::String(text.to_owned());
    if types(schema).contains(TypeSet::ARRAY) && !types(schema).contains(TypeSet::STRING) {
        return match own.array.items {
            Some(items) => Value::Array(vec![read(api, items, text)]),
            None => Value::Array(vec![plain()]),
        };
    }
    match types(schema).contains(TypeSet::STRING) {
        true => plain(),
        false => serde_json::from_str(text).unwrap_or_else(|_| plain()),
    }
}

/// `status=active and type=wallet`
fn describe(filters: &[(&Filter, &str)]) -> String {
    let parts: Vec<String> = filters
        .iter()
        .map(|(filter, value)| format!("{}={}", filter.parameter, filter.written(value)))
        .collect();
    parts.join(" and ")
}

struct Filtering<T> {
    lists: Arc<Lists>,
    inner: T,
}

impl<T: FilterCheck> Check for Filtering<T> {
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
        self.inner.concerns(api, operation)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let filters = match context.filters(operation) {
                Ok(Some(filters)) => filters,
                Ok(None) => Stated::inferred(Vec::new(), operation, String::new()),
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            match self.lists.reference(context, operation).await {
                Ok(reference) if reference.ids.is_empty() => {
                    Verdict::not_exercised("the list is empty: there is nothing to filter")
                }
                Ok(reference) => {
                    let listed = Listed {
                        context,
                        operation,
                        reference,
                        filters,
                    };
                    self.inner.judge(&listed).await
                }
                Err(why) => Verdict::not_exercised(why),
            }
        }
        .boxed()
    }
}
