//! Which version of the specification a document follows.

use crate::{
    diagnostic::{Code, Diagnostic, Sink},
    read::NodeRef,
};

/// The version, as far as it changes what keywords mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// 3.0.x: a dialect of its own, after JSON Schema draft 4 and 5.
    V30,
    /// 3.1.x: JSON Schema 2020-12.
    V31,
    /// 3.2.x: the same schemas as 3.1.
    V32,
}

impl Version {
    /// How to name it in a message.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::V30 => "3.0",
            Self::V31 => "3.1",
            Self::V32 => "3.2",
        }
    }
}

/// The version a root names, and its text; `None`, with a diagnostic, where it is no OpenAPI 3.
pub(crate) fn detect(root: NodeRef<'_>, sink: &Sink) -> Option<(Version, String)> {
    if !root.is_object() {
        sink.push(
            Diagnostic::new(
                Code::RootIsNoObject,
                format!("the document's root is {}, not an object", root.kind()),
            )
            .at(root.span()),
        );
        return None;
    }
    let Some(field) = root.get("openapi") else {
        sink.push(match root.get("swagger") {
            Some(swagger) => Diagnostic::new(
                Code::Swagger2,
                format!(
                    "this is Swagger {}, not OpenAPI 3",
                    swagger.scalar_text().unwrap_or_default()
                ),
            )
            .at(swagger.key_span())
            .help("convert the document to OpenAPI 3 first, for example with swagger2openapi"),
            None => Diagnostic::new(
                Code::NotOpenApi,
                "this is no OpenAPI document: it has no `openapi` field",
            )
            .at(root
                .members()
                .next()
                .map_or_else(|| root.span(), |(_, first)| first.key_span()))
            .help("an OpenAPI document names its version: `openapi: 3.1.0`"),
        });
        return None;
    };
    let text = field.scalar_text().unwrap_or_default();
    let mut parts = text.trim().split('.');
    let major = parts.next().unwrap_or_default();
    let minor = parts.next().unwrap_or_default();
    let version = match (major, minor) {
        ("3", "0") => Version::V30,
        ("3", "1") => Version::V31,
        ("3", "2") => Version::V32,
        ("2" | "1", _) => {
            sink.push(
                Diagnostic::new(
                    Code::Swagger2,
                    format!("this is version {text}, not OpenAPI 3"),
                )
                .at(field.span())
                .help("convert the document to OpenAPI 3 first"),
            );
            return None;
        }
        _ => {
            sink.push(
                Diagnostic::new(
                    Code::UnknownVersion,
                    format!("`{text}` is no version of OpenAPI known here"),
                )
                .at(field.span())
                .help("3.0, 3.1 and 3.2 are known; the document is read as 3.1"),
            );
            Version::V31
        }
    };
    if field.as_str().is_none() {
        sink.push(
            Diagnostic::new(
                Code::WrongKind,
                format!("`openapi` is {}, but has to be text", field.kind()),
            )
            .at(field.span())
            .help(format!("write \"{text}.0\", in quotes")),
        );
    }
    Some((version, text))
}
