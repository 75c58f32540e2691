//! The YAML parser counts characters; everything else here counts bytes.

use super::narrow;
use saphyr_parser::Marker;

/// Characters to bytes: the parser counts the former, everything else here the latter.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// The byte offset of every `STEP`th character; empty where all are single bytes.
    steps: Vec<u32>,
}

const STEP: usize = 64;

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STEP)
                .map(|(at, _)| narrow(at))
                .collect()
        };
        Self { text, steps }
    }

    pub(super) fn byte(&self, mark: Marker) -> u32 {
        let index = mark.index();
        if self.steps.is_empty() {
            return narrow(index.min(self.text.len()));
        }
        let Some(start) = self.steps.get(index / STEP) else {
            return narrow(self.text.len());
        };
        let rest = self.text.get(*start as usize..).unwrap_or_default();
        let within = rest
            .char_indices()
            .nth(index % STEP)
            .map_or(rest.len(), |(at, _)| at);
        start + narrow(within)
    }
}
