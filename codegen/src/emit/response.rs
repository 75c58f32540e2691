//! Responses: an enum with a variant per documented status, and how it is written.

use super::File;
use super::module::{Module, Place, derives, doc_tokens, ident, invocation, literal, rust};
use super::request::{body_enum, body_parts};
use crate::docs;
use crate::error::Error;
use crate::plan::{HeadersPlan, Home, OperationPlan, Plan, ResponsePlan};
use counterpart_model::api::StatusKey;
use quote::quote;
use std::collections::HashSet;

pub(super) fn emit(
    plan: &Plan<'_>,
    module: &mut Module,
    of: &OperationPlan<'_>,
) -> Result<(), Error> {
    module.runtime(&["response_type"]);
    let name = ident(&of.response);
    let mut variants = Vec::new();
    let mut rows = Vec::new();
    for response in &of.responses {
        let variant = ident(&response.variant);
        let docs = doc_tokens(&describe(response));
        let mut fields = Vec::new();
        let mut parts = Vec::new();
        if !matches!(response.status, StatusKey::Code(_)) {
            module.import("counterpart_runtime::operation", "StatusCode");
            fields.push(quote!(status: StatusCode));
            parts.push("status".to_owned());
        }
        if let Some(body) = &response.body {
            let (ty, kind) = body_parts(plan, module, body);
            let ty = rust(&of.response, &ty)?;
            fields.push(quote!(body: #ty));
            parts.push(format!("body: {kind}"));
        }
        if let Some(headers) = &response.headers {
            let ty = ident(&headers.name);
            if headers.component.is_some() {
                module.import("super", &headers.name);
            }
            fields.push(quote!(headers: #ty));
            parts.push(format!("headers: of {}", headers.name));
        }
        variants.push(if fields.is_empty() {
            quote!(#docs #variant)
        } else {
            quote!(#docs #variant { #(#fields,)* })
        });
        let (rank, key) = key(response.status);
        rows.push((rank, format!("{key} {variant} {{ {} }}", parts.join(", "))));
    }
    if of.responses.is_empty() {
        // The document says nothing: anything without a body.
        module.import("counterpart_runtime::operation", "StatusCode");
        variants.push(quote!(
            #[doc = " The document names no response."]
            Empty {
                #[doc = " The status."]
                status: StatusCode
            }
        ));
        rows.push((2, "default (_) Empty { status }".to_owned()));
    }
    let doc = format!(" What `{}` answers.", of.operation.id.0.replace('`', "'"));
    let derives = derives(plan)?;
    module.tokens(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq #(, #derives)*)]
        pub enum #name {
            #(#variants,)*
        }
    })?;
    // A code is closer than a range, and a range than the default (OAS §4.8.16).
    rows.sort_by_key(|(rank, _)| *rank);
    let rows: Vec<String> = rows.into_iter().map(|(_, row)| row).collect();
    module.attached(&invocation(
        "response_type",
        &format!("{};", of.response),
        &rows,
    ));
    for response in &of.responses {
        if let Some(body) = &response.body {
            body_enum(plan, module, body)?;
        }
        if let Some(headers) = &response.headers
            && headers.component.is_none()
        {
            headers_struct(plan, module, headers)?;
        }
    }
    Ok(())
}

/// How the macro calls a status, and how close it is.
fn key(status: StatusKey) -> (u8, String) {
    match status {
        StatusKey::Code(code) => (0, format!("fixed {code}")),
        StatusKey::Range(digit) => (1, format!("range ({digit}00..={digit}99)")),
        StatusKey::Default => (2, "default (_)".to_owned()),
    }
}

/// The status, and what the document says of it.
fn describe(response: &ResponsePlan<'_>) -> Vec<String> {
    let mut lines = docs::lines(&response.response.description);
    match lines.first_mut() {
        Some(first) => first.insert_str(0, &format!("`{}`: ", response.status)),
        None => lines.push(format!("`{}`", response.status)),
    }
    lines
}

fn headers_struct(
    plan: &Plan<'_>,
    module: &mut Module,
    headers: &HeadersPlan<'_>,
) -> Result<(), Error> {
    module.runtime(&["headers_type"]);
    let mut fields = Vec::new();
    let mut rows = Vec::new();
    for header in &headers.fields {
        let rust_name = ident(&header.rust);
        let docs = doc_tokens(
            &header
                .description
                .map(docs::lines)
                .unwrap_or_else(|| vec![format!("`{}`", header.name.replace('`', "'"))]),
        );
        let ty = module.expr(plan, &header.expr);
        let (presence, ty) = if header.required {
            ("required_header", ty)
        } else {
            ("optional_header", format!("Option<{ty}>"))
        };
        let ty = rust(&headers.name, &ty)?;
        fields.push(quote!(#docs pub #rust_name: #ty));
        // Names of headers are compared without regard to case (RFC 9110 §5.1).
        let key = literal(header.name);
        rows.push(format!("{presence} {rust_name} = {key}"));
    }
    let name = ident(&headers.name);
    let derives = derives(plan)?;
    module.tokens(quote! {
        #[doc = " Response headers."]
        #[derive(Clone, Debug, PartialEq #(, #derives)*)]
        pub struct #name {
            #(#fields,)*
        }
    })?;
    module.attached(&invocation(
        "headers_type",
        &format!("{};", headers.name),
        &rows,
    ));
    Ok(())
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
            headers_struct(plan, &mut module, headers)?;
        }
    }
    Ok((!seen.is_empty()).then(|| module.finish()))
}
