//! `unevaluatedProperties` and `unevaluatedItems` (JSON Schema Core §11).

use super::out::{At, Out};
use super::{DEPTH, Judge};
use crate::json::Value;
use crate::schema::compile::{Id, Node};
use crate::schema::shorten;
use std::collections::HashSet;

impl Judge<'_> {
    pub(super) fn unevaluated(&mut self, at: &At<'_>, out: &mut Out) {
        match (
            at.value,
            at.node.unevaluated_properties,
            at.node.unevaluated_items,
        ) {
            (Value::Object(members), Some(schema), _) => {
                let mut seen = HashSet::new();
                self.seen_properties(at.node, at.value, &mut seen);
                for (name, member) in members {
                    if seen.contains(name.as_str()) {
                        continue;
                    }
                    let place = at.place.member(name);
                    if self.refuses_all(schema) {
                        out.tell_absent(
                            &At {
                                place: &place,
                                ..*at
                            },
                            "unevaluatedProperties",
                            || {
                                (
                                    Some("false".to_owned()),
                                    format!("the property {:?} is not known here", shorten(name)),
                                )
                            },
                        );
                    } else {
                        self.apply(schema, member, &place, out);
                    }
                }
            }
            (Value::Array(items), _, Some(schema)) => {
                let mut seen = HashSet::new();
                self.seen_items(at.node, at.value, items, &mut seen);
                for (index, item) in items
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| !seen.contains(index))
                {
                    let place = at.place.item(index);
                    if self.refuses_all(schema) {
                        out.tell_absent(
                            &At {
                                place: &place,
                                ..*at
                            },
                            "unevaluatedItems",
                            || (Some("false".to_owned()), "is one item too many".to_owned()),
                        );
                    } else {
                        self.apply(schema, item, &place, out);
                    }
                }
            }
            _ => {}
        }
    }

    /// The schemas in place that hold for the value, so that what they have seen counts.
    fn holding(&mut self, node: &Node, value: &Value) -> Vec<Id> {
        let mut ids: Vec<Id> = node.reference.into_iter().collect();
        ids.extend(node.all_of.iter().chain(&node.any_of).chain(&node.one_of));
        if let Value::Object(members) = value {
            let present = node
                .dependent_schemas
                .iter()
                .filter(|(name, _)| members.contains_key(name));
            ids.extend(present.map(|(_, schema)| *schema));
        }
        if let Some(condition) = node.condition {
            if self.valid(condition, value) {
                ids.push(condition);
                ids.extend(node.then);
            } else {
                ids.extend(node.otherwise);
            }
        }
        ids.retain(|id| self.valid(*id, value));
        ids
    }

    fn seen_properties<'v>(&mut self, node: &Node, value: &'v Value, seen: &mut HashSet<&'v str>) {
        let Value::Object(members) = value else {
            return;
        };
        let all = node.additional_properties.is_some();
        for name in members.keys() {
            let own = all
                || node.properties.contains_key(name)
                || node
                    .pattern_properties
                    .iter()
                    .any(|(pattern, _)| pattern.matches(name));
            if own {
                seen.insert(name);
            }
        }
        let compiled = self.compiled;
        for id in self.holding(node, value) {
            if let Some(inner) = compiled.nodes.get(id).filter(|_| self.depth < DEPTH) {
                self.depth += 1;
                self.seen_properties(inner, value, seen);
                if inner.unevaluated_properties.is_some() {
                    seen.extend(members.keys().map(String::as_str));
                }
                self.depth -= 1;
            }
        }
    }

    fn seen_items(
        &mut self,
        node: &Node,
        value: &Value,
        items: &[Value],
        seen: &mut HashSet<usize>,
    ) {
        if node.items.is_some() {
            seen.extend(0..items.len());
            return;
        }
        seen.extend(0..node.prefix_items.len().min(items.len()));
        if let Some(contains) = node.contains {
            seen.extend((0..items.len()).filter(|index| {
                items
                    .get(*index)
                    .is_some_and(|item| self.valid(contains, item))
            }));
        }
        let compiled = self.compiled;
        for id in self.holding(node, value) {
            if let Some(inner) = compiled.nodes.get(id).filter(|_| self.depth < DEPTH) {
                self.depth += 1;
                self.seen_items(inner, value, items, seen);
                if inner.unevaluated_items.is_some() {
                    seen.extend(0..items.len());
                }
                self.depth -= 1;
            }
        }
    }
}
