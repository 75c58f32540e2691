//! `type` in every spelling, and what stands in for it.

use super::super::Context;
use crate::{
    Diagnostic,
    api::{Schema, TypeSet},
    diagnostic::Code,
    document::version::Version,
    read::NodeRef,
};

/// Reads `type`, and `nullable` with it.
pub(super) fn types<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
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

/// Assumes a type where all keywords are about one: `properties` without `type: object` is a slip.
pub(super) fn infer(context: &Context<'_>, node: NodeRef<'_>, schema: &mut Schema) {
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
