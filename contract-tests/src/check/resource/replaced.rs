//! What a change has left as it was, or taken away.

use super::{
    Subject,
    compare::{Difference, masked, same},
    defaults::default_of,
};
use crate::report::is_secret_name;
use crate::rules::infer::{
    envelope::{core, core_of},
    properties, says, snake,
};
use counterpart_model::{
    Direction,
    api::{Api, Method, SchemaId},
};
use serde_json::{Value, json};

/// A body whose objects have no members, where they may have none.
pub(super) fn emptied(of: &Subject<'_>, schema: SchemaId, body: &Value) -> Option<Value> {
    let place = core(&of.context.api, schema).0;
    let members = place.get(body)?.as_object()?;
    let mut emptied = body.clone();
    for name in members.iter().filter(|it| it.1.is_object()).map(|it| it.0) {
        let mut with = emptied.clone();
        place.child(name).put(&mut with, json!({}));
        if of.context.judge.is_valid(schema, Direction::Request, &with) {
            emptied = with;
        }
    }
    (emptied != *body).then_some(emptied)
}

/// Whether a description says that everything is replaced: what is left out is gone then.
pub(super) fn replaces(of: &Subject<'_>) -> bool {
    let said = [&of.operation.summary, &of.operation.description];
    let mut said = said.into_iter().flatten().chain([&of.operation.id.0]);
    of.operation.method == Method::Put && said.any(|text| says(text, &["replac"]))
}

/// The first property that was left out of a replacement and has the value it had.
pub(super) fn kept(
    api: &Api,
    (schema, shown): (SchemaId, SchemaId),
    body: &Value,
    before: &Value,
    after: &Value,
) -> Option<Difference> {
    let body = core_of(api, schema, body).1;
    let (before, after) = (core_of(api, shown, before).1, core_of(api, shown, after).1);
    let (_, schema) = core(api, schema);
    let stays = |(name, id): (String, SchemaId)| {
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        let default = own.default.as_ref().or(target.default.as_ref());
        let (was, is) = (before.get(&name)?, after.get(&name)?);
        let default = default.map(counterpart_model::api::Value::to_serde);
        let plain = snake(&name);
        let last = plain.rsplit('_').next().unwrap_or_default();
        // What identifies it stays, and what a server keeps of it.
        let servers = ["id", "uid", "uuid", "key", "slug", "at", "version"].contains(&last)
            || ["created", "updated", "modified"]
                .iter()
                .any(|it| plain.starts_with(it));
        if own.read_only || target.read_only || servers && body.get(&name).is_none() {
            return None;
        }
        let Some(sent) = body.get(&name) else {
            let renewed = default.as_ref().is_some_and(|it| same(it, is));
            let stays = !is_nothing(was) && !renewed && same(was, is);
            return stays.then(|| Difference {
                expected: match &default {
                    Some(default) => format!("{name} as by default: {default}"),
                    None => format!("{name} without a value"),
                },
                actual: is.to_string(),
                name,
            });
        };
        // What an object is replaced by has no members of the one before.
        let inner = properties(api, id);
        let kept = sent.as_object()?;
        let member = was.as_object()?.iter().find(|(part, was)| {
            let place = inner.iter().find(|(known, _)| known == *part);
            let servers = place.is_some_and(|(_, id)| {
                let (own, target) = (api.schema(*id), api.schema(api.resolve(*id)));
                own.read_only || target.read_only || own.write_only || target.write_only
            });
            let last = snake(part);
            let last = last.rsplit('_').next().unwrap_or_default();
            let identifies = ["id", "uid", "uuid", "key"].contains(&last);
            if servers || identifies {
                return false;
            }
            let gone = place.is_some_and(|(_, id)| match default_of(api, *id) {
                Some(default) => !same(&default, was),
                None => !is_nothing(was),
            });
            let stays = is.get(part.as_str()).is_some_and(|is| same(was, is));
            !kept.contains_key(*part) && gone && stays
        });
        member.map(|(part, was)| Difference {
            expected: format!("{name} without `{part}`"),
            actual: format!("{part}: {was}"),
            name: name.clone(),
        })
    };
    // What a server makes up anew each time, such as a date, is not kept.
    properties(api, schema).into_iter().find_map(stays)
}

