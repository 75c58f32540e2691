//! Every check there is, in the order of `docs/checks.md`.

use super::{
    Check, ResponseCheck, auth, filter, idempotency, lifecycle, metadata, pagination, request,
    resource, response, webhook,
};
use std::sync::Arc;

/// The checks that send requests of their own.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    let mut checks: Vec<Arc<dyn Check>> = Vec::new();
    checks.extend(response::checks());
    checks.extend(request::checks());
    let lists = Arc::default();
    checks.extend(pagination::checks(&lists));
    checks.extend(filter::checks(&lists));
    checks.extend(metadata::checks());
    checks.extend(auth::checks());
    checks.extend(idempotency::checks());
    checks.extend(lifecycle::checks());
    checks.extend(resource::checks());
    checks.extend(webhook::checks());
    checks
}

/// The checks that look at every answer.
#[must_use]
pub fn response_checks() -> Vec<Box<dyn ResponseCheck>> {
    response::response_checks()
}
