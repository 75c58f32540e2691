//! The files of a document: the root, and those its references lead to.

use super::{
    pointer::{self, Fault},
    uri,
};
use crate::{
    Fetch, Source,
    diagnostic::Sink,
    read::{self, Guard, Limits, NodeId, NodeRef, Tree},
};
use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// Which files were read, and where their parts are.
pub(crate) struct Files {
    /// Where each file is, by its index in the tree; `None` for text without a path.
    places: Vec<Option<Place>>,
    /// The folder that all files have to be in.
    base: PathBuf,
    roots: HashMap<Place, Result<NodeId, String>>,
    /// `$anchor`s, by the root of their schema resource: a file, or a schema with an `$id`.
    anchors: HashMap<(NodeId, Box<str>), NodeId>,
    /// Schemas with an `$id`, by their whole URI. Hardly a document has any.
    resources: HashMap<String, NodeId>,
}

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    File(PathBuf),
    Url(String),
}

impl Files {
    /// Reads the root source and every file that its references lead to, step by step.
    pub(crate) fn load(
        source: Source,
        fetch: Option<&Fetch>,
        tree: &mut Tree,
        sink: &Sink,
    ) -> Option<(Self, NodeId)> {
        let mut guard = Guard::new();
        let source = Arc::new(source);
        let root = read::parse(tree, &source, &mut guard, sink)?;
        guard.keep();
        let place = source.path.as_ref().map(|path| Place::File(normal(path)));
        let mut files = Self {
            places: vec![place.clone()],
            base: source
                .path
                .as_ref()
                .map(|path| parent(path))
                .unwrap_or_default(),
            roots: place.map(|place| (place, Ok(root))).into_iter().collect(),
            anchors: HashMap::new(),
            resources: HashMap::new(),
        };
        let mut scanned = 0;
        loop {
            let wanted = files.scan(tree, scanned);
            scanned = tree.len();
            if wanted.is_empty() {
                return Some((files, root));
            }
            for place in wanted {
                let asked = matches!(place, Place::File(_)) || fetch.is_some();
                if !asked
                    || files.roots.contains_key(&place)
                    || files.roots.len() >= Limits::DEFAULT.files
                {
                    continue;
                }
                let outcome = files.read(&place, fetch, tree, &mut guard, sink);
                files.roots.insert(place, outcome);
            }
        }
    }

    fn read(
        &mut self,
        place: &Place,
        fetch: Option<&Fetch>,
        tree: &mut Tree,
        guard: &mut Guard,
        sink: &Sink,
    ) -> Result<NodeId, String> {
        let source = match (place, fetch) {
            (Place::File(path), _) => read::read_file(path),
            // A document from elsewhere has no business with this machine's files.
            (Place::Url(url), Some(_)) if !is_http(url) => {
                return Err("only http and https are followed".to_owned());
            }
            (Place::Url(url), Some(fetch)) => read::source_from(url, fetch(url)?),
            (Place::Url(_), None) => return Err("the network is not used".to_owned()),
        };
        let source = source.map_err(|diagnostic| diagnostic.message)?;
        let files = tree.sources().count();
        let root = read::parse(tree, &Arc::new(source), guard, sink);
        guard.keep();
        if tree.sources().count() > files {
            self.places.push(Some(place.clone()));
        }
        root.ok_or_else(|| "it is neither JSON nor YAML".to_owned())
    }

    /// Notes the anchors of newly read nodes, and gives the files they refer to.
    fn scan(&mut self, tree: &Tree, from: usize) -> Vec<Place> {
        let mut wanted = Vec::new();
        for node in tree.iter().skip(from) {
            if id_of(node).is_some() {
                self.resources.entry(base_of(node)).or_insert(node.id);
            }
            for keyword in ["$anchor", "$dynamicAnchor"] {
                if let Some(name) = node.get(keyword).and_then(NodeRef::as_str) {
                    let key = (resource_of(node).id, name.into());
                    self.anchors.entry(key).or_insert(node.id);
                }
            }
            let Some(reference) = node.get("$ref").and_then(NodeRef::as_str) else {
                continue;
            };
            let file = reference.split('#').next().unwrap_or_default();
            if file.is_empty() {
                continue;
            }
            match self.locate(node, file) {
                Ok(place @ Place::Url(_)) => wanted.push(place),
                Ok(Place::File(path)) if is_document(&path) => wanted.push(Place::File(path)),
                _ => {}
            }
        }
        wanted
    }

