//! What of a document a run has exercised.

use crate::{exchange::Exchange, generate::Generator, instance, wire};
use counterpart_model::api::{Api, Operation, OperationId, ParameterLocation, SchemaId};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

/// What of a document a run has exercised, operation by operation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// By operation id, in document order.
    pub operations: IndexMap<String, OperationCoverage>,
}

/// What of one operation a run has exercised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationCoverage {
    /// `GET /customers/{id}`
    pub line: String,
    /// How many requests were sent to it.
    pub requests: u64,
    /// Documented statuses and those that came: how often.
    pub statuses: BTreeMap<String, u64>,
    /// Statuses that came and are not documented.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub undocumented: BTreeSet<String>,
    /// `query limit`: how often it was sent.
    pub parameters: IndexMap<String, u64>,
    /// The enums of its parameters and its request body.
    pub enums: Vec<EnumCoverage>,
    /// The keywords of its parameters and its request body.
    pub keywords: Vec<KeywordCoverage>,
}

/// Which values of an enum were sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnumCoverage {
    /// Where it stands: a JSON Pointer into the document.
    pub place: String,
    /// Its values as JSON: whether one was sent.
    pub values: IndexMap<String, bool>,
}

/// How often a keyword was tried on each of its sides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeywordCoverage {
    /// Where it stands: a JSON Pointer into the document.
    pub place: String,
    /// The keyword.
    pub keyword: String,
    /// Requests that meet it just so.
    pub valid: u64,
    /// Requests that break it.
    pub invalid: u64,
    /// Why there is none of a kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How much of something there is, and how much of it was exercised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// So much was exercised.
    pub done: usize,
    /// Of so much.
    pub total: usize,
}

impl Share {
    fn add(&mut self, done: bool) {
        self.total += 1;
        self.done += usize::from(done);
    }
}

impl Coverage {
    /// Operations, documented statuses, parameters, enum values, and keywords broken and met.
    #[must_use]
    pub fn shares(&self) -> [(&'static str, Share); 6] {
        let mut all = [
            "operations",
            "statuses",
            "parameters",
            "enum values",
            "keywords met",
            "keywords broken",
        ]
        .map(|name| (name, Share::default()));
        let [operations, statuses, parameters, values, met, broken] = &mut all;
        for of in self.operations.values() {
            operations.1.add(of.requests > 0);
            for (status, count) in &of.statuses {
                if !of.undocumented.contains(status) {
                    statuses.1.add(*count > 0);
                }
            }
            for count in of.parameters.values() {
                parameters.1.add(*count > 0);
            }
            for sent in of.enums.iter().flat_map(|of| of.values.values()) {
                values.1.add(*sent);
            }
            for keyword in &of.keywords {
                met.1.add(keyword.valid > 0);
                broken.1.add(keyword.invalid > 0);
            }
        }
        all
    }

    /// Adds what another run of the same document has exercised.
    pub fn merge(&mut self, other: Self) {
        for (id, of) in other.operations {
            match self.operations.get_mut(&id) {
                Some(known) => known.merge(of),
                None => {
                    self.operations.insert(id, of);
                }
            }
        }
    }
}

impl OperationCoverage {
    fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.undocumented.extend(other.undocumented);
        for (name, count) in other.parameters {
            *self.parameters.entry(name).or_default() += count;
        }
        for theirs in other.enums {
            match self.enums.iter_mut().find(|of| of.place == theirs.place) {
                Some(known) => {
                    for (value, sent) in theirs.values {
                        *known.values.entry(value).or_default() |= sent;
                    }
                }
                None => self.enums.push(theirs),
            }
        }
        for theirs in other.keywords {
            let same = |of: &&mut KeywordCoverage| {
                of.place == theirs.place && of.keyword == theirs.keyword
            };
            match self.keywords.iter_mut().find(same) {
                Some(known) => {
                    known.valid += theirs.valid;
                    known.invalid += theirs.invalid;
                    known.why = known.why.take().or(theirs.why);
                }
                None => self.keywords.push(theirs),
            }
        }
    }
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<HashMap<OperationId, Own>>);

