//! JSON Web Tokens (RFC 7519) that nobody may accept.

use super::Secret;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// The three parts of a signed token: header and claims, and the signature as it is written (RFC 7515 §3.1).
fn parts(token: &Secret) -> Option<(Value, Value, &str)> {
    let mut parts = token.expose().split('.');
    let mut json = || -> Option<Value> {
        let bytes = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let value: Value = serde_json::from_slice(&bytes).ok()?;
        value.is_object().then_some(value)
    };
    let (header, claims) = (json()?, json()?);
    let signature = parts.next().filter(|text| !text.is_empty())?;
    (header.get("alg").is_some() && parts.next().is_none()).then_some((header, claims, signature))
}

fn written(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

/// Whether a value is a signed token.
pub(crate) fn is_signed(token: &Secret) -> bool {
    parts(token).is_some()
}

/// The token with a claim that was not signed: it is valid for longer.
pub(super) fn other_claims(token: &Secret) -> Option<String> {
    let (header, mut claims, signature) = parts(token)?;
    let until = claims
        .get("exp")
        .and_then(Value::as_i64)
        .unwrap_or(4_000_000_000);
    let other = until.checked_add(3_600).unwrap_or(4_000_000_000);
    claims
        .as_object_mut()?
        .insert("exp".to_owned(), json!(other));
    Some(written(&header, &claims, signature))
}

/// The token as one that is not signed: any claims at all would do.
pub(super) fn unsigned(token: &Secret) -> Option<String> {
    let (mut header, claims, _) = parts(token)?;
    header
        .as_object_mut()?
        .insert("alg".to_owned(), json!("none"));
    Some(written(&header, &claims, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_signed_tokens_are_taken_apart() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!(
            "{}.{}.c2ln",
            part(r#"{"alg":"HS256"}"#),
            part(r#"{"sub":"ann","exp":10}"#)
        );
        let token = Secret::new(token);
        assert!(is_signed(&token));
        let unsigned = Secret::new(unsigned(&token).expect("a token"));
        assert!(unsigned.expose().ends_with('.'));
        assert!(!is_signed(&unsigned), "it has no signature");
        let other = Secret::new(other_claims(&token).expect("a token"));
        let (_, claims, signature) = parts(&other).expect("its parts");
        assert_eq!(claims["exp"], 3610);
        assert_eq!(claims["sub"], "ann");
        assert_eq!(signature, "c2ln");
        for text in ["", "a.b.c", "secret", "e30.e30.c2ln"] {
            assert!(!is_signed(&Secret::new(text)), "{text}");
        }
    }
}
