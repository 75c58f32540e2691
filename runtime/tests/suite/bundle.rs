//! Turns a schema with `$id`, `$anchor` and `$ref` as text into the bundle that the judge reads.

use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use url::Url;

const REMOTES: &str = "http://localhost:1234/";

/// Where a schema is: a document and the way into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Place {
    document: usize,
    path: Vec<String>,
}

pub(crate) struct Bundler {
    remotes: PathBuf,
    documents: Vec<Value>,
    /// URIs without or with an anchor → place.
    known: HashMap<String, Place>,
    bases: HashMap<Place, Url>,
    indices: HashMap<Place, usize>,
    queue: Vec<Place>,
    pub(crate) patterns: BTreeSet<String>,
}

const ONE: [&str; 11] = [
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
];

impl Bundler {
    pub(crate) fn new(remotes: &Path) -> Self {
        Self {
            remotes: remotes.to_owned(),
            documents: Vec::new(),
            known: HashMap::new(),
            bases: HashMap::new(),
            indices: HashMap::new(),
            queue: Vec::new(),
            patterns: BTreeSet::new(),
        }
    }

    /// The bundle of a schema, which is its first; or why there is none.
    pub(crate) fn bundle(&mut self, schema: &Value) -> Result<Value, String> {
        let root = self.add(
            schema.clone(),
            &Url::parse("http://example.invalid/root").map_err(|e| e.to_string())?,
        )?;
        self.index(root);
        let mut done = Vec::new();
        while done.len() < self.queue.len() {
            let place = self.queue[done.len()].clone();
            let schema = self.at(&place).ok_or("no such schema")?.clone();
            let converted = self.convert(&schema, &place)?;
            done.push(converted);
        }
        Ok(Value::Array(done))
    }

    fn add(&mut self, document: Value, base: &Url) -> Result<Place, String> {
        let place = Place {
            document: self.documents.len(),
            path: Vec::new(),
        };
        self.documents.push(document.clone());
        self.known.insert(base.to_string(), place.clone());
        self.scan(&document, place.clone(), base.clone())?;
        Ok(place)
    }

    /// Notes the base URI of every schema, and what `$id` and `$anchor` call them.
    fn scan(&mut self, schema: &Value, place: Place, mut base: Url) -> Result<(), String> {
        let Value::Object(members) = schema else {
            return Ok(());
        };
        if let Some(id) = members.get("$id").and_then(Value::as_str) {
            base = base.join(id).map_err(|error| error.to_string())?;
            base.set_fragment(None);
            self.known.insert(base.to_string(), place.clone());
        }
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = members.get(key).and_then(Value::as_str) {
                self.known.insert(format!("{base}#{anchor}"), place.clone());
            }
        }
        self.bases.insert(place.clone(), base.clone());
        let under = |steps: &[&str]| {
            let path = place
                .path
                .iter()
                .cloned()
                .chain(steps.iter().map(|step| (*step).to_owned()))
                .collect();
            Place {
                document: place.document,
                path,
            }
        };
        for key in ONE {
            if let Some(child) = members.get(key) {
                self.scan(child, under(&[key]), base.clone())?;
            }
        }
        for key in LIST {
            for (at, child) in members
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .enumerate()
            {
                self.scan(child, under(&[key, &at.to_string()]), base.clone())?;
            }
        }
        for key in NAMED {
            for (name, child) in members
                .get(key)
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                self.scan(child, under(&[key, name]), base.clone())?;
            }
        }
        Ok(())
    }

    fn at(&self, place: &Place) -> Option<&Value> {
        place.path.iter().try_fold(
            self.documents.get(place.document)?,
            |value, step| match value {
                Value::Object(members) => members.get(step),
                Value::Array(items) => items.get(step.parse::<usize>().ok()?),
                _ => None,
            },
        )
    }

    fn index(&mut self, place: Place) -> usize {
        let next = self.queue.len();
        let index = *self.indices.entry(place.clone()).or_insert(next);
        if index == next {
            self.queue.push(place);
        }
        index
    }

    fn convert(&mut self, schema: &Value, place: &Place) -> Result<Value, String> {
        let Value::Object(members) = schema else {
            return Ok(schema.clone());
        };
        let mut out = Map::new();
        let child = |this: &mut Self, steps: &[&str]| {
            let path = place
                .path
                .iter()
                .cloned()
                .chain(steps.iter().map(|step| (*step).to_owned()))
                .collect();
            json!({"$ref": this.index(Place { document: place.document, path })})
        };
        for (key, value) in members {
            let converted = match key.as_str() {
                "$ref" => json!(self.resolve(value.as_str().ok_or("$ref is no text")?, place)?),
                "$dynamicRef" => return Err("$dynamicRef".to_owned()),
                key if ONE.contains(&key) => child(self, &[key]),
                key if LIST.contains(&key) => {
                    let count = value.as_array().map_or(0, Vec::len);
                    (0..count)
                        .map(|at| child(self, &[key, &at.to_string()]))
                        .collect()
                }
                key if NAMED.contains(&key) => {
                    if key == "patternProperties" {
                        self.patterns.extend(
                            value
                                .as_object()
                                .into_iter()
                                .flatten()
                                .map(|(text, _)| text.clone()),
                        );
                    }
                    let names: Vec<String> = value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .map(|(name, _)| name.clone())
                        .collect();
                    Value::Object(
                        names
                            .into_iter()
                            .map(|name| {
                                let it = child(self, &[key, &name]);
                                (name, it)
                            })
                            .collect(),
                    )
                }
                "pattern" => {
                    self.patterns.extend(value.as_str().map(ToOwned::to_owned));
                    value.clone()
                }
                _ => value.clone(),
            };
            out.insert(key.clone(), converted);
        }
        Ok(Value::Object(out))
    }

    fn resolve(&mut self, reference: &str, from: &Place) -> Result<usize, String> {
        let mut path = from.path.clone();
        let base = loop {
            let place = Place {
                document: from.document,
                path: path.clone(),
            };
            if let Some(base) = self.bases.get(&place) {
                break base.clone();
            }
            path.pop().ok_or("no base")?;
        };
        let target = base.join(reference).map_err(|error| error.to_string())?;
        if let Some(place) = self.known.get(target.as_str()) {
            return Ok(self.index(place.clone()));
        }
        let fragment = target.fragment().unwrap_or_default().to_owned();
        let mut document = target.clone();
        document.set_fragment(None);
        if !self.known.contains_key(document.as_str()) {
            self.load(&document)?;
        }
        if let Some(place) = self.known.get(target.as_str()) {
            return Ok(self.index(place.clone()));
        }
        let mut place = self
            .known
            .get(document.as_str())
            .ok_or("unknown document")?
            .clone();
        let fragment = percent_encoding::percent_decode_str(&fragment)
            .decode_utf8_lossy()
            .into_owned();
        let tokens = fragment
            .split('/')
            .skip(1)
            .map(|token| token.replace("~1", "/").replace("~0", "~"));
        place.path.extend(tokens);
        self.at(&place)
            .ok_or_else(|| format!("nothing at {target}"))?;
        Ok(self.index(place))
    }

    fn load(&mut self, document: &Url) -> Result<(), String> {
        let path = document
            .as_str()
            .strip_prefix(REMOTES)
            .ok_or_else(|| format!("not at hand: {document}"))?;
        let text =
            std::fs::read_to_string(self.remotes.join(path)).map_err(|error| error.to_string())?;
        let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        self.add(value, document).map(drop)
    }
}
