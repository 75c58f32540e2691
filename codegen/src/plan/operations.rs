//! What becomes of operations: tags, requests, responses.

use super::status::status_name;
use super::{Expr, Plan};
use crate::config::Config;
use crate::names::{Scope, constant_name, field_name, item_name, type_name, variant_name};
use counterpart_model::Api;
use counterpart_model::api::{
    MediaType, Operation, Parameter, ParameterLocation, Response, SchemaId, Shape, StatusKey, Value,
};
use indexmap::IndexMap;

/// A tag: a module and a trait.
#[derive(Debug)]
pub(crate) struct TagPlan<'a> {
    /// As the document spells it; empty for operations without a tag.
    pub(crate) tag: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) operations: Vec<OperationPlan<'a>>,
    /// Whether it is the API that sends them: events and callbacks.
    pub(crate) sent: bool,
}

/// An operation: a constant, a method, a request, a response.
#[derive(Debug)]
pub(crate) struct OperationPlan<'a> {
    pub(crate) operation: &'a Operation,
    /// What to call it where it has no path: the event, or the callback with its URL.
    pub(crate) label: Option<String>,
    pub(crate) constant: String,
    pub(crate) method: String,
    pub(crate) request: String,
    pub(crate) response: String,
    pub(crate) parameters: Vec<ParameterPlan<'a>>,
    /// The name of the body's field, its ways, and the enum that holds them where there are several.
    pub(crate) body: Option<BodyPlan>,
    pub(crate) responses: Vec<ResponsePlan<'a>>,
}

/// A request's or response's body.
#[derive(Debug)]
pub(crate) struct BodyPlan {
    pub(crate) rust: String,
    pub(crate) required: bool,
    /// Where it has several ways.
    pub(crate) enumeration: Option<String>,
    pub(crate) ways: Vec<BodyWay>,
}

/// One of the ways a body is written.
#[derive(Debug)]
pub(crate) struct BodyWay {
    pub(crate) variant: String,
    pub(crate) media_types: Vec<String>,
    pub(crate) coding: Coding,
    /// The type, where it has one.
    pub(crate) expr: Option<Expr>,
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Coding {
    Json,
    /// Pairs, or parts: the properties whose `encoding` names a style, the style, and whether it is exploded.
    Form(Vec<(String, &'static str, bool)>),
    /// Items, a line each: all of them.
    Lines,
    /// Items as they come: `JsonLines` or `Events`.
    Stream(&'static str),
    /// Bytes.
    Raw,
}

/// A parameter: a field of the request.
#[derive(Debug)]
pub(crate) struct ParameterPlan<'a> {
    pub(crate) parameter: &'a Parameter,
    pub(crate) rust: String,
    pub(crate) expr: Expr,
    pub(crate) presence: Presence,
}

/// Whether a parameter has to be there.
#[derive(Debug)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// With a default, as JSON.
    Default(String),
}

/// A response: a variant.
#[derive(Debug)]
pub(crate) struct ResponsePlan<'a> {
    pub(crate) status: StatusKey,
    pub(crate) response: &'a Response,
    pub(crate) variant: String,
    pub(crate) body: Option<BodyPlan>,
    pub(crate) headers: Option<HeadersPlan<'a>>,
}

/// A response's headers: a struct.
#[derive(Debug)]
pub(crate) struct HeadersPlan<'a> {
    pub(crate) name: String,
    /// The response under `components.responses` they belong to: one struct for all that use it.
    pub(crate) component: Option<&'a str>,
    pub(crate) fields: Vec<HeaderPlan<'a>>,
}

/// A header: a field.
#[derive(Debug)]
pub(crate) struct HeaderPlan<'a> {
    pub(crate) rust: String,
    pub(crate) name: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) expr: Expr,
    pub(crate) required: bool,
}

