//! Where requests go.

mod http;

pub use http::{HttpTarget, TargetError};
