//! What stands around the generated router: the base path, rate limits, the document and its page.

pub(crate) mod control;
pub(crate) mod document;
pub(crate) mod original;
pub(crate) mod page;
pub(crate) mod rate_limit;

/// Where the API begins.
pub(crate) const BASE: &str = "/v1";