/// Operations by first tag, in the order of the document's tags.
pub(super) fn tags<'a>(api: &'a Api, config: &Config) -> Vec<TagPlan<'a>> {
    let mut by_tag: IndexMap<&str, TagPlan<'a>> = IndexMap::new();
    let plan = |tag: &'a str, description| TagPlan {
        tag,
        description,
        module: String::new(),
        name: String::new(),
        operations: Vec::new(),
        sent: false,
    };
    for tag in &api.tags {
        by_tag.insert(&tag.name, plan(&tag.name, tag.description.as_deref()));
    }
    let mut constants = Scope::default();
    let mut methods = Scope::default();
    for operation in api
        .operations
        .iter()
        .filter(|operation| config.selects(operation))
    {
        let tag = operation.tags.first().map_or("", String::as_str);
        let id = operation.id.0.as_str();
        by_tag
            .entry(tag)
            .or_insert_with(|| plan(tag, None))
            .operations
            .push(OperationPlan {
                operation,
                constant: constants.take(constant_name(id)),
                method: methods.take(item_name(&[id])),
                ..OperationPlan::unnamed(operation)
            });
    }
    let mut modules = Scope::with(["responses"]);
    let mut tags: Vec<_> = by_tag
        .into_values()
        .filter(|tag| !tag.operations.is_empty())
        .collect();
    for tag in &mut tags {
        tag.module = modules.take(if tag.tag.is_empty() {
            "default".to_owned()
        } else {
            item_name(&[tag.tag])
        });
    }
    let events = api
        .events
        .iter()
        .map(|event| (&event.operation, format!("`{}`", event.name)));
    let callbacks = api.callbacks.iter().map(|callback| {
        let (name, cause) = (&callback.name, &callback.caused_by);
        let label = format!("`{name}` of `{cause}`, to `{}`", callback.expression);
        (&callback.operation, label)
    });
    let sent: [(&str, Vec<_>); 2] = [
        ("webhooks", events.collect()),
        ("callbacks", callbacks.collect()),
    ];
    for (tag, operations) in sent {
        if operations.is_empty() || !config.selects_all() {
            continue;
        }
        let operations = operations
            .into_iter()
            .map(|(operation, label)| OperationPlan {
                label: Some(label),
                constant: constants.take(constant_name(&operation.id.0)),
                method: methods.take(item_name(&[&operation.id.0])),
                ..OperationPlan::unnamed(operation)
            });
        tags.push(TagPlan {
            module: modules.take(tag.to_owned()),
            operations: operations.collect(),
            sent: true,
            ..plan(tag, None)
        });
    }
    tags
}

impl<'a> OperationPlan<'a> {
    fn unnamed(operation: &'a Operation) -> Self {
        Self {
            operation,
            label: None,
            constant: String::new(),
            method: String::new(),
            request: String::new(),
            response: String::new(),
            parameters: Vec::new(),
            body: None,
            responses: Vec::new(),
        }
    }
}

