//! Types that the runtime's macros build.

use super::module::{Module, doc_text};
use super::types::describe;
use crate::plan::{Item, Plan};
use counterpart_model::api::SchemaId;
use proc_macro2::Literal;

/// The item's text.
pub(super) fn text(
    plan: &Plan<'_>,
    module: &mut Module,
    id: SchemaId,
    name: &str,
    item: &Item,
) -> String {
    module.import("crate::schemas", "SCHEMAS");
    let index = plan.bundle.get(&id).copied().unwrap_or(u32::MAX);
    let docs = doc_text(&describe(plan, id), "    ");
    let more = plan.config.derive.iter().map(String::as_str);
    let derives = std::iter::once("PartialEq")
        .chain(more)
        .collect::<Vec<_>>()
        .join(", ");
    let (macro_name, item, rest) = match item {
        Item::Text { check, secret } => {
            for (part, name) in [("length(", "length"), ("format::", "format")] {
                if check.contains(part) {
                    module.runtime(&[name]);
                }
            }
            if check.contains("patterns::") {
                module.import("crate", "patterns");
            }
            let rest = format!(
                "\n    check: {},{}",
                closure("text", check),
                if *secret { "\n    secret," } else { "" }
            );
            ("string_type", format!("pub struct {name};"), rest)
        }
        Item::Integer { inner, check } => (
            "integer_type",
            format!("pub struct {name}({inner});"),
            format!("\n    check: {},", closure("value", check)),
        ),
        Item::Number { inner, check } => {
            if check.contains("Decimal::") {
                module.runtime(&["Decimal"]);
            }
            (
                "number_type",
                format!("pub struct {name}({inner});"),
                format!("\n    check: {},", closure("value", check)),
            )
        }
        Item::List {
            items,
            min,
            max,
            unique,
        } => {
            let items = module.expr(plan, items);
            let check = if *unique {
                module.runtime(&["unique"]);
                "\n    check: |items| unique(items),"
            } else {
                ""
            };
            let rest = format!("\n    length: {},{check}", length(*min, *max));
            (
                "list_type",
                format!("#[derive({derives})]\n    pub struct {name}(Vec<{items}>);"),
                rest,
            )
        }
        Item::Map {
            key,
            values,
            min,
            max,
        } => {
            let (key, values) = (module.key(plan, *key), module.expr(plan, values));
            let rest = format!("\n    length: {},", length(*min, *max));
            (
                "map_type",
                format!("#[derive({derives})]\n    pub struct {name}(Map<{key}, {values}>);"),
                rest,
            )
        }
        Item::Enum { variants, open } => {
            let lines = variants
                .iter()
                .map(|(variant, text)| format!("        {variant} = {},\n", Literal::string(text)));
            let lines: String = lines.collect();
            let rest = if *open {
                format!(", open, {}", unknown(variants))
            } else {
                String::new()
            };
            (
                "string_enum",
                format!("pub enum {name} {{\n{lines}    }}"),
                rest,
            )
        }
        Item::Judged(inner) => {
            let inner = module.expr(plan, inner);
            (
                "judged_type",
                format!("#[derive({derives})]\n    pub struct {name}({inner});"),
                ",".to_owned(),
            )
        }
        Item::Alias(_) | Item::Object(_) | Item::Union(_) => return String::new(),
    };
    module.runtime(&[macro_name]);
    let comma = if rest.is_empty() || rest.starts_with('\n') {
        ","
    } else {
        ""
    };
    format!(
        "{macro_name}! {{\n{docs}    {item}\n    schema: SCHEMAS.schema({index}){comma}{rest}\n}}"
    )
}

fn closure(argument: &str, check: &str) -> String {
    if check.is_empty() {
        "|_| true".to_owned()
    } else {
        format!("|{argument}| {check}")
    }
}

fn length(min: u64, max: Option<u64>) -> String {
    match max {
        Some(max) => format!("{min}..={max}"),
        None => format!("{min}..=usize::MAX"),
    }
}

/// The variant of unknown values, stepping around a documented one of that name.
fn unknown(variants: &[(String, String)]) -> String {
    let mut name = "Unknown".to_owned();
    while variants.iter().any(|(variant, _)| *variant == name) {
        name.push_str("Value");
    }
    name
}
