//! Whether a value that was sent is the one that came back.

use crate::judge::Judge;
use crate::{
    report::{is_secret_name, mask},
    rules::infer::{
        envelope::{core, core_of},
        is_lock, properties_of_any, property, snake, variants,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, SchemaId},
};
use serde_json::Value;

/// What a server may do to a value without making it another one: spaces at the ends, upper and lower case, another
/// spelling of the same moment or number, a slash at the end of a URL.
pub(super) fn same(sent: &Value, found: &Value) -> bool {
    match (sent, found) {
        (Value::Number(left), Value::Number(right)) => {
            left == right
                || left
                    .as_f64()
                    .zip(right.as_f64())
                    .is_some_and(|(left, right)| (left - right).abs() <= left.abs() * 1e-9)
        }
        (Value::String(left), Value::String(right)) => {
            let plain = |text: &str| text.trim().trim_end_matches('/').to_lowercase();
            // What is masked is kept from everybody's eyes, not changed.
            let masked = right.len() > 2 && right.chars().all(|c| matches!(c, '*' | '•'));
            left == right || masked || plain(left) == plain(right) || same_moment(left, right)
        }
        (Value::Array(left), Value::Array(right)) => {
            // Whether the order of a list means anything the document does not say.
            left.len() == right.len()
                && left
                    .iter()
                    .all(|one| right.iter().any(|other| same(one, other)))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.iter().all(|(name, value)| match right.get(name) {
                // Parts of a resource get their identifiers from the server.
                Some(Value::String(_)) if is_identifier(name) => true,
                Some(other) => same(value, other),
                None => value.is_null(),
            })
        }
        // A number or a flag may be written as text, which the schema judges.
        (Value::Number(_) | Value::Bool(_), Value::String(text)) => text == &sent.to_string(),
        // A duration may be told in seconds.
        (Value::String(text), Value::Number(_)) if text.parse::<jiff::Span>().is_ok() => true,
        (Value::String(text), Value::Number(_) | Value::Bool(_)) => text == &found.to_string(),
        _ => sent == found,
    }
}

/// Whether a member is named like an identifier.
fn is_identifier(name: &str) -> bool {
    let name = snake(name);
    ["id", "uuid"].contains(&name.rsplit('_').next().unwrap_or_default())
}

/// Whether two texts are one moment, as exactly as the second one tells it: how many digits of a second are kept is the
/// server's.
fn same_moment(left: &str, right: &str) -> bool {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let (Some(sent), Some(found)) = (moment(left), moment(right)) else {
        return false;
    };
    let digits = |text: &str| {
        let fraction = text.split_once('.').map(|(_, rest)| rest);
        fraction.map_or(0, |rest| {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        })
    };
    let kept = u32::try_from(digits(right).min(9)).unwrap_or(9);
    let unit = 1_000_000_000_i128 / 10_i128.pow(kept);
    let apart = (sent.as_nanosecond() - found.as_nanosecond()).abs();
    apart == 0 || digits(right) < digits(left) && apart < unit
}

/// A value as text, with what its members hold that are secrets by their names replaced.
pub(super) fn masked(value: &Value) -> String {
    let mut shown = value.clone();
    mask(&mut shown);
    shown.to_string()
}

/// A property whose value is another one.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) name: String,
    pub(super) expected: String,
    pub(super) actual: String,
}

/// A body without the members that are `null`: when something is made they are as good as not there, and the server's to
/// fill in.
pub(super) fn stated(body: &Value) -> Value {
    match body {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            members
                .map(|(name, value)| (name.clone(), stated(value)))
                .collect()
        }
        other => other.clone(),
    }
}

/// The first property of a body that an answer shows with another value, or not at all though its schema has it.
pub(super) fn difference(
    judge: &Judge,
    asked: Option<SchemaId>,
    shown: SchemaId,
    sent: &Value,
    answer: &Value,
) -> Option<Difference> {
    let api = judge.api();
    let (shown, answer) = core_of(api, shown, answer);
    let shown = variant(judge, shown, Direction::Response, answer);
    let sent = asked.map_or(sent, |asked| core_of(api, asked, sent).1);
    let Value::Object(members) = sent else {
        return None;
    };
    members.iter().find_map(|(name, value)| {
        let (_, id) = property(api, shown, name)?;
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        let hidden = own.write_only
            || target.write_only
            || own.read_only
            || target.read_only
            || own.deprecated
            || target.deprecated;
        // What may not be shown as it was sent is shown otherwise: `NG` as `NGA`.
        let elsewise = || !judge.is_valid(id, Direction::Response, value);
        // What counts changes counts this one.
        let counts = value.is_number() && is_lock(name);
        if hidden || counts || is_secret_name(name) || elsewise() {
            return None;
        }
        // What may be read in several ways is shown in one of them.
        if is_ambiguous(judge, id, value) {
            return None;
        }
        let found = answer.get(name);
        let fine = match found {
            Some(found) => same(value, found),
            None => value.is_null() || is_empty(value),
        };
        (!fine).then(|| Difference {
            name: name.clone(),
            expected: masked(value),
            actual: found.map_or_else(|| "nothing".to_owned(), masked),
        })
    })
}

