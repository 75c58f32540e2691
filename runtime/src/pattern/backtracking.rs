//! Patterns that need an engine of ECMA-262.

use std::sync::OnceLock;

/// The longest text that is matched, in bytes: backtracking may take time beyond all bounds.
const LONGEST: usize = 64 << 10;

/// A pattern of ECMA-262 (`u` flag), compiled when first needed.
#[derive(Debug)]
pub struct Backtracking {
    text: &'static str,
    regex: OnceLock<Option<regress::Regex>>,
}

impl Backtracking {
    /// A pattern that was found to compile when the code was generated.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            regex: OnceLock::new(),
        }
    }

    /// Whether the text holds a match; never for a text of more than 64 KiB. A pattern that does not compile matches
    /// nothing.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let regex = self
            .regex
            .get_or_init(|| regress::Regex::with_flags(self.text, "u").ok());
        text.len() <= LONGEST
            && regex
                .as_ref()
                .is_some_and(|regex| regex.find(text).is_some())
    }
}
