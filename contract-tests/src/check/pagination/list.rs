//! One paged list: its rule, the request that everything varies from, and single pages of it.

use super::asking::{Kind, place_of};
use crate::{
    context::{Context, Resource},
    exchange::Exchange,
    request::Request,
    rules::{Pagination, PagingStyle, Pointer, Stated, infer::properties},
    wire,
};
use counterpart_model::api::{Operation, ParameterLocation};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

/// So many searches are tried beside that of an example.
const WIDER: usize = 8;

/// A paged list.
#[derive(Clone, Debug)]
pub(crate) struct List {
    /// How it is paged.
    pub(crate) rule: Stated<Pagination>,
    /// The request for its first page, required parameters only.
    pub(crate) base: Request,
    /// What the document says about the size of a page.
    pub(crate) sizes: Sizes,
    /// Properties of the body that are parameters, and what they take.
    pub(super) kinds: HashMap<String, Kind>,
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

/// Why there is no page.
#[derive(Clone, Debug)]
pub(crate) struct NoPage {
    why: String,
    /// The status of the answer, where it was none of success.
    pub(crate) status: Option<u16>,
}

impl std::fmt::Display for NoPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

impl From<NoPage> for String {
    fn from(none: NoPage) -> Self {
        none.why
    }
}

/// Leaves out a member of a body: one of its own, or the one that a pointer leads to.
fn without(body: &mut Value, name: &str) {
    let Some((outer, inner)) = name.strip_prefix('/').and_then(|it| it.rsplit_once('/')) else {
        if let Value::Object(members) = body {
            members.remove(name.trim_start_matches('/'));
        }
        return;
    };
    if let Some(Value::Object(members)) = body.pointer_mut(&format!("/{outer}")) {
        members.remove(&inner.replace("~1", "/").replace("~0", "~"));
    }
}

impl List {
    /// The list of an operation, below this resource.
    pub(crate) fn new(
        context: &Context,
        operation: &Operation,
        rule: Stated<Pagination>,
        resource: &Resource,
    ) -> Option<Self> {
        let mut base = context.bare_request(operation, resource)?;
        let mut kinds = HashMap::new();
        if rule.in_body {
            let (media, schema) = context.body_schema(operation)?;
            base.content_type = Some(media);
            let empty = serde_json::json!({});
            let direction = counterpart_model::Direction::Request;
            let body = if context.judge.is_valid(schema, direction, &empty) {
                empty
            } else {
                context.bodies(operation).into_iter().next()?
            };
            // What the example of a body asks for tells nothing of how the list is without it.
            let mut plain = body.clone();
            for name in rule.parameters.names() {
                without(&mut plain, name);
            }
            let body = match context.judge.is_valid(schema, direction, &plain) {
                true => plain,
                false => body,
            };
            base = base.with_json(&body);
            let mut kind = |name: String, id| {
                kinds.insert(name, Kind::of(&context.api, id));
            };
            for (name, id) in properties(&context.api, schema) {
                let outer = Pointer::default().child(&name);
                for (inner, id) in properties(&context.api, id) {
                    kind(outer.child(&inner).as_str().to_owned(), id);
                }
                kind(name, id);
            }
        }
        let sizes = Sizes::of(context, operation, &rule);
        let asked = rule.rule.count_asked.clone();
        let mut list = Self {
            rule,
            base,
            sizes,
            kinds,
        };
        if let Some((name, value)) = asked {
            list.base = list.with(list.base.clone(), &name, &value);
        }
        Some(list)
    }

