//! Lists that are long enough to turn pages in: where one is short and something can be made, some are made.

use super::{Context, Draft, Resource};
use crate::{
    paths,
    rules::{
        Pagination,
        infer::{envelope::core, properties},
    },
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, SchemaId, Shape},
};
use serde_json::Value;
use std::sync::PoisonError;

/// So many items a list is to have at least.
const LEAST: usize = 12;
/// More than these are not made for one list.
const MOST: usize = 30;
/// Where the deployment is on this machine, so many: more than the largest page has shows whether it is one.
const MOST_HERE: usize = 102;
/// More lists than these are not looked at.
const LISTS: usize = 40;
/// How many kinds of bodies are tried.
const KINDS: usize = 6;
/// And how many that differ in one of few values.
const CHOICES: usize = 16;
/// So many values are few.
const FEW: usize = 6;

impl Context {
    /// Makes items for lists that are paged and short. How many were made.
    pub(crate) async fn seed_lists(&self) -> usize {
        if !self.may_write() || self.is_stateless() {
            return 0;
        }
        let wanted = |operation: &Operation| {
            let id = &operation.id.0;
            let left_out = self.settings.leaves_out("request.valid", id).is_some();
            self.settings.wants_operation(id) && !left_out
        };
        let lists = self.api.operations.iter().filter(|list| {
            let reads =
                list.method == Method::Get || paths::listed(list) != paths::plain(&list.path);
            reads && wanted(list) && Pagination::is_stated(&self.api, list)
        });
        let mut made = 0;
        for list in lists.take(LISTS) {
            let create = paths::create(&self.api, paths::listed(list));
            if let Some(create) = create.filter(|create| wanted(create)) {
                made += self.seed_list(list, create).await.unwrap_or(0);
            }
        }
        made
    }

    /// Makes items for one list; `None` where that cannot be done.
    async fn seed_list(&self, list: &Operation, create: &Operation) -> Option<usize> {
        let parents = self.resources(list).await;
        let parent = parents.iter().find(|parent| !parent.invented)?;
        let exchange = self.send(self.largest_page(list, parent)?).await;
        let count = self.items(list, &exchange)?.len();
        let wanted = self.wanted_items(list);
        if count >= wanted {
            return Some(0);
        }
        let draft = self.accepted(create).await.ok()?;
        let mut bodies: Vec<Value> = draft.body.iter().cloned().collect();
        if let Some((_, schema)) = self.body_schema(create) {
            let cases = self.generator().positives(schema);
            let others = cases.cases.iter().map(|case| &case.value);
            let others = others.filter(|value| value.is_object());
            let step = (cases.cases.len() / KINDS).max(1);
            let others = others.step_by(step).take(KINDS);
            let choices = draft
                .body
                .iter()
                .flat_map(|body| self.choices(schema, body));
            bodies.extend(choices.take(CHOICES));
            bodies.extend(others.map(|body| self.with_known_ids(create, body, 0)));
        }
        let mut made = self
            .seed_below((create, parent), &draft, bodies.clone(), wanted - count)
            .await?;
        // What is listed first may take nothing any more; what something was made below does.
        if made == 0 && parent.path != draft.resource.path && !draft.resource.path.is_empty() {
            let below = (create, &draft.resource);
            made = self.seed_below(below, &draft, bodies, wanted).await?;
            if made > 0 {
                self.seeded(list, Some(&draft.resource));
            }
        }
        self.forget_resources(list);
        Some(made)
    }

    /// Makes so many items with these bodies below one resource: how many were made.
    async fn seed_below(
        &self,
        (create, parent): (&Operation, &Resource),
        draft: &Draft,
        mut bodies: Vec<Value>,
        wanted: usize,
    ) -> Option<usize> {
        let path = self.bare_request(create, parent)?.path;
        let mut made = 0;
        let mut turn = 0;
        // One that is refused is not tried again.
        while made < wanted && !bodies.is_empty() && turn < 2 * MOST_HERE {
            let at = turn % bodies.len();
            turn += 1;
            let body = self.addressed(create, parent, bodies.get(at)?);
            let mut request = draft.request.clone().with_json(&body);
            request.path.clone_from(&path);
            let exchange = self.send(self.anew(create, request)).await;
            if exchange.succeeded() {
                made += 1;
            } else {
                bodies.remove(at);
            }
            if exchange.status().is_none() {
                break;
            }
        }
        Some(made)
    }

    /// Below what items were made for a list, where that is none of those that are listed first; remembers `another`.
    pub(crate) fn seeded(&self, list: &Operation, another: Option<&Resource>) -> Option<Resource> {
        let mut known = self.seeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(another) = another {
            known.insert(list.id.clone(), another.clone());
        }
        known.get(&list.id).cloned()
    }

    /// A body with each value of its properties that have few: what a list is filtered and sorted by, as a rule.
    fn choices(&self, schema: SchemaId, body: &Value) -> Vec<Value> {
        let (place, inner) = core(&self.api, schema);
        let mut found = Vec::new();
        for (name, id) in properties(&self.api, inner) {
            let values: Vec<Value> = match &self.api.schema(self.api.resolve(id)).shape {
                Shape::Boolean => vec![Value::Bool(true), Value::Bool(false)],
                Shape::Enum(of) => {
                    let values = of.strings().unwrap_or_default();
                    values.into_iter().take(FEW).map(Value::from).collect()
                }
                _ => continue,
            };
            for value in values {
                let mut other = body.clone();
                place.child(&name).put(&mut other, value);
                if other != *body && self.judge.is_valid(schema, Direction::Request, &other) {
                    found.push(other);
                }
            }
        }
        found
    }

    /// How many items a list is to have: more than a page has when nobody says how many.
    fn wanted_items(&self, list: &Operation) -> usize {
        let rule = self.paging(list);
        let rule = rule.ok().flatten();
        let size = rule.as_ref().and_then(|rule| rule.rule.parameters.size());
        let parameter = list
            .parameters
            .iter()
            .find(|known| Some(known.name.as_str()) == size);
        let schema = parameter.and_then(counterpart_model::api::Parameter::schema);
        let most = schema.and_then(|schema| {
            let schema = self.api.schema(self.api.resolve(schema));
            usize::try_from(schema.number.maximum.as_ref()?.as_i128()?).ok()
        });
        let most = most.filter(|most| most + 2 <= MOST_HERE && self.target.is_loopback());
        if let Some(most) = most {
            return (most + 2).max(LEAST);
        }
        let default = schema.and_then(|schema| {
            let own = &self.api.schema(schema).default;
            let target = &self.api.schema(self.api.resolve(schema)).default;
            own.as_ref().or(target.as_ref())?.as_i64()
        });
        let default = default.and_then(|default| usize::try_from(default).ok());
        default.map_or(LEAST, |default| (default + 3).clamp(LEAST, MOST))
    }
}
