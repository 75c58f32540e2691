//! `x-idempotency`: how repeated writes are recognized.

use super::{Answer, RuleError, Stated, infer, read, told::is_denied};
use counterpart_model::{
    Api, Document,
    api::{Operation, ParameterLocation, Value as ModelValue},
};
use serde::Deserialize;

/// The extension.
pub(crate) const NAME: &str = "x-idempotency";

/// How repeated writes are recognized.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Idempotency {
    /// The request header with the key.
    pub header: String,
    /// Whose keys do not meet those of others.
    #[serde(default)]
    pub scope: KeyScope,
    /// The response header that marks a replay.
    pub replay_header: Option<String>,
    /// The statuses that are remembered, such as `2XX`.
    #[serde(default)]
    pub retains: Vec<String>,
    /// What makes two requests the same.
    #[serde(default)]
    pub compares: Vec<Compared>,
    /// The answer to a key that was used for another request.
    pub mismatch: Option<Answer>,
    /// The answer while the first request still runs.
    pub in_flight: Option<Answer>,
    /// The answer to a request without a key.
    pub missing: Option<Answer>,
}

/// Whose keys do not meet those of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyScope {
    /// Each credential has keys of its own.
    Credential,
    /// Each organization has.
    Organization,
    /// All share them, or the document does not say.
    #[default]
    Global,
}

/// A part of a request that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compared {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
    /// The body, as a JSON value.
    Body,
}

impl Idempotency {
    /// What the document says, or the name of an operation's header.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(
        api: &Api,
        document: Option<&Document>,
        operation: &Operation,
    ) -> Result<Option<Stated<Self>>, RuleError> {
        if is_denied(operation, NAME) {
            return Ok(None);
        }
        if api.extensions.contains_key(NAME) {
            return read(document, &api.origin, &api.extensions, NAME);
        }
        Ok(infer::idempotency(api, operation).map(|rule| {
            let why = format!("`{}` looks like an idempotency key", rule.header);
            Stated::inferred(rule, operation, why)
        }))
    }

    /// Whether it holds for an operation: those that declare the header.
    #[must_use]
    pub fn holds_for(api: &Api, operation: &Operation) -> bool {
        if is_denied(operation, NAME) {
            return false;
        }
        let header = api.extensions.get(NAME).and_then(|rule| rule.get("header"));
        let Some(header) = header.and_then(ModelValue::as_str) else {
            // An unreadable rule is told once an operation is looked at that has a body to repeat.
            return if api.extensions.contains_key(NAME) {
                !operation.method.is_safe()
            } else {
                infer::idempotency(api, operation).is_some()
            };
        };
        operation.parameters.iter().any(|parameter| {
            parameter.location == ParameterLocation::Header
                && parameter.name.eq_ignore_ascii_case(header)
        })
    }

    /// Whether answers with this status are remembered.
    #[must_use]
    pub fn retains(&self, status: u16) -> bool {
        self.retains.is_empty()
            || self.retains.iter().any(|kept| {
                *kept == status.to_string()
                    || kept.strip_suffix("XX") == Some((status / 100).to_string().as_str())
            })
    }
}
