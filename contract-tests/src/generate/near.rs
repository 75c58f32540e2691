//! Values that miss what is meant by little.

use indexmap::IndexSet;
use serde_json::{Value, json};

/// Values near listed ones, of their types.
pub(super) fn others(listed: &[Value]) -> Vec<Value> {
    let mut all = IndexSet::new();
    for value in listed.iter().take(3) {
        match value {
            Value::String(text) => {
                all.insert(json!(format!("{text}_counterpart")));
                all.insert(json!(text.to_uppercase()));
                all.insert(json!(text.to_lowercase()));
                all.insert(json!(format!("{text} ")));
                all.insert(json!(""));
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(0.0);
                all.insert(json!(number + 0.5));
                if let Some(whole) = value.as_i64() {
                    all.extend(
                        [whole.checked_add(1), whole.checked_sub(1)]
                            .into_iter()
                            .flatten()
                            .map(Value::from),
                    );
                }
            }
            Value::Bool(flag) => {
                all.insert(json!(!flag));
            }
            _ => {
                all.insert(json!({"counterpart": true}));
            }
        }
    }
    all.into_iter()
        .filter(|value| !listed.contains(value))
        .collect()
}

/// Text that is slightly wrong, each in another way.
pub(super) fn distortions(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let middle = characters.len() / 2;
    let replaced = |at: usize, with: char| -> String {
        characters
            .iter()
            .enumerate()
            .map(|(index, it)| if index == at { with } else { *it })
            .collect()
    };
    let (first, last) = (
        characters.get(1..).unwrap_or_default(),
        characters.split_last().map_or(&[][..], |it| it.1),
    );
    // A digit that is one, but none of those that are meant there: hours after 23.
    let digits = characters.iter().enumerate();
    let digits = digits.filter(|(_, it)| it.is_ascii_digit() && **it != '9');
    let nines = digits.take(4).map(|(at, _)| replaced(at, '9'));
    let mut all = vec![replaced(middle, '!')];
    // Before what anybody refuses: not all are tried.
    all.extend(nines);
    all.extend([
        replaced(0, '!'),
        replaced(characters.len().saturating_sub(1), '!'),
        // `$` without the m flag is the end of the text, not of its last line (ECMA-262 §22.2.2.4).
        format!("{text}\n"),
        format!(" {text}"),
        text.to_uppercase(),
        text.to_lowercase(),
        first.iter().collect(),
        last.iter().collect(),
        // Digits, but not the ones that are meant.
        text.chars()
            .map(|it| if it.is_ascii_digit() { '٣' } else { it })
            .collect(),
        format!("{text}é"),
        format!("!{text}"),
    ]);
    all
}
