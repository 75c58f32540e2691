//! Where the schemas of a document stand, and the words that lead to each.
//!
//! The walk knows the objects of OpenAPI and which of their members hold which other objects. It
//! reads nothing else, so that every schema has its number before any is read.

use super::operations::OperationSite;
use crate::{
    diagnostic::Sink,
    read::{NodeId, NodeRef},
    refs::{Files, Refs},
};
use std::collections::{HashSet, VecDeque};

/// One schema's place.
pub(crate) struct Site {
    pub(crate) node: NodeId,
    pub(crate) place: Vec<String>,
    pub(crate) is_component: bool,
    /// Whether it only tests (`not`, `if`, …), so that no type may be assumed for it.
    pub(crate) tests: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Schema { component: bool, tests: bool },
    Response,
    Parameter,
    Header,
    Body,
    MediaType,
    Encoding,
    PathItem,
    Callback,
    Operation,
}

/// Every schema of the document, in the order of the text.
pub(crate) fn find<'t>(
    root: NodeRef<'t>,
    operations: &[OperationSite<'t>],
    files: &Files,
) -> Vec<Site> {
    let mut walk = Walk {
        files,
        quiet: Sink::default(),
        queue: VecDeque::new(),
        later: VecDeque::new(),
        visited: HashSet::new(),
        sites: Vec::new(),
    };
    walk.components(root);
    for site in operations {
        let words = vec![site.event.clone().unwrap_or_else(|| site.id.clone())];
        walk.operation(site.node, &words, site.event.is_some());
        // A path item's own parameters belong to whichever operation comes first.
        if let Some(parameters) = site.item.get("parameters") {
            walk.parameters(parameters, &words);
        }
    }
    walk.run();
    walk.sites.sort_by_key(|site| site.node);
    walk.sites
}

