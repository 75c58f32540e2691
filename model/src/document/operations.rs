//! Which operations a document has, and what each is called.

use crate::{
    api::Method,
    diagnostic::{Code, Diagnostic, Sink},
    read::{NodeId, NodeRef},
    refs::Refs,
};
use std::collections::{HashMap, HashSet};

/// An operation's place, before anything in it is read.
pub(crate) struct OperationSite<'t> {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// The path template; empty for events.
    pub(crate) path: String,
    pub(crate) node: NodeRef<'t>,
    /// The path item, and what its `$ref` leads to.
    pub(crate) item: Item<'t>,
    /// The event's or callback's name, where it is one: the API sends it.
    pub(crate) event: Option<String>,
    /// Where it is a callback: the expression for its URL, and the operation that causes it.
    pub(crate) callback: Option<(String, NodeId)>,
}

/// A path item: the object itself first, then what its `$ref` leads to.
#[derive(Clone)]
pub(crate) struct Item<'t> {
    layers: Vec<NodeRef<'t>>,
}

impl<'t> Item<'t> {
    fn new(node: NodeRef<'t>, refs: &Refs<'_>) -> Self {
        let mut layers = vec![node];
        if node.has("$ref") {
            layers.extend(refs.follow(node));
        }
        Self { layers }
    }

    /// The first layer's member of that name.
    pub(crate) fn get(&self, name: &str) -> Option<NodeRef<'t>> {
        self.layers.iter().find_map(|layer| layer.get(name))
    }

    /// Every member; of two with the same name, the first layer's.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'t str, NodeRef<'t>)> {
        let mut seen = HashSet::new();
        self.layers
            .iter()
            .flat_map(|layer| layer.members())
            .filter(move |(name, _)| seen.insert(*name))
    }
}

/// Every operation and event of the document, in document order, with unique ids.
pub(crate) fn list<'t>(root: NodeRef<'t>, refs: &Refs<'_>, sink: &Sink) -> Vec<OperationSite<'t>> {
    let mut sites = Vec::new();
    if let Some(paths) = section(root, "paths", refs, sink) {
        for (path, node) in paths {
            if path.starts_with("x-") || path == "$ref" {
                continue;
            }
            let template = slashed(path, node, sink);
            collect(node, &template, None, refs, sink, &mut sites);
        }
    }
    for key in ["webhooks", "x-webhooks"] {
        for (name, node) in section(root, key, refs, sink).unwrap_or_default() {
            if name.starts_with("x-") || name == "$ref" {
                continue;
            }
            collect(node, "", Some(name), refs, sink, &mut sites);
        }
    }
    callbacks(refs, sink, &mut sites);
    name(&mut sites, sink);
    sites
}

/// Adds the callbacks of the operations there are; one that several operations refer to once, with the first.
fn callbacks<'t>(refs: &Refs<'_>, sink: &Sink, sites: &mut Vec<OperationSite<'t>>) {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for site in &*sites {
        let callbacks = site.node.get("callbacks");
        for (name, callback) in callbacks.into_iter().flat_map(NodeRef::members) {
            let Some(callback) = refs.follow(callback).filter(|node| seen.insert(node.id)) else {
                continue;
            };
            let items = callback
                .members()
                .filter(|(key, _)| !key.starts_with("x-") && *key != "$ref");
            for (expression, item) in items {
                let from = found.len();
                collect(item, "", Some(name), refs, sink, &mut found);
                for callback in found.iter_mut().skip(from) {
                    callback.callback = Some((expression.to_owned(), site.node.id));
                }
            }
        }
    }
    sites.extend(found);
}

/// The members of a section that may itself be a reference to a file with all of them.
fn section<'t>(
    root: NodeRef<'t>,
    key: &str,
    refs: &Refs<'_>,
    sink: &Sink,
) -> Option<Vec<(&'t str, NodeRef<'t>)>> {
    let node = root.get(key)?;
    if !node.is_object() {
        sink.push(
            Diagnostic::new(
                Code::WrongKind,
                format!("`{key}` is {}, but has to be an object", node.kind()),
            )
            .at(node.key_span()),
        );
        return None;
    }
    Some(Item::new(node, refs).members().collect())
}

