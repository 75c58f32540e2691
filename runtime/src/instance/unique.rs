//! `uniqueItems`, without comparing everything with everything.

use super::Instance;
use crate::json::{Value, Writer};
use std::collections::HashSet;

/// Whether no two items are equal as JSON (`1` and `1.0` are, and members have no order).
#[must_use]
pub fn unique<T: Instance>(items: &[T]) -> bool {
    let mut seen = HashSet::with_capacity(items.len());
    items.len() < 2
        || items.iter().all(|item| {
            let mut writer = Writer::new();
            item.write(&mut writer);
            let text = writer.into_string();
            // A string is always written in the same way; other values may have several spellings.
            seen.insert(if text.starts_with('"') {
                text
            } else {
                Value::from_json(&text).unwrap_or_default().canonical()
            })
        })
}