#[derive(Debug, Default)]
struct Own {
    requests: u64,
    statuses: BTreeMap<u16, u64>,
    parameters: HashMap<(ParameterLocation, String), u64>,
    values: HashSet<(SchemaId, String)>,
    /// By place and keyword: met, broken.
    keywords: HashMap<(String, String), (u64, u64)>,
}

impl Seen {
    fn of<T>(&self, id: &OperationId, change: impl FnOnce(&mut Own) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(id.clone()).or_default())
    }

    /// Notes a request and its answer.
    pub(crate) fn exchange(&self, api: &Api, operation: &Operation, exchange: &Exchange) {
        let request = &exchange.request;
        let sent = |parameter: &&counterpart_model::api::Parameter| match parameter.location {
            ParameterLocation::Path => true,
            ParameterLocation::Query => {
                let deep = format!("{}[", parameter.name);
                let query = &mut request.query.iter();
                query.any(|(name, _)| *name == parameter.name || name.starts_with(&deep))
            }
            ParameterLocation::Header => request.header(&parameter.name).is_some(),
            ParameterLocation::Cookie => request.header("cookie").is_some(),
        };
        let parameters: Vec<_> = operation.parameters.iter().filter(sent).collect();
        let mut values = Vec::new();
        for parameter in &parameters {
            let given = request
                .query
                .iter()
                .filter(|(name, _)| *name == parameter.name);
            let given = given.map(|(_, value)| value.as_str());
            let given = given.chain(request.header(&parameter.name));
            let Some(schema) = parameter.schema() else {
                continue;
            };
            for text in given {
                let texts = std::iter::once(text).chain(text.split(','));
                for text in texts {
                    let list = Value::Array(vec![text.into()]);
                    note(api, schema, &text.into(), &mut values);
                    note(api, schema, &list, &mut values);
                }
            }
        }
        if let (Some(body), Some(json)) = (&operation.body, request.json()) {
            let schemas = body.content.values().filter_map(|content| content.schema);
            for schema in schemas {
                note(api, schema, &json, &mut values);
            }
        }
        self.of(&operation.id, |own| {
            own.requests += 1;
            if let Some(status) = exchange.status() {
                *own.statuses.entry(status).or_default() += 1;
            }
            for parameter in parameters {
                let key = (parameter.location, parameter.name.clone());
                *own.parameters.entry(key).or_default() += 1;
            }
            own.values.extend(values);
        });
    }

    /// Notes a request that meets or breaks a keyword.
    pub(crate) fn keyword(&self, operation: &Operation, place: &str, keyword: &str, met: bool) {
        self.of(&operation.id, |own| {
            let key = (schema_of(place, keyword).to_owned(), keyword.to_owned());
            let of = own.keywords.entry(key).or_default();
            if met {
                of.0 += 1;
            } else {
                of.1 += 1;
            }
        });
    }

    /// Everything, held against the document. Which keywords there are is only said where a run tries them.
    pub(crate) fn coverage(
        &self,
        api: &Api,
        operations: &[&Operation],
        keywords: Option<&Generator>,
    ) -> Coverage {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing = Own::default();
        let of = |operation: &&Operation| {
            let own = all.get(&operation.id).unwrap_or(&nothing);
            (
                operation.id.0.clone(),
                own.coverage(api, operation, keywords),
            )
        };
        Coverage {
            operations: operations.iter().map(of).collect(),
        }
    }
}

/// The schema a keyword stands in, by the pointer of either.
fn schema_of<'a>(place: &'a str, keyword: &str) -> &'a str {
    let own = place.strip_suffix(keyword);
    own.and_then(|schema| schema.strip_suffix('/'))
        .unwrap_or(place)
}

