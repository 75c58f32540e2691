//! `security.rs`: the security schemes as data.

use super::File;
use super::module::{Module, Place, doc_tokens, ident, literal};
use crate::docs;
use crate::error::Error;
use crate::names::{Scope, constant_name};
use crate::plan::Plan;
use counterpart_model::api::{ApiKeyLocation, Operation, SecurityKind};
use indexmap::IndexMap;
use quote::quote;

/// Scheme → its constant: those the document declares, then those only requirements name.
pub(super) fn constants<'a>(plan: &Plan<'a>) -> IndexMap<&'a str, String> {
    let mut scope = Scope::with(["SCHEMES"]);
    let mut constants = IndexMap::new();
    let declared = plan.api.security_schemes.keys();
    let operations = plan.tags.iter().flat_map(|tag| &tag.operations);
    let used = operations
        .flat_map(|of| &of.operation.security)
        .flat_map(|requirement| requirement.schemes.keys());
    for name in declared.chain(used) {
        if !constants.contains_key(name.as_str()) {
            constants.insert(name.as_str(), scope.take(constant_name(name)));
        }
    }
    constants
}

pub(super) fn file(plan: &Plan<'_>) -> Result<File, Error> {
    let mut module = Module::new(
        "src/security.rs",
        Place::Outside,
        "How callers prove who they are.",
    );
    let constants = constants(plan);
    module.import("counterpart_runtime::operation", "SecurityScheme");
    if !constants.is_empty() {
        module.import("counterpart_runtime::operation", "SchemeKind");
    }
    let mut items = Vec::new();
    for (name, constant) in &constants {
        let scheme = plan.api.security_schemes.get(*name);
        let described = scheme.and_then(|scheme| scheme.description.as_deref());
        let docs = doc_tokens(&docs::lines(
            described.unwrap_or("A security scheme of the document."),
        ));
        let kind = match scheme.map(|scheme| &scheme.kind) {
            Some(SecurityKind::Http { scheme }) => quote!(Http(#scheme)),
            Some(SecurityKind::ApiKey { location, name }) => match location {
                ApiKeyLocation::Header => quote!(Header(#name)),
                ApiKeyLocation::Query => quote!(Query(#name)),
                ApiKeyLocation::Cookie => quote!(Cookie(#name)),
            },
            Some(SecurityKind::OAuth2 | SecurityKind::OpenIdConnect) => quote!(Http("bearer")),
            Some(SecurityKind::MutualTls | SecurityKind::Unknown) | None => quote!(Connection),
        };
        let constant = ident(constant);
        items.push(quote! {
            #docs
            pub static #constant: SecurityScheme = SecurityScheme { name: #name, kind: SchemeKind::#kind };
        });
    }
    let all = constants.values().map(|constant| ident(constant));
    module.tokens(quote! {
        #[doc = " Every scheme."]
        pub static SCHEMES: &[&SecurityScheme] = &[#(&#all),*];
        #(#items)*
    })?;
    Ok(module.finish())
}

/// An operation's alternatives.
pub(super) fn requirements(
    operation: &Operation,
    constants: &IndexMap<&str, String>,
    module: &mut Module,
) -> Vec<String> {
    let alternatives = operation.security.iter().map(|requirement| {
        let schemes = requirement.schemes.iter().filter_map(|(name, scopes)| {
            let constant = ident(constants.get(name.as_str())?);
            module.import("crate", "security");
            if scopes.is_empty() {
                return Some(format!("security::{constant}"));
            }
            let scopes: Vec<String> = scopes.iter().map(|scope| literal(scope)).collect();
            Some(format!("security::{constant}: [{}]", scopes.join(", ")))
        });
        let schemes: Vec<String> = schemes.collect();
        format!("[{}]", schemes.join(", "))
    });
    alternatives.collect()
}
