//! `auth.signature`, `auth.timestamp`, `auth.tampered`: what `x-signature` promises.

use super::attempt::{Attempt, Spoiled, Subject};
use crate::{
    auth::SignatureRule,
    check::Check,
    request::{Access, Misuse},
};
use bytes::Bytes;
use std::sync::Arc;

/// How far from the tolerance the clock is set, in seconds, so that the way there and back does not matter.
const MARGIN: i64 = 15;

pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    let applies = |_: &counterpart_model::Api, scheme: &counterpart_model::api::SecurityScheme| {
        SignatureRule::of_scheme(scheme).is_some()
    };
    vec![
        Arc::new(Spoiled {
            id: "auth.signature",
            about: "A signature that is changed, cut, or made with a key that is not the caller's is refused with 401; \
                    each configured identity's own is taken.",
            attempts: signature,
            applies,
        }),
        Arc::new(Spoiled {
            id: "auth.timestamp",
            about: "A request signed outside the tolerance of x-signature is refused with 401, one well inside is taken.",
            attempts: timestamp,
            applies,
        }),
        Arc::new(Spoiled {
            id: "auth.tampered",
            about: "A request whose method, path, query, timestamp or body is not the one that was signed is refused with \
                    401, each in turn.",
            attempts: tampered,
            applies,
        }),
    ]
}

fn refused(rule: &SignatureRule, what: impl Into<String>, access: Access) -> Attempt {
    Attempt {
        what: what.into(),
        access,
        scheme: rule.scheme.clone(),
        refused: true,
    }
}

fn signature(subject: &Subject<'_>) -> Vec<Attempt> {
    let credentials = &subject.context.credentials;
    let signers = || {
        credentials
            .others
            .iter()
            .filter(|(_, other)| other.key.is_some())
    };
    let mut all = Vec::new();
    for rule in subject.signatures() {
        let wrong = |misuse| Access::misused(misuse);
        all.push(refused(
            &rule,
            "the signature has changed",
            wrong(Misuse::Wrong(rule.scheme.clone())),
        ));
        all.push(refused(
            &rule,
            "the signature is cut short",
            wrong(Misuse::Truncated),
        ));
        all.push(refused(
            &rule,
            "the signature is by an unknown key",
            wrong(Misuse::OtherKey),
        ));
        for (name, _) in signers() {
            let what = format!("the signature is by the key of identity {name}");
            all.push(refused(&rule, what, wrong(Misuse::KeyOf(name.clone()))));
            let what = format!("the signature of identity {name} is by an unknown key");
            let access = Access {
                identity: Some(name.clone()),
                misuse: Some(Misuse::OtherKey),
            };
            all.push(refused(&rule, what, access));
            // Another identity may not see what this one sees: only what needs no resource is asked for.
            if subject.request.path.matches('/').count() <= 1 {
                all.push(Attempt {
                    what: format!("it is signed well by identity {name}"),
                    access: Access::identity(name.clone()),
                    scheme: rule.scheme.clone(),
                    refused: false,
                });
            }
        }
    }
    all
}

fn timestamp(subject: &Subject<'_>) -> Vec<Attempt> {
    let mut all = Vec::new();
    let timed = |rule: &SignatureRule| rule.timestamp_header(&subject.context.api).is_some();
    for rule in subject.signatures().into_iter().filter(timed) {
        let far = rule.tolerance.saturating_add(MARGIN);
        let near = (rule.tolerance - MARGIN).max(rule.tolerance / 2);
        for (seconds, refused) in [(-far, true), (far, true), (-near, false), (near, false)] {
            let side = if seconds < 0 { "behind" } else { "ahead" };
            all.push(Attempt {
                what: format!("it is signed {} seconds {side}", seconds.abs()),
                access: Access::misused(Misuse::Clock(seconds)),
                scheme: rule.scheme.clone(),
                refused,
            });
        }
    }
    all
}

fn tampered(subject: &Subject<'_>) -> Vec<Attempt> {
    let request = &subject.request;
    let mut all = Vec::new();
    for rule in subject.signatures() {
        let covers = |part: &str| rule.payload.contains(part);
        let mut spoil = |part: &str, what: &str, misuse: Misuse| {
            if covers(part) {
                all.push(refused(&rule, what, Access::misused(misuse)));
            }
        };
        let method = if request.method == "GET" {
            "POST"
        } else {
            "GET"
        };
        spoil(
            "{method}",
            "another method was signed",
            Misuse::SignedMethod(method.to_owned()),
        );
        let path = format!("{}/", request.path);
        spoil(
            "{path}",
            "another path was signed",
            Misuse::SignedPath(path),
        );
        if request.raw_query().is_empty() {
            let query = "counterpart=1".to_owned();
            spoil(
                "{?query}",
                "a query was signed and none is sent",
                Misuse::SignedQuery(query),
            );
        } else {
            spoil(
                "{?query}",
                "no query was signed",
                Misuse::SignedQuery(String::new()),
            );
            let query = format!("{}&counterpart=1", request.raw_query());
            spoil(
                "{?query}",
                "another query was signed",
                Misuse::SignedQuery(query),
            );
        }
        if rule.timestamp_header(&subject.context.api).is_some() {
            spoil(
                "{timestamp}",
                "another timestamp was signed",
                Misuse::TimestampMismatch(2),
            );
        }
        // A blank more or less leaves the JSON the same: only the bytes tell.
        let body = match &request.body {
            Some(body) => [body.as_ref(), b" "].concat(),
            None => b"{}".to_vec(),
        };
        spoil(
            "{body}",
            "another body was signed",
            Misuse::SignedBody(Bytes::from(body)),
        );
    }
    all
}
