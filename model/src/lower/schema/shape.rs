//! Keywords to shape: what an instance is, and what the shape leaves out.

use super::{all_of, literal, one_of};
use crate::{
    Diagnostic,
    api::{
        Additional, AnyReason, ArrayKeywords, EnumShape, Field, IntegerWidth, NumberKeywords,
        ObjectKeywords, ObjectShape, Schema, SchemaId, Shape, StringFormat, StringKeywords,
        TypeSet, Value,
    },
    diagnostic::{Code, Sink},
};
use indexmap::IndexMap;

/// Gives every schema its shape.
pub(in crate::lower) fn shapes(schemas: &mut [Schema], sink: &Sink) {
    let readings: Vec<Reading> = (0..schemas.len())
        .map(|index| Reading::of(schemas, SchemaId::from_index(index), sink))
        .collect();
    for (schema, reading) in schemas.iter_mut().zip(readings) {
        // Schemas that were added because something is broken keep their reason.
        if schema.shape != Shape::Any(AnyReason::Broken) {
            schema.shape = reading.shape;
        }
        schema.nullable = reading.nullable;
        schema.residue = reading.residue;
    }
}

struct Reading {
    shape: Shape,
    nullable: bool,
    residue: Vec<&'static str>,
}

impl Reading {
    fn plain(shape: Shape) -> Self {
        Self {
            shape,
            nullable: false,
            residue: Vec::new(),
        }
    }

    fn of(schemas: &[Schema], id: SchemaId, sink: &Sink) -> Self {
        let Some(schema) = schemas.get(id.index()) else {
            return Self::plain(Shape::Any(AnyReason::Broken));
        };
        match schema.boolean {
            Some(true) => return Self::plain(Shape::Any(AnyReason::Unconstrained)),
            Some(false) => return Self::plain(Shape::Never),
            None => {}
        }
        if let Some(target) = schema.bare_reference() {
            return Self::plain(Shape::Reference(target));
        }
        if let Some(target) = only_all_of(schema) {
            return Self::plain(Shape::Reference(target));
        }
        let parts = all_of::parts(schemas, id);
        let mut reading = Self::of_parts(schemas, schema, &parts, sink);
        reading
            .residue
            .extend(beyond(schema, &parts, &reading.shape));
        reading.residue.sort_unstable();
        reading.residue.dedup();
        reading
    }

    fn of_parts(schemas: &[Schema], schema: &Schema, parts: &[&Schema], sink: &Sink) -> Self {
        if parts.iter().any(|part| part.boolean == Some(false)) {
            return Self::plain(Shape::Never);
        }
        let types = parts
            .iter()
            .fold(TypeSet::ALL, |set, part| set.intersection(part.types));
        let stated = parts.iter().any(|part| part.types != TypeSet::ALL);
        if types.is_empty() {
            nothing_valid(schema, sink);
            return Self::plain(Shape::Never);
        }
        if let Some(reading) = literals(parts, types) {
            return reading;
        }
        let nullable = stated && types.contains(TypeSet::NULL);
        let rest = if stated {
            types.without(TypeSet::NULL)
        } else {
            types
        };
        let fields = parts.iter().any(|part| !part.object.properties.is_empty());
        let unions: Vec<&&Schema> = parts
            .iter()
            .filter(|part| !part.one_of.is_empty() || !part.any_of.is_empty())
            .collect();
        if let [one] = unions.as_slice()
            && !fields
            && let Some((union, null)) = one_of::union(schemas, one)
        {
            // Where the types are stated beside the union, null needs both.
            let null = null && (!stated || types.contains(TypeSet::NULL));
            let mut residue = Vec::new();
            if parts.len() > 1
                && parts
                    .iter()
                    .any(|part| part.id != one.id && part.constrains_itself())
            {
                residue.push("allOf");
            }
            if one.types != TypeSet::ALL && !types_are_implied(schemas, &union, rest) {
                residue.push("type");
            }
            let shape = match union.variants.as_slice() {
                [] => Shape::Null,
                [only] => Shape::Reference(only.schema),
                _ => Shape::Union(union),
            };
            let nullable = null && shape != Shape::Null;
            return Self {
                shape,
                nullable,
                residue,
            };
        }
        let shape = match rest {
            set if set.is_empty() => return Self::plain(Shape::Null),
            TypeSet::BOOLEAN => Shape::Boolean,
            TypeSet::INTEGER => Shape::Integer(width(parts)),
            TypeSet::NUMBER => Shape::Number {
                single: format(parts).is_some_and(|format| format == "float"),
            },
            TypeSet::STRING => Shape::String(string_format(format(parts))),
            TypeSet::ARRAY => array(parts),
            TypeSet::OBJECT => object(schemas, schema, parts, sink),
            TypeSet::ALL if !stated && !parts.iter().any(|part| part.constrains_itself()) => {
                return Self::plain(Shape::Any(AnyReason::Unconstrained));
            }
            _ => {
                let reason = if stated {
                    AnyReason::SeveralTypes
                } else {
                    AnyReason::NoType
                };
                return Self {
                    shape: Shape::Any(reason),
                    nullable: false,
                    residue: vec!["type"],
                };
            }
        };
        Self {
            shape,
            nullable,
            residue: Vec::new(),
        }
    }
}

