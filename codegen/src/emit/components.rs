//! `components.rs`: a table of all types, for tools and tests.

use super::File;
use super::module::{Module, Place, rust};
use crate::error::Error;
use crate::plan::{OperationPlan, Plan};
use counterpart_model::api::SchemaId;
use quote::quote;

pub(super) fn file(plan: &Plan<'_>) -> Result<File, Error> {
    let mut module = Module::new("src/components.rs", Place::Outside, "All types with what can be done with them.");
    module.runtime(&["Component"]);
    let mut rows = Vec::new();
    for (name, id) in plan.api.components.iter().filter(|(_, id)| plan.types.contains_key(*id)) {
        rows.push(row(plan, &mut module, name, *id)?);
    }
    let mut bodies = Vec::new();
    for of in plan.tags.iter().flat_map(|tag| &tag.operations) {
        for (name, id) in inline_bodies(plan, of) {
            bodies.push(row(plan, &mut module, &name, id)?);
        }
    }
    let mut text = module.finish();
    // The bodies' types stand with the operations, which the feature `server` brings.
    text.1 = text.1.replace("use crate::operations;", "#[cfg(feature = \"server\")]\nuse crate::operations;");
    if text.1.contains("use crate::{operations, types};") {
        let split = "#[cfg(feature = \"server\")]\nuse crate::operations;\nuse crate::types;";
        text.1 = text.1.replace("use crate::{operations, types};", split);
    }
    let mut items = Module::new("", Place::Outside, "");
    items.tokens(quote! {
        #[doc = " Every named schema of the document."]
        pub const COMPONENTS: &[Component] = &[#(#rows),*];

        #[doc = " Every schema that stands in an operation as a JSON body."]
        #[cfg(feature = "server")]
        pub const BODIES: &[Component] = &[#(#bodies),*];
    })?;
    let (_, items) = items.finish();
    let items = items.split_once("\n\n").map_or(String::new(), |(_, items)| items.to_owned());
    text.1.push('\n');
    text.1.push_str(&items);
    Ok(text)
}

fn row(plan: &Plan<'_>, module: &mut Module, name: &str, id: SchemaId) -> Result<proc_macro2::TokenStream, Error> {
    let ty = rust(name, &module.expr(plan, &plan.expr(id)))?;
    let pointer = plan.api.schema(id).origin.pointer.to_string();
    Ok(quote!(Component::new::<#ty>(#name, #pointer)))
}

/// JSON bodies that are no component themselves.
fn inline_bodies(plan: &Plan<'_>, of: &OperationPlan<'_>) -> Vec<(String, SchemaId)> {
    let operation = of.operation;
    let id = &operation.id.0;
    let is_inline = |schema: &SchemaId| {
        let schema = plan.api.schema(*schema);
        !schema.is_component && schema.bare_reference().is_none()
    };
    let mut bodies = Vec::new();
    if let Some(body) = &operation.body {
        let media = body.content.iter().filter(|(media_type, _)| crate::plan::is_json(media_type));
        bodies.extend(media.filter_map(|(_, media)| media.schema).map(|schema| (format!("{id} request"), schema)));
    }
    for (status, response) in &operation.responses {
        let media = response.content.iter().filter(|(media_type, _)| crate::plan::is_json(media_type));
        bodies.extend(media.filter_map(|(_, media)| media.schema).map(|schema| (format!("{id} {status}"), schema)));
    }
    bodies.retain(|(_, schema)| is_inline(schema));
    bodies
}
