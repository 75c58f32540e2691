//! What a generator gives out.

use counterpart_model::{Origin, api::SchemaId};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// One instance, and what about it is of interest.
#[derive(Clone, Debug)]
pub struct Case {
    /// The instance.
    pub value: Value,
    /// The keyword at whose limit it stands, or which it breaks.
    pub keyword: &'static str,
    /// Where in the instance, as a JSON pointer.
    pub pointer: String,
    /// Where the keyword stands in the document, as exactly as the judge knows.
    pub schema: Origin,
    /// In words: `metadata has 51 properties; maxProperties is 50`.
    pub what: String,
}

/// A keyword that no case could be made for.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// Where the keyword stands in the document.
    pub schema: Origin,
    /// The keyword.
    pub keyword: &'static str,
    /// Why not.
    pub why: String,
}

/// All cases of one side of a schema, and what is missing among them.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// The cases, places further out first.
    pub cases: Vec<Case>,
    /// The keywords that were tried in vain.
    pub skipped: Vec<Skipped>,
    /// What the cases are about: a schema's pointer in the document, and a keyword of it.
    pub covered: BTreeSet<(Arc<str>, &'static str)>,
}

/// A case as it is made at a place, before it was judged.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) value: Value,
    pub(super) keyword: &'static str,
    pub(super) pointer: String,
    pub(super) schema: SchemaId,
    pub(super) what: String,
    /// The member of the innermost union around the place that is meant, and where the union stands.
    pub(super) meant: Option<(String, SchemaId)>,
}
