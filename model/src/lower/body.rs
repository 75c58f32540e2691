//! Request bodies, and the media types that bodies and responses share.

use super::Context;
use crate::{
    Diagnostic,
    api::{Body, Example, MediaType},
    diagnostic::Code,
    read::NodeRef,
};
use indexmap::IndexMap;

/// `requestBody`.
pub(super) fn read<'t>(context: &Context<'t>, operation: NodeRef<'t>) -> Option<Body> {
    let holder = operation.get("requestBody")?;
    let node = context.object(operation, "requestBody")?;
    if !node.is_object() {
        context.wrong_kind(node, "requestBody", "an object");
        return None;
    }
    let content = content(context, node);
    if content.is_empty() {
        context.tell(
            Diagnostic::new(Code::EmptyBody, "this request body has no `content`")
                .at(holder.key_span()),
        );
    }
    Some(Body {
        description: context.text(node, "description"),
        required: context.flag(node, "required"),
        content,
        origin: holder.origin(),
    })
}

/// `content`: media types by their names.
pub(super) fn content<'t>(context: &Context<'t>, node: NodeRef<'t>) -> IndexMap<String, MediaType> {
    context
        .map(node, "content")
        .into_iter()
        .filter_map(|(name, entry)| {
            if !is_media_type(name) {
                context.tell(
                    Diagnostic::new(Code::BadMediaType, format!("`{name}` is no media type"))
                        .at(entry.key_span())
                        .help("a media type has a slash: `application/json`"),
                );
            }
            let entry = context.refs.follow(entry)?;
            if !entry.is_object() {
                context.wrong_kind(entry, name, "an object");
            }
            Some((name.to_owned(), media_type(context, entry)))
        })
        .collect()
}

fn media_type<'t>(context: &Context<'t>, node: NodeRef<'t>) -> MediaType {
    MediaType {
        schema: node.get("schema").map(|schema| context.schema_at(schema)),
        item_schema: node
            .get("itemSchema")
            .map(|schema| context.schema_at(schema)),
        examples: examples(context, node),
        encoding: context
            .map(node, "encoding")
            .into_iter()
            .map(|(name, encoding)| (name.to_owned(), encoding.to_value()))
            .collect(),
        origin: node.origin(),
    }
}

/// `example` and `examples` of a parameter, header or media type.
pub(super) fn examples<'t>(context: &Context<'t>, node: NodeRef<'t>) -> Vec<Example> {
    let mut examples = Vec::new();
    if let Some(example) = node.get("example") {
        examples.push(Example {
            name: String::new(),
            summary: None,
            value: example.to_value(),
            origin: example.origin(),
        });
    }
    for (name, holder) in context.map(node, "examples") {
        let Some(example) = context.refs.follow(holder) else {
            continue;
        };
        // 3.2 has `dataValue` beside the older `value`; `externalValue` is on another host.
        let Some(value) = example.get("dataValue").or_else(|| example.get("value")) else {
            continue;
        };
        examples.push(Example {
            name: name.to_owned(),
            summary: context.text(example, "summary"),
            value: value.to_value(),
            origin: value.origin(),
        });
    }
    examples
}

fn is_media_type(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/') {
        Some((kind, subtype)) => [kind, subtype].iter().all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
        }),
        None => false,
    }
}
