//! Requests: a struct, and how it is read.

use super::module::{Module, derives, doc_tokens, ident, invocation, literal, rust};
use super::types::describe_use;
use crate::docs;
use crate::error::Error;
use crate::plan::{BodyPlan, Coding, Expr, OperationPlan, ParameterPlan, Plan, Presence};
use counterpart_model::api::{ParameterContent, ParameterLocation, Style};
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
        rows.push_str(&format!("    ; {field}: {presence} {read}\n"));
    }
    let doc = format!(" What `{}` is asked.", of.operation.id.0.replace('`', "'"));
    let derives = derives(plan)?;
    module.tokens(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq #(, #derives)*)]
        pub struct #name {
            #(#fields,)*
        }
    })?;
    module.attached(&if rows.is_empty() {
        format!("request_type! {{ {}; }}\n", of.request)
    } else {
        format!("request_type! {{\n    {};\n{rows}}}\n", of.request)
    });
    of.body
        .as_ref()
        .map_or(Ok(()), |body| body_enum(plan, module, body))
}

/// The body's type, and how the macros call its kind: `json "application/json"`, `raw ["image/*"]`, `ways Name`.
pub(super) fn body_parts(
    plan: &Plan<'_>,
    module: &mut Module,
    body: &BodyPlan,
) -> (String, String) {
    if let Some(name) = &body.enumeration {
        return (name.clone(), format!("ways {name}"));
    }
    let way = body.ways.first();
    let types = way.map_or(&[][..], |way| way.media_types.as_slice());
    let first = types.first().map_or("application/json", String::as_str);
    match way.and_then(|way| Some((way.expr.as_ref()?, &way.coding))) {
        Some((expr, Coding::Form(styles))) => {
            let form = form(module, first, styles);
            (module.expr(plan, expr), format!("form {form}"))
        }
        Some((expr, coding)) => {
            let (kind, ty) = items(plan, module, expr, coding);
            (ty, format!("{kind} {}", literal(first)))
        }
        None => {
            module.import("counterpart_runtime::body", "RawBody");
            ("RawBody".to_owned(), format!("raw {}", list(types)))
        }
    }
}

/// How the macros call a body of JSON or of items, and its type.
fn items(
    plan: &Plan<'_>,
    module: &mut Module,
    expr: &Expr,
    coding: &Coding,
) -> (&'static str, String) {
    let inner = module.expr(plan, expr);
    let (kind, outer) = match coding {
        Coding::Lines => ("lines", "Lines"),
        Coding::Stream(outer) => ("stream", *outer),
        _ => return ("json", inner),
    };
    // In full: an operation may well be about events.
    (
        kind,
        format!("counterpart_runtime::stream::{outer}<{inner}>"),
    )
}

/// `("application/x-www-form-urlencoded", &[("tags", Style::DeepObject, true)])`
fn form(module: &mut Module, media_type: &str, styles: &[(String, &'static str, bool)]) -> String {
    if !styles.is_empty() {
        module.runtime(&["Style"]);
    }
    let styles: Vec<String> = styles
        .iter()
        .map(|(name, style, explode)| format!("({}, Style::{style}, {explode})", literal(name)))
        .collect();
    format!("({}, &[{}])", literal(media_type), styles.join(", "))
}

/// `["a", "b"]`
fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| literal(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// Adds the enum of a body with several ways.
pub(super) fn body_enum(
    plan: &Plan<'_>,
    module: &mut Module,
    body: &BodyPlan,
) -> Result<(), Error> {
    let Some(name) = &body.enumeration else {
        return Ok(());
    };
    module.runtime(&["body_type"]);
    let mut variants = Vec::new();
    let mut rows = Vec::new();
    for way in &body.ways {
        let (kind, ty, how) = match (&way.expr, &way.coding) {
            (Some(expr), Coding::Form(styles)) => {
                let first = way.media_types.first().map_or("", String::as_str);
                let form = form(module, first, styles);
                ("form", module.expr(plan, expr), format!(" {form}"))
            }
            (Some(expr), coding) => {
                let (kind, ty) = items(plan, module, expr, coding);
                (kind, ty, String::new())
            }
            (None, _) => {
                module.import("counterpart_runtime::body", "RawBody");
                ("raw", "RawBody".to_owned(), String::new())
            }
        };
        let ty = rust(name, &ty)?;
        let doc = format!(" `{}`", way.media_types.join("`, `"));
        let variant = ident(&way.variant);
        variants.push(quote!(#[doc = #doc] #variant(#ty)));
        rows.push(format!("{variant}({kind} {}{how})", list(&way.media_types)));
    }
    let rust_name = ident(name);
    let derives = derives(plan)?;
    module.tokens(quote! {
        #[doc = " A body, by media type."]
        #[derive(Clone, Debug, PartialEq #(, #derives)*)]
        pub enum #rust_name {
            #(#variants,)*
        }
    })?;
    module.attached(&invocation("body_type", &format!("{name};"), &rows));
    Ok(())
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
