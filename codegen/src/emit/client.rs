//! `client.rs`: the client.

use super::module::{Module, Place, doc_text};
use super::{File, servers};
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
    // A document without servers has one, at `/` (OAS §4.8.1).
    let named = plan.api.servers.iter().any(|server| server.url != "/");
    if let Some(first) = plan.api.servers.first().filter(|_| named) {
        lines.push(String::new());
        lines.extend(docs::lines(&format!(
            "The document's first server is at `{}`.",
            first.default_url().replace('`', "'")
        )));
        lines.push("[`SERVERS`] has all of them.".to_owned());
    }
    module.text("pub use counterpart_runtime::client::{Client as Transport, ClientError};\n");
    let mut types = format!("{}    Client", doc_text(&lines, "    "));
    if plan.tags.iter().any(|tag| tag.sent) {
        let docs = [
            "Sends the webhooks and callbacks of the document: the base URL is the one that was subscribed.".to_owned(),
        ];
        types.push_str(&format!(",\n{}    Sender", doc_text(&docs, "    ")));
    }
    if named {
        module.import("counterpart_runtime::operation", "ServerInfo");
        if plan
            .api
            .servers
            .iter()
            .any(|server| !server.variables.is_empty())
        {
            module.import("counterpart_runtime::operation", "ServerVariable");
        }
        let list = servers::list(&plan.api.servers, "ServerInfo", "ServerVariable");
        let docs = doc_text(
            &["The servers of the document, for [`Client::at`].".to_owned()],
            "",
        );
        module.text(&format!(
            "{docs}pub const SERVERS: &[ServerInfo] = &{list};\n"
        ));
    }
    module.text(&format!("client_type! {{\n{types}\n}}\n"));
    module.finish()
}
