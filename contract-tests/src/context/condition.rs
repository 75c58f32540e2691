//! Conditions on a resource that a request has to make (RFC 9110 §13): the entity tag it has now.

use super::Context;
use crate::{
    paths,
    request::Request,
    rules::infer::{
        envelope::{core, told},
        is_lock, properties, says,
    },
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, Parameter, ParameterLocation, StatusKey},
};
use serde_json::Value;

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
    pub(super) async fn with_current(&self, request: Request) -> Request {
        let mut request = self.with_current_lock(request).await;
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

    /// The request with the number that its resource has now, where the body tells which state it replaces and the document
    /// says that another one is refused.
    async fn with_current_lock(&self, request: Request) -> Request {
        let place = || {
            let operation = self.operation_of(&request)?;
            let said = operation.description.as_deref().unwrap_or_default();
            let locks = says(said, &["lock", "current version", "current revision"]);
            let conflicts = operation.responses.contains_key(&StatusKey::Code(409));
            if operation.method != Method::Put || !locks || !conflicts {
                return None;
            }
            let (_, schema) = self.body_schema(operation)?;
            let body = request.json()?;
            let (at, inner) = core(&self.api, schema);
            let (name, id) = properties(&self.api, inner)
                .into_iter()
                .find(|(name, _)| is_lock(name))?;
            let valid = |value: &Value| self.judge.is_valid(id, Direction::Request, value);
            let at = at.child(&name);
            let own = at.get(&body);
            // What breaks it stays broken.
            if !own.is_none_or(|own| own.is_i64() && valid(own)) {
                return None;
            }
            let read = paths::at(&self.api, Method::Get, &operation.path)?;
            Some((read, at, name, body))
        };
        let Some((read, at, name, mut body)) = place() else {
            return request;
        };
        let mut reading = Request::new("GET", request.path.clone());
        reading.operation = Some(read.id.clone());
        reading.access = request.access.clone();
        let exchange = self.send_once(&reading).await;
        let now = exchange.json().filter(|_| exchange.succeeded());
        match now.as_ref().and_then(|now| told(now, &name)) {
            Some(now) => at.put(&mut body, now.clone()),
            // Nothing is there to be replaced.
            None if at.get(&body).is_some() => {
                let within = at.as_str().rsplit_once('/').map_or("", |(outer, _)| outer);
                if let Some(Value::Object(members)) = body.pointer_mut(within) {
                    members.remove(&name);
                }
            }
            None => return request,
        }
        request.with_json(&body)
    }
}
