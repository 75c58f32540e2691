//! Enums of types.

use super::module::{Module, doc_tokens, ident, rust};
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
    let mut variants = Vec::new();
    let mut types = Vec::new();
    let mut names = Vec::new();
    for variant in &item.variants {
        let docs = doc_tokens(&describe_use(plan, variant.schema, None));
        let ty = rust(name, &module.expr(plan, &variant.expr))?;
        let variant = ident(&variant.rust);
        variants.push(quote!(#docs #variant(#ty)));
        types.push(ty);
        names.push(variant);
    }
    let judged = item.judged.then(|| quote!(p.judged(Self::SCHEMA)?;));
    let read = match &item.tag {
        Some(tag) => {
            let arms = item
                .variants
                .iter()
                .zip(&names)
                .filter(|(variant, _)| !variant.tags.is_empty());
            let arms = arms.map(|(variant, name)| {
                let tags = &variant.tags;
                quote!(#(Some(#tags))|* => Instance::parse(p).map(Self::#name))
            });
            quote! {
                match p.peek_tag(#tag)?.as_deref() {
                    #(#arms,)*
                    _ => p.refuse(),
                }
            }
        }
        None => {
            // The judge has counted already.
            let exact = (item.exact && !item.judged && types.len() > 1).then(|| {
                quote!(if [#(p.would_read::<#types>()),*].into_iter().filter(|read| *read).count() != 1 { return p.refuse(); })
            });
            quote! {
                #exact
                #(if let Ok(value) = p.attempt(Instance::parse) { return Ok(Self::#names(value)); })*
                p.refuse()
            }
        }
    };
    let conversions = item.variants.iter().enumerate().filter(|(at, variant)| {
        let once = item
            .variants
            .iter()
            .enumerate()
            .all(|(other, variant2)| other == *at || variant2.expr != variant.expr);
        once && is_own(plan, &variant.expr)
    });
    let name = ident(name);
    let conversions = conversions.filter_map(|(at, _)| {
        let (variant, ty) = (names.get(at)?, types.get(at)?);
        Some(quote!(impl From<#ty> for #name { fn from(value: #ty) -> Self { Self::#variant(value) } }))
    });
    module.tokens(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name {
            #(#variants,)*
        }

        #(#conversions)*

        impl Instance for #name {
            const SCHEMA: SchemaRef = SCHEMAS.schema(#index);

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                #judged
                #read
            }

            fn write(&self, w: &mut Writer) {
                match self {
                    #(Self::#names(value) => value.write(w),)*
                }
            }
        }

        serde_by_value!(#name);
    })
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
