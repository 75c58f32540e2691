//! The root: info, servers, tags, components, and what ties the parts together.

use super::{Context, extensions, security, server};
use crate::{
    Diagnostic,
    api::{Api, Tag},
    diagnostic::Code,
    read::NodeRef,
};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Everything but operations, events and schemas.
pub(super) fn read<'t>(context: &Context<'t>, root: NodeRef<'t>, openapi: String) -> Api {
    let info = context.object(root, "info");
    let field = |key: &str| info.and_then(|info| context.text(info, key));
    let (title, version) = (field("title"), field("version"));
    if title.is_none() || version.is_none() {
        let at = root
            .get("info")
            .or_else(|| root.get("openapi"))
            .unwrap_or(root);
        context.tell(
            Diagnostic::new(Code::MissingInfo, "`info` needs a `title` and a `version`")
                .at(at.key_span())
                .help("placeholders stand in for what is missing"),
        );
    }
    if !["paths", "webhooks", "x-webhooks", "components"]
        .iter()
        .any(|key| root.has(key))
    {
        context.warn(
            root.get("openapi").unwrap_or(root),
            Code::NoPaths,
            "the document has neither `paths` nor `webhooks` nor `components`",
        );
    }
    let mut servers = server::read(context, root);
    if servers.is_empty() {
        servers.push(server::default());
    }
    let components = context.object(root, "components");
    let security_schemes = components
        .map(|components| security::schemes(context, components))
        .unwrap_or_default();
    Api {
        title: title.unwrap_or_else(|| "API".to_owned()),
        version: version.unwrap_or_else(|| "0.0.0".to_owned()),
        description: field("description"),
        openapi,
        servers,
        tags: tags(context, root),
        operations: Vec::new(),
        events: Vec::new(),
        callbacks: Vec::new(),
        schemas: Vec::new(),
        components: components
            .map(|components| {
                let schemas = context.object(components, "schemas");
                schemas
                    .into_iter()
                    .flat_map(|schemas| schemas.members())
                    .map(|(name, node)| (name.to_owned(), context.schema_at(node)))
                    .collect::<IndexMap<_, _>>()
            })
            .unwrap_or_default(),
        security_schemes,
        extensions: extensions(root),
        origin: root.origin(),
        recursive: Vec::new(),
    }
}

fn tags<'t>(context: &Context<'t>, root: NodeRef<'t>) -> Vec<Tag> {
    let mut seen = HashSet::new();
    context
        .list(root, "tags")
        .into_iter()
        .filter_map(|tag| {
            let name = match tag.as_str() {
                Some(name) => name.to_owned(),
                None => context.text(tag, "name")?,
            };
            // A description may be a reference to a Markdown file, which is nobody's text here.
            let description = tag
                .get("description")
                .and_then(NodeRef::as_str)
                .map(ToOwned::to_owned);
            seen.insert(name.clone())
                .then_some(Tag { name, description })
        })
        .collect()
}

/// Adds the tags that only operations name.
pub(super) fn complete_tags(api: &mut Api) {
    let mut known: HashSet<String> = api.tags.iter().map(|tag| tag.name.clone()).collect();
    let named = api.operations.iter().chain(api.sent());
    let missing: Vec<Tag> = named
        .flat_map(|operation| &operation.tags)
        .filter(|tag| known.insert((*tag).clone()))
        .map(|tag| Tag {
            name: tag.clone(),
            description: None,
        })
        .collect();
    api.tags.extend(missing);
}
