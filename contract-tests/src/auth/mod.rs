//! Credentials: what each security scheme of the document puts on a request.
//!
//! Schemes are read from the document ([`SecurityScheme`]); their values come from the configuration.
//! A scheme with `x-signature` is computed over the exact bytes that are sent.

mod key;
pub(crate) mod script;
mod secret;
mod signature;
pub(crate) mod token;

pub use key::{RsaPadding, SigningKey};
pub use script::Signed;
pub use secret::Secret;
pub use signature::{Encoding, SignatureRule, TimestampUnit};

use crate::request::{Misuse, Request};
use base64::Engine as _;
use counterpart_model::api::{
    Api, ApiKeyLocation, SecurityKind, SecurityRequirement, SecurityScheme,
};
use indexmap::IndexMap;

/// Who asks: the values of the security schemes, by scheme name.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Values: a bearer token, `user:password` for basic, an API key.
    pub values: IndexMap<String, Secret>,
    /// The key for schemes with `x-signature`.
    pub key: Option<SigningKey>,
}

/// Every identity a run has.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The one that is used unless a check asks for another.
    pub main: Identity,
    /// Others by name: `read-only`, `other`, `rsa`, …
    pub others: IndexMap<String, Identity>,
}

/// Why credentials cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The text is no PEM with a PKCS#8 private key.
    #[error("the signing key is not PEM with a PKCS#8 private key (`-----BEGIN PRIVATE KEY-----`)")]
    NotPem,
    /// The key is of a kind nobody here signs with.
    #[error("the signing key is neither Ed25519 nor RSA in PKCS#8")]
    UnknownKey,
    /// The key refused to sign.
    #[error("the signing key could not sign")]
    Failed,
    /// An identity that is not configured was asked for.
    #[error("no identity `{0}` is configured")]
    UnknownIdentity(String),
}

/// What is added to a request for its credentials.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// Headers, with their secrets.
    pub headers: Vec<(String, Secret)>,
    /// Query parameters, with their secrets. They stand after the request's own.
    pub query: Vec<(String, Secret)>,
    /// How it was signed, where it was.
    pub signed: Option<Signed>,
}

impl Identity {
    /// Whether anything is configured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.key.is_none()
    }

    /// Whether it has what this scheme needs. A timestamp scheme needs nothing: it is computed.
    #[must_use]
    pub fn has(&self, api: &Api, scheme: &str) -> bool {
        let computed = api
            .security_schemes
            .values()
            .filter_map(SignatureRule::of_scheme)
            .any(|rule| rule.scheme == scheme || rule.timestamp_scheme.as_deref() == Some(scheme));
        if computed {
            self.key.is_some()
        } else {
            self.values.contains_key(scheme)
        }
    }
}

impl Credentials {
    /// The identity of that name, the main one for `None`.
    ///
    /// # Errors
    /// When no identity of that name is configured.
    pub fn identity(&self, name: Option<&str>) -> Result<&Identity, SigningError> {
        match name {
            None => Ok(&self.main),
            Some(name) => self
                .others
                .get(name)
                .ok_or_else(|| SigningError::UnknownIdentity(name.to_owned())),
        }
    }

