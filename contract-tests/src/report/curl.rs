//! A request as a command to run again.

use crate::{
    auth::script::{quote, variable},
    exchange::Exchange,
};

/// The request as a `curl` command. Masked headers become environment variables to fill in; what is signed is signed
/// anew, by lines for a shell that stand before it.
#[must_use]
pub fn curl(exchange: &Exchange) -> String {
    let body = exchange.sent_body();
    let signed = exchange.signed.as_ref();
    let script = signed.and_then(|it| it.script(&exchange.request, body.map(AsRef::as_ref)));
    let mut parts = vec![format!(
        "curl -i -X {} {}",
        exchange.request.method,
        quote(&exchange.url)
    )];
    for (name, value) in &exchange.sent_headers {
        if value == "***" {
            parts.push(format!("-H \"{name}: ${}\"", variable(name)));
        } else {
            parts.push(format!("-H {}", quote(&format!("{name}: {value}"))));
        }
    }
    match body.map(|body| std::str::from_utf8(body)) {
        None => {}
        // The script has it already.
        Some(Ok(_)) if script.is_some() => parts.push("--data-binary \"$BODY\"".to_owned()),
        Some(Ok(text)) => parts.push(format!("--data-binary {}", quote(text))),
        Some(Err(_)) => {
            let count = body.map_or(0, bytes::Bytes::len);
            parts.push(format!("--data-binary '({count} bytes that are no text)'"));
        }
    }
    let command = parts.join(" \\\n  ");
    match script {
        Some(script) => format!("{script}\n{command}"),
        None => command,
    }
}
