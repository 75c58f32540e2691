//! Resources that a check makes for itself.

use super::{Subject, family::Role, found};
use crate::{
    check::pagination::walk,
    context::{Resource, identity::item_schema_of},
    exchange::Exchange,
    paths,
    request::Request,
    rules::infer::{
        answer_schema,
        envelope::{core, unwrapped},
        is_lock, properties_of_any, property, snake,
    },
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, SchemaId},
};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// Longer texts are nobody's idea of a name.
const LONG: usize = 20_000;
/// The greatest number up to which every whole one is told exactly (RFC 8259 §6).
const EXACT: u64 = (1 << 53) - 1;
/// So many properties are tried to be added to what is made.
const MOST_ADDED: usize = 24;
/// And so many values of each.
const VALUES: usize = 2;
/// How many bodies of different shapes are tried.
const SHAPES: usize = 6;

/// A resource that was just made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// What was sent.
    pub(super) body: Value,
    /// What came back.
    pub(super) answer: Value,
    /// The request and its answer.
    pub(super) exchange: Arc<Exchange>,
    /// What leads to it; `None` where the answer does not tell.
    pub(super) resource: Option<Resource>,
    /// Where it was made.
    pub(super) parent: Resource,
}

impl Subject<'_> {
    /// The schema of an answer that shows a resource.
    pub(super) fn shown(&self, operation: &Operation, exchange: &Exchange) -> Option<SchemaId> {
        let status = exchange.status()?;
        let Some((_, response)) = operation.response(status) else {
            // A success that is not documented shows what the documented one does.
            let success = (200..300).contains(&status);
            return success.then(|| answer_schema(operation)).flatten();
        };
        let json = response
            .content
            .iter()
            .filter(|(media, _)| crate::media::is_json(media));
        json.filter_map(|(_, content)| content.schema).next()
    }

    /// Makes a resource with what a create operation is known to accept; for an action on what nothing makes, finds one.
    pub(super) async fn make(&self) -> Result<Made, String> {
        if found::is_found(&self.context.api, &self.family) {
            return self.find().await;
        }
        let create = self.family.create.ok_or("nothing is known to make one")?;
        let draft = if create.method == Method::Put {
            let draft = self.context.put_new(create).await;
            draft.ok_or("nothing could be put below a new name")?
        } else {
            self.context.accepted(create).await.map_err(|why| why.0)?
        };
        if self.context.gives_the_same(create) {
            return Err("making something gives what there is already".to_owned());
        }
        let body = draft.body.clone().unwrap_or(Value::Null);
        Ok(self.made(create, &draft.resource, body, Arc::clone(&draft.exchange)))
    }

    /// Makes a resource, and tells what leads to it.
    pub(super) async fn make_reachable(&self) -> Result<(Made, Resource), String> {
        let made = self.make().await?;
        let resource = made.resource()?.clone();
        Ok((made, resource))
    }

    /// Makes a resource with this body, where it is accepted.
    pub(super) async fn make_with(&self, base: &Made, body: &Value) -> Option<Made> {
        let create = self.family.create?;
        let body = self.context.fresh_body(create, body);
        let request = base.exchange.request.clone();
        let request = self.context.freshened(create, request).with_json(&body);
        let exchange = self.context.send(request).await;
        let parent = match create.method {
            Method::Put => base.resource.clone().unwrap_or_default(),
            _ => base.parent.clone(),
        };
        exchange
            .succeeded()
            .then(|| self.made(create, &parent, body, exchange))
    }

    fn made(
        &self,
        create: &Operation,
        parent: &Resource,
        body: Value,
        exchange: Arc<Exchange>,
    ) -> Made {
        let answer = exchange.json().unwrap_or(Value::Null);
        let resource = self
            .family
            .read
            .or(self.family.update)
            .or_else(|| (self.family.role == Role::Delete).then_some(self.operation))
            .and_then(|item| self.context.resource_of(create, item, parent, &exchange));
        Made {
            body,
            answer,
            exchange,
            resource,
            parent: parent.clone(),
        }
    }

    /// Bodies with much in them, each with other members than the ones before: identifiers in them are known ones.
    pub(super) fn rich_bodies(&self, operation: &Operation, schema: SchemaId) -> Vec<Value> {
        let cases = self.context.generator().positives(schema);
        let mut bodies: Vec<(usize, Value)> = cases
            .cases
            .iter()
            .map(|case| (leaves(&case.value), case.value.clone()))
            .filter(|(_, value)| value.is_object())
            .collect();
        bodies.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let mut seen = BTreeSet::new();
        bodies
            .into_iter()
            .filter(|(_, value)| seen.insert(outline(value)))
            .map(|(_, value)| self.filled(schema, value))
            .map(|value| self.context.with_known_ids(operation, &value, 0))
            .map(|value| self.context.in_order(schema, &value, "-"))
            .take(SHAPES)
            .collect()
    }

    /// A body with something in its lists and maps: what is lost of nothing does not show.
    fn filled(&self, schema: SchemaId, mut body: Value) -> Value {
        let context = self.context;
        let (place, inner) = core(&context.api, schema);
        for (name, id) in properties_of_any(&context.api, inner) {
            let name = place.child(&name);
            let empty = match name.get(&body) {
                Some(Value::Array(items)) => items.is_empty(),
                Some(Value::Object(members)) => members.is_empty(),
                _ => false,
            };
            if !empty {
                continue;
            }
            let cases = context.generator().positives(id);
            let values = cases
                .cases
                .iter()
                .map(|case| (leaves(&case.value), &case.value));
            let full = values
                .filter(|(count, _)| *count > 0)
                .min_by_key(|(count, _)| *count);
            let mut fuller = body.clone();
            if let Some((_, full)) = full {
                name.put(&mut fuller, full.clone());
            }
            if context.judge.is_valid(schema, Direction::Request, &fuller) {
                body = fuller;
            }
        }
        body
    }

    /// What can be made with the most properties: those that something is made with, and of the others each that is
    /// taken with them. Nothing is lost of what was never there.
    pub(super) async fn fullest(&self, base: &Made) -> Option<Made> {
        let create = self.family.create?;
        let (media, schema) = self.context.body_schema(create)?;
        // Forms have no types: what an empty value is there is another question.
        if !crate::media::is_json(&media) {
            return None;
        }
        if let Some(known) = self.context.fullest(create) {
            return self.make_with(base, &known).await;
        }
        let (place, inner) = core(&self.context.api, schema);
        let mut body = base.body.clone();
        let mut best = None;
        for (name, id) in properties_of_any(&self.context.api, inner)
            .into_iter()
            .take(MOST_ADDED)
        {
            let at = place.child(&name);
            let empty = match at.get(&body) {
                None | Some(Value::Null) => true,
                Some(Value::Array(items)) => items.is_empty(),
                Some(Value::Object(members)) => members.is_empty(),
                Some(_) => false,
            };
            let own = self.context.api.schema(id);
            if !empty || own.read_only || is_lock(&name) {
                continue;
            }
            let cases = self.context.generator().positives(id);
            let values = cases.cases.iter().map(|case| &case.value);
            let mut values: Vec<&Value> = values.filter(|value| leaves(value) > 0).collect();
            values.sort_by_key(|value| std::cmp::Reverse(leaves(value)));
            for value in values.into_iter().take(VALUES) {
                let mut fuller = body.clone();
                at.put(&mut fuller, value.clone());
                let fuller = self.context.with_known_ids(create, &fuller, 0);
                if !self
                    .context
                    .judge
                    .is_valid(schema, Direction::Request, &fuller)
                {
                    continue;
                }
                if let Some(made) = self.make_with(base, &fuller).await {
                    body = fuller;
                    best = Some(made);
                    break;
                }
            }
        }
        self.context.note_fullest(create, body);
        best
    }

    /// The first of these bodies with texts as long, and whole numbers as great, as they may be: what a server cuts off shows.
    pub(super) fn long_body(&self, bodies: &[Value], schema: SchemaId) -> Option<Value> {
        let context = self.context;
        let mut body = bodies.first()?.clone();
        let (place, inner) = core(&context.api, schema);
        for (name, id) in properties_of_any(&context.api, inner) {
            let name = place.child(&name);
            let cases = context.generator().positives(id);
            let values = cases.cases.iter().map(|case| &case.value);
            let most = match name.get(&body) {
                Some(Value::String(text)) => {
                    let texts = values.filter_map(Value::as_str);
                    let texts = texts.filter(|text| text.len() < LONG);
                    let longest = texts.max_by_key(|text| text.len());
                    let longest = longest.filter(|longest| longest.len() > text.len());
                    longest.map(Value::from)
                }
                // Beyond 32 bits, where the document allows it; not beyond what JSON numbers tell exactly.
                Some(Value::Number(number)) => {
                    let numbers = values.filter_map(Value::as_i64);
                    let exact = numbers.filter(|it| it.unsigned_abs() <= EXACT);
                    let most = exact
                        .max()
                        .filter(|most| number.as_i64().is_some_and(|it| it < *most));
                    most.map(Value::from)
                }
                _ => None,
            };
            let Some(most) = most else {
                continue;
            };
            let mut longer = body.clone();
            name.put(&mut longer, most);
            if context.judge.is_valid(schema, Direction::Request, &longer) {
                body = longer;
            }
        }
        (Some(&body) != bodies.first()).then_some(body)
    }

    /// Reads a resource.
    pub(super) async fn read(&self, resource: &Resource) -> Option<(Arc<Exchange>, Value)> {
        let exchange = self.context.send(self.reading(resource)?).await;
        let body = exchange.json().unwrap_or(Value::Null);
        Some((exchange, body))
    }

    /// The request that reads a resource.
    pub(super) fn reading(&self, resource: &Resource) -> Option<Request> {
        self.context.bare_request(self.family.read?, resource)
    }

    /// The value in an answer that tells which resource it is.
    pub(super) fn identity(&self, schema: SchemaId, answer: &Value) -> Option<String> {
        let api = &self.context.api;
        let (place, schema) = unwrapped(api, schema);
        let answer = place.get(answer)?;
        ["id", "uid", "uuid", "key"]
            .iter()
            .find_map(|name| {
                let (name, _) = property(api, schema, name)?;
                answer.get(&name).map(crate::wire::scalar)
            })
            .or_else(|| {
                // The name of a resource is the path to it (AIP-122).
                let name = answer.get("name")?.as_str()?;
                name.contains('/').then(|| name.to_owned())
            })
            .or_else(|| {
                let (name, _) = property(api, schema, &self.called_by()?)?;
                answer.get(&name).map(crate::wire::scalar)
            })
    }

    /// The property that what is made is asked for by, where its path says so: `name` for `/labels/{label_name}`.
    pub(super) fn called_by(&self) -> Option<String> {
        let create = self.family.create?;
        let mut all = self.context.api.operations.iter();
        let (_, parameter) = all
            .find(|other| paths::is_item_of(&other.path, &create.path))
            .and_then(|other| paths::item(&other.path))?;
        let (_, shown) = unwrapped(&self.context.api, answer_schema(create)?);
        let parameter = snake(parameter);
        let last = parameter.rsplit('_').next().unwrap_or_default();
        [parameter.as_str(), last]
            .into_iter()
            .find_map(|wanted| property(&self.context.api, shown, wanted))
            .map(|(name, _)| name)
    }

    /// What was made, as its list shows it now: where nothing else shows it.
    pub(super) async fn in_list(&self, made: &Made) -> Option<(Arc<Exchange>, Value)> {
        let list = self.family.list?;
        let wanted = self.identity(
            self.shown(self.family.create?, &made.exchange)?,
            &made.answer,
        )?;
        let items = item_schema_of(&self.context.api, list)?;
        let pages = walk::below(self.context, list, &made.parent).await.ok()?;
        pages.walk.pages.iter().find_map(|page| {
            let own = |item: &&Value| self.identity(items, item).as_ref() == Some(&wanted);
            let item = page.items.iter().find(own)?;
            Some((Arc::clone(&page.exchange), item.clone()))
        })
    }
}

impl Made {
    /// What leads to it.
    pub(super) fn resource(&self) -> Result<&Resource, String> {
        self.resource
            .as_ref()
            .ok_or_else(|| "the answer does not tell how to reach what was made".to_owned())
    }
}

/// How many values there are in a value.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum::<usize>() + members.len(),
        Value::Array(items) => items.iter().take(3).map(leaves).sum(),
        Value::Null => 0,
        _ => 1,
    }
}

/// Which members a value has, without their values; short texts that may tell a variant belong to it.
fn outline(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let parts = members.iter().map(|(name, value)| {
                let tag = ["kind", "type"].contains(&name.as_str());
                let tag = value.as_str().filter(|_| tag).unwrap_or_default();
                format!("{name}{tag}{}", outline(value))
            });
            format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => items.first().map(outline).unwrap_or_default(),
        _ => String::new(),
    }
}
