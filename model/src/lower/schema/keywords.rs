//! One schema's keywords, upgraded to 2020-12.

use super::{
    super::{Context, extensions},
    dialect, discriminator, limits, literal, types,
};
use crate::{
    Diagnostic, Options,
    api::{Schema, SchemaId, TypeSet, Value},
    diagnostic::Code,
    document::{sites::Site, version::Version},
    read::NodeRef,
};
use indexmap::{IndexMap, IndexSet};
use std::collections::HashSet;

/// Reads everything a schema says.
pub(super) fn read<'t>(
    context: &Context<'t>,
    options: &Options,
    node: NodeRef<'t>,
    site: &Site,
    schema: &mut Schema,
) {
    if let Some(value) = node.as_bool() {
        schema.boolean = Some(value);
        if !value {
            schema.types = TypeSet::NONE;
        }
        return;
    }
    if !node.is_object() {
        context.warn(
            node,
            Code::NoSchema,
            format!("a schema is an object, and this is {}", node.kind()),
        );
        return;
    }
    if node.has("$ref") {
        schema.reference = Some(target(context, schema, context.refs.step(node), node));
        if context.version == Version::V30 {
            let siblings: Vec<&str> = node
                .members()
                .map(|(name, _)| name)
                .filter(|name| {
                    !matches!(*name, "$ref" | "description" | "summary" | "title")
                        && !name.starts_with("x-")
                })
                .collect();
            if !siblings.is_empty() {
                context.warn(
                    node.get("$ref").unwrap_or(node),
                    Code::IgnoredSiblings,
                    format!(
                        "`{}` beside `$ref` says nothing in OpenAPI 3.0",
                        siblings.join("`, `")
                    ),
                );
            }
            return;
        }
    }
    annotations(context, node, schema);
    types::types(context, node, schema);
    literals(context, options, node, schema);
    if schema.boolean.is_some() {
        return;
    }
    strings(context, node, schema);
    if !options.assert_formats {
        let describes = |format: &String| format == "binary" || format == "password";
        schema.string.format = schema.string.format.take().filter(describes);
    }
    numbers(context, node, schema);
    arrays(context, node, schema);
    objects(context, node, schema);
    applicators(context, node, schema);
    dialect::unsupported(context, node, schema);
    dialect::newer(context, node);
    if options.as_meant && !site.tests {
        types::infer(context, node, schema);
    }
}

/// The schema a reference leads to; a broken one where it leads nowhere.
pub(super) fn target<'t>(
    context: &Context<'t>,
    schema: &Schema,
    target: Option<NodeRef<'t>>,
    node: NodeRef<'t>,
) -> SchemaId {
    match target {
        Some(target) => context.schema_at(target),
        None => context.add(node.origin(), schema.place.clone(), true),
    }
}

/// What describes and does not constrain.
pub(super) fn annotations<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    schema.title = context.text(node, "title");
    schema.description = context.text(node, "description");
    schema.default = node.get("default").map(NodeRef::to_value);
    schema.deprecated = context.flag(node, "deprecated");
    schema.read_only = context.flag(node, "readOnly");
    schema.write_only = context.flag(node, "writeOnly");
    schema.examples = node
        .get("examples")
        .into_iter()
        .flat_map(NodeRef::items)
        .map(NodeRef::to_value)
        .collect();
    schema
        .examples
        .extend(node.get("example").map(NodeRef::to_value));
    schema.extensions = extensions(node);
}

fn literals<'t>(context: &Context<'t>, options: &Options, node: NodeRef<'t>, schema: &mut Schema) {
    schema.constant = node
        .get("const")
        .map(|value| literal(context, value, schema.types));
    let Some(written) = node.get("enum") else {
        return;
    };
    if !written.is_array() {
        context.wrong_kind(written, "enum", "a list");
        return;
    }
    let mut seen = HashSet::new();
    let values: Vec<Value> = written
        .items()
        .map(|value| literal(context, value, schema.types))
        .filter(|value| seen.insert(literal::key(value)))
        .collect();
    if values.is_empty() {
        context.warn(written, Code::EmptyEnum, "`enum` has no values");
        // By the letter it may stand in 3.1, and nothing is valid (JSON Schema Validation §6.1.2).
        if !options.as_meant && context.version != Version::V30 {
            schema.types = TypeSet::NONE;
            schema.boolean = Some(false);
        }
        return;
    }
    let nullable = context.version == Version::V30
        && node.get("nullable").and_then(NodeRef::as_bool) == Some(true);
    if nullable && !values.contains(&Value::Null) {
        context.tell(
            Diagnostic::new(
                Code::NullNotInEnum,
                "`nullable` is true, but `enum` does not list null",
            )
            .at(written.key_span())
            .help("add null to the enum if it is a valid value"),
        );
    }
    schema.enumeration = Some(values);
}

