//! Security schemes and requirements.

use super::{Context, extensions};
use crate::{
    Diagnostic,
    api::{ApiKeyLocation, SecurityKind, SecurityRequirement, SecurityScheme},
    diagnostic::Code,
    read::NodeRef,
};
use indexmap::IndexMap;

/// `components.securitySchemes`.
pub(super) fn schemes<'t>(
    context: &Context<'t>,
    components: NodeRef<'t>,
) -> IndexMap<String, SecurityScheme> {
    context
        .map(components, "securitySchemes")
        .into_iter()
        .filter_map(|(name, node)| {
            let scheme = context.refs.follow(node)?;
            Some((
                name.to_owned(),
                SecurityScheme {
                    name: name.to_owned(),
                    kind: kind(context, name, scheme),
                    description: context.text(scheme, "description"),
                    extensions: extensions(scheme),
                    origin: node.origin(),
                },
            ))
        })
        .collect()
}

fn kind<'t>(context: &Context<'t>, name: &str, scheme: NodeRef<'t>) -> SecurityKind {
    let broken = |what: &str| {
        context.tell(
            Diagnostic::new(
                Code::BrokenScheme,
                format!("the security scheme `{name}` {what}"),
            )
            .at(scheme.key_span()),
        );
        SecurityKind::Unknown
    };
    match context.text(scheme, "type").as_deref() {
        Some("http") => match context.text(scheme, "scheme") {
            Some(scheme) => SecurityKind::Http {
                scheme: scheme.to_ascii_lowercase(),
            },
            None => broken("has no `scheme`"),
        },
        Some("apiKey") => {
            let location = match context.text(scheme, "in").as_deref() {
                Some("header") => ApiKeyLocation::Header,
                Some("query") => ApiKeyLocation::Query,
                Some("cookie") => ApiKeyLocation::Cookie,
                _ => return broken("needs `in`: header, query or cookie"),
            };
            match context.text(scheme, "name") {
                Some(name) => SecurityKind::ApiKey { location, name },
                None => broken("has no `name`"),
            }
        }
        Some("oauth2") => SecurityKind::OAuth2,
        Some("openIdConnect") => SecurityKind::OpenIdConnect,
        Some("mutualTLS") => SecurityKind::MutualTls,
        Some(other) => broken(&format!("has the unknown type `{other}`")),
        None => broken("has no `type`"),
    }
}

/// The `security` of a root or operation; `None` where it says nothing.
pub(super) fn requirements<'t>(
    context: &Context<'t>,
    node: NodeRef<'t>,
) -> Option<Vec<SecurityRequirement>> {
    node.get("security")
        .filter(|security| !security.is_null())?;
    let known = context
        .document
        .root()
        .get("components")
        .and_then(|components| context.object(components, "securitySchemes"));
    let requirements = context
        .list(node, "security")
        .into_iter()
        .map(|requirement| SecurityRequirement {
            schemes: requirement
                .members()
                .map(|(name, scopes)| {
                    if known.is_none_or(|known| !known.has(name)) {
                        context.warn(
                            scopes,
                            Code::UnknownScheme,
                            format!("`components.securitySchemes` has no `{name}`"),
                        );
                    }
                    (
                        name.to_owned(),
                        scopes.items().filter_map(NodeRef::scalar_text).collect(),
                    )
                })
                .collect(),
        })
        .collect();
    Some(requirements)
}
