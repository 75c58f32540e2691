//! Promised refusals: a status, and a code in the error body.

use super::{Pointer, RuleError, Stated, read};
use crate::exchange::Exchange;
use counterpart_model::{Api, Document};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// A promised answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Answer {
    /// The status; its first digit alone for any of a class.
    pub status: u16,
    /// The code in the body, found where [`ErrorShape`] says.
    pub code: Option<String>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.status < 10 {
            return write!(f, "a {}xx status", self.status);
        }
        write!(f, "{}", self.status)?;
        match &self.code {
            Some(code) => write!(f, " with code `{code}`"),
            None => Ok(()),
        }
    }
}

impl Answer {
    /// Any refusal: a status of the 4xx class.
    #[must_use]
    pub const fn any_refusal() -> Self {
        Self {
            status: 4,
            code: None,
        }
    }

    /// Whether this is what came back. The code counts where both sides can tell one.
    #[must_use]
    pub fn is(&self, exchange: &Exchange, errors: Option<&ErrorShape>) -> bool {
        if self.status < 10 {
            // A class. Too many requests are no answer to what was asked.
            return exchange
                .status()
                .is_some_and(|status| status / 100 == self.status && status != 429);
        }
        if exchange.status() != Some(self.status) {
            return false;
        }
        let Some(code) = &self.code else { return true };
        match errors.filter(|errors| errors.code.is_some()) {
            Some(errors) => errors.code_of(exchange).as_ref() == Some(code),
            None => true,
        }
    }
}

/// `x-errors`: where error bodies keep what programs read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorShape {
    /// Where the status stands.
    pub status: Option<Pointer>,
    /// Where the type stands.
    pub r#type: Option<Pointer>,
    /// Where the code stands.
    pub code: Option<Pointer>,
    /// Where violations are named. A refusal for what is in the request names all of them.
    pub field_errors: Option<FieldErrors>,
    /// Error type → the statuses it goes with.
    #[serde(default)]
    pub types: IndexMap<String, Vec<u16>>,
}

/// Where an error body names violations.
#[derive(Clone, Debug, Deserialize)]
pub struct FieldErrors {
    /// The array.
    pub items: Pointer,
    /// Within an element: the place that is wrong.
    pub field: Pointer,
    /// Within an element: what is wrong with it.
    pub code: Option<Pointer>,
}

impl ErrorShape {
    /// What the document says, if it says anything.
    ///
    /// # Errors
    /// When it says it in a way that cannot be read.
    pub fn of(api: &Api, document: Option<&Document>) -> Result<Option<Stated<Self>>, RuleError> {
        read(document, &api.origin, &api.extensions, "x-errors")
    }

    /// The code in an answer.
    #[must_use]
    pub fn code_of(&self, exchange: &Exchange) -> Option<String> {
        let body = exchange.json()?;
        let code = self.code.as_ref()?.get(&body)?;
        match code {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Status and code of an answer, for people.
    #[must_use]
    pub fn describe(errors: Option<&Self>, exchange: &Exchange) -> String {
        let status = exchange.status_text();
        match errors.and_then(|errors| errors.code_of(exchange)) {
            Some(code) => format!("{status} with code `{code}`"),
            None => status,
        }
    }
}
