//! What a shape leaves out: see [`Schema::residue`].

use crate::api::{Schema, Shape};

/// The keywords that hold beside a shape and that nobody who reads the shape checks.
///
/// A reader of a shape checks, beside the shape, the schema's *own* keywords of the shape's type:
/// lengths and pattern of a string, limits of a number, counts and `uniqueItems` of an array, counts
/// and names of a map. Everything else is residue: keywords of `allOf` members, keywords beside a
/// union, a reference or an enum, and whatever applies schemas in a way no type expresses.
pub(super) fn beyond(schema: &Schema, parts: &[&Schema], shape: &Shape) -> Vec<&'static str> {
    let mut residue = Vec::new();
    for part in parts {
        let own = part.id == schema.id;
        applied(part, &mut residue);
        strings(part, own, shape, &mut residue);
        numbers(part, own, shape, &mut residue);
        arrays(part, own, shape, &mut residue);
        objects(part, own, shape, &mut residue);
    }
    unions(parts, shape, &mut residue);
    merged(parts, shape, &mut residue);
    residue
}

/// Whether instances of any type may come past the shape.
fn open(shape: &Shape) -> bool {
    matches!(shape, Shape::Any(_) | Shape::Union(_) | Shape::Reference(_))
}

fn add(residue: &mut Vec<&'static str>, keywords: &[(bool, &'static str)]) {
    residue.extend(
        keywords
            .iter()
            .filter(|(present, _)| *present)
            .map(|(_, keyword)| *keyword),
    );
}

/// The same, as what they are to a reader who does not look into `allOf`.
fn add_as(residue: &mut Vec<&'static str>, own: bool, keywords: &[(bool, &'static str)]) {
    if own {
        add(residue, keywords);
    } else if keywords.iter().any(|(present, _)| *present) {
        residue.push("allOf");
    }
}

fn applied(part: &Schema, residue: &mut Vec<&'static str>) {
    let object = &part.object;
    add(
        residue,
        &[
            (part.not.is_some(), "not"),
            (part.condition.is_some(), "if"),
            (!object.dependent_schemas.is_empty(), "dependentSchemas"),
            (!object.dependent_required.is_empty(), "dependentRequired"),
            (!object.pattern_properties.is_empty(), "patternProperties"),
            (
                object.unevaluated_properties.is_some(),
                "unevaluatedProperties",
            ),
            (part.array.contains.is_some(), "contains"),
            (part.array.unevaluated_items.is_some(), "unevaluatedItems"),
        ],
    );
}

fn strings(part: &Schema, own: bool, shape: &Shape, residue: &mut Vec<&'static str>) {
    let string = &part.string;
    let plain = own && matches!(shape, Shape::String(_));
    if plain || !(open(shape) || matches!(shape, Shape::String(_))) {
        return;
    }
    add_as(
        residue,
        own,
        &[
            (string.min_length.is_some(), "minLength"),
            (string.max_length.is_some(), "maxLength"),
            (string.pattern.is_some(), "pattern"),
            (string.format.is_some(), "format"),
        ],
    );
}

fn numbers(part: &Schema, own: bool, shape: &Shape, residue: &mut Vec<&'static str>) {
    let number = &part.number;
    let of_type = matches!(shape, Shape::Integer(_) | Shape::Number { .. });
    if (own && of_type) || !(open(shape) || of_type) {
        return;
    }
    add_as(
        residue,
        own,
        &[
            (number.minimum.is_some(), "minimum"),
            (number.maximum.is_some(), "maximum"),
            (number.exclusive_minimum.is_some(), "exclusiveMinimum"),
            (number.exclusive_maximum.is_some(), "exclusiveMaximum"),
            (number.multiple_of.is_some(), "multipleOf"),
        ],
    );
}

fn arrays(part: &Schema, own: bool, shape: &Shape, residue: &mut Vec<&'static str>) {
    let array = &part.array;
    let of_type = matches!(shape, Shape::Array { .. } | Shape::Tuple { .. });
    if !(open(shape) || of_type) {
        return;
    }
    if !(own && of_type) {
        add_as(
            residue,
            own,
            &[
                (array.min_items.is_some(), "minItems"),
                (array.max_items.is_some(), "maxItems"),
                (array.unique_items, "uniqueItems"),
            ],
        );
    }
    if !of_type {
        add_as(
            residue,
            own,
            &[
                (array.items.is_some(), "items"),
                (!array.prefix_items.is_empty(), "prefixItems"),
            ],
        );
    }
}

fn objects(part: &Schema, own: bool, shape: &Shape, residue: &mut Vec<&'static str>) {
    let object = &part.object;
    let of_type = matches!(shape, Shape::Map { .. } | Shape::Object(_));
    if !(open(shape) || of_type) {
        return;
    }
    if !(own && matches!(shape, Shape::Map { .. })) {
        add_as(
            residue,
            own || of_type,
            &[
                (object.min_properties.is_some(), "minProperties"),
                (object.max_properties.is_some(), "maxProperties"),
                (object.property_names.is_some(), "propertyNames"),
            ],
        );
    }
    let required = match shape {
        Shape::Object(fields) => !object
            .required
            .iter()
            .all(|name| fields.fields.iter().any(|field| field.name == *name)),
        _ => !object.required.is_empty(),
    };
    // `additionalProperties` looks at the properties beside it only: with `allOf`, those of other
    // members are additional.
    let additional = match shape {
        Shape::Object(fields) => {
            object.additional_properties.is_some()
                && !fields
                    .fields
                    .iter()
                    .all(|field| object.properties.contains_key(&field.name))
        }
        _ => false,
    };
    add(
        residue,
        &[(required, "required"), (additional, "additionalProperties")],
    );
    if !of_type {
        add_as(
            residue,
            own,
            &[
                (!object.properties.is_empty(), "properties"),
                (
                    object.additional_properties.is_some(),
                    "additionalProperties",
                ),
            ],
        );
    }
}

/// Unions beyond the one that the shape is.
fn unions(parts: &[&Schema], shape: &Shape, residue: &mut Vec<&'static str>) {
    let any = parts.iter().filter(|part| !part.any_of.is_empty()).count();
    let one = parts.iter().filter(|part| !part.one_of.is_empty()).count();
    let shaped = usize::from(matches!(shape, Shape::Union(_) | Shape::Reference(_)));
    if any + one > shaped {
        add(residue, &[(any > 0, "anyOf"), (one > 0, "oneOf")]);
    }
}

/// What several parts say of the same place.
fn merged(parts: &[&Schema], shape: &Shape, residue: &mut Vec<&'static str>) {
    match shape {
        Shape::Object(object) => {
            let twice = object.fields.iter().any(|field| {
                let mut said = parts
                    .iter()
                    .filter_map(|part| part.object.properties.get(&field.name));
                said.any(|schema| *schema != field.schema)
            });
            add(residue, &[(twice, "allOf")]);
        }
        Shape::Map { .. } => {
            let several = parts
                .iter()
                .filter(|part| part.object.additional_properties.is_some())
                .count()
                > 1;
            add(residue, &[(several, "additionalProperties")]);
        }
        Shape::Array { .. } => {
            let several = parts
                .iter()
                .filter(|part| part.array.items.is_some())
                .count()
                > 1;
            add(residue, &[(several, "allOf")]);
        }
        Shape::Tuple { .. } => residue.push("prefixItems"),
        _ => {}
    }
}
