//! One schema's keywords, upgraded to 2020-12.

use super::{
    super::{Context, extensions},
    literal,
};
use crate::{
    Diagnostic, Options,
    api::{Discriminator, Number, Schema, SchemaId, TypeSet},
    diagnostic::Code,
    document::{sites::Site, version::Version},
    read::NodeRef,
};
use indexmap::{IndexMap, IndexSet};

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
        reference(context, node, schema);
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
    types(context, node, schema);
    literals(context, node, schema);
    strings(context, node, schema);
    numbers(context, node, schema);
    arrays(context, node, schema);
    objects(context, node, schema);
    applicators(context, node, schema);
    if options.infer_types && !site.tests {
        infer(context, node, schema);
    }
}

fn reference<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    schema.reference = Some(match context.refs.step(node) {
        Some(target) => context.schema_at(target),
        None => context.add(node.origin(), schema.place.clone(), true),
    });
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

fn types<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    let Some(written) = node.get("type") else {
        return;
    };
    let names: Vec<NodeRef<'t>> = if written.is_array() {
        written.items().collect()
    } else {
        vec![written]
    };
    let mut set = TypeSet::NONE;
    for name in names {
        match name.as_str().and_then(named) {
            Some((one, slip)) => {
                if slip {
                    context.warn(
                        name,
                        Code::UnknownType,
                        format!("`{}` is no type", name.as_str().unwrap_or_default()),
                    );
                }
                set = set.union(one);
            }
            // `type: null` without quotes is YAML's null.
            None if name.is_null() => set = set.union(TypeSet::NULL),
            None => {
                let text = name.scalar_text().unwrap_or_else(|| name.kind().to_owned());
                context.tell(
                    Diagnostic::new(Code::UnknownType, format!("`{text}` is no type"))
                        .at(name.span())
                        .help("null, boolean, integer, number, string, array and object are"),
                );
                set = TypeSet::ALL;
            }
        }
    }
    schema.types = if set.is_empty() { TypeSet::ALL } else { set };
    if context.flag(node, "nullable") {
        if context.version > Version::V30 {
            context.warn(
                node.get("nullable").unwrap_or(node),
                Code::NullableIn31,
                format!(
                    "`nullable` is not part of OpenAPI {}",
                    context.version.name()
                ),
            );
        }
        schema.types = schema.types.union(TypeSet::NULL);
    }
}

/// The type of that name, and whether the name is a well-known slip.
fn named(name: &str) -> Option<(TypeSet, bool)> {
    Some(match name {
        "null" => (TypeSet::NULL, false),
        "boolean" => (TypeSet::BOOLEAN, false),
        "integer" => (TypeSet::INTEGER, false),
        "number" => (TypeSet::NUMBER, false),
        "string" => (TypeSet::STRING, false),
        "array" => (TypeSet::ARRAY, false),
        "object" => (TypeSet::OBJECT, false),
        "bool" | "Boolean" => (TypeSet::BOOLEAN, true),
        "int" | "Integer" | "long" => (TypeSet::INTEGER, true),
        "float" | "double" | "Number" | "decimal" => (TypeSet::NUMBER, true),
        "String" | "str" | "text" | "date" | "datetime" | "uuid" => (TypeSet::STRING, true),
        "list" | "Array" => (TypeSet::ARRAY, true),
        "map" | "Object" | "dict" => (TypeSet::OBJECT, true),
        _ => return None,
    })
}

fn literals<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    if let Some(written) = node.get("enum") {
        let mut values = Vec::new();
        for item in written.items() {
            let value = item.to_value();
            if !values.iter().any(|known| literal::equal(known, &value)) {
                values.push(value);
            }
        }
        if values.is_empty() {
            context.warn(written, Code::EmptyEnum, "`enum` has no values");
        } else {
            schema.enumeration = Some(values);
        }
    }
    schema.constant = node.get("const").map(NodeRef::to_value);
}