/// The values of enums in an instance.
fn note(api: &Api, schema: SchemaId, value: &Value, values: &mut Vec<(SchemaId, String)>) {
    instance::walk(api, schema, value, &mut |at| {
        for id in at.schemas {
            let Some(list) = &api.schema(*id).enumeration else {
                continue;
            };
            let text = wire::scalar(at.value);
            if list
                .iter()
                .any(|known| wire::scalar(&known.to_serde()) == text)
            {
                values.push((*id, text));
            }
        }
    });
}

impl Own {
    fn coverage(
        &self,
        api: &Api,
        operation: &Operation,
        generator: Option<&Generator>,
    ) -> OperationCoverage {
        let mut statuses: BTreeMap<String, u64> = operation
            .responses
            .keys()
            .map(|status| (status.to_string(), 0))
            .collect();
        let mut undocumented = BTreeSet::new();
        for (status, count) in &self.statuses {
            let key = match operation.response(*status) {
                Some((key, _)) => key.to_string(),
                None => {
                    undocumented.insert(status.to_string());
                    status.to_string()
                }
            };
            *statuses.entry(key).or_default() += count;
        }
        let parameters = operation.parameters.iter().map(|parameter| {
            let key = (parameter.location, parameter.name.clone());
            let name = format!("{} {}", parameter.location.as_str(), parameter.name);
            (name, self.parameters.get(&key).copied().unwrap_or(0))
        });
        let mut roots: Vec<SchemaId> = operation
            .parameters
            .iter()
            .filter_map(counterpart_model::api::Parameter::schema)
            .collect();
        let bodies = operation.body.iter().flat_map(|body| body.content.values());
        roots.extend(bodies.filter_map(|content| content.schema));
        OperationCoverage {
            line: format!("{} {}", operation.method.as_str(), operation.path),
            requests: self.requests,
            statuses,
            undocumented,
            parameters: parameters.collect(),
            enums: self.enums(api, &roots),
            keywords: generator
                .map_or_else(Vec::new, |generator| self.of_keywords(generator, &roots)),
        }
    }

    fn enums(&self, api: &Api, roots: &[SchemaId]) -> Vec<EnumCoverage> {
        let mut open = roots.to_vec();
        let mut met = HashSet::new();
        let mut found = Vec::new();
        while let Some(id) = open.pop() {
            if !met.insert(id) {
                continue;
            }
            let schema = api.schema(id);
            open.extend(schema.children());
            let values = schema.enumeration.iter().flatten();
            let values: IndexMap<String, bool> = values
                .map(|value| {
                    let text = wire::scalar(&value.to_serde());
                    let sent = self.values.contains(&(id, text.clone()));
                    (text, sent)
                })
                .collect();
            if !values.is_empty() && !schema.read_only {
                found.push(EnumCoverage {
                    place: schema.origin.pointer.to_string(),
                    values,
                });
            }
        }
        found.sort_by(|one, other| one.place.cmp(&other.place));
        found
    }

    fn of_keywords(&self, generator: &Generator, roots: &[SchemaId]) -> Vec<KeywordCoverage> {
        let mut places: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
        for schema in roots {
            for cases in [generator.positives(*schema), generator.negatives(*schema)] {
                for (place, keyword) in &cases.covered {
                    let key = (place.to_string(), (*keyword).to_owned());
                    places.entry(key).or_default();
                }
                for skipped in &cases.skipped {
                    let place = schema_of(&skipped.schema.pointer, skipped.keyword);
                    let key = (place.to_owned(), skipped.keyword.to_owned());
                    places.insert(key, Some(skipped.why.clone()));
                }
            }
        }
        let counts: HashMap<(&str, &str), (u64, u64)> = self
            .keywords
            .iter()
            .map(|((place, keyword), counts)| ((place.as_str(), keyword.as_str()), *counts))
            .collect();
        places
            .into_iter()
            .map(|((place, keyword), why)| {
                let counts = counts.get(&(place.as_str(), keyword.as_str()));
                let (valid, invalid) = counts.copied().unwrap_or_default();
                KeywordCoverage {
                    place,
                    keyword,
                    valid,
                    invalid,
                    why,
                }
            })
            .collect()
    }
}