/// The one variant of a union that takes an instance; the schema itself where it is no union, or several do.
pub(in crate::check) fn variant(
    judge: &Judge,
    schema: SchemaId,
    direction: Direction,
    instance: &Value,
) -> SchemaId {
    let all = variants(judge.api(), schema).into_iter();
    let mut takes = all.filter(|it| judge.is_valid(*it, direction, instance));
    match (takes.next(), takes.next()) {
        (Some(only), None) => only,
        _ => schema,
    }
}

/// Whether several branches of a union take a value, or an item of a list: which one it was nobody knows.
fn is_ambiguous(judge: &Judge, id: SchemaId, value: &Value) -> bool {
    let api = judge.api();
    let schema = api.schema(api.resolve(id));
    if let Value::Array(items) = value {
        let of = schema.array.items;
        return of.is_some_and(|of| items.iter().any(|item| is_ambiguous(judge, of, item)));
    }
    let branches = schema.any_of.iter().chain(&schema.one_of);
    let taken = branches.filter(|branch| judge.is_valid(**branch, Direction::Request, value));
    value.is_object() && taken.count() > 1
}

/// What may be left out of an answer as if it were not there.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether a member is called like what moves whenever it is looked at: a signed link, a count of views, what is left.
fn moves(name: &str) -> bool {
    const MOVING: [&str; 13] = [
        "accessed",
        "viewed",
        "views",
        "seen",
        "expires",
        "remaining",
        "age",
        "uptime",
        "url",
        "href",
        "links",
        "now",
        "elapsed",
    ];
    snake(name).split('_').any(|word| MOVING.contains(&word))
}

/// The first member of two answers that is not the same.
pub(super) fn first_difference(before: &Value, after: &Value) -> Option<Difference> {
    let text = |name: &str, value: Option<&Value>| match value {
        None => "nothing".to_owned(),
        Some(_) if is_secret_name(name) => "***".to_owned(),
        Some(value) => masked(value),
    };
    let (Value::Object(was), Value::Object(is)) = (before, after) else {
        return (before != after).then(|| Difference {
            name: "body".to_owned(),
            expected: "as before".to_owned(),
            actual: "another one".to_owned(),
        });
    };
    let names = was
        .keys()
        .chain(is.keys().filter(|name| !was.contains_key(*name)));
    names
        .into_iter()
        .find(|name| was.get(*name) != is.get(*name) && !moves(name))
        .map(|name| Difference {
            name: name.clone(),
            expected: text(name, was.get(name)),
            actual: text(name, is.get(name)),
        })
}

/// The first property that two answers about the same resource show with different values, among those that a
/// client sets.
pub(super) fn changed(
    api: &Api,
    (settable, shown): (SchemaId, SchemaId),
    before: &Value,
    after: &Value,
    except: &[&str],
) -> Option<Difference> {
    let (_, settable) = core(api, settable);
    let (before, after) = (core_of(api, shown, before).1, core_of(api, shown, after).1);
    properties_of_any(api, settable)
        .into_iter()
        .find_map(|(name, id)| {
            let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
            if own.read_only
                || target.read_only
                || is_secret_name(&name)
                || except.contains(&name.as_str())
            {
                return None;
            }
            let (was, is) = (before.get(&name), after.get(&name));
            let fine = match (was, is) {
                (Some(was), Some(is)) => same(was, is),
                (None, None) => true,
                (Some(value), None) | (None, Some(value)) => value.is_null() || is_empty(value),
            };
            let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), masked);
            (!fine).then(|| Difference {
                name: name.clone(),
                expected: text(was),
                actual: text(is),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::same;
    use serde_json::json;

    #[test]
    fn spelling_is_left_to_the_server() {
        for (sent, found) in [
            (json!("Ann "), json!("Ann")),
            (json!("Ann"), json!("***")),
            (json!("A@B.example"), json!("a@b.example")),
            (
                json!("2026-01-01T01:00:00+01:00"),
                json!("2026-01-01T00:00:00Z"),
            ),
            (
                json!("2026-01-01T00:00:00.123456789Z"),
                json!("2026-01-01T00:00:00.123Z"),
            ),
            (json!("https://a.example"), json!("https://a.example/")),
            (json!(1), json!(1.0)),
            (json!({ "a": 1, "b": null }), json!({ "a": 1, "c": 2 })),
            (json!(["b", "a"]), json!(["a", "b"])),
            (json!("PT1M"), json!(60.0)),
            (json!([{ "id": "mine" }]), json!([{ "id": "yours" }])),
        ] {
            assert!(same(&sent, &found), "{sent} {found}");
        }
        for (sent, found) in [
            (json!("Ann"), json!("An")),
            (json!(1), json!(2)),
            (json!("2026-01-01T00:00:00Z"), json!("2026-01-01T00:00:01Z")),
            (
                json!("2026-01-01T00:00:00.12Z"),
                json!("2026-01-01T00:00:00.99Z"),
            ),
            (json!({ "a": 1 }), json!({})),
            (json!(["a", "b"]), json!(["a"])),
            (json!(true), json!(false)),
        ] {
            assert!(!same(&sent, &found), "{sent} {found}");
        }
    }
}
