//! Instances of a `oneOf` whose branches hardly exclude each other: objects of which every property is optional.

use super::Generator;
use counterpart_model::api::{SchemaId, Shape};
use serde_json::{Value, json};

/// A value that is valid by one branch only, where a property that breaks the others makes it so; else the value
/// itself.
pub(super) fn one_only(generator: &Generator, schema: SchemaId, value: Value) -> Value {
    let api = &generator.api;
    let branches = &api.schema(api.resolve(schema)).one_of;
    if branches.len() < 2 || !value.is_object() || generator.is_valid(schema, &value) {
        return value;
    }
    let valid: Vec<SchemaId> = branches
        .iter()
        .copied()
        .filter(|branch| generator.is_valid(*branch, &value))
        .collect();
    for kept in &valid {
        let mut changed = value.clone();
        for other in valid.iter().filter(|other| *other != kept) {
            spoil(generator, *other, *kept, &mut changed);
        }
        if generator.is_valid(schema, &changed) {
            return changed;
        }
    }
    value
}

/// Adds a property that breaks one branch and not another.
fn spoil(generator: &Generator, branch: SchemaId, kept: SchemaId, value: &mut Value) {
    let api = &generator.api;
    let Shape::Object(object) = &api.schema(api.resolve(branch)).shape else {
        return;
    };
    for field in &object.fields {
        for wrong in [json!([]), json!("-"), json!(0), json!({}), json!(false)] {
            let mut changed = value.clone();
            if let Value::Object(members) = &mut changed {
                members.insert(field.name.clone(), wrong);
            }
            if !generator.is_valid(branch, &changed) && generator.is_valid(kept, &changed) {
                *value = changed;
                return;
            }
        }
    }
}