/// Names the traits, requests and responses, stepping around the operations' own schemas.
pub(super) fn name_items(tags: &mut [TagPlan<'_>], scope: &mut Scope) {
    for name in crate::names::reserved::OPERATIONS {
        scope.take((*name).to_owned());
    }
    for tag in &mut *tags {
        let name = if tag.tag.is_empty() {
            "DefaultOperations".to_owned()
        } else {
            type_name(&[tag.tag])
        };
        tag.name = scope.take(name);
    }
    for operation in tags.iter_mut().flat_map(|tag| &mut tag.operations) {
        let id = operation.operation.id.0.as_str();
        operation.request = scope.take(type_name(&[id, "request"]));
        operation.response = scope.take(type_name(&[id, "response"]));
    }
}

/// Fills in fields and variants, now that every schema has its type.
pub(super) fn name(plan: &mut Plan<'_>) {
    let mut tags = std::mem::take(&mut plan.tags);
    let mut scope = Scope::with(crate::names::reserved::OPERATIONS.iter().copied());
    for ty in plan
        .types
        .values()
        .filter(|ty| matches!(ty.home, super::Home::Operations(_)))
    {
        scope.take(ty.name.clone());
    }
    for tag in &tags {
        scope.take(tag.name.clone());
        for operation in &tag.operations {
            scope.take(operation.request.clone());
            scope.take(operation.response.clone());
        }
    }
    let mut components: IndexMap<&str, String> = IndexMap::new();
    for of in tags.iter_mut().flat_map(|tag| &mut tag.operations) {
        let operation = of.operation;
        let id = operation.id.0.as_str();
        let mut fields = Scope::default();
        if let Some(body) = &operation.body {
            let ways = plan.ways(&body.content, true);
            let enumeration =
                (ways.len() > 1).then(|| scope.take(type_name(&[id, "request", "body"])));
            let rust = fields.take("body".to_owned());
            of.body = (!ways.is_empty()).then_some(BodyPlan {
                rust,
                required: body.required,
                enumeration,
                ways,
            });
        }
        of.parameters = plan.parameters(operation, &mut fields);
        let mut variants = Scope::default();
        for (status, response) in &operation.responses {
            let component = response.component.as_deref();
            let once = operation
                .responses
                .values()
                .filter(|other| other.component.as_deref() == component)
                .count()
                == 1;
            let variant = variants.take(match component {
                Some(name) if once => variant_name(name),
                _ => status_name(*status),
            });
            let headers = (!response.headers.is_empty()).then(|| {
                let name = match component {
                    Some(component) => components
                        .entry(component)
                        .or_insert_with(|| scope.take(type_name(&[component, "headers"])))
                        .clone(),
                    None => scope.take(type_name(&[id, variant.as_str(), "headers"])),
                };
                plan.headers(name, component, response)
            });
            let ways = plan.ways(&response.content, false);
            let enumeration =
                (ways.len() > 1).then(|| scope.take(type_name(&[id, variant.as_str(), "body"])));
            let body = BodyPlan {
                rust: "body".to_owned(),
                required: true,
                enumeration,
                ways,
            };
            let body = (!response.content.is_empty()).then_some(body);
            of.responses.push(ResponsePlan {
                status: *status,
                response,
                variant,
                body,
                headers,
            });
        }
    }
    plan.tags = tags;
}

impl<'a> Plan<'a> {
    fn headers(
        &self,
        name: String,
        component: Option<&'a str>,
        response: &'a Response,
    ) -> HeadersPlan<'a> {
        let mut scope = Scope::default();
        let fields = response.headers.iter().map(|(name, header)| HeaderPlan {
            rust: scope.take(field_name(name)),
            name,
            description: header.description.as_deref(),
            expr: header
                .schema
                .map_or(Expr::Plain("String"), |schema| self.expr(schema)),
            required: header.required,
        });
        HeadersPlan {
            name,
            component,
            fields: fields.collect(),
        }
    }

    /// The ways of a `content` map: each type of JSON, forms, and everything else as bytes.
    fn ways(&self, content: &IndexMap<String, MediaType>, asked: bool) -> Vec<BodyWay> {
        let mut ways: Vec<BodyWay> = Vec::new();
        for (media_type, media) in content {
            let (coding, kind, expr) = self.coding(media_type, media, asked);
            let mergeable = !matches!(coding, Coding::Form(_));
            if let Some(way) = ways
                .iter_mut()
                .find(|way| mergeable && way.coding == coding && way.expr == expr)
            {
                way.media_types.push(media_type.clone());
            } else {
                let number = ways
                    .iter()
                    .filter(|way| way.variant.starts_with(kind))
                    .count();
                let variant = if number == 0 {
                    kind.to_owned()
                } else {
                    format!("{kind}{}", number + 1)
                };
                ways.push(BodyWay {
                    variant,
                    media_types: vec![media_type.clone()],
                    coding,
                    expr,
                });
            }
        }
        ways
    }

    /// How a body of a media type is written, what to call that, and its type.
    fn coding(
        &self,
        media_type: &str,
        media: &MediaType,
        asked: bool,
    ) -> (Coding, &'static str, Option<Expr>) {
        let essence = essence(media_type);
        let item = || self.item_of(media);
        match essence.as_str() {
            "text/event-stream" if !asked => {
                let data = self
                    .data_of(media)
                    .or_else(item)
                    .unwrap_or(Expr::Plain("String"));
                return (Coding::Stream("Events"), "Events", Some(data));
            }
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/json-seq" => {
                let item = item().unwrap_or(Expr::Value);
                return if asked {
                    (Coding::Lines, "Lines", Some(item))
                } else {
                    (Coding::Stream("JsonLines"), "Lines", Some(item))
                };
            }
            _ => {}
        }
        if is_json(media_type) {
            let expr = media.schema.map_or(Expr::Value, |schema| self.expr(schema));
            return (Coding::Json, "Json", Some(expr));
        }
        let kind = match essence.as_str() {
            "application/x-www-form-urlencoded" => "Form",
            "multipart/form-data" => "Multipart",
            _ => "Raw",
        };
        match media
            .schema
            .filter(|schema| kind != "Raw" && self.has_members(*schema))
        {
            Some(schema) => (Coding::Form(styles(media)), kind, Some(self.expr(schema))),
            None => (Coding::Raw, "Raw", None),
        }
    }

    /// The type of an event's data, where `itemSchema` describes the event with all its fields (OAS 3.2 §4.14.3).
    fn data_of(&self, media: &MediaType) -> Option<Expr> {
        match &self.api.schema(self.api.resolve(media.item_schema?)).shape {
            Shape::Object(object) => {
                let data = object.fields.iter().find(|field| field.name == "data")?;
                Some(self.expr(data.schema))
            }
            _ => None,
        }
    }

    /// The type of an item of a body of items: that of `itemSchema`; else, as documents before 3.2 have it, that of a
    /// list's items, or of the schema itself. Text is no item: it stands for the body as a whole.
    fn item_of(&self, media: &MediaType) -> Option<Expr> {
        if let Some(item) = media.item_schema {
            return Some(self.expr(item));
        }
        let schema = media.schema?;
        match &self.api.schema(self.api.resolve(schema)).shape {
            Shape::Array { items } => Some(items.map_or(Expr::Value, |items| self.expr(items))),
            Shape::String(_) => None,
            _ => Some(self.expr(schema)),
        }
    }

    /// Whether values of the schema may be objects, as what a form says is.
    fn has_members(&self, id: SchemaId) -> bool {
        matches!(
            self.api.schema(self.api.resolve(id)).shape,
            Shape::Object(_) | Shape::Map { .. } | Shape::Union(_) | Shape::Any(_)
        )
    }

    fn parameters(&self, operation: &'a Operation, fields: &mut Scope) -> Vec<ParameterPlan<'a>> {
        let mut plans = Vec::new();
        let mut used: Vec<String> = vec!["body".to_owned()];
        for parameter in operation
            .parameters
            .iter()
            .filter(|parameter| is_read(parameter, operation))
        {
            let plain = field_name(&parameter.name);
            let name = if used.contains(&plain) {
                field_name(&format!(
                    "{} {}",
                    parameter.location.as_str(),
                    parameter.name
                ))
            } else {
                plain
            };
            used.push(name.clone());
            let schema = parameter.schema();
            let presence = match schema.and_then(|schema| self.default(schema)) {
                _ if parameter.required => Presence::Required,
                Some(default) => Presence::Default(default),
                None => Presence::Optional,
            };
            plans.push(ParameterPlan {
                parameter,
                rust: fields.take(name),
                expr: schema.map_or(Expr::Plain("String"), |schema| self.expr(schema)),
                presence,
            });
        }
        plans
    }
}

