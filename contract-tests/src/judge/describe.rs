//! Violations in words.

use super::{Judge, Violation};
use counterpart_model::{Api, api::SchemaId};
use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

/// Characters of a value that are shown.
const SHOWN: usize = 120;
/// Allowed values that are listed.
const LISTED: usize = 20;

/// One error of the validator, about a keyword of `schema`.
pub(super) fn violation(judge: &Judge, error: &ValidationError<'_>, schema: SchemaId) -> Violation {
    let api = &*judge.api;
    let value = error.instance().as_ref();
    let keyword = keyword(api, error, schema);
    let expected = expected(error, &keyword);
    let found = match error.kind() {
        Kind::Required { .. } => "no such property".to_owned(),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            shorten(&unexpected.join(", "))
        }
        Kind::PropertyNames { error } => shorten(&error.instance().to_string()),
        _ if is_secret(api, schema) => "a value that is not shown".to_owned(),
        _ => found(value, &keyword),
    };
    let message = format!("expected {expected}, found {found}");
    let origin = judge.origin(schema, &keyword);
    Violation {
        pointer: error.instance_path().as_str().to_owned(),
        keyword,
        expected,
        found,
        message,
        schema,
        origin,
    }
}

/// Whether the engine gave up: then nothing is known, and nobody is accused.
pub(super) fn is_undecided(error: &ValidationError<'_>) -> bool {
    matches!(
        error.kind(),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. }
    )
}

/// Whether the document calls the values of a schema secret.
fn is_secret(api: &Api, schema: SchemaId) -> bool {
    let schema = api.schema(schema);
    schema.write_only || schema.string.format.as_deref() == Some("password")
}

/// A value as text, cut off where it gets long; of an object only the names, since members may be secret.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let names: Vec<&str> = members.keys().map(String::as_str).collect();
            shorten(&format!(
                "an object with {}",
                if names.is_empty() {
                    "nothing in it".to_owned()
                } else {
                    names.join(", ")
                }
            ))
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            format!("an array of {} items", items.len())
        }
        other => shorten(&other.to_string()),
    }
}

fn found(value: &Value, keyword: &str) -> String {
    match (keyword, value) {
        ("minLength" | "maxLength", Value::String(text)) => {
            format!("{} ({} characters)", show(value), text.chars().count())
        }
        ("minItems" | "maxItems", Value::Array(items)) => format!("{} items", items.len()),
        ("minProperties" | "maxProperties", Value::Object(members)) => {
            format!("{} properties", members.len())
        }
        _ => show(value),
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn keyword(api: &Api, error: &ValidationError<'_>, schema: SchemaId) -> String {
    match error.kind() {
        Kind::Custom { .. } => "format".to_owned(),
        // The crate reports what `dependentRequired` asks for as if `required` did.
        Kind::Required { .. } if error.schema_path().as_str().contains("/dependentRequired") => {
            "dependentRequired".to_owned()
        }
        // The validator has one kind of error for both.
        Kind::Required { .. } if error.schema_path().as_str().contains("/dependentRequired") => {
            "dependentRequired".to_owned()
        }
        Kind::FalseSchema if api.schema(schema).write_only => "writeOnly".to_owned(),
        Kind::FalseSchema => {
            let last = error
                .schema_path()
                .as_str()
                .rsplit('/')
                .next()
                .unwrap_or_default();
            let known = [
                "items",
                "additionalProperties",
                "unevaluatedItems",
                "propertyNames",
            ];
            known
                .into_iter()
                .find(|name| *name == last)
                .unwrap_or("false")
                .to_owned()
        }
        kind => kind.keyword().to_owned(),
    }
}

fn expected(error: &ValidationError<'_>, keyword: &str) -> String {
    let count = |limit: u64, one: &str, many: &str| {
        format!("{limit} {}", if limit == 1 { one } else { many })
    };
    match error.kind() {
        Kind::Type { kind } => types(kind),
        Kind::Enum { options } => match options.as_ref() {
            Value::Array(all) => one_of(all),
            other => show(other),
        },
        Kind::Constant { expected_value } => show(expected_value),
        Kind::MinLength { limit } => {
            format!("at least {}", count(*limit, "character", "characters"))
        }
        Kind::MaxLength { limit } => {
            format!("at most {}", count(*limit, "character", "characters"))
        }
        Kind::Pattern { pattern } => format!("text that matches {pattern}"),
        Kind::Format { format } => format!("text in the format {format}"),
        Kind::Minimum { limit } => format!("at least {limit}"),
        Kind::Maximum { limit } => format!("at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Kind::MinItems { limit } => format!("at least {}", count(*limit, "item", "items")),
        Kind::MaxItems { limit } => format!("at most {}", count(*limit, "item", "items")),
        Kind::AdditionalItems { limit } => format!("no item after the first {limit}"),
        Kind::UnevaluatedItems { .. } => "no other items".to_owned(),
        Kind::UniqueItems => "items that all differ".to_owned(),
        Kind::Contains => "an item of the kind that has to be among them".to_owned(),
        Kind::MinProperties { limit } => {
            format!("at least {}", count(*limit, "property", "properties"))
        }
        Kind::MaxProperties { limit } => {
            format!("at most {}", count(*limit, "property", "properties"))
        }
        Kind::Required { property } => {
            format!("the property {}", property.as_str().unwrap_or_default())
        }
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            "no other properties".to_owned()
        }
        Kind::PropertyNames { error } => format!("property names: {}", expected(error, keyword)),
        Kind::Not { .. } => "what the schema under not refuses".to_owned(),
        Kind::AnyOf { .. } => "what at least one of the schemas allows".to_owned(),
        Kind::OneOfNotValid { .. } => "what one of the schemas allows".to_owned(),
        Kind::OneOfMultipleValid { .. } => "what exactly one of the schemas allows".to_owned(),
        Kind::Custom { message, .. } => message.clone(),
        Kind::FalseSchema if keyword == "writeOnly" => "no property that is writeOnly".to_owned(),
        Kind::FalseSchema => "nothing here".to_owned(),
        Kind::BacktrackLimitExceeded { .. } => {
            "text that the pattern can be matched with".to_owned()
        }
        _ => error.to_string(),
    }
}

pub(super) fn one_of(all: &[Value]) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| show(value), str::to_owned);
    let listed: Vec<String> = all.iter().take(LISTED).map(text).collect();
    let more = if all.len() > LISTED { ", …" } else { "" };
    match listed.as_slice() {
        [only] if all.len() == 1 => only.clone(),
        _ => format!("one of {}{more}", listed.join(", ")),
    }
}

fn types(kind: &TypeKind) -> String {
    let name = |name: &str| match name {
        "null" => "null".to_owned(),
        "integer" | "array" | "object" => format!("an {name}"),
        _ => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(one) => name(&one.to_string()),
        TypeKind::Multiple(several) => {
            let names: Vec<String> = several.iter().map(|one| name(&one.to_string())).collect();
            names.join(" or ")
        }
    }
}
