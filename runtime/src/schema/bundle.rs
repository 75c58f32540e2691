//! The schemas a generated crate embeds.

use super::{SchemaRef, Target, compile::Compiled};
use std::sync::OnceLock;

/// The matcher of a pattern.
pub type Check = fn(&str) -> bool;

/// The schemas of one document.
///
/// The text is a JSON array of JSON Schema 2020-12 schemas. In it
/// * every subschema is a schema of its own, inline, or `{"$ref": N}` where `N` is an index into the array; siblings
///   of `$ref` hold as well;
/// * `$pointer` is the schema's place in the document, for messages;
/// * `x-secret: true`, `writeOnly: true` and `format: password` keep values out of messages;
/// * `discriminator` is `{"propertyName": "type", "mapping": {"value": N, …}}` with indices into the array; a member
///   of `oneOf` or `anyOf` that is `{"$ref": N}` is then the variant of `value`. It only chooses whose violations are
///   told;
/// * `pattern` and the keys of `patternProperties` are looked up in the table of patterns by their text. One that is
///   not in the table matches nothing.
///
/// Other keywords are annotations and ignored.
#[derive(Debug)]
pub struct Bundle {
    json: &'static str,
    patterns: &'static [(&'static str, Check)],
    compiled: OnceLock<Compiled>,
}

impl Bundle {
    /// A bundle of schemas, parsed when first needed.
    #[must_use]
    pub const fn new(json: &'static str, patterns: &'static [(&'static str, Check)]) -> Self {
        Self {
            json,
            patterns,
            compiled: OnceLock::new(),
        }
    }

    pub(super) fn compiled(&self) -> &Compiled {
        self.compiled
            .get_or_init(|| Compiled::new(self.json, self.patterns))
    }

    /// The schema at an index.
    #[must_use]
    pub const fn schema(&'static self, index: u32) -> SchemaRef {
        SchemaRef(Target::Bundle(self, index))
    }
}
