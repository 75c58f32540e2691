//! `client.rs`: the client.

use super::File;
use super::module::{Module, Place, doc_text};
use crate::plan::Plan;

pub(super) fn file(plan: &Plan<'_>) -> File {
    let mut module = Module::new(
        "src/client.rs",
        Place::Outside,
        "The client; its methods stand with the operations.",
    );
    module.runtime(&["client_type"]);
    let mut docs = vec!["Calls the operations of the document.".to_owned()];
    let servers: Vec<String> = plan
        .api
        .servers
        .iter()
        .map(|server| server.default_url())
        .collect();
    if let Some(first) = servers.first() {
        docs.push(String::new());
        docs.push(format!(
            "The document's first server is at `{}`.",
            first.replace('`', "'")
        ));
    }
    module.text("pub use counterpart_runtime::client::{Client as Transport, ClientError};\n");
    module.text(&format!(
        "client_type! {{\n{}    Client\n}}\n",
        doc_text(&docs, "    ")
    ));
    module.finish()
}