struct Walk<'a, 't> {
    files: &'a Files,
    /// What this walk cannot resolve, the reading of it reports.
    quiet: Sink,
    queue: VecDeque<(NodeRef<'t>, Kind, Vec<String>)>,
    /// Targets of references: looked at when everything that has a place of its own has it.
    later: VecDeque<(NodeRef<'t>, Kind, Vec<String>)>,
    visited: HashSet<NodeId>,
    sites: Vec<Site>,
}

impl<'t> Walk<'_, 't> {
    fn components(&mut self, root: NodeRef<'t>) {
        let refs = Refs {
            files: self.files,
            sink: &self.quiet,
        };
        let Some(components) = root.get("components").and_then(|node| refs.follow(node)) else {
            return;
        };
        let sections = [
            (
                "schemas",
                Kind::Schema {
                    component: true,
                    tests: false,
                },
                "",
            ),
            ("responses", Kind::Response, "response"),
            ("parameters", Kind::Parameter, "parameter"),
            ("headers", Kind::Header, "header"),
            ("requestBodies", Kind::Body, "body"),
            ("mediaTypes", Kind::MediaType, "body"),
            ("pathItems", Kind::PathItem, "path"),
            ("callbacks", Kind::Callback, "callback"),
        ];
        for (section, kind, suffix) in sections {
            let Some(section) = components.get(section).and_then(|node| refs.follow(node)) else {
                continue;
            };
            for (name, node) in section
                .members()
                .filter(|(name, _)| !name.starts_with("x-") || suffix.is_empty())
            {
                let mut words = vec![name.to_owned()];
                if !suffix.is_empty() {
                    words.push(suffix.to_owned());
                }
                self.queue.push_back((node, kind, words));
            }
        }
    }

    fn run(&mut self) {
        loop {
            while let Some((node, kind, words)) = self.queue.pop_front() {
                self.visit(node, kind, words);
            }
            let Some((node, kind, words)) = self.later.pop_front() else {
                return;
            };
            if !self.visited.contains(&node.id) {
                let words = if let Kind::Schema { .. } = kind {
                    place_of(node)
                } else {
                    words
                };
                self.queue.push_back((node, kind, words));
            }
        }
    }

    fn visit(&mut self, node: NodeRef<'t>, kind: Kind, words: Vec<String>) {
        if !self.visited.insert(node.id) {
            return;
        }
        if let Some(text) = node.get("$ref").and_then(NodeRef::as_str) {
            if let Ok(target) = self.files.resolve(node, text, 100) {
                let kind = match kind {
                    Kind::Schema { tests, .. } => Kind::Schema {
                        component: false,
                        tests,
                    },
                    kind => kind,
                };
                self.later.push_back((target, kind, words.clone()));
            }
            if !matches!(kind, Kind::Schema { .. } | Kind::PathItem) {
                return;
            }
        }
        match kind {
            Kind::Schema { component, tests } => self.schema(node, words, component, tests),
            Kind::Response => {
                self.map(node, "headers", Kind::Header, &words);
                self.content(node, &words);
            }
            Kind::Parameter | Kind::Header => {
                self.member(node, "schema", SCHEMA, words.clone());
                self.content(node, &words);
            }
            Kind::Body => self.content(node, &words),
            Kind::MediaType => {
                self.member(node, "schema", SCHEMA, words.clone());
                self.member(node, "itemSchema", SCHEMA, extended(&words, "item"));
                self.map(node, "encoding", Kind::Encoding, &words);
            }
            Kind::Encoding => self.map(node, "headers", Kind::Header, &words),
            Kind::Callback => {
                for (_, item) in node.members() {
                    self.queue.push_back((item, Kind::PathItem, words.clone()));
                }
            }
            Kind::PathItem => {
                if let Some(parameters) = node.get("parameters") {
                    self.parameters(parameters, &words);
                }
                for method in crate::api::Method::ALL {
                    let key = method.as_str().to_ascii_lowercase();
                    self.member(node, &key, Kind::Operation, words.clone());
                }
            }
            Kind::Operation => {
                let words = match node.get("operationId").and_then(NodeRef::as_str) {
                    Some(id) => vec![id.to_owned()],
                    None => words,
                };
                self.operation(node, &words, false);
            }
        }
    }

    fn operation(&mut self, node: NodeRef<'t>, words: &[String], event: bool) {
        if let Some(parameters) = node.get("parameters") {
            self.parameters(parameters, words);
        }
        let body = if event { "event" } else { "request" };
        self.member(node, "requestBody", Kind::Body, extended(words, body));
        if let Some(responses) = node.get("responses") {
            let refs = Refs {
                files: self.files,
                sink: &self.quiet,
            };
            let responses = refs.follow(responses).unwrap_or(responses);
            for (status, response) in responses.members() {
                let mut words = extended(words, "response");
                words.push(status.to_owned());
                self.queue.push_back((response, Kind::Response, words));
            }
        }
        if let Some(callbacks) = node.get("callbacks") {
            for (name, callback) in callbacks.members() {
                self.queue
                    .push_back((callback, Kind::Callback, extended(words, name)));
            }
        }
    }

    fn parameters(&mut self, list: NodeRef<'t>, words: &[String]) {
        for parameter in list.items() {
            let name = parameter
                .get("name")
                .and_then(NodeRef::as_str)
                .unwrap_or("parameter");
            self.queue
                .push_back((parameter, Kind::Parameter, extended(words, name)));
        }
    }

    fn content(&mut self, node: NodeRef<'t>, words: &[String]) {
        let Some(content) = node.get("content") else {
            return;
        };
        for (index, (name, media_type)) in content.members().enumerate() {
            let words = if index == 0 {
                words.to_vec()
            } else {
                extended(words, name)
            };
            self.queue.push_back((media_type, Kind::MediaType, words));
        }
    }

    fn member(&mut self, node: NodeRef<'t>, key: &str, kind: Kind, words: Vec<String>) {
        if let Some(child) = node.get(key) {
            self.queue.push_back((child, kind, words));
        }
    }

    fn map(&mut self, node: NodeRef<'t>, key: &str, kind: Kind, words: &[String]) {
        if let Some(map) = node.get(key) {
            for (name, child) in map.members() {
                self.queue.push_back((child, kind, extended(words, name)));
            }
        }
    }

    fn schema(&mut self, node: NodeRef<'t>, place: Vec<String>, is_component: bool, tests: bool) {
        let inner = Kind::Schema {
            component: false,
            tests,
        };
        let test = Kind::Schema {
            component: false,
            tests: true,
        };
        for (key, child) in node.members() {
            match key {
                "properties" | "$defs" | "definitions" => {
                    for (name, child) in child.members() {
                        self.queue.push_back((child, inner, extended(&place, name)));
                    }
                }
                "patternProperties" => {
                    for (index, (_, child)) in child.members().enumerate() {
                        self.queue.push_back((
                            child,
                            inner,
                            extended(&place, &numbered("value", index)),
                        ));
                    }
                }
                "dependentSchemas" => {
                    for (name, child) in child.members() {
                        self.queue.push_back((child, test, extended(&place, name)));
                    }
                }
                "prefixItems" => self.list(child, &place, "item", inner),
                "items" if child.is_array() => self.list(child, &place, "item", inner),
                "allOf" => self.list(child, &place, "part", inner),
                "anyOf" | "oneOf" => self.list(child, &place, "variant", inner),
                "items" | "unevaluatedItems" | "additionalItems" => {
                    self.queue
                        .push_back((child, inner, extended(&place, "item")));
                }
                "additionalProperties" | "unevaluatedProperties" => {
                    self.queue
                        .push_back((child, inner, extended(&place, "value")));
                }
                "propertyNames" | "x-propertyNames" => {
                    self.queue
                        .push_back((child, test, extended(&place, "name")));
                }
                "not" | "if" | "then" | "else" | "contains" => {
                    self.queue.push_back((child, test, extended(&place, key)));
                }
                _ => {}
            }
        }
        self.sites.push(Site {
            node: node.id,
            place,
            is_component,
            tests,
        });
    }

    fn list(&mut self, list: NodeRef<'t>, place: &[String], word: &str, kind: Kind) {
        for (index, child) in list.items().enumerate() {
            let title = child
                .get("title")
                .and_then(NodeRef::as_str)
                .filter(|title| word == "variant" && !title.is_empty());
            let word = title.map_or_else(|| format!("{word}{}", index + 1), ToOwned::to_owned);
            self.queue.push_back((child, kind, extended(place, &word)));
        }
    }
}

const SCHEMA: Kind = Kind::Schema {
    component: false,
    tests: false,
};

fn extended(words: &[String], word: &str) -> Vec<String> {
    let mut out = Vec::with_capacity(words.len() + 1);
    out.extend_from_slice(words);
    out.push(word.to_owned());
    out
}

fn numbered(word: &str, index: usize) -> String {
    if index == 0 {
        word.to_owned()
    } else {
        format!("{word}{}", index + 1)
    }
}

/// Words for a schema that only a reference leads to: the last of its pointer, or its file's name.
fn place_of(node: NodeRef<'_>) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = node;
    loop {
        let Some(parent) = at.parent() else {
            let name = std::path::Path::new(&node.source().name);
            let stem = name
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned());
            words.push(stem.unwrap_or_else(|| "schema".to_owned()));
            break;
        };
        match at.key() {
            Some(key @ ("schema" | "items" | "additionalProperties")) => words.push(key.to_owned()),
            Some(key) => {
                words.push(key.to_owned());
                break;
            }
            None => words.push("item".to_owned()),
        }
        at = parent;
    }
    words.reverse();
    words
}
