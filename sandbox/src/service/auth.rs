//! Who calls, and whether they may.

use super::Deployment;
use crate::credentials::{Algorithm, ApiCredential, Role, signed_message};
use crate::fault::Switch;
use crate::http::original::Original;
use axum::http::header;

/// How far a timestamp may lie from the server's clock.
const TOLERANCE_SECONDS: i64 = 60;

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The credential's name.
    pub(crate) credential: &'static str,
    /// The organisation.
    pub(crate) org: &'static str,
}

/// Why a caller is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Denied {
    /// Whether the credentials are fine and do not suffice (403), or are not (401).
    pub(crate) known: bool,
    /// The error's code.
    pub(crate) code: &'static str,
    /// An explanation for people.
    pub(crate) message: &'static str,
}

impl Denied {
    /// The denial of a code, to find its message again.
    pub(crate) fn of(code: &str) -> Option<Self> {
        [MISSING, KEY, STALE, SIGNATURE, ROLE]
            .into_iter()
            .find(|denied| denied.code == code)
    }
}

pub(crate) const MISSING: Denied = Denied {
    known: false,
    code: "missing_credentials",
    message: "Authorization, X-Signature and X-Timestamp are needed together.",
};
const KEY: Denied = Denied {
    known: false,
    code: "invalid_api_key",
    message: "The API key is invalid or revoked.",
};
const STALE: Denied = Denied {
    known: false,
    code: "stale_timestamp",
    message: "The timestamp is more than 60 seconds away from the server's clock.",
};
const SIGNATURE: Denied = Denied {
    known: false,
    code: "invalid_signature",
    message: "The signature does not match the request.",
};
const ROLE: Denied = Denied {
    known: true,
    code: "insufficient_permissions",
    message: "This key may only read.",
};

impl Deployment {
    /// Checks the credentials of a request, in the document's order: key, timestamp, signature, role.
    pub(crate) fn identify(&self, original: &Original, body: &[u8]) -> Result<Caller, Denied> {
        let text = |name: &str| {
            original
                .headers
                .get(name)
                .map(|value| value.to_str().unwrap_or_default().trim())
        };
        let bearer = text(header::AUTHORIZATION.as_str()).and_then(bearer);
        let credential = self.credential(bearer)?;
        let timestamp = match text("x-timestamp") {
            Some(timestamp) => timestamp,
            None if self.faults.lie(Switch::NoTimestampNeeded) => "",
            None => return Err(MISSING),
        };
        let signature = text("x-signature");
        if signature.is_none() && !self.faults.lie(Switch::NoSignatureNeeded) {
            return Err(MISSING);
        }
        if !timestamp.is_empty() || !self.faults.lie(Switch::NoTimestampNeeded) {
            self.fresh(timestamp)?;
        }
        if let Some(signature) = signature
            && !timestamp.is_empty()
        {
            self.signed(credential, original, timestamp, body, signature)?;
        }
        let reads = matches!(original.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        if !reads && credential.role == Role::Read && !self.faults.lie(Switch::ReadKeyWrites) {
            return Err(ROLE);
        }
        Ok(Caller {
            credential: credential.name,
            org: credential.organisation,
        })
    }

    fn credential(&self, bearer: Option<&str>) -> Result<&ApiCredential, Denied> {
        match bearer {
            None if self.faults.lie(Switch::NoBearerNeeded) => Ok(&self.credentials.write),
            None => Err(MISSING),
            Some(key) => match self.credentials.find(key) {
                Some(credential) => Ok(credential),
                None if self.faults.lie(Switch::AnyBearer) => Ok(&self.credentials.write),
                None => Err(KEY),
            },
        }
    }

    fn fresh(&self, timestamp: &str) -> Result<(), Denied> {
        let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let seconds: i64 = timestamp.parse().ok().filter(|_| digits).ok_or(STALE)?;
        let age = self.clock.seconds().saturating_sub(seconds);
        let old = age > TOLERANCE_SECONDS && !self.faults.lie(Switch::StaleTimestamp);
        let early = age < -TOLERANCE_SECONDS && !self.faults.lie(Switch::FutureTimestamp);
        if old || early { Err(STALE) } else { Ok(()) }
    }

    fn signed(
        &self,
        credential: &ApiCredential,
        original: &Original,
        timestamp: &str,
        body: &[u8],
        signature: &str,
    ) -> Result<(), Denied> {
        let target = original.path_and_query.as_str();
        let body = original.body.as_deref().unwrap_or(body);
        let valid = credential.verifies(
            &signed_message(&original.method, target, timestamp, body),
            signature,
        );
        let rsa = credential.algorithm == Algorithm::RsaSha256;
        let lenient = self.faults.lie(Switch::AnySignature)
            || self.faults.lie(Switch::AnyRsaSignature) && rsa
            || self.lenient(credential, original, timestamp, body, signature);
        if valid || lenient {
            Ok(())
        } else {
            Err(SIGNATURE)
        }
    }

    /// Whether a signature is let through by a lie about what it covers. What a signature was made over cannot be
    /// read from it, so one that is said not to cover the body is let through wherever there is a body, and so on;
    /// timestamps and methods are few enough to be tried one by one.
    fn lenient(
        &self,
        credential: &ApiCredential,
        original: &Original,
        timestamp: &str,
        body: &[u8],
        signature: &str,
    ) -> bool {
        let path = original.path_and_query.as_str();
        let faults = self.faults;
        if faults.lie(Switch::OwnPublicKeyUnchecked) {
            let message = signed_message(&original.method, path, timestamp, body);
            return self
                .credentials
                .all()
                .iter()
                .any(|other| other.verifies(&message, signature));
        }
        let well_formed = credential.well_formed(signature);
        let seconds = self.clock.seconds();
        let any_second = |range: i64| {
            (seconds - range..=seconds + range).any(|second| {
                credential.verifies(
                    &signed_message(&original.method, path, &second.to_string(), body),
                    signature,
                )
            })
        };
        (faults.lie(Switch::TimestampUnsigned) && any_second(5 * TOLERANCE_SECONDS))
            || (faults.lie(Switch::MethodUnsigned)
                && ["GET", "POST", "PUT", "PATCH", "DELETE"]
                    .iter()
                    .any(|method| {
                        credential
                            .verifies(&signed_message(method, path, timestamp, body), signature)
                    }))
            || (faults.lie(Switch::QueryUnsigned) && path.contains('?') && well_formed)
            || (faults.lie(Switch::BodyUnsigned) && !body.is_empty() && well_formed)
            || (faults.lie(Switch::PathUnsigned)
                && !path.contains('?')
                && body.is_empty()
                && well_formed)
    }
}

/// The token of `Bearer <token>`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer"))
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}
