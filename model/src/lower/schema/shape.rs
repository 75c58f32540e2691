//! Keywords to shape: what an instance is, and what the shape leaves out.

use super::{all_of, literal, object, one_of, residue, scalar};
use crate::{
    Diagnostic,
    api::{
        AnyReason, ArrayKeywords, EnumShape, NumberKeywords, ObjectKeywords, Schema, SchemaId,
        Shape, StringKeywords, TypeSet, Value,
    },
    diagnostic::{Code, Sink},
};
use std::collections::HashSet;

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
        if parts.len() > all_of::PARTS {
            sink.push(
                Diagnostic::new(
                    Code::CannotMerge,
                    "`allOf` has too many members to make a type of",
                )
                .at(schema.origin.span.clone()),
            );
            return Self {
                residue: vec!["allOf"],
                ..Self::plain(Shape::Any(AnyReason::Merge))
            };
        }
        let mut reading = Self::of_parts(schemas, schema, &parts, sink);
        reading
            .residue
            .extend(residue::beyond(schema, &parts, &reading.shape));
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
            if one.types != TypeSet::ALL && !types_are_implied(schemas, &union, types) {
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
            TypeSet::INTEGER => Shape::Integer(scalar::width(parts)),
            TypeSet::NUMBER => Shape::Number {
                single: scalar::format(parts).is_some_and(|format| format == "float"),
            },
            TypeSet::STRING => Shape::String(scalar::string_format(scalar::format(parts))),
            TypeSet::ARRAY => array(parts),
            TypeSet::OBJECT => object::object(schemas, schema, parts, sink),
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
                Some(known) => {
                    let list: HashSet<String> = list.iter().map(literal::key).collect();
                    let both = |value: &Value| list.contains(&literal::key(value));
                    known.into_iter().filter(both).collect()
                }
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

/// Whether a union's variants can only be of these types anyway.
fn types_are_implied(schemas: &[Schema], union: &crate::api::UnionShape, types: TypeSet) -> bool {
    union.variants.iter().all(|variant| {
        let own = all_of::parts(schemas, variant.schema)
            .into_iter()
            .fold(TypeSet::ALL, |set, part| set.intersection(part.types));
        // A variant may be null where the union may not.
        own != TypeSet::ALL && types.contains(own)
    })
}
