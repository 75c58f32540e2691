//! `response.status`

use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
};
use counterpart_model::api::Operation;
use std::sync::Arc;

/// Every status is one that the operation documents: by its code, its range or `default`.
pub(super) struct Status;

impl ResponseCheck for Status {
    fn id(&self) -> &'static str {
        "response.status"
    }

    fn about(&self) -> &'static str {
        "Every status is one that the operation documents, by its code, its range or `default`; a redirect or an \
         informational status never counts as `default`."
    }

    fn judge(
        &self,
        _: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        // Undocumented methods and broken credentials are judged where they are sent.
        let documented = operation.response(answer.status);
        let fallback =
            documented.is_some_and(|(key, _)| key == counterpart_model::api::StatusKey::Default);
        // `default` stands for errors nobody listed; a success that is not listed is another contract.
        let lists_success = operation
            .responses
            .keys()
            .any(|key| key.to_string().starts_with('2'));
        let fine = documented.is_some() && !(fallback && answer.status < 400 && lists_success);
        if fine {
            return Some(Vec::new());
        }
        let listed: Vec<String> = operation
            .responses
            .keys()
            .map(ToString::to_string)
            .collect();
        let finding = Finding::new(
            self.id(),
            &operation.id,
            format!("status {} is not documented", answer.status),
        )
        .promise(
            format!(
                "{} {} answers {}",
                operation.method,
                operation.path,
                listed.join(", ")
            ),
            &operation.origin,
        )
        .expected(
            format!("one of {}", listed.join(", ")),
            answer.status.to_string(),
        )
        .cause(format!("{} {}", self.id(), answer.status))
        .step(exchange);
        Some(vec![finding])
    }
}
