//! Whether what was restored is as it was.

use super::{
    Subject,
    compare::{self, Difference, same},
    restored_text::Restoring,
};
use crate::report::is_secret_name;
use crate::rules::infer::{
    envelope::{core, core_of},
    is_lock, is_status, properties, snake,
};
use counterpart_model::api::{Api, SchemaId, Shape};
use serde_json::Value;

/// The first property that is not as it was: of all where that is said, else of those that a client sets and that tell no
/// state.
pub(super) fn lost(
    (of, told): (&Subject<'_>, &Restoring),
    shown: Option<SchemaId>,
    before: &Value,
    after: &Value,
) -> Option<Difference> {
    let (api, shown) = (&of.context.api, shown?);
    if let Some(except) = &told.whole {
        let (before, after) = (core_of(api, shown, before).1, core_of(api, shown, after).1);
        return before.as_object()?.iter().find_map(|(name, was)| {
            let open =
                is_volatile(name) || is_secret_name(name) || except.contains(&name.to_lowercase());
            let is = after.get(name);
            let fine = is.is_some_and(|is| same(was, is)) || is.is_none() && was.is_null();
            (!open && !fine).then(|| Difference {
                name: name.clone(),
                expected: was.to_string(),
                actual: is.map_or_else(|| "nothing".to_owned(), Value::to_string),
            })
        });
    }
    if told.reshaped {
        return None;
    }
    let create = of.family.create?;
    let (_, settable) = of.context.body_schema(create)?;
    let all = properties(api, core(api, settable).1);
    let open: Vec<&str> = all
        .iter()
        .filter(|(name, id)| is_volatile(name) || tells_state(api, name, *id))
        .map(|(name, _)| name.as_str())
        .collect();
    compare::changed(api, (settable, shown), before, after, &open)
}

/// Whether a property may change with a deletion and what takes it back: times, counts of changes, who did it.
fn is_volatile(name: &str) -> bool {
    let words = [
        "updated",
        "modified",
        "changed",
        "restored",
        "deleted",
        "archived",
        "trashed",
        "removed",
        "recovered",
        "accessed",
        "viewed",
        "seen",
        "last",
        "etag",
        "version",
        "revision",
        "links",
        "url",
        "href",
        "actions",
        "permissions",
        "expires",
        "purge",
        "history",
    ];
    let plain = snake(name);
    is_lock(name) || plain.split('_').any(|word| words.contains(&word))
}

/// Whether a property may tell in which state something is: what was deleted may come back in another one.
fn tells_state(api: &Api, name: &str, id: SchemaId) -> bool {
    let shape = &api.schema(api.resolve(id)).shape;
    is_status(api, name, id).is_some() || matches!(shape, Shape::Boolean | Shape::Enum(_))
}

/// Whether items are in a list again: exactly, or by what identifies them.
pub(super) fn are_back(before: &[Value], after: &[Value], exactly: bool) -> bool {
    let id = |item: &Value| {
        let mut names = ["id", "uid", "uuid", "key"].into_iter();
        names.find_map(|name| item.get(name)).cloned()
    };
    let alike = |one: &Value, other: &Value| match (id(one), id(other)) {
        (Some(one), Some(other)) if !exactly => one == other,
        (None, None) if !exactly => true,
        _ => stable(one) == stable(other),
    };
    let there = |one: &Value| after.iter().any(|other| alike(one, other));
    after.len() >= before.len() && before.iter().all(there)
}

/// An item without what may change by itself.
fn stable(item: &Value) -> Value {
    match item {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !is_volatile(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::are_back;
    use serde_json::json;

    #[test]
    fn items_are_back_exactly_or_by_what_identifies_them() {
        let before = [json!({ "id": 1, "text": "a", "updated_at": 1 })];
        let moved = [json!({ "id": 1, "text": "a", "updated_at": 2 })];
        let changed = [json!({ "id": 1, "text": "" })];
        assert!(are_back(&before, &moved, true));
        assert!(are_back(&before, &changed, false) && !are_back(&before, &changed, true));
        assert!(!are_back(&before, &[], false));
        let plain = [json!({ "at": 1 })];
        assert!(!are_back(&plain, &[json!({ "at": 2 })], true));
    }
}
