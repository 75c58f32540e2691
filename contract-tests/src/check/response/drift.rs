//! `response.drift`

use super::{documented, documented_media, has_body};
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    instance, media,
};
use counterpart_model::api::Operation;
use std::{collections::BTreeSet, sync::Arc};

/// Properties that the document does not know, where it forbids none.
pub(super) struct Drift;

impl ResponseCheck for Drift {
    fn id(&self) -> &'static str {
        "response.drift"
    }

    fn about(&self) -> &'static str {
        "Every property of a JSON body is one that its schema names, where the schema names any: others break no promise, \
         and tell that the document has fallen behind. A note, and a finding with --strict."
    }

    fn is_note(&self) -> bool {
        true
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        let (key, response) = documented(operation, answer)?;
        if !has_body(&exchange.request.method, answer) {
            return None;
        }
        let schema = documented_media(response, answer)?.schema?;
        if !media::is_json(answer.header("content-type")?) {
            return None;
        }
        let body = exchange.json()?;
        let mut unsaid = BTreeSet::new();
        instance::walk(&context.api, schema, &body, &mut |at| {
            if at.unsaid {
                unsaid.insert(at.pointer.to_owned());
            }
        });
        let findings = unsaid.into_iter().map(|pointer| {
            let title = format!("{pointer} is not in the document");
            // The same schema elsewhere lacks the same.
            let of = &context
                .api
                .schema(context.api.resolve(schema))
                .origin
                .pointer;
            let cause = format!("{} {of} {pointer}", self.id());
            Finding::new(self.id(), &operation.id, title)
                .promise(
                    format!("response {key}"),
                    &context.api.schema(schema).origin,
                )
                .expected("a property that the schema names", pointer)
                .cause(cause)
                .step(exchange)
        });
        Some(findings.collect())
    }
}
