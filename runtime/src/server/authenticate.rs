//! Who asks.

use super::input::Incoming;
use crate::operation::{Requirement, SchemeKind, SecurityScheme};
use axum::http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::future::Future;

/// Text that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text. Compare it in constant time.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// What a request presents for one scheme.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The scheme.
    pub scheme: &'static SecurityScheme,
    /// The token, key or signature.
    pub value: Secret,
    /// The scopes the operation needs of it.
    pub scopes: &'static [&'static str],
}

/// What a request presents: everything that one alternative of the operation's security needs.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    list: Vec<Credential>,
}

impl Credentials {
    /// What is presented for the scheme of that name.
    #[must_use]
    pub fn get(&self, scheme: &str) -> Option<&Credential> {
        self.list
            .iter()
            .find(|credential| credential.scheme.name == scheme)
    }

    /// Everything that is presented.
    pub fn iter(&self) -> impl Iterator<Item = &Credential> {
        self.list.iter()
    }

    /// Whether nothing is presented: anonymous access.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The credentials for the first alternative that is there in full, or what the first one lacks.
    pub(super) fn present(
        alternatives: &'static [&'static [Requirement]],
        headers: &HeaderMap,
        query: &str,
    ) -> Result<Self, String> {
        let mut lacking = None;
        for alternative in alternatives {
            let mut list = Vec::with_capacity(alternative.len());
            let mut missing = Vec::new();
            for requirement in *alternative {
                match find(requirement.scheme, headers, query) {
                    Some(value) => list.push(Credential {
                        scheme: requirement.scheme,
                        value,
                        scopes: requirement.scopes,
                    }),
                    None => missing.push(place(requirement.scheme)),
                }
            }
            if missing.is_empty() {
                return Ok(Self { list });
            }
            lacking.get_or_insert_with(|| format!("{} missing", missing.join(" and ")));
        }
        lacking.map_or_else(|| Ok(Self::default()), Err)
    }
}

fn find(scheme: &SecurityScheme, headers: &HeaderMap, query: &str) -> Option<Secret> {
    // Of two headers nobody knows which one a proxy or a signature has looked at.
    let header = |name: &str| {
        let mut values = headers.get_all(name).iter();
        values
            .next()
            .filter(|_| values.next().is_none())?
            .to_str()
            .ok()
    };
    let text = match scheme.kind {
        SchemeKind::Http(name) => {
            let (scheme, value) = header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())?
        }
        SchemeKind::Header(name) => header(name)?.to_owned(),
        SchemeKind::Query(name) => query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let decode = |text: &str| {
                percent_decode_str(text)
                    .decode_utf8()
                    .ok()
                    .map(std::borrow::Cow::into_owned)
            };
            (decode(key)? == name).then(|| decode(value))?
        })?,
        SchemeKind::Cookie(name) => headers.get_all(header::COOKIE).iter().find_map(|line| {
            line.to_str().ok()?.split(';').find_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                (key.trim() == name).then(|| value.trim().to_owned())
            })
        })?,
        SchemeKind::Connection => String::new(),
    };
    (!text.is_empty() || scheme.kind == SchemeKind::Connection).then(|| Secret::new(text))
}

fn place(scheme: &SecurityScheme) -> String {
    match scheme.kind {
        SchemeKind::Http(name) => format!("Authorization: {name}"),
        SchemeKind::Header(name) => format!("header {name}"),
        SchemeKind::Query(name) => format!("query parameter {name}"),
        SchemeKind::Cookie(name) => format!("cookie {name}"),
        SchemeKind::Connection => scheme.name.to_owned(),
    }
}

/// Why a caller is turned away. The reason is for the caller: it holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// The credentials are not good (401).
    Unauthenticated(String),
    /// They are, and do not suffice (403).
    Forbidden(String),
}

/// Finds out who asks.
pub trait Authenticate: Send + Sync + 'static {
    /// Who asks, as trait methods are told.
    type Caller: Clone + Send + Sync + 'static;

    /// Finds out who asks from what a request presents. All schemes of one alternative are there; whether they are
    /// good is for this method to say, over the request's exact bytes.
    ///
    /// # Errors
    /// Where the caller is turned away.
    fn authenticate(
        &self,
        request: &Incoming<'_>,
        credentials: &Credentials,
    ) -> impl Future<Output = Result<Self::Caller, AuthError>> + Send;
}
