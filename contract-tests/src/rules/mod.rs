//! What a document says about behaviour, read from its vendor extensions (`docs/extensions.md`).
//!
//! A *rule* is what must be true and where the document says so ([`Stated`]); how it is tested is the
//! business of the checks. A rule that cannot be read is a [`RuleError`], which checks report as not
//! exercised: nobody is accused by a rule that nobody understood.

mod agreement;
mod answer;
mod delivery;
mod expression;
mod filters;
mod idempotency;
pub(crate) mod infer;
mod invariant;
mod lifecycle;
mod maps;
mod pagination;
mod pointer;
mod subscription;
mod told;

pub(crate) use agreement::Agreement;
pub use answer::{Answer, ErrorShape, FieldErrors};
pub use delivery::{Delivery, HmacEncoding, Timestamp};
pub use expression::{Expression, Scope};
pub(crate) use filters::compare;
pub use filters::{Filter, Grain, Match, Phrase};
pub use idempotency::{Compared, Idempotency, KeyScope};
pub use invariant::{FieldTest, Invariant};
pub use lifecycle::{Condition, Conduct, Machine, Reading, StateField, Step, Test, Transition};
pub use maps::{MapField, map_fields};
pub use pagination::{
    Order, Pagination, PagingStyle, Parameters, Places, Refusals, Sorted, Stands,
};
pub use pointer::Pointer;
pub use subscription::{EventLog, Subscription};
pub(crate) use told::stated;

use counterpart_model::{
    Document, Origin,
    api::{Operation, Value},
};
use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use std::{ops::Deref, sync::Arc};

/// A rule and the line of the document that states it.
#[derive(Clone, Debug)]
pub struct Stated<T> {
    /// What must be true.
    pub rule: T,
    /// The extension it was read from.
    pub name: &'static str,
    /// Where that stands.
    pub origin: Origin,
    /// What it was taken from, where the document states it by names and descriptions only.
    pub why: Option<String>,
}

impl<T> Stated<T> {
    /// A promise in these words, with what it was taken from where no extension states it.
    #[must_use]
    pub fn promise(&self, words: &str) -> String {
        match &self.why {
            Some(why) => format!("{words}, by convention: {why}"),
            None => words.to_owned(),
        }
    }

    /// A rule that no extension states: it was read from what an operation calls things and says of itself.
    pub(crate) fn inferred(rule: T, operation: &Operation, why: String) -> Self {
        Self {
            rule,
            name: "convention",
            origin: operation.origin.clone(),
            why: Some(why),
        }
    }
}

impl<T> Deref for Stated<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.rule
    }
}

/// A rule that the document states in a way that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{name} at {} cannot be read: {reason}", origin.span.location())]
pub struct RuleError {
    /// The extension.
    pub name: &'static str,
    /// Where it stands.
    pub origin: Origin,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads one extension among those at `base`, if it is there.
///
/// # Errors
/// When it is there and not what `docs/extensions.md` describes.
pub fn read<T: DeserializeOwned>(
    document: Option<&Document>,
    base: &Origin,
    extensions: &IndexMap<String, Value>,
    name: &'static str,
) -> Result<Option<Stated<T>>, RuleError> {
    let Some(value) = extensions.get(name) else {
        return Ok(None);
    };
    let origin = member_origin(document, base, name);
    match serde_json::from_value(value.to_serde()) {
        Ok(rule) => Ok(Some(Stated {
            rule,
            name,
            origin,
            why: None,
        })),
        Err(error) => Err(RuleError {
            name,
            origin,
            reason: error.to_string(),
        }),
    }
}

/// The same for an operation.
///
/// # Errors
/// When it is there and not what `docs/extensions.md` describes.
pub fn of_operation<T: DeserializeOwned>(
    document: Option<&Document>,
    operation: &Operation,
    name: &'static str,
) -> Result<Option<Stated<T>>, RuleError> {
    read(document, &operation.origin, &operation.extensions, name)
}

/// Where a member of the node at `base` stands; `base` itself where the text is not known.
fn member_origin(document: Option<&Document>, base: &Origin, name: &str) -> Origin {
    let pointer = format!("{}/{name}", base.pointer);
    let span = document.and_then(|document| document.key_span_at(&pointer));
    // Only the root file's pointers lead anywhere here.
    match span.filter(|span| Arc::ptr_eq(&span.source, &base.span.source)) {
        Some(span) => Origin {
            pointer: Arc::from(pointer),
            span,
        },
        None => base.clone(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use counterpart_model::Api;

    /// The model of a document.
    pub(crate) fn api(text: &str) -> (Arc<Api>, Arc<Document>) {
        let loaded = counterpart_model::load_str("test.yaml", text);
        (
            Arc::new(loaded.api.expect("the document can be modelled")),
            Arc::new(loaded.document.expect("the document can be read")),
        )
    }

    const DOCUMENT: &str = "
openapi: 3.0.3
info: { title: Test, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      x-pagination:
        style: cursor
        parameters: { limit: limit, forward: after }
        response: { items: /items }
        cursor: /id
      responses: { '200': { description: ok } }
    post:
      operationId: makeThing
      x-pagination: { style: sideways, parameters: {}, response: { items: /items } }
      responses: { '200': { description: ok } }
";

    #[test]
    fn a_rule_knows_its_line() {
        let (api, document) = api(DOCUMENT);
        let list = api.operation("listThings").expect("operation");
        let rule: Stated<Pagination> = of_operation(Some(&document), list, "x-pagination")
            .expect("readable")
            .expect("stated");
        assert!(rule.why.is_none());
        assert_eq!(rule.origin.span.line(), 8);
        assert_eq!(rule.parameters.forward.as_deref(), Some("after"));
    }

    #[test]
    fn what_cannot_be_read_says_why_and_where() {
        let (api, document) = api(DOCUMENT);
        let make = api.operation("makeThing").expect("operation");
        let error = of_operation::<Pagination>(Some(&document), make, "x-pagination")
            .expect_err("there is no style sideways");
        let text = error.to_string();
        assert!(text.contains("sideways"), "{text}");
        assert!(text.contains("test.yaml:16"), "{text}");
    }
}
