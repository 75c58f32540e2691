//! What is written only: `writeOnly` (JSON Schema validation §9.4) properties are sent, and never come back.

use super::{Subject, compare::is_empty};
use crate::{
    exchange::Exchange,
    finding::Finding,
    rules::infer::{
        envelope::{core, core_of, told},
        properties, properties_of_any,
    },
};
use counterpart_model::api::{Api, SchemaId};
use serde_json::Value;

/// The finding that an answer shows what was sent as `writeOnly`, if it does: `shown` is the schema of the answer.
pub(super) fn shows_secret(
    of: &Subject<'_>,
    check: &'static str,
    sent: &Value,
    shown: Option<SchemaId>,
    exchange: &Exchange,
) -> Option<Finding> {
    let (_, asked) = of.context.body_schema(of.operation)?;
    let name = leaked(&of.context.api, (asked, shown), sent, &exchange.json()?)?;
    let title = format!("`{name}` is writeOnly, and comes back");
    let finding = of.finding(check, title, "writeOnly: it is not part of an answer");
    Some(finding.expected("no such property", "the value that was sent"))
}

/// The name of a property that is writeOnly, was sent, and is shown as it was by an answer that is not said to have it.
fn leaked(
    api: &Api,
    (asked, shown): (SchemaId, Option<SchemaId>),
    sent: &Value,
    answer: &Value,
) -> Option<String> {
    let (inner, sent) = core_of(api, asked, sent);
    let of = shown.map(|shown| core(api, shown).1);
    let hidden = |id: SchemaId| {
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        own.write_only || target.write_only
    };
    let all = properties(api, inner).into_iter();
    let mut leaked = all.filter(|(name, id)| {
        let value = sent.get(name).filter(|it| !is_empty(it));
        let telling = value.is_some_and(|it| !it.is_null() && !it.is_boolean() && it != "");
        let said = of.and_then(|of| {
            let mut all = properties_of_any(api, of).into_iter();
            all.find(|(known, _)| known == name)
        });
        let there = told(answer, name) == value;
        hidden(*id) && telling && there && said.is_none_or(|(_, id)| hidden(id))
    });
    leaked.next().map(|(name, _)| name)
}