/// The first member of an object that a merge patch leaves out, and that is not there any more (RFC 7396 §2).
pub(super) fn unmerged(
    api: &Api,
    (schema, shown): (SchemaId, SchemaId),
    body: &Value,
    before: &Value,
    after: &Value,
) -> Option<Difference> {
    let body = core_of(api, schema, body).1.as_object()?;
    let (before, after) = (core_of(api, shown, before).1, core_of(api, shown, after).1);
    body.iter().find_map(|(name, sent)| {
        let (sent, was) = (sent.as_object()?, before.get(name)?.as_object()?);
        let is = after.get(name)?;
        // What has a kind is another thing with another kind.
        if ["type", "kind", "channel"]
            .iter()
            .any(|it| sent.contains_key(*it))
        {
            return None;
        }
        let lost = was.iter().find(|(part, value)| {
            !sent.contains_key(*part) && !value.is_null() && is.get(part.as_str()).is_none()
        });
        lost.map(|(part, value)| Difference {
            name: name.clone(),
            expected: format!("{part}: {value}"),
            actual: is.to_string(),
        })
    })
}

/// The first member that a merge patch removes, and that was `sent` when the resource was made and stays (RFC 7396 §2).
pub(super) fn uncleared(
    api: &Api,
    (schema, shown): (SchemaId, SchemaId),
    (body, sent): (&Value, &Value),
    before: &Value,
    after: &Value,
) -> Option<Difference> {
    let body = core_of(api, schema, body).1.as_object()?;
    let (before, after) = (core_of(api, shown, before).1, core_of(api, shown, after).1);
    let (_, inner) = core(api, shown);
    let cleared = body.iter().filter(|(_, sent)| sent.is_null());
    cleared.map(|(name, _)| name).find_map(|name| {
        let (was, is) = (before.get(name)?, after.get(name)?);
        // What is gone may be there by default, or worked out: only what was sent, and may have been changed since, tells.
        let of = properties(api, inner).into_iter().find(|it| it.0 == *name);
        let default = of.and_then(|(_, id)| default_of(api, id));
        let renewed = default.is_some_and(|it| same(&it, is));
        let needed = api
            .schema(api.resolve(inner))
            .object
            .required
            .contains(name);
        let own = sent.get(name).is_some_and(|sent| !sent.is_null());
        let stays = own && !needed && !is_nothing(was) && !renewed && was == is;
        (stays && !is_secret_name(name)).then(|| Difference {
            name: name.clone(),
            expected: "no value".to_owned(),
            actual: masked(is),
        })
    })
}

/// What cannot be told from nothing.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// The time of the last change, where a change has left it as it was. Times in whole seconds tell too little.
pub(super) fn untouched(
    api: &Api,
    shown: SchemaId,
    before: &Value,
    after: &Value,
) -> Option<Difference> {
    let (before, after) = (core_of(api, shown, before).1, core_of(api, shown, after).1);
    let (_, inner) = core(api, shown);
    let names = [
        "updated_at",
        "modified_at",
        "last_modified",
        "last_modified_at",
        "updated",
    ];
    // Only what is said to be the time of the last change, and is the server's to set.
    let (name, _) = properties(api, inner).into_iter().find(|(name, id)| {
        let (own, target) = (api.schema(*id), api.schema(api.resolve(*id)));
        let said = own.description.as_deref().or(target.description.as_deref());
        let last = says(
            said.unwrap_or_default(),
            &["last change", "last update", "last modif", "last chang"],
        );
        (own.read_only || target.read_only) && last && names.contains(&snake(name).as_str())
    })?;
    let without = |body: &Value| {
        let mut members = body.as_object().cloned().unwrap_or_default();
        members.remove(&name);
        members
    };
    let (was, is) = (before.get(&name)?.as_str()?, after.get(&name)?.as_str()?);
    // What is kept in whole seconds is also written as `.000`.
    let exact = was.split_once('.').is_some_and(|(_, rest)| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit);
        let (count, zeros) = digits.fold((0, true), |(count, zeros), digit| {
            (count + 1, zeros && digit == b'0')
        });
        count >= 3 && !zeros
    });
    // Nothing was changed where nothing differs.
    let stays = exact && was == is && without(before) != without(after);
    stays.then(|| Difference {
        expected: format!("later than {was}"),
        actual: is.to_owned(),
        name,
    })
}