fn strings<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    schema.string.min_length = length(context, node, "minLength").filter(|length| *length > 0);
    schema.string.max_length = length(context, node, "maxLength");
    schema.string.pattern = context.text(node, "pattern");
    schema.string.format = context.text(node, "format");
    schema.string.content_encoding = context.text(node, "contentEncoding");
    schema.string.content_media_type = context.text(node, "contentMediaType");
    ordered(
        context,
        node,
        "minLength",
        schema.string.min_length,
        "maxLength",
        schema.string.max_length,
    );
}

fn numbers<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    schema.number.minimum = number(context, node, "minimum");
    schema.number.maximum = number(context, node, "maximum");
    schema.number.multiple_of = number(context, node, "multipleOf").filter(|factor| {
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
        match written.as_bool() {
            Some(true) => *exclusive = limit.take(),
            Some(false) => {}
            None => *exclusive = number(context, node, key),
        }
    }
    if let (Some(low), Some(high)) = (&schema.number.minimum, &schema.number.maximum)
        && low.as_f64() > high.as_f64()
    {
        contradictory(context, node, "minimum", "maximum");
    }
}

fn arrays<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    let array = &mut schema.array;
    match node.get("items") {
        // Before 2020-12 a list of schemas under `items` was what `prefixItems` is now.
        Some(items) if items.is_array() => {
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
    array.min_contains = length(context, node, "minContains");
    array.max_contains = length(context, node, "maxContains");
    array.min_items = length(context, node, "minItems").filter(|length| *length > 0);
    array.max_items = length(context, node, "maxItems");
    array.unique_items = context.flag(node, "uniqueItems");
    array.unevaluated_items = child(context, node, "unevaluatedItems");
    ordered(
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
    object.property_names =
        child(context, node, "propertyNames").or_else(|| child(context, node, "x-propertyNames"));
    object.min_properties = length(context, node, "minProperties").filter(|length| *length > 0);
    object.max_properties = length(context, node, "maxProperties");
    object.unevaluated_properties = child(context, node, "unevaluatedProperties");
    object.dependent_schemas = schemas(context, node, "dependentSchemas");
    if let Some(dependent) = node.get("dependentRequired") {
        object.dependent_required = dependent
            .members()
            .map(|(name, _)| (name.to_owned(), context.texts(dependent, name)))
            .collect();
    }
    ordered(
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
    schema.discriminator = discriminator(context, node);
}

fn discriminator<'t>(context: &Context<'t>, node: NodeRef<'t>) -> Option<Discriminator> {
    let written = node.get("discriminator")?;
    let Some(property) = context.text(written, "propertyName") else {
        context.warn(
            written,
            Code::MissingDiscriminatorProperty,
            "`discriminator` has no `propertyName`",
        );
        return None;
    };
    let mut mapping = IndexMap::new();
    for (value, target) in context.map(written, "mapping") {
        match target
            .as_str()
            .and_then(|text| mapped(context, target, text))
        {
            Some(id) => {
                mapping.insert(value.to_owned(), id);
            }
            None => context.warn(
                target,
                Code::BadMapping,
                format!("the mapping of `{value}` leads to no schema"),
            ),
        }
    }
    // The implicit names: the last part of each variant's reference (OAS §4.8.25).
    for key in ["oneOf", "anyOf"] {
        for variant in node.get(key).into_iter().flat_map(NodeRef::items) {
            let Some(text) = variant.get("$ref").and_then(NodeRef::as_str) else {
                continue;
            };
            let name = text.rsplit('/').next().unwrap_or_default().to_owned();
            let Some(target) = context.refs.step(variant) else {
                continue;
            };
            let id = context.schema_at(target);
            if !name.is_empty() && !mapping.values().any(|known| *known == id) {
                mapping.entry(name).or_insert(id);
            }
        }
    }
    Some(Discriminator { property, mapping })
}

/// The schema a mapping value names: a reference, or the name of a component.
fn mapped<'t>(context: &Context<'t>, at: NodeRef<'t>, text: &str) -> Option<SchemaId> {
    let reference =
        if text.contains(['#', '/']) || text.ends_with(".yaml") || text.ends_with(".json") {
            text.to_owned()
        } else {
            format!("#/components/schemas/{text}")
        };
    context
        .refs
        .files
        .resolve(at, &reference, 100)
        .ok()
        .map(|target| context.schema_at(target))
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

fn number<'t>(context: &Context<'t>, node: NodeRef<'t>, key: &str) -> Option<Number> {
    let written = node.get(key)?;
    // A limit in quotes is a slip with one meaning.
    let read = written
        .as_number()
        .cloned()
        .or_else(|| written.as_str().and_then(Number::new));
    if written.as_number().is_none() {
        context.wrong_kind(written, key, "a number");
    }
    read
}

fn length<'t>(context: &Context<'t>, node: NodeRef<'t>, key: &str) -> Option<u64> {
    let number = number(context, node, key)?;
    let length = number.as_i128().and_then(|value| u64::try_from(value).ok());
    if length.is_none() {
        context.warn(
            node.get(key).unwrap_or(node),
            Code::BadKeyword,
            format!("`{key}` has to be a whole number from 0, and is {number}"),
        );
    }
    length
}

