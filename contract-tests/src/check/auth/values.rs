//! `auth.missing`, `auth.bearer`: credentials that are left out or have another value.

use super::attempt::{Attempt, Spoiled, Subject};
use crate::{
    auth::{Secret, SignatureRule, token::is_signed},
    check::Check,
    request::{Access, Misuse},
};
use counterpart_model::api::{Method, Operation, SecurityKind};
use std::sync::Arc;

pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(Spoiled {
            id: "auth.missing",
            about: "A request without credentials, or without one of several that are needed together, is refused with 401.",
            attempts: missing,
            applies: |_, _| true,
        }),
        Arc::new(Spoiled {
            id: "auth.bearer",
            about: "A bearer token, password or API key of another value, shorter or longer by a character, empty, or sent by \
                    another scheme of HTTP authentication, or credentials of a scheme that the operation does not list, are \
                    refused with 401; so is a JSON Web Token with other claims, or \
                    without its signature, and the one of an identity `expired` in contract.toml.",
            attempts: wrong,
            applies: |api, scheme| !is_computed(api, &scheme.name),
        }),
    ]
}

fn missing(subject: &Subject<'_>) -> Vec<Attempt> {
    let schemes = subject.schemes();
    let whole = Attempt {
        what: "it has no credentials".to_owned(),
        access: Access::anonymous(),
        scheme: schemes
            .first()
            .map(|scheme| scheme.name.clone())
            .unwrap_or_default(),
        refused: true,
    };
    let single = schemes
        .iter()
        .filter(|_| schemes.len() > 1)
        .map(|scheme| Attempt {
            what: format!("{} is left out", scheme.name),
            access: Access::misused(Misuse::Without(scheme.name.clone())),
            scheme: scheme.name.clone(),
            refused: true,
        });
    std::iter::once(whole).chain(single).collect()
}

fn wrong(subject: &Subject<'_>) -> Vec<Attempt> {
    let api = &subject.context.api;
    let own = subject
        .schemes()
        .into_iter()
        .filter(|scheme| !is_computed(api, &scheme.name))
        .flat_map(|scheme| {
            let name = &scheme.name;
            let mut ways = vec![
                ("another value", Misuse::Wrong(name.clone())),
                ("lost its last character", Misuse::Shorter(name.clone())),
                ("a character too many", Misuse::Longer(name.clone())),
                ("an empty value", Misuse::Empty(name.clone())),
            ];
            let authorization = matches!(
                scheme.kind,
                SecurityKind::Http { .. } | SecurityKind::OAuth2 | SecurityKind::OpenIdConnect
            );
            if authorization {
                ways.push(("another scheme", Misuse::OtherScheme(name.clone())));
            }
            let value = subject.context.credentials.main.values.get(name);
            if value.is_some_and(is_signed) {
                let claims = "other claims than were signed";
                ways.push((claims, Misuse::OtherClaims(name.clone())));
                ways.push(("no signature", Misuse::Unsigned(name.clone())));
            }
            let spoiled = ways.into_iter().map(|(what, misuse)| Attempt {
                what: format!("{name} has {what}"),
                access: Access::misused(misuse),
                scheme: name.clone(),
                refused: true,
            });
            let others = &subject.context.credentials.others;
            let expired = others.get("expired").filter(|it| it.has(api, name));
            let expired = expired.map(|_| Attempt {
                what: format!("{name} has expired"),
                access: Access::identity("expired"),
                scheme: name.clone(),
                refused: true,
            });
            spoiled.chain(expired).collect::<Vec<_>>()
        });
    own.chain(instead(subject)).collect()
}

/// Credentials that are good for other operations.
fn instead(subject: &Subject<'_>) -> Vec<Attempt> {
    let context = subject.context;
    let operation = context.operation_of(&subject.request);
    let alternatives = operation.map(|it| it.security.as_slice());
    let taken = |name: &String| {
        let mut all = alternatives.unwrap_or_default().iter();
        all.any(|one| one.schemes.contains_key(name))
    };
    let value_of = |name: &String| context.credentials.main.values.get(name);
    // What has one value under two names is one and the same.
    let own: Vec<_> = subject
        .requirement
        .schemes
        .keys()
        .filter_map(value_of)
        .map(Secret::expose)
        .collect();
    // They are good, and what they may do is done: no more than to make something.
    let harmless = |it: &Operation| {
        let makes = it.method == Method::Post && !it.path.ends_with('}');
        it.method.is_safe() || makes && !it.path.contains('{') && context.may_send(it)
    };
    if !operation.is_some_and(harmless) {
        return Vec::new();
    }
    let others = context.api.security_schemes.keys().filter(|name| {
        let value = value_of(name).map(Secret::expose);
        value.is_some_and(|it| !own.contains(&it))
            && !taken(name)
            && !is_computed(&context.api, name)
    });
    others
        .map(|name| Attempt {
            what: format!("it has only {name}, which is for other operations"),
            access: Access::misused(Misuse::Instead(name.clone())),
            scheme: subject
                .requirement
                .schemes
                .keys()
                .next()
                .cloned()
                .unwrap_or_default(),
            refused: true,
        })
        .collect()
}

/// Whether a scheme's value is worked out for each request: signatures and their timestamps.
fn is_computed(api: &counterpart_model::Api, name: &str) -> bool {
    api.security_schemes
        .values()
        .filter_map(SignatureRule::of_scheme)
        .any(|rule| rule.scheme == name || rule.timestamp_scheme.as_deref() == Some(name))
}
