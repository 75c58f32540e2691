//! `server.error`

use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
};
use counterpart_model::api::Operation;
use std::sync::Arc;

/// No request, however bad, makes the server fail.
pub(super) struct ServerError;

impl ResponseCheck for ServerError {
    fn id(&self) -> &'static str {
        "server.error"
    }

    fn about(&self) -> &'static str {
        "No request, however bad, is answered with a 5xx, documented or not, and none ends the connection without an answer \
         two times."
    }

    fn judge(
        &self,
        _: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        // 501 tells of something that is not there; every other 5xx tells of something that broke.
        if answer.status < 500 || answer.status == 501 {
            return Some(Vec::new());
        }
        let finding = Finding::new(
            self.id(),
            &operation.id,
            format!("the server failed with {}", answer.status),
        )
        .promise(
            "a server answers every request without failing",
            &operation.origin,
        )
        .expected("a response below 500", answer.status.to_string())
        .cause(format!("{} {} {}", self.id(), operation.id, answer.status))
        .step(exchange);
        Some(vec![finding])
    }
}