    /// The same search by less: with each member of its body alone, with arrays that name everything, or nothing. What an
    /// example asks for may leave little over.
    pub(super) fn wider(&self, context: &Context, operation: &Operation) -> Vec<Self> {
        let body = self.base.json().filter(|_| self.rule.in_body);
        let (Some(Value::Object(members)), Some((_, schema))) =
            (body, context.body_schema(operation))
        else {
            return Vec::new();
        };
        if members.is_empty() {
            return Vec::new();
        }
        let api = &context.api;
        let mut bodies = Vec::new();
        for (name, id) in properties(api, schema) {
            let array = &api.schema(api.resolve(id)).array;
            let items = array.items.map(|it| api.schema(api.resolve(it)));
            let listed = items.and_then(|it| it.enumeration.as_ref());
            let listed = listed.map(|all| all.iter().map(counterpart_model::api::Value::to_serde));
            let all: Option<Value> = listed.map(Iterator::collect);
            let none = items.map(|_| serde_json::json!([]));
            let own = members.get(&name).filter(|_| members.len() > 1).cloned();
            for value in [none, all, own].into_iter().flatten() {
                bodies.push(serde_json::json!({ name.clone(): value }));
            }
        }
        bodies.retain(|body| {
            let direction = counterpart_model::Direction::Request;
            context.judge.is_valid(schema, direction, body)
        });
        let asked = self.rule.rule.count_asked.clone();
        let lists = bodies.into_iter().take(WIDER).map(|body| {
            let mut list = Self {
                base: self.base.clone().with_json(&body),
                ..self.clone()
            };
            if let Some((name, value)) = &asked {
                list.base = list.with(list.base.clone(), name, value);
            }
            list
        });
        lists.collect()
    }

    /// The list without a total, where it was asked for one.
    pub(super) fn uncounted(&self) -> Option<Self> {
        let (name, _) = self.rule.rule.count_asked.as_ref()?;
        let mut list = self.clone();
        list.base = match list.rule.in_body {
            false => list.base.without_query(name),
            true => {
                let mut body = list.base.json()?;
                body.as_object_mut()?.remove(name);
                list.base.with_json(&body)
            }
        };
        list.rule.rule.count_asked = None;
        Some(list)
    }

    /// The request for a page of this size; of any size where the list has no such parameter.
    pub(crate) fn sized(&self, size: u64) -> Request {
        match self.rule.parameters.size() {
            Some(name) => self.with(self.base.clone(), name, &size.to_string()),
            None => self.base.clone(),
        }
    }

    /// The largest size that may be asked for, within what a tester should ask for.
    pub(crate) fn largest(&self) -> u64 {
        self.sizes.most.unwrap_or(100).min(1000)
    }

    /// Asks for a page. The error says why there is none.
    pub(crate) async fn ask(&self, context: &Context, request: Request) -> Result<Page, NoPage> {
        let exchange = context.send(request).await;
        if !exchange.succeeded() {
            return Err(NoPage {
                why: format!("a page was answered with {}", exchange.status_text()),
                status: exchange.status(),
            });
        }
        let none = |why: String| NoPage { why, status: None };
        let body = exchange
            .json()
            .ok_or_else(|| none("a page is no JSON".to_owned()))?;
        let places = &self.rule.response;
        let items = places
            .items
            .get(&body)
            .and_then(Value::as_array)
            .ok_or_else(|| none(format!("a page has no array at `{}`", places.items)))?
            .clone();
        let flag = places.has_more.as_ref().and_then(|at| at.get(&body));
        let last = places.is_last.as_ref().and_then(|at| at.get(&body));
        let last = last.and_then(Value::as_bool);
        let next = places.next_cursor.as_ref().or(places.next.as_ref());
        let next = next
            .and_then(|at| at.get(&body))
            .filter(|value| !value.is_null() && value.as_str() != Some(""))
            .map(wire::scalar)
            .or_else(|| {
                (self.rule.style == PagingStyle::Link).then(|| link_to(&exchange, "next"))?
            });
        Ok(Page {
            more: flag.and_then(Value::as_bool).or(last.map(|last| !last)),
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
                let goes_back = request
                    .query
                    .iter()
                    .any(|(name, _)| Some(name) == parameters.backward.as_ref());
                let cursor = match &page.next {
                    Some(cursor) => cursor.clone(),
                    // Without a flag, no cursor means no more.
                    None if stated && page.more.is_none() => return None,
                    // A page keeps the order of the list, whichever way it was asked for.
                    None if goes_back => self.cursor(page.items.first()?)?,
                    None => self.cursor(page.items.last()?)?,
                };
                let name = if goes_back {
                    parameters.backward.as_ref()?
                } else {
                    parameters.forward.as_ref()?
                };
                Some(self.with(request, name, &cursor))
            }
            PagingStyle::PageToken => {
                Some(self.with(request, parameters.token.as_ref()?, page.next.as_ref()?))
            }
            PagingStyle::Offset => {
                let name = parameters.offset.as_ref()?;
                let at = self.number(&request, name);
                let at = at.unwrap_or(self.rule.first_offset);
                let count = u64::try_from(page.items.len()).ok()?;
                (count > 0).then(|| self.with(request, name, &(at + count).to_string()))
            }
            PagingStyle::Page => {
                let name = parameters.page.as_ref()?;
                let at = self.number(&request, name).unwrap_or(self.rule.first_page);
                (!page.items.is_empty()).then(|| self.with(request, name, &(at + 1).to_string()))
            }
            PagingStyle::Link => follow(context, request, page),
            PagingStyle::Whole => None,
        }
    }

