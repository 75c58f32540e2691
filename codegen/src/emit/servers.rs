//! Servers as constant data.

use super::module::literal;
use counterpart_model::api::Server;

/// A list of servers, the types called by these names.
pub(super) fn list(servers: &[Server], info: &str, variable: &str) -> String {
    let servers: String = servers
        .iter()
        .map(|server| {
            let variables: String = server
                .variables
                .iter()
                .map(|(name, of)| {
                    let allowed: Vec<String> = of.allowed.iter().map(|text| literal(text)).collect();
                    format!(
                        "\n            {variable} {{ name: {}, default: {}, allowed: &[{}] }},",
                        literal(name),
                        literal(&of.default),
                        allowed.join(", ")
                    )
                })
                .collect();
            let close = if variables.is_empty() { "" } else { "\n        " };
            format!(
                "    {info} {{\n        url: {},\n        description: {},\n        variables: &[{variables}{close}],\n    }},\n",
                literal(&server.url),
                literal(server.description.as_deref().unwrap_or_default().trim()),
            )
        })
        .collect();
    format!("[\n{servers}]")
}
