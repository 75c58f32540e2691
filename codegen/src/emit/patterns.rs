//! `patterns.rs`: a function per distinct pattern.

use super::File;
use super::module::{Module, Place, ident};
use crate::error::Error;
use crate::pattern::Engine;
use crate::plan::Plan;
use quote::quote;

pub(super) fn file(plan: &Plan<'_>) -> Result<Option<File>, Error> {
    let mut module = Module::new(
        "src/patterns.rs",
        Place::Outside,
        "The document's patterns (ECMA-262), as functions.",
    );
    let mut functions = Vec::new();
    let mut table = Vec::new();
    for (pattern, name, engine) in plan.patterns.iter() {
        let function = ident(name);
        let doc = format!(
            " {}",
            crate::docs::lines(&format!("`{}`", pattern.replace('`', "'"))).join(" ")
        );
        let body = match engine {
            Engine::Straight(steps) => {
                let body = steps.body();
                if body.to_string().contains("Scan") {
                    module.import("counterpart_runtime::pattern", "Scan");
                }
                body
            }
            Engine::Linear(text) => {
                module.import("counterpart_runtime::pattern", "Linear");
                quote!(static PATTERN: Linear = Linear::new(#text); PATTERN.is_match(text))
            }
            Engine::Backtracking => {
                module.import("counterpart_runtime::pattern", "Backtracking");
                quote!(static PATTERN: Backtracking = Backtracking::new(#pattern); PATTERN.is_match(text))
            }
        };
        functions.push(quote!(#[doc = #doc] pub(crate) fn #function(text: &str) -> bool { #body }));
        table.push((pattern, quote!((#pattern, #function))));
    }
    if table.is_empty() {
        return Ok(None);
    }
    module.import("counterpart_runtime::schema", "Check");
    table.sort_by_key(|(pattern, _)| *pattern);
    let table = table.into_iter().map(|(_, row)| row);
    module.tokens(quote! {
        #[doc = " Pattern and function, sorted by pattern."]
        pub(crate) const PATTERNS: &[(&str, Check)] = &[#(#table),*];
        #(#functions)*
    })?;
    Ok(Some(module.finish()))
}
