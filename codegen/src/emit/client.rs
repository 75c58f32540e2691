//! `client.rs`: the client.

use super::File;
use super::module::{Module, Place, doc_text};
use crate::docs;
use crate::plan::Plan;

pub(super) fn file(plan: &Plan<'_>) -> File {
    let mut module = Module::new(
        "src/client.rs",
        Place::Outside,
        "The client; its methods stand with the operations.",
    );
    module.runtime(&["client_type"]);
    let mut lines = vec!["Calls the operations of the document.".to_owned()];
    let servers: Vec<String> = plan
        .api
        .servers
        .iter()
        .map(|server| server.default_url())
        .collect();
    if let Some(first) = servers.first() {
        lines.push(String::new());
        lines.extend(docs::lines(&format!(
            "The document's first server is at `{}`.",
            first.replace('`', "'")
        )));
    }
    module.text("pub use counterpart_runtime::client::{Client as Transport, ClientError};\n");
    let mut types = format!("{}    Client", doc_text(&lines, "    "));
    if plan.tags.iter().any(|tag| tag.sent) {
        let docs = [
            "Sends the webhooks and callbacks of the document: the base URL is the one that was subscribed.".to_owned(),
        ];
        types.push_str(&format!(",\n{}    Sender", doc_text(&docs, "    ")));
    }
    module.text(&format!("client_type! {{\n{types}\n}}\n"));
    module.finish()
}
