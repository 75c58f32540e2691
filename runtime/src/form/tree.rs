//! A form's names as a tree, and the tree as JSON.

use crate::json::Value;
use crate::schema::{Look, push_token};
use crate::{Binary, Location, Map, SchemaRef, Violation, Violations, json::Number};
use std::collections::BTreeMap;

/// How deep brackets may nest.
const DEEPEST: usize = 64;

/// What stands at a name.
#[derive(Debug)]
pub(super) enum Leaf {
    Text(String),
    /// A part that says it is JSON.
    Json(String),
    File(Binary),
}

#[derive(Debug, Default)]
struct Node {
    leaves: Vec<Leaf>,
    members: BTreeMap<String, Node>,
    /// Whether there are brackets behind the name, if only empty ones.
    list: bool,
}

/// All of a form.
#[derive(Debug, Default)]
pub(super) struct Tree(Node);

impl Tree {
    /// Adds a value at a name such as `a[b][0]`.
    pub(super) fn add(&mut self, name: &str, leaf: Leaf) -> Result<(), Violations> {
        let (first, rest) = match name.split_once('[') {
            Some((first, rest)) if !first.is_empty() && rest.ends_with(']') => {
                (first, Some(rest.trim_end_matches(']')))
            }
            _ => (name, None),
        };
        let mut node = self.0.members.entry(first.to_owned()).or_default();
        let inner = rest.map(|rest| rest.split("][").collect::<Vec<_>>());
        let inner = inner.unwrap_or_default();
        if inner.len() > DEEPEST {
            let words = "is nested too deep";
            return Err(Violation::new(Location::Body, "", "decode", words).into());
        }
        for (at, key) in inner.iter().enumerate() {
            if key.is_empty() && at + 1 == inner.len() {
                node.list = true;
                break;
            }
            node = node.members.entry((*key).to_owned()).or_default();
        }
        node.leaves.push(leaf);
        Ok(())
    }

    /// The value that was meant, by what its schema takes.
    pub(super) fn into_value(self, schema: SchemaRef) -> Result<Value, Violations> {
        let mut reader = Reader {
            violations: Violations::new(),
            pointer: String::new(),
        };
        let value = reader.object(self.0.members, &Look::at(schema));
        if reader.violations.is_empty() {
            Ok(value)
        } else {
            Err(reader.violations)
        }
    }
}

struct Reader {
    violations: Violations,
    pointer: String,
}

impl Reader {
    fn under<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        push_token(&mut self.pointer, name);
        let value = read(self);
        self.pointer.truncate(length);
        value
    }

    fn wrong(&mut self, keyword: &'static str, words: &str) -> Value {
        let mut violation = Violation::new(Location::Body, "", keyword, words);
        violation.pointer.clone_from(&self.pointer);
        self.violations.push(violation);
        Value::Null
    }

    fn object(&mut self, members: BTreeMap<String, Node>, look: &Look) -> Value {
        let members = members.into_iter().map(|(name, node)| {
            let property = look.property(&name);
            let value = self.under(&name, |reader| reader.node(node, &property));
            (name, value)
        });
        Value::Object(members.collect::<Map<_, _>>())
    }

    fn node(&mut self, node: Node, look: &Look) -> Value {
        let types = look.types();
        if !node.members.is_empty() {
            if !node.leaves.is_empty() {
                return self.wrong("repeatedParameter", "is there as a value and in parts");
            }
            return if types.array()
                && (!types.object() || node.members.keys().all(|name| is_index(name)))
            {
                self.indexed(node.members, look)
            } else {
                self.object(node.members, look)
            };
        }
        let mut leaves = node.leaves;
        let several = leaves.len() > 1 || node.list;
        if several && !types.array() {
            return self.wrong("repeatedParameter", "is there more than once");
        }
        if let [leaf] = leaves.as_slice()
            && !several
            && (types.array() || types.object())
            && let Some(value) = structured(leaf, types.scalar())
        {
            return value;
        }
        if several || (types.array() && !types.scalar()) {
            let items = look.items();
            let values = leaves.iter().map(|leaf| scalar(leaf, &items));
            return Value::Array(values.collect());
        }
        leaves.pop().map_or(Value::Null, |leaf| scalar(&leaf, look))
    }

    /// `a[0]=x&a[1]=y`: in the order of the numbers, whichever they are.
    fn indexed(&mut self, members: BTreeMap<String, Node>, look: &Look) -> Value {
        let mut members: Vec<_> = members.into_iter().collect();
        members.sort_by_key(|(name, _)| name.parse::<u64>().unwrap_or(u64::MAX));
        let items = look.items();
        let values = members
            .into_iter()
            .enumerate()
            .map(|(at, (_, node))| self.under(&at.to_string(), |reader| reader.node(node, &items)));
        Value::Array(values.collect())
    }
}

fn is_index(name: &str) -> bool {
    name.is_empty() || name.parse::<u64>().is_ok()
}

/// A list or object that is written as JSON.
fn structured(leaf: &Leaf, scalars_too: bool) -> Option<Value> {
    let text = match leaf {
        Leaf::Text(text) if !scalars_too => text,
        Leaf::Json(text) => text,
        Leaf::Text(_) | Leaf::File(_) => return None,
    };
    let value = Value::from_json(text).ok()?;
    matches!(value, Value::Array(_) | Value::Object(_)).then_some(value)
}

/// One value. What does not fit becomes a string, so that the judge can tell what it is.
fn scalar(leaf: &Leaf, look: &Look) -> Value {
    let text = match leaf {
        Leaf::Json(text) => match Value::from_json(text) {
            Ok(value) => return value,
            Err(_) => text,
        },
        Leaf::File(file) => {
            let text = std::str::from_utf8(&file.bytes).ok();
            return match text.filter(|_| !look.is_binary() && !is_open(look)) {
                Some(text) => scalar(&Leaf::Text(text.to_owned()), look),
                None => Value::from(file.to_text().into_owned()),
            };
        }
        Leaf::Text(text) => text,
    };
    if look.is_binary() {
        // A text that happens to look like a file's URL is a text.
        let octets = Binary::from(text.clone().into_bytes());
        return Value::from(octets.to_text().into_owned());
    }
    let types = look.types();
    if types.number()
        && let Some(number) = Number::new(text)
    {
        return Value::Number(number);
    }
    match text.as_str() {
        "true" if types.boolean() => Value::Bool(true),
        "false" if types.boolean() => Value::Bool(false),
        "null" | "" if types.null() && !types.string() => Value::Null,
        _ => Value::from(text.as_str()),
    }
}

/// Whether the place takes anything: octets are kept there, with their name.
fn is_open(look: &Look) -> bool {
    let types = look.types();
    types.string() && types.object() && types.array()
}
