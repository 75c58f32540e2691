//! JSON Pointers (RFC 6901), with `*` for every element of an array.

use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// A JSON Pointer. Where a rule allows it, a segment `*` stands for every element of an array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Pointer(String);

impl TryFrom<String> for Pointer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() || text.starts_with('/') {
            Ok(Self(text))
        } else {
            Err(format!(
                "`{text}` is no JSON pointer: it has to be empty or begin with `/`"
            ))
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Pointer {
    /// The pointer to a member of what this one points to.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let name = name.replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{name}", self.0))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.segments().last()
    }

    /// The value it points to.
    #[must_use]
    pub fn get<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        value.pointer(&self.0)
    }

    /// Every value it points to, with the number of the element for each `*` on the way.
    #[must_use]
    pub fn select<'a>(&self, value: &'a Value) -> Vec<(Vec<usize>, &'a Value)> {
        let mut at = vec![(Vec::new(), value)];
        for segment in self.segments() {
            let mut next = Vec::new();
            for (numbers, value) in at {
                match value {
                    Value::Array(items) if segment == "*" => {
                        for (number, item) in items.iter().enumerate() {
                            let mut numbers = numbers.clone();
                            numbers.push(number);
                            next.push((numbers, item));
                        }
                    }
                    Value::Array(items) => {
                        let item = segment.parse::<usize>().ok().and_then(|at| items.get(at));
                        next.extend(item.map(|item| (numbers, item)));
                    }
                    Value::Object(members) => {
                        next.extend(members.get(&segment).map(|member| (numbers, member)));
                    }
                    _ => {}
                }
            }
            at = next;
        }
        at
    }

    /// Puts a value where it points to; `false` where there is no such place.
    pub fn set(&self, within: &mut Value, value: Value) -> bool {
        let Some((parent, last)) = self.0.rsplit_once('/') else {
            *within = value;
            return true;
        };
        let last = unescape(last);
        match within.pointer_mut(parent) {
            Some(Value::Object(members)) => {
                members.insert(last, value);
                true
            }
            Some(Value::Array(items)) => {
                let place = last.parse::<usize>().ok().and_then(|at| items.get_mut(at));
                place.map(|place| *place = value).is_some()
            }
            _ => false,
        }
    }

    /// Puts a value where it points to, and makes the objects on the way that are not there.
    pub fn put(&self, within: &mut Value, value: Value) {
        let mut at = within;
        for segment in self.segments() {
            if !at.is_object() {
                *at = Value::Object(serde_json::Map::new());
            }
            let Value::Object(members) = at else {
                return;
            };
            at = members.entry(segment).or_insert(Value::Null);
        }
        *at = value;
    }

    /// The names on the way.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(unescape)
    }
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointer(text: &str) -> Pointer {
        Pointer::try_from(text.to_owned()).expect("a pointer")
    }

    #[test]
    fn a_star_is_every_element() {
        let value = json!({ "items": [{ "a": 1 }, {}, { "a": 3 }] });
        let found = pointer("/items/*/a").select(&value);
        assert_eq!(found, [(vec![0], &json!(1)), (vec![2], &json!(3))]);
        assert_eq!(pointer("/items/2/a").select(&value).len(), 1);
        assert!(pointer("/none/*/a").select(&value).is_empty());
    }

    #[test]
    fn setting_makes_members_but_no_parents() {
        let mut value = json!({ "a": { "b/c": 1 } });
        assert!(pointer("/a/b~1c").set(&mut value, json!(2)));
        assert!(pointer("/a/new").set(&mut value, json!(3)));
        assert!(!pointer("/x/y").set(&mut value, json!(4)));
        assert_eq!(value, json!({ "a": { "b/c": 2, "new": 3 } }));
    }

    #[test]
    fn what_does_not_begin_with_a_slash_is_none() {
        assert!(Pointer::try_from("items".to_owned()).is_err());
    }
}
