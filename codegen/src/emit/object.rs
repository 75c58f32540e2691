//! Structs.

use super::module::{Module, doc_tokens, ident, rust};
use super::types::{describe, describe_use};
use crate::error::Error;
use crate::names::Scope;
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
    module.runtime(&[
        "Instance",
        "Parsed",
        "Parser",
        "SchemaRef",
        "Writer",
        "serde_by_value",
    ]);
    let index =
        proc_macro2::Literal::u32_unsuffixed(plan.bundle.get(&id).copied().unwrap_or(u32::MAX));
    let docs = doc_tokens(&describe(plan, id));
    let name = ident(name);
    // The names `parse` itself uses.
    let mut scope = Scope::with(["p", "key", "required"]);

    let mut fields = Vec::new();
    let mut slots = Vec::new();
    let mut arms = Vec::new();
    let mut built = Vec::new();
    let mut written = Vec::new();
    for field in &item.fields {
        let docs = doc_tokens(&describe_use(plan, field.schema, None));
        let ty = module.expr(plan, &field.expr);
        let ty = rust(
            name.to_string().as_str(),
            &if field.required {
                ty
            } else {
                format!("Option<{ty}>")
            },
        )?;
        let (rust_name, key) = (ident(&field.rust), field.name.as_str());
        let slot = ident(&scope.take(field.rust.clone()));
        fields.push(quote!(#docs pub #rust_name: #ty));
        slots.push(quote!(let mut #slot = None;));
        arms.push(quote!(#key => p.field(&mut #slot)?));
        if field.required {
            module.runtime(&["required"]);
            built.push(quote!(#rust_name: required(#slot)?));
            written.push(quote!(w.field(#key, &self.#rust_name);));
        } else {
            built.push(if slot == rust_name {
                quote!(#rust_name)
            } else {
                quote!(#rust_name: #slot)
            });
            written.push(quote!(w.optional(#key, self.#rust_name.as_ref());));
        }
    }
    let rest = match &item.rest {
        Rest::Skipped => quote!(_ => p.skip()?),
        Rest::Refused => quote!(_ => return p.refuse()),
        Rest::Kept {
            rust: rust_name,
            values,
        } => {
            module.runtime(&["Map", "Refused"]);
            let ty = rust(
                rust_name,
                &format!("Map<String, {}>", module.expr(plan, values)),
            )?;
            let slot = ident(&scope.take(rust_name.clone()));
            let rust_name = ident(rust_name);
            fields.push(
                quote!(#[doc = " The properties the document does not list."] pub #rust_name: #ty),
            );
            slots.push(quote!(let mut #slot = Vec::new();));
            built.push(quote!(#rust_name: Map::from_entries(#slot).map_err(|_| Refused)?));
            written.push(quote!(for (name, value) in &self.#rust_name { w.field(name, value); }));
            quote!(_ => #slot.push((key.into_owned(), Instance::parse(p)?)))
        }
    };
    let judged = item.judged.then(|| quote!(p.judged(Self::SCHEMA)?;));
    let read = if arms.is_empty() {
        match &item.rest {
            Rest::Skipped => quote!(while p.next_key()?.is_some() {
                p.skip()?;
            }),
            Rest::Refused => quote!(if p.next_key()?.is_some() {
                return p.refuse();
            }),
            Rest::Kept { .. } => {
                quote!(while let Some(key) = p.next_key()? { match &*key { #rest } })
            }
        }
    } else {
        quote!(while let Some(key) = p.next_key()? { match &*key { #(#arms,)* #rest } })
    };
    module.tokens(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            #(#fields,)*
        }

        impl Instance for #name {
            const SCHEMA: SchemaRef = SCHEMAS.schema(#index);

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                #judged
                #(#slots)*
                p.begin_object()?;
                #read
                Ok(Self { #(#built,)* })
            }

            fn write(&self, w: &mut Writer) {
                w.begin_object();
                #(#written)*
                w.end_object();
            }
        }

        serde_by_value!(#name);
    })
}
