//! Keywords of the value as a whole, of numbers and of strings.

use super::out::{At, Out};
use crate::json::{Decimal, Value};
use crate::schema::compile::{Limit, types};
use crate::schema::shorten;
use std::cmp::Ordering;

/// `type`, `enum` and `const`.
pub(super) fn any(at: &At<'_>, out: &mut Out) {
    let At { node, value, .. } = *at;
    if let Some((mask, names)) = &node.types
        && mask & type_bits(value) == 0
    {
        out.tell(at, "type", || {
            (
                Some(names.clone()),
                format!("is {}, but has to be {names}", value.type_name()),
            )
        });
    }
    if let Some(values) = &node.enumeration
        && !values.contains(value)
    {
        out.tell(at, "enum", || {
            let list = values
                .iter()
                .map(Value::to_json)
                .collect::<Vec<_>>()
                .join(", ");
            let words = format!("is none of {}", shorten(&list));
            (Some(list), words)
        });
    }
    if let Some(constant) = &node.constant
        && constant != value
    {
        out.tell(at, "const", || {
            let only = constant.to_json();
            let words = format!("has to be {}", shorten(&only));
            (Some(only), words)
        });
    }
}

fn type_bits(value: &Value) -> u8 {
    match value {
        Value::Null => types::NULL,
        Value::Bool(_) => types::BOOLEAN,
        Value::Number(number) if number.decimal().is_integer() => types::INTEGER | types::NUMBER,
        Value::Number(_) => types::NUMBER,
        Value::String(_) => types::STRING,
        Value::Array(_) => types::ARRAY,
        Value::Object(_) => types::OBJECT,
    }
}

/// Bounds, `multipleOf`, and the formats that bound integers.
pub(super) fn number(at: &At<'_>, number: &Decimal, out: &mut Out) {
    let node = at.node;
    let mut bound = |keyword, limit: &Option<Limit>, wrong: &[Ordering], words: &str| {
        if let Some(limit) = limit
            && wrong.contains(&number.cmp(&limit.value))
        {
            out.tell(at, keyword, || {
                (Some(limit.text.clone()), format!("{words} {}", limit.text))
            });
        }
    };
    bound("minimum", &node.minimum, &[Ordering::Less], "is less than");
    bound(
        "maximum",
        &node.maximum,
        &[Ordering::Greater],
        "is more than",
    );
    bound(
        "exclusiveMinimum",
        &node.exclusive_minimum,
        &[Ordering::Less, Ordering::Equal],
        "is not more than",
    );
    bound(
        "exclusiveMaximum",
        &node.exclusive_maximum,
        &[Ordering::Greater, Ordering::Equal],
        "is not less than",
    );
    if let Some(limit) = node
        .multiple_of
        .as_ref()
        .filter(|limit| !number.is_multiple_of(&limit.value))
    {
        out.tell(at, "multipleOf", || {
            (
                Some(limit.text.clone()),
                format!("is no multiple of {}", limit.text),
            )
        });
    }
    if let Some(name) = &node.format
        && let Some((low, high)) = crate::format::integer_range(name)
        && number.is_integer()
        && !number
            .to_i128()
            .is_some_and(|whole| (low..=high).contains(&whole))
    {
        out.tell(at, "format", || {
            (Some(name.clone()), format!("is out of the range of {name}"))
        });
    }
}

/// Lengths, `pattern` and `format`.
pub(super) fn string(at: &At<'_>, text: &str, out: &mut Out) {
    let node = at.node;
    let (min, max) = (
        node.min_length.unwrap_or(0),
        node.max_length.unwrap_or(usize::MAX),
    );
    if !crate::length(text, min, max) {
        let count = text.chars().count();
        if count < min {
            out.tell(at, "minLength", || {
                (
                    Some(min.to_string()),
                    format!("has {count} characters, at least {min} are needed"),
                )
            });
        }
        if count > max {
            out.tell(at, "maxLength", || {
                (
                    Some(max.to_string()),
                    format!("has {count} characters, at most {max} are allowed"),
                )
            });
        }
    }
    if let Some(pattern) = node
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.matches(text))
    {
        out.tell(at, "pattern", || {
            (
                Some(pattern.text.clone()),
                format!("does not match {}", shorten(&pattern.text)),
            )
        });
    }
    if let Some(name) = node
        .format
        .as_deref()
        .filter(|name| !crate::format::is_valid(name, text))
    {
        out.tell(at, "format", || {
            (Some(name.to_owned()), format!("is no {name}"))
        });
    }
}
