//! What has to happen first: operations that bring a new resource into a state in which another one is allowed.
//!
//! Nobody says in which order actions follow each other: `reopen` is for what is closed, `restore` for what was deleted.
//! Where an operation is refused with a conflict for everything there is and for something new, the actions beside it
//! are tried before it, one by one and in pairs.

use super::{Context, Resource, accept::Draft};
use crate::{paths, rules::infer::snake};
use counterpart_model::api::{Method, Operation, OperationId};
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// At most so many ways are tried.
const WAYS: usize = 20;
/// And so many requests for the operation at the end of each.
const TRIES: usize = 3;
/// Words of actions that take back what `DELETE` has done.
const UNDO: [&str; 9] = [
    "restore",
    "undelete",
    "unarchive",
    "untrash",
    "reinstate",
    "recover",
    "revive",
    "undo",
    "reactivate",
];

/// How often, and how long each time, somebody waits for what another check looks for.
const WAITS: usize = 100;
const WAIT: Duration = Duration::from_millis(100);

/// What leads up to operations, as far as it was looked for; `None` while it is.
#[derive(Debug, Default)]
pub(super) struct Leads(Mutex<HashMap<OperationId, Option<Vec<OperationId>>>>);

impl Context {
    /// Does with a new resource what has to be done before an operation, as far as that is known. Whether it worked.
    pub(crate) async fn led_up(&self, operation: &Operation, resource: &Resource) -> bool {
        let steps = self.lead(operation).unwrap_or_default();
        self.act_in_turn(&steps, resource).await
    }

    /// Whether something is known that has to happen before an operation.
    pub(crate) fn has_lead(&self, operation: &Operation) -> bool {
        self.lead(operation).is_some_and(|steps| !steps.is_empty())
    }

    fn lead(&self, operation: &Operation) -> Option<Vec<OperationId>> {
        let leads = self.leads.0.lock().unwrap_or_else(PoisonError::into_inner);
        leads.get(&operation.id).cloned().flatten()
    }

    /// Whether it was looked for, or is just now.
    fn is_sought(&self, operation: &Operation) -> bool {
        let leads = self.leads.0.lock().unwrap_or_else(PoisonError::into_inner);
        leads.contains_key(&operation.id)
    }

    /// A draft for something that an action is allowed on, after it was refused on what there was: something new, with
    /// what has to happen first, where that can be found; else another one in the same state.
    pub(crate) async fn ready_again(&self, operation: &Operation, draft: Draft) -> Draft {
        let acts = operation.method == Method::Post && operation.path.contains('{');
        if acts && !self.is_stateless() && !self.exhausted() {
            if self.is_sought(operation) {
                // Another check may be at it.
                for _ in 0..WAITS {
                    if self.lead(operation).is_some() || self.stopped() {
                        break;
                    }
                    tokio::time::sleep(WAIT).await;
                }
            } else {
                self.find_lead(operation).await;
            }
            if self.has_lead(operation)
                && let Some(resource) = self.make_resource(operation).await
            {
                return self.redirect(operation, draft, resource);
            }
        }
        self.own_of(operation, draft).await
    }

    async fn act_in_turn(&self, steps: &[OperationId], resource: &Resource) -> bool {
        for step in steps {
            let Some(action) = self.api.operation(&step.0) else {
                return false;
            };
            if !self.act(action, resource).await {
                return false;
            }
        }
        true
    }

    /// Does one action on a resource. Whether it was taken.
    async fn act(&self, action: &Operation, resource: &Resource) -> bool {
        let Some(plain) = self.bare_request(action, resource) else {
            return false;
        };
        let mut bodies = self.bodies(action);
        bodies.truncate(TRIES);
        let required = action.body.as_ref().is_some_and(|body| body.required);
        if bodies.is_empty() || !required {
            return !required && self.send(plain).await.succeeded();
        }
        let media = self.body_schema(action).map(|(media, _)| media);
        for body in bodies {
            let body = self.with_known_ids(action, &body, 0);
            let body = self.fresh_body(action, &body);
            let mut request = plain.clone();
            request.content_type.clone_from(&media);
            if self.send(request.with_json(&body)).await.succeeded() {
                return true;
            }
        }
        false
    }

