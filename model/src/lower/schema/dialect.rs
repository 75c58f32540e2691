//! Keywords of other versions, and those that nothing applies.

use super::{super::Context, keywords::target};
use crate::{api::Schema, diagnostic::Code, document::version::Version, read::NodeRef};

/// Keywords that are not applied as they are meant to be.
pub(super) fn unsupported<'t>(context: &Context<'t>, node: NodeRef<'t>, schema: &mut Schema) {
    if let Some(reference) = node.get("$dynamicRef") {
        context.warn(
            reference,
            Code::UnsupportedKeyword,
            "`$dynamicRef` is read as `$ref`: anchors of other schemas do not replace its target",
        );
        if schema.reference.is_none() {
            let text = reference.as_str().unwrap_or_default();
            let found = context.refs.files.resolve(node, text, 100).ok();
            schema.reference = Some(target(context, schema, found, node));
        }
    }
    for key in ["dependencies", "$recursiveRef"] {
        if let Some(written) = node.get(key) {
            let message = format!("`{key}` is not applied");
            context.warn(written, Code::UnsupportedKeyword, message);
        }
    }
}

/// Keywords that the document's version of the specification does not have.
pub(super) fn newer(context: &Context<'_>, node: NodeRef<'_>) {
    if context.version > Version::V30 {
        return;
    }
    for key in [
        "const",
        "contains",
        "dependentRequired",
        "dependentSchemas",
        "if",
        "patternProperties",
        "prefixItems",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ] {
        if let Some(written) = node.get(key) {
            let message = format!("OpenAPI 3.0 has no `{key}`; it is read as 3.1 means it");
            context.warn(written, Code::NewerKeyword, message);
        }
    }
    if let Some(list) = node.get("type").filter(|written| written.is_array()) {
        let message = "OpenAPI 3.0 has one `type`; a list is read as 3.1 means it";
        context.warn(list, Code::NewerKeyword, message);
    }
}
