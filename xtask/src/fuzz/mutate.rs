//! Damages documents: byte by byte, and subtree by subtree.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Map, Value};

/// A document, as text and as a tree.
pub(super) struct Source {
    bytes: Vec<u8>,
    /// `None` for those that cannot be read.
    tree: Option<Value>,
}

impl Source {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let tree = serde_yaml::from_slice(&bytes).ok();
        Self { bytes, tree }
    }
}

/// What stands where something else should.
const ODD: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "\"\\u0000\"",
    "\"$ref\"",
    "{\"$ref\":\"#\"}",
    "{\"$ref\":\"#/components/schemas\"}",
    "{\"$ref\":\"nowhere.yaml#/a\"}",
    "{\"allOf\":[{}]}",
    "{\"oneOf\":[]}",
    "{\"type\":[]}",
    "{\"type\":\"null\"}",
    "{\"enum\":[null]}",
    "{\"not\":{}}",
    "false",
    "{\"type\":\"object\",\"additionalProperties\":false}",
    "{\"type\":\"array\"}",
    "\"{a}{b}\"",
    "\"/{a}/{a}\"",
    "{\"const\":{\"a\":[1]}}",
    "{\"pattern\":\"(?<a>.)\\\\k<a>(?=b)\"}",
    "{\"minimum\":3,\"maximum\":2,\"type\":\"integer\"}",
    "\"🦀\"",
    "\"self\"",
    "\"gen\"",
    "\"a/b~c%d\"",
    "{\"discriminator\":{\"propertyName\":\"x\"},\"oneOf\":[{\"$ref\":\"#/components/schemas/A\"}]}",
];

/// What a key may become.
const KEYS: &[&str] = &[
    "$ref",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "items",
    "properties",
    "required",
    "enum",
    "",
    "self",
    "🦀",
    "get",
    "parameters",
    "responses",
    "default",
    "4XX",
    "x-y",
    "nullable",
    "discriminator",
    "$defs",
    "if",
    "schema",
    "content",
];

fn rng(seed: u64, case: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ case)
}

fn pick<'a, T>(rng: &mut StdRng, all: &'a [T]) -> Option<&'a T> {
    if all.is_empty() {
        return None;
    }
    all.get(rng.random_range(0..all.len()))
}

/// A document with a few bytes changed, cut out, doubled or put elsewhere.
pub(super) fn damaged_bytes(sources: &[Source], seed: u64, case: u64) -> Vec<u8> {
    let mut rng = rng(seed, case);
    let mut bytes = pick(&mut rng, sources)
        .map(|source| source.bytes.clone())
        .unwrap_or_default();
    for _ in 0..rng.random_range(1..8) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.random_range(0..bytes.len());
        let length = rng.random_range(1..64).min(bytes.len() - at);
        match rng.random_range(0..6) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = rng.random();
                }
            }
            1 => _ = bytes.drain(at..at + length),
            2 => {
                let copy: Vec<u8> = bytes.iter().skip(at).take(length).copied().collect();
                let to = rng.random_range(0..=bytes.len());
                bytes.splice(to..to, copy);
            }
            3 => {
                let odd: &[u8] = pick(
                    &mut rng,
                    &[
                        &b"&a "[..],
                        b"*a",
                        b"<<: ",
                        b"{",
                        b"[",
                        b"- ",
                        b": ",
                        b"\n",
                        b"\t",
                        b"!!int ",
                        b"|\n",
                        b"\xff",
                        b"\"",
                        b"---\n",
                        b"%",
                        b"? ",
                    ],
                )
                .copied()
                .unwrap_or_default();
                bytes.splice(at..at, odd.iter().copied());
            }
            4 => bytes.truncate(at),
            _ => {
                // A line somewhere else: indentation is structure.
                let start = bytes
                    .iter()
                    .take(at)
                    .rposition(|&byte| byte == b'\n')
                    .map_or(0, |found| found + 1);
                let end = bytes
                    .iter()
                    .skip(at)
                    .position(|&byte| byte == b'\n')
                    .map_or(bytes.len(), |found| at + found + 1);
                let line: Vec<u8> = bytes.drain(start..end).collect();
                let to = rng.random_range(0..=bytes.len());
                bytes.splice(to..to, line);
            }
        }
    }
    bytes
}

/// A document with a few subtrees changed: left out, replaced, doubled, or taken from another place or document.
pub(super) fn damaged_tree(sources: &[Source], seed: u64, case: u64) -> Vec<u8> {
    let mut rng = rng(seed, case);
    let trees: Vec<&Value> = sources
        .iter()
        .filter_map(|source| source.tree.as_ref())
        .collect();
    let mut tree = pick(&mut rng, &trees)
        .map(|tree| (*tree).clone())
        .unwrap_or_default();
    for _ in 0..rng.random_range(1..6) {
        let donor = match rng.random_range(0..4) {
            0 => pick(&mut rng, &trees).and_then(|other| subtree(&mut rng, other)),
            1 => subtree(&mut rng, &tree.clone()),
            _ => pick(&mut rng, ODD).and_then(|text| serde_json::from_str(text).ok()),
        };
        let donor = donor.unwrap_or_default();
        damage(&mut rng, &mut tree, donor);
    }
    serde_json::to_vec_pretty(&tree).unwrap_or_default()
}

/// Any subtree; those near the leaves more often, so that most of the document stays.
fn subtree(rng: &mut StdRng, tree: &Value) -> Option<Value> {
    let mut at = tree;
    loop {
        let children: Vec<&Value> = match at {
            Value::Object(members) => members.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => return Some(at.clone()),
        };
        if children.is_empty() || rng.random_range(0..6) == 0 {
            return Some(at.clone());
        }
        at = pick(rng, &children)?;
    }
}

fn damage(rng: &mut StdRng, tree: &mut Value, donor: Value) {
    let mut at = tree;
    loop {
        let count = match at {
            Value::Object(members) => members.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if count == 0 {
            *at = donor;
            return;
        }
        let index = rng.random_range(0..count);
        if rng.random_range(0..5) == 0 {
            match at {
                Value::Object(members) => change_member(rng, members, index, donor),
                Value::Array(items) => match rng.random_range(0..3) {
                    0 => _ = items.remove(index),
                    1 => items.insert(index, donor),
                    _ => items.swap(0, index),
                },
                _ => {}
            }
            return;
        }
        let next = match at {
            Value::Object(members) => members.values_mut().nth(index),
            Value::Array(items) => items.get_mut(index),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return,
        }
    }
}

fn change_member(rng: &mut StdRng, members: &mut Map<String, Value>, index: usize, donor: Value) {
    let Some(name) = members.keys().nth(index).cloned() else {
        return;
    };
    match rng.random_range(0..4) {
        0 => _ = members.remove(&name),
        1 => _ = members.insert(name, donor),
        2 => {
            let value = members.remove(&name).unwrap_or_default();
            let key = pick(rng, KEYS).copied().unwrap_or_default();
            members.insert(key.to_owned(), value);
        }
        _ => {
            let key = pick(rng, KEYS).copied().unwrap_or_default();
            members.insert(key.to_owned(), donor);
        }
    }
}