/// A value of `enum` or `const`. Where only text can be valid, a value that YAML reads as something else
/// (`true`, `1.0`) is the text as it stands.
fn literal<'t>(context: &Context<'t>, node: NodeRef<'t>, types: TypeSet) -> Value {
    let value = node.to_value();
    if types.contains(literal::type_of(&value)) {
        return value;
    }
    let span = node.span();
    let text = span.source.text.get(span.range.clone()).unwrap_or_default();
    let is_text = types.without(TypeSet::NULL) == TypeSet::STRING && node.scalar_text().is_some();
    let message = format!("this value is {}, which `type` does not allow", node.kind());
    let diagnostic = Diagnostic::new(Code::BadEnumValue, message).at(span.clone());
    if is_text {
        context.tell(diagnostic.help(format!("it is read as text; write \"{text}\" in quotes")));
        return Value::String(text.to_owned());
    }
    context.tell(diagnostic.help("it can never be valid: leave it out, or allow its type"));
    value
}

fn strings<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    schema.string.min_length =
        limits::length(context, node, "minLength").filter(|length| *length > 0);
    schema.string.max_length = limits::length(context, node, "maxLength");
    schema.string.pattern = context.text(node, "pattern");
    if let (Some(pattern), Some(at)) = (&schema.string.pattern, node.get("pattern")) {
        check_pattern(context, at, pattern);
    }
    schema.string.format = context.text(node, "format");
    schema.string.content_encoding = context.text(node, "contentEncoding");
    schema.string.content_media_type = context.text(node, "contentMediaType");
    limits::ordered(
        context,
        node,
        "minLength",
        schema.string.min_length,
        "maxLength",
        schema.string.max_length,
    );
}

fn numbers<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    schema.number.minimum = limits::number(context, node, "minimum");
    schema.number.maximum = limits::number(context, node, "maximum");
    schema.number.multiple_of = limits::number(context, node, "multipleOf").filter(|factor| {
        let fine = factor.as_f64() > 0.0;
        if !fine {
            context.warn(
                node.get("multipleOf").unwrap_or(node),
                Code::BadKeyword,
                "`multipleOf` has to be above 0",
            );
        }
        fine
    });
    for (key, limit, exclusive) in [
        (
            "exclusiveMinimum",
            &mut schema.number.minimum,
            &mut schema.number.exclusive_minimum,
        ),
        (
            "exclusiveMaximum",
            &mut schema.number.maximum,
            &mut schema.number.exclusive_maximum,
        ),
    ] {
        let Some(written) = node.get(key) else {
            continue;
        };
        // 3.0 has a flag on the plain limit, 3.1 a limit of its own: read as written, whichever it is.
        let flag = written.as_bool();
        match (flag.is_some(), context.version) {
            (true, Version::V31 | Version::V32) => context.warn(
                written,
                Code::OlderKeyword,
                format!("`{key}` is a number since 3.1; the flag is read as 3.0 means it"),
            ),
            (false, Version::V30) => context.warn(
                written,
                Code::NewerKeyword,
                format!("`{key}` is a flag in 3.0; the number is read as 3.1 means it"),
            ),
            _ => {}
        }
        match flag {
            Some(true) => *exclusive = limit.take(),
            Some(false) => {}
            None => *exclusive = limits::number(context, node, key),
        }
    }
    if let (Some(low), Some(high)) = (&schema.number.minimum, &schema.number.maximum)
        && low.as_f64() > high.as_f64()
    {
        limits::contradictory(context, node, "minimum", "maximum");
    }
}