/// Whether a parameter is read from requests: `Accept`, `Content-Type` and `Authorization` are the business of
/// content negotiation and security (OAS §4.8.12.1), and a path only holds what its template names.
fn is_read(parameter: &Parameter, operation: &Operation) -> bool {
    match parameter.location {
        ParameterLocation::Path => operation.path.contains(&format!("{{{}}}", parameter.name)),
        ParameterLocation::Header => !["accept", "content-type", "authorization"]
            .iter()
            .any(|name| parameter.name.eq_ignore_ascii_case(name)),
        ParameterLocation::Query | ParameterLocation::Cookie => true,
    }
}

/// The properties whose `encoding` names a style (OAS §4.8.15.1): how their values become text.
fn styles(media: &MediaType) -> Vec<(String, &'static str, bool)> {
    let styles = media.encoding.iter().filter_map(|(name, encoding)| {
        let style = encoding.get("style").and_then(Value::as_str);
        let explode = encoding.get("explode").and_then(Value::as_bool);
        let style = match style {
            None if explode.is_none() => return None,
            Some("spaceDelimited") => "SpaceDelimited",
            Some("pipeDelimited") => "PipeDelimited",
            Some("deepObject") => "DeepObject",
            _ => "Form",
        };
        Some((name.clone(), style, explode.unwrap_or(style == "Form")))
    });
    styles.collect()
}

/// A media type in lower case, without parameters.
fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether a media type is JSON (RFC 6839 §3.1), or any type at all, which JSON is.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "*/*" | "text/json")
        || essence.ends_with("+json")
}
