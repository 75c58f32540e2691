//! `x-signature` on a webhook: how deliveries are signed.

use super::{RuleError, Stated, of_operation};
use aws_lc_rs::hmac;
use base64::Engine as _;
use counterpart_model::{Document, api::Operation};
use serde::Deserialize;

/// The extension.
pub(crate) const NAME: &str = "x-signature";

/// How deliveries of an event are signed.
#[derive(Clone, Debug, Deserialize)]
pub struct Delivery {
    /// The algorithms; `hmac-sha256` is the one that can be verified with a shared secret.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// The header with the signature.
    pub header: Option<String>,
    /// The signed text.
    #[serde(default = "body")]
    pub payload: String,
    /// How the signature is written.
    #[serde(default)]
    pub encoding: HmacEncoding,
    /// The timestamp that is signed along.
    pub timestamp: Option<Timestamp>,
    /// The prefix of secrets.
    pub secret: Option<String>,
}

fn body() -> String {
    "{body}".to_owned()
}

/// The timestamp of a delivery.
#[derive(Clone, Debug, Deserialize)]
pub struct Timestamp {
    /// The header it stands in.
    pub header: Option<String>,
}

/// How a signature becomes text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HmacEncoding {
    /// RFC 4648 §4, padded.
    #[default]
    Base64,
    /// RFC 4648 §5, unpadded.
    Base64url,
    /// Lower case.
    Hex,
}

impl Delivery {
    /// How an event's deliveries are signed, where the document says it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(
        document: Option<&Document>,
        event: &Operation,
    ) -> Result<Option<Stated<Self>>, RuleError> {
        of_operation(document, event, NAME)
    }

    /// Whether a shared secret is enough to verify it.
    #[must_use]
    pub fn is_hmac(&self) -> bool {
        self.algorithms.iter().any(|name| name == "hmac-sha256")
    }

    /// The signature that a body must have. `header` looks up a header of the delivery.
    #[must_use]
    pub fn expected(
        &self,
        secret: &str,
        body: &[u8],
        header: impl Fn(&str) -> Option<String>,
    ) -> String {
        let stamp = self
            .timestamp
            .as_ref()
            .and_then(|stamp| header(stamp.header.as_deref()?))
            .unwrap_or_default();
        let mut message = Vec::new();
        let text = self.payload.replace("{timestamp}", &stamp);
        let mut parts = text.split("{body}");
        message.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            message.extend_from_slice(body);
            message.extend_from_slice(part.as_bytes());
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, &message);
        self.encoding.encode(tag.as_ref())
    }
}

impl HmacEncoding {
    fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64 => base64::engine::general_purpose::STANDARD.encode(bytes),
            Self::Base64url => base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes),
            Self::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_covers_timestamp_and_raw_body() {
        let rule: Delivery = serde_json::from_value(serde_json::json!({
            "algorithms": ["hmac-sha256"], "header": "X-Sig", "payload": "{timestamp}.{body}",
            "encoding": "hex", "timestamp": { "header": "X-At" },
        }))
        .expect("a rule");
        // HMAC-SHA256("Jefe", "what do ya want for nothing?"), RFC 4231 §4.3.
        let found = rule.expected("Jefe", b"o ya want for nothing?", |name| {
            (name == "X-At").then(|| "what d".to_owned())
        });
        assert_ne!(found, rule.expected("Jefe", b"", |_| None));
        let plain = Delivery {
            payload: "{body}".to_owned(),
            ..rule
        };
        assert_eq!(
            plain.expected("Jefe", b"what do ya want for nothing?", |_| None),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