/// The only member of an `allOf` that nothing constrains beside.
fn only_all_of(schema: &Schema) -> Option<SchemaId> {
    match schema.all_of.as_slice() {
        [only] if !schema.constrains_beside_all_of() => Some(*only),
        _ => None,
    }
}

impl Schema {
    /// Whether anything but `allOf` constrains.
    fn constrains_beside_all_of(&self) -> bool {
        self.reference.is_some() || self.constrains_itself()
    }

    /// Whether a keyword other than `$ref` and `allOf` constrains.
    fn constrains_itself(&self) -> bool {
        self.boolean == Some(false)
            || self.types != TypeSet::ALL
            || self.enumeration.is_some()
            || self.constant.is_some()
            || self.string.constrains()
            || self.number != NumberKeywords::default()
            || self.array != ArrayKeywords::default()
            || self.object != ObjectKeywords::default()
            || !self.any_of.is_empty()
            || !self.one_of.is_empty()
            || self.not.is_some()
            || self.condition.is_some()
    }
}

impl StringKeywords {
    /// Whether any of them constrains: contents are annotations.
    fn constrains(&self) -> bool {
        self.min_length.is_some()
            || self.max_length.is_some()
            || self.pattern.is_some()
            || self.format.is_some()
    }
}

fn nothing_valid(schema: &Schema, sink: &Sink) {
    sink.push(
        Diagnostic::new(
            Code::NothingValid,
            "no value can be valid: the types exclude each other",
        )
        .at(schema.origin.span.clone())
        .help("look at the members of `allOf` and at `type`"),
    );
}

/// `enum` and `const`, where any part has one.
fn literals(parts: &[&Schema], types: TypeSet) -> Option<Reading> {
    let mut values: Option<Vec<Value>> = None;
    for part in parts {
        let lists = [
            part.enumeration.clone(),
            part.constant.clone().map(|value| vec![value]),
        ];
        for list in lists.into_iter().flatten() {
            values = Some(match values {
                None => list,
                Some(known) => known
                    .into_iter()
                    .filter(|value| list.iter().any(|other| literal::equal(value, other)))
                    .collect(),
            });
        }
    }
    let mut values: Vec<Value> = values?
        .into_iter()
        .filter(|value| types.contains(literal::type_of(value)))
        .collect();
    let nullable = values.contains(&Value::Null);
    values.retain(|value| *value != Value::Null);
    let shape = match (values.is_empty(), nullable) {
        (true, true) => return Some(Reading::plain(Shape::Null)),
        (true, false) => Shape::Never,
        _ => Shape::Enum(EnumShape { values }),
    };
    // Values that other keywords refuse stay in the list: the whole schema decides.
    let others = parts.iter().any(|part| {
        part.string.constrains()
            || part.number != NumberKeywords::default()
            || part.array != ArrayKeywords::default()
            || part.object != ObjectKeywords::default()
            || !part.one_of.is_empty()
            || !part.any_of.is_empty()
    });
    Some(Reading {
        shape,
        nullable,
        residue: if others { vec!["enum"] } else { Vec::new() },
    })
}

fn format<'s>(parts: &[&'s Schema]) -> Option<&'s str> {
    parts.iter().find_map(|part| part.string.format.as_deref())
}

