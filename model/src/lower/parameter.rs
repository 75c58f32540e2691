//! Parameters: merged, checked against the path, with every default spelled out.

use super::{Context, body, extensions, server};
use crate::{
    Diagnostic,
    api::{Parameter, ParameterContent, ParameterLocation, Style},
    diagnostic::Code,
    document::operations::OperationSite,
    read::NodeRef,
};
use std::collections::HashMap;

/// The parameters of an operation: its path item's, overridden by its own (OAS §4.8.9).
pub(super) fn read<'t>(context: &Context<'t>, site: &OperationSite<'t>) -> Vec<Parameter> {
    let shared = site
        .item
        .get("parameters")
        .map(|list| own(context, list))
        .unwrap_or_default();
    let own = site
        .node
        .get("parameters")
        .map(|list| own(context, list))
        .unwrap_or_default();
    let mut parameters: Vec<Parameter> = shared;
    let mut index: HashMap<_, usize> = parameters
        .iter()
        .enumerate()
        .map(|(at, parameter)| (key(parameter), at))
        .collect();
    for parameter in own {
        match index.get(&key(&parameter)) {
            Some(at) => parameters[*at] = parameter,
            None => {
                index.insert(key(&parameter), parameters.len());
                parameters.push(parameter);
            }
        }
    }
    if site.event.is_none() {
        match_path(context, site, &mut parameters);
    }
    parameters
}

/// What makes a parameter unique; header names do not differ by case.
fn key(parameter: &Parameter) -> (ParameterLocation, String) {
    let name = match parameter.location {
        ParameterLocation::Header => parameter.name.to_ascii_lowercase(),
        _ => parameter.name.clone(),
    };
    (parameter.location, name)
}

/// One `parameters` list, without doubles.
fn own<'t>(context: &Context<'t>, list: NodeRef<'t>) -> Vec<Parameter> {
    if !list.is_array() {
        context.wrong_kind(list, "parameters", "a list");
    }
    let mut seen: HashMap<_, NodeRef<'t>> = HashMap::new();
    let mut parameters = Vec::new();
    for holder in list.items() {
        let Some(node) = context.refs.follow(holder) else {
            continue;
        };
        let Some(parameter) = one(context, node) else {
            continue;
        };
        if let Some(first) = seen.get(&key(&parameter)) {
            context.tell(
                Diagnostic::new(
                    Code::DuplicateParameter,
                    format!(
                        "the {} parameter `{}` is there twice",
                        parameter.location.as_str(),
                        parameter.name
                    ),
                )
                .at(holder.span())
                .related(first.span(), "first here")
                .help("the first one is used"),
            );
            continue;
        }
        seen.insert(key(&parameter), holder);
        parameters.push(parameter);
    }
    parameters
}

fn one<'t>(context: &Context<'t>, node: NodeRef<'t>) -> Option<Parameter> {
    let broken = |what: &str| {
        context.tell(
            Diagnostic::new(Code::BrokenParameter, what.to_owned())
                .at(node.span())
                .help("it is left out"),
        );
    };
    if !node.is_object() {
        broken("a parameter is an object");
        return None;
    }
    let Some(name) = context.text(node, "name") else {
        broken("this parameter has no `name`");
        return None;
    };
    let location = match node.get("in").and_then(NodeRef::as_str) {
        Some("path") => ParameterLocation::Path,
        Some("query") => ParameterLocation::Query,
        Some("header") => ParameterLocation::Header,
        Some("cookie") => ParameterLocation::Cookie,
        Some(other) => {
            broken(&format!(
                "the parameter `{name}` is in `{other}`, which is no place for one"
            ));
            return None;
        }
        None => {
            broken(&format!(
                "the parameter `{name}` does not say where it is (`in`)"
            ));
            return None;
        }
    };
    if location == ParameterLocation::Header
        && ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str())
    {
        context.tell(
            Diagnostic::new(
                Code::IgnoredHeader,
                format!("a header parameter `{name}` is ignored"),
            )
            .at(node.span())
            .help("media types and security schemes describe it (OAS §4.8.12.2)"),
        );
        return None;
    }
    let mut required = context.flag(node, "required");
    if location == ParameterLocation::Path && !required {
        context.tell(
            Diagnostic::new(
                Code::OptionalPathParameter,
                format!("the path parameter `{name}` is not required"),
            )
            .at(node.get("required").unwrap_or(node).span())
            .help("add `required: true`; nothing else is possible"),
        );
        required = true;
    }
    Some(Parameter {
        description: context.text(node, "description"),
        required,
        deprecated: context.flag(node, "deprecated"),
        allow_empty_value: context.flag(node, "allowEmptyValue"),
        allow_reserved: context.flag(node, "allowReserved"),
        content: content(context, node, &name, location),
        examples: body::examples(context, node),
        extensions: extensions(node),
        origin: node.origin(),
        name,
        location,
    })
}

