//! A feature per tag: whoever uses a part of a large document compiles that part.
//!
//! A file of types stands behind the features of the tags that lead to it. What many tags share, or what the router
//! itself mentions, is always there.

use super::reach::{roots, typed_children};
use super::{Home, Plan, TagPlan};
use crate::names::Scope;
use counterpart_model::api::{Response, SchemaId, StatusKey};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Documents with more operations have a feature per tag where nobody has chosen.
const MANY: usize = 100;

/// What more tags than these lead to is always there: its list of features would be longer than it is worth.
const SHARED: usize = 8;

/// The feature that all tags together are.
pub(crate) const ALL: &str = "all-tags";

/// The features of tags; none where the crate has none.
#[derive(Debug, Default)]
pub(crate) struct Features {
    /// Module of a tag → its feature, and the features of tags whose modules it mentions.
    pub(crate) tags: BTreeMap<String, (String, BTreeSet<String>)>,
    /// Module of types → the features that need it. Those that are always there are not listed.
    types: HashMap<String, BTreeSet<String>>,
}

impl Features {
    pub(super) fn of(plan: &Plan<'_>) -> Self {
        let operations: usize = plan.tags.iter().map(|tag| tag.operations.len()).sum();
        let wanted = plan.config.tag_features.unwrap_or(operations > MANY);
        if !wanted || plan.tags.len() < 2 {
            return Self::default();
        }
        let mut names = Scope::with(["server", "client", "tls", "components", "default", ALL]);
        let feature_of: BTreeMap<&str, String> = plan
            .tags
            .iter()
            .map(|tag| {
                let name = tag.module.trim_matches('_').replace('_', "-");
                (tag.module.as_str(), names.take(name))
            })
            .collect();
        let mut types: HashMap<String, BTreeSet<String>> = HashMap::new();
        let mut tags = BTreeMap::new();
        let closure = Closure::of(plan);
        for tag in &plan.tags {
            let feature = &feature_of[tag.module.as_str()];
            let (modules, others) = closure.from(roots_of(tag));
            for module in modules {
                types.entry(module).or_default().insert(feature.clone());
            }
            let mentioned = others
                .iter()
                .filter(|module| **module != tag.module)
                .filter_map(|module| feature_of.get(module.as_str()).cloned());
            tags.insert(tag.module.clone(), (feature.clone(), mentioned.collect()));
        }
        // What no operation leads to is there with everything.
        let unused = plan
            .modules
            .iter()
            .filter(|(module, _)| !types.contains_key(*module));
        let (modules, _) = closure.from(unused.flat_map(|(_, ids)| ids).copied().collect());
        for module in modules {
            types.entry(module).or_default().insert(ALL.to_owned());
        }
        let (always, _) = closure.from(mentioned_by_all(plan));
        types.retain(|module, features| features.len() <= SHARED && !always.contains(module));
        Self { tags, types }
    }

    /// Whether there are any.
    pub(crate) fn are_there(&self) -> bool {
        !self.tags.is_empty()
    }

    /// The `#[cfg]` of the file of a tag's operations, with a line break; nothing without features.
    pub(crate) fn of_tag(&self, module: &str) -> String {
        let feature = self.tags.get(module);
        feature.map_or_else(String::new, |(feature, _)| {
            format!("#[cfg(feature = {feature:?})]\n")
        })
    }

    /// The `#[cfg]` of what stands in where the feature of a tag is off.
    pub(crate) fn without_tag(&self, module: &str) -> String {
        let feature = self.tags.get(module);
        feature.map_or_else(String::new, |(feature, _)| {
            format!("#[cfg(not(feature = {feature:?}))]\n")
        })
    }

    /// The `#[cfg]` of a file of types.
    pub(crate) fn of_types(&self, module: &str) -> String {
        let Some(features) = self.types.get(module) else {
            return String::new();
        };
        let list: Vec<String> = features
            .iter()
            .map(|feature| format!("feature = {feature:?}"))
            .collect();
        match list.as_slice() {
            [only] => format!("#[cfg({only})]\n"),
            several => format!("#[cfg(any({}))]\n", several.join(", ")),
        }
    }
}

fn roots_of(tag: &TagPlan<'_>) -> Vec<SchemaId> {
    let mut ids = Vec::new();
    for of in &tag.operations {
        roots(of.operation, &mut ids);
    }
    ids
}

/// What the router and the shared responses mention: bodies of errors, and headers.
fn mentioned_by_all(plan: &Plan<'_>) -> Vec<SchemaId> {
    let is_error = |status: &StatusKey| match status {
        StatusKey::Code(code) => *code >= 400,
        StatusKey::Range(digit) => *digit >= 4,
        StatusKey::Default => true,
    };
    let operations = plan.tags.iter().flat_map(|tag| &tag.operations);
    let responses = operations.flat_map(|of| &of.operation.responses);
    let mut ids = Vec::new();
    for (status, response) in responses {
        let Response {
            content, headers, ..
        } = response;
        ids.extend(headers.values().filter_map(|header| header.schema));
        if is_error(status) {
            ids.extend(content.values().filter_map(|media| media.schema));
        }
    }
    ids
}

/// Which files lead to which: a file is compiled as a whole.
struct Closure<'p, 'a> {
    plan: &'p Plan<'a>,
    /// File of operations → its schemas.
    operations: HashMap<&'p str, Vec<SchemaId>>,
}

impl<'p, 'a> Closure<'p, 'a> {
    fn of(plan: &'p Plan<'a>) -> Self {
        let mut operations: HashMap<&str, Vec<SchemaId>> = HashMap::new();
        for (id, of) in &plan.types {
            if let Home::Operations(module) = &of.home {
                operations.entry(module).or_default().push(*id);
            }
        }
        Self { plan, operations }
    }

    /// The files of types, and those of operations, that schemas lead to.
    fn from(&self, roots: Vec<SchemaId>) -> (BTreeSet<String>, BTreeSet<String>) {
        let plan = self.plan;
        let (mut types, mut operations) = (BTreeSet::new(), BTreeSet::new());
        let mut seen = BTreeSet::new();
        let mut queue = roots;
        while let Some(id) = queue.pop() {
            if !seen.insert(id) {
                continue;
            }
            queue.extend(typed_children(plan.api, id));
            queue.extend(plan.same.get(&id));
            match plan.types.get(&id).map(|of| &of.home) {
                Some(Home::Types(module)) if types.insert(module.clone()) => {
                    queue.extend(plan.modules.get(module).into_iter().flatten());
                }
                Some(Home::Operations(module)) if operations.insert(module.clone()) => {
                    queue.extend(self.operations.get(module.as_str()).into_iter().flatten());
                    let tag = plan.tags.iter().find(|tag| tag.module == *module);
                    queue.extend(tag.map(roots_of).unwrap_or_default());
                }
                _ => {}
            }
        }
        (types, operations)
    }
}
