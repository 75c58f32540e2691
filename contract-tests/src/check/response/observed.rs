//! The entry of a response check in the report.

use crate::{
    check::{Check, Phase},
    context::Context,
    finding::Verdict,
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Tells what the answers of the whole run gave one response check. Where nobody asked the operation yet
/// (a run of this check alone), it asks.
pub(super) struct Observed {
    pub(super) id: &'static str,
    pub(super) about: &'static str,
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
            "response.invariant" => api
                .schemas
                .iter()
                .any(|schema| schema.extensions.contains_key("x-invariants")),
            "etag.strong" => {
                let is_etag = |name: &String| name.eq_ignore_ascii_case("etag");
                operation.method == Method::Get
                    && operation
                        .response(200)
                        .is_some_and(|(_, response)| response.headers.keys().any(is_etag))
            }
            "response.error" => api.extensions.contains_key("x-errors"),
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
