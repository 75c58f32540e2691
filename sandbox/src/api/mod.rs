//! Where the generated router meets the deployment.

use crate::failure::Failure;
use crate::service::Deployment;
use axum::Router;
use axum::response::Response;
use std::sync::Arc;

pub(crate) fn router(_deployment: Arc<Deployment>) -> Router {
    Router::new()
}

/// Anything outside the API.
pub(crate) async fn nowhere() -> Response {
    Failure::not_found("path").into_response()
}
