//! One paged list: its rule, the request that everything varies from, and single pages of it.

use crate::{
    context::{Context, Resource},
    exchange::Exchange,
    request::Request,
    rules::{Pagination, PagingStyle, Stated},
    wire,
};
use counterpart_model::api::{Operation, ParameterLocation};
use serde_json::Value;
use std::sync::Arc;

/// A paged list.
#[derive(Clone, Debug)]
pub(crate) struct List {
    /// How it is paged.
    pub(crate) rule: Stated<Pagination>,
    /// The request for its first page, required parameters only.
    pub(crate) base: Request,
    /// What the document says about the size of a page.
    pub(crate) sizes: Sizes,
}

/// What the document says about the size of a page.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sizes {
    /// The smallest.
    pub(crate) least: Option<u64>,
    /// The largest.
    pub(crate) most: Option<u64>,
    /// The one that is used when none is given.
    pub(crate) default: Option<u64>,
}

/// One page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// How it was asked for, and the answer.
    pub(crate) exchange: Arc<Exchange>,
    /// Its items.
    pub(crate) items: Vec<Value>,
    /// Whether it says that there is more.
    pub(crate) more: Option<bool>,
    /// What continues: a cursor, a token or a URL.
    pub(crate) next: Option<String>,
}

impl List {
    /// The list of an operation, below this resource.
    pub(super) fn new(
        context: &Context,
        operation: &Operation,
        rule: Stated<Pagination>,
        resource: &Resource,
    ) -> Option<Self> {
        let base = context.bare_request(operation, resource)?;
        let sizes = Sizes::of(context, operation, rule.parameters.size());
        Some(Self { rule, base, sizes })
    }

    /// The request for a page of this size; of any size where the list has no such parameter.
    pub(crate) fn sized(&self, size: u64) -> Request {
        match self.rule.parameters.size() {
            Some(name) => self.base.clone().set_query(name, size.to_string()),
            None => self.base.clone(),
        }
    }

    /// The largest size that may be asked for, within what a tester should ask for.
    pub(crate) fn largest(&self) -> u64 {
        self.sizes.most.unwrap_or(100).min(1000)
    }

    /// Asks for a page. The error says why there is none.
    pub(crate) async fn ask(&self, context: &Context, request: Request) -> Result<Page, String> {
        let exchange = context.send(request).await;
        if !exchange.succeeded() {
            return Err(format!(
                "a page was answered with {}",
                exchange.status_text()
            ));
        }
        let body = exchange
            .json()
            .ok_or_else(|| "a page is no JSON".to_owned())?;
        let places = &self.rule.response;
        let items = places
            .items
            .get(&body)
            .and_then(Value::as_array)
            .ok_or_else(|| format!("a page has no array at `{}`", places.items))?
            .clone();
        let flag = places.has_more.as_ref().and_then(|at| at.get(&body));
        let next = places.next_cursor.as_ref().or(places.next.as_ref());
        let next = next
            .and_then(|at| at.get(&body))
            .filter(|value| !value.is_null() && value.as_str() != Some(""))
            .map(wire::scalar)
            .or_else(|| (self.rule.style == PagingStyle::Link).then(|| link_next(&exchange))?);
        Ok(Page {
            more: flag.and_then(Value::as_bool),
            exchange,
            items,
            next,
        })
    }

    /// The request for the page that follows, `None` where the page says it is the last one.
    pub(crate) fn following(
        &self,
        context: &Context,
        request: &Request,
        page: &Page,
    ) -> Option<Request> {
        if page.more == Some(false) {
            return None;
        }
        let parameters = &self.rule.parameters;
        let request = request.clone();
        match self.rule.style {
            PagingStyle::Cursor => {
                let stated = self.rule.response.next_cursor.is_some();
                let cursor = match &page.next {
                    Some(cursor) => cursor.clone(),
                    // Without a flag, no cursor means no more.
                    None if stated && page.more.is_none() => return None,
                    None => self.cursor(page.items.last()?)?,
                };
                let name = if request
                    .query
                    .iter()
                    .any(|(name, _)| Some(name) == parameters.backward.as_ref())
                {
                    parameters.backward.as_ref()?
                } else {
                    parameters.forward.as_ref()?
                };
                Some(request.set_query(name, cursor))
            }
            PagingStyle::PageToken => {
                Some(request.set_query(parameters.token.as_ref()?, page.next.clone()?))
            }
            PagingStyle::Offset => {
                let name = parameters.offset.as_ref()?;
                let at = number(&request, name).unwrap_or(0);
                let count = u64::try_from(page.items.len()).ok()?;
                (count > 0).then(|| request.set_query(name, (at + count).to_string()))
            }
            PagingStyle::Page => {
                let name = parameters.page.as_ref()?;
                let at = number(&request, name).unwrap_or(self.rule.first_page);
                (!page.items.is_empty()).then(|| request.set_query(name, (at + 1).to_string()))
            }
            PagingStyle::Link => follow(context, request, page),
        }
    }

    /// What identifies an item: its cursor, else its id, else all of it.
    pub(crate) fn identity(&self, item: &Value) -> String {
        self.cursor(item)
            .or_else(|| item.get("id").map(wire::scalar))
            .unwrap_or_else(|| item.to_string())
    }

    /// An item's cursor.
    pub(crate) fn cursor(&self, item: &Value) -> Option<String> {
        self.rule.cursor.as_ref()?.get(item).map(wire::scalar)
    }
}

impl Sizes {
    fn of(context: &Context, operation: &Operation, name: Option<&str>) -> Self {
        let schema = operation
            .parameters
            .iter()
            .find(|known| {
                known.location == ParameterLocation::Query && Some(known.name.as_str()) == name
            })
            .and_then(|known| known.schema());
        let Some(schema) = schema else {
            return Self::default();
        };
        let own = context.api.schema(schema);
        let schema = context.api.schema(context.api.resolve(schema));
        let whole = |number: &Option<counterpart_model::api::Number>| {
            u64::try_from(number.as_ref()?.as_i128()?).ok()
        };
        let default = own.default.as_ref().or(schema.default.as_ref());
        Self {
            least: whole(&schema.number.minimum),
            most: whole(&schema.number.maximum),
            default: default
                .and_then(counterpart_model::api::Value::as_i64)
                .and_then(|value| u64::try_from(value).ok()),
        }
    }
}

fn number(request: &Request, name: &str) -> Option<u64> {
    let (_, value) = request.query.iter().find(|(known, _)| known == name)?;
    value.parse().ok()
}

/// The target of `rel=next` in the `Link` header (RFC 8288).
fn link_next(exchange: &Exchange) -> Option<String> {
    exchange.header("link")?.split(',').find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let next = parameters.split(';').any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else {
                return false;
            };
            let relations = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel")
                && relations
                    .split_whitespace()
                    .any(|relation| relation.eq_ignore_ascii_case("next"))
        });
        next.then(|| target.trim().trim_start_matches('<').to_owned())
    })
}

/// The request a link leads to, where it stays within the deployment.
fn follow(context: &Context, mut request: Request, page: &Page) -> Option<Request> {
    let base = url::Url::parse(&page.exchange.url).ok()?;
    let url = base.join(page.next.as_ref()?).ok()?;
    request.path = url
        .path()
        .strip_prefix(context.target.base_path())?
        .to_owned();
    request.query = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    Some(request)
}
