//! Instances for differential runs: valid ones, nearly valid ones, and some that are neither.

use super::{
    Generator,
    build::{Maker, Style},
    rng::Rng,
};
use counterpart_model::api::SchemaId;
use serde_json::{Value, json};

/// Members and items that are gone through to find the place of a change.
const DEPTH: usize = 8;

/// Texts that are seldom thought of.
const ODD: [&str; 16] = [
    "",
    " ",
    "\0",
    "é",
    "日本語",
    "😀",
    "\u{200b}",
    "a\u{301}",
    "\n",
    "null",
    "0",
    "-1",
    "true",
    "\u{feff}",
    "٣",
    "\"\\/",
];

impl Generator {
    /// An instance: valid, or nearly so, or anything at all.
    #[must_use]
    pub fn random(&self, schema: SchemaId, rng: &mut Rng) -> Value {
        let mut maker = Maker::new(self, Rng::new(rng.next()));
        let kind = rng.below(20);
        if kind == 0 {
            return anything(rng, 0);
        }
        let style = match rng.below(10) {
            0 => Style::Least,
            1 => Style::Most,
            _ => Style::Random,
        };
        let Some(mut value) = maker.build(&[schema], style, 0) else {
            return anything(rng, 0);
        };
        if kind < 9 {
            return value;
        }
        for _ in 0..if kind < 17 { 1 } else { 2 } {
            change(&mut value, rng, 0);
        }
        value
    }
}

/// A value of any kind.
fn anything(rng: &mut Rng, depth: usize) -> Value {
    match rng.below(if depth > 2 { 9 } else { 11 }) {
        0 => Value::Null,
        1 => Value::Bool(rng.below(2) == 0),
        2 => Value::from(i64::try_from(rng.below(2001)).unwrap_or(0) - 1000),
        3 => Value::from(f64::from(u32::try_from(rng.below(1_000_000)).unwrap_or(0)) / 1000.0),
        4 => Value::from(rng.next()),
        5 => Value::from(f64::from_bits(rng.next())),
        6..=8 => Value::String(odd_text(rng)),
        9 => (0..rng.below(4))
            .map(|_| anything(rng, depth + 1))
            .collect(),
        _ => {
            let members = (0..rng.below(4)).map(|_| (odd_text(rng), anything(rng, depth + 1)));
            Value::Object(members.collect())
        }
    }
}

/// A text that is seldom thought of.
fn odd_text(rng: &mut Rng) -> String {
    if rng.below(2) == 0 {
        return rng.pick(&ODD).copied().unwrap_or_default().to_owned();
    }
    let all: Vec<char> = ODD
        .iter()
        .flat_map(|text| text.chars())
        .chain('a'..='z')
        .collect();
    (0..rng.below(12))
        .filter_map(|_| rng.pick(&all).copied())
        .collect()
}

/// Changes one place, mostly further in.
fn change(value: &mut Value, rng: &mut Rng, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() && depth < DEPTH && rng.below(4) != 0 => {
            let at = rng.below(members.len());
            if let Some((_, inner)) = members.iter_mut().nth(at) {
                change(inner, rng, depth + 1);
            }
        }
        Value::Array(items) if !items.is_empty() && depth < DEPTH && rng.below(3) != 0 => {
            let at = rng.below(items.len());
            if let Some(inner) = items.get_mut(at) {
                change(inner, rng, depth + 1);
            }
        }
        other => here(other, rng),
    }
}

fn here(value: &mut Value, rng: &mut Rng) {
    if rng.below(5) == 0 {
        *value = anything(rng, 1);
        return;
    }
    match value {
        Value::String(text) => *text = string(text, rng),
        Value::Number(number) => {
            let near = number.as_f64().unwrap_or(0.0);
            let whole = number.as_i64().unwrap_or(0);
            *value = match rng.below(9) {
                0 => whole.saturating_add(1).into(),
                1 => whole.saturating_sub(1).into(),
                2 => json!(near + 0.5),
                3 => whole.saturating_neg().into(),
                4 => json!(whole as f64),
                5 => json!(near * 10.0),
                6 => whole.saturating_mul(1000).into(),
                7 => number.to_string().into(),
                _ => rng
                    .pick(&[
                        json!(0),
                        json!(-1),
                        json!(i32::MAX),
                        json!(2_147_483_648_i64),
                        json!(i64::MAX),
                        json!(u64::MAX),
                        json!(1e300),
                        json!(1e-7),
                        json!(-0.0),
                        json!(9_007_199_254_740_993_i64),
                    ])
                    .cloned()
                    .unwrap_or_default(),
            };
        }
        Value::Object(members) => match rng.below(4) {
            0 => {
                members.insert(odd_text(rng), anything(rng, 1));
            }
            kind => {
                let at = rng.below(members.len());
                let Some(name) = members.keys().nth(at).cloned() else {
                    return;
                };
                let Some(inner) = members.remove(&name) else {
                    return;
                };
                match kind {
                    1 => {}
                    2 => {
                        members.insert(
                            if rng.below(2) == 0 {
                                name.to_uppercase()
                            } else {
                                format!("{name}_")
                            },
                            inner,
                        );
                    }
                    _ => {
                        members.insert(name, Value::Null);
                    }
                }
            }
        },
        Value::Array(items) => match rng.below(4) {
            0 => items.push(anything(rng, 1)),
            1 => {
                if let Some(item) = rng.pick(items).cloned() {
                    for _ in 0..=rng.below(5) {
                        items.push(item.clone());
                    }
                }
            }
            2 => {
                items.pop();
            }
            _ => items.clear(),
        },
        Value::Bool(flag) => *flag = !*flag,
        Value::Null => *value = anything(rng, 1),
    }
}

fn string(text: &str, rng: &mut Rng) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    match rng.below(12) {
        0 => return odd_text(rng),
        1 => return text.to_uppercase(),
        2 => return text.to_lowercase(),
        3 => return format!("{text}\n"),
        4 => return text.repeat(2 + rng.below(39)),
        5 => return format!(" {text}"),
        6 => {
            let at = rng.below(characters.len() + 1);
            let odd = rng
                .pick(&['é', '😀', '\0', ' ', 'Z', '0', '-', '/', '٣', '.'])
                .copied()
                .unwrap_or('x');
            characters.insert(at, odd);
        }
        7 | 8 if !characters.is_empty() => {
            characters.remove(rng.below(characters.len()));
        }
        // Digits up and down: dates and numbers in text stay nearly what they were.
        _ if !characters.is_empty() => {
            let at = rng.below(characters.len());
            if let Some(c) = characters.get_mut(at) {
                let near = [1_u32, 2, 9, 31].get(rng.below(4)).copied().unwrap_or(1);
                let code = u32::from(*c);
                let moved = if rng.below(2) == 0 {
                    code.saturating_add(near)
                } else {
                    code.saturating_sub(near)
                };
                *c = char::from_u32(moved).unwrap_or('x');
            }
        }
        _ => return odd_text(rng),
    }
    characters.into_iter().collect()
}
