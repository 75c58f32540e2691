//! `operations.rs` and `operations/`: a module and a trait per tag.

use super::module::{Module, Place, doc_tokens, ident};
use super::{File, request, response, security, types};
use crate::docs;
use crate::error::Error;
use crate::plan::{Home, OperationPlan, Plan, TagPlan};
use counterpart_model::api::SchemaId;
use indexmap::IndexMap;
use quote::quote;
use std::collections::HashMap;

pub(super) fn files(plan: &Plan<'_>) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    let mut root = Module::new(
        "src/operations.rs",
        Place::Outside,
        "The document's operations: a trait per tag.",
    );
    let shared = response::shared_headers(plan)?;
    let mut modules: Vec<&str> = plan.tags.iter().map(|tag| tag.module.as_str()).collect();
    if shared.is_some() {
        modules.push("responses");
    }
    let lines: Vec<String> = modules
        .iter()
        .map(|module| format!("pub(crate) mod {module};\n"))
        .collect();
    root.text(&lines.concat());
    let lines: Vec<String> = modules
        .iter()
        .map(|module| format!("pub use {module}::*;\n"))
        .collect();
    root.text(&lines.concat());
    if files_use_json(plan) {
        root.runtime(&["Instance"]);
        root.import("counterpart_runtime::server", "Reply");
        root.import("counterpart_runtime::server", "StatusCode");
        root.tokens(quote! {
            fn json<T: Instance>(status: StatusCode, body: &T) -> Reply {
                Reply::json(status, "application/json", T::SCHEMA, body)
            }
        })?;
    }
    files.push(root.finish());
    files.extend(shared);
    let mut inline: HashMap<&str, Vec<SchemaId>> = HashMap::new();
    for (id, of) in &plan.types {
        if let Home::Operations(module) = &of.home {
            inline.entry(module).or_default().push(*id);
        }
    }
    let constants = security::constants(plan);
    for tag in &plan.tags {
        let mut ids = inline.remove(tag.module.as_str()).unwrap_or_default();
        ids.sort_unstable();
        files.push(tag_file(plan, tag, &ids, &constants)?);
    }
    Ok(files)
}

/// Whether any response is plain `application/json`.
fn files_use_json(plan: &Plan<'_>) -> bool {
    let operations = plan.tags.iter().flat_map(|tag| &tag.operations);
    let bodies = operations
        .flat_map(|of| &of.responses)
        .filter_map(|response| response.body.as_ref());
    bodies
        .flat_map(|body| &body.ways)
        .any(|way| way.expr.is_some() && response::is_plain_json(way))
}

fn tag_file(
    plan: &Plan<'_>,
    tag: &TagPlan<'_>,
    inline: &[SchemaId],
    constants: &IndexMap<&str, String>,
) -> Result<File, Error> {
    let place = Place::Home(Home::Operations(tag.module.clone()));
    let title = if tag.tag.is_empty() {
        "operations without a tag"
    } else {
        tag.tag
    };
    let path = format!("src/operations/{}.rs", tag.module);
    let mut module = Module::new(
        path,
        place,
        &format!("{title}: requests, responses, the trait."),
    );
    emit_trait(&mut module, tag)?;
    emit_routes(&mut module, tag)?;
    for of in &tag.operations {
        info(&mut module, of, constants)?;
        request::emit(plan, &mut module, of)?;
        response::emit(plan, &mut module, of)?;
    }
    for id in inline {
        types::item(plan, &mut module, *id)?;
    }
    Ok(module.finish())
}