fn slashed(path: &str, node: NodeRef<'_>, sink: &Sink) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    sink.push(
        Diagnostic::new(
            Code::BadPath,
            format!("the path `{path}` does not start with `/`"),
        )
        .at(node.key_span())
        .help(format!("write `/{path}`")),
    );
    format!("/{path}")
}

fn collect<'t>(
    node: NodeRef<'t>,
    path: &str,
    event: Option<&str>,
    refs: &Refs<'_>,
    sink: &Sink,
    sites: &mut Vec<OperationSite<'t>>,
) {
    if !node.is_object() {
        sink.push(
            Diagnostic::new(
                Code::WrongKind,
                format!("a path item is an object, not {}", node.kind()),
            )
            .at(node.key_span()),
        );
        return;
    }
    let item = Item::new(node, refs);
    for (key, operation) in item.members() {
        let Some(method) = method(key) else {
            if matches!(key, "query" | "additionalOperations") {
                sink.push(
                    Diagnostic::new(
                        Code::UnknownMethod,
                        format!("operations under `{key}` are not read yet"),
                    )
                    .at(operation.key_span()),
                );
            }
            continue;
        };
        let Some(operation) = refs
            .follow(operation)
            .filter(|operation| operation.is_object())
        else {
            sink.push(
                Diagnostic::new(
                    Code::BrokenOperation,
                    format!("the `{key}` operation is no object"),
                )
                .at(operation.key_span())
                .help("it is left out"),
            );
            continue;
        };
        sites.push(OperationSite {
            id: String::new(),
            method,
            path: path.to_owned(),
            node: operation,
            item: item.clone(),
            event: event.map(ToOwned::to_owned),
            callback: None,
        });
    }
}

fn method(key: &str) -> Option<Method> {
    Method::ALL
        .into_iter()
        .find(|method| method.as_str().eq_ignore_ascii_case(key))
}

/// Gives each operation its id: the declared ones first, so that a derived one never takes theirs.
fn name(sites: &mut [OperationSite<'_>], sink: &Sink) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for index in 0..sites.len() {
        let Some(declared) = sites[index].node.get("operationId") else {
            continue;
        };
        let Some(id) = declared.as_str().filter(|id| !id.trim().is_empty()) else {
            sink.push(
                Diagnostic::new(
                    Code::WrongKind,
                    "`operationId` has to be text that is not empty",
                )
                .at(declared.span())
                .help("the operation is named after its method and path"),
            );
            continue;
        };
        if let Some(first) = taken.get(id) {
            let first = sites[*first].node.get("operationId").unwrap_or(declared);
            sink.push(
                Diagnostic::new(
                    Code::DuplicateOperationId,
                    format!("the operationId `{id}` is used twice"),
                )
                .at(declared.span())
                .related(first.span(), "first here")
                .help("the later operation is named after its method and path"),
            );
            continue;
        }
        taken.insert(id.to_owned(), index);
        sites[index].id = id.to_owned();
    }
    for (index, site) in sites.iter_mut().enumerate() {
        if !site.id.is_empty() {
            continue;
        }
        let base = derive(site);
        let mut id = base.clone();
        let mut count = 2_usize;
        while taken.contains_key(&id) {
            id = format!("{base}_{count}");
            count += 1;
        }
        taken.insert(id.clone(), index);
        site.id = id;
    }
}

/// `GET /customers/{id}` → `get_customers_id`.
fn derive(site: &OperationSite<'_>) -> String {
    let place = site.event.as_deref().unwrap_or(&site.path);
    let words = place
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let method = site.method.as_str().to_ascii_lowercase();
    std::iter::once(method.as_str())
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}
