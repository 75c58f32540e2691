//! `format: int32` and its kin, which `jsonschema` leaves unasserted: they are about numbers.

use jsonschema::{Keyword, ValidationError, paths::Location};
use serde_json::{Map, Value};

/// The keyword that stands in for the format of a number.
pub(super) const KEYWORD: &str = "x-counterpart-integer-format";

/// Writes the stand-in beside each numeric format of a schema document.
pub(super) fn mark(document: &mut Value) {
    let Value::Object(members) = document else {
        return;
    };
    let format = members.get("format").and_then(Value::as_str);
    if let Some(format) = format.filter(|format| range(format).is_some()) {
        let format = format.to_owned();
        members.insert(KEYWORD.to_owned(), format.into());
    }
    for (keyword, value) in members.iter_mut() {
        match (keyword.as_str(), value) {
            (
                "properties" | "patternProperties" | "dependentSchemas" | "$defs",
                Value::Object(schemas),
            ) => schemas.values_mut().for_each(mark),
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(mark);
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
            ) => mark(schema),
            _ => {}
        }
    }
}

fn range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        _ => return None,
    })
}

struct IntegerFormat {
    low: i128,
    high: i128,
}

impl<'i> Keyword<'i> for IntegerFormat {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom(format!(
            "from {} to {}",
            self.low, self.high
        )))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let Value::Number(number) = instance else {
            return true;
        };
        if let Some(whole) = number.as_i64() {
            return (self.low..=self.high).contains(&whole.into());
        }
        if let Some(whole) = number.as_u64() {
            return (self.low..=self.high).contains(&whole.into());
        }
        // What is no whole number is the business of `type`.
        let Some(float) = number.as_f64() else {
            return true;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, which the range refuses too"
        )]
        let whole = float as i128;
        float.fract() != 0.0 || (self.low..=self.high).contains(&whole)
    }
}

/// Makes the stand-in of its format.
pub(super) fn keyword<'a>(
    _: &'a Map<String, Value>,
    value: &'a Value,
    _: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    let (low, high) = value
        .as_str()
        .and_then(range)
        .unwrap_or((i128::MIN, i128::MAX));
    Ok(Box::new(IntegerFormat { low, high }))
}
