//! Patterns that no engine takes: each costs itself, not the schema it stands in.

use serde_json::Value;

/// Takes the patterns that `compiles` refuses out of a schema document, and gives them back.
pub(super) fn drop_bad(document: &mut Value, compiles: &impl Fn(&str) -> bool) -> Vec<String> {
    let mut dropped = Vec::new();
    visit(document, compiles, &mut dropped);
    dropped
}

fn visit(schema: &mut Value, compiles: &impl Fn(&str) -> bool, dropped: &mut Vec<String>) {
    let Value::Object(members) = schema else {
        return;
    };
    if let Some(Value::String(pattern)) = members.get("pattern")
        && !compiles(pattern)
    {
        dropped.push(pattern.clone());
        members.remove("pattern");
    }
    for (keyword, value) in members.iter_mut() {
        match (keyword.as_str(), value) {
            ("patternProperties", Value::Object(schemas)) => {
                schemas.retain(|pattern, _| {
                    let good = compiles(pattern);
                    if !good {
                        dropped.push(pattern.clone());
                    }
                    good
                });
                for schema in schemas.values_mut() {
                    visit(schema, compiles, dropped);
                }
            }
            ("properties" | "dependentSchemas" | "$defs", Value::Object(schemas)) => {
                for schema in schemas.values_mut() {
                    visit(schema, compiles, dropped);
                }
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                for schema in schemas {
                    visit(schema, compiles, dropped);
                }
            }
            (
                "items"
                | "contains"
                | "unevaluatedItems"
                | "additionalProperties"
                | "propertyNames"
                | "unevaluatedProperties"
                | "not"
                | "if"
                | "then"
                | "else",
                schema,
            ) => visit(schema, compiles, dropped),
            _ => {}
        }
    }
}
