//! The patterns of a document, each with an engine and a function.

use super::reach::Reach;
use crate::names::{Scope, item_name, short_place};
use crate::pattern::{Engine, engine};
use counterpart_model::Api;
use indexmap::IndexMap;

/// Pattern → its function and engine; without patterns that no engine takes.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    known: IndexMap<String, (String, Engine)>,
}

impl Patterns {
    pub(super) fn of(api: &Api, reach: &Reach) -> Self {
        let mut scope = Scope::default();
        let mut known = IndexMap::new();
        let mut refused: Vec<&str> = Vec::new();
        for id in &reach.judged {
            let schema = api.schema(*id);
            let patterns = schema
                .string
                .pattern
                .iter()
                .chain(schema.object.pattern_properties.keys());
            for pattern in patterns {
                if known.contains_key(pattern) || refused.contains(&pattern.as_str()) {
                    continue;
                }
                match engine(pattern) {
                    Some(engine) => {
                        let name = scope.take_either(
                            item_name(&short_place(&schema.place)),
                            item_name(&schema.place),
                        );
                        known.insert(pattern.clone(), (name, engine));
                    }
                    // Reading the document has told of it (CP0516).
                    None => refused.push(pattern),
                }
            }
        }
        Self { known }
    }

    /// The name of a pattern's function.
    pub(crate) fn function(&self, pattern: &str) -> Option<&str> {
        self.known.get(pattern).map(|(name, _)| name.as_str())
    }

    /// Pattern, function and engine of each.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str, &Engine)> {
        self.known
            .iter()
            .map(|(pattern, (name, engine))| (pattern.as_str(), name.as_str(), engine))
    }
}