fn ordered(
    context: &Context<'_>,
    node: NodeRef<'_>,
    low: &str,
    least: Option<u64>,
    high: &str,
    most: Option<u64>,
) {
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        contradictory(context, node, low, high);
    }
}

fn contradictory(context: &Context<'_>, node: NodeRef<'_>, low: &str, high: &str) {
    let at = node.get(low).unwrap_or(node);
    let mut diagnostic = Diagnostic::new(
        Code::ContradictoryLimits,
        format!("`{low}` is above `{high}`: nothing is valid"),
    )
    .at(at.key_span())
    .help("one of the two is wrong");
    if let Some(other) = node.get(high) {
        diagnostic = diagnostic.related(other.key_span(), "the other limit");
    }
    context.tell(diagnostic);
}

/// Assumes a type where all keywords are about one: `properties` without `type: object` is a slip.
fn infer(context: &Context<'_>, node: NodeRef<'_>, schema: &mut Schema) {
    let composed = !schema.all_of.is_empty()
        || !schema.any_of.is_empty()
        || !schema.one_of.is_empty()
        || schema.reference.is_some()
        || schema.enumeration.is_some()
        || schema.constant.is_some()
        || schema.not.is_some()
        || schema.condition.is_some();
    if schema.types != TypeSet::ALL || composed || node.has("type") {
        return;
    }
    let keys = |list: &[&str]| list.iter().any(|key| node.has(key));
    let kinds = [
        (
            TypeSet::OBJECT,
            "object",
            keys(&[
                "properties",
                "additionalProperties",
                "patternProperties",
                "minProperties",
                "maxProperties",
                "required",
            ]),
        ),
        (
            TypeSet::ARRAY,
            "array",
            keys(&[
                "items",
                "prefixItems",
                "minItems",
                "maxItems",
                "uniqueItems",
            ]),
        ),
        (
            TypeSet::STRING,
            "string",
            keys(&["pattern", "minLength", "maxLength"]),
        ),
        (
            TypeSet::NUMBER,
            "number",
            keys(&[
                "minimum",
                "maximum",
                "multipleOf",
                "exclusiveMinimum",
                "exclusiveMaximum",
            ]),
        ),
    ];
    let mut found = kinds.iter().filter(|(_, _, present)| *present);
    if let (Some((set, name, _)), None) = (found.next(), found.next()) {
        schema.types = *set;
        if node.get("nullable").and_then(NodeRef::as_bool) == Some(true) {
            schema.types = schema.types.union(TypeSet::NULL);
        }
        context.tell(
            Diagnostic::new(
                Code::InferredType,
                format!("no `type`, but keywords of {name}s: `type: {name}` is assumed"),
            )
            .at(node.key_span())
            .help(format!("write `type: {name}`")),
        );
    }
}
