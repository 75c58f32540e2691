//! Responses: an enum with a variant per documented status, and how it is written.

use super::File;
use super::module::{Module, Place, doc_tokens, ident, literal, rust};
use super::request::body_enum;
use crate::docs;
use crate::error::Error;
use crate::plan::{BodyPlan, HeadersPlan, Home, OperationPlan, Plan, ResponsePlan};
use counterpart_model::api::StatusKey;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashSet;

const JSON: &str = "application/json";

pub(super) fn emit(
    plan: &Plan<'_>,
    module: &mut Module,
    of: &OperationPlan<'_>,
) -> Result<(), Error> {
    module.runtime(&["response_type"]);
    let name = ident(&of.response);
    let mut variants = Vec::new();
    let mut arms = Vec::new();
    let mut others = Vec::new();
    for response in &of.responses {
        let variant = ident(&response.variant);
        let docs = doc_tokens(&describe(response));
        let mut fields = Vec::new();
        let mut names = Vec::new();
        let status = status(module, response.status);
        if !matches!(response.status, StatusKey::Code(_)) {
            module.import("counterpart_runtime::server", "StatusCode");
            fields.push(quote!(status: StatusCode));
            names.push("status");
        }
        if let Some(body) = &response.body {
            let ty = body_type(plan, module, body, &of.response)?;
            fields.push(quote!(body: #ty));
            names.push("body");
            others.extend(body_enum(plan, module, body)?);
        }
        if let Some(headers) = &response.headers {
            let ty = ident(&headers.name);
            match headers.component {
                Some(_) => module.import("super", &headers.name),
                None => others.push(headers_struct(plan, module, headers)?),
            }
            fields.push(quote!(headers: #ty));
            names.push("headers");
        }
        let reply = reply(plan, module, response, &status);
        if fields.is_empty() {
            variants.push(quote!(#docs #variant));
            arms.push(format!("{variant} => {reply}"));
        } else {
            variants.push(quote!(#docs #variant { #(#fields,)* }));
            arms.push(format!("{variant} {{ {} }} => {reply}", names.join(", ")));
        }
    }
    if of.responses.is_empty() {
        // The document says nothing: anything without a body.
        module.import("counterpart_runtime::server", "StatusCode");
        variants.push(quote!(
            #[doc = " The document names no response."]
            Empty {
                #[doc = " The status."]
                status: StatusCode
            }
        ));
        module.import("counterpart_runtime::server", "Reply");
        arms.push("Empty { status } => Reply::empty(status)".to_owned());
    }
    let doc = format!(" What `{}` answers.", of.operation.id.0.replace('`', "'"));
    module.tokens(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name {
            #(#variants,)*
        }
    })?;
    let rows: String = arms.iter().map(|arm| format!("    {arm},\n")).collect();
    module.attached(&format!(
        "response_type! {{\n    {};\n{rows}}}\n",
        of.response
    ));
    if others.is_empty() {
        return Ok(());
    }
    module.tokens(quote!(#(#others)*))
}

fn describe(response: &ResponsePlan<'_>) -> Vec<String> {
    let mut lines = docs::lines(&response.response.description);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(format!("`{}`", response.status));
    lines
}

fn status(module: &mut Module, key: StatusKey) -> String {
    match key {
        StatusKey::Range(_) | StatusKey::Default => "status".to_owned(),
        StatusKey::Code(code) => {
            module.import("counterpart_runtime::server", "StatusCode");
            match crate::plan::status_constant(code) {
                Some(constant) => format!("StatusCode::{constant}"),
                None => format!("StatusCode::from_u16({code}).unwrap_or_default()"),
            }
        }
    }
}

fn body_type(
    plan: &Plan<'_>,
    module: &mut Module,
    body: &BodyPlan,
    path: &str,
) -> Result<TokenStream, Error> {
    if let Some(name) = &body.enumeration {
        let name = ident(name);
        return Ok(quote!(#name));
    }
    match body.ways.first().and_then(|way| way.expr.as_ref()) {
        Some(expr) => rust(path, &module.expr(plan, expr)),
        None => {
            module.import("counterpart_runtime::server", "RawBody");
            Ok(quote!(RawBody))
        }
    }
}

fn reply(
    plan: &Plan<'_>,
    module: &mut Module,
    response: &ResponsePlan<'_>,
    status: &str,
) -> String {
    let empty = |module: &mut Module| {
        module.import("counterpart_runtime::server", "Reply");
        format!("Reply::empty({status})")
    };
    let base = match &response.body {
        None => empty(module),
        Some(body) => match (&body.enumeration, body.ways.first()) {
            (Some(name), _) => {
                let mut arms = String::new();
                for way in &body.ways {
                    let reply = way_reply(plan, module, way, status);
                    arms.push_str(&format!(
                        "        {name}::{}(body) => {reply},\n",
                        way.variant
                    ));
                }
                format!("match body {{\n{arms}    }}")
            }
            (None, Some(way)) => way_reply(plan, module, way, status),
            (None, None) => empty(module),
        },
    };
    if response.headers.is_some() {
        format!("headers.on({base})")
    } else {
        base
    }
}

fn way_reply(
    plan: &Plan<'_>,
    module: &mut Module,
    way: &crate::plan::BodyWay,
    status: &str,
) -> String {
    if let Some(expr) = &way.expr {
        let media_type = way.media_types.first().map_or(JSON, String::as_str);
        if is_plain_json(way) {
            module.import("super", "json");
            return format!("json({status}, &body)");
        }
        module.import("counterpart_runtime::server", "Reply");
        module.runtime(&["Instance"]);
        let ty = module.expr(plan, expr);
        let media_type = literal(media_type);
        return format!("Reply::json({status}, {media_type}, <{ty} as Instance>::SCHEMA, &body)");
    }
    module.import("counterpart_runtime::server", "Reply");
    format!("Reply::bytes({status}, body.media_type, body.bytes)")
}

/// Whether a way is written as `application/json`.
pub(super) fn is_plain_json(way: &crate::plan::BodyWay) -> bool {
    way.media_types
        .first()
        .is_none_or(|media_type| media_type == JSON || media_type.contains('*'))
}

fn headers_struct(
    plan: &Plan<'_>,
    module: &mut Module,
    headers: &HeadersPlan<'_>,
) -> Result<TokenStream, Error> {
    module.import("counterpart_runtime::server", "Reply");
    let mut fields = Vec::new();
    let mut written = Vec::new();
    for header in &headers.fields {
        let (rust_name, key) = (ident(&header.rust), header.name);
        written.push(if header.required {
            quote!(.header(#key, &self.#rust_name))
        } else {
            quote!(.optional_header(#key, self.#rust_name.as_ref()))
        });
        let docs = doc_tokens(
            &header
                .description
                .map(docs::lines)
                .unwrap_or_else(|| vec![format!("`{}`", header.name.replace('`', "'"))]),
        );
        let ty = module.expr(plan, &header.expr);
        let ty = rust(
            &headers.name,
            &if header.required {
                ty
            } else {
                format!("Option<{ty}>")
            },
        )?;
        let field = ident(&header.rust);
        fields.push(quote!(#docs pub #field: #ty));
    }
    let name = ident(&headers.name);
    Ok(quote! {
        #[doc = " Response headers."]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            #(#fields,)*
        }

        impl #name {
            pub(super) fn on(&self, reply: Reply) -> Reply {
                reply #(#written)*
            }
        }
    })
}

/// `operations/responses.rs`: headers of the responses that operations share.
pub(super) fn shared_headers(plan: &Plan<'_>) -> Result<Option<File>, Error> {
    let place = Place::Home(Home::Operations("responses".to_owned()));
    let mut module = Module::new(
        "src/operations/responses.rs",
        place,
        "Headers of responses that operations share.",
    );
    let mut seen = HashSet::new();
    let operations = plan.tags.iter().flat_map(|tag| &tag.operations);
    let headers = operations
        .flat_map(|of| &of.responses)
        .filter_map(|response| response.headers.as_ref());
    for headers in headers.filter(|headers| headers.component.is_some()) {
        if seen.insert(&headers.name) {
            let item = headers_struct(plan, &mut module, headers)?;
            module.tokens(item)?;
        }
    }
    Ok((!seen.is_empty()).then(|| module.finish()))
}
