//! Requests: a struct, and how it is read.

use super::module::{Module, doc_tokens, ident, literal, rust};
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
    module.runtime(&["request_type"]);
    let name = ident(&of.request);
    let mut fields = Vec::new();
    let mut rows = String::new();
    for parameter in &of.parameters {
        let ty = module.expr(plan, &parameter.expr);
        let (presence, ty) = match &parameter.presence {
            Presence::Required => ("required".to_owned(), ty),
            Presence::Optional => ("optional".to_owned(), format!("Option<{ty}>")),
            Presence::Default(default) => (format!("or_default({})", literal(default)), ty),
        };
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
        let typed = rust(&of.request, &ty)?;
        fields.push(quote!(#docs pub #field: #typed));
        let spec = specification(plan, module, parameter);
        rows.push_str(&format!("    {field}: {presence} {spec},\n"));
    }
    let mut enumeration = None;
    if let Some(body) = &of.body {
        let field = ident(&body.rust);
        let description = of
            .operation
            .body
            .as_ref()
            .and_then(|body| body.description.as_deref());
        let docs = doc_tokens(&docs::lines(description.unwrap_or("The body.")));
        let (ty, read) = body_parts(plan, module, body);
        let (presence, ty) = if body.required {
            ("required", ty)
        } else {
            ("optional", format!("Option<{ty}>"))
        };
        let typed = rust(&of.request, &ty)?;
        fields.push(quote!(#docs pub #field: #typed));
        rows.push_str(&format!("    ; {field}: {presence} |c, input| {read}\n"));
        enumeration = body_enum(plan, module, body)?;
    }
    let doc = format!(" What `{}` is asked.", of.operation.id.0.replace('`', "'"));
    module.tokens(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            #(#fields,)*
        }
    })?;
    module.attached(&if rows.is_empty() {
        format!("request_type! {{ {}; }}\n", of.request)
    } else {
        format!("request_type! {{\n    {};\n{rows}}}\n", of.request)
    });
    if let Some(enumeration) = enumeration {
        module.tokens(enumeration)?;
    }
    Ok(())
}

/// The body's type, and the expression that reads it.
fn body_parts(plan: &Plan<'_>, module: &mut Module, body: &BodyPlan) -> (String, String) {
    let optional = if body.required { "" } else { "optional_" };
    if let Some(name) = &body.enumeration {
        let mut arms = String::new();
        for way in &body.ways {
            let types: Vec<String> = way.media_types.iter().map(|text| literal(text)).collect();
            let read = match &way.expr {
                Some(_) => "c.optional_body()",
                None => "input.raw_body()",
            };
            arms.push_str(&format!(
                "        Some({}) => {read}.map({name}::{}),\n",
                types.join(" | "),
                way.variant
            ));
        }
        let missing = if body.required {
            "c.missing_body()"
        } else {
            "None"
        };
        let read = format!("match input.media_type() {{\n{arms}        _ => {missing},\n    }}");
        return (name.clone(), read);
    }
    match body.ways.first().and_then(|way| way.expr.as_ref()) {
        Some(expr) => (module.expr(plan, expr), format!("c.{optional}body()")),
        None => {
            module.import("counterpart_runtime::server", "RawBody");
            let read = if body.required {
                "input.raw_body().or_else(|| c.missing_body())"
            } else {
                "input.raw_body()"
            };
            ("RawBody".to_owned(), read.to_owned())
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

/// `query("limit", Kind::Integer)`
fn specification(plan: &Plan<'_>, module: &mut Module, of: &ParameterPlan<'_>) -> String {
    module.runtime(&["Kind"]);
    let parameter = of.parameter;
    let kind = parameter
        .schema()
        .map_or_else(|| "Kind::Any".to_owned(), |schema| plan.kind(schema));
    let usual = |style: Style, explode: bool| match parameter.location {
        ParameterLocation::Path | ParameterLocation::Header => style == Style::Simple && !explode,
        ParameterLocation::Query | ParameterLocation::Cookie => style == Style::Form && explode,
    };
    let style = match &parameter.content {
        ParameterContent::Media { .. } => ".json()".to_owned(),
        ParameterContent::Styled { style, explode, .. } if usual(*style, *explode) => String::new(),
        ParameterContent::Styled { style, explode, .. } => {
            module.runtime(&["Style"]);
            let style = match style {
                Style::Matrix => "Matrix",
                Style::Label => "Label",
                Style::Simple => "Simple",
                Style::Form => "Form",
                Style::SpaceDelimited => "SpaceDelimited",
                Style::PipeDelimited => "PipeDelimited",
                Style::DeepObject => "DeepObject",
            };
            format!(".style(Style::{style}, {explode})")
        }
    };
    let allow_empty = if parameter.allow_empty_value {
        ".allow_empty()"
    } else {
        ""
    };
    let (location, name) = (parameter.location.as_str(), literal(&parameter.name));
    format!("{location}({name}, {kind}){style}{allow_empty}")
}
