//! `Cargo.toml` and `lib.rs`.

use super::{File, HEADER};
use crate::config::{DateTimes, Numbers, Uuids};
use crate::docs;
use crate::names::item_name;
use crate::pattern::Engine;
use crate::plan::{ALL_TAGS, Plan};

pub(super) fn files(plan: &Plan<'_>) -> Vec<File> {
    vec![
        ("Cargo.toml".to_owned(), manifest(plan)),
        ("src/lib.rs".to_owned(), library(plan)),
    ]
}

fn manifest(plan: &Plan<'_>) -> String {
    let config = plan.config;
    let name = config
        .crate_name
        .clone()
        .unwrap_or_else(|| crate_name(&plan.api.title));
    let mut engines = Vec::new();
    if plan
        .patterns
        .iter()
        .any(|(_, _, engine)| matches!(engine, Engine::Linear(_)))
    {
        engines.push("\"regex\"");
    }
    if plan
        .patterns
        .iter()
        .any(|(_, _, engine)| matches!(engine, Engine::Backtracking))
    {
        engines.push("\"regress\"");
    }
    let operations = plan.tags.iter().flat_map(|tag| &tag.operations);
    let mut ways = operations.flat_map(|of| {
        let answers = of
            .responses
            .iter()
            .filter_map(|response| response.body.as_ref());
        of.body.iter().chain(answers).flat_map(|body| &body.ways)
    });
    if ways.any(|way| way.variant.starts_with("Multipart")) {
        engines.push("\"multipart\"");
    }
    let types = &config.types;
    let wanted = [
        (types.date_time == DateTimes::Chrono, "\"chrono\""),
        (types.date_time == DateTimes::Time, "\"time\""),
        (types.uuid == Uuids::Uuid, "\"uuid\""),
        (types.number == Numbers::RustDecimal, "\"rust_decimal\""),
    ];
    engines.extend(
        wanted
            .iter()
            .filter(|(wanted, _)| *wanted)
            .map(|(_, feature)| *feature),
    );
    let engines = if engines.is_empty() {
        String::new()
    } else {
        format!(", features = [{}]", engines.join(", "))
    };
    let mut default: Vec<String> = config
        .default_features
        .iter()
        .map(|feature| toml_string(feature))
        .collect();
    let mut tags = String::new();
    let mut components = "";
    if plan.features.are_there() {
        default.push(toml_string(ALL_TAGS));
        components = "\"all-tags\"";
        let list = |features: &mut dyn Iterator<Item = &String>| {
            features
                .map(|feature| toml_string(feature))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let all = list(&mut plan.features.tags.values().map(|(feature, _)| feature));
        tags = format!("# Each tag, and all of them.\n{ALL_TAGS} = [{all}]\n");
        for (feature, others) in plan.features.tags.values() {
            tags.push_str(&format!("{feature} = [{}]\n", list(&mut others.iter())));
        }
    }
    let dependencies: String = config
        .dependencies
        .iter()
        .map(|(name, rest)| format!("{name} = {rest}\n"))
        .collect();
    let workspace = if config.workspace {
        "\n[workspace]\n"
    } else {
        ""
    };
    format!(
        "# {HEADER}\n\
         [package]\n\
         name = {name}\n\
         version = {version}\n\
         edition = \"2024\"\n\
         publish = false\n\
         \n\
         [features]\n\
         default = [{default}]\n\
         # Traits for the operations, and the router that calls them.\n\
         server = [\"counterpart-runtime/server\"]\n\
         # A client that calls them, over http; and over https.\n\
         client = [\"counterpart-runtime/client\"]\n\
         tls = [\"client\", \"counterpart-runtime/tls\"]\n\
         # A table of all types, for tools and tests that go through them.\n\
         components = [{components}]\n\
         {tags}\
         \n\
         [dependencies]\n\
         counterpart-runtime = {{ path = {path}, default-features = false{engines} }}\n\
         {dependencies}{workspace}",
        default = default.join(", "),
        name = toml_string(&name),
        version = toml_string(&config.crate_version),
        path = toml_string(&config.runtime_path),
    )
}

/// A title as the name of a crate.
fn crate_name(title: &str) -> String {
    let name: String = item_name(&[title])
        .trim_end_matches('_')
        .replace('_', "-")
        .chars()
        .take(64)
        .collect();
    // Names that cargo refuses.
    match name.trim_end_matches('-') {
        "test" | "core" | "std" | "alloc" | "proc-macro" | "deps" | "build" | "examples"
        | "incremental" => format!("{name}-api"),
        keyword if syn::parse_str::<syn::Ident>(keyword).is_err() && !keyword.contains('-') => {
            format!("{keyword}-api")
        }
        fine => fine.to_owned(),
    }
}

fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn library(plan: &Plan<'_>) -> String {
    let api = plan.api;
    let mut out = format!("// {HEADER}\n");
    let mut lines = docs::lines(&format!("{} {}", api.title, api.version));
    if let Some(description) = &api.description {
        lines.push(String::new());
        lines.extend(docs::lines(description));
    }
    lines.push(String::new());
    lines.extend(docs::lines(&format!(
        "Generated from an OpenAPI {} document: {} operations, {} schemas with a name.",
        api.openapi,
        plan.tags
            .iter()
            .map(|tag| tag.operations.len())
            .sum::<usize>(),
        api.components.len()
    )));
    for line in lines {
        out.push_str(format!("//! {line}").trim_end());
        out.push('\n');
    }
    out.push_str(
        "\n\
         #![forbid(unsafe_code)]\n\
         // Names and sizes are the document's.\n\
         #![allow(\n    \
             clippy::enum_variant_names,\n    \
             clippy::large_enum_variant,\n    \
             clippy::module_inception,\n    \
             clippy::struct_field_names,\n    \
             clippy::too_many_lines\n\
         )]\n\n",
    );
    if plan.features.are_there() {
        out.truncate(out.len() - 1);
        out.push_str(
            "// Where tags are left out, something nobody else uses may be left over.\n\
             #![cfg_attr(not(feature = \"all-tags\"), allow(dead_code, unused_imports))]\n\n",
        );
    }
    let patterns = plan.patterns.iter().next().is_some();
    let either = "any(feature = \"server\", feature = \"client\")";
    let modules = [
        (true, Some("feature = \"client\""), "pub mod client;"),
        (
            true,
            Some("feature = \"components\""),
            "pub mod components;",
        ),
        (true, Some(either), "pub mod operations;"),
        // A choice in a row of steps needs its parentheses, one that is alone does not.
        (patterns, None, "#[allow(unused_parens)]\nmod patterns;"),
        (true, None, "pub mod schemas;"),
        (true, Some(either), "pub mod security;"),
        (true, Some("feature = \"server\""), "pub mod server;"),
        (true, None, "pub mod types;"),
    ];
    for (_, feature, module) in modules.iter().filter(|(there, ..)| *there) {
        if let Some(feature) = feature {
            out.push_str(&format!("#[cfg({feature})]\n"));
        }
        out.push_str(&format!("#[rustfmt::skip]\n{module}\n"));
    }
    out
}
