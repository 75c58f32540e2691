//! Items: everything that is needed to write them.

use super::{Expr, KeyExpr};
use counterpart_model::api::SchemaId;

/// A Rust item, with everything that is needed to write it.
#[derive(Debug)]
pub(crate) enum Item {
    /// `type Name = …;`
    Alias(Expr),
    /// A string with a check.
    Text { check: String, secret: bool },
    /// A whole number with a check.
    Integer { inner: &'static str, check: String },
    /// A number with a check of its exact value.
    Number { inner: &'static str, check: String },
    /// A list with a length, perhaps of different items.
    List {
        items: Expr,
        min: u64,
        max: Option<u64>,
        unique: bool,
    },
    /// A map with a length.
    Map {
        key: KeyExpr,
        values: Expr,
        min: u64,
        max: Option<u64>,
    },
    /// An enum of strings: variant and text.
    Enum {
        variants: Vec<(String, String)>,
        open: bool,
    },
    /// A struct.
    Object(Object),
    /// An enum of types.
    Union(Union),
    /// A value that the judge holds to its whole schema.
    Judged(Expr),
}

/// A struct's fields.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) fields: Vec<ObjectField>,
    /// Other properties: refused, kept in a field of this name and type, or skipped.
    pub(crate) rest: Rest,
    /// Whether the judge sees the value first.
    pub(crate) judged: bool,
}

/// A field.
#[derive(Debug)]
pub(crate) struct ObjectField {
    pub(crate) rust: String,
    pub(crate) name: String,
    pub(crate) schema: SchemaId,
    pub(crate) expr: Expr,
    pub(crate) required: bool,
}

/// What becomes of properties that are not listed.
#[derive(Debug)]
pub(crate) enum Rest {
    Skipped,
    Refused,
    Kept { rust: String, values: Expr },
}

/// An enum's variants.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) variants: Vec<UnionVariant>,
    pub(crate) tag: Option<String>,
    /// Whether exactly one variant has to match.
    pub(crate) exact: bool,
    /// Whether the judge sees the value first.
    pub(crate) judged: bool,
}

/// A variant.
#[derive(Debug)]
pub(crate) struct UnionVariant {
    pub(crate) rust: String,
    pub(crate) schema: SchemaId,
    pub(crate) expr: Expr,
    pub(crate) tags: Vec<String>,
}
