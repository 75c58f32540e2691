//! `operations.rs` and `operations/`: a module and a trait per tag.

use super::module::{Module, Place, doc_text, ident, invocation, literal};
use super::{File, request, response, security, servers, types};
use crate::docs;
use crate::error::Error;
use crate::plan::{Home, OperationPlan, Plan, TagPlan};
use counterpart_model::api::SchemaId;
use indexmap::{IndexMap, IndexSet};
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
        .map(|module| format!("{}pub(crate) mod {module};\n", plan.features.of_tag(module)))
        .collect();
    root.text(&lines.concat());
    let lines: Vec<String> = modules
        .iter()
        .map(|module| format!("{}pub use {module}::*;\n", plan.features.of_tag(module)))
        .collect();
    root.text(&lines.concat());
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

fn tag_file(
    plan: &Plan<'_>,
    tag: &TagPlan<'_>,
    inline: &[SchemaId],
    constants: &IndexMap<&str, String>,
) -> Result<File, Error> {
    let place = Place::Home(Home::Operations(tag.module.clone()));
    let title = title(tag);
    let path = format!("src/operations/{}.rs", tag.module);
    let mut module = Module::new(
        path,
        place,
        &format!("{title}: requests, responses, the trait."),
    );
    emit_trait(&mut module, tag);
    emit_routes(&mut module, tag);
    for of in &tag.operations {
        info(&mut module, of, constants);
        request::emit(plan, &mut module, of)?;
        response::emit(plan, &mut module, of)?;
    }
    for id in inline {
        types::item(plan, &mut module, *id)?;
    }
    Ok(module.finish())
}

/// What a file of operations holds.
fn title<'a>(tag: &TagPlan<'a>) -> &'a str {
    match tag.tag {
        "webhooks" if tag.sent => "What the API sends to those who subscribed (`webhooks`)",
        _ if tag.sent => "What the API sends because of an operation (`callbacks`)",
        "" => "Operations without a tag",
        name => name,
    }
}

fn emit_trait(module: &mut Module, tag: &TagPlan<'_>) {
    module.import("counterpart_runtime::server", "Call");
    module.gate("counterpart_runtime::server", "Call", "server");
    let docs = tag
        .description
        .map(docs::lines)
        .filter(|lines| !lines.is_empty());
    let docs = docs.unwrap_or_else(|| docs::lines(&format!("{}.", title(tag))));
    let mut text = doc_text(&docs, "");
    text.push_str(&format!(
        "#[cfg(feature = \"server\")]\npub trait {}<Caller>: Send + Sync + 'static {{\n",
        tag.name
    ));
    for of in &tag.operations {
        text.push_str(&doc_text(&describe(of), "    "));
        let (method, request, response) = (ident(&of.method), &of.request, &of.response);
        let line = format!(
            "    fn {method}(&self, call: Call<Caller>, request: {request}) -> impl Future<Output = {response}> + Send;\n"
        );
        if line.len() <= 120 {
            text.push_str(&line);
        } else {
            text.push_str(&format!(
                "    fn {method}(&self, call: Call<Caller>, request: {request})\n        \
                 -> impl Future<Output = {response}> + Send;\n"
            ));
        }
    }
    text.push_str("}\n");
    module.text(&text);
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
    lines.extend(docs::lines(&signature(of)));
    if operation.deprecated {
        lines.extend([String::new(), "Deprecated.".to_owned()]);
    }
    lines
}

/// `GET /customers`; for what the API sends, what it is called.
fn signature(of: &OperationPlan<'_>) -> String {
    let operation = of.operation;
    match &of.label {
        Some(label) => format!("`{}` {label}", operation.method),
        None => format!(
            "`{} {}`",
            operation.method,
            operation.path.replace('`', "'")
        ),
    }
}

/// The function that hands the operations of a tag to a server.
fn emit_routes(module: &mut Module, tag: &TagPlan<'_>) {
    let call = if tag.sent { "receive" } else { "serve" };
    module.runtime(&[call]);
    let routes: Vec<String> = tag
        .operations
        .iter()
        .map(|of| {
            let (constant, method) = (ident(&of.constant), ident(&of.method));
            format!("{constant} => {method}({}) -> {}", of.request, of.response)
        })
        .collect();
    let head = format!("{};", tag.name);
    module.text(&invocation(call, &head, &routes));
}

fn info(module: &mut Module, of: &OperationPlan<'_>, constants: &IndexMap<&str, String>) {
    module.runtime(&["operation"]);
    let operation = of.operation;
    let (method, path) = (operation.method.as_str(), operation.path.as_str());
    let tag = operation.tags.first().map_or("", String::as_str);
    let list = |names: &mut dyn Iterator<Item = &str>| {
        let names: Vec<String> = names.map(literal).collect();
        format!("[{}]", names.join(", "))
    };
    let mut parts = Vec::new();
    let security = security::requirements(operation, constants, module);
    if !security.is_empty() {
        parts.push(format!("security [{}]", security.join(", ")));
    }
    if let Some(body) = &operation.body {
        let presence = if body.required {
            "required"
        } else {
            "optional"
        };
        let types = list(&mut body.content.keys().map(String::as_str));
        parts.push(format!("{presence} {types}"));
    }
    let produces: IndexSet<&str> = operation
        .responses
        .values()
        .flat_map(|response| response.content.keys())
        .map(String::as_str)
        .collect();
    if !produces.is_empty() {
        parts.push(format!("produces {}", list(&mut produces.into_iter())));
    }
    if !operation.servers.is_empty() {
        let path = "counterpart_runtime::operation::Server";
        let list = servers::list(
            &operation.servers,
            &format!("{path}Info"),
            &format!("{path}Variable"),
        );
        parts.push(format!("servers {list}"));
    }
    let docs = doc_text(&docs::lines(&signature(of)), "    ");
    let head = format!(
        "{docs}    {}: {}, {}, {}, {}",
        of.constant,
        literal(&operation.id.0),
        literal(method),
        literal(path),
        literal(tag)
    );
    let rest: String = parts.iter().map(|part| format!(",\n    {part}")).collect();
    module.text(&format!("operation! {{\n{head}{rest}\n}}\n"));
}
