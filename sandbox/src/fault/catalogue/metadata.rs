//! The metadata rule: at most 50 keys, their form, and values of at most 500 characters or null.

use super::Group;
use crate::fault::{Asked, Fault, Switch};
use serde_json::{Map, Value, json};

/// Changes the metadata of a request.
fn metadata(asked: &mut Asked, change: impl FnOnce(&mut Map<String, Value>)) {
    let holds = |body: &Value| body.get("metadata").is_some_and(Value::is_object);
    if asked.json().as_ref().is_some_and(holds) {
        asked.edit(|body| {
            if let Some(Value::Object(map)) = body.get_mut("metadata") {
                change(map);
            }
        });
    }
}

fn key_fits(key: &str) -> bool {
    (1..=40).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub(super) fn faults() -> Vec<Fault> {
    let g = Group("metadata");
    vec![
        g.ask(
            "metadata-too-many-keys",
            "metadata.rejected",
            "metadata of more than 50 keys is accepted",
            |q| {
                metadata(q, |map| {
                    let beyond: Vec<String> = map.keys().skip(50).cloned().collect();
                    beyond.iter().for_each(|key| drop(map.remove(key)));
                });
            },
        ),
        g.ask(
            "metadata-value-too-long",
            "metadata.rejected",
            "values of more than 500 characters are cut",
            |q| {
                metadata(q, |map| {
                    for value in map.values_mut() {
                        if let Value::String(text) = value {
                            *text = text.chars().take(500).collect();
                        }
                    }
                });
            },
        ),
        g.ask(
            "metadata-bad-key",
            "metadata.rejected",
            "keys with other characters than letters, digits and _ are accepted",
            |q| {
                metadata(q, |map| {
                    map.retain(|key, _| key.len() > 40 || key_fits(key))
                });
            },
        ),
        g.ask(
            "metadata-key-too-long",
            "metadata.rejected",
            "keys of more than 40 characters are accepted",
            |q| {
                metadata(q, |map| map.retain(|key, _| key.len() <= 40));
            },
        ),
        g.ask(
            "metadata-number-value",
            "metadata.rejected",
            "values that are numbers or booleans are turned into text",
            |q| {
                metadata(q, |map| {
                    for value in map.values_mut() {
                        if value.is_number() || value.is_boolean() {
                            *value = json!(value.to_string());
                        }
                    }
                });
            },
        ),
        g.ask(
            "metadata-null-dropped",
            "metadata.round_trip",
            "members that are null are not kept",
            |q| {
                metadata(q, |map| map.retain(|_, value| !value.is_null()));
            },
        ),
        g.ask(
            "metadata-fifty-refused",
            "metadata.accepted",
            "metadata of exactly 50 keys is refused",
            |q| {
                metadata(q, |map| {
                    if map.len() == 50 {
                        map.insert("one_more".into(), Value::Null);
                    }
                });
            },
        ),
        g.ask(
            "metadata-longest-value-refused",
            "metadata.accepted",
            "values of exactly 500 characters are refused",
            |q| {
                metadata(q, |map| {
                    for value in map.values_mut() {
                        if let Value::String(text) = value
                            && text.chars().count() == 500
                        {
                            text.push('x');
                        }
                    }
                });
            },
        ),
        g.ask(
            "metadata-longest-key-refused",
            "metadata.accepted",
            "keys of exactly 40 characters are refused",
            |q| {
                metadata(q, |map| {
                    if let Some(key) = map.keys().find(|key| key.len() == 40).cloned() {
                        map.remove(&key);
                        map.insert(format!("{key}x"), Value::Null);
                    }
                });
            },
        ),
        g.ask(
            "metadata-keys-lowered",
            "metadata.round_trip",
            "keys come back in small letters",
            |q| {
                metadata(q, |map| {
                    let lowered = std::mem::take(map)
                        .into_iter()
                        .map(|(key, value)| (key.to_lowercase(), value));
                    *map = lowered.collect();
                });
            },
        ),
        g.ask(
            "metadata-values-trimmed",
            "metadata.round_trip",
            "values come back without the last of their characters beyond 100",
            |q| {
                metadata(q, |map| {
                    for value in map.values_mut() {
                        if let Value::String(text) = value
                            && text.chars().count() <= 500
                        {
                            *text = text.chars().take(100).collect();
                        }
                    }
                });
            },
        ),
        g.act(
            "metadata-lost",
            "metadata.round_trip",
            "metadata is accepted and not kept",
            Switch::MetadataLost,
        ),
    ]
}
