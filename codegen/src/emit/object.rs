//! Structs.

use super::module::{Module, derives, doc_tokens, ident, invocation, literal, rust};
use super::types::{describe, describe_use};
use crate::error::Error;
use crate::plan::{Object, Plan, Rest};
use counterpart_model::api::SchemaId;
use quote::quote;

pub(super) fn emit(
    plan: &Plan<'_>,
    module: &mut Module,
    id: SchemaId,
    name: &str,
    item: &Object,
) -> Result<(), Error> {
    module.import("crate::schemas", "SCHEMAS");
    module.runtime(&["object_type"]);
    let index = plan.bundle.get(&id).copied().unwrap_or(u32::MAX);
    let docs = doc_tokens(&describe(plan, id));
    let mut fields = Vec::new();
    let mut members = Vec::new();
    for field in &item.fields {
        let docs = doc_tokens(&describe_use(plan, field.schema, None));
        let ty = module.expr(plan, &field.expr);
        let (kind, ty) = if field.required {
            ("required", ty)
        } else {
            ("optional", format!("Option<{ty}>"))
        };
        let ty = rust(name, &ty)?;
        let rust_name = ident(&field.rust);
        fields.push(quote!(#docs pub #rust_name: #ty));
        members.push(if rust_name == field.name {
            format!("{kind} {rust_name}")
        } else {
            format!("{kind} {rust_name} = {}", literal(&field.name))
        });
    }
    let rest = match &item.rest {
        Rest::Skipped => "skip".to_owned(),
        Rest::Refused => "refuse".to_owned(),
        Rest::Kept {
            rust: rust_name,
            values,
        } => {
            module.runtime(&["Map"]);
            let ty = rust(
                rust_name,
                &format!("Map<String, {}>", module.expr(plan, values)),
            )?;
            let rust_name = ident(rust_name);
            fields.push(
                quote!(#[doc = " The properties the document does not list."] pub #rust_name: #ty),
            );
            format!("keep {rust_name}")
        }
    };
    let judged = if item.judged { ", judged" } else { "" };
    let head = format!("{name}, SCHEMAS.schema({index}), {rest}{judged};");
    let rust_name = ident(name);
    let derives = derives(plan)?;
    module.tokens(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq #(, #derives)*)]
        pub struct #rust_name {
            #(#fields,)*
        }
    })?;
    module.attached(&invocation("object_type", &head, &members));
    Ok(())
}
