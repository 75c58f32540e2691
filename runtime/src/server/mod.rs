//! The server side, on axum: what happens to a request before and after its trait method.
//!
//! In this order: route (404, 405) → body limit (413) → credentials present (401) →
//! [`Authenticate`] over the exact bytes → content type (415), `Accept` (406) → parameters and body, every
//! violation of all of them → the trait method → the answer, judged by its own schema in debug builds.

mod authenticate;
mod dispatch;
mod input;
mod media;
mod rejection;
mod reply;
mod route;

pub use crate::body::RawBody;
pub use crate::operation::{
    BodyInfo, OperationInfo, Requirement, SchemeKind, SecurityScheme, StatusCode,
};
pub use authenticate::{AuthError, Authenticate, Credential, Credentials, Secret};
pub use axum::Router;
pub use bytes::Bytes;
pub use dispatch::{Options, Server};
pub use input::{Call, Incoming, Input};
pub use rejection::{Problem, Rejection};
pub use reply::Reply;
