//! `request.*` and `method.not_allowed`: both sides of every limit, judged as they stand on the wire.

mod accepted;
mod method;
mod rejected;
mod tolerance;
mod variation;

use super::Check;
use std::sync::Arc;

/// The checks on requests.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(accepted::Accepted),
        Arc::new(rejected::Rejected),
        Arc::new(method::NotAllowed),
    ]
}
