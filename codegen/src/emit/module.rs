//! One file on its way: documentation, imports, items.

use super::HEADER;
use crate::config::Maps;
use crate::docs;
use crate::error::Error;
use crate::plan::{Expr, Home, KeyExpr, Plan};
use counterpart_model::api::SchemaId;
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Where a file stands, which decides how it names things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In `types/` or `operations/`.
    Home(Home),
    /// Elsewhere.
    Outside,
}

/// A file.
#[derive(Debug)]
pub(super) struct Module {
    place: Place,
    docs: Vec<String>,
    /// Path → names taken from it.
    uses: BTreeMap<&'static str, BTreeSet<String>>,
    /// Imports that a feature of the crate brings: path, name, feature.
    gated: Vec<(&'static str, &'static str, &'static str)>,
    items: String,
    path: String,
}

impl Module {
    pub(super) fn new(path: impl Into<String>, place: Place, docs: &str) -> Self {
        Self {
            place,
            docs: docs::lines(docs),
            uses: BTreeMap::new(),
            gated: Vec::new(),
            items: String::new(),
            path: path.into(),
        }
    }

    /// Brings a name into scope.
    pub(super) fn import(&mut self, from: &'static str, name: &str) {
        self.uses.entry(from).or_default().insert(name.to_owned());
    }

    /// Makes an import depend on a feature.
    pub(super) fn gate(&mut self, from: &'static str, name: &'static str, feature: &'static str) {
        if let Some(names) = self.uses.get_mut(from)
            && names.remove(name)
        {
            self.gated.push((from, name, feature));
            self.uses.retain(|_, names| !names.is_empty());
        }
    }

    /// Brings names of the runtime into scope.
    pub(super) fn runtime(&mut self, names: &[&str]) {
        for name in names {
            self.import("counterpart_runtime", name);
        }
    }

    /// Adds items that are macros, or already as they should look.
    pub(super) fn text(&mut self, text: &str) {
        if !self.items.is_empty() {
            self.items.push('\n');
        }
        self.items.push_str(text);
        if !text.ends_with('\n') {
            self.items.push('\n');
        }
    }

    /// Adds the macro call that belongs to the item before.
    pub(super) fn attached(&mut self, text: &str) {
        self.items.push_str(text);
    }

    /// Adds items.
    pub(super) fn tokens(&mut self, tokens: TokenStream) -> Result<(), Error> {
        let file: syn::File = syn::parse2(tokens).map_err(|error| Error::NotRust {
            path: self.path.clone(),
            reason: error.to_string(),
        })?;
        let text = prettyplease::unparse(&file);
        self.text(&text);
        Ok(())
    }

    /// A type as it is written here.
    pub(super) fn expr(&mut self, plan: &Plan<'_>, expr: &Expr) -> String {
        match expr {
            Expr::Plain(name) => (*name).to_owned(),
            Expr::Runtime(name) => {
                self.runtime(&[name.split("::").next().unwrap_or(name)]);
                (*name).to_owned()
            }
            Expr::Length(min, max) => {
                self.runtime(&["text"]);
                let max = max.map_or_else(|| "{ usize::MAX }".to_owned(), |max| max.to_string());
                format!("text::Length<{min}, {max}>")
            }
            Expr::Value => {
                self.runtime(&["Value"]);
                "Value".to_owned()
            }
            Expr::Named(id) => self.named(plan, *id),
            Expr::List(items) => format!("Vec<{}>", self.expr(plan, items)),
            Expr::Nullable(inner) => {
                self.runtime(&["Nullable"]);
                format!("Nullable<{}>", self.expr(plan, inner))
            }
            Expr::Boxed(inner) => format!("Box<{}>", self.expr(plan, inner)),
            Expr::Path(path) => path.clone(),
            Expr::Map(KeyExpr::String, values) if plan.config.types.map != Maps::Runtime => {
                let map = match plan.config.types.map {
                    Maps::Hash => "HashMap",
                    _ => "BTreeMap",
                };
                format!(
                    "std::collections::{map}<String, {}>",
                    self.expr(plan, values)
                )
            }
            Expr::Map(key, values) => {
                self.runtime(&["Map"]);
                let key = self.key(plan, *key);
                format!("Map<{key}, {}>", self.expr(plan, values))
            }
        }
    }

    pub(super) fn key(&mut self, plan: &Plan<'_>, key: KeyExpr) -> String {
        match key {
            KeyExpr::String => "String".to_owned(),
            KeyExpr::Named(id) => self.named(plan, id),
        }
    }

