//! `request.*` and `method.not_allowed`: both sides of every limit, judged as they stand on the wire.

mod accepted;
mod around;
mod conditional;
mod dependent;
mod differ;
mod ends;
mod head;
mod language;
mod method;
mod negotiation;
mod not_found;
mod readings;
mod rejected;
mod robust;
mod rows;
mod told;
mod told_body;
mod told_status;
mod tolerance;
mod variation;
mod violations;
mod whole;

pub(crate) use robust::{HUGE, is_long};
pub(super) use tolerance::{Meaning, may_be_about_state, meaning, says_of_state};

use super::Check;
use std::sync::Arc;

/// The checks on requests.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(accepted::Accepted),
        Arc::new(rejected::Rejected),
        Arc::new(robust::Robust),
        Arc::new(violations::Violations),
        Arc::new(not_found::NotFound),
        Arc::new(not_found::NotThere),
        Arc::new(method::NotAllowed),
        Arc::new(head::Head),
        Arc::new(negotiation::Negotiated),
        Arc::new(rows::Rows),
    ]
}
