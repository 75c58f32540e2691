//! Keywords of objects.

use super::Judge;
use super::out::{At, Out};
use crate::Map;
use crate::json::Value;
use crate::schema::compile::{Id, Node};
use crate::schema::shorten;

impl Judge<'_> {
    pub(super) fn object(&mut self, at: &At<'_>, members: &Map<String, Value>, out: &mut Out) {
        let node = at.node;
        counts(at, members, out);
        for (present, schema) in &node.dependent_schemas {
            if members.contains_key(present) {
                self.apply(*schema, at.value, at.place, out);
            }
        }
        for (name, member) in members {
            if out.done() {
                return;
            }
            self.member(at, name, member, out);
        }
    }

    fn member(&mut self, at: &At<'_>, name: &str, member: &Value, out: &mut Out) {
        let node = at.node;
        let place = at.place.member(name);
        if let Some(names) = node.property_names {
            self.name(at, names, name, out);
        }
        let own = node.properties.get(name);
        if let Some(schema) = own {
            self.apply(*schema, member, &place, out);
        }
        let mut known = own.is_some();
        for (pattern, schema) in &node.pattern_properties {
            if pattern.matches(name) {
                known = true;
                self.apply(*schema, member, &place, out);
            }
        }
        match node.additional_properties {
            Some(schema) if !known && self.refuses_all(schema) => {
                out.tell_absent(
                    &At {
                        place: &place,
                        ..*at
                    },
                    "additionalProperties",
                    || {
                        (
                            Some("false".to_owned()),
                            format!("the property {:?} is not known here", shorten(name)),
                        )
                    },
                );
            }
            Some(schema) if !known => self.apply(schema, member, &place, out),
            _ => {}
        }
    }

    /// `propertyNames`
    fn name(&mut self, at: &At<'_>, names: Id, name: &str, out: &mut Out) {
        let text = Value::from(name);
        let before = std::mem::replace(&mut self.passing, true);
        let valid = self.valid(names, &text);
        self.passing = before;
        if !valid {
            let rule = self.compiled.nodes.get(names).and_then(rule);
            let place = at.place.member(name);
            out.tell(
                &At {
                    value: &text,
                    place: &place,
                    ..*at
                },
                "propertyNames",
                || (rule, format!("the name {:?} is not allowed", shorten(name))),
            );
        }
    }
}

/// `required`, `dependentRequired`, and how many properties there are.
fn counts(at: &At<'_>, members: &Map<String, Value>, out: &mut Out) {
    let node = at.node;
    let count = members.len();
    if let Some(min) = node.min_properties.filter(|min| count < *min) {
        out.tell(at, "minProperties", || {
            (
                Some(min.to_string()),
                format!("has {count} properties, at least {min} are needed"),
            )
        });
    }
    if let Some(max) = node.max_properties.filter(|max| count > *max) {
        out.tell(at, "maxProperties", || {
            (
                Some(max.to_string()),
                format!("has {count} properties, at most {max} are allowed"),
            )
        });
    }
    for name in node
        .required
        .iter()
        .filter(|name| !members.contains_key(name))
    {
        out.tell_absent(at, "required", || {
            (
                Some(Value::from(name.as_str()).to_json()),
                format!("the property {name:?} is required"),
            )
        });
    }
    for (present, names) in &node.dependent_required {
        if members.contains_key(present) {
            for name in names.iter().filter(|name| !members.contains_key(name)) {
                out.tell_absent(at, "dependentRequired", || {
                    (
                        Some(Value::from(name.as_str()).to_json()),
                        format!("the property {name:?} is required beside {present:?}"),
                    )
                });
            }
        }
    }
}

/// The rule for names, to tell: their pattern, or their length.
fn rule(node: &Node) -> Option<String> {
    let pattern = node.pattern.as_ref().map(|pattern| pattern.text.clone());
    pattern.or_else(|| {
        node.max_length
            .map(|max| format!("at most {max} characters"))
    })
}
