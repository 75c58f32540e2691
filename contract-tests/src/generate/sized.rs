//! Text of a format with a wanted length, for formats that leave the length open.

/// Text with exactly so many characters; `None` where the format has none of this length, or only one length.
pub(super) fn text(format: &str, length: usize) -> Option<String> {
    let padded = |start: &str, end: &str| {
        let rest = length.checked_sub(start.len() + end.len())?;
        Some(format!("{start}{}{end}", "a".repeat(rest)))
    };
    match format {
        "uri" | "iri" | "url" => padded("https://example.com/", ""),
        "uri-reference" | "iri-reference" | "json-pointer" => padded("/", ""),
        "uri-template" => padded("/{a}", ""),
        "email" | "idn-email" => email(length),
        "hostname" | "idn-hostname" => host(length),
        // Any number of digits may follow the point (RFC 3339 §5.6).
        "date-time" => fraction("2024-05-17T09:30:00", length),
        "time" => fraction("09:30:00", length),
        "byte" => length.is_multiple_of(4).then(|| "aGVs".repeat(length / 4)),
        _ => None,
    }
}

fn fraction(start: &str, length: usize) -> Option<String> {
    let digits = length
        .checked_sub(start.len() + ".Z".len())
        .filter(|digits| *digits > 0)?;
    Some(format!("{start}.{}Z", "1".repeat(digits)))
}

/// A mailbox has 64 characters at most (RFC 5321 §4.5.3.1.1); the host takes the rest.
fn email(length: usize) -> Option<String> {
    let rest = length.checked_sub("a@".len())?;
    Some(format!("a@{}", host(rest)?))
}

/// Labels of at most 63 characters with dots between them, 253 together (RFC 1123 §2.1).
fn host(length: usize) -> Option<String> {
    if !(1..=253).contains(&length) {
        return None;
    }
    let mut text = String::with_capacity(length);
    while text.len() < length {
        if !text.is_empty() {
            text.push('.');
        }
        let left = length - text.len();
        // What is left after a label is a dot and one more character at least.
        let label = if left == 64 { 62 } else { left.min(63) };
        text.push_str(&"a".repeat(label));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use crate::judge::Judge;
    use counterpart_model::{Direction, load_str};
    use serde_json::json;
    use std::sync::Arc;

    #[test]
    fn texts_have_the_format_and_the_length() {
        for format in [
            "uri",
            "email",
            "hostname",
            "date-time",
            "time",
            "byte",
            "uri-reference",
            "uri-template",
            "json-pointer",
        ] {
            let document = json!({ "openapi": "3.1.0", "info": { "title": "T", "version": "1" }, "paths": {},
                "components": { "schemas": { "A": { "type": "string", "format": format } } } });
            let api = Arc::new(load_str("t.json", document.to_string()).api.unwrap());
            let id = *api.components.get("A").unwrap();
            let judge = Judge::new(api);
            let mut made = 0;
            for length in 1..=260 {
                if let Some(text) = super::text(format, length) {
                    assert_eq!(text.chars().count(), length, "{format} {text}");
                    assert!(
                        judge.is_valid(id, Direction::Neutral, &json!(text)),
                        "{format} {text}"
                    );
                    made += 1;
                }
            }
            assert!(made > 60, "{format}: {made}");
        }
    }
}