    /// A parameter of a request that is a number.
    pub(crate) fn number(&self, request: &Request, name: &str) -> Option<u64> {
        if self.rule.in_body {
            return place_of(name).get(&request.json()?)?.as_u64();
        }
        let (_, value) = request.query.iter().find(|(known, _)| known == name)?;
        value.parse().ok()
    }

    /// What identifies an item: its cursor, else its id, else all of it.
    pub(crate) fn identity(&self, item: &Value) -> String {
        self.cursor(item)
            .or_else(|| {
                let identity = self.rule.identity.as_ref();
                identity.and_then(|at| at.get(item)).map(wire::scalar)
            })
            .or_else(|| item.get("id").map(wire::scalar))
            .unwrap_or_else(|| item.to_string())
    }

    /// An item's cursor.
    pub(crate) fn cursor(&self, item: &Value) -> Option<String> {
        self.rule.cursor.as_ref()?.get(item).map(wire::scalar)
    }
}

impl Sizes {
    fn of(context: &Context, operation: &Operation, rule: &Pagination) -> Self {
        let name = rule.parameters.size();
        let schema = operation
            .parameters
            .iter()
            .find(|known| {
                known.location == ParameterLocation::Query && Some(known.name.as_str()) == name
            })
            .and_then(|known| known.schema());
        let in_body = || {
            let (_, body) = context.body_schema(operation).filter(|_| rule.in_body)?;
            let place = place_of(name?);
            place.segments().try_fold(body, |within, name| {
                let (_, id) = crate::rules::infer::property(&context.api, within, &name)?;
                Some(id)
            })
        };
        // `page[size]` may be a member of the parameter `page`.
        let deep = || {
            let (outer, inner) = name?.strip_suffix(']')?.split_once('[')?;
            let mut all = operation.parameters.iter();
            let outer = all
                .find(|known| known.location == ParameterLocation::Query && known.name == outer)?;
            let (_, id) = crate::rules::infer::property(&context.api, outer.schema()?, inner)?;
            Some(id)
        };
        let Some(schema) = schema.or_else(deep).or_else(in_body) else {
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

/// The target of a relation, such as `next`, in the `Link` header (RFC 8288).
pub(super) fn link_to(exchange: &Exchange, wanted: &str) -> Option<String> {
    exchange.header_list("link")?.split(',').find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let next = parameters.split(';').any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else {
                return false;
            };
            let relations = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel")
                && relations
                    .split_whitespace()
                    .any(|relation| relation.eq_ignore_ascii_case(wanted))
        });
        next.then(|| target.trim().trim_start_matches('<').to_owned())
    })
}

/// The request a link leads to, where it stays within the deployment.
fn follow(context: &Context, request: Request, page: &Page) -> Option<Request> {
    led_to(context, request, &page.exchange, page.next.as_ref()?)
}

/// The request that the target of a link is asked with.
pub(super) fn led_to(
    context: &Context,
    mut request: Request,
    exchange: &Exchange,
    target: &str,
) -> Option<Request> {
    let base = url::Url::parse(&exchange.url).ok()?;
    let url = base.join(target).ok()?;
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
