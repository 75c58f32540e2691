//! Responses: status keys, headers, content, links.

use super::{Context, body, extensions};
use crate::{
    Diagnostic,
    api::{Header, Link, OperationId, Response, StatusKey},
    diagnostic::Code,
    read::NodeRef,
};
use indexmap::IndexMap;

/// `responses`.
pub(super) fn read<'t>(
    context: &Context<'t>,
    operation: NodeRef<'t>,
    event: bool,
) -> IndexMap<StatusKey, Response> {
    let entries = context.map(operation, "responses");
    if entries.is_empty() && !event {
        context.tell(
            Diagnostic::new(Code::MissingResponses, "this operation has no responses")
                .at(operation.get("responses").unwrap_or(operation).key_span())
                .help("document at least the answer to a request that succeeds"),
        );
    }
    let mut responses = IndexMap::new();
    for (key, holder) in entries {
        let Some(status) = status_key(key) else {
            context.tell(
                Diagnostic::new(Code::BadStatus, format!("`{key}` is no status"))
                    .at(holder.key_span())
                    .help("a code from 100 to 599, `1XX` to `5XX`, or `default`; this response is left out"),
            );
            continue;
        };
        let Some(node) = context.refs.follow(holder) else {
            // The status stays documented, so that an answer with it is no surprise.
            responses.insert(status, undescribed(holder));
            continue;
        };
        if !node.is_object() {
            context.wrong_kind(node, key, "an object");
        }
        responses.insert(status, one(context, holder, node));
    }
    responses
}

fn status_key(key: &str) -> Option<StatusKey> {
    if key == "default" {
        return Some(StatusKey::Default);
    }
    let bytes = key.as_bytes();
    if let [digit @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] = bytes {
        return Some(StatusKey::Range(digit - b'0'));
    }
    let code: u16 = (bytes.len() == 3).then(|| key.parse().ok()).flatten()?;
    (100..600).contains(&code).then_some(StatusKey::Code(code))
}

fn undescribed(holder: NodeRef<'_>) -> Response {
    Response {
        description: String::new(),
        headers: IndexMap::new(),
        content: IndexMap::new(),
        links: IndexMap::new(),
        unread: true,
        component: None,
        extensions: IndexMap::new(),
        origin: holder.origin(),
    }
}

fn one<'t>(context: &Context<'t>, holder: NodeRef<'t>, node: NodeRef<'t>) -> Response {
    let description = context.text(node, "description");
    if description.is_none() && node.is_object() {
        context.warn(
            node,
            Code::MissingDescription,
            "this response has no `description`",
        );
    }
    let component = holder
        .get("$ref")
        .and_then(NodeRef::as_str)
        .and_then(|text| text.strip_prefix("#/components/responses/"))
        .map(crate::refs::unescape);
    Response {
        description: description.unwrap_or_default(),
        headers: headers(context, node),
        content: body::content(context, node),
        links: links(context, node),
        unread: false,
        component,
        extensions: extensions(node),
        origin: holder.origin(),
    }
}

fn headers<'t>(context: &Context<'t>, node: NodeRef<'t>) -> IndexMap<String, Header> {
    context
        .object(node, "headers")
        .into_iter()
        .flat_map(|headers| headers.members())
        // Header names may well begin with `x-`: they are no extensions.
        .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
        .filter_map(|(name, holder)| {
            let header = context.refs.follow(holder)?;
            if !header.is_object() {
                context.wrong_kind(header, name, "an object");
                return None;
            }
            let media = context.map(header, "content");
            let media = media.first().and_then(|(_, entry)| entry.get("schema"));
            let schema = header.get("schema").or(media);
            Some((
                name.to_owned(),
                Header {
                    description: context.text(header, "description"),
                    required: context.flag(header, "required"),
                    schema: schema.map(|schema| context.schema_at(schema)),
                    origin: holder.origin(),
                },
            ))
        })
        .collect()
}

fn links<'t>(context: &Context<'t>, node: NodeRef<'t>) -> IndexMap<String, Link> {
    context
        .map(node, "links")
        .into_iter()
        .filter_map(|(name, holder)| {
            let link = context.refs.follow(holder)?;
            Some((
                name.to_owned(),
                Link {
                    operation: target(context, link),
                    parameters: context
                        .map(link, "parameters")
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value.to_value()))
                        .collect(),
                    request_body: link.get("requestBody").map(NodeRef::to_value),
                    elsewhere: link.get("server").is_some(),
                    origin: holder.origin(),
                },
            ))
        })
        .collect()
}

fn target<'t>(context: &Context<'t>, link: NodeRef<'t>) -> Option<OperationId> {
    let (found, named) = if let Some(id) = context.text(link, "operationId") {
        let found = context
            .operations
            .values()
            .find(|known| **known == id)
            .cloned();
        (found, id)
    } else {
        let reference = context.text(link, "operationRef")?;
        let node = context.document.files.resolve(link, &reference, 100).ok();
        (
            node.and_then(|node| context.operations.get(&node.id).cloned()),
            reference,
        )
    };
    if found.is_none() {
        context.tell(
            Diagnostic::new(
                Code::UnknownLinkTarget,
                format!("no operation is called `{named}`"),
            )
            .at(link.key_span()),
        );
    }
    found.map(OperationId)
}