fn emit_trait(module: &mut Module, tag: &TagPlan<'_>) -> Result<(), Error> {
    module.import("counterpart_runtime::server", "Call");
    let docs = tag
        .description
        .map(docs::lines)
        .filter(|lines| !lines.is_empty());
    let docs = doc_tokens(&docs.unwrap_or_else(|| {
        docs::lines(&format!(
            "{}.",
            if tag.tag.is_empty() {
                "Operations without a tag"
            } else {
                tag.tag
            }
        ))
    }));
    let name = ident(&tag.name);
    let methods = tag.operations.iter().map(|of| {
        let docs = doc_tokens(&describe(of));
        let (method, request, response) = (ident(&of.method), ident(&of.request), ident(&of.response));
        quote! {
            #docs
            fn #method(&self, call: Call<Caller>, request: #request) -> impl Future<Output = #response> + Send;
        }
    });
    module.tokens(quote! {
        #docs
        pub trait #name<Caller>: Send + Sync + 'static {
            #(#methods)*
        }
    })
}

/// `GET /customers`, summary and description.
fn describe(of: &OperationPlan<'_>) -> Vec<String> {
    let operation = of.operation;
    let mut lines = Vec::new();
    for text in [&operation.summary, &operation.description]
        .into_iter()
        .flatten()
    {
        let text = docs::lines(text);
        if !lines.is_empty() && !text.is_empty() {
            lines.push(String::new());
        }
        lines.extend(text);
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(docs::lines(&format!(
        "`{} {}`",
        operation.method,
        operation.path.replace('`', "'")
    )));
    if operation.deprecated {
        lines.extend([String::new(), "Deprecated.".to_owned()]);
    }
    lines
}

/// The function that hands the operations of a tag to a server.
fn emit_routes(module: &mut Module, tag: &TagPlan<'_>) -> Result<(), Error> {
    for name in ["Authenticate", "Input", "Server"] {
        module.import("counterpart_runtime::server", name);
    }
    module.import("std::sync", "Arc");
    let name = ident(&tag.name);
    let last = tag.operations.len().saturating_sub(1);
    let routes = tag.operations.iter().enumerate().map(|(at, of)| {
        let (constant, method, request) = (ident(&of.constant), ident(&of.method), ident(&of.request));
        let added = quote! {
            server.operation(&#constant, |service: Arc<S>, call: Call<A::Caller>, input: Input| async move {
                let request = #request::read(&input)?;
                Ok(#name::#method(&*service, call, request).await.into_reply())
            })
        };
        if at == last { added } else { quote!(let server = #added;) }
    });
    module.tokens(quote! {
        #[doc = " Adds the operations of this tag to a server."]
        pub(crate) fn serve<S, A>(server: Server<S, A>) -> Server<S, A>
        where
            A: Authenticate,
            S: #name<A::Caller>,
        {
            #(#routes)*
        }
    })
}

fn info(
    module: &mut Module,
    of: &OperationPlan<'_>,
    constants: &IndexMap<&str, String>,
) -> Result<(), Error> {
    module.import("counterpart_runtime::server", "OperationInfo");
    let operation = of.operation;
    let constant = ident(&of.constant);
    let (id, method, path) = (
        operation.id.0.as_str(),
        operation.method.as_str(),
        operation.path.as_str(),
    );
    let tag = operation.tags.first().map_or("", String::as_str);
    let security = security::requirements(operation, constants, module);
    let body = match &operation.body {
        Some(body) => {
            module.import("counterpart_runtime::server", "BodyInfo");
            let (required, media_types) = (body.required, body.content.keys());
            quote!(Some(BodyInfo { required: #required, media_types: &[#(#media_types),*] }))
        }
        None => quote!(None),
    };
    let mut produces: Vec<&str> = Vec::new();
    for media_type in operation
        .responses
        .values()
        .flat_map(|response| response.content.keys())
    {
        if !produces.contains(&media_type.as_str()) {
            produces.push(media_type);
        }
    }
    let doc = format!(" `{} {}`", method, path.replace('`', "'"));
    module.tokens(quote! {
        #[doc = #doc]
        pub static #constant: OperationInfo = OperationInfo {
            id: #id,
            method: #method,
            path: #path,
            tag: #tag,
            security: #security,
            body: #body,
            produces: &[#(#produces),*],
        };
    })
}