fn string_format(format: Option<&str>) -> StringFormat {
    match format {
        Some("date-time") => StringFormat::DateTime,
        Some("date") => StringFormat::Date,
        Some("time") => StringFormat::Time,
        Some("duration") => StringFormat::Duration,
        Some("uuid") => StringFormat::Uuid,
        Some("byte") => StringFormat::Byte,
        Some("binary") => StringFormat::Binary,
        Some(
            name @ ("email"
            | "idn-email"
            | "hostname"
            | "idn-hostname"
            | "ipv4"
            | "ipv6"
            | "uri"
            | "uri-reference"
            | "iri"
            | "iri-reference"
            | "uri-template"
            | "json-pointer"
            | "relative-json-pointer"
            | "regex"),
        ) => StringFormat::Checked(name.to_owned()),
        _ => StringFormat::Plain,
    }
}

fn width(parts: &[&Schema]) -> IntegerWidth {
    let low = parts
        .iter()
        .filter_map(|part| {
            part.number
                .minimum
                .as_ref()
                .or(part.number.exclusive_minimum.as_ref())
        })
        .find_map(crate::api::Number::as_i128);
    let high = parts
        .iter()
        .filter_map(|part| {
            part.number
                .maximum
                .as_ref()
                .or(part.number.exclusive_maximum.as_ref())
        })
        .find_map(crate::api::Number::as_i128);
    let fits = |low: i128, high: i128| low >= i128::from(i32::MIN) && high <= i128::from(i32::MAX);
    match (low, high, format(parts)) {
        (Some(low), Some(high), _) if fits(low, high) => IntegerWidth::I32,
        (Some(low), high, format)
            if low >= 0
                && (high.is_some_and(|high| high > i128::from(i64::MAX))
                    || format == Some("uint64")) =>
        {
            IntegerWidth::U64
        }
        (None, None, Some("uint64")) => IntegerWidth::U64,
        (_, _, Some("int32")) => IntegerWidth::I32,
        _ => IntegerWidth::I64,
    }
}

fn array(parts: &[&Schema]) -> Shape {
    if let Some(part) = parts
        .iter()
        .find(|part| !part.array.prefix_items.is_empty())
    {
        return Shape::Tuple {
            items: part.array.prefix_items.clone(),
            rest: part.array.items,
        };
    }
    Shape::Array {
        items: parts.iter().find_map(|part| part.array.items),
    }
}

fn object(schemas: &[Schema], schema: &Schema, parts: &[&Schema], sink: &Sink) -> Shape {
    let mut fields: IndexMap<&str, Field> = IndexMap::new();
    for part in parts {
        for (name, property) in &part.object.properties {
            let required = parts.iter().any(|part| part.object.required.contains(name));
            let known = fields.entry(name).or_insert_with(|| Field {
                name: name.clone(),
                schema: *property,
                required,
            });
            if all_of::resolve(schemas, known.schema) != all_of::resolve(schemas, *property) {
                sink.push(
                    Diagnostic::new(
                        Code::ConflictingProperty,
                        format!("`{name}` is described twice by `allOf`"),
                    )
                    .at(schema.origin.span.clone()),
                );
            }
        }
    }
    let additional = additional(schemas, parts);
    if fields.is_empty() {
        let values = match additional {
            Additional::Kept(values) => values,
            _ => None,
        };
        if additional != Additional::Refused {
            return Shape::Map { values };
        }
    }
    Shape::Object(ObjectShape {
        fields: fields.into_values().collect(),
        additional,
    })
}

fn additional(schemas: &[Schema], parts: &[&Schema]) -> Additional {
    let patterns = parts
        .iter()
        .any(|part| !part.object.pattern_properties.is_empty());
    let applied = parts.iter().any(|part| {
        !part.one_of.is_empty()
            || !part.any_of.is_empty()
            || part.condition.is_some()
            || !part.object.dependent_schemas.is_empty()
    });
    let mut out = Additional::Ignored;
    for part in parts {
        // What variants and conditions evaluate is not known here: the whole schema decides.
        let unevaluated = part.object.unevaluated_properties.filter(|_| !applied);
        let Some(rest) = part.object.additional_properties.or(unevaluated) else {
            continue;
        };
        match schemas.get(rest.index()).and_then(|schema| schema.boolean) {
            Some(false) => {
                return if patterns {
                    Additional::Kept(None)
                } else {
                    Additional::Refused
                };
            }
            Some(true) => out = Additional::Kept(None),
            None => out = Additional::Kept(Some(rest)),
        }
    }
    if patterns || (applied && out == Additional::Ignored) {
        // What patterns or variants describe is data, whatever the rest is.
        return Additional::Kept(None);
    }
    out
}