    /// Looks for what has to happen before an operation that is refused with a conflict; once.
    pub(crate) async fn find_lead(&self, operation: &Operation) -> Option<Draft> {
        if self.is_stateless() || !self.claim_lead(operation) {
            return None;
        }
        let found = self.search_lead(operation).await;
        let (draft, steps) = found.unzip();
        self.note_lead(operation, steps.unwrap_or_default());
        draft
    }

    /// The first way that works.
    async fn search_lead(&self, operation: &Operation) -> Option<(Draft, Vec<OperationId>)> {
        let template = paths::resource(&operation.path);
        // Something new may be all that is needed.
        let nothing = std::iter::once(Vec::new());
        for way in nothing.chain(ways(&self.api.operations, template, operation)) {
            if self.exhausted() || self.stopped() {
                return None;
            }
            let resource = self.make_at(template, operation).await?;
            if !self.act_in_turn(&way, &resource).await {
                continue;
            }
            if let Ok(draft) = self.try_candidates(operation, &[resource], TRIES).await {
                return Some((draft, way));
            }
        }
        None
    }

    /// Whether nobody has looked for it: whoever comes later does not search as well.
    fn claim_lead(&self, operation: &Operation) -> bool {
        let mut leads = self.leads.0.lock().unwrap_or_else(PoisonError::into_inner);
        match leads.entry(operation.id.clone()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(None);
                true
            }
        }
    }

    fn note_lead(&self, operation: &Operation, steps: Vec<OperationId>) {
        let mut leads = self.leads.0.lock().unwrap_or_else(PoisonError::into_inner);
        leads.insert(operation.id.clone(), Some(steps));
    }
}

/// Whether an operation is called as what takes back a `DELETE`.
pub(crate) fn undoes(operation: &Operation) -> bool {
    let last = operation.path.rsplit(['/', ':']).next();
    let last = snake(last.unwrap_or_default());
    UNDO.iter().any(|word| last.starts_with(word))
}

/// Actions on the same resource, single ones before pairs.
fn ways(all: &[Operation], template: &str, own: &Operation) -> Vec<Vec<OperationId>> {
    let undoes = undoes(own);
    let acts = |other: &&Operation| {
        let rest = other.path.strip_prefix(template).unwrap_or_default();
        let named = rest.starts_with(['/', ':']) && !rest.contains('{');
        let posts = matches!(other.method, Method::Post | Method::Put) && named;
        // What is deleted is gone, unless there is a way back.
        let deletes = other.method == Method::Delete && rest.is_empty() && other.path == template;
        other.id != own.id && (posts || deletes && undoes)
    };
    let single: Vec<&OperationId> = all.iter().filter(acts).map(|it| &it.id).collect();
    let ones = single.iter().map(|one| vec![(*one).clone()]);
    let pairs = single.iter().flat_map(|one| {
        let others = single.iter().filter(move |other| *other != one);
        others.map(move |other| vec![(*one).clone(), (*other).clone()])
    });
    ones.chain(pairs).take(WAYS).collect()
}

#[cfg(test)]
mod tests {
    use super::ways;

    #[test]
    fn single_actions_come_before_pairs_and_deletion_only_before_what_undoes_it() {
        let operation = |method: &str, id: &str| {
            format!("{method}: {{operationId: {id}, responses: {{'200': {{description: ok}}}}}}")
        };
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{'/t/{{id}}': {{{}}}, '/t/{{id}}/close': {{{}}}, \
             '/t/{{id}}/archive': {{{}}}, '/t/{{id}}/restore': {{{}}}, '/t/{{id}}/notes': {{{}}}}}}}",
            operation("delete", "remove"),
            operation("post", "close"),
            operation("post", "archive"),
            operation("post", "restore"),
            operation("get", "notes"),
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let of = |id: &str| -> Vec<String> {
            let own = api.operation(id).expect("an operation");
            let ways = ways(&api.operations, "/t/{id}", own).into_iter();
            ways.map(|way| way.into_iter().map(|it| it.0).collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(
            of("archive"),
            ["close", "restore", "close restore", "restore close"]
        );
        assert!(of("restore").contains(&"remove".to_owned()));
    }
}
