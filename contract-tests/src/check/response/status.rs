//! `response.status`

use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::infer::says,
};
use counterpart_model::api::{Operation, StatusKey};
use std::sync::Arc;

/// Every status is one that the operation documents: by its code, its range or `default`.
pub(super) struct Status;

impl ResponseCheck for Status {
    fn id(&self) -> &'static str {
        "response.status"
    }

    fn about(&self) -> &'static str {
        "Every status is one that the operation documents, by its code, its range or `default`; a redirect or an \
         informational status never counts as `default`, nor does a success where `default` is said to be for errors. Of client errors, a kind of which the \
         operation documents none (invalid: 400, 422; credentials: 401, 403; missing: 404, 410; …) is left open; 429 is \
         never held against it."
    }

    fn judge(
        &self,
        _: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        // Where no response is documented at all, none is promised.
        if operation.responses.is_empty() {
            return None;
        }
        // Undocumented methods and broken credentials are judged where they are sent.
        let documented = operation.response(answer.status);
        let fallback = documented.is_some_and(|(key, _)| key == StatusKey::Default);
        // Where `default` is said to be for errors, a success that is not listed is another contract.
        let for_errors = documented.is_some_and(|(_, response)| {
            says(
                &response.description,
                &["error", "fail", "problem", "unexpected", "exception"],
            )
        });
        let lists_success = operation
            .responses
            .keys()
            .any(|key| key.to_string().starts_with('2'));
        let elsewhere =
            answer.status < 400 && (for_errors || answer.status >= 300 || answer.status < 200);
        let fine = documented.is_some() && !(fallback && lists_success && elsewhere);
        if fine {
            return Some(Vec::new());
        }
        // What a server fails with is server.error's.
        if answer.status >= 500 || answer.status == 429 || is_left_open(operation, answer.status) {
            return None;
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

/// Whether the document says nothing about client errors of a kind: an operation that lists neither 400 nor 422 has not
/// promised what becomes of invalid requests, only that there is an answer.
fn is_left_open(operation: &Operation, status: u16) -> bool {
    const KINDS: [&[u16]; 5] = [
        &[400, 422],
        &[401, 403],
        &[404, 410],
        &[409, 412, 423, 428],
        &[405, 406, 411, 413, 414, 415, 431],
    ];
    let Some(kind) = KINDS.iter().find(|kind| kind.contains(&status)) else {
        return false;
    };
    !operation.responses.keys().any(|key| match key {
        StatusKey::Code(code) => kind.contains(code),
        StatusKey::Range(digit) => *digit == 4,
        StatusKey::Default => true,
    })
}
