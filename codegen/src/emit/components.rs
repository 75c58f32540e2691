//! `components.rs`: a table of all types, for tools and tests.

use super::File;
use super::module::{Module, Place, literal};
use crate::plan::{Expr, Home, OperationPlan, Plan, is_json};
use counterpart_model::api::SchemaId;

pub(super) fn file(plan: &Plan<'_>) -> File {
    let docs = "All types with what can be done with them.";
    let mut module = Module::new("src/components.rs", Place::Outside, docs);
    module.runtime(&["Component"]);
    let mut named = Vec::new();
    for (name, id) in &plan.api.components {
        if plan.types.contains_key(id) {
            named.push(row(plan, &mut module, name, &plan.expr(*id), *id));
        }
    }
    let mut inline = Vec::new();
    let mut of_operations = Vec::new();
    let mut ids: Vec<SchemaId> = plan.types.keys().copied().collect();
    ids.sort_unstable();
    for id in ids {
        let schema = plan.api.schema(id);
        let Some(of) = plan.types.get(&id).filter(|_| !schema.is_component) else {
            continue;
        };
        let row = row(
            plan,
            &mut module,
            &schema.place.join(" "),
            &plan.expr(id),
            id,
        );
        match of.home {
            Home::Types(_) => inline.push(row),
            Home::Operations(_) => of_operations.push(row),
        }
    }
    for of in plan.tags.iter().flat_map(|tag| &tag.operations) {
        for (name, id) in plain_bodies(plan, of) {
            of_operations.push(row(plan, &mut module, &name, &plan.expr(id), id));
        }
    }
    // What stands with the operations only exists with them.
    module.gate("crate", "operations", "server");
    for (docs, gate, name, rows) in [
        (
            "Every named schema of the document.",
            "",
            "COMPONENTS",
            &named,
        ),
        (
            "Every schema inside those that has a type of its own.",
            "",
            "INLINE",
            &inline,
        ),
        (
            "Every schema inside an operation that has a type of its own, and every JSON body without a name.",
            "#[cfg(feature = \"server\")]\n",
            "BODIES",
            &of_operations,
        ),
    ] {
        let rows: String = rows.iter().map(|row| format!("    {row},\n")).collect();
        module.text(&format!(
            "/// {docs}\n{gate}pub const {name}: &[Component] = &[\n{rows}];\n"
        ));
    }
    module.finish()
}

fn row(plan: &Plan<'_>, module: &mut Module, name: &str, expr: &Expr, id: SchemaId) -> String {
    let ty = module.expr(plan, expr);
    let pointer = plan.api.schema(id).origin.pointer.to_string();
    let (name, pointer) = (literal(name), literal(&pointer));
    format!("Component::new::<{ty}>({name}, {pointer})")
}

/// JSON bodies that are neither a component nor have a type of their own: lists and maps of others.
fn plain_bodies(plan: &Plan<'_>, of: &OperationPlan<'_>) -> Vec<(String, SchemaId)> {
    let operation = of.operation;
    let id = &operation.id.0;
    let mut bodies = Vec::new();
    if let Some(body) = &operation.body {
        let media = body
            .content
            .iter()
            .filter(|(media_type, _)| is_json(media_type));
        let schemas = media.filter_map(|(_, media)| media.schema);
        bodies.extend(schemas.map(|schema| (format!("{id} request"), schema)));
    }
    for (status, response) in &operation.responses {
        let media = response
            .content
            .iter()
            .filter(|(media_type, _)| is_json(media_type));
        let schemas = media.filter_map(|(_, media)| media.schema);
        bodies.extend(schemas.map(|schema| (format!("{id} {status}"), schema)));
    }
    bodies.retain(|(_, id)| {
        let schema = plan.api.schema(*id);
        !schema.is_component && schema.bare_reference().is_none() && !plan.types.contains_key(id)
    });
    bodies
}
