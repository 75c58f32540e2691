//! Patterns in the syntax of the `regex` crate.

use std::sync::OnceLock;

/// A pattern in the syntax of the `regex` crate, compiled when first needed.
#[derive(Debug)]
pub struct Linear {
    text: &'static str,
    regex: OnceLock<Option<regex::Regex>>,
}

impl Linear {
    /// A pattern that was found to compile when the code was generated.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            regex: OnceLock::new(),
        }
    }

    /// Whether the text holds a match. A pattern that does not compile matches nothing.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex
            .get_or_init(|| regex::Regex::new(self.text).ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }
}
