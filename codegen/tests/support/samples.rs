//! Texts and instances on both sides of a limit.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its own part"
)]

use counterpart_model::Api;
use counterpart_model::api::{Schema, SchemaId, Shape};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Value, json};

/// Texts that a pattern matches: the shortest, longer ones, and one for each of several ways.
pub fn matching(pattern: &str) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(pattern) else {
        return Vec::new();
    };
    let mut texts: Vec<String> = (0..8).map(|way| walk(&hir, way)).collect();
    texts.sort();
    texts.dedup();
    texts
}

/// One text of a pattern; `way` decides between alternatives and counts.
fn walk(hir: &Hir, way: usize) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(class) => character(class, way).to_string(),
        HirKind::Capture(capture) => walk(&capture.sub, way),
        HirKind::Concat(parts) => parts.iter().map(|part| walk(part, way)).collect(),
        HirKind::Alternation(parts) => parts
            .get(way % parts.len())
            .map_or(String::new(), |part| walk(part, way)),
        HirKind::Repetition(repetition) => {
            let min = repetition.min;
            let max = repetition.max.unwrap_or(min + 3);
            let count = [min, max, min.max(1), min + (max - min) / 2][way % 4];
            (0..count)
                .map(|_| walk(&repetition.sub, way / 4 + way % 2))
                .collect()
        }
    }
}

fn character(class: &Class, way: usize) -> char {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
    };
    let (start, end) = ranges
        .get(way % ranges.len().max(1))
        .copied()
        .unwrap_or(('a', 'a'));
    if way.is_multiple_of(2) { start } else { end }
}

/// Small changes to a text, most of which a pattern refuses.
pub fn mutations(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut mutations = vec![
        String::new(),
        format!("{text}\n"),
        format!("{text} "),
        format!("!{text}"),
        format!("{text}{text}"),
    ];
    for at in 0..characters.len() {
        let mut shorter = characters.clone();
        shorter.remove(at);
        mutations.push(shorter.iter().collect());
        for other in ['!', 'a', 'Z', '0', 'é'] {
            let mut changed = characters.clone();
            changed[at] = other;
            mutations.push(changed.iter().collect());
        }
    }
    if let Some(last) = text.chars().last() {
        mutations.push(format!("{text}{last}"));
    }
    mutations
}

/// A valid instance; another one for each number, where the schema has so many.
pub fn sample(api: &Api, id: SchemaId, number: usize, depth: usize) -> Option<Value> {
    let schema = api.schema(id);
    if depth > 12 {
        return None;
    }
    let next = |id: SchemaId| sample(api, id, number, depth + 1);
    match &schema.shape {
        Shape::Boolean => Some(Value::Bool(true)),
        Shape::Enum(of) => of
            .values
            .get(number % of.values.len().max(1))
            .map(counterpart_model::api::Value::to_serde),
        Shape::Integer(_) => {
            let min = schema
                .number
                .minimum
                .as_ref()
                .and_then(counterpart_model::api::Number::as_i128)
                .unwrap_or(0);
            Some(json!(
                i64::try_from(min).ok()? + i64::try_from(number).ok()?
            ))
        }
        Shape::Number { .. } => Some(json!(number)),
        Shape::String(_) => text(schema, number).map(Value::String),
        Shape::Array { items } => {
            let count = schema.array.min_items.unwrap_or(0);
            (0..count)
                .map(|at| {
                    items.map_or(Some(json!(at)), |items| {
                        sample(api, items, usize::try_from(at).ok()?, depth + 1)
                    })
                })
                .collect()
        }
        Shape::Map { .. } => Some(json!({})),
        Shape::Object(object) => {
            let required = object.fields.iter().filter(|field| field.required);
            required
                .map(|field| Some((field.name.clone(), next(field.schema)?)))
                .collect::<Option<serde_json::Map<_, _>>>()
                .map(Value::Object)
        }
        Shape::Union(union) => next(union.variants.first()?.schema),
        Shape::Reference(target) => next(*target),
        Shape::Null => Some(Value::Null),
        Shape::Any(_) => Some(json!(number)),
        Shape::Never | Shape::Tuple { .. } => None,
    }
}

/// A valid text; another one for each number.
pub fn text(schema: &Schema, number: usize) -> Option<String> {
    let min = usize::try_from(schema.string.min_length.unwrap_or(0)).ok()?;
    let max = schema
        .string
        .max_length
        .and_then(|max| usize::try_from(max).ok())
        .unwrap_or(usize::MAX);
    let formatted = match schema.string.format.as_deref() {
        Some("date-time") => Some(format!("2025-01-01T00:00:{:02}Z", number % 60)),
        Some("date") => Some(format!("2025-01-{:02}", number % 28 + 1)),
        Some("email" | "idn-email") => Some(format!("a{number}@example.com")),
        Some("uri" | "url" | "iri") => Some(format!("https://example.com/{number}")),
        Some("uuid") => Some(format!("0190a0b0-0000-7000-8000-{number:012}")),
        _ => None,
    };
    if let Some(pattern) = &schema.string.pattern {
        let ecma = regress::Regex::with_flags(pattern, "u").ok()?;
        let fits = |text: &String| {
            let length = text.chars().count();
            (min..=max).contains(&length) && ecma.find(text).is_some()
        };
        if let Some(text) = formatted {
            return Some(text).filter(fits);
        }
        let texts: Vec<String> = matching(pattern).into_iter().filter(fits).collect();
        if number < texts.len() {
            return texts.get(number).cloned();
        }
        // More than the pattern's own ways: letters counted up.
        let letters: String = format!("{number:04}")
            .bytes()
            .map(|digit| char::from(digit - b'0' + b'a'))
            .collect();
        let longest = texts
            .iter()
            .max_by_key(|text| text.len())
            .cloned()
            .unwrap_or_default();
        let kept = longest.chars().count().saturating_sub(letters.len());
        let head: String = longest.chars().take(kept).collect();
        let digits = format!("{number:04x}");
        return [
            letters.clone(),
            format!("{longest}{letters}"),
            format!("{head}{letters}"),
            format!("{head}{digits}"),
        ]
        .into_iter()
        .find(fits)
        // Where there are no more, one of them again: few fields have to differ.
        .or_else(|| texts.get(number % texts.len().max(1)).cloned());
    }
    let text = formatted.unwrap_or_else(|| "a".repeat(min.max(1)).chars().take(max).collect());
    (min..=max).contains(&text.chars().count()).then_some(text)
}
