//! `x-signature` on a security scheme (`docs/extensions.md`): what is signed, and how it is written.

use super::{RsaPadding, SigningError, SigningKey};
use crate::request::{Misuse, Request};
use base64::Engine as _;
use counterpart_model::api::{Api, ApiKeyLocation, SecurityKind, SecurityScheme, Value};

/// How requests are signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRule {
    /// The scheme the rule stands on.
    pub scheme: String,
    /// The accepted algorithms.
    pub algorithms: Vec<String>,
    /// How RSA signatures are padded.
    pub rsa_padding: RsaPadding,
    /// The signed text, with `{method}`, `{path}`, `{?query}`, `{timestamp}` and `{body}`.
    pub payload: String,
    /// How the signature is written.
    pub encoding: Encoding,
    /// The scheme that carries the timestamp.
    pub timestamp_scheme: Option<String>,
    /// The header that carries the timestamp, where no scheme does.
    pub timestamp_header: Option<String>,
    /// The timestamp's unit.
    pub unit: TimestampUnit,
    /// How far the timestamp may be from the server's clock, in seconds.
    pub tolerance: i64,
}

/// How a signature becomes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 4648 §4, padded.
    Base64,
    /// RFC 4648 §5, unpadded.
    Base64Url,
    /// Lower case.
    Hex,
}

/// The unit of a Unix timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Encoding {
    /// The text for these bytes.
    #[must_use]
    pub fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64 => base64::engine::general_purpose::STANDARD.encode(bytes),
            Self::Base64Url => base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes),
            Self::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// The encoding by its name in the document; base64 where there is none.
    #[must_use]
    pub fn named(name: Option<&str>) -> Self {
        match name {
            Some("hex") => Self::Hex,
            Some("base64url") => Self::Base64Url,
            _ => Self::Base64,
        }
    }
}

impl SignatureRule {
    /// The rule on a security scheme, if there is one.
    #[must_use]
    pub fn of_scheme(scheme: &SecurityScheme) -> Option<Self> {
        let rule = scheme.extensions.get("x-signature")?;
        let text = |name: &str| rule.get(name).and_then(Value::as_str);
        let timestamp = rule.get("timestamp");
        let of_timestamp = |name: &str| timestamp.and_then(|timestamp| timestamp.get(name));
        Some(Self {
            scheme: scheme.name.clone(),
            algorithms: rule
                .get("algorithms")
                .and_then(Value::as_array)
                .unwrap_or_default()
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            rsa_padding: match text("rsaPadding") {
                Some("pss") => RsaPadding::Pss,
                _ => RsaPadding::Pkcs1,
            },
            payload: text("payload").unwrap_or("{body}").to_owned(),
            encoding: Encoding::named(text("encoding")),
            timestamp_scheme: of_timestamp("scheme")
                .and_then(Value::as_str)
                .map(str::to_owned),
            timestamp_header: of_timestamp("header")
                .and_then(Value::as_str)
                .map(str::to_lowercase),
            unit: match of_timestamp("unit").and_then(Value::as_str) {
                Some("milliseconds") => TimestampUnit::Milliseconds,
                _ => TimestampUnit::Seconds,
            },
            tolerance: of_timestamp("toleranceSeconds")
                .and_then(Value::as_i64)
                .unwrap_or(300),
        })
    }

    /// The header the timestamp goes into.
    #[must_use]
    pub fn timestamp_header(&self, api: &Api) -> Option<String> {
        let Some(scheme) = &self.timestamp_scheme else {
            return self.timestamp_header.clone();
        };
        match &api.security_schemes.get(scheme)?.kind {
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Header,
                name,
            } => Some(name.to_lowercase()),
            _ => None,
        }
    }

    /// The signed bytes.
    #[must_use]
    pub fn message(
        &self,
        method: &str,
        path: &str,
        query: &str,
        timestamp: &str,
        body: &[u8],
    ) -> Vec<u8> {
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{query}")
        };
        let mut message = Vec::new();
        let mut rest = self.payload.as_str();
        while let Some(start) = rest.find('{') {
            message.extend_from_slice(rest.get(..start).unwrap_or_default().as_bytes());
            let tail = rest.get(start..).unwrap_or_default();
            let Some(end) = tail.find('}') else { break };
            match tail.get(..=end).unwrap_or_default() {
                "{method}" => message.extend_from_slice(method.as_bytes()),
                "{path}" => message.extend_from_slice(path.as_bytes()),
                "{?query}" => message.extend_from_slice(query.as_bytes()),
                "{timestamp}" => message.extend_from_slice(timestamp.as_bytes()),
                "{body}" => message.extend_from_slice(body),
                other => message.extend_from_slice(other.as_bytes()),
            }
            rest = tail.get(end + 1..).unwrap_or_default();
        }
        message.extend_from_slice(rest.as_bytes());
        message
    }

    /// Signature and timestamp for a request, misuse included.
    pub(super) fn sign(
        &self,
        key: &SigningKey,
        request: &Request,
        base_path: &str,
        now: i64,
    ) -> Result<(String, String), SigningError> {
        let misuse = request.access.misuse.as_ref();
        let scale = match self.unit {
            TimestampUnit::Seconds => 1,
            TimestampUnit::Milliseconds => 1000,
        };
        let seconds = match misuse {
            Some(Misuse::Clock(offset)) => now.saturating_add(*offset),
            _ => now,
        };
        let signed_at = seconds.saturating_mul(scale).to_string();
        let sent_at = match misuse {
            Some(Misuse::TimestampMismatch(offset)) => seconds
                .saturating_add(*offset)
                .saturating_mul(scale)
                .to_string(),
            _ => signed_at.clone(),
        };
        let method = match misuse {
            Some(Misuse::SignedMethod(method)) => method.as_str(),
            _ => request.method.as_str(),
        };
        let path = match misuse {
            Some(Misuse::SignedPath(path)) => path.as_str(),
            _ => request.path.as_str(),
        };
        let query = match misuse {
            Some(Misuse::SignedQuery(query)) => query.clone(),
            _ => request.raw_query(),
        };
        let body = match misuse {
            Some(Misuse::SignedBody(body)) => body.clone(),
            _ => request.body.clone().unwrap_or_default(),
        };
        let message = self.message(
            method,
            &format!("{base_path}{path}"),
            &query,
            &signed_at,
            &body,
        );
        let stranger;
        let key = if misuse == Some(&Misuse::OtherKey) {
            stranger = key.stranger()?;
            &stranger
        } else {
            key
        };
        let mut signature = self.encoding.encode(&key.sign(&message, self.rsa_padding)?);
        if misuse == Some(&Misuse::Truncated) {
            signature.truncate(signature.len().saturating_sub(4));
        }
        Ok((signature, sent_at))
    }
}
