//! `response.enum`

use super::schema::violations;
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
};
use counterpart_model::api::Operation;
use std::sync::Arc;

/// Every value of an enum is one the document lists.
pub(super) struct Enumeration;

impl ResponseCheck for Enumeration {
    fn id(&self) -> &'static str {
        "response.enum"
    }

    fn about(&self) -> &'static str {
        "Every value of an enum in a body is one that the document lists; the finding names the value and the line."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        violations(self.id(), context, operation, exchange, answer, |keyword| {
            keyword == "enum"
        })
    }
}
