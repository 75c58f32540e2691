//! Requests: a struct, and how it is read.

use super::module::{Module, doc_tokens, ident, rust};
use super::types::describe_use;
use crate::docs;
use crate::error::Error;
use crate::plan::{BodyPlan, OperationPlan, ParameterPlan, Plan, Presence};
use counterpart_model::api::{ParameterContent, ParameterLocation, Style};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn emit(
    plan: &Plan<'_>,
    module: &mut Module,
    of: &OperationPlan<'_>,
) -> Result<(), Error> {
    module.runtime(&["Violations"]);
    let name = ident(&of.request);
    let mut fields = Vec::new();
    let mut reads = Vec::new();
    let mut built = Vec::new();
    for parameter in &of.parameters {
        let ty = module.expr(plan, &parameter.expr);
        let optional = matches!(parameter.presence, Presence::Optional);
        let docs = match parameter.parameter.schema() {
            Some(schema) => describe_use(plan, schema, parameter.parameter.description.as_deref()),
            None => parameter
                .parameter
                .description
                .as_deref()
                .map(docs::lines)
                .unwrap_or_default(),
        };
        let docs = doc_tokens(&docs);
        let field = ident(&parameter.rust);
        let local = local(&parameter.rust);
        let typed = rust(
            &of.request,
            &if optional {
                format!("Option<{ty}>")
            } else {
                ty.clone()
            },
        )?;
        fields.push(quote!(#docs pub #field: #typed));
        let spec = specification(plan, module, parameter)?;
        reads.push(match &parameter.presence {
            Presence::Required => quote!(let #local = c.required(&#spec);),
            Presence::Optional => quote!(let #local = c.optional(&#spec);),
            Presence::Default(default) => quote!(let #local = c.or_default(&#spec, #default);),
        });
        built.push(match (optional, local == field) {
            (true, true) => quote!(#field),
            (true, false) => quote!(#field: #local),
            (false, _) => quote!(#field: #local?),
        });
    }
    let mut reads_body = false;
    let mut enumeration = None;
    if let Some(body) = &of.body {
        let field = ident(&body.rust);
        let description = of
            .operation
            .body
            .as_ref()
            .and_then(|body| body.description.as_deref());
        let docs = doc_tokens(&docs::lines(description.unwrap_or("The body.")));
        let (ty, read, needs_collector) = body_parts(plan, module, of, body)?;
        reads_body = needs_collector;
        reads.push(read);
        let typed = if body.required {
            ty.clone()
        } else {
            quote!(Option<#ty>)
        };
        fields.push(quote!(#docs pub #field: #typed));
        built.push(if body.required {
            quote!(#field: body?)
        } else {
            quote!(#field)
        });
        enumeration = body_enum(plan, module, body)?;
    }
    let collector = if of.parameters.is_empty() && !reads_body {
        quote!(c)
    } else {
        quote!(mut c)
    };
    let doc = format!(" What `{}` is asked.", of.operation.id.0.replace('`', "'"));
    module.tokens(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            #(#fields,)*
        }

        impl #name {
            fn read(input: &Input) -> Result<Self, Violations> {
                input.collect(|#collector| {
                    #(#reads)*
                    c.finish(|| Some(Self { #(#built,)* }))
                })
            }
        }

        #enumeration
    })
}

/// A local of `read`, which has names of its own.
fn local(field: &str) -> proc_macro2::Ident {
    match field {
        "c" | "input" => ident(&format!("{field}_")),
        other => ident(other),
    }
}

/// The body's type and the statement that reads it, and whether that takes the collector.
fn body_parts(
    plan: &Plan<'_>,
    module: &mut Module,
    of: &OperationPlan<'_>,
    body: &BodyPlan,
) -> Result<(TokenStream, TokenStream, bool), Error> {
    if let Some(name) = &body.enumeration {
        let name = ident(name);
        let mut arms = Vec::new();
        let mut collects = false;
        for way in &body.ways {
            let (variant, media_types) = (ident(&way.variant), &way.media_types);
            let read = match &way.expr {
                Some(_) => {
                    collects = true;
                    quote!(c.optional_body().map(#name::#variant))
                }
                None => quote!(input.raw_body().map(#name::#variant)),
            };
            arms.push(quote!(Some(#(#media_types)|*) => #read));
        }
        let missing = if body.required {
            module.runtime(&["Location", "Violation"]);
            collects = true;
            quote!({
                c.push(Violation::new(
                    Location::Body,
                    "",
                    "required",
                    "the body is required",
                ));
                None
            })
        } else {
            quote!(None)
        };
        let read = quote!(let body = match input.media_type() { #(#arms,)* _ => #missing };);
        return Ok((quote!(#name), read, collects));
    }
    match body.ways.first().and_then(|way| way.expr.as_ref()) {
        Some(expr) => {
            let ty = rust(&of.request, &module.expr(plan, expr))?;
            let read = if body.required {
                quote!(let body = c.body();)
            } else {
                quote!(let body = c.optional_body();)
            };
            Ok((ty, read, true))
        }
        None => {
            module.import("counterpart_runtime::server", "RawBody");
            let mut collects = false;
            let missing = body.required.then(|| {
                collects = true;
                module.runtime(&["Location", "Violation"]);
                quote! {
                    if body.is_none() {
                        c.push(Violation::new(Location::Body, "", "required", "the body is required"));
                    }
                }
            });
            Ok((
                quote!(RawBody),
                quote!(let body = input.raw_body(); #missing),
                collects,
            ))
        }
    }
}

/// The enum of a body with several ways.
pub(super) fn body_enum(
    plan: &Plan<'_>,
    module: &mut Module,
    body: &BodyPlan,
) -> Result<Option<TokenStream>, Error> {
    let Some(name) = &body.enumeration else {
        return Ok(None);
    };
    let mut variants = Vec::new();
    for way in &body.ways {
        let ty = match &way.expr {
            Some(expr) => module.expr(plan, expr),
            None => {
                module.import("counterpart_runtime::server", "RawBody");
                "RawBody".to_owned()
            }
        };
        let ty = rust(name, &ty)?;
        let doc = format!(" `{}`", way.media_types.join("`, `"));
        let variant = ident(&way.variant);
        variants.push(quote!(#[doc = #doc] #variant(#ty)));
    }
    let name = ident(name);
    Ok(Some(quote! {
        #[doc = " A body, by media type."]
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name {
            #(#variants,)*
        }
    }))
}

/// `Parameter::query("limit", Kind::Integer)`
fn specification(
    plan: &Plan<'_>,
    module: &mut Module,
    of: &ParameterPlan<'_>,
) -> Result<TokenStream, Error> {
    module.runtime(&["Kind", "Parameter"]);
    let parameter = of.parameter;
    let name = parameter.name.as_str();
    let constructor = ident(parameter.location.as_str());
    let kind = parameter
        .schema()
        .map_or_else(|| "Kind::Any".to_owned(), |schema| plan.kind(schema));
    let kind = rust(name, &kind)?;
    let usual = |style: Style, explode: bool| match parameter.location {
        ParameterLocation::Path | ParameterLocation::Header => style == Style::Simple && !explode,
        ParameterLocation::Query | ParameterLocation::Cookie => style == Style::Form && explode,
    };
    let style = match &parameter.content {
        ParameterContent::Media { .. } => quote!(.json()),
        ParameterContent::Styled { style, explode, .. } if usual(*style, *explode) => {
            TokenStream::new()
        }
        ParameterContent::Styled { style, explode, .. } => {
            module.runtime(&["Style"]);
            let style = match style {
                Style::Matrix => quote!(Matrix),
                Style::Label => quote!(Label),
                Style::Simple => quote!(Simple),
                Style::Form => quote!(Form),
                Style::SpaceDelimited => quote!(SpaceDelimited),
                Style::PipeDelimited => quote!(PipeDelimited),
                Style::DeepObject => quote!(DeepObject),
            };
            quote!(.style(Style::#style, #explode))
        }
    };
    let allow_empty = parameter.allow_empty_value.then(|| quote!(.allow_empty()));
    Ok(quote!(Parameter::#constructor(#name, #kind) #style #allow_empty))
}
