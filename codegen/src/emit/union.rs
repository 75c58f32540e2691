//! Enums of types.

use super::module::{Module, derives, doc_tokens, ident, invocation, literal, rust};
use super::types::{describe, describe_use};
use crate::error::Error;
use crate::plan::{Expr, Item, Plan, Union};
use counterpart_model::api::SchemaId;
use quote::quote;

pub(super) fn emit(
    plan: &Plan<'_>,
    module: &mut Module,
    id: SchemaId,
    name: &str,
    item: &Union,
) -> Result<(), Error> {
    module.import("crate::schemas", "SCHEMAS");
    module.runtime(&["union_type"]);
    let index = plan.bundle.get(&id).copied().unwrap_or(u32::MAX);
    let docs = doc_tokens(&describe(plan, id));
    let mut variants = Vec::new();
    let mut members = Vec::new();
    for variant in &item.variants {
        let docs = doc_tokens(&describe_use(plan, variant.schema, None));
        let written = module.expr(plan, &variant.expr);
        let ty = rust(name, &written)?;
        let rust_name = ident(&variant.rust);
        variants.push(quote!(#docs #rust_name(#ty)));
        let kind = if converts(plan, item, &variant.expr) {
            "from"
        } else {
            "only"
        };
        let mut member = format!("{kind} {rust_name}({written})");
        if item.tag.is_some() && !variant.tags.is_empty() {
            let tags: Vec<String> = variant.tags.iter().map(|tag| literal(tag)).collect();
            member.push_str(&format!(" = {}", tags.join(" | ")));
        }
        members.push(member);
    }
    let choice = match &item.tag {
        Some(tag) => format!("tag {}", literal(tag)),
        // The judge has counted already.
        None if item.exact && !item.judged && item.variants.len() > 1 => "exactly one".to_owned(),
        None => "first that".to_owned(),
    };
    let judged = if item.judged { ", judged" } else { "" };
    let head = format!("{name}, SCHEMAS.schema({index}), {choice}{judged};");
    let rust_name = ident(name);
    let derives = derives(plan)?;
    module.tokens(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq #(, #derives)*)]
        pub enum #rust_name {
            #(#variants,)*
        }
    })?;
    module.attached(&invocation("union_type", &head, &members));
    Ok(())
}

/// Whether a variant's type says which variant it is.
fn converts(plan: &Plan<'_>, item: &Union, expr: &Expr) -> bool {
    let times = item
        .variants
        .iter()
        .filter(|variant| variant.expr == *expr)
        .count();
    times == 1 && is_own(plan, expr)
}

/// Whether a type is a struct or enum of this crate, which no other type can be the same as.
fn is_own(plan: &Plan<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::Named(id) => plan
            .types
            .get(id)
            .is_some_and(|of| !matches!(of.item, Item::Alias(_))),
        _ => false,
    }
}
