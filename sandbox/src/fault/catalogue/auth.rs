//! Credentials, signatures, roles and organisations.

use super::Group;
use crate::fault::{Fault, Switch as S};
use axum::http::StatusCode;
use serde_json::json;

pub(super) fn faults() -> Vec<Fault> {
    let g = Group("auth");
    vec![
        g.act(
            "auth-no-bearer",
            "auth.missing",
            "requests without Authorization are answered",
            S::NoBearerNeeded,
        ),
        g.act(
            "auth-any-bearer",
            "auth.bearer",
            "any API key is taken",
            S::AnyBearer,
        ),
        g.act(
            "auth-no-signature",
            "auth.missing",
            "requests without X-Signature are answered",
            S::NoSignatureNeeded,
        ),
        g.act(
            "auth-any-signature",
            "auth.signature",
            "signatures are not checked",
            S::AnySignature,
        ),
        g.act(
            "auth-any-rsa-signature",
            "auth.signature",
            "signatures of RSA keys are not checked",
            S::AnyRsaSignature,
        ),
        g.act(
            "auth-any-key-pair",
            "auth.signature",
            "a signature by any of the sandbox's keys is taken",
            S::OwnPublicKeyUnchecked,
        ),
        g.act(
            "auth-no-timestamp",
            "auth.missing",
            "requests without X-Timestamp are answered",
            S::NoTimestampNeeded,
        ),
        g.act(
            "auth-stale",
            "auth.timestamp",
            "timestamps may be as old as they like",
            S::StaleTimestamp,
        ),
        g.act(
            "auth-future",
            "auth.timestamp",
            "timestamps may lie in the future",
            S::FutureTimestamp,
        ),
        g.act(
            "auth-timestamp-unsigned",
            "auth.tampered",
            "the signature does not cover the timestamp",
            S::TimestampUnsigned,
        ),
        g.act(
            "auth-path-unsigned",
            "auth.tampered",
            "the signature does not cover the path",
            S::PathUnsigned,
        ),
        g.act(
            "auth-query-unsigned",
            "auth.tampered",
            "the signature does not cover the query",
            S::QueryUnsigned,
        ),
        g.act(
            "auth-body-unsigned",
            "auth.tampered",
            "the signature does not cover the body",
            S::BodyUnsigned,
        ),
        g.act(
            "auth-method-unsigned",
            "auth.tampered",
            "the signature does not cover the method",
            S::MethodUnsigned,
        ),
        g.act(
            "auth-read-key-writes",
            "auth.role",
            "a key that may only read can write",
            S::ReadKeyWrites,
        ),
        g.act(
            "auth-other-org-read",
            "auth.isolation",
            "resources of another organisation can be read",
            S::OtherOrgReads,
        ),
        g.act(
            "auth-other-org-listed",
            "auth.isolation",
            "lists hold the resources of all organisations",
            S::OtherOrgListed,
        ),
        g.answer(
            "auth-refused-with-403",
            "auth.missing",
            "missing credentials answer 403 in place of 401",
            |_, a, _| {
                if a.status == StatusCode::UNAUTHORIZED {
                    a.status = StatusCode::FORBIDDEN;
                    a.error(|error| {
                        error.insert("status".into(), json!(403));
                        error.insert("type".into(), json!("authorization_error"));
                    });
                }
            },
        ),
    ]
}
