//! `auth.*`: credentials that are missing, wrong, stale or tampered with are refused.
//!
//! Each check spoils one thing about an otherwise good request ([`Attempt`]), so that a server that does
//! not look at this one thing is found out. What is spoiled is chosen from the document: the security
//! schemes of the operation, and `x-signature` on them.

mod attempt;
mod isolation;
mod role;
mod signature;
mod values;
mod withheld;

use super::Check;
use std::sync::Arc;

/// The checks on credentials.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    let mut checks = values::checks();
    checks.extend(signature::checks());
    checks.push(Arc::new(role::Role));
    checks.push(Arc::new(isolation::Isolation));
    checks.push(Arc::new(withheld::Withheld));
    checks
}
