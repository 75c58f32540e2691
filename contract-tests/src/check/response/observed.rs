//! The entry of a response check in the report.

use super::consistent::{agreements_of, shown_by};
use crate::{
    check::{Check, Phase},
    context::Context,
    finding::Verdict,
    rules::infer::{invariants, properties},
};
use counterpart_model::api::{Api, Method, Operation, SchemaId};
use futures::{FutureExt as _, future::BoxFuture};
use std::{collections::HashSet, sync::OnceLock};

/// Tells what the answers of the whole run gave one response check. Where nobody asked the operation yet
/// (a run of this check alone), it asks.
pub(super) struct Observed {
    pub(super) id: &'static str,
    pub(super) about: &'static str,
    /// The schemas of which descriptions say what they are in some states, looked for once.
    pub(super) told: OnceLock<HashSet<SchemaId>>,
}

impl Observed {
    fn told(&self, api: &Api) -> &HashSet<SchemaId> {
        self.told.get_or_init(|| {
            let all = api.schemas.iter().map(|schema| schema.id);
            all.filter(|id| !invariants(api, *id).is_empty()).collect()
        })
    }
}

impl Check for Observed {
    fn id(&self) -> &'static str {
        self.id
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn phase(&self) -> Phase {
        Phase::Last
    }

    fn writes(&self, _: &Operation) -> bool {
        false
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        let documents = |what: fn(&counterpart_model::api::Response) -> bool| {
            operation.responses.values().any(what)
        };
        match self.id {
            "response.headers" => documents(|response| !response.headers.is_empty()),
            "response.schema" | "response.enum" => documents(|response| {
                response.content.iter().any(|(media, content)| {
                    crate::media::is_json(media) && content.schema.is_some()
                })
            }),
            "response.invariant" => {
                let mut all = api.schemas.iter();
                all.any(|schema| schema.extensions.contains_key("x-invariants"))
                    || tells(api, operation, self.told(api))
            }
            "response.consistent" => {
                let told = self.told.get_or_init(|| {
                    let shown = shown_by(api);
                    let all = api.schemas.iter().map(|schema| schema.id);
                    all.filter(|id| !agreements_of(api, *id, &shown).is_empty())
                        .collect()
                });
                tells(api, operation, told)
            }
            "response.echo" => super::echo::is_promised(operation),
            "etag.strong" => {
                let is_etag = |name: &String| name.eq_ignore_ascii_case("etag");
                operation.method == Method::Get
                    && operation
                        .response(200)
                        .is_some_and(|(_, response)| response.headers.keys().any(is_etag))
            }
            "response.error" => {
                let problem = |media: &String| media.starts_with("application/problem+json");
                api.extensions.contains_key("x-errors")
                    || operation
                        .responses
                        .values()
                        .any(|response| response.content.keys().any(problem))
            }
            _ => true,
        }
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = context.observed(self.id, &operation.id);
            if verdict.cases == 0 {
                let asked = context.accepted(operation).await;
                verdict = context.observed(self.id, &operation.id);
                if verdict.cases == 0 {
                    verdict.skip(match asked {
                        Err(why) => why.0,
                        Ok(_) => "no answer had anything of this kind to judge".to_owned(),
                    });
                }
            }
            verdict
        }
        .boxed()
    }
}

/// Whether descriptions say of what an operation answers with what it is in some states.
fn tells(api: &Api, operation: &Operation, told: &HashSet<SchemaId>) -> bool {
    if told.is_empty() {
        return false;
    }
    const DEPTH: usize = 5;
    let answers = operation.responses.values();
    let answers = answers.flat_map(|response| response.content.values());
    let mut open: Vec<(SchemaId, usize)> = answers
        .filter_map(|content| Some((content.schema?, 0)))
        .collect();
    let mut seen = HashSet::new();
    while let Some((id, depth)) = open.pop() {
        let id = api.resolve(id);
        if depth > DEPTH || !seen.insert(id) {
            continue;
        }
        if told.contains(&id) {
            return true;
        }
        let schema = api.schema(id);
        let inner = properties(api, id).into_iter().map(|(_, id)| id);
        let parts = schema.one_of.iter().chain(&schema.any_of).copied();
        open.extend(
            inner
                .chain(parts)
                .chain(schema.array.items)
                .map(|id| (id, depth + 1)),
        );
    }
    false
}
