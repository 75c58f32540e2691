//! One operation, with what its path item and the root say merged in.

use super::{Context, body, extensions, parameter, response, security, server};
use crate::{
    api::{Operation, OperationId},
    document::operations::OperationSite,
    read::NodeRef,
};

/// Reads an operation. Whatever is wrong in it stays in it.
pub(super) fn read<'t>(context: &Context<'t>, site: &OperationSite<'t>) -> Operation {
    let node = site.node;
    let shared = |key: &str| {
        site.item
            .get(key)
            .and_then(NodeRef::as_str)
            .map(ToOwned::to_owned)
    };
    let mut servers = server::read(context, node);
    if servers.is_empty() && site.item.get("servers").is_some() {
        servers = site
            .item
            .get("servers")
            .and_then(NodeRef::parent)
            .map(|holder| server::read(context, holder))
            .unwrap_or_default();
    }
    let mut extensions = extensions(node);
    for (name, value) in site
        .item
        .members()
        .filter(|(name, _)| name.starts_with("x-"))
    {
        extensions
            .entry(name.to_owned())
            .or_insert_with(|| value.to_value());
    }
    // An event is sent by the API: the root's `security` is about requests to it.
    let security = security::requirements(context, node).or_else(|| {
        if site.event.is_some() {
            None
        } else {
            security::requirements(context, context.document.root())
        }
    });
    Operation {
        id: OperationId(site.id.clone()),
        method: site.method,
        path: site.path.clone(),
        tags: context.texts(node, "tags"),
        summary: context.text(node, "summary").or_else(|| shared("summary")),
        description: context
            .text(node, "description")
            .or_else(|| shared("description")),
        deprecated: context.flag(node, "deprecated"),
        parameters: parameter::read(context, site),
        body: body::read(context, node),
        responses: response::read(context, node, site.event.is_some()),
        security: security.unwrap_or_default(),
        servers,
        extensions,
        origin: node.origin(),
    }
}
