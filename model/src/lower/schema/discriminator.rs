//! `discriminator`, and where its mapping leads.

use super::super::Context;
use crate::{
    api::{Discriminator, SchemaId},
    diagnostic::Code,
    read::NodeRef,
};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Reads `discriminator`, with the names that its variants have without a mapping.
pub(super) fn discriminator<'t>(context: &Context<'t>, node: NodeRef<'t>) -> Option<Discriminator> {
    let written = node.get("discriminator")?;
    let Some(property) = context.text(written, "propertyName") else {
        context.warn(
            written,
            Code::MissingDiscriminatorProperty,
            "`discriminator` has no `propertyName`",
        );
        return None;
    };
    let mut mapping = IndexMap::new();
    for (value, target) in context.map(written, "mapping") {
        match target
            .as_str()
            .and_then(|text| mapped(context, target, text))
        {
            Some(id) => {
                mapping.insert(value.to_owned(), id);
            }
            None => context.warn(
                target,
                Code::BadMapping,
                format!("the mapping of `{value}` leads to no schema"),
            ),
        }
    }
    let explicit: HashSet<SchemaId> = mapping.values().copied().collect();
    // The implicit names: the last part of each variant's reference (OAS §4.8.25).
    for key in ["oneOf", "anyOf"] {
        for variant in node.get(key).into_iter().flat_map(NodeRef::items) {
            let Some(text) = variant.get("$ref").and_then(NodeRef::as_str) else {
                continue;
            };
            let name = text.rsplit('/').next().unwrap_or_default().to_owned();
            let Some(target) = context.refs.step(variant) else {
                continue;
            };
            let id = context.schema_at(target);
            if !name.is_empty() && !explicit.contains(&id) {
                mapping.entry(name).or_insert(id);
            }
        }
    }
    Some(Discriminator { property, mapping })
}

/// The schema a mapping value names: a reference, or the name of a component.
fn mapped<'t>(context: &Context<'t>, at: NodeRef<'t>, text: &str) -> Option<SchemaId> {
    let reference =
        if text.contains(['#', '/']) || text.ends_with(".yaml") || text.ends_with(".json") {
            text.to_owned()
        } else {
            format!("#/components/schemas/{text}")
        };
    context
        .refs
        .files
        .resolve(at, &reference, 100)
        .ok()
        .map(|target| context.schema_at(target))
}
