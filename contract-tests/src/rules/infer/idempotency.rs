//! Idempotency keys, from the header's name.

use super::prose::{of_operation, of_topic, says, sentences, speaks_of_refusal};
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
    Some(Idempotency {
        header: header.name.clone(),
        scope: scope(&text),
        replay_header: replayed,
        retains: match forgets_refused(&text) {
            true => vec!["2XX".to_owned()],
            false => Vec::new(),
        },
        compares: Vec::new(),
        mismatch: tells_of_another(&text).then(Answer::any_refusal),
        in_flight: None,
        missing: None,
    })
}

/// Whether a text speaks of a key that is used for something else: *another valid body*, *different parameters*.
fn tells_of_another(text: &str) -> bool {
    const OTHER: [&str; 4] = ["another", "different", "other", "changed"];
    const WHAT: [&str; 6] = ["body", "bodies", "request", "param", "payload", "content"];
    let phrases = [
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
    ];
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // In more words only where it is about keys: there may be other content types, too.
    let in_more = |sentence: String| {
        let lower = sentence.to_lowercase();
        let used = [
            "same key",
            "key with",
            "key that was",
            "already used",
            "used for",
            "reused",
        ];
        let refused = speaks_of_refusal(&lower) || says(&lower, &["409", "conflict"]);
        let words: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|it| !it.is_empty())
            .collect();
        let mut others = words.iter().enumerate();
        refused
            && says(&lower, &used)
            && others.any(|(at, word)| {
                let next: Vec<&&str> = words.iter().skip(at + 1).take(3).collect();
                let what = |it: &&&str| WHAT.iter().any(|what| it.starts_with(what));
                OTHER.contains(word) && !next.contains(&&"key") && next.iter().any(what)
            })
    };
    says(&text, &phrases) || sentences(&text).any(in_more)
}

/// Whose keys do not meet those of others, where a text says so: *keys are kept per tenant*.
fn scope(text: &str) -> KeyScope {
    const WHOSE: [&str; 20] = [
        "tenant",
        "organi",
        "account",
        "customer",
        "company",
        "companies",
        "merchant",
        "agency",
        "institut",
        "client",
        "user",
        "caller",
        "api key",
        "credential",
        "identity",
        "partner",
        "business",
        "practice",
        "subscriber",
        "consumer",
    ];
    const PER: [&str; 6] = [
        " per ",
        " scoped to ",
        " unique to ",
        " of each ",
        " for each ",
        " within ",
    ];
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = sentences(&text).any(|sentence| {
        let lower = sentence.to_lowercase();
        // Keys to the API are another matter.
        let about = says(&lower, &["idempotency", "idempotent"]);
        let whose = PER.iter().any(|per| {
            let mut places = lower.match_indices(per);
            places.any(|(at, it)| {
                let rest = lower.get(at + it.len()..).unwrap_or_default();
                let rest = ["a ", "an ", "the ", "one ", "your "]
                    .iter()
                    .find_map(|article| rest.strip_prefix(article))
                    .unwrap_or(rest);
                WHOSE.iter().any(|whose| {
                    let stem = ["organi", "institut"].contains(whose);
                    let tail = rest.strip_prefix(whose);
                    tail.is_some_and(|tail| {
                        let tail = tail.strip_prefix('s').unwrap_or(tail);
                        stem || !tail.starts_with(char::is_alphanumeric)
                    })
                })
            })
        });
        about && whose && !says(&lower, &["not "])
    });
    match told {
        true => KeyScope::Credential,
        false => KeyScope::Global,
    }
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
    use super::{forgets_refused, scope, tells_of_another};
    use crate::rules::KeyScope;

    #[test]
    fn whose_keys_are_whose_is_said() {
        for told in [
            "Asset tags and idempotency keys are kept per institute.",
            "Idempotency keys are scoped to the API key.",
            "Idempotency keys are unique within a tenant.",
        ] {
            assert_eq!(scope(told), KeyScope::Credential, "{told}");
        }
        for open in [
            "Idempotency keys are kept per operation.",
            "API keys are issued per account.",
            "Idempotency keys are kept per accounting period.",
            "Keys are not kept per tenant.",
        ] {
            assert_eq!(scope(open), KeyScope::Global, "{open}");
        }
    }

    #[test]
    fn another_body_may_be_told_in_more_words() {
        assert!(tells_of_another(
            "The same key with another valid body is 409."
        ));
        assert!(tells_of_another(
            "A key with different parameters is refused."
        ));
        assert!(!tells_of_another("Each key is remembered for another day."));
        assert!(!tells_of_another("Another media type of the body is 415."));
        assert!(!tells_of_another("Use a different key per request."));
        assert!(!tells_of_another(
            "Send an idempotency key, as for all other write requests."
        ));
    }

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