fn arrays<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    let array = &mut schema.array;
    match node.get("items") {
        // Before 2020-12 a list of schemas under `items` was what `prefixItems` is now.
        Some(items) if items.is_array() => {
            context.warn(
                items,
                Code::OlderKeyword,
                "`items` is one schema; a list is read as `prefixItems`",
            );
            array.prefix_items = items.items().map(|item| context.schema_at(item)).collect();
            array.items = child(context, node, "additionalItems");
        }
        Some(items) if !items.is_null() => array.items = Some(context.schema_at(items)),
        _ => {}
    }
    if let Some(prefix) = node.get("prefixItems") {
        array.prefix_items = prefix.items().map(|item| context.schema_at(item)).collect();
    }
    array.contains = child(context, node, "contains");
    array.min_contains = limits::length(context, node, "minContains");
    array.max_contains = limits::length(context, node, "maxContains");
    array.min_items = limits::length(context, node, "minItems").filter(|length| *length > 0);
    array.max_items = limits::length(context, node, "maxItems");
    array.unique_items = context.flag(node, "uniqueItems");
    array.unevaluated_items = child(context, node, "unevaluatedItems");
    limits::ordered(
        context,
        node,
        "minItems",
        array.min_items,
        "maxItems",
        array.max_items,
    );
}

fn objects<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    let object = &mut schema.object;
    object.properties = schemas(context, node, "properties");
    object.required = match node.get("required") {
        Some(flag) if flag.as_bool().is_some() => {
            context.warn(
                flag,
                Code::RequiredFlag,
                "`required` is a list of property names, not a flag",
            );
            IndexSet::new()
        }
        _ => context.texts(node, "required").into_iter().collect(),
    };
    object.additional_properties = child(context, node, "additionalProperties");
    object.pattern_properties = schemas(context, node, "patternProperties");
    for (pattern, at) in context.map(node, "patternProperties") {
        check_pattern(context, at, pattern);
    }
    object.property_names =
        child(context, node, "propertyNames").or_else(|| child(context, node, "x-propertyNames"));
    object.min_properties =
        limits::length(context, node, "minProperties").filter(|length| *length > 0);
    object.max_properties = limits::length(context, node, "maxProperties");
    object.unevaluated_properties = child(context, node, "unevaluatedProperties");
    object.dependent_schemas = schemas(context, node, "dependentSchemas");
    if let Some(dependent) = node.get("dependentRequired") {
        object.dependent_required = dependent
            .members()
            .map(|(name, _)| (name.to_owned(), context.texts(dependent, name)))
            .collect();
    }
    limits::ordered(
        context,
        node,
        "minProperties",
        object.min_properties,
        "maxProperties",
        object.max_properties,
    );
}

fn applicators<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    let list = |key: &str| -> Vec<SchemaId> {
        context
            .list(node, key)
            .into_iter()
            .map(|item| context.schema_at(item))
            .collect()
    };
    schema.all_of = list("allOf");
    schema.any_of = list("anyOf");
    schema.one_of = list("oneOf");
    schema.not = child(context, node, "not");
    schema.condition = child(context, node, "if");
    if schema.condition.is_some() {
        schema.then = child(context, node, "then");
        schema.otherwise = child(context, node, "else");
    }
    schema.discriminator = discriminator::discriminator(context, node);
}

fn child<'t>(context: &Context<'t>, node: NodeRef<'t>, key: &str) -> Option<SchemaId> {
    node.get(key)
        .filter(|child| !child.is_null())
        .map(|child| context.schema_at(child))
}

fn schemas<'t>(context: &Context<'t>, node: NodeRef<'t>, key: &str) -> IndexMap<String, SchemaId> {
    let Some(map) = node.get(key) else {
        return IndexMap::new();
    };
    if !map.is_object() {
        context.wrong_kind(map, key, "an object");
    }
    map.members()
        .map(|(name, child)| (name.to_owned(), context.schema_at(child)))
        .collect()
}

/// Tells of a pattern that is no regular expression of ECMA-262, with or without Unicode sets.
fn check_pattern<'t>(context: &Context<'t>, at: NodeRef<'t>, pattern: &str) {
    let read = regress::Regex::with_flags(pattern, "u").or_else(|_| regress::Regex::new(pattern));
    if let Err(error) = read {
        context.tell(
            Diagnostic::new(
                Code::BadPattern,
                format!("`{pattern}` is no regular expression: {error}"),
            )
            .at(at.span())
            .help("patterns are ECMA-262's; it is not checked"),
        );
    }
}