/// Whether a union's variants can only be of these types anyway.
fn types_are_implied(schemas: &[Schema], union: &crate::api::UnionShape, types: TypeSet) -> bool {
    union.variants.iter().all(|variant| {
        let own = all_of::parts(schemas, variant.schema)
            .into_iter()
            .fold(TypeSet::ALL, |set, part| set.intersection(part.types));
        own != TypeSet::ALL && types.contains(own.without(TypeSet::NULL))
    })
}

/// The keywords a shape does not express.
fn beyond(schema: &Schema, parts: &[&Schema], shape: &Shape) -> Vec<&'static str> {
    let mut residue = Vec::new();
    let mut add = |present: bool, keyword: &'static str| {
        if present {
            residue.push(keyword);
        }
    };
    let merged = parts.len() > 1;
    let any = |test: &dyn Fn(&Schema) -> bool| parts.iter().any(|part| test(part));
    add(any(&|part| part.not.is_some()), "not");
    add(any(&|part| part.condition.is_some()), "if");
    add(
        any(&|part| !part.object.dependent_schemas.is_empty()),
        "dependentSchemas",
    );
    add(
        any(&|part| !part.object.dependent_required.is_empty()),
        "dependentRequired",
    );
    add(any(&|part| part.array.contains.is_some()), "contains");
    add(
        any(&|part| part.array.unevaluated_items.is_some()),
        "unevaluatedItems",
    );
    add(
        any(&|part| !part.object.pattern_properties.is_empty()),
        "patternProperties",
    );
    let union = matches!(shape, Shape::Union(_)) || matches!(shape, Shape::Reference(_));
    let unions = parts
        .iter()
        .filter(|part| !part.one_of.is_empty() || !part.any_of.is_empty())
        .count();
    add(unions > usize::from(union), "anyOf");
    add(
        any(&|part| !part.one_of.is_empty() && !part.any_of.is_empty()),
        "oneOf",
    );
    match shape {
        Shape::Object(object) => {
            add(
                any(&|part| part.object.min_properties.is_some()),
                "minProperties",
            );
            add(
                any(&|part| part.object.max_properties.is_some()),
                "maxProperties",
            );
            add(
                any(&|part| part.object.property_names.is_some()),
                "propertyNames",
            );
            let known = |name: &String| object.fields.iter().any(|field| field.name == *name);
            add(
                any(&|part| !part.object.required.iter().all(known)),
                "required",
            );
            add(
                any(&|part| part.object.unevaluated_properties.is_some()),
                "unevaluatedProperties",
            );
            // `additionalProperties` looks at the properties beside it only: with `allOf` those of
            // other members are additional.
            add(
                any(&|part| {
                    part.object.additional_properties.is_some()
                        && !object
                            .fields
                            .iter()
                            .all(|field| part.object.properties.contains_key(&field.name))
                }),
                "additionalProperties",
            );
            let twice = merged
                && object.fields.iter().any(|field| {
                    parts
                        .iter()
                        .filter_map(|part| part.object.properties.get(&field.name))
                        .any(|other| *other != field.schema)
                });
            add(twice, "allOf");
        }
        Shape::Map { .. } => {
            add(any(&|part| !part.object.required.is_empty()), "required");
            add(
                parts.iter().any(|part| {
                    part.id != schema.id
                        && (part.object.property_names.is_some()
                            || part.object.min_properties.is_some()
                            || part.object.max_properties.is_some())
                }),
                "allOf",
            );
            add(
                parts
                    .iter()
                    .filter(|part| part.object.additional_properties.is_some())
                    .count()
                    > 1,
                "additionalProperties",
            );
        }
        Shape::Tuple { .. } => add(true, "prefixItems"),
        Shape::Array { .. } => {
            let others =
                |part: &&&Schema| part.id != schema.id && part.array != ArrayKeywords::default();
            let items = parts
                .iter()
                .filter(|part| part.array.items.is_some())
                .count();
            let limits = parts.iter().filter(others).any(|part| {
                part.array.min_items.is_some()
                    || part.array.max_items.is_some()
                    || part.array.unique_items
            });
            add(items > 1 || limits, "allOf");
        }
        Shape::String(_) => {
            add(
                parts
                    .iter()
                    .any(|part| part.id != schema.id && part.string.constrains()),
                "allOf",
            );
        }
        Shape::Integer(_) | Shape::Number { .. } => add(
            parts
                .iter()
                .any(|part| part.id != schema.id && part.number != NumberKeywords::default()),
            "allOf",
        ),
        _ => {}
    }
    residue
}
