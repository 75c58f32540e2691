//! Conditions on a resource that a request has to make (RFC 9110 §13): the entity tag it has now.

use super::Context;
use crate::{paths, request::Request};
use counterpart_model::api::{Method, Operation, Parameter, ParameterLocation, StatusKey};

/// Stands for the tag that the resource has when the request is sent.
pub(super) const CURRENT: &str = "\"counterpart-current\"";

/// Whether a parameter is a condition on the resource.
pub(crate) fn is_conditional(parameter: &Parameter) -> bool {
    let name = parameter.name.to_ascii_lowercase();
    parameter.location == ParameterLocation::Header && name.starts_with("if-")
}

/// Whether a parameter is the tag that a resource has to have for a change.
pub(super) fn is_if_match(parameter: &Parameter) -> bool {
    is_conditional(parameter) && parameter.name.eq_ignore_ascii_case("if-match")
}

/// Whether an operation is not done without a condition: it is required, or 428 is documented (RFC 6585 §3).
pub(super) fn is_demanded(operation: &Operation, parameter: &Parameter) -> bool {
    let demands = operation.responses.contains_key(&StatusKey::Code(428));
    is_if_match(parameter) && (parameter.required || demands)
}

impl Context {
    /// The request with the tag that its resource has now, where it is to have that; any tag, where none can be read.
    pub(super) async fn with_current(&self, mut request: Request) -> Request {
        let Some(at) = request
            .headers
            .iter()
            .position(|(name, value)| name.eq_ignore_ascii_case("if-match") && value == CURRENT)
        else {
            return request;
        };
        let read = self
            .operation_of(&request)
            .and_then(|operation| paths::at(&self.api, Method::Get, &operation.path));
        let mut tag = None;
        if let Some(read) = read {
            let mut reading = Request::new("GET", request.path.clone());
            reading.operation = Some(read.id.clone());
            reading.access = request.access.clone();
            let exchange = self.send_once(&reading).await;
            tag = exchange.header("etag").map(str::to_owned);
        }
        if let Some((_, value)) = request.headers.get_mut(at) {
            *value = tag.unwrap_or_else(|| "*".to_owned());
        }
        request
    }
}
