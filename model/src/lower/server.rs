//! Servers and their variables.

use super::Context;
use crate::{
    Diagnostic,
    api::{Server, ServerVariable},
    diagnostic::Code,
    read::NodeRef,
};
use indexmap::IndexMap;

/// The server of a document that names none (OAS §4.8.1).
pub(super) fn default() -> Server {
    Server {
        url: "/".to_owned(),
        description: None,
        variables: IndexMap::new(),
    }
}

/// The `servers` of a root, path item or operation.
pub(super) fn read<'t>(context: &Context<'t>, node: NodeRef<'t>) -> Vec<Server> {
    context
        .list(node, "servers")
        .into_iter()
        .filter_map(|server| one(context, server))
        .collect()
}

fn one<'t>(context: &Context<'t>, node: NodeRef<'t>) -> Option<Server> {
    if !node.is_object() {
        context.wrong_kind(node, "servers", "a list of objects");
        return None;
    }
    let url = context.text(node, "url").unwrap_or_else(|| "/".to_owned());
    let mut variables = IndexMap::new();
    for (name, variable) in context.map(node, "variables") {
        let allowed = context.texts(variable, "enum");
        let default = context.text(variable, "default").or_else(|| {
            complain(context, variable, name);
            allowed.first().cloned()
        });
        let default = default.unwrap_or_default();
        variables.insert(name.to_owned(), ServerVariable { default, allowed });
    }
    for name in names(&url) {
        if !variables.contains_key(name) {
            complain(context, node.get("url").unwrap_or(node), name);
        }
    }
    Some(Server {
        url,
        description: context.text(node, "description"),
        variables,
    })
}

fn complain(context: &Context<'_>, node: NodeRef<'_>, name: &str) {
    context.tell(
        Diagnostic::new(
            Code::ServerVariable,
            format!("the server variable `{name}` has no `default`"),
        )
        .at(node.span())
        .help(format!(
            "add it under `variables`: `{name}: {{default: …}}`"
        )),
    );
}

/// The names in braces.
pub(super) fn names(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .filter(|name| !name.is_empty())
}
