//! Keywords of arrays.

use super::Judge;
use super::out::{At, Out};
use crate::json::Value;
use std::collections::HashSet;

impl Judge<'_> {
    pub(super) fn array(&mut self, at: &At<'_>, items: &[Value], out: &mut Out) {
        let node = at.node;
        let count = items.len();
        if let Some(min) = node.min_items.filter(|min| count < *min) {
            out.tell(at, "minItems", || {
                (
                    Some(min.to_string()),
                    format!("has {count} items, at least {min} are needed"),
                )
            });
        }
        if let Some(max) = node.max_items.filter(|max| count > *max) {
            out.tell(at, "maxItems", || {
                (
                    Some(max.to_string()),
                    format!("has {count} items, at most {max} are allowed"),
                )
            });
        }
        if node.unique_items
            && let Some(repeated) = repeated(items)
        {
            out.tell(at, "uniqueItems", || {
                (
                    Some("true".to_owned()),
                    format!("has the same item twice: item {repeated} repeats an earlier one"),
                )
            });
        }
        for (index, item) in items.iter().enumerate() {
            if out.done() {
                return;
            }
            if let Some(schema) = node.prefix_items.get(index).copied().or(node.items) {
                if index >= node.prefix_items.len() && self.refuses_all(schema) {
                    let place = at.place.item(index);
                    let most = node.prefix_items.len();
                    out.tell_absent(
                        &At {
                            place: &place,
                            ..*at
                        },
                        "items",
                        || {
                            (
                                Some("false".to_owned()),
                                format!("is one item too many: at most {most} are allowed"),
                            )
                        },
                    );
                } else {
                    self.apply(schema, item, &at.place.item(index), out);
                }
            }
        }
        if let Some(contains) = node.contains {
            let matching = items
                .iter()
                .filter(|item| self.valid(contains, item))
                .count();
            let min = node.min_contains.unwrap_or(1);
            if matching < min {
                let keyword = if node.min_contains.is_some() {
                    "minContains"
                } else {
                    "contains"
                };
                out.tell(at, keyword, || {
                    (
                        Some(min.to_string()),
                        format!("has {matching} items of a kind that at least {min} are needed of"),
                    )
                });
            }
            if let Some(max) = node.max_contains.filter(|max| matching > *max) {
                out.tell(at, "maxContains", || {
                    (
                        Some(max.to_string()),
                        format!("has {matching} items of a kind that at most {max} are allowed of"),
                    )
                });
            }
        }
    }
}

/// The first item that is equal to one before it.
fn repeated(items: &[Value]) -> Option<usize> {
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().position(|item| !seen.insert(item.canonical()))
}