    fn named(&mut self, plan: &Plan<'_>, id: SchemaId) -> String {
        let Some(of) = plan.types.get(&id) else {
            self.runtime(&["Value"]);
            return "Value".to_owned();
        };
        if self.place == Place::Home(of.home.clone()) {
            return of.name.clone();
        }
        match (&self.place, &of.home) {
            (Place::Home(Home::Types(_)), Home::Types(_))
            | (Place::Home(Home::Operations(_)), Home::Operations(_)) => {
                self.import("super", &of.name);
                of.name.clone()
            }
            (_, Home::Types(_)) => {
                self.import("crate", "types");
                format!("types::{}", of.name)
            }
            (_, Home::Operations(_)) => {
                self.import("crate", "operations");
                format!("operations::{}", of.name)
            }
        }
    }

    /// The file's path and text.
    pub(super) fn finish(self) -> (String, String) {
        let mut out = format!("// {HEADER}\n");
        for line in &self.docs {
            out.push_str(format!("//! {line}").trim_end());
            out.push('\n');
        }
        if !self.uses.is_empty() {
            out.push('\n');
        }
        for (from, names) in &self.uses {
            write_use(from, names, &mut out);
        }
        for (from, name, feature) in &self.gated {
            _ = writeln!(out, "#[cfg(feature = \"{feature}\")]\nuse {from}::{name};");
        }
        if !self.items.is_empty() {
            out.push('\n');
            out.push_str(&self.items);
        }
        (self.path, out)
    }
}

/// The width of lines that no formatter breaks.
const WIDTH: usize = 116;

/// A macro call: its first line, and what it is given, as many to a line as fit.
pub(super) fn invocation(name: &str, head: &str, members: &[String]) -> String {
    let short = format!("{name}! {{ {head} {} }}\n", members.join(", "));
    if short.len() <= WIDTH && !short.contains("{  }") {
        return short;
    }
    let mut out = format!("{name}! {{\n    {head}\n");
    let mut line = String::new();
    for member in members {
        if !line.is_empty() && line.len() + member.len() + 6 > WIDTH {
            _ = writeln!(out, "    {}", line.trim_end());
            line.clear();
        }
        line.push_str(member);
        line.push_str(", ");
    }
    if !line.is_empty() {
        _ = writeln!(out, "    {}", line.trim_end());
    }
    out.push_str("}\n");
    out
}

/// A text as a literal.
pub(super) fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

fn write_use(from: &str, names: &BTreeSet<String>, out: &mut String) {
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    if let [only] = list.as_slice() {
        _ = writeln!(out, "use {from}::{only};");
        return;
    }
    let line = format!("use {from}::{{{}}};\n", list.join(", "));
    if line.len() <= 101 {
        out.push_str(&line);
        return;
    }
    _ = writeln!(out, "use {from}::{{");
    let mut current = String::from("   ");
    for name in list {
        if current.len() + name.len() + 2 > 100 {
            _ = writeln!(out, "{current}");
            current = String::from("   ");
        }
        _ = write!(current, " {name},");
    }
    _ = writeln!(out, "{current}\n}};");
}

/// Lines of a doc comment in text, at an indentation.
pub(super) fn doc_text(lines: &[String], indent: &str) -> String {
    let mut out = String::new();
    // Whatever a document says, a comment ends with its line.
    for line in lines.iter().flat_map(|line| line.split(['\n', '\r'])) {
        out.push_str(format!("{indent}/// {line}").trim_end());
        out.push('\n');
    }
    out
}

/// A doc comment as attributes.
pub(super) fn doc_tokens(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote::quote!(#(#[doc = #lines])*)
}

/// An identifier, raw or not.
pub(super) fn ident(name: &str) -> proc_macro2::Ident {
    let span = proc_macro2::Span::call_site();
    match name.strip_prefix("r#") {
        Some(plain) => proc_macro2::Ident::new_raw(plain, span),
        None => proc_macro2::Ident::new(name, span),
    }
}

/// Text that is Rust by construction, as tokens.
pub(super) fn rust(path: &str, text: &str) -> Result<TokenStream, Error> {
    text.parse()
        .map_err(|error: proc_macro2::LexError| Error::NotRust {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// What structs and enums derive beside the usual.
pub(super) fn derives(plan: &Plan<'_>) -> Result<Vec<TokenStream>, Error> {
    let derives = plan.config.derive.iter();
    derives.map(|path| rust("derive", path)).collect()
}
