//! `types.rs` and `types/`: a module per component, with the inline schemas under it.

use super::File;
use super::module::{Module, Place, doc_text};
use super::{newtype, object, union};
use crate::docs;
use crate::error::Error;
use crate::plan::{Home, Item, Plan};
use counterpart_model::api::SchemaId;

pub(super) fn files(plan: &Plan<'_>) -> Result<Vec<File>, Error> {
    let mut root = Module::new(
        "src/types.rs",
        Place::Outside,
        "The document's schemas as types.",
    );
    let mut files = Vec::new();
    let modules: Vec<&String> = plan.modules.keys().collect();
    let lines: Vec<String> = modules
        .iter()
        .map(|module| format!("{}mod {module};\n", plan.features.of_types(module)))
        .collect();
    root.text(&lines.concat());
    let lines: Vec<String> = modules
        .iter()
        .map(|module| format!("{}pub use {module}::*;\n", plan.features.of_types(module)))
        .collect();
    root.text(&lines.concat());
    if !plan.modules.is_empty() {
        files.push(root.finish());
    } else {
        files.push(
            Module::new(
                "src/types.rs",
                Place::Outside,
                "The document has no schemas.",
            )
            .finish(),
        );
    }
    for (name, ids) in &plan.modules {
        let place = Place::Home(Home::Types(name.clone()));
        let first = ids
            .first()
            .and_then(|id| plan.api.schema(*id).place.first())
            .map_or("", String::as_str);
        let title = format!("`{}` and what belongs to it.", first.replace('`', "'"));
        let mut module = Module::new(format!("src/types/{name}.rs"), place, &title);
        for id in ids {
            item(plan, &mut module, *id)?;
        }
        files.push(module.finish());
    }
    Ok(files)
}

/// Writes the item of a schema.
pub(super) fn item(plan: &Plan<'_>, module: &mut Module, id: SchemaId) -> Result<(), Error> {
    let Some(of) = plan.types.get(&id) else {
        return Ok(());
    };
    match &of.item {
        Item::Object(item) => object::emit(plan, module, id, &of.name, item),
        Item::Union(item) => union::emit(plan, module, id, &of.name, item),
        Item::Alias(expr) => {
            let expr = module.expr(plan, expr);
            let docs = doc_text(&describe(plan, id), "");
            module.text(&format!("{docs}pub type {} = {expr};", of.name));
            Ok(())
        }
        other => {
            let text = newtype::text(plan, module, id, &of.name, other);
            module.text(&text);
            Ok(())
        }
    }
}

/// What to say of a schema.
pub(super) fn describe(plan: &Plan<'_>, id: SchemaId) -> Vec<String> {
    let schema = plan.api.schema(id);
    let mut lines = schema
        .description
        .as_deref()
        .or(schema.title.as_deref())
        .map(docs::lines)
        .unwrap_or_default();
    if lines.is_empty() {
        lines = docs::lines(&format!(
            "The schema at `{}`.",
            schema.origin.pointer.replace('`', "'")
        ));
    }
    if schema.deprecated {
        lines.extend([String::new(), "Deprecated.".to_owned()]);
    }
    lines
}

/// What to say of a property, parameter or header.
pub(super) fn describe_use(plan: &Plan<'_>, id: SchemaId, own: Option<&str>) -> Vec<String> {
    let schema = plan.api.schema(id);
    let target = plan.api.schema(plan.api.resolve(id));
    let text = own
        .or(schema.description.as_deref())
        .or(schema.title.as_deref());
    let mut lines = match (text, target.description.as_deref()) {
        (Some(text), _) => docs::lines(text),
        // The rest stands with the type itself.
        (None, Some(text)) => docs::lines(first_sentence(text)),
        (None, None) => Vec::new(),
    };
    if let Some(default) = &schema.default {
        let default = crate::emit::bundle::value_text(default);
        if default.len() <= 80 {
            let line = docs::lines(&format!("Default: `{}`.", default.replace('`', "'")));
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(line);
        }
    }
    lines
}

fn first_sentence(text: &str) -> &str {
    let text = text.trim_start();
    let end = [". ", ".\n", "\n\n"]
        .iter()
        .filter_map(|end| text.find(end))
        .min();
    // The full stop belongs to it.
    end.and_then(|end| text.get(..=end)).unwrap_or(text)
}