fn content<'t>(
    context: &Context<'t>,
    node: NodeRef<'t>,
    name: &str,
    location: ParameterLocation,
) -> ParameterContent {
    if !node.has("schema") {
        let media = context.map(node, "content");
        if let Some((_, second)) = media.get(1) {
            context.warn(
                *second,
                Code::SeveralContents,
                "a parameter has one media type; the first is used",
            );
        }
        if let Some((media_type, entry)) = media.first() {
            let schema = context
                .refs
                .follow(*entry)
                .and_then(|entry| entry.get("schema"));
            return ParameterContent::Media {
                media_type: (*media_type).to_owned(),
                schema: schema.map(|schema| context.schema_at(schema)),
            };
        }
    }
    let schema = match node.get("schema") {
        Some(schema) => context.schema_at(schema),
        None => {
            context.tell(
                Diagnostic::new(
                    Code::ParameterWithoutSchema,
                    format!("the parameter `{name}` has no `schema`"),
                )
                .at(node.span())
                .help("any value is assumed"),
            );
            context.add(node.origin(), vec![name.to_owned()], false)
        }
    };
    let style = style(context, node, location);
    let explode = context
        .maybe_flag(node, "explode")
        .unwrap_or(style == Style::Form);
    ParameterContent::Styled {
        schema,
        style,
        explode,
    }
}

fn style<'t>(context: &Context<'t>, node: NodeRef<'t>, location: ParameterLocation) -> Style {
    let default = match location {
        ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
        ParameterLocation::Query | ParameterLocation::Cookie => Style::Form,
    };
    let Some(text) = context.text(node, "style") else {
        return default;
    };
    let style = match (text.as_str(), location) {
        ("matrix", ParameterLocation::Path) => Some(Style::Matrix),
        ("label", ParameterLocation::Path) => Some(Style::Label),
        ("simple", ParameterLocation::Path | ParameterLocation::Header) => Some(Style::Simple),
        // 3.2's `cookie` is `form` without percent-encoding.
        ("form", ParameterLocation::Query | ParameterLocation::Cookie)
        | ("cookie", ParameterLocation::Cookie) => Some(Style::Form),
        ("spaceDelimited", ParameterLocation::Query) => Some(Style::SpaceDelimited),
        ("pipeDelimited", ParameterLocation::Query) => Some(Style::PipeDelimited),
        ("deepObject", ParameterLocation::Query) => Some(Style::DeepObject),
        _ => None,
    };
    style.unwrap_or_else(|| {
        if let Some(value) = node.get("style") {
            context.tell(
                Diagnostic::new(
                    Code::BadStyle,
                    format!("`{text}` is no style for a {} parameter", location.as_str()),
                )
                .at(value.span())
                .help("the default style is used"),
            );
        }
        default
    })
}

/// Holds the path parameters against the path's template.
fn match_path(context: &Context<'_>, site: &OperationSite<'_>, parameters: &mut Vec<Parameter>) {
    let names: Vec<&str> = server::names(&site.path).collect();
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|other| other == name) {
            context.tell(
                Diagnostic::new(
                    Code::BadPath,
                    format!("`{{{name}}}` stands twice in the path `{}`", site.path),
                )
                .at(site.node.parent().unwrap_or(site.node).key_span())
                .help("one value is sent for both; give each a name of its own"),
            );
        }
    }
    parameters.retain(|parameter| {
        let stays = parameter.location != ParameterLocation::Path
            || names.contains(&parameter.name.as_str());
        if !stays {
            context.tell(
                Diagnostic::new(
                    Code::UnusedPathParameter,
                    format!("the path `{}` has no `{{{}}}`", site.path, parameter.name),
                )
                .at(parameter.origin.span.clone())
                .help("the parameter is left out"),
            );
        }
        stays
    });
    for name in names {
        let declared = parameters.iter().any(|parameter| {
            parameter.location == ParameterLocation::Path && parameter.name == name
        });
        if declared {
            continue;
        }
        context.tell(
            Diagnostic::new(
                Code::UndeclaredPathParameter,
                format!("`{{{name}}}` of `{}` is declared nowhere", site.path),
            )
            .at(site.node.key_span())
            .help(format!(
                "add a parameter `name: {name}`, `in: path`, `required: true`; a string is assumed"
            )),
        );
        let place = vec![site.id.clone(), name.to_owned()];
        parameters.push(Parameter {
            name: name.to_owned(),
            location: ParameterLocation::Path,
            description: None,
            required: true,
            deprecated: false,
            allow_empty_value: false,
            allow_reserved: false,
            content: ParameterContent::Styled {
                schema: context.add(site.node.origin(), place, false),
                style: Style::Simple,
                explode: false,
            },
            examples: Vec::new(),
            extensions: indexmap::IndexMap::new(),
            origin: site.node.origin(),
        });
    }
}
