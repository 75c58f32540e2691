//! Resources that nothing makes: alerts, invoices, what comes from elsewhere. Actions and changes are tried on those that are listed.

use super::{
    Subject,
    action_starts::starts,
    action_text::{allowed, refusal, status_of},
    family::Role,
    made::Made,
};
use crate::{
    check::pagination::walk,
    context::Resource,
    exchange::Exchange,
    paths,
    rules::infer::{answer_schema, envelope::told},
};
use counterpart_model::api::{Api, Operation, ParameterLocation};
use serde_json::Value;
use std::sync::Arc;

/// So many are read before it is given up.
const READ: usize = 12;

/// Whether what an operation acts on is listed and can be read, and nothing makes it.
pub(super) fn is_found(api: &Api, of: &super::Family<'_>) -> bool {
    let acts = matches!(of.role, Role::Act | Role::Update);
    let Some(read) = of.read.filter(|_| acts && of.create.is_none()) else {
        return false;
    };
    let collection = paths::item(&read.path).map(|(collection, _)| collection);
    collection.is_some_and(|it| {
        paths::create(api, it).is_none()
            && paths::list(api, it).is_some_and(|list| list.id != of.own.id)
    })
}

impl Subject<'_> {
    /// One that is there already and that no check has taken yet, in a state that allows the action where the document
    /// names such states.
    pub(super) async fn find(&self) -> Result<Made, String> {
        self.find_in(self.wanted()).await
    }

    /// The same, in one of these states.
    pub(super) async fn find_in(
        &self,
        wanted: Option<(String, Vec<String>)>,
    ) -> Result<Made, String> {
        const NONE: &str = "nothing is listed that the action could be tried on";
        let api = &self.context.api;
        let read = self.family.read.ok_or(NONE)?;
        let (collection, name) = paths::item(&read.path).ok_or(NONE)?;
        let list = paths::list(api, collection).ok_or(NONE)?;
        let parameter = read
            .parameters
            .iter()
            .find(|it| it.location == ParameterLocation::Path && it.name == name);
        let parameter = parameter.ok_or(NONE)?;
        let parents = self.context.resources(list).await;
        let parent = parents.first().cloned().unwrap_or_default();
        let pages = walk::below(self.context, list, &parent).await;
        let exchanges: Vec<Arc<Exchange>> = match pages {
            Ok(pages) => pages.walk.pages.into_iter().map(|it| it.exchange).collect(),
            Err(why) => return Err(why),
        };
        let mut all: Vec<Resource> = exchanges
            .iter()
            .flat_map(|it| self.context.listed(list, &parent, parameter, it))
            .collect();
        // What tells its state in the list and is in another one is not read.
        if let Some((name, states)) = &wanted {
            all.retain(|it| {
                let state = told(&it.item, name).and_then(Value::as_str);
                state.is_none_or(|state| states.iter().any(|known| known == state))
            });
        }
        let mut read_so_far = 0;
        // Requests on both sides of limits begin at the other end.
        for resource in all.into_iter().rev() {
            if read_so_far >= READ || self.context.exhausted() {
                break;
            }
            if !self.context.take(read, &resource) {
                continue;
            }
            read_so_far += 1;
            let Some((exchange, answer)) = self.read(&resource).await else {
                break;
            };
            let fits = || {
                let Some((name, states)) = &wanted else {
                    return true;
                };
                let state = told(&answer, name).and_then(Value::as_str);
                state.is_none_or(|state| states.iter().any(|known| known == state))
            };
            if exchange.succeeded() && fits() {
                return Ok(Made {
                    body: Value::Null,
                    answer,
                    exchange,
                    resource: Some(resource),
                    parent,
                });
            }
        }
        Err(NONE.to_owned())
    }

    /// The property that tells the state, and the states that allow the action, where the document names them.
    fn wanted(&self) -> Option<(String, Vec<String>)> {
        let shown = answer_schema(self.family.read?)?;
        let (name, values) = status_of(&self.context.api, shown)?;
        let states = allowing(self.operation, &values);
        (!states.is_empty()).then_some((name, states))
    }
}

/// The states that an operation names as those it is for.
fn allowing(operation: &Operation, values: &[String]) -> Vec<String> {
    let named = refusal(operation).map(|status| allowed(operation, status, values));
    match named.filter(|named| !named.is_empty()) {
        Some(named) => named,
        None => starts(operation, values),
    }
}
