//! Idempotency keys, from the header's name.

use super::prose::{of_operation, of_topic, says, sentences};
use super::snake;
use crate::rules::{Answer, Idempotency, KeyScope};
use counterpart_model::api::{Api, Method, Operation, ParameterLocation};

/// How an operation recognizes repeated requests, where it takes a key.
pub(in crate::rules) fn idempotency(api: &Api, operation: &Operation) -> Option<Idempotency> {
    if !matches!(operation.method, Method::Post | Method::Patch) {
        return None;
    }
    let header = operation.parameters.iter().find(|it| {
        let name = snake(&it.name);
        it.location == ParameterLocation::Header
            && (name.contains("idempotency") || name.contains("idempotent"))
    })?;
    let mut text = of_operation(operation);
    text.push_str(header.description.as_deref().unwrap_or_default());
    for response in operation.responses.values() {
        text.push_str(". ");
        text.push_str(&response.description);
    }
    // What is said of keys in general is said once, at the beginning of the document.
    text.push_str(". ");
    text.push_str(&of_topic(api, &["idempotency", "idempotent"]));
    let replayed = operation.responses.values().find_map(|response| {
        let mut names = response.headers.keys();
        // Only prose tells that it is there for replays only, and what it is then.
        let told = |name: &&String| {
            text.to_lowercase()
                .contains(&format!("{}: true", name.to_lowercase()))
        };
        names.find(told).cloned()
    });
    let mismatch = says(
        &text,
        &[
            "another body",
            "different body",
            "different request",
            "other body",
            "different param",
            "different payload",
            "other parameters",
            "another request",
            "another payload",
            "different content",
        ],
    );
    Some(Idempotency {
        header: header.name.clone(),
        scope: KeyScope::default(),
        replay_header: replayed,
        retains: match forgets_refused(&text) {
            true => vec!["2XX".to_owned()],
            false => Vec::new(),
        },
        compares: Vec::new(),
        mismatch: mismatch.then(Answer::any_refusal),
        in_flight: None,
        missing: None,
    })
}

/// Whether a text says that a key whose request was refused is as good as new.
fn forgets_refused(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).any(|sentence| {
        says(
            &sentence,
            &["refused", "rejected", "failed", "errors are", "4xx"],
        ) && says(
            &sentence,
            &[
                "not remembered",
                "not stored",
                "not cached",
                "not kept",
                "not saved",
                "not recorded",
                "not use up",
                "not consume",
                "not burn",
                "can be used again",
                "may be used again",
                "can be reused",
                "may be reused",
            ],
        ) && says(
            &sentence,
            &["key", "request", "answer", "response", "result"],
        ) && !says(&sentence, &["5xx", "500", "unless", "except"])
    })
}

#[cfg(test)]
mod tests {
    use super::forgets_refused;

    #[test]
    fn what_is_refused_is_forgotten_where_it_is_said() {
        assert!(forgets_refused(
            "Requests that were refused are not remembered."
        ));
        assert!(forgets_refused(
            "Keys are kept per tenant; refused requests do not use up their key."
        ));
        assert!(forgets_refused("4xx answers are\nnot cached"));
        assert!(!forgets_refused(
            "Card numbers of failed charges are not stored."
        ));
        assert!(!forgets_refused(
            "Keys are not remembered for ever. Others are refused."
        ));
    }
}
