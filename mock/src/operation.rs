//! What the router has to know of each operation. It asks for data that lives as long as the process, as generated code
//! has it; a mock lives as long too.

use counterpart_contract_tests::media;
use counterpart_model::api::{Api, ApiKeyLocation, Operation, SecurityKind};
use counterpart_runtime::server::{
    BodyInfo, OperationInfo, Requirement, SchemeKind, SecurityScheme,
};

/// Keeps a text for good.
pub(crate) fn text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Keeps a list for good.
pub(crate) fn list<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

/// An operation as the router knows it.
pub(crate) fn info(api: &Api, operation: &Operation) -> &'static OperationInfo {
    let alternatives = operation.security.iter().map(|requirement| {
        let schemes = requirement.schemes.iter().filter_map(|(name, scopes)| {
            Some(Requirement {
                scheme: scheme(api, name)?,
                scopes: list(scopes.iter().map(|scope| text(scope)).collect()),
            })
        });
        list(schemes.collect())
    });
    let mut produces: Vec<&'static str> = Vec::new();
    for media_type in operation
        .responses
        .values()
        .flat_map(|response| response.content.keys())
    {
        if !produces.contains(&media_type.as_str()) {
            produces.push(text(media_type));
        }
    }
    let body = operation.body.as_ref().map(|body| BodyInfo {
        required: body.required,
        media_types: list(body.content.keys().map(|key| text(key)).collect()),
    });
    Box::leak(Box::new(OperationInfo {
        servers: &[],
        id: text(&operation.id.0),
        method: operation.method.as_str(),
        // A fragment is not sent.
        path: text(&format!(
            "{}{}",
            base_path(api),
            operation.path.split('#').next().unwrap_or_default()
        )),
        tag: operation.tags.first().map_or("", |tag| text(tag)),
        security: list(alternatives.collect()),
        // A body without a documented content has any type.
        body: body.filter(|body| !body.media_types.is_empty()),
        produces: list(produces),
    }))
}

fn scheme(api: &Api, name: &str) -> Option<&'static SecurityScheme> {
    let scheme = api.security_schemes.get(name)?;
    let kind = match &scheme.kind {
        SecurityKind::Http { scheme } => SchemeKind::Http(text(scheme)),
        SecurityKind::ApiKey { location, name } => match location {
            ApiKeyLocation::Header => SchemeKind::Header(text(name)),
            ApiKeyLocation::Query => SchemeKind::Query(text(name)),
            ApiKeyLocation::Cookie => SchemeKind::Cookie(text(name)),
        },
        SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => SchemeKind::Http("bearer"),
        SecurityKind::MutualTls | SecurityKind::Unknown => SchemeKind::Connection,
    };
    Some(Box::leak(Box::new(SecurityScheme {
        name: text(name),
        kind,
    })))
}

/// The path of the document's first server, without a slash at its end; empty where there is none that can be served.
pub(crate) fn base_path(api: &Api) -> String {
    let url = api
        .servers
        .first()
        .map(|server| server.default_url())
        .unwrap_or_default();
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url.as_str(),
    };
    let path = path
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .trim_matches('/');
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
    if path.is_empty() || !plain {
        String::new()
    } else {
        format!("/{path}")
    }
}

/// Whether a media type is JSON, or any at all.
pub(crate) fn is_json(media_type: &str) -> bool {
    media::is_json(media_type) || media::essence(media_type) == "*/*"
}
