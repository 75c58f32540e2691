//! A request as a command to run again.

use crate::exchange::Exchange;

/// The request as a `curl` command. Masked headers become environment variables to fill in.
#[must_use]
pub fn curl(exchange: &Exchange) -> String {
    let mut parts = vec![format!(
        "curl -i -X {} {}",
        exchange.request.method,
        quote(&exchange.url)
    )];
    for (name, value) in &exchange.sent_headers {
        if value == "***" {
            let variable = name
                .to_ascii_uppercase()
                .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            parts.push(format!("-H \"{name}: ${variable}\""));
        } else {
            parts.push(format!("-H {}", quote(&format!("{name}: {value}"))));
        }
    }
    if let Some(body) = exchange.sent_body() {
        match std::str::from_utf8(body) {
            Ok(text) => parts.push(format!("--data-binary {}", quote(text))),
            Err(_) => parts.push(format!(
                "--data-binary '({} bytes that are no text)'",
                body.len()
            )),
        }
    }
    parts.join(" \\\n  ")
}

/// The text as one word of a shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