    /// Where a reference leads from a file: what is on another host stays there.
    fn locate(&self, from: NodeRef<'_>, file: &str) -> Result<Place, Fault> {
        let base = match self.places.get(from.file()).and_then(Option::as_ref) {
            _ if uri::is_remote(file) => {
                let base = match self.places.get(from.file()) {
                    Some(Some(Place::Url(url))) => url.as_str(),
                    _ => "",
                };
                return Ok(Place::Url(uri::join(base, file)));
            }
            Some(Place::Url(url)) => return Ok(Place::Url(uri::join(url, file))),
            Some(Place::File(path)) => parent(path),
            None => {
                let why = "the document has no folder to look in";
                return Err(Fault::File(file.to_owned(), why.to_owned()));
            }
        };
        let path = normal(&base.join(pointer::percent_decode(file)));
        let inside = path.strip_prefix(&self.base).is_ok_and(|rest| {
            rest.components()
                .all(|part| matches!(part, Component::Normal(_)))
        });
        if inside {
            Ok(Place::File(path))
        } else {
            Err(Fault::Outside(file.to_owned()))
        }
    }

    /// The node a reference leads to. On the way, references that stand where a part is looked for
    /// are followed, `budget` of them at most.
    pub(crate) fn resolve<'t>(
        &self,
        from: NodeRef<'t>,
        reference: &str,
        budget: usize,
    ) -> Result<NodeRef<'t>, Fault> {
        self.resolve_within(from, reference, &mut { budget })
    }

    /// The schema with an `$id` that a reference leads to, if there is one.
    fn resource<'t>(&self, from: NodeRef<'t>, file: &str) -> Option<NodeRef<'t>> {
        if self.resources.is_empty() {
            return None;
        }
        let id = self.resources.get(&uri::join(&base_of(from), file))?;
        Some(from.tree.at(*id))
    }

    fn resolve_within<'t>(
        &self,
        from: NodeRef<'t>,
        reference: &str,
        budget: &mut usize,
    ) -> Result<NodeRef<'t>, Fault> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let root = match self.resource(from, file) {
            Some(resource) => resource,
            None if file.is_empty() => from.file_root().ok_or(Fault::Circle)?,
            None => {
                let place = self.locate(from, file)?;
                match (self.roots.get(&place), place) {
                    (Some(Ok(root)), _) => from.tree.at(*root),
                    (Some(Err(why)), _) => return Err(Fault::File(file.to_owned(), why.clone())),
                    (None, Place::Url(_)) => return Err(Fault::Remote(reference.to_owned())),
                    (None, Place::File(_)) => {
                        let why = "it is no .yaml or .json file".to_owned();
                        return Err(Fault::File(file.to_owned(), why));
                    }
                }
            }
        };
        let fragment = pointer::percent_decode(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let key = (root.id, fragment.as_str().into());
            return match self.anchors.get(&key) {
                Some(id) => Ok(from.tree.at(*id)),
                None => Err(missing(reference, root, &fragment)),
            };
        }
        let mut at = root;
        for token in fragment.split('/').skip(1) {
            let token = pointer::unescape(token);
            loop {
                if let Some(next) = pointer::child(at, &token) {
                    at = next;
                    break;
                }
                let Some(inner) = at.get("$ref").and_then(NodeRef::as_str) else {
                    return Err(missing(reference, at, &token));
                };
                *budget = budget.checked_sub(1).ok_or(Fault::Circle)?;
                at = self.resolve_within(at, inner, budget)?;
            }
        }
        Ok(at)
    }
}

fn is_http(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// Whether a file may be a document, by its name.
fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn missing(reference: &str, reached: NodeRef<'_>, token: &str) -> Fault {
    Fault::Missing {
        reference: reference.to_owned(),
        reached: reached.pointer(),
        token: token.to_owned(),
        near: pointer::nearest(reached, token),
    }
}

/// A schema's `$id`, where it is a URI of its own.
fn id_of(node: NodeRef<'_>) -> Option<&str> {
    let id = node.get("$id")?.as_str()?;
    let id = id.split('#').next()?;
    (!id.is_empty()).then_some(id)
}

/// The schema resource a node belongs to: the nearest schema with an `$id`, or the file.
fn resource_of(node: NodeRef<'_>) -> NodeRef<'_> {
    let mut at = node;
    while id_of(at).is_none() {
        match at.parent() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}

/// The base URI at a node: its `$id` and those around it, joined.
fn base_of(node: NodeRef<'_>) -> String {
    let mut ids = Vec::new();
    let mut at = Some(node);
    while let Some(node) = at {
        ids.extend(id_of(node));
        at = node.parent();
    }
    ids.iter()
        .rev()
        .fold(String::new(), |base, id| uri::join(&base, id))
}

fn parent(path: &Path) -> PathBuf {
    normal(path.parent().unwrap_or(Path::new("")))
}

/// The path without `.` and with `..` taken where it can be, by its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
