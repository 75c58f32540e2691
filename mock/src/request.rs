//! Requests, held to the document.

use crate::Mock;
use crate::form;
use crate::operation::{is_json, list, text};
use counterpart_contract_tests::form::{is_form, read};
use counterpart_model::Direction;
use counterpart_model::api::{
    Api, Operation, ParameterContent, ParameterLocation, SchemaId, Shape, Style as Written,
};
use counterpart_runtime::server::Input;
use counterpart_runtime::{Kind, Location, Parameter, Style, Value, Violation, Violations};

/// How deep the schema of a parameter is looked into.
const DEEPEST: usize = 6;

/// A parameter: how it is read, and what it is held to.
pub(crate) struct Known {
    spec: Parameter,
    required: bool,
    schema: Option<SchemaId>,
}

/// The parameters of an operation. What stands in `Accept`, `Content-Type` and `Authorization` is others' business
/// (OAS §4.8.12.1).
pub(crate) fn parameters(api: &Api, operation: &Operation) -> Vec<Known> {
    let known = operation.parameters.iter().filter_map(|parameter| {
        let name = parameter.name.as_str();
        let ours = match parameter.location {
            ParameterLocation::Path => operation.path.contains(&format!("{{{name}}}")),
            ParameterLocation::Header => !["accept", "content-type", "authorization"]
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other)),
            ParameterLocation::Query | ParameterLocation::Cookie => true,
        };
        if !ours {
            return None;
        }
        let schema = parameter.schema();
        let kind = schema.map_or(Kind::Any, |schema| kind(api, schema, 0));
        let name = text(name);
        let mut spec = match parameter.location {
            ParameterLocation::Path => Parameter::path(name, kind),
            ParameterLocation::Query => Parameter::query(name, kind),
            ParameterLocation::Header => Parameter::header(name, kind),
            ParameterLocation::Cookie => Parameter::cookie(name, kind),
        };
        spec = match &parameter.content {
            ParameterContent::Media { .. } => spec.json(),
            ParameterContent::Styled { style, explode, .. } => {
                let style = match style {
                    Written::Matrix => Style::Matrix,
                    Written::Label => Style::Label,
                    Written::Simple => Style::Simple,
                    Written::Form => Style::Form,
                    Written::SpaceDelimited => Style::SpaceDelimited,
                    Written::PipeDelimited => Style::PipeDelimited,
                    Written::DeepObject => Style::DeepObject,
                };
                spec.style(style, *explode)
            }
        };
        if parameter.allow_empty_value {
            spec = spec.allow_empty();
        }
        Some(Known {
            spec,
            required: parameter.required,
            schema,
        })
    });
    known.collect()
}

/// What a parameter's text stands for.
fn kind(api: &Api, schema: SchemaId, depth: usize) -> Kind {
    if depth > DEEPEST {
        return Kind::Any;
    }
    let next = |id: SchemaId| kind(api, id, depth + 1);
    let kept = |kind: Kind| -> &'static Kind { Box::leak(Box::new(kind)) };
    match &api.schema(schema).shape {
        Shape::Boolean => Kind::Boolean,
        Shape::Integer(_) => Kind::Integer,
        Shape::Number { .. } => Kind::Number,
        Shape::String(_) => Kind::String,
        Shape::Enum(of) if of.strings().is_some() => Kind::String,
        Shape::Array { items } => Kind::Array(kept(items.map_or(Kind::Any, next))),
        Shape::Map { values } => Kind::Map(kept(values.map_or(Kind::Any, next))),
        Shape::Object(object) => Kind::Object(list(
            object
                .fields
                .iter()
                .map(|field| (text(&field.name), next(field.schema)))
                .collect(),
        )),
        Shape::Union(union) => Kind::OneOf(list(
            union
                .variants
                .iter()
                .map(|variant| next(variant.schema))
                .collect(),
        )),
        Shape::Reference(target) => next(*target),
        Shape::Enum(_) | Shape::Any(_) | Shape::Never | Shape::Null | Shape::Tuple { .. } => {
            Kind::Any
        }
    }
}

/// Everything that is wrong with a request.
///
/// # Errors
/// Where something is.
pub(crate) fn judge(
    mock: &Mock,
    operation: &Operation,
    parameters: &[Known],
    input: &Input,
) -> Result<(), Violations> {
    input.collect(|mut collector| {
        for known in parameters {
            let judged = |value: &Value| match known.schema {
                Some(schema) => violations(mock, schema, value),
                None => Violations::new(),
            };
            collector.value(&known.spec, known.required, judged);
        }
        for violation in body(mock, operation, input).iter() {
            collector.push(violation.clone());
        }
        collector.finish(|| Some(()))
    })
}

/// What is wrong with a body. JSON and forms are held to their schemas.
fn body(mock: &Mock, operation: &Operation, input: &Input) -> Violations {
    let Some(body) = &operation.body else {
        return Violations::new();
    };
    let Some(media_type) = input.media_type() else {
        if body.required {
            return Violation::new(Location::Body, "", "required", "the body is required").into();
        }
        return Violations::new();
    };
    let content = body.content.get(media_type);
    let Some((content, schema)) = content.and_then(|it| Some((it, it.schema?))) else {
        return Violations::new();
    };
    if is_form(media_type) {
        let content_type = input.content_type().unwrap_or(media_type);
        return match form::pairs(content_type, input.body()) {
            Ok(pairs) => judged(mock, schema, &read(&mock.judge, content, pairs)),
            Err(words) => Violation::new(Location::Body, "", "form", words).into(),
        };
    }
    if !is_json(media_type) {
        return Violations::new();
    }
    let wrong = |words: &str| Violation::new(Location::Body, "", "json", words).into();
    let Ok(text) = std::str::from_utf8(input.body()) else {
        return wrong("is not JSON: it is not UTF-8");
    };
    match Value::from_json(text) {
        Ok(value) => violations(mock, schema, &value),
        Err(_) => wrong("is not JSON"),
    }
}

fn violations(mock: &Mock, schema: SchemaId, value: &Value) -> Violations {
    match serde_json::from_str(&value.to_json()) {
        Ok(value) => judged(mock, schema, &value),
        Err(_) => Violations::new(),
    }
}

fn judged(mock: &Mock, schema: SchemaId, value: &serde_json::Value) -> Violations {
    let mut all = Violations::new();
    for found in mock.judge.violations(schema, Direction::Request, value) {
        let mut violation = Violation::new(Location::Body, "", "schema", found.message);
        violation.pointer = found.pointer;
        all.push(violation);
    }
    all
}