    /// The credentials for a request, by the alternative of `security` that the identity can meet.
    ///
    /// `path` is the whole path as sent, the base path included; `now` is Unix time in seconds.
    ///
    /// # Errors
    /// When the identity is unknown or its key cannot sign.
    pub fn apply(
        &self,
        api: &Api,
        security: &[SecurityRequirement],
        request: &Request,
        base_path: &str,
        now: i64,
    ) -> Result<Applied, SigningError> {
        let identity = self.identity(request.access.identity.as_deref())?;
        let misuse = request.access.misuse.as_ref();
        let mut applied = Applied::default();
        if misuse == Some(&Misuse::Anonymous) {
            return Ok(applied);
        }
        if let Some(Misuse::Instead(name)) = misuse {
            let scheme = api.security_schemes.get(name);
            if let (Some(scheme), Some(value)) = (scheme, identity.values.get(name)) {
                applied.place(scheme, value, false);
            }
            return Ok(applied);
        }
        let Some(requirement) = security
            .iter()
            .find(|requirement| {
                requirement
                    .schemes
                    .keys()
                    .all(|name| identity.has(api, name))
            })
            .or_else(|| {
                security.iter().max_by_key(|requirement| {
                    requirement
                        .schemes
                        .keys()
                        .filter(|name| identity.has(api, name))
                        .count()
                })
            })
        else {
            return Ok(applied);
        };
        let mut signatures = Vec::new();
        for name in requirement.schemes.keys() {
            let Some(scheme) = api.security_schemes.get(name) else {
                continue;
            };
            if let Some(rule) = SignatureRule::of_scheme(scheme) {
                signatures.push((scheme, rule));
            } else if let Some(value) = identity.values.get(name) {
                let cut = value.expose().char_indices().next_back();
                let cut = cut.and_then(|(end, _)| value.expose().get(..end));
                let other = match misuse {
                    Some(Misuse::Shorter(of)) if of == name => cut.map(str::to_owned),
                    Some(Misuse::Longer(of)) if of == name => Some(format!("{}x", value.expose())),
                    Some(Misuse::Empty(of)) if of == name => Some(String::new()),
                    Some(Misuse::OtherClaims(of)) if of == name => token::other_claims(value),
                    Some(Misuse::Unsigned(of)) if of == name => token::unsigned(value),
                    _ => None,
                };
                if misuse == Some(&Misuse::OtherScheme(name.clone())) {
                    applied.place_elsewhere(scheme, &spoil(value.expose()));
                    continue;
                }
                let other = other.map(Secret::new);
                let wrong = misuse == Some(&Misuse::Wrong(name.clone()));
                applied.place(scheme, other.as_ref().unwrap_or(value), wrong);
            }
        }
        for (scheme, rule) in signatures {
            let signer = match misuse {
                Some(Misuse::KeyOf(name)) => self.identity(Some(name))?,
                _ => identity,
            };
            let Some(key) = &signer.key else { continue };
            let (signature, timestamp) = rule.sign(key, request, base_path, now)?;
            let wrong = misuse == Some(&Misuse::Wrong(scheme.name.clone()));
            applied.place(scheme, &Secret::new(signature), wrong);
            let timestamp_header = rule.timestamp_header(api);
            if let Some(header) = &timestamp_header {
                applied
                    .headers
                    .push((header.clone(), Secret::new(timestamp)));
            }
            if let SecurityKind::ApiKey {
                location: ApiKeyLocation::Header,
                name,
            } = &scheme.kind
            {
                applied.signed = Some(Signed {
                    algorithm: key.algorithm(),
                    base_path: base_path.to_owned(),
                    signature_header: name.to_lowercase(),
                    timestamp_header,
                    rule,
                });
            }
        }
        if let Some(Misuse::Without(name)) = misuse
            && let Some(scheme) = api.security_schemes.get(name)
        {
            applied.take_away(scheme);
        }
        Ok(applied)
    }
}

impl Applied {
    fn place(&mut self, scheme: &SecurityScheme, value: &Secret, wrong: bool) {
        let text = if wrong {
            spoil(value.expose())
        } else {
            value.expose().to_owned()
        };
        match &scheme.kind {
            SecurityKind::Http { scheme } if scheme.eq_ignore_ascii_case("basic") => {
                let encoded = base64::engine::general_purpose::STANDARD.encode(text);
                self.headers.push((
                    "authorization".to_owned(),
                    Secret::new(format!("Basic {encoded}")),
                ));
            }
            SecurityKind::Http { scheme } => {
                let mut name = scheme.clone();
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                self.headers.push((
                    "authorization".to_owned(),
                    Secret::new(format!("{name} {text}")),
                ));
            }
            SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
                self.headers.push((
                    "authorization".to_owned(),
                    Secret::new(format!("Bearer {text}")),
                ));
            }
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Header,
                name,
            } => {
                self.headers.push((name.to_lowercase(), Secret::new(text)));
            }
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Query,
                name,
            } => {
                self.query.push((name.clone(), Secret::new(text)));
            }
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Cookie,
                name,
            } => {
                self.headers
                    .push(("cookie".to_owned(), Secret::new(format!("{name}={text}"))));
            }
            SecurityKind::MutualTls | SecurityKind::Unknown => {}
        }
    }

    /// Sends a value by the other usual scheme of HTTP authentication.
    fn place_elsewhere(&mut self, scheme: &SecurityScheme, value: &str) {
        let basic = matches!(&scheme.kind, SecurityKind::Http { scheme } if scheme.eq_ignore_ascii_case("basic"));
        let text = if basic {
            format!("Bearer {value}")
        } else {
            let pair = format!("counterpart:{value}");
            let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
            format!("Basic {encoded}")
        };
        self.headers
            .push(("authorization".to_owned(), Secret::new(text)));
    }

    fn take_away(&mut self, scheme: &SecurityScheme) {
        let header = match &scheme.kind {
            SecurityKind::Http { .. } | SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
                "authorization".to_owned()
            }
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Header,
                name,
            } => name.to_lowercase(),
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Cookie,
                ..
            } => "cookie".to_owned(),
            SecurityKind::ApiKey {
                location: ApiKeyLocation::Query,
                name,
            } => {
                self.query.retain(|(known, _)| known != name);
                return;
            }
            SecurityKind::MutualTls | SecurityKind::Unknown => return,
        };
        self.headers.retain(|(known, _)| *known != header);
    }
}

/// Another value of the same form: letters stay letters, digits digits, so that only its being wrong is
/// wrong with it. The first part is left alone, because prefixes often mean something.
fn spoil(value: &str) -> String {
    let keep = value.chars().count() / 2;
    value
        .chars()
        .enumerate()
        .map(|(at, c)| match c {
            _ if at < keep => c,
            'a'..='y' | 'A'..='Y' | '0'..='8' => char::from_u32(u32::from(c) + 1).unwrap_or(c),
            'z' => 'a',
            'Z' => 'A',
            '9' => '0',
            other => other,
        })
        .collect()
}
